//! Folds over events.

use super::{
    ODD, compile,
    judging::{call, judged},
    number, odd, place,
};
use crate::{
    invariant::{
        MAX_EVENTS, Undecided,
        check::{self, Request},
    },
    protocol::{Judgement, Protocol},
};
use std::sync::Arc;

/// Mints 3 and 4 to alice, 5 to bob; alice burns 2 and sends 1 to bob.
pub(super) fn story() -> Vec<super::judging::Move> {
    vec![
        call(0, "mint", 0, 3, 2),
        call(0, "mint", 0, 4, 2),
        call(1, "mint", 0, 9, 2),
        call(0, "mint", 0, 5, 3),
        call(0, "burn", 2, 2, 0),
        call(0, "transfer", 2, 1, 3),
    ]
}

#[test]
fn states_fold_over_all_events_since_the_base_state() {
    for (text, margin) in [
        ("sum(e in events(gold.Transfer), e.value) >= 0", 15),
        ("sum(e in events(gold.Transfer), e.from == address(0) ? e.value : 0) >= 0", 12),
        ("sum(e in events(gold.Transfer), e.from == address(0) ? e.value : 0) == minted(gold)", 0),
        ("sum(e in events(gold.Transfer), e.to == address(0) ? e.2 : 0) == burned(gold)", 0),
        ("count(e in events(gold.Transfer), e.from == address(0)) >= 0", 3),
        ("count(e in events(gold.Transfer), e.1 == bob) >= 0", 2),
        ("min(e in events(gold.Transfer), e.value) >= 0", 1),
        ("max(e in events(gold.Transfer), e.value) >= 0", 5),
        ("all(e in events(gold.Transfer), e.value <= 4)", -1),
        ("any(e in events(gold.Transfer), e.value >= 3)", 2),
        // Sent to oneself, and so on: what each has is what events say.
        (
            "all(x in actors, gold.balanceOf(x) == initial(gold.balanceOf(x)) + sum(e in events(gold.Transfer), \
             (e.to == x ? e.value : 0) - (e.from == x ? e.value : 0)))",
            0,
        ),
        ("sum(e in events(gold.Transfer), sum(f in events(silver.Transfer), e.value * f.value)) >= 0", 135),
        ("sum(e in events(silver.Transfer), e.value) + sum(e in events(gold.Transfer), e.value) >= 0", 24),
    ] {
        let (checks, _) = judged(&[text], &[], &story());
        assert_eq!(checks.outcome(0).unwrap().unwrap().margin, number(margin), "{text}");
    }
}

#[test]
fn calls_fold_over_their_own_events() {
    let (checks, texts) = judged(
        &[],
        &[
            "sum(e in events(gold.Transfer), e.value) == 1",
            "count(e in events(silver.Transfer), true) == 0",
            "all(e in events(gold.Transfer), e.to != bob || e.value < gold.balanceOf(e.from) - 1007)",
            "all(e in events(silver.Transfer), e.value < 9)",
            "sum(e in events(gold.Transfer), e.value) == old(gold.balanceOf(alice)) - gold.balanceOf(alice)",
        ],
        &story(),
    );
    let element = "for e = Transfer(from alice, to bob, value 1)";
    let value = "e.value = 1 >= gold.balanceOf(e.from) - 1007 = -3 (with gold.balanceOf(e.from) = 1004)";
    assert_eq!(texts, [format!("{element}: e.to = bob == bob\n{element}: {value}")]);
    // A call that leaves no such event is no test of what is said of them: one call of the six touches silver,
    // the other five gold.
    assert_eq!(checks.evaluations_on_change(), [5, 1, 5, 1, 6]);
    assert_eq!(checks.counts()[3].evaluations, 6);
}

#[test]
fn more_events_than_a_case_keeps_are_undecided() {
    let texts = ["sum(e in events(gold.Transfer), e.value) >= 0", "gold.limit() > 0"];
    let many: Vec<_> = (0..=MAX_EVENTS).map(|_| call(0, "mint", 0, 1, 2)).collect();
    let (checks, _) = judged(&texts, &[], &many[1..]);
    assert_eq!(checks.outcome(0).unwrap().unwrap().margin, number(i64::try_from(MAX_EVENTS).unwrap()));
    let (checks, _) = judged(&texts, &[], &many);
    assert_eq!(checks.outcome(0), Some(Err(Undecided::TooManyEvents)));
    assert!(checks.outcome(1).unwrap().unwrap().holds);
}

