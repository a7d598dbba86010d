//! Where the variables of a contract are, as solc's `storageLayout` says it.

use crate::{
    evm::{Room, StorageVariable},
    protocol::model::{LayoutEntry, LayoutKind, StorageLayout},
};
use alloy_primitives::U256;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

const WORD: u64 = 32;

/// The variables of a contract, twice: as what they take, and as what they are. A layout of another shape is as good as none.
#[derive(Debug, Default)]
pub(super) struct RawLayout {
    pub(super) variables: Option<Vec<StorageVariable>>,
    pub(super) layout: Option<StorageLayout>,
}

#[derive(Deserialize)]
struct Layout {
    storage: Vec<Entry>,
    /// Null where nothing is stored.
    #[serde(default)]
    types: Option<BTreeMap<String, Kind>>,
}

#[derive(Deserialize)]
struct Entry {
    label: String,
    slot: String,
    #[serde(default)]
    offset: usize,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Kind {
    encoding: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    base: Option<String>,
    #[serde(default)]
    members: Option<Vec<Entry>>,
    #[serde(rename = "numberOfBytes")]
    bytes: String,
}

impl<'de> Deserialize<'de> for RawLayout {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A value of any shape has to be read to its end: the text is kept, then looked at.
        let text = Box::<RawValue>::deserialize(deserializer)?;
        let layout: Option<Layout> = serde_json::from_str(text.get()).ok();
        let known = layout.as_ref().and_then(self::layout);
        Ok(Self { variables: layout.and_then(variables), layout: known })
    }
}

fn layout(layout: &Layout) -> Option<StorageLayout> {
    let kinds = layout.types.iter().flatten().map(|(id, kind)| {
        let kind = match kind {
            Kind { key: Some(key), value: Some(value), .. } => {
                LayoutKind::Mapping { key: key.clone(), value: value.clone() }
            }
            Kind { members: Some(members), .. } => LayoutKind::Struct(entries(members)?),
            Kind { encoding, base: None, label, .. } if encoding == "inplace" => {
                LayoutKind::Value { label: label.clone(), bytes: number(&kind.bytes)?.saturating_to() }
            }
            Kind { label, .. } => LayoutKind::Other { label: label.clone() },
        };
        Some((id.clone(), kind))
    });
    Some(StorageLayout { variables: entries(&layout.storage)?, kinds: kinds.collect::<Option<_>>()? })
}

fn entries(entries: &[Entry]) -> Option<Vec<LayoutEntry>> {
    let entry = |Entry { label, slot, offset, kind }: &Entry| {
        Some(LayoutEntry { name: label.clone(), slot: number(slot)?, offset: *offset, kind: kind.clone() })
    };
    entries.iter().map(entry).collect()
}

fn variables(layout: Layout) -> Option<Vec<StorageVariable>> {
    let kinds = layout.types.unwrap_or_default();
    let variable = |entry: Entry| {
        let slot = number(&entry.slot)?;
        let room = kinds.get(&entry.kind)?.room()?;
        Some(StorageVariable { name: entry.label, slot, room })
    };
    layout.storage.into_iter().map(variable).collect()
}

impl Kind {
    fn room(&self) -> Option<Room> {
        Some(match self.encoding.as_str() {
            "inplace" => Room::Words(number(&self.bytes)?.div_ceil(U256::from(WORD)).saturating_to()),
            "bytes" => Room::Text,
            "mapping" | "dynamic_array" => Room::Scattered,
            _ => return None,
        })
    }
}

fn number(text: &str) -> Option<U256> {
    U256::from_str_radix(text, 10).ok()
}
