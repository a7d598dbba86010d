//! Variables that contracts store.

use super::{ODD, events::mistake, number, odd, set, value};
use crate::{
    evm::Message,
    invariant::{Checks, Mode, StepFacts, Value},
    protocol::Judgement,
};
use alloy_dyn_abi::{DynSolValue, JsonAbiExt};
use alloy_primitives::U256;
use std::sync::Arc;

#[test]
fn variables_are_read_by_name() {
    for (text, expected) in [
        ("storage(books, total)", 77),
        ("storage(books, small)", 5),
        ("storage(books, negative)", -6),
        ("storage(books, flag) ? 1 : 0", 1),
        ("storage(books, phase)", 2),
        ("storage(books, tag)", 0x0102_0304),
        ("storage(books, boss) == alice ? 1 : 0", 1),
        ("storage(books, self) == books ? 1 : 0", 1),
        ("storage(books, debts, alice)", 33),
        ("storage(books, debts, bob)", 0),
        ("storage(books, nested, alice, 4)", -44),
        ("storage(books, nested, bob, 4)", 0),
        ("storage(books, known, 0x01020304) ? 1 : 0", 1),
        ("storage(books, positions, 7).debt", 11),
        ("storage(books, positions, odd.counter() + 2).score", -12),
        ("storage(books, positions, 7).frozen ? 1 : 0", 1),
        ("storage(books, positions, 8).frozen ? 1 : 0", 0),
        ("storage(books, positions, 7).owner == alice ? 1 : 0", 1),
        ("storage(books, positions, 7).shares(alice)", 55),
        ("storage(books, last).shares(storage(books, boss))", 55),
        ("storage(books, last).score + storage(books, last).debt", 24),
        ("sum(x in actors, storage(books, debts, x) + initial(storage(books, debts, x)))", 66),
    ] {
        assert_eq!(value(text), Ok(Value::Integer(number(expected))), "{text}");
    }
}

#[test]
fn writes_are_seen() {
    let mut protocol = odd();
    let states = [
        "storage(books, debts, alice) < 40",
        "storage(books, negative) > -9",
        "storage(books, positions, 7).debt < 20",
        "sum(x in holders, storage(books, debts, x)) < 38",
    ];
    let set = set(&mut protocol, &states, &["storage(books, debts, sender) <= old(storage(books, debts, sender)) + 4"]);
    let mut checks = Checks::new(Arc::new(protocol.clone()), Arc::new(set)).with_mode(Mode::Always);
    let mut machine = protocol.machine();
    let books = protocol.contract("books").unwrap().clone();
    let mut seen = Vec::new();
    for (actor, amount) in [("alice", 3_u64), ("bob", 4), ("alice", 5)] {
        let from = protocol.actor(actor).unwrap().address;
        let abi = &books.artifact.abi.function("borrow").unwrap()[0];
        let data = abi.abi_encode_input(&[DynSolValue::Uint(U256::from(amount), 64)]).unwrap();
        let message = Message { from, to: Some(books.address), data: data.into(), value: U256::ZERO };
        let mut facts = StepFacts { sender: Some(from), ..StepFacts::default() };
        checks.before(&mut machine, &facts);
        facts.succeeded = machine.execute(&message).succeeded();
        checks.after(&mut machine, &facts, &[]);
        seen.push(checks.violated().to_vec());
    }
    assert_eq!(checks.discrepancies(), &Vec::<String>::new()[..]);
    assert_eq!(seen, [vec![], vec![3], vec![0, 1, 2, 3, 4]]);
    assert_eq!(checks.explain(&mut machine, 2), "storage(books, positions, 7).debt = 23 >= 20");
    checks.reset();
    assert!(checks.outcome(0).unwrap().unwrap().holds);
}

#[test]
fn mistakes_about_storage_are_explained_at_their_place() {
    for (text, column, fragment) in [
        ("storage(gold, total) > 0", 9, "extra_output"),
        ("storage(books, totl) > 0", 16, "did you mean `total`?"),
        ("storage(bocks, total) > 0", 9, "did you mean `books`?"),
        ("storage(books, twice) > 0", 16, "several variables are called `twice`"),
        ("storage(books, price) > 0", 1, "Books.Price"),
        ("storage(books, name) > 0", 1, "this is string"),
        ("storage(books, list) > 0", 1, "this is uint256[]"),
        ("storage(books, list, 0) > 0", 22, "one key for each mapping"),
        ("storage(books, debts) > 0", 1, "one key for each mapping"),
        ("storage(books, debts, alice, bob) > 0", 30, "one key for each mapping"),
        ("storage(books, debts, 5) > 0", 23, "expected an address, found a number"),
        ("storage(books, nested, alice, 256) > 0", 31, "outside the range"),
        ("storage(books, titles, 1) > 0", 24, "this is string"),
        ("storage(books, last) > 0", 1, "name a member"),
        ("storage(books, last).dept > 0", 1, "did you mean `debt`?"),
        ("storage(books, last).pair > 0", 1, "this is uint256[2]"),
        ("storage(books, total).x > 0", 1, "this is uint256"),
        ("storage(books, boss) > 0", 1, "expected a number, found an address"),
        ("storage(books) > 0", 1, "a contract, a variable, and a key"),
        ("storage(books, 1) > 0", 1, "a contract, a variable, and a key"),
        ("storage(1, total) > 0", 9, "a contract, a variable, and a key"),
        ("storage > 0", 1, "unknown name `storage`"),
    ] {
        let (found, message) = mistake(&ODD, text, Judgement::State);
        assert!(message.contains(fragment), "{text}: {message}");
        assert_eq!(found, column, "{text}: {message}");
    }
}
