//! `/// forge-config: default.invariant.depth = 10` in front of a suite or one of its invariants.

use super::{
    super::{Artifact, Files, Place},
    comments::{DocLine, doc_lines},
    config::FoundryConfig,
    error::{SuiteError, SuiteProblem},
    file,
    invariant_keys::InvariantKeys,
    is_predicate,
};
use std::{collections::BTreeMap, str::FromStr};
use toml::{Table, Value};

/// What a line of configuration begins with.
const PREFIX: &str = "forge-config:";

/// What one comment says, under the default profile and under the one that is asked for.
type Layers = [InvariantKeys; 2];

/// What holds for the campaign of a suite, and sentences about what is said inline and has no effect.
///
/// # Errors
///
/// When a line cannot be read, or names a profile that does not exist.
pub(super) fn keys(
    files: &dyn Files,
    config: &FoundryConfig,
    artifact: &Artifact,
) -> Result<(InvariantKeys, Vec<String>), SuiteError> {
    let Some((path, text)) = source(files, artifact) else { return Ok((config.invariant, Vec::new())) };
    let shown = files.display(&path);
    let mut said: BTreeMap<Option<String>, Layers> = BTreeMap::new();
    let mut notes = Vec::new();
    for line in doc_lines(&text).into_iter().filter(|line| line.contract == artifact.name) {
        let Some((_, words)) = line.text.split_once(PREFIX) else { continue };
        let place = Place { line: line.line, ..file(&shown) };
        let layers = said.entry(line.function.clone()).or_default();
        let silent = read(words, config, layers).map_err(|message| {
            let problem = SuiteProblem::Inline(message);
            SuiteError::new(place.clone(), problem)
        })?;
        let of_test = line
            .function
            .as_ref()
            .is_some_and(|name| !artifact.abi.function(name).is_some_and(|named| named.iter().any(is_predicate)));
        notes.extend(silent.into_iter().filter(|_| !of_test).map(|key| note(&place, &line, &key)));
    }
    let of = |function: Option<&str>| {
        let [default, profile] = said.get(&function.map(str::to_owned)).copied().unwrap_or_default();
        profile.over(default)
    };
    let suite = of(None).over(config.invariant);
    let predicates = artifact.abi.functions().filter(|function| is_predicate(function));
    let each = predicates.map(|function| of(Some(&function.name)).over(suite));
    Ok((each.reduce(InvariantKeys::together).unwrap_or(suite), notes))
}

fn note(place: &Place, line: &DocLine, key: &str) -> String {
    let of = line.function.as_ref().map_or_else(|| line.contract.clone(), |name| format!("{}.{name}", line.contract));
    format!("{place}: `{key}` of {of} has no effect here")
}

/// The file of a suite among the project's: its path, and its text.
fn source(files: &dyn Files, artifact: &Artifact) -> Option<(String, String)> {
    let path = artifact.source.clone();
    let bytes = files.read(&path).ok()??.into_owned();
    Some((path, String::from_utf8(bytes).ok()?))
}

/// Reads a line into the layers of a comment, and gives the keys that have no effect.
fn read(words: &str, config: &FoundryConfig, layers: &mut Layers) -> Result<Vec<String>, String> {
    // Keys were written with dashes once.
    let (key, value) = words.trim().split_once('=').ok_or("expected `profile.invariant.key = value`")?;
    let line = format!("{}={value}", key.replace('-', "_"));
    let table = Table::from_str(&line).map_err(|error| error.message().to_owned())?;
    let mut silent = Vec::new();
    for (profile, value) in &table {
        if !config.profiles.contains(profile) {
            return Err(format!("there is no profile `{profile}`; foundry.toml has {}", config.profiles.join(", ")));
        }
        let sections = value.as_table().ok_or_else(|| format!("`{profile}` is a profile, not a key"))?;
        for (section, keys) in sections {
            let keys = match keys {
                Value::Table(keys) if section == "invariant" => keys,
                _ => {
                    silent.extend(names(section, keys));
                    continue;
                }
            };
            for (key, value) in keys {
                // What other profiles say is read all the same: a mistake there should not wait for them.
                let mut other = InvariantKeys::default();
                let layer = match profile.as_str() {
                    _ if *profile == config.profile => &mut layers[1],
                    "default" => &mut layers[0],
                    _ => &mut other,
                };
                if !layer.set(key, value).map_err(|expected| format!("`{key}` is not {expected}"))? {
                    silent.push(format!("invariant.{key}"));
                }
            }
        }
    }
    Ok(silent)
}

/// The keys of a section by their full names.
fn names(section: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Table(keys) => keys.keys().map(|key| format!("{section}.{key}")).collect(),
        _ => vec![section.to_owned()],
    }
}
