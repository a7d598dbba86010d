//! Calls that nobody made: what they say, what they refuse, and that they leave nothing behind.

use super::{
    compile,
    judging::{Run, call, moves},
    number, odd, source, value, verdict,
};
use crate::invariant::value::unsigned;
use crate::{
    evm::World,
    invariant::{Checks, InvariantSet, Ledger, Memory, Mode, Scene, Undecided, Value, eval},
    protocol::{Judgement, Pack, Protocol},
};
use proptest::prelude::*;
use std::sync::Arc;

#[test]
fn values_behind_hypothetical_calls() {
    for (text, expected) in [
        ("after(alice, gold.transfer(bob, 300), gold.balanceOf(bob))", 300),
        ("after(alice, gold.transfer(bob, 300), gold.balanceOf(alice)) + gold.balanceOf(alice)", 1700),
        // The call is made in the state that it stands in, with the arguments of that state.
        (
            "after(alice, gold.transfer(bob, 300), after(bob, gold.transfer(admin, gold.balanceOf(bob) / 3), gold.balanceOf(bob)))",
            200,
        ),
        ("after(alice, gold.transfer(bob, 300), sum(x in actors, gold.balanceOf(x)))", 1000),
        ("after(alice, gold.transfer(bob, 300), count(x in actors, succeeds(x, gold.transfer(x, 1))))", 2),
        ("count(x in actors, succeeds(x, gold.transfer(bob, 1)))", 1),
        ("after(alice, gold.pay(bob, 300), balance(gold))", 700),
        ("after(alice, gold.pay(bob, 300), balance(bob)) - balance(bob)", 300),
        ("after(alice, Purse(gold).transfer(bob, 1), ERC20(gold).balanceOf(bob))", 1),
        ("result(alice, odd.bump())", 6),
        ("after(alice, odd.bump(), result(bob, odd.bump())) * 10 + odd.counter()", 75),
        ("result(bob, odd.many()).2", 33),
        ("result(bob, trap.who()) == bob && result(bob, trap.who()).1 == bob ? 1 : 0", 1),
        ("result(alice, trap.again(3))", 4),
        ("after(alice, trap.breed(), Mayfly(trap.child()).age())", 7),
        ("try(after(bob, gold.transfer(alice, 1), 1), 5)", 5),
        ("try(result(bob, odd.fails2()), 6)", 6),
        ("after(alice, gold.shut(true), try(gold.pick(), 8))", 8),
        // What is transient ends with the transaction.
        ("result(alice, trap.mark()) + after(alice, trap.mark(), trap.marked() + result(alice, trap.mark()))", 0),
        ("after(alice, trap.mark(), after(alice, trap.mark(), trap.calls()))", 2),
    ] {
        let text = text.replace("odd.fails2()", "Liar(odd).fails()");
        assert_eq!(value(&text), Ok(Value::Integer(number(expected))), "{text}");
    }
}

#[test]
fn whether_a_call_would_succeed_is_a_truth_without_a_distance() {
    for (text, holds) in [
        ("succeeds(alice, gold.transfer(bob, 1000))", true),
        ("succeeds(alice, gold.transfer(bob, 1001))", false),
        ("succeeds(bob, gold.fail())", false),
        ("succeeds(bob, trap.spin())", false),
        ("succeeds(bob, trap.flash())", true),
        ("succeeds(bob, trap.again(5000))", false),
        ("succeeds(bob, Liar(odd).small())", true),
        ("after(alice, gold.transfer(bob, 5), succeeds(bob, gold.transfer(alice, 5)))", true),
        ("after(alice, gold.transfer(bob, 5), succeeds(bob, gold.transfer(alice, 6)))", false),
    ] {
        let found = verdict(text);
        assert_eq!((found.holds, found.margin), (holds, number(if holds { 0 } else { -1 })), "{text}");
    }
    // Numbers behind a call keep their distance.
    assert_eq!(verdict("after(alice, gold.transfer(bob, 5), gold.balanceOf(bob) <= 7)").margin, number(2));
}

