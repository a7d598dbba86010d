//! The machine through its public interface, on real contracts.

use alloy_primitives::{Address, Bytes, U256, keccak256};
use heist::{
    evm::{Block, Comparing, ComparisonKind, Machine, Message, Settings, Status, World},
    gallery,
    generate::{self, Audience, Dictionary, Generator, Palette},
};

fn call(signature: &str, words: &[U256]) -> Bytes {
    let mut data = keccak256(signature)[..4].to_vec();
    for word in words {
        data.extend_from_slice(&word.to_be_bytes::<32>());
    }
    data.into()
}

fn word(address: Address) -> U256 {
    U256::from_be_bytes(address.into_word().0)
}

#[test]
fn a_view_that_writes_leaves_no_trace_in_the_state() {
    let protocol = gallery::load("token-fixed").expect("a gallery protocol loads");
    let token = protocol.tokens().next().expect("a token").address;
    let (alice, bob) = (protocol.actor("alice").expect("alice").address, protocol.actor("bob").expect("bob").address);
    let mut machine = protocol.machine();
    let balance = call("balanceOf(address)", &[word(bob)]);
    let before = machine.view(alice, token, balance.clone()).expect("a view");
    let transfer = call("transfer(address,uint256)", &[word(bob), U256::from(5)]);
    let first = machine.view(alice, token, transfer.clone()).expect("alice holds tokens");
    assert_eq!(U256::from_be_slice(&first), U256::ONE, "the transfer ran");
    assert_eq!(machine.view(alice, token, balance.clone()).expect("a view"), before, "and was rolled back");
    let execution = machine.execute(&Message { from: alice, to: Some(token), data: transfer, value: U256::ZERO });
    assert!(execution.succeeded());
    let after = machine.view(alice, token, balance.clone()).expect("a view");
    assert_eq!(U256::from_be_slice(&after), U256::from_be_slice(&before) + U256::from(5));
    machine.reset();
    assert_eq!(machine.view(alice, token, balance).expect("a view"), before, "a reset goes back to the base state");
}

#[test]
fn ether_that_is_sent_is_debited_and_cannot_be_overspent() {
    let protocol = gallery::load("token-fixed").expect("a gallery protocol loads");
    let (alice, bob) = (protocol.actor("alice").expect("alice").address, protocol.actor("bob").expect("bob").address);
    let mut machine = protocol.machine();
    let (has, other) = (machine.balance(alice), machine.balance(bob));
    let send = |value| Message { from: alice, to: Some(bob), data: Bytes::new(), value };
    assert!(machine.execute(&send(U256::from(7))).succeeded());
    assert_eq!(machine.balance(alice), has - U256::from(7));
    assert_eq!(machine.balance(bob), other + U256::from(7));
    let too_much = machine.execute(&send(has));
    assert!(matches!(too_much.status, Status::Invalid(_)), "{:?}", too_much.status);
    assert_eq!(machine.balance(bob), other + U256::from(7));
}

#[test]
fn a_resumed_snapshot_ends_where_its_slow_twin_does() {
    let protocol = gallery::load("amm-fixed").expect("a gallery protocol loads");
    let palette = Palette::new(&protocol, Audience::Everyone);
    let dictionary = Dictionary::default();
    let generator = Generator::new(&palette, &dictionary);
    let mut rng = generate::case_rng(&[11; 32]);
    for _ in 0..20 {
        let sequence = generator.draw_sequence(&protocol, 20..=20, &mut rng);
        let (mut slow, mut fast) = (protocol.machine(), protocol.machine());
        let run = |machine: &mut heist::evm::Machine, steps: &[heist::sequence::Step]| -> Vec<_> {
            steps
                .iter()
                .map(|step| {
                    let advance = step.advance();
                    machine.advance(advance.blocks, advance.seconds);
                    let message = step.message(&protocol).expect("a call").expect("a message");
                    let execution = machine.execute(&message);
                    (execution.status, execution.output, execution.gas_used, execution.logs)
                })
                .collect()
        };
        let expected = run(&mut slow, &sequence.steps);
        let first = run(&mut fast, &sequence.steps[..10]);
        let kept = fast.snapshot();
        run(&mut fast, &sequence.steps[5..]);
        fast.restore(&kept);
        let second = run(&mut fast, &sequence.steps[10..]);
        assert_eq!([first, second].concat(), expected);
        let (slow, fast) = (slow.merge_into((*protocol.world).clone()), fast.merge_into((*protocol.world).clone()));
        assert_eq!(slow.hash(), fast.hash());
    }
}

