//! Hashes: an argument that is the hash of an earlier one, and commitments that are opened later.

use super::{
    Rng, Shape,
    draft::Draft,
    flight::{Flight, Step},
    guard::{Guard, guards},
    param::{Given, Kind, Param, kinds, params},
    stairs,
    term::Term,
};
use alloy_primitives::{U256, keccak256};
use proptest::prelude::RngExt;

/// Parameters that take hashes.
const HASHES: [&str; 2] = ["proof", "secret"];

/// What the next step has to show.
#[derive(Debug)]
enum Debt {
    /// The hash of a stored word.
    Hash(Term),
    /// The number behind a stored hash: where it is, and the number with its width.
    Opening(String, U256, usize),
}

pub(super) fn fill(draft: &mut Draft, shape: &Shape, rng: &mut Rng) {
    for target in 0..shape.targets {
        let depth = shape.depth_of(target, shape.depth);
        let mut flight = Flight::new(rng.random_ratio(1, 5), false);
        let mut debt = None;
        for stage in 0..depth {
            let (step, next) = step((target, stage), debt.take(), stage + 1 < depth, (draft, shape, rng));
            flight.steps.push(step);
            debt = next;
        }
        flight.add_to(draft, rng);
    }
}

/// `keccak256(abi.encode(words...))`.
fn hash(words: &[U256]) -> U256 {
    let bytes: Vec<u8> = words.iter().flat_map(U256::to_be_bytes::<32>).collect();
    U256::from_be_bytes(keccak256(bytes).0)
}

fn step(
    (target, stage): (usize, usize),
    debt: Option<Debt>,
    more: bool,
    (draft, shape, rng): (&mut Draft, &Shape, &mut Rng),
) -> (Step, Option<Debt>) {
    let verb = match (&debt, more) {
        (Some(Debt::Opening(..)), _) => "reveal",
        (Some(Debt::Hash(_)), _) => "prove",
        (None, true) => "commit",
        (None, false) => "check",
    };
    let comparisons = shape.draw_comparisons(rng).max(1);
    let mut step = Step::new(verb, params(&kinds(rng), rng), rng);
    let free = comparisons - 1;
    let mut shown = None;
    match debt {
        Some(Debt::Hash(term)) => shown = Some(prove(&term, &mut step, rng)),
        Some(Debt::Opening(name, word, bits)) => {
            step.params[0] = Param::new("a", Kind::Uint(bits), Given::Value(word));
            shown = Some(Guard::new(format!("keccak256(abi.encode(a)) == {name}")));
        }
        None => {}
    }
    let next = if more { Some(owe(&mut step, (target, stage), (draft, rng))) } else { None };
    if shown.is_none() && (!more || free == 0) {
        shown = step.params[0].term().map(|term| prove(&term, &mut step, rng));
    }
    // A condition on a hash would have to be mined, and a given hash inverted: only the other words are guarded.
    let given: Vec<_> = step.params.iter().filter(|param| !HASHES.contains(&&*param.name)).cloned().collect();
    step.guards = guards(&given, &[], free, rng);
    step.guards.extend(shown);
    (step, next)
}

/// Asks for the hash of a number, alone or with another one.
fn prove(term: &Term, step: &mut Step, rng: &mut Rng) -> Guard {
    let second = step.params.iter().filter_map(Param::term).find(|other| other.text != term.text && rng.random());
    let (text, word) = match second {
        Some(other) => (format!("{}, {}", term.text, other.text), hash(&[term.value, other.value])),
        None => (term.text.clone(), hash(&[term.value])),
    };
    step.params.push(Param::new("proof", Kind::Word, Given::Value(word)));
    Guard::new(format!("proof == keccak256(abi.encode({text}))"))
}

/// Leaves something that the next step has to show.
fn owe(step: &mut Step, (target, stage): (usize, usize), (draft, rng): (&mut Draft, &mut Rng)) -> Debt {
    if rng.random() {
        let mut notes = Vec::new();
        stairs::note(step, (target, stage), &mut notes, draft);
        if let Some(term) = notes.pop() {
            return Debt::Hash(term);
        }
    }
    let Kind::Uint(bits) = Kind::number(rng) else { unreachable!("a number is unsigned") };
    let (name, word) = (format!("sealed{target}_{stage}"), Kind::Uint(bits).draw_word(rng));
    draft.state.push(format!("bytes32 private {name};"));
    step.params.push(Param::new("secret", Kind::Word, Given::Value(hash(&[word]))));
    step.effects.push(format!("{name} = secret;"));
    Debt::Opening(name, word, bits)
}
