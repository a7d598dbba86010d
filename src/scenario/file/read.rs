//! From what is written to what is meant, with an error at its place for what cannot be.

use super::{
    By, Expectation, Hole, Info, ScenarioFile, Script, Shows, Template, Variant, Verb, What,
    raw::{Kind, RawFile, RawHole, RawShows, RawStep, RawTest, RawVariant},
};
use crate::{
    protocol::{
        ConfigError, ConfigProblem, Located, ROLES, SourceText, bounded, fields, located, one_of, parse_toml, uint,
    },
    scenario::plumbing::{Bound, NamedCall, check_results},
};
use alloy_primitives::U256;
use serde_spanned::Spanned;
use std::ops::Range;

/// Weight of a scenario that says nothing else.
const USUAL_WEIGHT: usize = 4;
/// Largest weight.
const MAX_WEIGHT: u64 = 16;
/// Most actions that a range of a script may ask for.
const MAX_COUNT: usize = 64;
/// Largest budget of a test, calls.
const MAX_CALLS: u64 = 1_000_000_000;
/// Longest wait, blocks.
const MAX_WAIT: u64 = 1 << 24;
/// How deep bodies may be nested.
const MAX_DEPTH: usize = 8;

/// Reads a scenario file. `file` is its name in messages.
///
/// # Errors
///
/// When the text is not TOML, a key is unknown or missing or has no meaning where it stands, a role does not exist, a range is empty, or
/// an argument comes from a call that is not made before it.
pub fn parse(text: &str, file: &str) -> Result<ScenarioFile, ConfigError> {
    let source = SourceText::new(file, text);
    let raw: RawFile = parse_toml(&source)?;
    Reader { source: &source }.file(&raw)
}

struct Reader<'a> {
    source: &'a SourceText<'a>,
}

