//! TOML text to raw shapes, with errors that name the place and the nearest key.

use super::{
    super::source::SourceText,
    error::{ConfigError, ConfigProblem},
};
use serde::de::DeserializeOwned;

/// Parses a text into a raw shape.
pub(crate) fn parse<T: DeserializeOwned>(source: &SourceText<'_>) -> Result<T, ConfigError> {
    toml::from_str(source.text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        ConfigError::new(source.place(span.start), problem(error.message()))
    })
}

/// serde's words, taken apart: `unknown field `x`, expected one of `a`, `b``.
fn problem(message: &str) -> ConfigProblem {
    let message = message.trim();
    let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_owned);
    let mut first = || quoted.next().unwrap_or_default();
    if message.starts_with("unknown field") {
        return ConfigProblem::UnknownKey { key: first(), known: quoted.collect() };
    }
    if message.starts_with("unknown variant") {
        return ConfigProblem::Unknown { what: "word", name: first(), known: quoted.collect() };
    }
    if message.starts_with("missing field") {
        return ConfigProblem::Missing { what: String::from("this table"), key: first() };
    }
    if let Some((found, expected)) =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
    {
        let found = match found {
            // The parser hands a date over as a table of its own.
            date if date.contains("$__toml_private_datetime") => "date",
            "sequence" => "array",
            "map" => "table",
            other => other,
        };
        let article = if found.starts_with(['i', 'a', 'e', 'o']) { "an" } else { "a" };
        let expected = match expected {
            "a spanned value" => "a value",
            rest if rest.starts_with("struct ") => "a table",
            "a sequence" => "an array",
            "a map" => "a table",
            rest => rest,
        };
        return ConfigProblem::WrongType { expected: expected.to_owned(), found: format!("{article} {found}") };
    }
    ConfigProblem::Toml(message.replace('\n', "; "))
}
