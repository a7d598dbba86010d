//! Tokens that become something else: how each kind behaves, what is found of a protocol that cannot hold one, and nothing of one that
//! can.

use crate::{
    cli::{home, say},
    support::{options, search},
};
use alloy_primitives::{Address, U256};
use heist::{
    campaign::{ReplayStatus, replay},
    evm::{Machine, Message},
    gallery,
    protocol::{Protocol, TokenKind, TokenSwap, balance_of, transfer_call, transfer_from_call},
};
use serde_json::Value;
use std::fs;

const ETHER: u128 = 10_u128.pow(18);
const DAY: u64 = 86_400;

/// The gallery's vault with another gold, and a machine that nothing has run on.
fn with(kind: TokenKind) -> (Protocol, Machine) {
    let base = gallery::load("vault-fixed").expect("it loads");
    let swap = TokenSwap { token: "gold".to_owned(), kind };
    let protocol = base.with_token(&swap, &gallery::token(kind)).expect("it has gold");
    assert_eq!(protocol.id, format!("vault-fixed+{kind}(gold)"));
    assert_ne!(protocol.hash, base.hash);
    let machine = protocol.machine();
    (protocol, machine)
}

fn actor(protocol: &Protocol, name: &str) -> Address {
    protocol.actor(name).unwrap_or_else(|| panic!("no {name}")).address
}

fn gold(protocol: &Protocol) -> Address {
    protocol.contract("gold").expect("it has gold").address
}

fn held(protocol: &Protocol, machine: &mut Machine, name: &str) -> U256 {
    balance_of(machine, gold(protocol), actor(protocol, name)).expect("it answers")
}

/// A transfer between actors; what it answers, and whether it succeeds.
fn send(protocol: &Protocol, machine: &mut Machine, [from, to]: [&str; 2], amount: u128) -> (bool, Vec<u8>) {
    let data = transfer_call(actor(protocol, to), U256::from(amount));
    let message = Message { from: actor(protocol, from), to: Some(gold(protocol)), data, value: U256::ZERO };
    let execution = machine.execute(&message);
    (execution.succeeded(), execution.output.to_vec())
}

/// What an ERC-20 answers.
fn word(answer: bool) -> Vec<u8> {
    U256::from(u8::from(answer)).to_be_bytes_vec()
}

#[test]
fn a_fee_is_taken_of_what_arrives() {
    let (protocol, mut machine) = with(TokenKind::FeeOnTransfer);
    let before = ["alice", "bob"].map(|name| held(&protocol, &mut machine, name));
    assert_eq!(send(&protocol, &mut machine, ["alice", "bob"], 100 * ETHER), (true, word(true)));
    let after = ["alice", "bob"].map(|name| held(&protocol, &mut machine, name));
    assert_eq!(before[0] - after[0], U256::from(100 * ETHER));
    assert_eq!(after[1] - before[1], U256::from(99 * ETHER));
    // The same through an approval, which the vault has.
    let vault = protocol.contract("vault").expect("it has one").address;
    let data = transfer_from_call(actor(&protocol, "alice"), actor(&protocol, "bob"), U256::from(100 * ETHER));
    let message = Message { from: vault, to: Some(gold(&protocol)), data, value: U256::ZERO };
    assert!(machine.execute(&message).succeeded());
    assert_eq!(held(&protocol, &mut machine, "bob") - after[1], U256::from(99 * ETHER));
}

#[test]
fn balances_grow_and_shrink_with_time_alone() {
    let before = U256::from(10_000 * ETHER);
    for (kind, expected) in [
        (TokenKind::RebasingUp, before + before / U256::from(10)),
        (TokenKind::RebasingDown, before * U256::from(10 * ETHER) / U256::from(11 * ETHER)),
    ] {
        let (protocol, mut machine) = with(kind);
        assert_eq!(held(&protocol, &mut machine, "alice"), before);
        machine.advance(1, 10 * DAY);
        let after = held(&protocol, &mut machine, "alice");
        assert!(after.abs_diff(expected) <= U256::from(10_000), "{kind}: {after} instead of {expected}");
        // What is shown can be sent, to a base unit or two.
        let bob = held(&protocol, &mut machine, "bob");
        assert!(send(&protocol, &mut machine, ["alice", "bob"], ETHER).0);
        let got = held(&protocol, &mut machine, "bob") - bob;
        assert!(got <= U256::from(ETHER) && got >= U256::from(ETHER - 2), "{kind}: {got}");
    }
}

