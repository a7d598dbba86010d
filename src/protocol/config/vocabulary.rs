//! Words that a project adds to the expression language.

use super::{
    super::{Constant, GhostSource, Vocabulary, source::SourceText},
    ArgumentValue, ConfigError, ConfigProblem, Located, Names,
    raw::{RawGhost, Table, Value},
    resolve::{argument, located},
};
use serde_spanned::Spanned;

/// What constants and ghosts say, with names that nothing else has.
pub(super) fn resolve(
    source: &SourceText<'_>,
    (constants, ghosts): (&Table<Spanned<Value>>, &[Spanned<RawGhost>]),
    names: &mut Names,
) -> Result<Vocabulary, ConfigError> {
    let mut written: Vec<_> = constants.iter().collect();
    written.sort_by_key(|(name, _)| name.span().start);
    let mut vocabulary = Vocabulary::default();
    for (name, value) in written {
        names.add_word("the name", name.get_ref(), &source.place(name.span().start))?;
        let Located { value: text, place } = expression(source, value)?;
        vocabulary.constants.push(Constant { name: name.get_ref().clone(), text, place });
    }
    for raw in ghosts.iter().map(Spanned::get_ref) {
        let name = located(source, &raw.name);
        names.add_word("the name", &name.value, &name.place)?;
        vocabulary.ghosts.push(GhostSource {
            name,
            on: located(source, &raw.on),
            add: expression(source, &raw.add)?,
            key: raw.key.as_ref().map(|key| located(source, key)),
            initial: raw.initial.as_ref().map(|value| expression(source, value)).transpose()?,
        });
    }
    Ok(vocabulary)
}

/// `"5 bps"`, or a number without quotes.
fn expression(source: &SourceText<'_>, value: &Spanned<Value>) -> Result<Located<String>, ConfigError> {
    let written = argument(source, value);
    let text = match written.value {
        ArgumentValue::Number(text) | ArgumentValue::Text(text) => text,
        ArgumentValue::Bool(truth) => truth.to_string(),
        other @ (ArgumentValue::Array(_) | ArgumentValue::Table(_)) => {
            let (expected, found) = ("a number or an expression in quotes".to_owned(), other.describe().to_owned());
            return Err(ConfigError::new(written.place, ConfigProblem::WrongType { expected, found }));
        }
    };
    Ok(Located { value: text, place: written.place })
}
