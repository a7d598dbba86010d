//! The machine through its public interface, on real contracts.

use alloy_primitives::{Address, Bytes, U256, keccak256};
use heist::{
    evm::{Message, Status},
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
    let generator = Generator { palette: &palette, dictionary: &dictionary, told: &[] };
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
