use std::{borrow::Cow, fmt::Write as _};

/// Text from a contract, a file or a configuration, safe for a terminal: control characters, and characters that reorder or
/// hide others, become `\u{..}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if is_unsafe(character) => {
                // Writing into a string cannot fail.
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

/// [`escape`], and at most `limit` characters of the text.
pub fn clip(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => escape(text).into_owned(),
        Some((end, _)) => {
            let rest = text[end..].chars().count();
            format!("{}… ({rest} more characters)", escape(&text[..end]))
        }
    }
}

/// Control characters, line separators, and format characters that reorder (bidirectional) or hide text.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::{clip, escape};

    #[test]
    fn what_moves_the_cursor_or_reorders_text_is_spelled_out() {
        assert_eq!(escape("plain ünïcode ✓"), "plain ünïcode ✓");
        assert_eq!(escape("\u{1b}[2Jowned"), "\\u{1b}[2Jowned");
        assert_eq!(escape("a\nb\tc\r"), "a\\nb\\tc\\r");
        assert_eq!(escape("\u{9b}31m"), "\\u{9b}31m");
        assert_eq!(escape("pay\u{202e}ecila"), "pay\\u{202e}ecila");
        assert_eq!(escape("a\u{200b}b\u{7f}"), "a\\u{200b}b\\u{7f}");
    }

    #[test]
    fn clipping_counts_characters_and_says_what_is_gone() {
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(clip("äöüß!", 3), "äöü… (2 more characters)");
    }
}
