//! Violations that are expected, for a reason and perhaps until a day.

use super::{
    super::{Expected, source::SourceText},
    ConfigError, ConfigProblem,
    raw::RawExpected,
};
use jiff::civil::Date;
use serde_spanned::Spanned;

pub(super) fn resolve(source: &SourceText<'_>, raw: &[Spanned<RawExpected>]) -> Result<Vec<Expected>, ConfigError> {
    raw.iter().map(|whole| one(source, whole.get_ref())).collect()
}

fn one(source: &SourceText<'_>, raw: &RawExpected) -> Result<Expected, ConfigError> {
    let fail = |text: &Spanned<String>, problem| ConfigError::new(source.content(&text.span()), problem);
    for (text, what, help) in [
        (&raw.invariant, "an invariant", "name an instance, `SUPPLY-001(gold)`, an id, or a glob of ids, `SUPPLY-*`"),
        (
            &raw.reason,
            "a reason",
            "say in a sentence why the violation is accepted: it is what readers of the report see",
        ),
    ] {
        if text.get_ref().trim().is_empty() {
            let message = format!("an exception without {what}");
            return Err(fail(text, ConfigProblem::Unsuitable { message, help: help.to_owned() }));
        }
    }
    let until = raw.until.as_ref().map(|text| {
        date(text.get_ref()).ok_or_else(|| {
            let message = format!("`{}` is no day", text.get_ref());
            let help = "write the last day on which it counts as expected as \"2027-01-31\"".to_owned();
            fail(text, ConfigProblem::Unsuitable { message, help })
        })
    });
    Ok(Expected {
        invariant: raw.invariant.get_ref().trim().to_owned(),
        reason: raw.reason.get_ref().trim().to_owned(),
        until: until.transpose()?,
        place: source.content(&raw.invariant.span()),
    })
}

/// A day, and nothing beside it: the library would also take one with a time.
fn date(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text)
}
