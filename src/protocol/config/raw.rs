//! `heist.toml` as it is written: shapes and places, no decisions.

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use serde_spanned::Spanned;
use std::{collections::BTreeMap, fmt};

/// A table whose keys and values know their places. Sorted by key; the order of the file is that of the keys' places.
pub(crate) type Table<T> = BTreeMap<Spanned<String>, T>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConfig {
    #[serde(default)]
    pub(super) protocol: RawProtocol,
    #[serde(default)]
    pub(super) actors: Table<RawActor>,
    #[serde(default)]
    pub(super) setup: Vec<Spanned<RawStep>>,
    #[serde(default)]
    pub(super) role: Vec<Spanned<RawRole>>,
    #[serde(default)]
    pub(super) intent: Vec<Spanned<RawIntent>>,
    #[serde(default)]
    pub(super) economics: Option<Spanned<RawEconomics>>,
    #[serde(default)]
    pub(super) campaign: RawCampaign,
    #[serde(default)]
    pub(super) constants: Table<Spanned<Value>>,
    #[serde(default)]
    pub(super) ghost: Vec<Spanned<RawGhost>>,
    #[serde(default)]
    pub(super) invariant: Vec<Spanned<RawInvariant>>,
    #[serde(default)]
    pub(super) expected: Vec<Spanned<RawExpected>>,
}

/// A `heist.toml` beside somebody's tests.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOverlay {
    #[serde(default)]
    pub(super) suite: RawSuite,
    #[serde(default)]
    pub(super) actors: Table<RawOverlayActor>,
    #[serde(default)]
    pub(super) contracts: Table<RawCalled>,
    #[serde(default)]
    pub(super) role: Vec<Spanned<RawRole>>,
    #[serde(default)]
    pub(super) intent: Vec<Spanned<RawIntent>>,
    #[serde(default)]
    pub(super) economics: Option<Spanned<RawEconomics>>,
    #[serde(default)]
    pub(super) campaign: RawCampaign,
    #[serde(default)]
    pub(super) constants: Table<Spanned<Value>>,
    #[serde(default)]
    pub(super) ghost: Vec<Spanned<RawGhost>>,
    #[serde(default)]
    pub(super) invariant: Vec<Spanned<RawInvariant>>,
    #[serde(default)]
    pub(super) expected: Vec<Spanned<RawExpected>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSuite {
    pub(super) infer: Option<bool>,
    pub(super) setup: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) only: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOverlayActor {
    pub(super) kind: Option<super::super::ActorKind>,
    pub(super) balance: Option<Spanned<Value>>,
    pub(super) fuzz: Option<bool>,
    pub(super) address: Option<Spanned<String>>,
}

/// What is called of a contract, and whether its roles are inferred.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCalled {
    pub(super) infer: Option<bool>,
    pub(super) fuzz: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) weights: Option<Spanned<Table<Spanned<Value>>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProtocol {
    pub(super) id: Option<Spanned<String>>,
    pub(super) title: Option<String>,
    pub(super) evm_version: Option<Spanned<String>>,
    pub(super) artifacts: Option<Vec<Spanned<String>>>,
    pub(super) chain_id: Option<Spanned<Value>>,
    pub(super) block: Option<Spanned<Value>>,
    pub(super) timestamp: Option<Spanned<Value>>,
    pub(super) infer: Option<bool>,
    pub(super) gas_per_call: Option<Spanned<Value>>,
    pub(super) gas_per_case: Option<Spanned<Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawActor {
    pub(super) kind: super::super::ActorKind,
    pub(super) balance: Option<Spanned<Value>>,
    pub(super) fuzz: Option<bool>,
    pub(super) address: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    pub(super) deploy: Option<Spanned<String>>,
    pub(super) call: Option<Spanned<String>>,
    pub(super) attach: Option<Spanned<String>>,
    pub(super) advance: Option<Spanned<RawAdvance>>,
    pub(super) name: Option<Spanned<String>>,
    pub(super) arguments: Option<Spanned<Vec<Spanned<Value>>>>,
    pub(super) value: Option<Spanned<Value>>,
    pub(super) from: Option<Spanned<String>>,
    pub(super) at: Option<Spanned<String>>,
    pub(super) libraries: Option<Spanned<Table<Spanned<String>>>>,
    pub(super) infer: Option<Spanned<bool>>,
    pub(super) fuzz: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) weights: Option<Spanned<Table<Spanned<Value>>>>,
}

