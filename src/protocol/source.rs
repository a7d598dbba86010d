use super::Place;
use std::ops::Range;

/// A text with its name: turns byte offsets into places.
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceText<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl SourceText<'_> {
    /// The place of a byte; columns count characters.
    pub(super) fn place(&self, offset: usize) -> Place {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place { file: self.file.to_owned(), line, column: before[start..].chars().count() + 1 }
    }

    /// The place where the content of a TOML string begins: behind its quotes.
    pub(super) fn content(&self, span: &Range<usize>) -> Place {
        let text = self.slice(span);
        let quotes = if text.starts_with("\"\"\"") || text.starts_with("'''") {
            // A newline right behind the opening quotes is not part of the string.
            let rest = &text[3..];
            if rest.starts_with("\r\n") {
                5
            } else if rest.starts_with('\n') {
                4
            } else {
                3
            }
        } else {
            usize::from(text.starts_with(['"', '\'']))
        };
        self.place(span.start + quotes)
    }

    /// The text of a span.
    pub(super) fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }
}
