//! Contracts that pass calls on, and where to.

use crate::evm::Machine;
use alloy_primitives::{Address, FixedBytes, Selector, U256, b256, hex, keccak256};
use alloy_sol_types::SolValue;
use std::collections::BTreeSet;

/// Proxies behind proxies that are followed.
const MAX_DEPTH: usize = 8;
/// Longest answer of `facets()`, bytes.
const MAX_ANSWER: usize = 1 << 16;
/// Where implementations are kept, by whom.
const IMPLEMENTATIONS: [(U256, &str); 3] = [
    (slot(b256!("360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc").0), "EIP-1967"),
    (slot(b256!("c5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7").0), "EIP-1822"),
    (slot(b256!("7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3").0), "an old proxy of OpenZeppelin"),
];
/// Where EIP-1967 keeps a beacon.
const BEACON: U256 = slot(b256!("a3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50").0);
/// What stands before and behind the address of a minimal proxy: EIP-1167, and with PUSH0.
const CLONES: [(&[u8], &[u8]); 2] = [
    (&hex!("363d3d373d3d3d363d73"), &hex!("5af43d82803e903d91602b57fd5bf3")),
    (&hex!("5f5f365f5f37365f73"), &hex!("5af43d5f5f3e5f3d91602a57fd5bf3")),
];

const fn slot(bytes: [u8; 32]) -> U256 {
    U256::from_be_bytes(bytes)
}

/// Whose functions a contract answers with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Proxy {
    /// How it says so, in words.
    pub(super) how: String,
    /// Code that it runs: of a diamond's facets only these functions.
    pub(super) code: Vec<(Address, Option<BTreeSet<Selector>>)>,
    /// Why it leads nowhere.
    pub(super) problem: Option<String>,
}

/// Follows a contract to what it passes calls on to; none when it is no proxy that is known here.
pub(super) fn resolve(machine: &mut Machine, address: Address) -> Option<Proxy> {
    let mut proxy = Proxy::default();
    let mut seen = BTreeSet::from([address]);
    let mut ways = Vec::new();
    let mut at = address;
    loop {
        let next = match step(machine, at) {
            Ok(Some((way, next))) => {
                ways.push(way);
                next
            }
            Ok(None) => break,
            Err((way, problem)) => {
                ways.push(way);
                proxy.problem = Some(problem);
                break;
            }
        };
        if !seen.insert(next) {
            proxy.problem = Some(format!("{next} leads back to it"));
            break;
        }
        if machine.code(next).is_empty() {
            proxy.problem = Some(format!("{next} has no code"));
            break;
        }
        if seen.len() > MAX_DEPTH {
            proxy.problem = Some(format!("more than {MAX_DEPTH} proxies stand one behind the other"));
            break;
        }
        at = next;
    }
    if ways.is_empty() {
        proxy.code = facets(machine, address)?;
        proxy.how = format!("diamond of {} facets", proxy.code.len());
        return Some(proxy);
    }
    proxy.how = ways.join(", then ");
    if proxy.problem.is_none() {
        proxy.code.push((at, None));
    }
    Some(proxy)
}

type Way = (String, Address);

/// One proxy further; none at the end, and why where it does not go on.
fn step(machine: &mut Machine, address: Address) -> Result<Option<Way>, (String, String)> {
    let code = machine.code(address);
    for (before, behind) in CLONES {
        let target = code.get(before.len()..before.len() + Address::len_bytes());
        let rest = code.get(before.len() + Address::len_bytes()..);
        if let (true, Some(target), Some(rest)) = (code.starts_with(before), target, rest)
            && rest.starts_with(behind)
        {
            return Ok(Some(("EIP-1167 clone".to_owned(), Address::from_slice(target))));
        }
    }
    for (slot, name) in IMPLEMENTATIONS {
        if let Some(target) = kept(machine, address, slot) {
            return Ok(Some((format!("{name} implementation"), target)));
        }
    }
    let Some(beacon) = kept(machine, address, BEACON) else { return Ok(None) };
    let way = format!("EIP-1967 beacon {beacon}");
    let selector = &keccak256("implementation()")[..4];
    let answer = machine.view(Address::ZERO, beacon, selector.to_vec().into()).ok();
    let target = answer.as_ref().and_then(|answer| as_address(U256::from_be_slice(answer.get(..32)?)));
    match target {
        Some(target) => Ok(Some((way, target))),
        None => Err((way, "the beacon names no implementation".to_owned())),
    }
}

fn kept(machine: &mut Machine, address: Address, slot: U256) -> Option<Address> {
    as_address(machine.storage(address, slot))
}

pub(super) fn as_address(word: U256) -> Option<Address> {
    let bytes = word.to_be_bytes::<32>();
    (!word.is_zero() && bytes[..12].iter().all(|byte| *byte == 0)).then(|| Address::from_slice(&bytes[12..]))
}

/// What EIP-2535's loupe tells, where all facets have code.
fn facets(machine: &mut Machine, address: Address) -> Option<Vec<(Address, Option<BTreeSet<Selector>>)>> {
    let selector = &keccak256("facets()")[..4];
    let answer = machine.view(Address::ZERO, address, selector.to_vec().into()).ok()?;
    if answer.len() > MAX_ANSWER {
        return None;
    }
    let facets = Vec::<(Address, Vec<FixedBytes<4>>)>::abi_decode(&answer).ok()?;
    let real = facets.iter().all(|(facet, _)| *facet == address || !machine.code(*facet).is_empty());
    if facets.is_empty() || !real {
        return None;
    }
    let others = facets.into_iter().filter(|(facet, _)| *facet != address);
    Some(others.map(|(facet, selectors)| (facet, Some(selectors.into_iter().collect()))).collect())
}

#[cfg(test)]
mod tests {
    use super::{BEACON, IMPLEMENTATIONS};
    use alloy_primitives::{U256, keccak256};

    #[test]
    fn slots_are_hashes_of_their_names() {
        let hash = |name: &str| U256::from_be_bytes(keccak256(name).0);
        assert_eq!(IMPLEMENTATIONS[0].0, hash("eip1967.proxy.implementation") - U256::ONE);
        assert_eq!(BEACON, hash("eip1967.proxy.beacon") - U256::ONE);
        assert_eq!(IMPLEMENTATIONS[1].0, hash("PROXIABLE"));
        assert_eq!(IMPLEMENTATIONS[2].0, hash("org.zeppelinos.proxy.implementation"));
    }
}
