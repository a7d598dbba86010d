//! The packs: invariants that come with the tool, embedded in the binary.

use crate::protocol::{ConfigError, Pack, parse_pack};

/// File name and text of each pack.
const PACKS: [(&str, &str); 16] = [
    ("invariants/roles.toml", include_str!("../../invariants/roles.toml")),
    ("invariants/supply.toml", include_str!("../../invariants/supply.toml")),
    ("invariants/collateral.toml", include_str!("../../invariants/collateral.toml")),
    ("invariants/fees.toml", include_str!("../../invariants/fees.toml")),
    ("invariants/erc20.toml", include_str!("../../invariants/erc20.toml")),
    ("invariants/erc721.toml", include_str!("../../invariants/erc721.toml")),
    ("invariants/erc4626.toml", include_str!("../../invariants/erc4626.toml")),
    ("invariants/vault.toml", include_str!("../../invariants/vault.toml")),
    ("invariants/lending.toml", include_str!("../../invariants/lending.toml")),
    ("invariants/staking.toml", include_str!("../../invariants/staking.toml")),
    ("invariants/amm.toml", include_str!("../../invariants/amm.toml")),
    ("invariants/governance.toml", include_str!("../../invariants/governance.toml")),
    ("invariants/access.toml", include_str!("../../invariants/access.toml")),
    ("invariants/events.toml", include_str!("../../invariants/events.toml")),
    ("invariants/oracle.toml", include_str!("../../invariants/oracle.toml")),
    ("invariants/gas.toml", include_str!("../../invariants/gas.toml")),
];

/// All invariants of the packs in the order of their files, and the default views of roles: the source of
/// `heist list invariants` and `heist explain`.
///
/// # Errors
///
/// When an embedded pack is broken, which a test excludes.
pub fn packs() -> Result<Pack, ConfigError> {
    let mut all = Pack::default();
    for (file, text) in PACKS {
        let pack = parse_pack(text, file)?;
        all.invariants.extend(pack.invariants);
        all.views.extend(pack.views);
    }
    Ok(all)
}
