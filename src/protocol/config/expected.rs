//! Violations that are expected, for a reason and perhaps until a day.

use super::{
    super::{Accepted, Expected, source::SourceText},
    ConfigError, ConfigProblem,
    raw::RawExpected,
};
use jiff::civil::Date;
use serde_spanned::Spanned;
use std::ops::Range;

pub(super) fn resolve(source: &SourceText<'_>, raw: &[Spanned<RawExpected>]) -> Result<Vec<Expected>, ConfigError> {
    raw.iter().map(|whole| one(source, whole)).collect()
}

fn one(source: &SourceText<'_>, whole: &Spanned<RawExpected>) -> Result<Expected, ConfigError> {
    let raw = whole.get_ref();
    let fail = |span: &Range<usize>, message: String, help: &str| {
        let problem = ConfigProblem::Unsuitable { message, help: help.to_owned() };
        ConfigError::new(source.content(span), problem)
    };
    let name = |text: &Spanned<String>| text.get_ref().trim().to_owned();
    let (what, named, missing, help) = match (&raw.invariant, &raw.finding) {
        (Some(text), None) => {
            let help = "name an instance, `SUPPLY-001(gold)`, an id, or a glob of ids, `SUPPLY-*`";
            (Accepted::Invariant(name(text)), text, "an invariant", help)
        }
        (None, Some(text)) => {
            (Accepted::Finding(name(text)), text, "a finding", "name it by its id: `heist findings list`")
        }
        (Some(_), Some(text)) => {
            let message = "an exception of an invariant and of a finding".to_owned();
            return Err(fail(&text.span(), message, "write two `[[expected]]`, each with one of both"));
        }
        (None, None) => {
            let help = "name an `invariant`, `SUPPLY-001(gold)`, or a `finding` by the id that `heist run` says";
            return Err(fail(&whole.span(), "an exception of nothing".to_owned(), help));
        }
    };
    for (text, missing, help) in [
        (named, missing, help),
        (
            &raw.reason,
            "a reason",
            "say in a sentence why the violation is accepted: it is what readers of the report see",
        ),
    ] {
        if text.get_ref().trim().is_empty() {
            return Err(fail(&text.span(), format!("an exception without {missing}"), help));
        }
    }
    let until = raw.until.as_ref().map(|text| {
        parse_day(text.get_ref()).ok_or_else(|| {
            let help = "write the last day on which it counts as expected as \"2027-01-31\"";
            fail(&text.span(), format!("`{}` is no day", text.get_ref()), help)
        })
    });
    Ok(Expected {
        what,
        reason: raw.reason.get_ref().trim().to_owned(),
        until: until.transpose()?,
        place: source.content(&named.span()),
    })
}

/// A day, `2027-01-31`, and nothing beside it: the library would also take one with a time.
pub fn parse_day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text)
}
