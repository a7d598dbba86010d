use super::Skeleton;
use crate::protocol::{Place, Severity};
use serde::{Deserialize, Serialize};

/// Names and texts of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Info {
    /// Name, as `--scenario` takes it.
    pub id: String,
    /// Rule of its findings.
    pub rule: String,
    /// One line.
    pub title: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// Roles that must be bound.
    pub needs: Vec<String>,
    /// How many cases it gets, relative to others.
    #[serde(skip)]
    pub weight: usize,
    /// What it does, known losses, and how it is judged.
    pub explain: String,
}

/// A scenario file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ScenarioFileError {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    rule: String,
    title: String,
    severity: Severity,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    lacks: Vec<String>,
    #[serde(default)]
    priced: bool,
    #[serde(default = "usual")]
    weight: usize,
    explain: String,
    #[serde(default)]
    shows: Shows,
    variant: Vec<Variant>,
}

/// Weight of a scenario that says nothing else.
fn usual() -> usize {
    4
}

/// What a minimal sequence must contain to be called by the scenario's rule; else it is a plain profit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Shows {
    /// A flash loan.
    pub(super) loan: bool,
    /// Calls of contracts with each of these roles.
    pub(super) roles: Vec<String>,
    /// A call of a contract with none of these roles that is no token.
    pub(super) beyond: bool,
    /// That time passes between steps.
    pub(super) waits: bool,
}

/// One skeleton of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variant {
    /// Roles that this variant needs beside those of the scenario.
    #[serde(default)]
    pub(super) needs: Vec<String>,
    /// Whether the attacker's profit is judged.
    pub(super) profit: bool,
    /// The skeleton.
    pub(super) step: Vec<Template>,
}

/// A step with holes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Template {
    /// Plain calls.
    Calls {
        #[serde(default)]
        by: By,
        count: [usize; 2],
    },
    /// A script of the attacker's contract.
    Attack {
        loan: Loan,
        /// Role whose functions open the script and often close it.
        around: Option<String>,
        count: [usize; 2],
        /// Actions after the loan is repaid.
        #[serde(default)]
        after: [usize; 2],
        /// Blocks that pass before it, at twelve seconds each.
        #[serde(default)]
        wait: u64,
    },
    /// A market move of some feed.
    Market {},
    /// Propose a drawn payload.
    Propose { loan: Loan },
    /// Vote for it.
    Vote { loan: Loan },
    /// Queue it.
    Queue {},
    /// Execute it.
    Execute {},
    /// Propose, vote and execute in one script.
    Takeover { loan: Loan },
}

/// Who sends plain calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    /// The attacker.
    #[default]
    Attacker,
    /// Any actor that sends generated calls.
    Everyone,
}

/// Whether a script runs inside a flash loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Loan {
    /// Without a loan.
    Never,
    /// With one, where there is a lender, two times of three.
    Sometimes,
    /// With one.
    Always,
}

/// Reads a scenario file.
///
/// # Errors
///
/// When the text is not TOML, a key is unknown or missing, or a range is empty.
pub fn parse(text: &str, file: &str) -> Result<Skeleton, ScenarioFileError> {
    let at = |line, message| ScenarioFileError { place: Place { file: file.to_owned(), line, column: 0 }, message };
    let raw: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        at(line, error.message().to_owned())
    })?;
    for template in raw.variant.iter().flat_map(|variant| &variant.step) {
        if let Template::Calls { count, .. } | Template::Attack { count, .. } = template
            && count[0] > count[1]
        {
            return Err(at(0, format!("the range {count:?} is empty: write the smaller number first")));
        }
    }
    if raw.variant.is_empty() || raw.variant.iter().any(|variant| variant.step.is_empty()) {
        return Err(at(0, "a scenario needs at least one variant with at least one step".to_owned()));
    }
    let info = Info {
        id: raw.id,
        rule: raw.rule,
        title: raw.title,
        severity: raw.severity,
        needs: raw.needs,
        weight: raw.weight.clamp(1, 16),
        explain: raw.explain.trim().to_owned(),
    };
    Ok(Skeleton { info, lacks: raw.lacks, priced: raw.priced, shows: raw.shows, variants: raw.variant })
}
