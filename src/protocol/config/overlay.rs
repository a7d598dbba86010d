//! A `heist.toml` beside somebody's tests: it deploys nothing, and says what is to be different about what they deploy.

use super::{
    super::{ActorKind, CampaignSettings, Economics, Expected, InvariantSource, Place, Vocabulary, source::SourceText},
    ConfigError, ConfigProblem, DEFAULT_CONFIG, IntentConfig, Located, Names, RoleConfig, Targets, expected, pack,
    parse,
    raw::{RawCalled, RawConfig, RawOverlay, RawOverlayActor, Table},
    resolve::{self, BALANCE_BITS, Layer, Layers, MAX_STEPS},
    roles, steps, vocabulary,
};
use crate::glob;
use alloy_primitives::{Address, U256};
use serde_spanned::Spanned;
use std::collections::BTreeSet;

/// What a `heist.toml` changes about protocols that others deploy. Its names mean something once it is known what those deploy.
#[derive(Debug, Clone)]
pub struct Overlay {
    text: String,
    file: String,
    set_up: Option<Located<String>>,
    only: Vec<String>,
}

/// What is written about an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::protocol) struct ActorChange {
    pub(in crate::protocol) name: Located<String>,
    pub(in crate::protocol) kind: Option<ActorKind>,
    pub(in crate::protocol) balance: Option<U256>,
    pub(in crate::protocol) fuzz: Option<bool>,
    pub(in crate::protocol) address: Option<Located<Address>>,
}

/// What is written about a protocol of certain names.
#[derive(Debug, Clone)]
pub(in crate::protocol) struct Changes {
    pub(in crate::protocol) actors: Vec<ActorChange>,
    /// Whether roles that were inferred stay.
    pub(in crate::protocol) infer: bool,
    /// What is called of contracts.
    pub(in crate::protocol) targets: Vec<(String, Targets)>,
    pub(in crate::protocol) roles: Vec<RoleConfig>,
    pub(in crate::protocol) intents: Vec<IntentConfig>,
    /// What is written of it; none: nothing.
    pub(in crate::protocol) economics: Option<Economics>,
    /// Whether the threshold is written.
    pub(in crate::protocol) has_threshold: bool,
    pub(in crate::protocol) steps: Option<usize>,
    /// Scenarios and where each is written.
    pub(in crate::protocol) scenarios: Option<(Vec<String>, Vec<Place>)>,
    /// Whether the protocol also runs with its tokens turned into others.
    pub(in crate::protocol) zoo: bool,
    pub(in crate::protocol) invariants: Vec<InvariantSource>,
    pub(in crate::protocol) expected: Vec<Expected>,
    pub(in crate::protocol) vocabulary: Vocabulary,
}

impl Overlay {
    /// Whether a `heist.toml` is one: it has no `[[setup]]`. What is no TOML is none, and is told as what it was meant to be.
    pub fn is_one(text: &str) -> bool {
        toml::from_str::<toml::Table>(text).is_ok_and(|table| !table.contains_key("setup"))
    }

