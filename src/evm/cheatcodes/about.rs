//! What a test asks about whom it is run by.

use super::{Answer, Cheat, Failure, Read, interface::ToolsCalls};
use alloy_primitives::{I256, U256};
use alloy_sol_types::SolValue;
use std::cmp::Ordering;

/// The forge whose answers are given: the one that `.ci/conformance` compares verdicts with.
const FORGE: [u64; 3] = [1, 7, 1];

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    Some(match call {
        C::getFoundryVersion(_) => {
            let [major, minor, patch] = FORGE;
            Ok(format!("{major}.{minor}.{patch}+heist").abi_encode())
        }
        C::foundryVersionCmp(call) => compare(&call.version).map(|order| match order {
            Ordering::Less => I256::MINUS_ONE.abi_encode(),
            Ordering::Equal => I256::ZERO.abi_encode(),
            Ordering::Greater => I256::ONE.abi_encode(),
        }),
        C::foundryVersionAtLeast(call) => compare(&call.version).map(|order| order.is_ge().abi_encode()),
        C::unixTime(_) => {
            // A clock would end what makes runs repeatable: milliseconds pass as the block's time does.
            cheat.context.chain.read(Read::Block);
            Ok(cheat.context.block.timestamp.saturating_mul(U256::from(1000)).abi_encode())
        }
        C::currentFilePath(_) => match &cheat.cheats.surroundings {
            Some(surroundings) => Ok(surroundings.source().abi_encode()),
            None => Err("there is no file that is run".into()),
        },
        _ => return None,
    })
}

/// How the version compares with another one.
fn compare(version: &str) -> Result<Ordering, Failure> {
    let invalid = |why: &str| Failure::from(format!("invalid version `{version}`: {why}"));
    for (sign, what) in [('+', "build metadata"), ('-', "pre-release versions")] {
        if version.contains(sign) {
            return Err(invalid(&format!("no {what} can be compared")));
        }
    }
    let part = |part: &str| {
        let is_plain = part == "0" || !part.starts_with('0');
        let digits = is_plain && part.chars().all(|digit| digit.is_ascii_digit());
        part.parse::<u64>().ok().filter(|_| digits)
    };
    let parts: Option<Vec<u64>> = version.split('.').map(part).collect();
    let parts = parts.filter(|parts| parts.len() == FORGE.len());
    parts.map(|parts| FORGE.as_slice().cmp(&parts)).ok_or_else(|| invalid("expected three numbers"))
}
