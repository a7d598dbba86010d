//! The shapes that compilers and frameworks write. Foreign files: unknown keys are theirs.

use super::layout::RawLayout;
use alloy_json_abi::JsonAbi;
use alloy_primitives::B256;
use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};
use std::{collections::BTreeMap, fmt};

/// A file of any known layout.
#[derive(Debug, Default, Deserialize)]
pub(super) struct RawFile {
    /// solc standard-JSON or combined-JSON output.
    #[serde(default)]
    pub(super) contracts: Option<RawContracts>,
    /// Diagnostics of a standard-JSON output.
    #[serde(default)]
    pub(super) errors: Option<Vec<RawDiagnostic>>,
    #[serde(default)]
    pub(super) abi: Option<RawAbi>,
    #[serde(default)]
    pub(super) bytecode: Option<RawCode>,
    #[serde(default, rename = "deployedBytecode")]
    pub(super) deployed: Option<RawCode>,
    #[serde(default)]
    pub(super) evm: Option<RawEvm>,
    /// Hardhat keeps the references beside the code.
    #[serde(default, rename = "linkReferences")]
    pub(super) links: Option<RawLinks>,
    #[serde(default, rename = "deployedLinkReferences")]
    pub(super) deployed_links: Option<RawLinks>,
    #[serde(default, rename = "contractName")]
    pub(super) name: Option<String>,
    /// Hardhat.
    #[serde(default, rename = "sourceName")]
    pub(super) source_name: Option<String>,
    /// Truffle.
    #[serde(default, rename = "sourcePath")]
    pub(super) source_path: Option<String>,
    #[serde(default)]
    pub(super) metadata: Option<RawMetadata>,
    #[serde(default, rename = "storageLayout")]
    pub(super) layout: Option<RawLayout>,
    /// Number of the source in Foundry's artifacts; other tools mean other things by it.
    #[serde(default)]
    pub(super) id: Option<Value>,
    /// Sources of a standard-JSON output.
    #[serde(default)]
    pub(super) sources: Option<RawSources>,
    #[serde(default)]
    pub(super) bin: Option<String>,
    #[serde(default, rename = "bin-runtime")]
    pub(super) bin_runtime: Option<String>,
}

/// Enough of a file to tell whether it means to be an artifact.
#[derive(Debug, Deserialize)]
pub(super) struct Probe {
    #[serde(default)]
    pub(super) abi: Option<IgnoredAny>,
    #[serde(default)]
    pub(super) contracts: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawDiagnostic {
    #[serde(default)]
    pub(super) severity: String,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default, rename = "formattedMessage")]
    pub(super) formatted: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct RawEvm {
    #[serde(default)]
    pub(super) bytecode: Option<RawCode>,
    #[serde(default, rename = "deployedBytecode")]
    pub(super) deployed: Option<RawCode>,
}

/// file -> library -> holes.
pub(super) type RawLinks = BTreeMap<String, BTreeMap<String, Vec<RawHole>>>;

/// id of a variable -> places of its value.
pub(super) type RawImmutables = BTreeMap<String, Vec<RawHole>>;

#[derive(Debug, Deserialize)]
pub(super) struct RawHole {
    pub(super) start: usize,
    #[serde(default)]
    pub(super) length: usize,
}

/// Code: hex, or an object that holds it.
#[derive(Debug, Default)]
pub(super) struct RawCode {
    pub(super) object: String,
    pub(super) links: RawLinks,
    pub(super) immutables: RawImmutables,
    pub(super) source_map: String,
}

impl<'de> Deserialize<'de> for RawCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CodeVisitor)
    }
}

struct CodeVisitor;

impl<'de> Visitor<'de> for CodeVisitor {
    type Value = RawCode;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("hex code, or an object with `object`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RawCode, E> {
        Ok(RawCode { object: text.to_owned(), ..RawCode::default() })
    }