#[test]
fn answers_and_refusals_are_as_the_kind_says() {
    let too_much = 1_000_000 * ETHER;
    let (protocol, mut machine) = with(TokenKind::NoReturnValue);
    assert_eq!(send(&protocol, &mut machine, ["alice", "bob"], ETHER), (true, Vec::new()));
    assert!(!send(&protocol, &mut machine, ["alice", "bob"], too_much).0);

    let (protocol, mut machine) = with(TokenKind::FalseReturning);
    let before = held(&protocol, &mut machine, "bob");
    assert_eq!(send(&protocol, &mut machine, ["alice", "bob"], too_much), (true, word(false)));
    assert_eq!(held(&protocol, &mut machine, "bob"), before);
    assert_eq!(send(&protocol, &mut machine, ["alice", "bob"], ETHER), (true, word(true)));

    let (protocol, mut machine) = with(TokenKind::RevertingOnZero);
    assert!(!send(&protocol, &mut machine, ["alice", "bob"], 0).0);
    assert!(send(&protocol, &mut machine, ["alice", "bob"], 1).0);

    // The first user is blocked, and nobody else.
    let (protocol, mut machine) = with(TokenKind::Blocklisting);
    assert!(!send(&protocol, &mut machine, ["alice", "bob"], 1).0);
    assert!(!send(&protocol, &mut machine, ["bob", "alice"], 1).0);
    assert!(send(&protocol, &mut machine, ["bob", "attacker"], 1).0);

    let (protocol, mut machine) = with(TokenKind::Pausable);
    for is_open in [true, false, true] {
        assert_eq!(send(&protocol, &mut machine, ["alice", "bob"], 1).0, is_open);
        machine.advance(1, DAY);
    }

    // Everything else is as it was.
    for kind in TokenKind::ALL {
        let (protocol, mut machine) = with(kind);
        let base = gallery::load("vault-fixed").expect("it loads");
        for name in ["alice", "bob", "attacker"] {
            let own = balance_of(&mut base.machine(), gold(&base), actor(&base, name));
            assert_eq!(own, Some(held(&protocol, &mut machine, name)), "{kind}: {name}");
        }
    }
}

#[test]
fn a_vault_that_counts_what_it_was_promised_cannot_hold_a_token_with_a_fee() {
    let (protocol, _) = with(TokenKind::FeeOnTransfer);
    let (_, found) = search(&protocol, &options(1, 20_000));
    let finding =
        found.findings.iter().find(|finding| finding.rule == "COLLATERAL-001").expect("it owes more than it has");
    assert!(found.defects.is_empty(), "{:?}", found.defects);
    assert!(matches!(replay(&protocol, finding).status, ReplayStatus::Reproduced { .. }));
    // With the gold of its set-up that is not so.
    let base = gallery::load("vault-fixed").expect("it loads");
    assert!(matches!(replay(&base, finding).status, ReplayStatus::Fixed { .. }));
    // A token that only answers otherwise is one that it can hold.
    for kind in [TokenKind::RevertingOnZero, TokenKind::FalseReturning, TokenKind::Hooked] {
        let (_, found) = search(&with(kind).0, &options(1, 20_000));
        assert_eq!(found.findings, Vec::new(), "{kind}");
    }
}

#[test]
fn the_matrix_is_told_and_its_findings_replay() {
    let home = home();
    let run =
        ["run", "--protocol", "amm-fixed", "--tokens", "zoo", "--calls", "3000", "--seed", "1", "--progress", "none"];
    let (code, stdout, stderr) = say(home.path(), &run);
    assert!(code == 1 && stdout.contains("Tokens that amm-fixed cannot hold"), "{stdout}{stderr}");
    let line = |kind: &str| stdout.lines().find(|line| line.trim_start().starts_with(kind)).unwrap_or_default();
    assert!(line("fee-on-transfer").contains("AMM-"), "{stdout}");
    assert!(!line("reverting-on-zero").contains("AMM-"), "{stdout}");
    let summary = fs::read_to_string(home.path().join("heist-out/summary.json")).expect("a summary");
    let summary: Value = serde_json::from_str(&summary).expect("JSON");
    let protocols = summary["protocols"].as_array().expect("a list");
    // Itself, and each of two tokens as each kind.
    assert_eq!(protocols.len(), 1 + 2 * TokenKind::ALL.len());
    assert!(protocols[0]["token"].is_null());
    assert_eq!(protocols[1]["token"]["kind"], "fee-on-transfer");
    let finding = summary["findings"].as_array().expect("a list").iter().find(|one| one["protocol"] != "amm-fixed");
    let file = finding.expect("one of another token")["file"].as_str().expect("a file").to_owned();
    let (code, stdout, stderr) = say(home.path(), &["replay", &format!("heist-out/{file}")]);
    assert!(code == 1 && stdout.contains("reproduced"), "{stdout}{stderr}");
}