#[test]
fn a_trace_shows_the_calls_events_and_writes_of_what_ran() {
    let protocol = gallery::load("token-fixed").expect("a gallery protocol loads");
    let token = protocol.tokens().next().expect("a token").address;
    let (alice, bob) = (protocol.actor("alice").expect("alice").address, protocol.actor("bob").expect("bob").address);
    let data = call("transfer(address,uint256)", &[word(bob), U256::from(5)]);
    let message = Message { from: alice, to: Some(token), data, value: U256::ZERO };
    let (execution, trace) = protocol.machine().trace(&message);
    let plain = protocol.machine().execute(&message);
    assert_eq!((execution.gas_used, &execution.logs), (plain.gas_used, &plain.logs), "tracing changes nothing");
    let frame = &trace.frames[0];
    assert_eq!((frame.from, frame.to, frame.success), (alice, token, true));
    let logs = frame.items.iter().filter(|item| matches!(item, heist::evm::Item::Log(_))).count();
    assert_eq!(logs, plain.logs.len());
    let changes: Vec<_> = frame
        .items
        .iter()
        .filter_map(|item| match item {
            heist::evm::Item::Storage(change) => Some(change),
            _ => None,
        })
        .collect();
    assert_eq!(changes.len(), 2, "two balances change");
    let fallen = changes.iter().find(|change| change.after < change.before).expect("one falls");
    let risen = changes.iter().find(|change| change.after > change.before).expect("one rises");
    assert_eq!(fallen.before - fallen.after, U256::from(5));
    assert_eq!(risen.after - risen.before, U256::from(5));
}

/// Runtime code that jumps to its own end when `decision`, bytes that leave a word on a stack that holds the first argument and below
/// it `constant`, says so.
fn deciding(machine: &mut Machine, constant: U256, decision: &[u8]) -> Address {
    let mut code = vec![0x7f];
    code.extend_from_slice(&constant.to_be_bytes::<32>());
    // The argument is loaded and copied over the constant: PUSH0 CALLDATALOAD.
    code.extend_from_slice(&[0x5f, 0x35]);
    code.extend_from_slice(decision);
    let end = code.len() as u8 + 4;
    // PUSH1 end JUMPI STOP JUMPDEST STOP.
    code.extend_from_slice(&[0x60, end, 0x57, 0x00, 0x5b, 0x00]);
    // PUSH1 length DUP1 PUSH1 9 PUSH0 CODECOPY PUSH0 RETURN.
    let mut creation = vec![0x60, code.len() as u8, 0x80, 0x60, 0x09, 0x5f, 0x39, 0x5f, 0xf3];
    creation.append(&mut code);
    let message = Message { from: Address::ZERO, to: None, data: creation.into(), value: U256::ZERO };
    machine.execute(&message).created.expect("the code is deployed")
}

