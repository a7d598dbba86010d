//! The keys of a table, each taken at most once; what is left has no effect and is named.

use super::super::{
    super::{Argument, ArgumentValue, Located, Place, nearest, parse_number},
    error::{SuiteError, SuiteProblem},
};
use alloy_primitives::{Address, U256, hex};

/// A table whose keys are taken one by one.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    left: Vec<&'a (Located<String>, Argument)>,
    /// What stands before its keys in messages: `fuzzing.testing.`
    prefix: String,
}

impl<'a> Keys<'a> {
    /// The keys of a whole file.
    pub(super) fn of(value: &'a Argument) -> Result<Self, SuiteError> {
        Ok(Self { left: entries(value, "the file")?.iter().collect(), prefix: String::new() })
    }

    /// The keys of the table behind `key`; none where it is absent.
    pub(super) fn table(&mut self, key: &str) -> Result<Self, SuiteError> {
        let prefix = format!("{}{key}.", self.prefix);
        let left = match self.take(key) {
            Some(value) => entries(value, key)?.iter().collect(),
            None => Vec::new(),
        };
        Ok(Self { left, prefix })
    }

    pub(super) fn take(&mut self, key: &str) -> Option<&'a Argument> {
        let index = self.left.iter().position(|(known, _)| known.value == key)?;
        Some(&self.left.remove(index).1)
    }

    /// Where a key is written that was not taken yet.
    pub(super) fn place(&self, key: &str) -> Option<Place> {
        self.left.iter().find(|(known, _)| known.value == key).map(|(known, _)| known.place.clone())
    }

    pub(super) fn bool(&mut self, key: &str) -> Result<Option<bool>, SuiteError> {
        self.take(key)
            .map(|value| match value.value {
                ArgumentValue::Bool(truth) => Ok(truth),
                _ => Err(wrong(value, key, "true or false")),
            })
            .transpose()
    }

    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>, SuiteError> {
        self.take(key).map(|value| text(value, key)).transpose()
    }

    pub(super) fn number(&mut self, key: &str) -> Result<Option<U256>, SuiteError> {
        self.take(key).map(|value| number(value, key)).transpose()
    }

    /// A number of at most 64 bits; what is larger is as good as the largest.
    pub(super) fn small(&mut self, key: &str) -> Result<Option<u64>, SuiteError> {
        Ok(self.number(key)?.map(|number| number.saturating_to()))
    }

    pub(super) fn address(&mut self, key: &str) -> Result<Option<Address>, SuiteError> {
        self.take(key).map(|value| address(value, key)).transpose()
    }

    /// The items of a list, read one by one.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        read: impl Fn(&'a Argument, &str) -> Result<T, SuiteError>,
    ) -> Result<Option<Vec<T>>, SuiteError> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let ArgumentValue::Array(items) = &value.value else { return Err(wrong(value, key, "a list")) };
        items.iter().map(|item| read(item, key)).collect::<Result<_, _>>().map(Some)
    }

    /// The entries of the table behind `key`.
    pub(super) fn entries(&mut self, key: &str) -> Result<&'a [(Located<String>, Argument)], SuiteError> {
        self.take(key).map_or(Ok(&[]), |value| entries(value, key))
    }

    /// Names what was not taken: keys that are `known` to have no effect, then those that nobody knows.
    pub(super) fn notes(&self, known: &[&str], taken: &[&str]) -> (Vec<String>, Vec<String>) {
        let (idle, unknown): (Vec<_>, Vec<_>) =
            self.left.iter().copied().partition(|(key, _)| known.contains(&key.value.as_str()));
        let idle = idle.iter().map(|(key, _)| format!("{}{}", self.prefix, key.value)).collect();
        let unknown = unknown.iter().map(|(key, _)| {
            let near = nearest(&key.value, taken.iter().chain(known).copied());
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            format!("{}: the key `{}{}` is not known{hint}", key.place, self.prefix, key.value)
        });
        (idle, unknown.collect())
    }
}

fn entries<'a>(value: &'a Argument, key: &str) -> Result<&'a [(Located<String>, Argument)], SuiteError> {
    match &value.value {
        ArgumentValue::Table(entries) => Ok(entries),
        _ => Err(wrong(value, key, "a table of keys and values")),
    }
}

pub(super) fn text(value: &Argument, key: &str) -> Result<String, SuiteError> {
    match &value.value {
        ArgumentValue::Text(text) | ArgumentValue::Number(text) => Ok(text.clone()),
        _ => Err(wrong(value, key, "a text")),
    }
}

/// A number, or a text that holds one: JSON's own numbers end too early.
pub(super) fn number(value: &Argument, key: &str) -> Result<U256, SuiteError> {
    let expected = "a whole number of at most 256 bits";
    let (ArgumentValue::Number(text) | ArgumentValue::Text(text)) = &value.value else {
        return Err(wrong(value, key, expected));
    };
    let number = parse_number(text).ok().and_then(|number| number.to_uint(256));
    number.ok_or_else(|| wrong(value, key, expected))
}

/// An address, whose leading zeros may be left out.
pub(super) fn address(value: &Argument, key: &str) -> Result<Address, SuiteError> {
    let wrong = || wrong(value, key, "an address such as 0x30000");
    let (ArgumentValue::Number(text) | ArgumentValue::Text(text)) = &value.value else { return Err(wrong()) };
    parse_address(text).ok_or_else(wrong)
}

/// `0x30000` as an address.
pub(super) fn parse_address(text: &str) -> Option<Address> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let padded = format!("{digits:0>40}");
    (!digits.is_empty() && padded.len() == 40)
        .then(|| hex::decode(padded).ok())
        .flatten()
        .map(|bytes| Address::from_slice(&bytes))
}

pub(super) fn wrong(value: &Argument, key: &str, expected: &str) -> SuiteError {
    SuiteError::new(value.place.clone(), SuiteProblem::Settings(format!("`{key}` is not {expected}")))
}