/// What an honest actor is about to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIntent {
    pub(super) call: Spanned<String>,
    pub(super) from: Spanned<String>,
    pub(super) arguments: Option<Spanned<Vec<Spanned<Value>>>>,
    pub(super) value: Option<Spanned<Value>>,
    pub(super) worth: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAdvance {
    pub(super) blocks: Option<Spanned<Value>>,
    pub(super) seconds: Option<Spanned<Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRole {
    pub(super) contract: Spanned<String>,
    pub(super) role: Spanned<String>,
    #[serde(default)]
    pub(super) views: Table<Spanned<String>>,
    #[serde(rename = "move")]
    pub(super) movement: Option<Spanned<RawMove>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMove {
    pub(super) function: Spanned<String>,
    pub(super) price: Option<Spanned<String>>,
    pub(super) from: Spanned<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEconomics {
    pub(super) reference: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) prices: Table<Spanned<Value>>,
    pub(super) threshold: Option<Spanned<Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCampaign {
    pub(super) steps: Option<Spanned<Value>>,
    pub(super) scenarios: Option<Vec<Spanned<String>>>,
    pub(super) tokens: Option<RawTokens>,
}

/// Which tokens a protocol has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawTokens {
    Own,
    Zoo,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInvariant {
    pub(super) id: Spanned<String>,
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) roles: Vec<Spanned<String>>,
    pub(super) on: Option<super::super::Judgement>,
    pub(super) by: Option<Spanned<String>>,
    pub(super) expression: Spanned<String>,
    pub(super) severity: Option<super::super::Severity>,
    #[serde(default)]
    pub(super) tags: Vec<Spanned<String>>,
    pub(super) explain: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExpected {
    pub(super) invariant: Option<Spanned<String>>,
    pub(super) finding: Option<Spanned<String>>,
    pub(super) reason: Spanned<String>,
    pub(super) until: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGhost {
    pub(super) name: Spanned<String>,
    pub(super) on: Spanned<String>,
    pub(super) add: Spanned<Value>,
    pub(super) key: Option<Spanned<String>>,
    pub(super) initial: Option<Spanned<Value>>,
}

/// A pack: `invariants/*.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPack {
    #[serde(default)]
    pub(super) invariant: Vec<Spanned<RawInvariant>>,
    #[serde(default)]
    pub(super) view: Vec<Spanned<RawView>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawView {
    pub(super) role: Spanned<String>,
    pub(super) name: Spanned<String>,
    pub(super) expression: Spanned<String>,
}

/// Any TOML value that can be an argument; every part of it knows its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Within the range of TOML's integers as the parser widens them.
    Integer(i128),
    /// Only its text is used: a float would lose digits.
    Float,
    String(String),
    Bool(bool),
    Array(Vec<Spanned<Self>>),
    Table(Table<Spanned<Self>>),
}

impl Value {
    /// What it is, with its article, for messages.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Integer(_) => "an integer",
            Self::Float => "a float",
            Self::String(_) => "a string",
            Self::Bool(_) => "a boolean",
            Self::Array(_) => "an array",
            Self::Table(_) => "a table",
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_f64<E: de::Error>(self, _value: f64) -> Result<Value, E> {
        Ok(Value::Float)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut table = Table::new();
        while let Some((key, value)) = map.next_entry()? {
            table.insert(key, value);
        }
        Ok(Value::Table(table))
    }
}