#[test]
fn there_is_no_state_behind_a_call_that_fails() {
    for (text, reason) in [
        ("after(bob, gold.transfer(alice, 1), 1) == 1", Undecided::Failed),
        ("after(bob, trap.spin(), gold.balanceOf(bob)) == 0", Undecided::Failed),
        ("after(alice, gold.transfer(bob, 1), after(bob, gold.transfer(alice, 2), 1)) == 1", Undecided::Failed),
        // It destroys what it made: no rollback inside of a transaction shows the state behind it.
        ("after(bob, trap.flash(), trap.calls()) == 0", Undecided::Failed),
        ("result(bob, Liar(odd).fails()) == 0", Undecided::Failed),
        ("result(bob, Liar(odd).small()) == 0", Undecided::Malformed),
        ("result(bob, Liar(odd).nothing()) == 0", Undecided::Short),
        ("result(bob, ERC20(alice).transfer(bob, 1))", Undecided::Short),
        ("succeeds(bob, odd.tiny(gold.totalSupply()))", Undecided::OutOfRange),
        ("after(bob, gold.shut(true), gold.pick()) == 0", Undecided::Reverted),
    ] {
        assert_eq!(value(text), Err(reason), "{text}");
    }
    let many =
        "all(a in holders, all(b in holders, all(c in holders, all(d in holders, succeeds(a, gold.transfer(a, 0))))))";
    assert_eq!(value(many), Err(Undecided::TooMuch));
}

#[test]
fn mistakes_are_pointed_at() {
    for (text, column, message) in [
        ("succeeds(alice)", 1, "`succeeds` takes a sender and a call"),
        ("after(alice, gold.mint(bob, 1))", 1, "`after` takes a sender, a call and an expression"),
        ("succeeds(alice, 3)", 17, "`succeeds` takes a call of a contract's function"),
        ("succeeds(3, gold.mint(bob, 1))", 10, "expected an address, found a number"),
        ("succeeds(alice, gold.transfr(bob, 1))", 17, "there is no function `gold.transfr` with 2 argument(s)"),
        ("succeeds(alice, gold.transfer(bob))", 17, "there is no function `gold.transfer` with 1 argument(s)"),
        ("succeeds(alice, gold.transfer(1, bob))", 17, "no overload of `gold.transfer` takes these arguments"),
        ("succeeds(alice, ERC20(gold).burn(1))", 17, "there is no function `ERC20.burn`"),
        ("succeeds(alice, alice.transfer(bob, 1))", 17, "`alice` is an address"),
        ("succeeds(alice, nobody.transfer(bob, 1))", 17, "unknown name `nobody`"),
        ("succeeds(alice, odd.tiny(256))", 26, "outside the range of its type"),
        ("result(alice, gold.mint(bob, 1)) == 1", 1, "`gold.mint` has no return value 0"),
        ("result(alice, odd.bump()).1 == 1", 1, "`odd.bump` has no return value 1"),
        ("after(alice, gold.mint(bob, 1), gold.mint(bob, 1)) == 1", 33, "`gold.mint` changes state"),
        ("gold.mint(bob, 1) == 1", 1, "`gold.mint` changes state"),
        ("after(alice, gold.mint(bob, 1), old(gold.limit())) == 1", 33, "`old` has no meaning behind a call"),
        ("after(alice, gold.mint(bob, 1), initial(gold.limit())) == 1", 33, "`initial` has no meaning behind"),
        ("after(alice, gold.mint(bob, 1), minted(gold)) == 1", 33, "`minted` has no meaning behind"),
        ("1 == after(alice, gold.mint(bob, 1), 2 * burned(gold))", 42, "`burned` has no meaning behind"),
        (
            "after(alice, gold.mint(bob, 1), count(e in events(gold.Transfer), true)) == 1",
            44,
            "`events` has no meaning",
        ),
        ("after(alice, gold.mint(bob, 1), storage(books, total)) == 1", 33, "`storage` has no meaning behind"),
        ("after(alice, gold.mint(bob, 1), gold.paid(bob)) == 1", 1, "`old` has no meaning behind"),
    ] {
        let error = compile(text, Judgement::Call).unwrap_err();
        assert!(
            error.problem.to_string().starts_with(message) || error.problem.to_string().contains(message),
            "{text}: {error}"
        );
        // A view of a role has a place of its own.
        assert!(error.place.column == column || text.contains("paid"), "{text}: {error}");
    }
    let error = compile("gold.mint(bob, 1) == 1", Judgement::State).unwrap_err();
    assert!(error.help().is_some_and(|help| help.contains("succeeds(")), "{error}");
    let error = compile("succeeds(alice, gold.transfr(bob, 1))", Judgement::State).unwrap_err();
    assert_eq!(error.help().as_deref(), Some("did you mean `transfer`?"));
    for text in ["sender == alice", "msg.value == 0", "called(gold.mint)", "old(gold.limit()) == 1"] {
        let error = compile(text, Judgement::Sample).unwrap_err();
        assert!(error.to_string().contains("judged on calls"), "{text}: {error}");
    }
}

