use super::Place;
use std::ops::Range;

/// Lines longer than this are no longer read by people: columns then count bytes, which needs no scan.
const LONG_LINE: usize = 4_096;

/// A text with its name: turns byte offsets into places.
#[derive(Debug, Clone)]
pub(crate) struct SourceText<'a> {
    file: &'a str,
    pub(crate) text: &'a str,
    /// Byte offset of each line.
    lines: Vec<usize>,
}

impl<'a> SourceText<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(offset, _)| offset + 1)).collect();
        Self { file, text, lines }
    }

    /// The place of a byte; columns count characters.
    pub(crate) fn place(&self, offset: usize) -> Place {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let line = self.lines.partition_point(|start| *start <= end);
        let before = &self.text[self.lines[line - 1]..end];
        let column = if before.len() > LONG_LINE { before.len() } else { before.chars().count() };
        Place { file: self.file.to_owned(), line, column: column + 1 }
    }

    /// The place where the content of a TOML string begins: behind its quotes.
    pub(crate) fn content(&self, span: &Range<usize>) -> Place {
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
    pub(crate) fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }
}