impl Reader<'_> {
    fn fail(&self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> ConfigError {
        let problem = ConfigProblem::Unsuitable { message: message.into(), help: help.into() };
        ConfigError::new(self.source.content(&span), problem)
    }

    fn file(&self, raw: &RawFile) -> Result<ScenarioFile, ConfigError> {
        for (word, what) in [(&raw.id, "id"), (&raw.rule, "rule")] {
            let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
            if word.get_ref().is_empty() || !word.get_ref().chars().all(is_plain) {
                let help = "use letters, digits, `-` and `_`";
                return Err(self.fail(word.span(), format!("`{}` is no {what}", word.get_ref()), help));
            }
        }
        let weight = raw.weight.as_ref().map(|weight| bounded(self.source, weight, 1..=MAX_WEIGHT)).transpose()?;
        if raw.variant.is_empty() {
            let message = "a scenario needs at least one variant with at least one step";
            return Err(self.fail(0..0, message, "add [[variant]] and [[variant.step]]"));
        }
        Ok(ScenarioFile {
            info: Info {
                id: raw.id.get_ref().clone(),
                rule: raw.rule.get_ref().clone(),
                title: raw.title.clone(),
                severity: raw.severity,
                needs: self.roles(&raw.needs)?,
                weight: weight.and_then(|weight| usize::try_from(weight).ok()).unwrap_or(USUAL_WEIGHT),
                explain: raw.explain.trim().to_owned(),
            },
            expects: raw.test.as_ref().map(|test| self.expectation(test)).transpose()?,
            place: self.source.content(&raw.id.span()),
            lacks: self.roles(&raw.lacks)?,
            priced: raw.priced,
            shows: self.shows(&raw.shows)?,
            variants: raw.variant.iter().map(|variant| self.variant(variant)).collect::<Result<_, _>>()?,
        })
    }

    fn expectation(&self, raw: &RawTest) -> Result<Expectation, ConfigError> {
        Ok(Expectation {
            calls: bounded(self.source, &raw.calls, 1..=MAX_CALLS)?,
            seed: bounded(self.source, &raw.seed, 0..=u64::MAX)?,
            finds: raw.finds,
        })
    }

    fn roles(&self, written: &[Spanned<String>]) -> Result<Vec<String>, ConfigError> {
        written.iter().map(|role| self.role(role)).collect()
    }

    fn role(&self, role: &Spanned<String>) -> Result<String, ConfigError> {
        one_of("role", role.get_ref(), &ROLES)
            .map_err(|problem| ConfigError::new(self.source.content(&role.span()), problem))?;
        Ok(role.get_ref().clone())
    }

    fn shows(&self, raw: &RawShows) -> Result<Shows, ConfigError> {
        let RawShows { loan, donation, callback, ref roles, beyond, waits, intent } = *raw;
        Ok(Shows { loan, donation, callback, roles: self.roles(roles)?, beyond, waits, intent })
    }

    fn variant(&self, raw: &Spanned<RawVariant>) -> Result<Variant, ConfigError> {
        let RawVariant { needs, profit, step } = raw.get_ref();
        if step.is_empty() {
            return Err(self.fail(raw.span(), "this variant has no step", "add [[variant.step]]"));
        }
        let steps = step.iter().map(|step| self.step(step)).collect::<Result<_, _>>()?;
        Ok(Variant { needs: self.roles(needs)?, profit: *profit, steps })
    }

    fn step(&self, whole: &Spanned<RawStep>) -> Result<Template, ConfigError> {
        let raw = whole.get_ref();
        let (name, keys): (_, &[&str]) = match raw.kind {
            Kind::Calls => ("calls", &["by", "count"]),
            Kind::Attack => ("attack", &["loan", "around", "script", "count", "after", "wait"]),
            Kind::Intent => ("intent", &[]),
            Kind::Market => ("market", &[]),
            Kind::Propose => ("propose", &["loan"]),
            Kind::Vote => ("vote", &["loan"]),
            Kind::Queue => ("queue", &[]),
            Kind::Execute => ("execute", &[]),
            Kind::Takeover => ("takeover", &["loan"]),
        };
        let written = [
            ("by", raw.by.as_ref().map(Spanned::span)),
            ("loan", raw.loan.as_ref().map(Spanned::span)),
            ("around", raw.around.as_ref().map(Spanned::span)),
            ("script", raw.script.as_ref().map(Spanned::span)),
            ("count", raw.count.as_ref().map(Spanned::span)),
            ("after", raw.after.as_ref().map(Spanned::span)),
            ("wait", raw.wait.as_ref().map(Spanned::span)),
        ];
        for (key, span) in written {
            if let Some(span) = span.filter(|_| !keys.contains(&key)) {
                let message = format!("`{key}` has no meaning in a step of kind `{name}`");
                return Err(self.fail(span, message, format!("remove `{key}`")));
            }
        }
        let missing = |key: &str| {
            let what = format!("this step of kind `{name}`");
            let problem = ConfigProblem::Missing { what, key: key.to_owned() };
            ConfigError::new(self.source.place(whole.span().start), problem)
        };
        let loan = || raw.loan.as_ref().map(|loan| *loan.get_ref()).ok_or_else(|| missing("loan"));
        let count = self.count(raw.count.as_ref())?;
        Ok(match raw.kind {
            Kind::Calls => Template::Calls {
                by: raw.by.as_ref().map_or(By::Attacker, |by| *by.get_ref()),
                count: count.ok_or_else(|| missing("count"))?,
            },
            Kind::Attack => {
                let holes = raw.script.as_ref().map(|script| self.script(script, 0)).transpose()?.unwrap_or_default();
                if raw.around.is_none() && holes.is_empty() && count.is_none_or(|count| count[1] == 0) {
                    let message = "a step of kind `attack` needs a `script`, a `count` or a role `around` it";
                    return Err(self.fail(whole.span(), message, "add `count = [1, 4]`"));
                }
                let wait = raw.wait.as_ref().map(|wait| bounded(self.source, wait, 0..=MAX_WAIT)).transpose()?;
                Template::Attack(Script {
                    loan: loan()?,
                    around: raw.around.as_ref().map(|role| self.role(role)).transpose()?,
                    holes,
                    count: count.unwrap_or_default(),
                    after: self.count(raw.after.as_ref())?.unwrap_or_default(),
                    wait: wait.unwrap_or_default(),
                })
            }
            Kind::Intent => Template::Intent,
            Kind::Market => Template::Market,
            Kind::Propose => Template::Propose { loan: loan()? },
            Kind::Vote => Template::Vote { loan: loan()? },
            Kind::Queue => Template::Queue,
            Kind::Execute => Template::Execute,
            Kind::Takeover => Template::Takeover { loan: loan()? },
        })
    }

    /// A list of actions, in which a result has a name only behind the call that returns it.
    fn script(&self, script: &Spanned<Vec<Spanned<RawHole>>>, depth: usize) -> Result<Vec<Hole>, ConfigError> {
        if depth > MAX_DEPTH {
            return Err(self.fail(
                script.span(),
                format!("more than {MAX_DEPTH} bodies within each other"),
                "remove one",
            ));
        }
        let holes = script.get_ref().iter().map(|hole| self.hole(hole, depth)).collect::<Result<Vec<_>, _>>()?;
        check_results(holes.iter().filter_map(|hole| match &hole.what {
            What::Call(call) => Some(&**call),
            What::For(_) => None,
        }))?;
        Ok(holes)
    }

    fn hole(&self, whole: &Spanned<RawHole>, depth: usize) -> Result<Hole, ConfigError> {
        let raw = whole.get_ref();
        let what = match (&raw.verb, &raw.call) {
            (Some(verb), None) => What::For(self.verb(raw, verb)?),
            (None, Some(call)) => What::Call(Box::new(self.call(raw, call)?)),
            (Some(verb), Some(_)) => {
                let message = "an action has a `verb` or a `call`, this one has both";
                return Err(self.fail(verb.span(), message, "remove one of them"));
            }
            (None, None) => {
                let help = "write `verb = \"pay\"`, or `call = \"pool.swap\"`";
                return Err(self.fail(whole.span(), "an action has a `verb` or a `call`, this one has neither", help));
            }
        };
        let body = raw.body.as_ref().map(|body| self.script(body, depth + 1)).transpose()?.unwrap_or_default();
        if body.is_empty() && what == What::For(Verb::Reenter) {
            let message = "`reenter` needs a `body`: what is done when the call comes back";
            return Err(self.fail(whole.span(), message, "add `body = [{ verb = \"take\" }]`"));
        }
        Ok(Hole {
            what,
            of: raw.of.as_ref().map(|of| located(self.source, of)),
            count: self.count(raw.count.as_ref())?.unwrap_or([1, 1]),
            amount: raw.amount.as_ref().map(|amount| *amount.get_ref()).unwrap_or_default(),
            body,
            bound: Bound::default(),
        })
    }

    /// What an action is for, where that takes what else is written about it.
    fn verb(&self, raw: &RawHole, verb: &Spanned<Verb>) -> Result<Verb, ConfigError> {
        let verb = *verb.get_ref();
        if let Some(amount) = raw.amount.as_ref().filter(|_| !matches!(verb, Verb::Pay | Verb::Take)) {
            let message = "only `pay`, `take` and calls have an `amount`";
            return Err(self.fail(amount.span(), message, "remove `amount`"));
        }
        if let Some(body) = raw.body.as_ref().filter(|_| verb != Verb::Reenter) {
            let message = "only `reenter` and calls have a `body`";
            return Err(self.fail(body.span(), message, "write `verb = \"reenter\"`, or remove `body`"));
        }
        let of_calls = [
            ("name", raw.name.as_ref().map(Spanned::span)),
            ("arguments", raw.arguments.as_ref().map(Spanned::span)),
            ("value", raw.value.as_ref().map(Spanned::span)),
        ];
        for (key, span) in of_calls {
            if let Some(span) = span {
                let message = format!("`{key}` has no meaning beside a `verb`");
                return Err(self.fail(
                    span,
                    message,
                    format!("remove `{key}`, or name the function: `call = \"pool.swap\"`"),
                ));
            }
        }
        Ok(verb)
    }

    fn call(&self, raw: &RawHole, call: &Spanned<String>) -> Result<NamedCall, ConfigError> {
        if let Some(of) = &raw.of {
            let message = "`of` has no meaning beside a `call`, which says whose function it is";
            return Err(self.fail(of.span(), message, "remove `of`"));
        }
        let whole = located(self.source, call);
        let Some((of, function)) = whole.value.split_once('.').filter(|(of, name)| !of.is_empty() && !name.is_empty())
        else {
            let message = format!("`{}` names no function of a role or a deployment", whole.value);
            return Err(self.fail(call.span(), message, "write `pool.swap`"));
        };
        let at = |value: &str| Located { value: value.to_owned(), place: whole.place.clone() };
        let value = raw.value.as_ref().map(|value| uint(self.source, value, 128)).transpose()?;
        let arguments = raw.arguments.as_ref().map(|table| fields(self.source, table.get_ref()));
        NamedCall::new(
            [at(of), at(function)],
            raw.name.as_ref().map(|name| located(self.source, name)),
            value.unwrap_or(U256::ZERO),
            arguments.unwrap_or_default(),
        )
    }

    fn count(&self, count: Option<&Spanned<[usize; 2]>>) -> Result<Option<[usize; 2]>, ConfigError> {
        let Some(count) = count else { return Ok(None) };
        let range @ [least, most] = *count.get_ref();
        if least > most {
            let message = format!("the range {range:?} is empty");
            return Err(self.fail(count.span(), message, format!("write the smaller number first: [{most}, {least}]")));
        }
        if most > MAX_COUNT {
            let message = format!("{most} is more than {MAX_COUNT}, the most that is drawn at a time");
            return Err(self.fail(count.span(), message, format!("write [{}, {MAX_COUNT}]", least.min(MAX_COUNT))));
        }
        Ok(Some(range))
    }
}