#[test]
fn a_crowd_makes_one_call_each() {
    for (text, expected) in [
        ("crowd(9, u, alice, queue.join(u), queue.size())", 9),
        ("crowd(9, u, u, queue.join(u), crowd(3, v, alice, queue.sit(v), queue.size()))", 9),
        ("crowd(4, u, alice, gold.transfer(u, 100), gold.balanceOf(alice))", 600),
        // Each of a crowd sends on what it was sent before.
        ("crowd(4, u, alice, gold.transfer(u, 100), crowd(4, u, u, gold.transfer(bob, 25), gold.balanceOf(bob)))", 100),
        // Strangers are the same ones in each crowd, and nobody's account.
        ("try(crowd(4, u, alice, queue.join(u), crowd(1, u, alice, queue.join(u), 1)), 5)", 5),
        ("crowd(4, u, alice, queue.sit(u), count(x in holders, true)) - count(x in holders, true)", 0),
        // What all of them cannot do is undecided.
        ("try(crowd(11, u, alice, gold.transfer(u, 100), 1), 6)", 6),
        ("crowd(2, u, alice, gold.transfer(u, 100), 1) + gold.balanceOf(alice)", 1001),
    ] {
        assert_eq!(value(text), Ok(Value::Integer(number(expected))), "{text}");
    }
    for (text, column, message) in [
        ("crowd(0, u, alice, queue.sit(u), 1) == 1", 7, "`crowd` takes a number of at most 64"),
        ("crowd(65, u, alice, queue.sit(u), 1) == 1", 7, "`crowd` takes a number of at most 64"),
        ("crowd(u, 3, alice, queue.sit(u), 1) == 1", 7, "`crowd` takes a number of at most 64"),
        ("crowd(3, u, alice, queue.sit(u)) == 1", 1, "`crowd` takes a number of at most 64"),
        ("crowd(3, sum, alice, queue.sit(sum), 1) == 1", 10, "`sum`"),
        ("crowd(3, u, alice, queue.sit(u), u == alice)", 34, "unknown name `u`"),
        ("crowd(3, u, alice, queue.sit(u), old(gold.limit())) == 1", 34, "`old` has no meaning behind a call"),
        ("gasUsed(alice) == 1", 1, "`gasUsed` takes a sender and a call"),
    ] {
        let error = compile(text, Judgement::Call).unwrap_err();
        assert!(error.problem.to_string().contains(message), "{text}: {error}");
        assert_eq!(error.place.column, column, "{text}: {error}");
    }
}

#[test]
fn gas_shows_what_grows() {
    let gas = |function: &str, crowd: usize| {
        let text = format!("crowd({crowd}, u, alice, queue.{function}(u), gasUsed(bob, queue.{function}(bob)))");
        match value(&text) {
            Ok(Value::Integer(gas)) => i64::try_from(gas).unwrap(),
            other => panic!("{text}: {other:?}"),
        }
    };
    // One more member is one more storage word to read, warm as it is: at least 100 gas (EIP-2929).
    let growth = gas("join", 8) - gas("join", 4);
    assert!(growth >= 400, "{growth}");
    assert_eq!(gas("join", 12) - gas("join", 8), growth);
    assert_eq!(gas("sit", 4), gas("sit", 60));
    // A new word that is set costs 20,000 (EIP-2200) and 2,100 more for being cold (EIP-2929).
    assert!((22_100..25_000).contains(&gas("sit", 4)), "{}", gas("sit", 4));
    // As often as it is asked, and whatever was touched in between.
    let text = "gasUsed(bob, queue.sit(bob)) == gasUsed(bob, queue.sit(bob)) && \
                after(bob, queue.sit(bob), gasUsed(bob, queue.sit(bob))) < gasUsed(bob, queue.sit(bob))";
    assert!(verdict(text).holds);
    assert_eq!(value("gasUsed(bob, gold.fail())"), Err(Undecided::Failed));
}

