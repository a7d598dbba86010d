//! Loops: the same call several times, counted or summed up.

use super::{
    Actor, Call, Rng, Shape,
    draft::Draft,
    function::{Door, Function},
    guard::{Guard, guards},
    param::{Param, kinds, params},
    term::{Term, literal},
};
use alloy_primitives::U256;
use proptest::prelude::RngExt;

/// What the calls are called.
const VERBS: [&str; 4] = ["pump", "knock", "stake", "fill"];

pub(super) fn fill(draft: &mut Draft, shape: &Shape, rng: &mut Rng) {
    let longest = shape.loop_length.unwrap_or(shape.depth);
    for target in 0..shape.targets {
        let length = shape.depth_of(target, longest);
        let params = params(&kinds(rng), rng);
        let mut door = Door { guards: guards(&params, &[], shape.draw_comparisons(rng), rng), ..Door::default() };
        let verb = VERBS[rng.random_range(0..VERBS.len())];
        let mut function = Function::new(format!("{verb}{target}"), &params);
        let lead = params.iter().find_map(Param::term);
        match lead.filter(|lead| !lead.value.is_zero() && lead.value.bit_len() < 240 && rng.random()) {
            Some(lead) => {
                door.guards.truncate(shape.comparisons - 1);
                sum(&lead, (target, length), &mut door, draft);
            }
            None => count((target, length), (&mut door, &mut function), draft, rng),
        }
        draft.maybe_decoy(&mut door, &params, rng);
        function.doors.push(door);
        let call = witness(&function.name, &params, rng);
        draft.functions.push(function);
        draft.target(vec![call; length]);
    }
}

fn witness(name: &str, params: &[Param], rng: &mut Rng) -> Call {
    let arguments = params.iter().map(|param| (param.kind, param.given.clone())).collect();
    Call { sender: Actor::draw(rng), function: name.to_owned(), arguments, seconds: 0 }
}

/// A counter; a wrong call may take it back to nothing.
fn count(
    (target, length): (usize, usize),
    (door, function): (&mut Door, &mut Function),
    draft: &mut Draft,
    rng: &mut Rng,
) {
    draft.state.push(format!("uint256 private hits{target};"));
    door.strict = rng.random_ratio(2, 3);
    if !door.strict {
        function.otherwise.push(format!("hits{target} = 0;"));
    }
    door.effects.push(format!("hits{target}++;"));
    door.effects.push(format!("if (hits{target} == {length}) _reach({target});"));
}

/// A sum of amounts that have a cap, so that no fewer calls make it up.
fn sum(lead: &Term, (target, length): (usize, usize), door: &mut Door, draft: &mut Draft) {
    let total = lead.value * U256::from(length);
    draft.state.push(format!("uint256 private sum{target};"));
    door.strict = true;
    door.guards.push(Guard::new(format!("{} <= {}", lead.text, literal(lead.value))));
    door.effects.push(format!("sum{target} += {};", lead.text));
    door.effects.push(format!("if (sum{target} == {}) _reach({target});", literal(total)));
}
