use super::{
    super::{
        Actor, ActorKind, Bounds, CampaignSettings, Economics, NumberError,
        number::{Number, parse_number},
        source::SourceText,
    },
    ActorConfig, Argument, ArgumentValue, Config, ConfigError, ConfigProblem, DEFAULT_CONFIG, Located, Names, expected,
    pack, parse,
    raw::{RawActor, RawCampaign, RawConfig, RawEconomics, RawTokens, Table, Value},
    roles, steps, vocabulary,
};
use crate::evm::{Block, EvmVersion, Limits, Settings};
use alloy_primitives::{Address, U256};
use serde_spanned::Spanned;
use std::str::FromStr;

/// Largest balance of an actor: sums of balances must not overflow.
pub(super) const BALANCE_BITS: usize = 128;
/// Most gas that a call or a case may be given, so that no configuration can make a case endless.
const MAX_GAS: u64 = 100_000_000_000;
/// Longest sequence.
pub(super) const MAX_STEPS: u64 = 10_000;

/// A file of configuration.
pub(super) struct Layer<'a> {
    pub(super) source: SourceText<'a>,
    pub(super) raw: RawConfig,
}

impl<'a> Layer<'a> {
    pub(super) fn parse(text: &'a str, file: &'a str) -> Result<Self, ConfigError> {
        let source = SourceText::new(file, text);
        let raw = parse::parse(&source)?;
        Ok(Self { source, raw })
    }
}

/// The user's file over the default.
pub(super) struct Layers<'a> {
    pub(super) user: Layer<'a>,
    pub(super) default: Layer<'a>,
}

impl<'a> Layers<'a> {
    /// A setting of the highest layer that has it.
    fn get<T>(&self, key: &str, get: impl Fn(&RawConfig) -> Option<&T>) -> Result<(&SourceText<'a>, &T), ConfigError> {
        let found = [&self.user, &self.default].into_iter().find_map(|layer| Some((&layer.source, get(&layer.raw)?)));
        found.ok_or_else(|| {
            let problem = ConfigProblem::Missing { what: String::from("the configuration"), key: key.to_owned() };
            ConfigError::new(self.user.source.place(0), problem)
        })
    }

    fn number(
        &self,
        key: &str,
        range: std::ops::RangeInclusive<u64>,
        get: impl Fn(&RawConfig) -> Option<&Spanned<Value>>,
    ) -> Result<u64, ConfigError> {
        let (source, value) = self.get(key, get)?;
        bounded(source, value, range)
    }
}

pub(super) fn resolve(text: &str, file: &str, id: &str) -> Result<Config, ConfigError> {
    let layers = Layers { user: Layer::parse(text, file)?, default: Layer::parse(DEFAULT_CONFIG, "default.toml")? };
    let source = &layers.user.source;
    let raw = &layers.user.raw;
    let mut names = Names::default();
    let actors = actors(&layers, &mut names)?;
    let setup = steps::resolve(source, &raw.setup, &actors, &mut names)?;
    let protocol = &raw.protocol;
    let id = protocol.id.as_ref().map_or(id, |id| id.get_ref()).to_owned();
    // What is bundled lies in folders of folders, and says so in its id; files do not choose such a one.
    let is_path = protocol.id.is_some() && id.contains(['/', '\\']);
    if id.trim().is_empty() || is_path || id.chars().any(char::is_control) {
        let place = protocol.id.as_ref().map_or_else(|| source.place(0), |id| source.content(&id.span()));
        return Err(ConfigError::new(place, ConfigProblem::BadName(id)));
    }
    let (artifacts_source, artifacts) = layers.get("protocol.artifacts", |raw| raw.protocol.artifacts.as_ref())?;
    Ok(Config {
        title: protocol.title.clone().unwrap_or_else(|| id.clone()),
        id,
        artifacts: artifacts.iter().map(|path| located(artifacts_source, path)).collect(),
        settings: settings(&layers)?,
        block: Block {
            number: layers.number("protocol.block", 0..=u64::MAX / 2, |raw| raw.protocol.block.as_ref())?,
            timestamp: layers.number("protocol.timestamp", 0..=u64::MAX / 2, |raw| raw.protocol.timestamp.as_ref())?,
        },
        actors,
        setup,
        roles: roles::resolve(source, &raw.role, &names)?,
        intents: steps::intents(source, &raw.intent, &names)?,
        infer: *layers.get("protocol.infer", |raw| raw.protocol.infer.as_ref())?.1,
        economics: economics(&layers, &names)?,
        campaign: campaign(
            source,
            &raw.campaign,
            layers.number("campaign.steps", 1..=MAX_STEPS, |raw| raw.campaign.steps.as_ref())?,
        ),
        invariants: pack::invariants(source, &raw.invariant)?,
        expected: expected::resolve(source, &raw.expected)?,
        vocabulary: vocabulary::resolve(source, (&raw.constants, &raw.ghost), &mut names)?,
        names,
    })
}

