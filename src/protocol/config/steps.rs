//! The set-up: each step is one of deploy, call, attach and advance, and uses only names of steps before it.

use super::{
    super::{ActorKind, source::SourceText},
    ActorConfig, Attach, AttachAt, CallStep, ConfigError, ConfigProblem, Deploy, IntentConfig, Located, Names, Step,
    StepKind, Targets,
    raw::{RawAdvance, RawIntent, RawStep, Table, Value},
    resolve::{address, argument, bounded, located, uint},
};
use alloy_primitives::U256;
use serde_spanned::Spanned;
use std::collections::BTreeSet;

/// Largest weight of a function.
const MAX_WEIGHT: u64 = 1_000_000;
/// Longest time that one step may let pass, seconds or blocks.
const MAX_ADVANCE: u64 = 1 << 40;

pub(super) fn resolve(
    source: &SourceText<'_>,
    steps: &[Spanned<RawStep>],
    actors: &[ActorConfig],
    names: &mut Names,
) -> Result<Vec<Step>, ConfigError> {
    // Names first: a step that uses a later deployment is told so.
    for (index, step) in steps.iter().enumerate() {
        let step = step.get_ref();
        if let Some(artifact) = step.deploy.as_ref().or(step.attach.as_ref()) {
            let (name, span) = name(step, artifact);
            names.add_deployment(&name, index, mentions(step), source.content(&span))?;
        }
    }
    if !names.has_deployments() {
        return Err(ConfigError::new(source.place(0), ConfigProblem::NothingDeployed));
    }
    let steps = steps.iter().enumerate();
    steps.map(|(index, step)| Context { source, actors, names, index, step: step.get_ref() }.resolve(step)).collect()
}

/// Calls that honest actors are about to make, behind the whole set-up.
pub(super) fn intents(
    source: &SourceText<'_>,
    written: &[Spanned<RawIntent>],
    names: &Names,
) -> Result<Vec<IntentConfig>, ConfigError> {
    let resolve = |intent: &Spanned<RawIntent>| {
        let RawIntent { call, from, arguments, value, worth } = intent.get_ref();
        let step = RawStep {
            call: Some(call.clone()),
            from: Some(from.clone()),
            arguments: arguments.clone(),
            value: value.clone(),
            ..RawStep::default()
        };
        let context = Context { source, actors: &[], names, index: usize::MAX, step: &step };
        Ok(IntentConfig {
            call: context.call(call)?,
            place: source.content(&call.span()),
            worth: worth.as_ref().map(|worth| located(source, worth)),
        })
    };
    written.iter().map(resolve).collect()
}

/// The name of a deployment and where it comes from.
fn name(step: &RawStep, artifact: &Spanned<String>) -> (String, std::ops::Range<usize>) {
    if let Some(name) = &step.name {
        return (name.get_ref().clone(), name.span());
    }
    let bare = artifact.get_ref().rsplit(':').next().unwrap_or_default();
    (bare.to_lowercase(), artifact.span())
}

/// Every word of a step that could be the name of a deployment.
fn mentions(step: &RawStep) -> BTreeSet<String> {
    fn collect(value: &Value, words: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => {
                words.insert(text.clone());
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value.get_ref(), words)),
            Value::Table(table) => table.values().for_each(|value| collect(value.get_ref(), words)),
            Value::Integer(_) | Value::Float | Value::Bool(_) => {}
        }
    }
    let mut words = BTreeSet::new();
    for value in step.arguments.iter().flat_map(Spanned::get_ref) {
        collect(value.get_ref(), &mut words);
    }
    words.extend(step.libraries.iter().flat_map(|table| table.get_ref().values()).map(|name| name.get_ref().clone()));
    words.extend(step.at.iter().filter_map(|at| at.get_ref().split_once('.')).map(|(name, _)| name.to_owned()));
    words
}

struct Context<'a> {
    source: &'a SourceText<'a>,
    actors: &'a [ActorConfig],
    names: &'a Names,
    index: usize,
    step: &'a RawStep,
}

