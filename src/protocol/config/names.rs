use super::{super::Place, ConfigError, ConfigProblem};
use std::collections::{BTreeMap, BTreeSet};

/// Words of the expression language that a name must not hide.
const RESERVED: [&str; 22] = [
    "attack", "eth", "actors", "holders", "sender", "block", "true", "false", "address", "balance", "sum", "all",
    "any", "min", "max", "count", "old", "initial", "minted", "burned", "called", "in",
];

/// Whether a name is a word of the expression language.
pub(in crate::protocol) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Who is called what: actors and deployments share one set of names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    actors: BTreeMap<String, usize>,
    deployments: BTreeMap<String, Deployment>,
    /// Names of values, with their lines.
    words: BTreeMap<String, usize>,
}

#[derive(Debug, Clone)]
struct Deployment {
    /// Index of its step.
    step: usize,
    line: usize,
    /// Every word of the step that could be a name.
    mentions: BTreeSet<String>,
}

impl Names {
    /// A name for a value in expressions, which nothing else may have.
    pub(super) fn add_word(&mut self, what: &'static str, name: &str, place: &Place) -> Result<(), ConfigError> {
        check(name, place)?;
        let deployment = self.deployments.get(name).map(|deployment| deployment.line);
        let line = self.actors.get(name).or(self.words.get(name)).copied().or(deployment);
        if let Some(line) = line {
            let problem = ConfigProblem::Duplicate { what, name: name.to_owned(), line };
            return Err(ConfigError::new(place.clone(), problem));
        }
        self.words.insert(name.to_owned(), place.line);
        Ok(())
    }

    pub(super) fn add_actor(&mut self, name: &str, place: &Place) -> Result<(), ConfigError> {
        check(name, place)?;
        // TOML itself refuses a table that is written twice.
        self.actors.insert(name.to_owned(), place.line);
        Ok(())
    }

    pub(super) fn add_deployment(
        &mut self,
        name: &str,
        step: usize,
        mentions: BTreeSet<String>,
        place: Place,
    ) -> Result<(), ConfigError> {
        check(name, &place)?;
        let duplicate = |what, line| ConfigProblem::Duplicate { what, name: name.to_owned(), line };
        if let Some(line) = self.actors.get(name) {
            return Err(ConfigError::new(place, duplicate("actor", *line)));
        }
        if let Some(first) = self.deployments.get(name) {
            return Err(ConfigError::new(place, duplicate("deployment", first.line)));
        }
        self.deployments.insert(name.to_owned(), Deployment { step, line: place.line, mentions });
        Ok(())
    }

    pub(super) fn has_deployments(&self) -> bool {
        !self.deployments.is_empty()
    }

    /// Checks that `name` is an actor.
    pub(crate) fn actor(&self, name: &str) -> Result<(), ConfigProblem> {
        if self.actors.contains_key(name) {
            return Ok(());
        }
        Err(ConfigProblem::Unknown {
            what: "actor",
            name: name.to_owned(),
            known: self.actors.keys().cloned().collect(),
        })
    }

    /// Checks that `name` is a deployment.
    pub(crate) fn deployment(&self, name: &str) -> Result<(), ConfigProblem> {
        if self.deployments.contains_key(name) {
            return Ok(());
        }
        let known = self.deployments.keys().cloned().collect();
        Err(ConfigProblem::Unknown { what: "deployment", name: name.to_owned(), known })
    }

    /// Checks that `name` is a deployment of a step before `step`.
    pub(crate) fn earlier(&self, name: &str, step: usize) -> Result<(), ConfigProblem> {
        self.deployment(name)?;
        let found = &self.deployments[name];
        if found.step < step {
            return Ok(());
        }
        let user = self.deployments.iter().find(|(_, deployment)| deployment.step == step).map(|(user, _)| user);
        let line = found.line;
        Err(match user {
            Some(user) if user == name => ConfigProblem::Itself(name.to_owned()),
            Some(user) if self.needs(name, user) => {
                ConfigProblem::Cycle { user: user.clone(), name: name.to_owned(), line }
            }
            _ => ConfigProblem::Later { name: name.to_owned(), line },
        })
    }

    /// Checks that `name` has an address when `step` runs: an actor, or an earlier deployment.
    pub(crate) fn addressable(&self, name: &str, step: usize) -> Result<(), ConfigProblem> {
        if self.actors.contains_key(name) {
            return Ok(());
        }
        if self.deployments.contains_key(name) {
            return self.earlier(name, step);
        }
        let known = self.actors.keys().chain(self.deployments.keys()).cloned().collect();
        Err(ConfigProblem::Unknown { what: "actor or deployment", name: name.to_owned(), known })
    }

    /// Whether `name` is an actor or a deployment.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.actors.contains_key(name) || self.deployments.contains_key(name)
    }

    /// Whether `from` mentions `to`, directly or through others.
    fn needs(&self, from: &str, to: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(name) = open.pop() {
            if name == to {
                return true;
            }
            if seen.insert(name)
                && let Some(deployment) = self.deployments.get(name)
            {
                open.extend(deployment.mentions.iter().map(String::as_str));
            }
        }
        false
    }
}

fn check(name: &str, place: &Place) -> Result<(), ConfigError> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let problem = if name.is_empty()
        || name.len() > 100
        || name.starts_with(|letter: char| letter.is_ascii_digit())
        || !name.chars().all(plain)
    {
        ConfigProblem::BadName(name.chars().take(100).collect())
    } else if RESERVED.contains(&name) {
        ConfigProblem::Reserved(name.to_owned())
    } else {
        return Ok(());
    };
    Err(ConfigError::new(place.clone(), problem))
}

/// Checks that `word` is one of `known`.
pub(crate) fn one_of(what: &'static str, word: &str, known: &[&str]) -> Result<(), ConfigProblem> {
    if known.contains(&word) {
        return Ok(());
    }
    let known = known.iter().map(|word| (*word).to_owned()).collect();
    Err(ConfigProblem::Unknown { what, name: word.to_owned(), known })
}