/// What is written about the search, with the length of its sequences.
pub(super) fn campaign(source: &SourceText<'_>, raw: &RawCampaign, steps: u64) -> CampaignSettings {
    let scenarios = raw.scenarios.as_ref();
    CampaignSettings {
        time_passes: true,
        zoo: raw.tokens == Some(RawTokens::Zoo),
        bounds: Bounds::default(),
        steps: usize::try_from(steps).unwrap_or(usize::MAX),
        scenarios: scenarios.map(|listed| listed.iter().map(|scenario| scenario.get_ref().clone()).collect()),
        scenario_places: scenarios.into_iter().flatten().map(|scenario| source.content(&scenario.span())).collect(),
    }
}

fn settings(layers: &Layers<'_>) -> Result<Settings, ConfigError> {
    let (source, version) = layers.get("protocol.evm_version", |raw| raw.protocol.evm_version.as_ref())?;
    let version = EvmVersion::from_str(version.get_ref()).map_err(|error| {
        let known = error.to_string().rsplit_once("known: ").map(|(_, known)| known.to_owned()).unwrap_or_default();
        let known = known.split(", ").map(str::to_owned).collect();
        let problem = ConfigProblem::Unknown { what: "EVM version", name: version.get_ref().clone(), known };
        ConfigError::new(source.content(&version.span()), problem)
    })?;
    let limits = Limits {
        gas_per_call: layers
            .number("protocol.gas_per_call", 21_000..=MAX_GAS, |raw| raw.protocol.gas_per_call.as_ref())?,
        gas_per_case: layers
            .number("protocol.gas_per_case", 21_000..=MAX_GAS, |raw| raw.protocol.gas_per_case.as_ref())?,
        ..Limits::default()
    };
    let chain_id = layers.number("protocol.chain_id", 1..=u64::MAX, |raw| raw.protocol.chain_id.as_ref())?;
    Ok(Settings { version, chain_id, limits, ..Settings::default() })
}

fn actors(layers: &Layers<'_>, names: &mut Names) -> Result<Vec<ActorConfig>, ConfigError> {
    let layer = if layers.user.raw.actors.is_empty() { &layers.default } else { &layers.user };
    let mut written: Vec<(&Spanned<String>, &RawActor)> = layer.raw.actors.iter().collect();
    written.sort_by_key(|(name, _)| name.span().start);
    let mut actors: Vec<ActorConfig> = Vec::new();
    for (name, raw) in written {
        let place = layer.source.place(name.span().start);
        let name = name.get_ref();
        names.add_actor(name, &place)?;
        if raw.kind == ActorKind::Attacker
            && let Some(first) = actors.iter().find(|actor| actor.kind == ActorKind::Attacker)
        {
            let problem = ConfigProblem::TwoAttackers { first: first.name.clone(), second: name.clone() };
            return Err(ConfigError::new(place, problem));
        }
        let address = match &raw.address {
            Some(text) => address(text.get_ref())
                .map_err(|problem| ConfigError::new(layer.source.content(&text.span()), problem))?,
            None => Actor::derived_address(name),
        };
        if let Some(first) = actors.iter().find(|actor| actor.address == address) {
            let problem = ConfigProblem::BadValue(format!("`{name}` has the address of `{}`", first.name));
            return Err(ConfigError::new(place, problem));
        }
        let balance = match &raw.balance {
            Some(value) => uint(&layer.source, value, BALANCE_BITS)?,
            None => U256::from(10).pow(U256::from(21)),
        };
        let fuzz = raw.fuzz.unwrap_or(!matches!(raw.kind, ActorKind::Admin | ActorKind::Governor));
        actors.push(ActorConfig { name: name.clone(), address, kind: raw.kind, balance, fuzz });
    }
    Ok(actors)
}

pub(super) fn economics(layers: &Layers<'_>, names: &Names) -> Result<Economics, ConfigError> {
    let source = &layers.user.source;
    let none = RawEconomics::default();
    let raw = layers.user.raw.economics.as_ref();
    let place = raw.map_or_else(|| source.place(0), |raw| source.place(raw.span().start));
    let raw = raw.map_or(&none, |raw| raw.get_ref());
    let asset = |name: &Spanned<String>| {
        if name.get_ref() == "eth" {
            return Ok(());
        }
        let located = |problem| ConfigError::new(source.content(&name.span()), problem);
        names.deployment(name.get_ref()).map_err(located)
    };
    if let Some(reference) = &raw.reference {
        asset(reference)?;
    }
    let mut economics = Economics {
        reference: raw.reference.as_ref().map(|reference| reference.get_ref().clone()),
        place,
        ..Economics::default()
    };
    for (name, price) in &raw.prices {
        asset(name)?;
        let text = match price.get_ref() {
            Value::String(text) => text.clone(),
            Value::Integer(_) | Value::Float => number(source, price)?.to_string(),
            other => return Err(wrong_type(source, price, "a number or an expression", other)),
        };
        economics.prices.insert(name.get_ref().clone(), text);
        economics.price_places.insert(name.get_ref().clone(), source.content(&price.span()));
    }
    let (source, threshold) = layers.get("economics.threshold", |raw| {
        raw.economics.as_ref().and_then(|economics| economics.get_ref().threshold.as_ref())
    })?;
    economics.threshold = uint(source, threshold, 256)?;
    Ok(economics)
}

