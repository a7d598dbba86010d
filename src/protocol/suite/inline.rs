//! `/// forge-config: default.invariant.depth = 10` in front of a suite or one of its invariants. forge takes nothing from what a suite
//! inherits, neither of a base contract nor of an invariant that one has, but it does not take a line that is wrong either.

use super::{
    super::{Artifact, Files, Place},
    config::FoundryConfig,
    error::{SuiteError, SuiteProblem},
    file,
    invariant_keys::InvariantKeys,
    is_predicate,
    lineage::Lineage,
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
    let Some(lineage) = Lineage::read(files, artifact, PREFIX) else { return Ok((config.invariant, Vec::new())) };
    let mut said: BTreeMap<Option<String>, Layers> = BTreeMap::new();
    let mut notes = Vec::new();
    for (path, line) in lineage.lines() {
        let Some((_, words)) = line.text.split_once(PREFIX) else { continue };
        let place = Place { line: line.line, ..file(&files.display(path)) };
        let is_own = lineage.is_own(path, line);
        let mut inherited = Layers::default();
        let layers = if is_own { said.entry(line.function.clone()).or_default() } else { &mut inherited };
        let keys = read(words, config, layers).map_err(|message| {
            let problem = SuiteProblem::Inline(message);
            SuiteError::new(place.clone(), problem)
        })?;
        let of_test = line
            .function
            .as_ref()
            .is_some_and(|name| !artifact.abi.function(name).is_some_and(|named| named.iter().any(is_predicate)));
        if of_test {
            continue;
        }
        let of =
            line.function.as_ref().map_or_else(|| line.contract.clone(), |name| format!("{}.{name}", line.contract));
        for key in keys {
            notes.push(match key {
                Key { name, .. } if !is_own => format!(
                    "{place}: `{name}` of {of} has no effect: as with forge, {} takes nothing from what it inherits",
                    artifact.name
                ),
                Key { counts: true, .. } => continue,
                Key { name, .. } => format!("{place}: `{name}` of {of} has no effect here"),
            });
        }
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

/// A key that a line sets.
struct Key {
    name: String,
    /// Whether it has an effect where it is the suite's.
    counts: bool,
}

/// Reads a line into the layers of a comment, and gives its keys.
fn read(words: &str, config: &FoundryConfig, layers: &mut Layers) -> Result<Vec<Key>, String> {
    // Keys were written with dashes once.
    let (key, value) = words.trim().split_once('=').ok_or("expected `profile.invariant.key = value`")?;
    let line = format!("{}={value}", key.replace('-', "_"));
    let table = Table::from_str(&line).map_err(|error| error.message().to_owned())?;
    let mut found = Vec::new();
    for (profile, value) in &table {
        if !config.profiles.contains(profile) {
            return Err(format!("there is no profile `{profile}`; foundry.toml has {}", config.profiles.join(", ")));
        }
        let sections = value.as_table().ok_or_else(|| format!("`{profile}` is a profile, not a key"))?;
        for (section, keys) in sections {
            let keys = match keys {
                Value::Table(keys) if section == "invariant" => keys,
                _ => {
                    found.extend(names(section, keys).into_iter().map(|name| Key { name, counts: false }));
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
                let counts = layer.set(key, value).map_err(|expected| format!("`{key}` is not {expected}"))?;
                found.push(Key { name: format!("invariant.{key}"), counts });
            }
        }
    }
    Ok(found)
}

/// The keys of a section by their full names.
fn names(section: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Table(keys) => keys.keys().map(|key| format!("{section}.{key}")).collect(),
        _ => vec![section.to_owned()],
    }
}
