//! What the user, not the project, says about a project.

use std::{collections::BTreeMap, str::FromStr as _};
use toml::{Table, Value};

/// What the user, not the project, says about a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteOptions {
    /// The profile of `foundry.toml`.
    pub profile: String,
    /// Variables that replace its keys, by name: `FOUNDRY_OUT`, `FOUNDRY_INVARIANT_DEPTH`. Those that mean no key that counts are
    /// passed over.
    pub variables: BTreeMap<String, String>,
}

impl SuiteOptions {
    /// A profile, and nothing else.
    pub fn profile(name: &str) -> Self {
        Self { profile: name.to_owned(), variables: BTreeMap::new() }
    }

    /// The variables as keys below their tables (none: the profile's own), with the names that they have.
    pub(super) fn values(&self) -> Vec<(String, Value, &str)> {
        let value = |text: &str| {
            let parsed = Table::from_str(&format!("value = {text}")).ok();
            parsed.and_then(|mut table| table.remove("value")).unwrap_or_else(|| Value::String(text.to_owned()))
        };
        let keys = self.variables.iter().filter_map(|(name, text)| {
            Some((name.strip_prefix("FOUNDRY_")?.to_lowercase(), value(text), name.as_str()))
        });
        keys.collect()
    }
}