#[test]
fn texts_are_arguments() {
    let hash = |text: &str| alloy_primitives::keccak256(text);
    for text in ["", "abc", "exactly thirty-two characters ok", "more than thirty-two characters, in two words"] {
        let expected = Value::Integer(unsigned(hash(text).into()));
        assert_eq!(value(&format!("queue.note(\"{text}\", \"\")")), Ok(expected), "{text}");
        let sizes = format!("result(alice, queue.note(\"{text}\", \"{text}{text}\")).1");
        assert_eq!(value(&sizes), Ok(Value::Integer(number(1002 * i64::try_from(text.len()).unwrap()))), "{text}");
    }
    for (text, column, message) in [
        ("\"a\" == \"a\"", 1, "a text can only be an argument"),
        ("gold.balanceOf(\"alice\") == 1", 1, "no overload of `gold.balanceOf` takes these arguments"),
        ("queue.note(\"a\", 3) == 1", 1, "no overload of `queue.note` takes these arguments"),
        ("min(\"a\", 1) == 1", 5, "a text can only be an argument"),
        ("queue.note(true ? \"a\" : \"b\", \"\") == 1", 19, "a text can only be an argument"),
        ("queue.note(\"a, 1) == 1", 12, "a text is printable ASCII"),
        ("queue.note(\"a\\n\", 1) == 1", 12, "a text is printable ASCII"),
    ] {
        let error = compile(text, Judgement::State).unwrap_err();
        assert!(error.problem.to_string().contains(message), "{text}: {error}");
        assert_eq!(error.place.column, column, "{text}: {error}");
    }
}

#[test]
fn depth_and_length_stay_bounded() {
    let nested = |levels: usize| {
        let open = "after(alice, gold.mint(bob, 1), ".repeat(levels);
        format!("{open}gold.balanceOf(bob){}", ")".repeat(levels))
    };
    assert_eq!(value(&nested(40)), Ok(Value::Integer(number(40))));
    assert!(compile(&nested(70), Judgement::State).unwrap_err().to_string().contains("nested too deeply"));
    let long = nested(1).replace("bob", &format!("{}bob", " ".repeat(17_000)));
    assert!(compile(&long, Judgement::State).unwrap_err().to_string().contains("more than 16384"));
}

#[test]
fn an_earlier_value_may_lie_around_a_hypothetical_call() {
    for text in [
        "after(sender, gold.mint(bob, 1), gold.totalSupply()) >= old(after(bob, gold.mint(bob, 1), gold.totalSupply()))",
        "initial(succeeds(bob, gold.mint(bob, 1))) && succeeds(sender, gold.mint(sender, argument(gold.mint, amount)))",
    ] {
        assert!(compile(text, Judgement::Call).is_ok(), "{text}");
    }
}

/// The invariants of these expressions, judged on samples.
fn sampled(protocol: &mut Protocol, texts: &[&str]) -> Checks {
    let sources = texts.iter().enumerate();
    protocol.invariants =
        sources.map(|(index, text)| source(&format!("SAMPLE-{index}"), Judgement::Sample, text)).collect();
    let set = InvariantSet::new(protocol, &Pack::default()).unwrap_or_else(|errors| panic!("{}", errors[0]));
    Checks::new(Arc::new(protocol.clone()), Arc::new(set))
}

