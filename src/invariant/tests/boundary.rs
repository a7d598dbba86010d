//! Invariants that are judged within calls.

use super::{ODD, events::mistake, odd, set, source};
use crate::{
    evm::{Execution, Machine, Message},
    invariant::{Checks, InvariantSet, StepFacts, Undecided},
    protocol::{Judgement, Pack, Protocol},
};
use alloy_dyn_abi::{DynSolValue, JsonAbiExt};
use alloy_primitives::U256;
use std::sync::Arc;

/// The fixtures with `caller` as the attacker's contract.
fn attacked() -> Protocol {
    let mut protocol = odd();
    protocol.attacker_contract = protocol.address_of("caller");
    protocol
}

fn checks(protocol: &Protocol, texts: &[&str]) -> Checks {
    let mut protocol = protocol.clone();
    let sources =
        texts.iter().enumerate().map(|(index, text)| source(&format!("B-{index}"), Judgement::Boundary, text));
    protocol.invariants = sources.collect();
    let set = InvariantSet::new(&protocol, &Pack::default()).unwrap_or_else(|errors| panic!("{}", errors[0]));
    Checks::new(Arc::new(protocol), Arc::new(set))
}

/// Calls a function as alice under the eyes of the checks.
fn call(
    protocol: &Protocol,
    machine: &mut Machine,
    checks: &mut Checks,
    (to, name, value): (&str, &str, u64),
) -> Execution {
    let from = protocol.actor("alice").unwrap().address;
    let contract = protocol.contract(to).unwrap();
    let abi = &contract.artifact.abi.function(name).unwrap()[0];
    let arguments: Vec<_> = abi.inputs.iter().map(|_| DynSolValue::Bool(true)).collect();
    let data = abi.abi_encode_input(&arguments).unwrap().into();
    let message = Message { from, to: Some(contract.address), data, value: U256::from(value) };
    let mut facts = StepFacts { sender: Some(from), value: message.value, ..StepFacts::default() };
    checks.before(machine, &facts);
    let execution = machine.execute(&message);
    facts.succeeded = execution.succeeded();
    checks.after(machine, &facts, &execution.logs);
    execution
}

const PRICE: &str = "bank.price() >= 1000";

#[test]
fn a_state_within_a_call_is_judged_and_explained() {
    let protocol = attacked();
    let mut checks = checks(&protocol, &[PRICE, "bank.total() <= balance(bank)", "balance(caller) <= 500"]);
    assert_eq!(checks.broken_at_start(), None);
    let mut machine = protocol.machine();
    checks.reset();
    assert!(call(&protocol, &mut machine, &mut checks, ("caller", "put", 500)).succeeded());
    // The bank calls nobody when it is paid.
    assert!(checks.violated().is_empty());
    assert_eq!((checks.outcome(0), checks.counts()[0].evaluations), (None, 0));
    assert!(call(&protocol, &mut machine, &mut checks, ("caller", "get", 0)).succeeded());
    // Paid are 500 of 1500, and the total is still 1500.
    assert_eq!(checks.violated(), [0, 1]);
    assert_eq!(checks.explain(&mut machine, 0), "bank.price() = 666 < 1000");
    assert_eq!(checks.explain(&mut machine, 1), "bank.total() = 1500 > balance(bank) = 1000");
    // The transfer is part of what the contract finds.
    assert!(checks.outcome(2).unwrap().unwrap().margin.is_zero());
    assert_eq!(checks.counts()[0].on_change, 1);
    // Between calls all is well again, and the machine is where the call left it.
    let bank = protocol.address_of("bank").unwrap();
    assert_eq!(machine.balance(bank), U256::from(1000));
    assert!(call(&protocol, &mut machine, &mut checks, ("gold", "touch", 0)).succeeded());
    assert!(checks.violated().is_empty());
}

#[test]
fn what_a_frame_showed_that_reverts_does_not_count() {
    let protocol = attacked();
    let mut checks = checks(&protocol, &[PRICE]);
    let mut machine = protocol.machine();
    checks.reset();
    call(&protocol, &mut machine, &mut checks, ("caller", "put", 500));
    assert!(call(&protocol, &mut machine, &mut checks, ("caller", "tryGet", 0)).succeeded());
    assert!(!call(&protocol, &mut machine, &mut checks, ("caller", "getAndRevert", 0)).succeeded());
    assert_eq!((checks.violated().len(), checks.counts()[0].evaluations), (0, 0));
}

#[test]
fn a_lock_in_transient_storage_is_seen_within_the_call_and_gone_after_it() {
    let protocol = attacked();
    let mut checks = checks(&protocol, &[PRICE]);
    let mut machine = protocol.machine();
    checks.reset();
    call(&protocol, &mut machine, &mut checks, ("bank", "lock", 0));
    call(&protocol, &mut machine, &mut checks, ("caller", "put", 500));
    call(&protocol, &mut machine, &mut checks, ("caller", "get", 0));
    assert_eq!(checks.outcome(0), Some(Err(Undecided::Reverted)));
    let (bank, selector) = (protocol.contract("bank").unwrap(), "price");
    let data = bank.artifact.abi.function(selector).unwrap()[0].selector().to_vec();
    assert!(machine.view(machine.viewer(), bank.address, data.into()).is_ok());
}

#[test]
fn a_machine_without_such_invariants_is_not_watched() {
    let mut protocol = attacked();
    let set = set(&mut protocol, &[PRICE], &[]);
    let mut checks = Checks::new(Arc::new(protocol.clone()), Arc::new(set));
    let mut machine = protocol.machine();
    call(&protocol, &mut machine, &mut checks, ("caller", "put", 500));
    call(&protocol, &mut machine, &mut checks, ("caller", "get", 0));
    assert!(machine.boundaries().is_empty() && checks.violated().is_empty());
}

#[test]
fn what_events_tell_is_not_known_within_a_call() {
    for (text, column, fragment) in [
        ("1 + minted(gold) > 0", 5, "`minted(gold)` is not known within a call"),
        ("sum(e in events(gold.Transfer), e.value) > 0", 10, "not known within a call"),
        ("sum(v in values(gold.Transfer, value), v) > 0", 10, "not known within a call"),
        ("old(gold.totalSupply()) > 0", 1, "on = \"call\""),
        ("sender == alice", 1, "judged on calls"),
    ] {
        let (found, message) = mistake(&ODD, text, Judgement::Boundary);
        assert!(message.contains(fragment), "{text}: {message}");
        assert_eq!(found, column, "{text}: {message}");
    }
}