impl Context<'_> {
    fn resolve(&self, whole: &Spanned<RawStep>) -> Result<Step, ConfigError> {
        let step = self.step;
        let present: Vec<&str> = [
            ("deploy", step.deploy.is_some()),
            ("call", step.call.is_some()),
            ("attach", step.attach.is_some()),
            ("advance", step.advance.is_some()),
        ]
        .into_iter()
        .filter_map(|(key, present)| present.then_some(key))
        .collect();
        let [_] = present.as_slice() else {
            let found = if present.is_empty() { String::from("none") } else { format!("`{}`", present.join("`, `")) };
            return Err(ConfigError::new(self.source.place(whole.span().start), ConfigProblem::StepKind(found)));
        };
        let (kind, span) = if let Some(artifact) = &step.deploy {
            (StepKind::Deploy(self.deploy(artifact)?), artifact.span())
        } else if let Some(target) = &step.call {
            (StepKind::Call(self.call(target)?), target.span())
        } else if let Some(artifact) = &step.attach {
            (StepKind::Attach(self.attach(artifact)?), artifact.span())
        } else if let Some(advance) = &step.advance {
            (self.advance(advance.get_ref())?, advance.span())
        } else {
            return Err(self.fail(&whole.span(), ConfigProblem::StepKind(String::from("none"))));
        };
        Ok(Step { kind, place: self.source.content(&span) })
    }

    fn fail(&self, span: &std::ops::Range<usize>, problem: ConfigProblem) -> ConfigError {
        ConfigError::new(self.source.content(span), problem)
    }

    /// Refuses keys that would be ignored.
    fn refuse(&self, kind: &'static str, keys: &[&'static str]) -> Result<(), ConfigError> {
        let step = self.step;
        let spans = [
            ("name", step.name.as_ref().map(Spanned::span)),
            ("arguments", step.arguments.as_ref().map(Spanned::span)),
            ("value", step.value.as_ref().map(Spanned::span)),
            ("from", step.from.as_ref().map(Spanned::span)),
            ("at", step.at.as_ref().map(Spanned::span)),
            ("libraries", step.libraries.as_ref().map(Spanned::span)),
            ("infer", step.infer.as_ref().map(Spanned::span)),
            ("fuzz", step.fuzz.as_ref().map(Spanned::span)),
            ("weights", step.weights.as_ref().map(Spanned::span)),
        ];
        for (key, span) in spans {
            if let Some(span) = span
                && keys.contains(&key)
            {
                return Err(self.fail(&span, ConfigProblem::Meaningless { key, kind }));
            }
        }
        Ok(())
    }

    fn deploy(&self, artifact: &Spanned<String>) -> Result<Deploy, ConfigError> {
        self.refuse("deploy", &["at"])?;
        Ok(Deploy {
            name: name(self.step, artifact).0,
            artifact: artifact.get_ref().clone(),
            arguments: self.arguments(),
            value: self.value()?,
            from: self.from(&artifact.span())?,
            libraries: self.libraries()?,
            targets: self.targets()?,
        })
    }

    fn call(&self, target: &Spanned<String>) -> Result<CallStep, ConfigError> {
        self.refuse("call", &["name", "at", "libraries", "fuzz", "weights"])?;
        let (contract, function) = self.function(target)?;
        let (arguments, value, from) = (self.arguments(), self.value()?, self.from(&target.span())?);
        Ok(CallStep { contract, function, arguments, value, from })
    }

    fn attach(&self, artifact: &Spanned<String>) -> Result<Attach, ConfigError> {
        self.refuse("attach", &["value", "libraries"])?;
        let missing = || ConfigProblem::Missing { what: String::from("this `attach` step"), key: String::from("at") };
        let at = self.step.at.as_ref().ok_or_else(|| self.fail(&artifact.span(), missing()))?;
        let at = if at.get_ref().starts_with("0x") {
            self.refuse("attach at an address", &["arguments"])?;
            AttachAt::Address(address(at.get_ref()).map_err(|problem| self.fail(&at.span(), problem))?)
        } else {
            let (contract, function) = self.function(at)?;
            let place = self.source.content(&at.span());
            AttachAt::View { contract, function, arguments: self.arguments(), place }
        };
        Ok(Attach {
            name: name(self.step, artifact).0,
            artifact: artifact.get_ref().clone(),
            at,
            from: self.from(&artifact.span())?,
            targets: self.targets()?,
        })
    }

    fn advance(&self, advance: &RawAdvance) -> Result<StepKind, ConfigError> {
        self.refuse("advance", &["name", "arguments", "value", "from", "at", "libraries", "fuzz", "weights"])?;
        let amount = |value: &Option<Spanned<Value>>| {
            value.as_ref().map_or(Ok(0), |value| bounded(self.source, value, 0..=MAX_ADVANCE))
        };
        Ok(StepKind::Advance { blocks: amount(&advance.blocks)?, seconds: amount(&advance.seconds)? })
    }

    /// `gold.mint` or `gold.mint(address,uint256)` of an earlier deployment.
    fn function(&self, target: &Spanned<String>) -> Result<(String, String), ConfigError> {
        let Some((contract, function)) = target.get_ref().split_once('.') else {
            let expected = String::from("a function of a deployment, `gold.mint`");
            let found = format!("`{}`", target.get_ref());
            return Err(self.fail(&target.span(), ConfigProblem::WrongType { expected, found }));
        };
        self.names.earlier(contract, self.index).map_err(|problem| self.fail(&target.span(), problem))?;
        Ok((contract.to_owned(), function.to_owned()))
    }

    fn arguments(&self) -> Vec<super::Argument> {
        let arguments = self.step.arguments.iter().flat_map(Spanned::get_ref);
        arguments.map(|value| argument(self.source, value)).collect()
    }

    fn value(&self) -> Result<U256, ConfigError> {
        self.step.value.as_ref().map_or(Ok(U256::ZERO), |value| uint(self.source, value, 128))
    }

    fn from(&self, span: &std::ops::Range<usize>) -> Result<String, ConfigError> {
        if let Some(from) = &self.step.from {
            self.names.actor(from.get_ref()).map_err(|problem| self.fail(&from.span(), problem))?;
            return Ok(from.get_ref().clone());
        }
        let mut admins = self.actors.iter().filter(|actor| actor.kind == ActorKind::Admin);
        match (admins.next(), admins.next()) {
            (Some(only), None) => Ok(only.name.clone()),
            (None, _) => {
                Err(self.fail(span, ConfigProblem::NoSender(String::from("there is no actor of kind `admin`"))))
            }
            (Some(first), Some(second)) => {
                let why = format!("`{}` and `{}` are both of kind `admin`", first.name, second.name);
                Err(self.fail(span, ConfigProblem::NoSender(why)))
            }
        }
    }

    fn libraries(&self) -> Result<Vec<(String, Located<String>)>, ConfigError> {
        let mut libraries = Vec::new();
        for (library, name) in self.step.libraries.iter().flat_map(Spanned::get_ref) {
            self.names.earlier(name.get_ref(), self.index).map_err(|problem| self.fail(&name.span(), problem))?;
            libraries.push((library.get_ref().clone(), located(self.source, name)));
        }
        Ok(libraries)
    }

    fn targets(&self) -> Result<Targets, ConfigError> {
        let infer = self.step.infer.as_ref().map(|infer| *infer.get_ref());
        let targets = targets(self.source, self.step.fuzz.as_ref(), self.step.weights.as_ref())?;
        Ok(Targets { declared_only: infer == Some(false), ..targets })
    }
}

/// What is called of a contract.
pub(super) fn targets(
    source: &SourceText<'_>,
    fuzz: Option<&Spanned<Vec<Spanned<String>>>>,
    table: Option<&Spanned<Table<Spanned<Value>>>>,
) -> Result<Targets, ConfigError> {
    let fuzz = fuzz.map(|fuzz| fuzz.get_ref().iter().map(|name| located(source, name)).collect());
    let mut weights = Vec::new();
    for (name, value) in table.into_iter().flat_map(Spanned::get_ref) {
        let weight = bounded(source, value, 0..=MAX_WEIGHT)?;
        weights.push((located(source, name), u32::try_from(weight).unwrap_or(u32::MAX)));
    }
    Ok(Targets { fuzz, weights, declared_only: false })
}
