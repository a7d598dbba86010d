//! The text of a source.

use super::{
    Position,
    outline::{FunctionSpan, functions},
};
use alloy_primitives::{B256, keccak256};

/// A source of the project, as it is on disk.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// How the compiler calls it.
    pub(super) name: String,
    /// Path from the project's folder.
    pub(super) path: String,
    /// Hash of its bytes.
    pub(super) hash: B256,
    /// Whether it is the project's own and no test.
    pub(super) is_own: bool,
    /// Whether it belongs to somebody else.
    pub(super) is_foreign: bool,
    pub(super) functions: Vec<FunctionSpan>,
    text: String,
    /// Where lines begin.
    lines: Vec<usize>,
}

impl SourceFile {
    pub(super) fn new(name: String, path: String, text: String) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        let (hash, functions) = (keccak256(&text), functions(&text));
        Self { name, path, hash, is_own: false, is_foreign: false, functions, text, lines }
    }

    /// Bytes.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The line of a byte, from 1; none behind the end.
    pub(super) fn line(&self, at: usize) -> Option<usize> {
        (at < self.text.len()).then(|| self.lines.partition_point(|begin| *begin <= at))
    }

    /// Line and column of a byte, both from 1; columns count characters.
    pub(super) fn position(&self, at: usize) -> Option<Position> {
        let line = self.line(at)?;
        let before = self.text.get(self.lines[line - 1]..at)?;
        Some(Position { file: self.path.clone(), line, column: before.chars().count() + 1 })
    }

    /// The function that a byte is part of, by index.
    pub(super) fn function_at(&self, at: usize) -> Option<usize> {
        // Functions do not contain functions.
        let index = self.functions.partition_point(|function| function.start <= at).checked_sub(1)?;
        (at < self.functions[index].end).then_some(index)
    }

    /// Whether what begins here is a block: it holds statements and is none.
    pub(super) fn is_block(&self, at: usize) -> bool {
        self.text.as_bytes().get(at) == Some(&b'{')
    }
}

#[cfg(test)]
mod tests {
    use super::SourceFile;

    #[test]
    fn a_column_counts_letters() {
        let file = SourceFile::new("a.sol".to_owned(), "a.sol".to_owned(), "x\n/* é */ y\n\nz".to_owned());
        let at = |at| file.position(at).map(|position| (position.line, position.column));
        assert_eq!(at(0), Some((1, 1)));
        // `é` has two bytes.
        assert_eq!(at(11), Some((2, 9)));
        assert_eq!((at(13), at(14)), (Some((3, 1)), Some((4, 1))));
        // Within a letter, and behind the end.
        assert_eq!((at(6), at(15), at(usize::MAX)), (None, None, None));
    }
}
