//! The expression language: text to syntax tree. Knows nothing of protocols; names are resolved in `check`.

mod ast;
mod number;
mod parser;
mod token;

pub(super) use ast::{BinaryOperator, Expression, FoldKind, Kind, Render, UnaryOperator};
pub(super) use number::one;
pub(super) use parser::parse;

use crate::protocol::Place;

/// Longest expression, bytes.
pub(super) const MAX_LENGTH: usize = 16 << 10;
/// Deepest nesting of parentheses, calls, conditions and signs.
pub(super) const MAX_NESTING: usize = 64;
/// Deepest syntax tree: a chain `a + b + c` is as deep as it is long.
pub(super) const MAX_DEPTH: usize = 128;

/// A text that is not an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxError {
    /// It is too long.
    #[error("the expression has {length} bytes, more than {MAX_LENGTH}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// It is nested too deeply.
    #[error(
        "the expression is nested too deeply (more than {MAX_NESTING} levels, or a chain of more than {MAX_DEPTH} terms)"
    )]
    TooDeep,
    /// A character that the language does not have.
    #[error("unexpected character `{}`", character.escape_default())]
    Character {
        /// The character.
        character: char,
    },
    /// A number that is not one.
    #[error("{reason}")]
    Number {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A text that does not end, or holds what a text cannot.
    #[error("a text is printable ASCII between two `\"`, without `\\` and without escapes")]
    Text,
    /// Something else was expected here.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What could stand here.
        expected: &'static str,
        /// What does.
        found: String,
    },
}

/// Where the byte at `offset` of `text` is, when `text` begins at `start`.
pub(super) fn locate(start: &Place, text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let newlines = before.matches('\n').count();
    let tail = before.rsplit('\n').next().unwrap_or(before).chars().count();
    let (line, column) = match (start.line, newlines) {
        (0, _) => (0, 0),
        (line, 0) => (line, if start.column == 0 { 0 } else { start.column + tail }),
        (line, newlines) => (line + newlines, tail + 1),
    };
    Place { file: start.file.clone(), line, column }
}
