//! Stairs: ordered calls, each with other arguments and guards; a step may leave a word that later guards look at.

use super::{
    Rng, Shape,
    draft::Draft,
    flight::{Flight, Step},
    guard::{Numeric, guards_with, numeric},
    param::{Kind, Param, kinds, params},
    term::Term,
};
use proptest::prelude::RngExt;

/// What steps are called.
const VERBS: [&str; 8] = ["enter", "climb", "turn", "rest", "lean", "push", "cross", "arrive"];

/// What the parameters and the guards over numbers are like.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) kinds: fn(&mut Rng) -> Vec<Kind>,
    pub(super) numeric: Numeric,
}

pub(super) fn fill(draft: &mut Draft, shape: &Shape, rng: &mut Rng) {
    fill_with(draft, shape, Style { kinds, numeric }, rng);
}

/// Stairs of a style.
pub(super) fn fill_with(draft: &mut Draft, shape: &Shape, style: Style, rng: &mut Rng) {
    for target in 0..shape.targets {
        let depth = shape.depth_of(target, shape.depth);
        let mut flight = Flight::new(rng.random_ratio(1, 4), depth > 1 && rng.random());
        let mut notes = Vec::new();
        let fixed = (style.kinds)(rng);
        for stage in 0..depth {
            let kinds = if flight.shared { fixed.clone() } else { (style.kinds)(rng) };
            let verb = if flight.shared { "ascend" } else { VERBS[stage % VERBS.len()] };
            let mut step = Step::new(verb, params(&kinds, rng), rng);
            let count = shape.draw_comparisons(rng);
            step.guards = guards_with(style.numeric, (&step.params, &notes), count, rng);
            if stage + 1 < depth && rng.random_ratio(1, 3) {
                note(&mut step, (target, stage), &mut notes, draft);
            }
            flight.steps.push(step);
        }
        flight.add_to(draft, rng);
    }
}

/// Keeps the first argument in storage.
pub(super) fn note(step: &mut Step, (target, stage): (usize, usize), notes: &mut Vec<Term>, draft: &mut Draft) {
    let Some(term) = step.params.iter().find_map(Param::term) else { return };
    let name = format!("note{target}_{stage}");
    draft.state.push(format!("uint{} private {name};", term.bits));
    step.effects.push(format!("{name} = {};", term.text));
    notes.push(Term::new(name, term.value, term.bits));
}