    fn visit_unit<E: de::Error>(self) -> Result<RawCode, E> {
        Ok(RawCode::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawCode, A::Error> {
        let mut code = RawCode::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "object" => code.object = map.next_value()?,
                "linkReferences" => code.links = map.next_value::<Option<RawLinks>>()?.unwrap_or_default(),
                "immutableReferences" => {
                    code.immutables = map.next_value::<Option<RawImmutables>>()?.unwrap_or_default();
                }
                "sourceMap" => {
                    if let Value::String(text) = map.next_value()? {
                        code.source_map = text;
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(code)
    }
}

/// An ABI: a JSON array, or (combined-JSON of solc before 0.8) a string that holds one.
#[derive(Debug)]
pub(super) struct RawAbi(pub(super) JsonAbi);

impl<'de> Deserialize<'de> for RawAbi {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AbiVisitor)
    }
}

struct AbiVisitor;

impl<'de> Visitor<'de> for AbiVisitor {
    type Value = RawAbi;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an ABI, which is an array")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RawAbi, E> {
        serde_json::from_str(text).map(RawAbi).map_err(|error| {
            // The place within the string would be taken for one in the file.
            let error = error.to_string();
            let message = error.rsplit_once(" at line ").map_or(error.as_str(), |(message, _)| message);
            E::custom(format!("the string holds no ABI: {message}"))
        })
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, sequence: A) -> Result<RawAbi, A::Error> {
        JsonAbi::deserialize(de::value::SeqAccessDeserializer::new(sequence)).map(RawAbi)
    }
}

/// solc's metadata: an object, or a string that holds one. What cannot be read is as good as none.
#[derive(Debug, Default)]
pub(super) struct RawMetadata {
    /// file -> contract, of one entry.
    pub(super) target: Option<(String, String)>,
    /// file -> hash.
    pub(super) hashes: BTreeMap<String, B256>,
    pub(super) compiler: String,
}

impl<'de> Deserialize<'de> for RawMetadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let value = match value.as_str() {
            Some(text) => serde_json::from_str(text).unwrap_or_default(),
            None => value,
        };
        let target = value.pointer("/settings/compilationTarget").and_then(Value::as_object);
        let target = target.and_then(|target| target.iter().next());
        let target = target.and_then(|(file, name)| Some((file.clone(), name.as_str()?.to_owned())));
        let sources = value.get("sources").and_then(Value::as_object).into_iter().flatten();
        let hash = |source: &Value| source.get("keccak256")?.as_str()?.parse().ok();
        let hashes = sources.filter_map(|(file, source)| Some((file.clone(), hash(source)?))).collect();
        let compiler = value.pointer("/compiler/version").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self { target, hashes, compiler })
    }
}

/// Sources by their numbers. Other tools mean other things by the key that they are under, so no shape is wrong.
#[derive(Debug, Default)]
pub(super) struct RawSources(pub(super) BTreeMap<u32, String>);

impl<'de> Deserialize<'de> for RawSources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Numbered {
            // Beside it there may be a whole syntax tree, which is passed over.
            #[serde(default)]
            id: Option<Value>,
        }
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Sources(BTreeMap<String, Numbered>);
        // A value of any shape has to be read to its end: the text is kept, then looked at.
        let text = Box::<RawValue>::deserialize(deserializer)?;
        let sources = serde_json::from_str(text.get()).map_or_else(|_| BTreeMap::new(), |Sources(sources)| sources);
        let number = |id: Option<Value>| id?.as_u64().and_then(|id| u32::try_from(id).ok());
        Ok(Self(sources.into_iter().filter_map(|(file, source)| Some((number(source.id)?, file))).collect()))
    }
}

/// The contracts of a compiler output, each with its file and name.
#[derive(Debug, Default)]
pub(super) struct RawContracts(pub(super) Vec<(String, String, RawFile)>);

impl<'de> Deserialize<'de> for RawContracts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ContractsVisitor)
    }
}

struct ContractsVisitor;

impl<'de> Visitor<'de> for ContractsVisitor {
    type Value = RawContracts;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of compiled contracts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawContracts, A::Error> {
        let mut contracts = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if let Some((file, name)) = combined(&key) {
                contracts.push((file.to_owned(), name.to_owned(), map.next_value()?));
            } else {
                let named: BTreeMap<String, RawFile> = map.next_value()?;
                contracts.extend(named.into_iter().map(|(name, contract)| (key.clone(), name, contract)));
            }
        }
        Ok(RawContracts(contracts))
    }
}

/// `file.sol:Name`, the key of a combined-JSON output; standard-JSON keys are files alone.
fn combined(key: &str) -> Option<(&str, &str)> {
    let (file, name) = key.rsplit_once(':')?;
    let plain = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_$".contains(letter));
    plain.then_some((file, name))
}
