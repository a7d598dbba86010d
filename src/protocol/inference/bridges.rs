//! Ends of bridges: what takes messages of another chain.

use super::{
    probe::{Probe, as_address, has},
    roles::Guess,
};
use crate::protocol::Contract;
use alloy_primitives::{Address, address};

/// An end of a bridge: whose, its functions, and the view of the contract that it takes messages from.
const ENDS: [(&str, &[&str], &str); 4] = [
    ("LayerZero", &["peers(uint32)", "lzReceive((uint32,bytes32,uint64),bytes32,bytes,address,bytes)"], "endpoint()"),
    ("LayerZero", &["trustedRemoteLookup(uint16)", "lzReceive(uint16,bytes,uint64,bytes)"], "lzEndpoint()"),
    ("Optimism", &["otherBridge()"], "messenger()"),
    ("Optimism", &["OTHER_BRIDGE()"], "MESSENGER()"),
];
/// A messenger, which tells who sent what it delivers.
const MESSENGER: [&str; 2] = ["xDomainMessageSender()", "sendMessage(address,bytes,uint32)"];
/// What some messengers say while they deliver nothing.
const NOBODY: Address = address!("000000000000000000000000000000000000dEaD");

/// An end of a bridge.
pub(super) fn bridge(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let (abi, address) = (&contract.artifact.abi, contract.address);
    if has(abi, &MESSENGER) {
        let sender = probe.word(address, "xDomainMessageSender()", &[], 0).and_then(as_address);
        let agreed = sender.is_none_or(|sender| sender == NOBODY);
        let agreed = agreed.then(|| "it names no sender while it delivers nothing".to_owned());
        let lack = "it names a sender though it delivers nothing";
        return Some(Guess::probed("bridge", "the functions of a messenger between chains", agreed, lack));
    }
    let (whose, _, view) = ENDS.into_iter().find(|(_, functions, view)| has(abi, functions) && has(abi, &[view]))?;
    let agreed = probe.contract(address, view).map(|from| format!("{view} is {}", probe.name(from)));
    let lack = format!("{view} is no contract");
    Some(Guess::probed("bridge", &format!("the functions of an end of {whose}'s bridge"), agreed, &lack))
}
