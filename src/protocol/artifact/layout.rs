//! Where the variables of a contract are, as solc's `storageLayout` says it.

use crate::evm::{Room, StorageVariable};
use alloy_primitives::U256;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

const WORD: u64 = 32;

/// The variables of a contract. A layout of another shape is as good as none.
#[derive(Debug, Default)]
pub(super) struct RawLayout(pub(super) Option<Vec<StorageVariable>>);

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
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Kind {
    encoding: String,
    #[serde(rename = "numberOfBytes")]
    bytes: String,
}

impl<'de> Deserialize<'de> for RawLayout {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A value of any shape has to be read to its end: the text is kept, then looked at.
        let text = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(text.get()).ok().and_then(variables)))
    }
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
