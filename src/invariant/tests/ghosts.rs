//! Ghosts: sums that events and calls add to.

use super::{events::story, ghost, judging::Run, number, odd, place, set, source};
use crate::{
    invariant::{Checks, InvariantSet, Undecided},
    protocol::{GhostSource, Judgement, Located, Pack, Protocol},
};
use std::sync::Arc;

fn protocol(ghosts: &[GhostSource]) -> Protocol {
    let mut protocol = odd();
    protocol.vocabulary.ghosts = ghosts.to_vec();
    protocol
}

/// The outcome of each of `texts` after the story.
fn after_story(ghosts: &[GhostSource], texts: &[&str]) -> Checks {
    let mut protocol = protocol(ghosts);
    let set = set(&mut protocol, texts, &[]);
    let mut checks = Checks::new(Arc::new(protocol.clone()), Arc::new(set));
    let mut run = Run::new(&protocol);
    for step in story() {
        run.step(&step, &mut [&mut checks]);
    }
    checks
}

#[test]
fn ghosts_are_added_to_by_events_and_calls() {
    let ghosts = [
        ghost(["made", "gold.Transfer", "e.from == address(0) ? e.value : 0", ""]),
        ghost(["received", "gold.Transfer", "e.2", "e.to"]),
        ghost(["minting", "gold.mint", "argument(gold.mint, amount)", ""]),
        ghost(["minters", "gold.mint", "1", "sender"]),
        // After each of the six events of gold but one, in the states that calls left: 1003, 1007, 1012, 1010, 1010.
        ghost(["supplies", "gold.Transfer", "gold.totalSupply()", ""]),
    ];
    let expected = [
        ("made >= 0", 12),
        ("made == minted(gold)", 0),
        ("received(alice) >= 0", 7),
        ("received(bob) >= 0", 6),
        ("received(address(0)) >= 0", 2),
        ("received(mallory) >= 0", 0),
        ("sum(x in holders, received(x)) >= 0", 13),
        ("minting >= 0", 12),
        ("minters(admin) >= 0", 3),
        ("supplies >= 0", 5042),
        ("made - initial(made) >= 0", 12),
    ];
    let checks = after_story(&ghosts, &expected.map(|(text, _)| text));
    for (index, (text, margin)) in expected.iter().enumerate() {
        assert_eq!(checks.outcome(index).unwrap().unwrap().margin, number(*margin), "{text}");
    }
}

#[test]
fn a_case_begins_with_the_initial_value() {
    let located = |text: &str| Some(Located { value: text.to_owned(), place: place() });
    let mut made = ghost(["made", "gold.Transfer", "1", ""]);
    made.initial = located("2 * 50");
    let mut checks = after_story(&[made], &["made >= 0"]);
    assert_eq!(checks.outcome(0).unwrap().unwrap().margin, number(105));
    checks.reset();
    assert_eq!(checks.outcome(0).unwrap().unwrap().margin, number(100));
}

#[test]
fn what_cannot_be_added_leaves_a_ghost_undecided() {
    let ghosts = [
        ghost(["inverse", "gold.Transfer", "60 / (e.value - 4)", "e.to"]),
        ghost(["lost", "gold.Transfer", "1", "ERC20(odd.self()).totalSupply() == 0 ? alice : bob"]),
    ];
    let checks = after_story(&ghosts, &["inverse(alice) >= 0", "inverse(bob) >= 0", "lost(alice) >= 0"]);
    assert_eq!(checks.outcome(0), Some(Err(Undecided::DivisionByZero)));
    assert_eq!(checks.outcome(1).unwrap().unwrap().margin, number(40));
    assert_eq!(checks.outcome(2), Some(Err(Undecided::Reverted)));
}

#[test]
fn a_violation_shows_ghosts() {
    let mut protocol = protocol(&[ghost(["received", "gold.Transfer", "e.value", "e.to"])]);
    let set = set(&mut protocol, &["received(alice) + 1 < gold.balanceOf(bob)"], &[]);
    let mut checks = Checks::new(Arc::new(protocol.clone()), Arc::new(set));
    let mut run = Run::new(&protocol);
    for step in story() {
        run.step(&step, &mut [&mut checks]);
    }
    let text = checks.explain(&mut run.machine, 0);
    assert_eq!(text, "received(alice) + 1 = 8 >= gold.balanceOf(bob) = 6 (with received(alice) = 7)");
}

#[test]
fn mistakes_in_ghosts_are_explained_at_their_place() {
    for (name, on, add, key, fragment) in [
        ("near", "gold.Transfer", "1", "", "word of the language"),
        ("ERC20", "gold.Transfer", "1", "", "word of the language"),
        ("g", "gold.Transfre", "1", "", "did you mean `gold.Transfer`?"),
        ("g", "gold.mynt", "1", "", "did you mean `gold.mint`?"),
        ("g", "gould.mint", "1", "", "did you mean `gold`?"),
        ("g", "gold", "1", "", "an event or a function of a contract"),
        ("g", "gold.totalSupply", "1", "", "unknown name `gold.totalSupply`"),
        ("g", "gold.Transfer", "e.valu", "", "no field `valu`"),
        ("g", "gold.Transfer", "e.to", "", "expected a number, found an address"),
        ("g", "gold.Transfer", "1", "e.value", "expected an address, found a number"),
        ("g", "gold.Transfer", "g + 1", "", "no meaning in a ghost"),
        ("g", "gold.Transfer", "initial(gold.totalSupply())", "", "no meaning in a ghost"),
        ("g", "gold.mint", "old(gold.totalSupply())", "", "no meaning in a ghost"),
        ("g", "gold.Transfer", "sum(f in events(gold.Transfer), 1)", "", "no meaning in a ghost"),
        ("g", "gold.Transfer", "sum(f in values(gold.Transfer, to), 1)", "", "no meaning in a ghost"),
        ("g", "gold.Transfer", "sender == alice ? 1 : 0", "", "judged on calls"),
        ("g", "gold.mint", "e.value", "", "arguments in parentheses"),
        ("g", "gold.mint", "1 +", "", "expected a value"),
    ] {
        let errors = InvariantSet::new(&protocol(&[ghost([name, on, add, key])]), &Pack::default()).unwrap_err();
        let message = format!("{} {}", errors[0], errors[0].help().unwrap_or_default());
        assert!(message.contains(fragment), "{on} {add}: {message}");
    }
    for (key, text, column, fragment) in [
        ("", "1 + g(alice) == 0", 5, "it has no `key`"),
        ("e.to", "g == 0", 1, "the address whose sum is meant"),
        ("e.to", "g(1) == 0", 3, "expected an address, found a number"),
        ("e.to", "g(alice, bob) == 0", 1, "the address whose sum is meant"),
    ] {
        let mut protocol = protocol(&[ghost(["g", "gold.Transfer", "1", key])]);
        protocol.invariants = vec![source("A", Judgement::State, text)];
        let error = &InvariantSet::new(&protocol, &Pack::default()).unwrap_err()[0];
        assert!(error.to_string().contains(fragment), "{text}: {error}");
        assert_eq!(error.place.column, column, "{text}");
    }
    let mut late = ghost(["g", "gold.Transfer", "1", ""]);
    late.initial = Some(Located { value: "gold.totalSupply()".into(), place: place() });
    let errors = InvariantSet::new(&protocol(&[late]), &Pack::default()).unwrap_err();
    assert!(errors[0].to_string().contains("cannot depend on a state"), "{}", errors[0]);
}
