//! Byte strings as Haskell shows them: `"ab\NUL\255\&1"`.

/// Names of the control characters, in the order of their codes.
const NAMES: [&str; 33] = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "a", "b", "t", "n", "v", "f", "r", "SO", "SI", "DLE", "DC1",
    "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US", "SP",
];

/// The bytes of a shown string; none where it is not one.
pub(super) fn read(text: &str) -> Option<Vec<u8>> {
    let mut rest = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut bytes = Vec::new();
    while let Some(first) = rest.chars().next() {
        if first != '\\' {
            bytes.push(u8::try_from(u32::from(first)).ok()?);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        rest = &rest[1..];
        if let Some(behind) = rest.strip_prefix('&') {
            rest = behind;
        } else if let Some((byte, behind)) = escape(rest) {
            bytes.push(byte);
            rest = behind;
        } else {
            return None;
        }
    }
    Some(bytes)
}

/// What stands behind a backslash, and what follows it.
fn escape(text: &str) -> Option<(u8, &str)> {
    match text.chars().next()? {
        quoted @ ('"' | '\\' | '\'') => Some((quoted as u8, text.get(1..)?)),
        'x' => number(text.get(1..)?, 16),
        'o' => number(text.get(1..)?, 8),
        digit if digit.is_ascii_digit() => number(text, 10),
        _ => {
            let named = NAMES.iter().enumerate().filter(|(_, name)| text.starts_with(**name));
            // `SOH` before `SO`.
            let longest = named.max_by_key(|(_, name)| name.len());
            let deleted = text.strip_prefix("DEL").map(|rest| (127, rest));
            deleted.or_else(|| longest.map(|(code, name)| (code as u8, &text[name.len()..])))
        }
    }
}

/// The number that a text begins with, and what follows it.
fn number(text: &str, radix: u32) -> Option<(u8, &str)> {
    let length = text.chars().take_while(|digit| digit.is_digit(radix)).count();
    Some((u8::from_str_radix(text.get(..length)?, radix).ok()?, text.get(length..)?))
}

/// Bytes as Haskell reads them: letters as they are, all others by their codes.
pub(super) fn write(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    let mut coded = false;
    for byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            // A digit behind a code would be a part of it.
            b'0'..=b'9' if coded => text.extend(['\\', '&', char::from(*byte)]),
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => text.extend([String::from("\\"), byte.to_string()]),
        }
        coded = !(b' '..=b'~').contains(byte);
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn every_string_of_bytes_reads_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(read(&write(&all)), Some(all));
        for bytes in [&b""[..], b"\x001", b"\xff9\"\\", b"plain"] {
            assert_eq!(read(&write(bytes)), Some(bytes.to_vec()));
        }
    }

    #[test]
    fn what_haskell_shows_is_read() {
        assert_eq!(
            read("\"ab\\NUL\\255\\&1\\SOH\\SO\\&H\\DEL\\n\\x41\""),
            Some(b"ab\x00\xff1\x01\x0eH\x7f\nA".to_vec())
        );
        for wrong in ["", "ab", "\"\\", "\"\\256\"", "\"\\Q\""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