/// An address as hex.
pub(super) fn address(text: &str) -> Result<Address, ConfigProblem> {
    let wrong = || ConfigProblem::WrongType {
        expected: String::from("an address of 40 hex digits behind `0x`"),
        found: format!("`{}`", text.chars().take(80).collect::<String>()),
    };
    if !text.starts_with("0x") {
        return Err(wrong());
    }
    Address::from_str(text).map_err(|_| wrong())
}

/// A string with the place of its content.
pub(crate) fn located(source: &SourceText<'_>, text: &Spanned<String>) -> Located<String> {
    Located { value: text.get_ref().clone(), place: source.content(&text.span()) }
}

/// A number, exact.
pub(super) fn number(source: &SourceText<'_>, value: &Spanned<Value>) -> Result<Number, ConfigError> {
    let parsed = match value.get_ref() {
        Value::Integer(integer) => Ok(Number { negative: *integer < 0, magnitude: U256::from(integer.unsigned_abs()) }),
        Value::Float => parse_number(source.slice(&value.span())),
        Value::String(text) => parse_number(text),
        other => return Err(wrong_type(source, value, "a number", other)),
    };
    parsed.map_err(|error| ConfigError::new(source.content(&value.span()), ConfigProblem::Number(error)))
}

/// An unsigned number of at most `bits`.
pub(crate) fn uint(source: &SourceText<'_>, value: &Spanned<Value>, bits: usize) -> Result<U256, ConfigError> {
    let number = number(source, value)?;
    number.to_uint(bits).ok_or_else(|| {
        let problem = NumberError::OutOfRange { text: number.to_string(), kind: format!("uint{bits}") };
        ConfigError::new(source.content(&value.span()), ConfigProblem::Number(problem))
    })
}

/// A number within bounds.
pub(crate) fn bounded(
    source: &SourceText<'_>,
    value: &Spanned<Value>,
    range: std::ops::RangeInclusive<u64>,
) -> Result<u64, ConfigError> {
    let number = number(source, value)?;
    number.to_u64().filter(|number| range.contains(number)).ok_or_else(|| {
        let kind = format!("the range of {} to {}", range.start(), range.end());
        let problem = NumberError::OutOfRange { text: number.to_string(), kind };
        ConfigError::new(source.content(&value.span()), ConfigProblem::Number(problem))
    })
}

fn wrong_type(source: &SourceText<'_>, value: &Spanned<Value>, expected: &str, found: &Value) -> ConfigError {
    let problem = ConfigProblem::WrongType { expected: expected.to_owned(), found: found.describe().to_owned() };
    ConfigError::new(source.place(value.span().start), problem)
}

/// A value for a parameter.
pub(super) fn argument(source: &SourceText<'_>, value: &Spanned<Value>) -> Argument {
    let span = value.span();
    let (place, value) = match value.get_ref() {
        Value::Integer(integer) => (source.place(span.start), ArgumentValue::Number(integer.to_string())),
        Value::Float => (source.place(span.start), ArgumentValue::Number(source.slice(&span).to_owned())),
        Value::Bool(truth) => (source.place(span.start), ArgumentValue::Bool(*truth)),
        Value::String(text) => (source.content(&span), ArgumentValue::Text(text.clone())),
        Value::Array(values) => {
            let values = values.iter().map(|value| argument(source, value)).collect();
            (source.place(span.start), ArgumentValue::Array(values))
        }
        Value::Table(table) => (source.place(span.start), ArgumentValue::Table(fields(source, table))),
    };
    Argument { value, place }
}

/// What a table holds, in the order of the file.
pub(crate) fn fields(source: &SourceText<'_>, table: &Table<Spanned<Value>>) -> Vec<(Located<String>, Argument)> {
    let mut fields: Vec<_> = table.iter().collect();
    fields.sort_by_key(|(name, _)| name.span().start);
    let field = |(name, value): (&Spanned<String>, &Spanned<Value>)| (located(source, name), argument(source, value));
    fields.into_iter().map(field).collect()
}