/// The message about an expression that cannot be compiled, and its column.
pub(super) fn mistake(protocol: &Protocol, text: &str, on: Judgement) -> (usize, String) {
    let request = Request { text, place: &place(), on, roles: &[], kind: None, views: &[] };
    let error = check::compile(protocol, &request).expect_err(text);
    (error.place.column, format!("{error} {}", error.help().unwrap_or_default()))
}

#[test]
fn mistakes_in_folds_over_events_are_explained_at_their_place() {
    for (text, column, fragment) in [
        ("sum(e in event(gold.Transfer), e.value)", 10, "did you mean `events`?"),
        ("sum(e in events(gold.Transfer), e.valeu)", 33, "no field `valeu`"),
        ("sum(e in events(gold.Transfer), e.3)", 33, "Transfer(address,address,uint256)"),
        ("sum(e in events(gold.Transfer), e)", 33, "name one of its fields"),
        ("sum(e in events(gold.Transfer), e.to)", 33, "expected a number, found an address"),
        ("all(e in events(gold.Transfer), e.value)", 33, "expected true or false, found a number"),
        ("sum(e in events(gold.Transfre), 1)", 17, "did you mean `Transfer`?"),
        ("sum(e in events(gould.Transfer), 1)", 17, "did you mean `gold`?"),
        ("sum(e in events(gold), 1)", 17, "an event of a contract"),
        ("sum(e in events(), 1)", 10, "an event of a contract"),
        ("sum(e in events(ERC20(gold).Transfer), 1)", 17, "an event of a contract"),
        ("sum(e in 5, 1)", 10, "expected a set"),
        ("sum(e in true, 1)", 10, "unknown name"),
        ("sum(e in events, 1)", 10, "unknown name `events`"),
        ("events(gold.Transfer) == 1", 1, "unknown name `events`"),
        ("sum(e in events(gold.Transfer), initial(e.value))", 41, "too late"),
        ("initial(sum(e in events(gold.Transfer), e.value)) == 0", 18, "too late"),
        ("sum(e in events(gold.Transfer), e.value.1)", 33, "the call of a view before it"),
        ("sum(events in actors, 1)", 1, "word of the language"),
        ("e.value", 1, "arguments in parentheses"),
    ] {
        let (found, message) = mistake(&ODD, text, Judgement::State);
        assert!(message.contains(fragment), "{text}: {message}");
        assert_eq!(found, column, "{text}: {message}");
    }
    let (column, message) = mistake(&ODD, "old(sum(e in events(gold.Transfer), e.value)) == 0", Judgement::Call);
    assert!(column == 14 && message.contains("too late"), "{message}");
    assert!(compile("sum(e in events(gold.Transfer), e.0 == e.from ? e.2 : 1)", Judgement::Call).is_ok());
}

#[test]
fn events_that_cannot_be_told_apart_are_refused() {
    let mut protocol = odd();
    let events = &mut Arc::make_mut(&mut protocol.contracts[0].artifact).abi.events;
    let mut other = events["Transfer"][0].clone();
    other.inputs[2].ty = "uint128".into();
    events.get_mut("Transfer").unwrap().push(other);
    let mut silent = events["Transfer"][0].clone();
    (silent.name, silent.anonymous) = ("Silent".into(), true);
    events.insert("Silent".into(), vec![silent]);
    let mut wordy = events["Transfer"][0].clone();
    wordy.name = "Wordy".into();
    (wordy.inputs[1].ty, wordy.inputs[1].name) = ("string".into(), String::new());
    (wordy.inputs[2].ty, wordy.inputs[2].name) = ("bytes".into(), "data".into());
    events.insert("Wordy".into(), vec![wordy]);
    for (text, fragment) in [
        (
            "sum(e in events(gold.Transfer), 1)",
            "several events `Transfer`: Transfer(address,address,uint256), Transfer(address,address,uint128)",
        ),
        ("sum(e in events(gold.Silent), 1)", "anonymous"),
        // The topic of an indexed string is its hash.
        ("all(e in events(gold.Wordy), e.1 == 1)", "no field `1`"),
        ("all(e in events(gold.Wordy), e.data == 1)", "no field `data`"),
    ] {
        let (_, message) = mistake(&protocol, text, Judgement::State);
        assert!(message.contains(fragment), "{text}: {message}");
    }
}
