//! Who decides: governors, timelocks, multisigs, and what can be replaced behind its address.

use super::{
    probe::{Probe, as_address, as_word, has, unknown},
    roles::{Guess, Sureness, named},
};
use crate::protocol::{Contract, proxy as proxies};
use alloy_primitives::{Address, U256, b256};

/// What every governor has.
const GOVERNOR: [&str; 4] = ["castVote(uint256,uint8)", "state(uint256)", "votingDelay()", "votingPeriod()"];
/// How it proposes and executes: `OpenZeppelin`'s way, and Compound's.
const DECIDING: [[&str; 2]; 2] = [
    ["propose(address[],uint256[],bytes[],string)", "execute(address[],uint256[],bytes[],bytes32)"],
    ["propose(address[],uint256[],string[],bytes[],string)", "execute(uint256)"],
];

/// What functions of other governors are called.
const GOVERNING: [&[&str]; 3] = [&["propose"], &["castvote", "vote"], &["execute"]];

/// A governor that takes votes for a while, and knows no proposal that nobody made.
pub(super) fn governor(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let (abi, address) = (&contract.artifact.abi, contract.address);
    if !has(abi, &GOVERNOR) || !DECIDING.iter().any(|way| has(abi, way)) {
        return named(contract, &GOVERNING).map(|names| Guess::named("governor", &names));
    }
    let [delay, period] = ["votingDelay()", "votingPeriod()"].map(|view| probe.word(address, view, &[], 0));
    let agreed = if let (Some(delay), Some(period)) = (delay, period)
        && !period.is_zero()
        && probe.ask(address, "state(uint256)", &[unknown()]).is_none()
    {
        Some(format!(
            "votes begin after {delay} and end after {period} more, and state(uint256) knows no other proposal"
        ))
    } else {
        None
    };
    let lack = "votingPeriod() is nothing, or state(uint256) knows proposals that nobody made";
    Some(Guess::probed("governor", "the functions of a governor", agreed, lack))
}

/// A timelock: its functions, the view of its delay, and one of operations that nobody scheduled.
const TIMELOCKS: [(&str, [&str; 2], &str, &str); 2] = [
    (
        "OpenZeppelin's",
        ["schedule(address,uint256,bytes,bytes32,bytes32,uint256)", "execute(address,uint256,bytes,bytes32,bytes32)"],
        "getMinDelay()",
        "getTimestamp(bytes32)",
    ),
    (
        "Compound's",
        [
            "queueTransaction(address,uint256,string,bytes,uint256)",
            "executeTransaction(address,uint256,string,bytes,uint256)",
        ],
        "delay()",
        "queuedTransactions(bytes32)",
    ),
];

/// What other timelocks call their delay, and their functions.
const DELAYS: [&str; 3] = ["delay()", "minDelay()", "getMinDelay()"];
const DELAYING: [&[&str]; 2] = [&["schedule", "queue"], &["execute"]];

/// A timelock that has a delay and nothing scheduled that nobody did.
pub(super) fn timelock(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let abi = &contract.artifact.abi;
    let known = TIMELOCKS.into_iter();
    let mut known = known.filter(|(_, functions, delay, view)| has(abi, functions) && has(abi, &[delay, view]));
    let Some((whose, _, delay, scheduled)) = known.next() else {
        let delays = DELAYS.iter().any(|view| has(abi, &[view]));
        let names = named(contract, &DELAYING).filter(|_| delays)?;
        return Some(Guess::named("timelock", &names));
    };
    let stated = probe.word(contract.address, delay, &[], 0);
    let stated = stated.filter(|_| probe.is_zero(contract.address, scheduled, &[unknown()]));
    let agreed =
        stated.map(|seconds| format!("{delay} is {seconds} seconds, and nothing is scheduled that nobody did"));
    let lack = format!("{delay} or {scheduled} does not answer");
    Some(Guess::probed("timelock", &format!("the functions of {whose} timelock"), agreed, &lack))
}

/// How many owners of a multisig must agree, by the names of Safe and of what came before it.
const THRESHOLDS: [&str; 2] = ["getThreshold()", "required()"];

/// A multisig that knows its owners, of whom it needs some.
pub(super) fn multisig(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let (abi, address, stranger) = (&contract.artifact.abi, contract.address, as_word(probe.stranger));
    let threshold = THRESHOLDS.into_iter().find(|view| has(abi, &["getOwners()", "isOwner(address)", view]))?;
    let owners = probe.list(address, "getOwners()").unwrap_or_default();
    let needed = probe.word(address, threshold, &[], 0).unwrap_or_default();
    let owned = !owners.is_empty() && !needed.is_zero() && needed <= U256::from(owners.len());
    let agreed = owned
        && probe.is_zero(address, "isOwner(address)", &[stranger])
        && owners.iter().all(|owner| probe.word(address, "isOwner(address)", &[*owner], 0) == Some(U256::ONE));
    let agreed = agreed.then(|| format!("it needs {needed} of its {} owners, and knows them", owners.len()));
    let lack = "it does not know its owners, or needs more of them than it has";
    Some(Guess::probed("multisig", &format!("getOwners(), isOwner(address) and {threshold}"), agreed, lack))
}

/// Where EIP-1967 keeps who may replace the implementation.
const ADMIN: U256 = U256::from_be_bytes(b256!("b53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103").0);

/// A contract that passes calls on to another, as words of its storage or its code say.
pub(super) fn proxy(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let found = proxies::resolve(probe.machine, contract.address)?;
    if let Some(problem) = found.problem {
        return Some(Guess::shown("proxy", Sureness::Possible, &format!("{}, but {problem}", found.how)));
    }
    let targets: Vec<_> = found.code.iter().map(|(target, _)| probe.name(*target)).collect();
    let admin = as_address(probe.machine.storage(contract.address, ADMIN));
    let admin = admin.map(|admin: Address| format!("; its admin is {}", probe.name(admin))).unwrap_or_default();
    Some(Guess::bound("proxy", &format!("{}: calls go to {}{admin}", found.how, targets.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::ADMIN;
    use alloy_primitives::{U256, keccak256};

    #[test]
    fn the_slot_of_the_admin_is_the_hash_of_its_name() {
        assert_eq!(ADMIN, U256::from_be_bytes(keccak256("eip1967.proxy.admin").0) - U256::ONE);
    }
}