#[test]
fn every_way_to_branch_on_an_equality_is_seen_as_one() {
    let mut machine = Machine::new(World::default().freeze(), Block { number: 1, timestamp: 1 }, Settings::default());
    machine.recorder_mut().watch_comparisons(Comparing::All);
    let (word, constant) = (U256::from(1_000), U256::MAX - U256::from(77));
    // EQ; SUB; XOR; and ADD of the negative constant, on the argument or on a copy of it.
    let ways: [(&[u8], U256); 5] = [
        (&[0x14], constant),
        (&[0x03], constant),
        (&[0x18], constant),
        (&[0x01], constant.wrapping_neg()),
        // SWAP1 DUP2 ADD.
        (&[0x90, 0x81, 0x01], constant.wrapping_neg()),
    ];
    for (decision, pushed) in ways {
        let to = deciding(&mut machine, pushed, decision);
        let data = word.to_be_bytes::<32>().into();
        assert!(machine.execute(&Message { from: Address::ZERO, to: Some(to), data, value: U256::ZERO }).succeeded());
        let [seen] = machine.recorder().comparisons() else { panic!("{decision:?}: not one comparison") };
        assert_eq!(seen.kind, ComparisonKind::Equal, "{decision:?}");
        let mut operands = [seen.left, seen.right];
        operands.sort_unstable();
        assert_eq!(operands, [word, constant], "{decision:?}");
    }
    // A sum that decides nothing is none.
    let to = deciding(&mut machine, constant, &[0x01, 0x5f, 0x55, 0x5f]);
    let data = word.to_be_bytes::<32>().into();
    assert!(machine.execute(&Message { from: Address::ZERO, to: Some(to), data, value: U256::ZERO }).succeeded());
    assert!(machine.recorder().comparisons().is_empty());
}

#[test]
fn what_casts_cut_is_seen_where_it_is_asked_for() {
    let mut machine = Machine::new(World::default().freeze(), Block { number: 1, timestamp: 1 }, Settings::default());
    let most = |bits: usize| (U256::from(1) << bits) - U256::from(1);
    let mut seen = |comparing: Comparing, mask: U256, word: U256| {
        // The argument AND the mask.
        let to = deciding(&mut machine, mask, &[0x16]);
        machine.recorder_mut().watch_comparisons(comparing);
        let data = word.to_be_bytes::<32>().into();
        assert!(machine.execute(&Message { from: Address::ZERO, to: Some(to), data, value: U256::ZERO }).succeeded());
        let seen = machine.recorder().comparisons().iter();
        seen.map(|each| (each.kind, each.left, each.right, each.outcome())).collect::<Vec<_>>()
    };
    let word = U256::from(1) << 130;
    assert_eq!(seen(Comparing::Casts, most(128), word), [(ComparisonKind::Cast, word, most(128), true)]);
    assert_eq!(seen(Comparing::Casts, most(248), word), [(ComparisonKind::Cast, word, most(248), false)]);
    // Addresses, flags, what is no width of a number, and whoever asks for comparisons alone.
    for mask in [most(160), most(8), most(129), most(128) - U256::from(1), U256::MAX] {
        assert!(seen(Comparing::Casts, mask, word).is_empty(), "{mask:x}");
    }
    assert!(seen(Comparing::All, most(128), word).is_empty());
}

#[test]
fn what_the_attackers_contract_runs_is_no_subject_of_the_search() {
    let protocol = gallery::load("lending").expect("the gallery is embedded");
    let mut machine = protocol.machine();
    let tool = protocol.attacker_contract.expect("it has an attacker");
    let (attacker, code) = (protocol.attacker().expect("as said").address, machine.code_hash(tool));
    machine.recorder_mut().watch_comparisons(Comparing::All);
    // An empty script: `run(bytes)` with one byte of zero.
    let data = [&keccak256("run(bytes)")[..4], &padded(32), &padded(1), &padded(0)].concat();
    let run = Message { from: attacker, to: Some(tool), data: data.into(), value: U256::ZERO };
    assert!(machine.execute(&run).succeeded());
    assert!(machine.recorder().comparisons().is_empty());
    assert!(machine.recorder().fresh_edges().iter().all(|edge| edge.code != code));
}

fn padded(number: u64) -> [u8; 32] {
    U256::from(number).to_be_bytes()
}
