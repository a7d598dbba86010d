use revm::primitives::hardfork::SpecId;
use std::{fmt, str::FromStr};

/// The hard fork that a machine follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvmVersion(pub(super) SpecId);

/// Mainnet's latest.
pub const DEFAULT_EVM_VERSION: EvmVersion = EvmVersion(SpecId::OSAKA);

/// Names as solc's `evmVersion` and the Ethereum execution specifications give them, oldest first.
const VERSIONS: [(&str, SpecId); 17] = [
    ("frontier", SpecId::FRONTIER),
    ("homestead", SpecId::HOMESTEAD),
    ("tangerineWhistle", SpecId::TANGERINE),
    ("spuriousDragon", SpecId::SPURIOUS_DRAGON),
    ("byzantium", SpecId::BYZANTIUM),
    ("constantinople", SpecId::PETERSBURG),
    ("petersburg", SpecId::PETERSBURG),
    ("istanbul", SpecId::ISTANBUL),
    ("berlin", SpecId::BERLIN),
    ("london", SpecId::LONDON),
    ("merge", SpecId::MERGE),
    ("paris", SpecId::MERGE),
    ("shanghai", SpecId::SHANGHAI),
    ("cancun", SpecId::CANCUN),
    ("prague", SpecId::PRAGUE),
    ("osaka", SpecId::OSAKA),
    ("amsterdam", SpecId::AMSTERDAM),
];

/// No hard fork has this name.
#[derive(Debug, Clone, thiserror::Error)]
#[error("unknown EVM version `{name}`; known: {}", known())]
pub struct UnknownEvmVersion {
    name: String,
}

fn known() -> String {
    VERSIONS.map(|(name, _)| name).join(", ")
}

impl FromStr for EvmVersion {
    type Err = UnknownEvmVersion;

    fn from_str(name: &str) -> Result<Self, UnknownEvmVersion> {
        VERSIONS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, spec)| Self(*spec))
            .ok_or_else(|| UnknownEvmVersion { name: name.to_owned() })
    }
}

impl fmt::Display for EvmVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = VERSIONS.iter().rev().find(|(_, spec)| *spec == self.0).map_or("unknown", |(name, _)| name);
        formatter.write_str(name)
    }
}
