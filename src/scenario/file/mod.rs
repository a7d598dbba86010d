use super::Skeleton;
use crate::protocol::{Place, Severity};
use serde::{Deserialize, Serialize};
use toml::Spanned;

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
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub(super) struct Shows {
    /// A flash loan.
    pub(super) loan: bool,
    /// A plain transfer of a token to a contract.
    pub(super) donation: bool,
    /// Something that is done when a call comes back.
    pub(super) callback: bool,
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
    pub(super) step: Vec<Spanned<Template>>,
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
        /// What its first actions are for.
        #[serde(default)]
        script: Vec<Hole>,
        /// Any actions behind those.
        #[serde(default)]
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

/// An action of a script, or some, of which it is known what they are for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hole {
    pub(super) verb: Verb,
    /// How many, at least and at most.
    #[serde(default = "once")]
    pub(super) count: [usize; 2],
    #[serde(default)]
    pub(super) amount: Amount,
    /// What is done when the call comes back.
    #[serde(default)]
    pub(super) body: Vec<Self>,
}

/// What an action is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verb {
    /// Anything.
    Any,
    /// It takes tokens of the attacker for something: a deposit, a purchase.
    Pay,
    /// It gives the attacker tokens: a loan, a withdrawal, a purchase.
    Take,
    /// It sends tokens to a contract that does not ask for them.
    Donate,
    /// It is for others, or moves nothing: it brings somebody in, pays for somebody, brings something up to date.
    Poke,
    /// It calls the attacker's contract back.
    Reenter,
}

/// How much an action is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Amount {
    /// Any share of what is there.
    #[default]
    Any,
    /// The least that succeeds.
    Least,
    /// Mostly the most that succeeds.
    Most,
}

fn once() -> [usize; 2] {
    [1, 1]
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
    let line = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let raw: File = toml::from_str(text)
        .map_err(|error| at(error.span().map_or(0, |span| line(span.start)), error.message().to_owned()))?;
    for template in raw.variant.iter().flat_map(|variant| &variant.step) {
        check(template.get_ref()).map_err(|message| at(line(template.span().start), message))?;
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

/// What is wrong with a step.
fn check(template: &Template) -> Result<(), String> {
    match template {
        Template::Calls { count, .. } => check_range(*count),
        Template::Attack { around, script, count, after, .. } => {
            if around.is_none() && script.is_empty() && count[1] == 0 {
                return Err("a step of kind `attack` needs a `script`, a `count` or a role `around` it".to_owned());
            }
            check_range(*count)?;
            check_range(*after)?;
            script.iter().try_for_each(check_hole)
        }
        _ => Ok(()),
    }
}

fn check_hole(hole: &Hole) -> Result<(), String> {
    check_range(hole.count)?;
    if hole.amount != Amount::Any && !matches!(hole.verb, Verb::Pay | Verb::Take) {
        return Err("only `pay` and `take` have an `amount`".to_owned());
    }
    match (hole.verb, hole.body.is_empty()) {
        (Verb::Reenter, true) => Err("`reenter` needs a `body`: what is done when the call comes back".to_owned()),
        (Verb::Reenter, false) => hole.body.iter().try_for_each(check_hole),
        (_, false) => Err("only `reenter` has a `body`".to_owned()),
        (_, true) => Ok(()),
    }
}

fn check_range(count: [usize; 2]) -> Result<(), String> {
    if count[0] <= count[1] {
        return Ok(());
    }
    Err(format!("the range {count:?} is empty: write the smaller number first"))
}

#[cfg(test)]
mod tests {
    use super::parse;

    /// A scenario file with these keys in its only step.
    fn with_step(keys: &str) -> String {
        format!(
            "id = \"x\"\nrule = \"X\"\ntitle = \"x\"\nseverity = \"high\"\nexplain = \"x\"\n\n\
             [[variant]]\nprofit = true\n\n[[variant.step]]\n{keys}\n"
        )
    }

    #[test]
    fn a_step_that_cannot_be_drawn_is_refused_with_the_reason() {
        let cases = [
            (r#"kind = "attack""#, "missing field `loan`"),
            ("kind = \"attack\"\nloan = \"never\"", "needs a `script`, a `count` or a role `around` it"),
            ("kind = \"attack\"\nloan = \"never\"\ncount = [3, 2]", "the range [3, 2] is empty"),
            ("kind = \"attack\"\nloan = \"never\"\ncount = [1, 2]\nafter = [1, 0]", "the range [1, 0] is empty"),
            ("kind = \"attack\"\nloan = \"never\"\nscript = [{ verb = \"steal\" }]", "unknown variant `steal`"),
            ("kind = \"attack\"\nloan = \"never\"\nscript = [{ verb = \"reenter\" }]", "`reenter` needs a `body`"),
            (
                "kind = \"attack\"\nloan = \"never\"\nscript = [{ verb = \"pay\", body = [{ verb = \"any\" }] }]",
                "only `reenter` has a `body`",
            ),
            (
                "kind = \"attack\"\nloan = \"never\"\nscript = [{ verb = \"donate\", amount = \"most\" }]",
                "only `pay` and `take` have an `amount`",
            ),
            (
                "kind = \"attack\"\nloan = \"never\"\nscript = [{ verb = \"any\", count = [2, 1] }]",
                "the range [2, 1] is empty",
            ),
        ];
        for (keys, reason) in cases {
            let error = parse(&with_step(keys), "scenarios/x.toml").expect_err(keys).to_string();
            assert!(error.starts_with("scenarios/x.toml:1") && error.contains(reason), "{keys}: {error}");
        }
        let whole =
            "kind = \"attack\"\nloan = \"never\"\nscript = [{ verb = \"reenter\", body = [{ verb = \"take\" }] }]";
        parse(&with_step(whole), "scenarios/x.toml").expect("it is whole");
    }
}