    /// Reads one.
    ///
    /// # Errors
    ///
    /// When it has unknown keys or wrong types.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigError> {
        let source = SourceText::new(file, text);
        let raw: RawOverlay = parse::parse(&source)?;
        let set_up = raw.suite.setup.as_ref().map(|name| resolve::located(&source, name));
        let only = raw.suite.only.iter().map(|glob| glob.get_ref().clone()).collect();
        Ok(Self { text: text.to_owned(), file: file.to_owned(), set_up, only })
    }

    /// The contract whose `setUp()` is taken where the user names none.
    pub fn set_up(&self) -> Option<&str> {
        self.set_up.as_ref().map(|name| name.value.as_str())
    }

    /// Whether it is meant for the protocol of this id.
    pub fn is_for(&self, id: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| glob::matches(only, id))
    }

    /// The file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says about a protocol with contracts and actors of these names.
    pub(in crate::protocol) fn resolve<'a>(
        &self,
        contracts: impl Iterator<Item = &'a str>,
        actors: impl Iterator<Item = &'a str>,
    ) -> Result<Changes, ConfigError> {
        let source = SourceText::new(&self.file, &self.text);
        let RawOverlay {
            suite,
            actors: written,
            contracts: called,
            role,
            intent,
            economics,
            campaign,
            constants,
            ghost,
            invariant,
            expected,
        } = parse::parse(&source)?;
        let mut names = Names::default();
        for name in actors {
            // A name that could not be written cannot be meant.
            let _ = names.add_actor(name, &Place::default());
        }
        let actors = self::actors(&source, &written, &mut names)?;
        for name in contracts {
            let _ = names.add_deployment(name, 0, BTreeSet::default(), Place::default());
        }
        let targets = targets(&source, &called, &names)?;
        let has_threshold = economics.as_ref().is_some_and(|written| written.get_ref().threshold.is_some());
        let is_economic = economics.is_some();
        let raw = RawConfig { economics, ..RawConfig::default() };
        let layers = Layers {
            user: Layer { source: source.clone(), raw },
            default: Layer::parse(DEFAULT_CONFIG, "default.toml")?,
        };
        let steps = campaign.steps.as_ref().map(|steps| resolve::bounded(&source, steps, 1..=MAX_STEPS)).transpose()?;
        let CampaignSettings { scenarios, scenario_places, zoo, .. } = resolve::campaign(&source, &campaign, 1);
        Ok(Changes {
            actors,
            infer: suite.infer.unwrap_or(true),
            targets,
            roles: roles::resolve(&source, &role, &names)?,
            intents: steps::intents(&source, &intent, &names)?,
            economics: is_economic.then(|| resolve::economics(&layers, &names)).transpose()?,
            has_threshold,
            steps: steps.map(|steps| usize::try_from(steps).unwrap_or(usize::MAX)),
            scenarios: scenarios.map(|scenarios| (scenarios, scenario_places)),
            zoo,
            invariants: pack::invariants(&source, &invariant)?,
            expected: expected::resolve(&source, &expected)?,
            vocabulary: vocabulary::resolve(&source, (&constants, &ghost), &mut names)?,
        })
    }
}

/// Actors, in the order of the file; those that are new get their names.
fn actors(
    source: &SourceText<'_>,
    written: &Table<RawOverlayActor>,
    names: &mut Names,
) -> Result<Vec<ActorChange>, ConfigError> {
    let mut written: Vec<_> = written.iter().collect();
    written.sort_by_key(|(name, _)| name.span().start);
    let mut changes = Vec::new();
    for (name, raw) in written {
        let place = source.place(name.span().start);
        let is_new = names.actor(name.get_ref()).is_err();
        if is_new {
            names.add_actor(name.get_ref(), &place)?;
        }
        if is_new && raw.kind.is_none() {
            let problem =
                ConfigProblem::Missing { what: format!("the new actor `{}`", name.get_ref()), key: "kind".to_owned() };
            return Err(ConfigError::new(place, problem));
        }
        let address = raw.address.as_ref().map(|text| {
            let place = source.content(&text.span());
            let value = resolve::address(text.get_ref()).map_err(|problem| ConfigError::new(place.clone(), problem))?;
            Ok(Located { value, place })
        });
        changes.push(ActorChange {
            name: Located { value: name.get_ref().clone(), place },
            kind: raw.kind,
            balance: raw.balance.as_ref().map(|value| resolve::uint(source, value, BALANCE_BITS)).transpose()?,
            fuzz: raw.fuzz,
            address: address.transpose()?,
        });
    }
    Ok(changes)
}

fn targets(
    source: &SourceText<'_>,
    written: &Table<RawCalled>,
    names: &Names,
) -> Result<Vec<(String, Targets)>, ConfigError> {
    let one = |(name, raw): (&Spanned<String>, &RawCalled)| {
        let fail = |problem| ConfigError::new(source.content(&name.span()), problem);
        names.deployment(name.get_ref()).map_err(fail)?;
        let targets = steps::targets(source, raw.fuzz.as_ref(), raw.weights.as_ref())?;
        Ok((name.get_ref().clone(), Targets { declared_only: raw.infer == Some(false), ..targets }))
    };
    written.iter().map(one).collect()
}
