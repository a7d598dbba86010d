//! When invariants are judged, and on whose calls.

use super::{
    judging::{Run, call},
    odd, place, source,
};
use crate::{
    invariant::{Checks, InvariantSet, Mode, actors::senders},
    protocol::{Judgement, Located, Pack, Protocol},
};
use alloy_primitives::Address;
use std::sync::Arc;

fn checks(mut protocol: Protocol, on: Judgement, by: Option<&str>, texts: &[&str]) -> Checks {
    let invariants = texts.iter().enumerate().map(|(index, text)| {
        let mut source = source(&format!("I-{index}"), on, text);
        source.by = by.map(|by| Located { value: by.to_owned(), place: place() });
        source
    });
    protocol.invariants = invariants.collect();
    let set = InvariantSet::new(&protocol, &Pack::default()).unwrap_or_else(|errors| panic!("{}", errors[0]));
    Checks::new(Arc::new(protocol), Arc::new(set)).with_mode(Mode::Always)
}

#[test]
fn a_sequence_is_judged_by_its_end_against_its_start() {
    let protocol = odd();
    let texts = [
        "gold.balanceOf(bob) <= initial(gold.balanceOf(bob))",
        "sum(e in events(gold.Transfer), e.to == bob ? e.value : 0) < 5",
    ];
    let mut checks = checks(protocol.clone(), Judgement::Sequence, None, &texts);
    assert_eq!(checks.broken_at_start(), None);
    let there_and_back = [call(0, "mint", 0, 3, 3), call(0, "transfer", 3, 3, 2)];
    let stays = [call(0, "mint", 0, 5, 3), call(1, "mint", 0, 5, 3)];
    for (moves, violated) in [(&there_and_back, vec![]), (&stays, vec![0, 1]), (&there_and_back, vec![])] {
        let mut run = Run::new(&protocol);
        checks.reset();
        for step in moves {
            run.step(step, &mut [&mut checks]);
            assert!(checks.violated().is_empty());
        }
        checks.end(&mut run.machine, false);
        assert_eq!(checks.violated(), violated);
        assert!(checks.discrepancies().is_empty());
    }
    assert_eq!(checks.counts()[0].evaluations, 3);
}

#[test]
fn a_sequence_that_begins_in_violation_is_told() {
    let mut checks = checks(odd(), Judgement::Sequence, None, &["gold.totalSupply() == 7"]);
    assert_eq!(checks.broken_at_start().map(|broken| broken.label), Some("I-0".into()));
}

#[test]
fn calls_are_judged_by_who_sends_them() {
    let protocol = odd();
    for (by, violating) in
        [("bob", vec![3]), ("alice | admin", vec![0, 2]), ("user", vec![2, 3]), ("attacker", vec![1])]
    {
        let mut checks = checks(protocol.clone(), Judgement::Call, Some(by), &["gold.limit() == old(gold.limit())"]);
        let mut run = Run::new(&protocol);
        let mut violations = Vec::new();
        for sender in 0..4 {
            run.step(&call(0, "setLimit", sender, 5 + sender as u64, 0), &mut [&mut checks]);
            if !checks.violated().is_empty() {
                violations.push(sender);
            }
        }
        assert_eq!(violations, violating, "{by}");
        assert_eq!(checks.counts()[0].evaluations, violating.len() as u64);
    }
}

#[test]
fn the_attackers_contract_acts_for_the_attacker() {
    let mut protocol = odd();
    let contract = Address::repeat_byte(7);
    protocol.attacker_contract = Some(contract);
    let mallory = protocol.actor("mallory").unwrap().address;
    for by in ["attacker", "mallory"] {
        let mut source = source("A", Judgement::Call, "true");
        source.by = Some(Located { value: by.into(), place: place() });
        assert_eq!(senders(&protocol, &source).unwrap(), [mallory, contract]);
    }
}

#[test]
fn mistakes_about_senders_are_explained() {
    for (by, on, fragment) in [
        ("bobb", Judgement::Call, "did you mean `bob`?"),
        ("keeper", Judgement::Call, "no actor is called `keeper`"),
        ("alice |", Judgement::Call, "no actor is called ``"),
        ("alice", Judgement::State, "on = \"call\""),
        ("alice", Judgement::Sequence, "on = \"call\""),
    ] {
        let mut protocol = odd();
        let mut source = source("A", on, "true");
        source.by = Some(Located { value: by.into(), place: place() });
        protocol.invariants = vec![source];
        let error = &InvariantSet::new(&protocol, &Pack::default()).unwrap_err()[0];
        let message = format!("{error} {}", error.help().unwrap_or_default());
        assert!(message.contains(fragment), "{by}: {message}");
        assert_eq!(error.place.column, 1);
    }
}