/// Probes that read storage, balances, time, events, and slots that depend on others.
const SAMPLES: [&str; 10] = [
    "crowd(3, u, alice, gold.mint(u, 5), gasUsed(bob, gold.mint(alice, 1)) + gold.totalSupply()) < 60_000",
    "all(x in holders, succeeds(x, gold.transfer(alice, gold.balanceOf(x))))",
    "after(alice, gold.mint(bob, 5), gold.balanceOf(bob)) == gold.balanceOf(bob) + 5",
    "after(bob, gold.choose(3), gold.pick()) <= gold.limit()",
    "after(alice, gold.touch(), gold.interest()) == 0 && gold.interest() < 90",
    "all(x in actors, after(x, gold.pay(bob, 10), balance(gold)) < 1200)",
    "gold.totalSupply() == initial(gold.totalSupply()) + minted(gold) - burned(gold)",
    "result(alice, odd.bump()) == 6 && after(alice, gold.set(2, 7), after(bob, gold.choose(2), gold.pick())) == 7",
    "count(x in holders, succeeds(x, silver.transfer(alice, 1))) <= 2",
    "after(alice, trap.breed(), Mayfly(trap.child()).age()) == 7",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_sample_is_judged_as_if_it_were_judged_anew(cases in prop::collection::vec(prop::collection::vec(moves(), 0..20), 1..4)) {
        let mut protocol = odd();
        let mut always = sampled(&mut protocol, &SAMPLES).with_mode(Mode::Always);
        let mut plain = sampled(&mut protocol, &SAMPLES);
        let mut run = Run::new(&protocol);
        for case in cases {
            run.machine.reset();
            always.reset();
            plain.reset();
            for step in &case {
                run.step(step, &mut [&mut always, &mut plain]);
                prop_assert!(always.violated().is_empty());
            }
            always.end(&mut run.machine, true);
            plain.end(&mut run.machine, true);
            prop_assert_eq!(always.discrepancies(), &Vec::<String>::new()[..]);
            prop_assert_eq!(always.violated(), plain.violated());
        }
    }
}

#[test]
fn a_sample_is_judged_only_when_a_sequence_ends_in_it() {
    let mut protocol = odd();
    let mut checks = sampled(&mut protocol, &["after(alice, gold.mint(bob, 5), gold.balanceOf(bob) <= 10)"]);
    let mut run = Run::new(&protocol);
    assert_eq!((checks.counts()[0].evaluations, checks.outcome(0).is_some()), (0, true));
    run.step(&call(0, "mint", 2, 6, 3), &mut [&mut checks]);
    checks.end(&mut run.machine, false);
    assert_eq!((checks.violated().len(), checks.counts()[0].evaluations), (0, 0));
    checks.end(&mut run.machine, true);
    let counts = checks.counts()[0];
    assert_eq!((checks.violated(), counts.evaluations, counts.on_change), (&[0_usize][..], 1, 1));
    assert_eq!(
        checks.explain(&mut run.machine, 0),
        "for the state after gold.mint(bob, 5): gold.balanceOf(bob) = 11 > 10"
    );
    // The next case begins at the base state again, where nothing that it reads has changed.
    run.machine.reset();
    checks.reset();
    run.step(&call(1, "mint", 2, 6, 3), &mut [&mut checks]);
    checks.end(&mut run.machine, true);
    assert_eq!((checks.violated().len(), checks.counts()[0].on_change), (0, 1));
}

#[test]
fn what_is_false_from_the_start_is_found_and_no_mistake() {
    let mut protocol = odd();
    let mut checks = sampled(&mut protocol, &["!succeeds(alice, gold.mint(alice, 1))"]);
    assert_eq!(checks.broken_at_start(), None);
    checks.end(&mut protocol.machine(), true);
    assert_eq!(checks.violated(), [0]);
}

#[test]
fn hypothetical_calls_leave_nothing_behind() {
    let mut protocol = odd();
    let mut checks = sampled(&mut protocol, &SAMPLES);
    let mut run = Run::new(&protocol);
    for step in [call(0, "mint", 2, 6, 3), call(0, "deposit", 2, 6, 3), call(0, "pay", 1, 5, 2)] {
        run.step(&step, &mut [&mut checks]);
        let seen = |run: &Run| {
            let recorder = run.machine.recorder();
            let flags = (recorder.value_moved(), recorder.structure_changed(), recorder.outlives_revert());
            let touched = (recorder.writes().to_vec(), recorder.created().to_vec(), recorder.loads().to_vec());
            (
                run.machine.merge_into(World::clone(&protocol.world)).hash(),
                flags,
                touched,
                recorder.fresh_edges(),
                run.machine.block(),
            )
        };
        let before = seen(&run);
        checks.end(&mut run.machine, true);
        let (compiled, ledger) =
            (compile("after(bob, trap.flash(), trap.calls()) == 0", Judgement::State).unwrap(), Ledger::new(&protocol));
        let mut scene = Scene::new(&mut run.machine, &protocol, &ledger);
        assert!(eval::judge(&compiled, &mut scene, &Memory::default()).is_err());
        assert_eq!(seen(&run), before);
    }
}
