//! Actors: calls by two or three senders in order. Who may call is known from the constructor or from earlier calls.

use super::{
    Actor, Rng, Shape,
    draft::Draft,
    flight::{Flight, Step},
    guard::{Guard, choose, guards},
    param::{Given, Kind, Param, kinds, params},
};
use proptest::prelude::RngExt;

/// What steps are called.
const VERBS: [&str; 8] = ["offer", "accept", "confirm", "join", "approve", "settle", "hand", "close"];

/// Who is known in the storage of a flight.
#[derive(Debug, Default)]
struct Known {
    /// Variables that hold an address.
    named: Vec<(String, Actor)>,
    /// Who has been noted in the flight's mapping.
    seen: Vec<Actor>,
}

pub(super) fn fill(draft: &mut Draft, shape: &Shape, rng: &mut Rng) {
    let mut order = Actor::ALL;
    order.rotate_left(rng.random_range(0..3));
    draft.keepers = ["owner", "keeper", "guardian"].into_iter().zip(order).collect();
    for target in 0..shape.targets {
        let depth = shape.depth_of(target, shape.depth);
        let mut flight = Flight::new(rng.random_ratio(1, 4), false);
        let mut known = Known::default();
        draft.state.push(format!("mapping(address => bool) private seen{target};"));
        let mut before = None;
        for stage in 0..depth {
            let step = step((target, stage), before, &mut known, (draft, shape, rng));
            before = Some(step.sender);
            flight.steps.push(step);
        }
        flight.add_to(draft, rng);
    }
}

fn step(
    (target, stage): (usize, usize),
    before: Option<Actor>,
    known: &mut Known,
    (draft, shape, rng): (&mut Draft, &Shape, &mut Rng),
) -> Step {
    let mut step = Step::new(VERBS[stage % VERBS.len()], params(&kinds(rng), rng), rng);
    while before == Some(step.sender) && rng.random_ratio(4, 5) {
        step.sender = Actor::draw(rng);
    }
    let comparisons = shape.draw_comparisons(rng);
    step.guards.push(sender(step.sender, target, known, (draft, rng)));
    step.guards.extend(guards(&step.params, &[], comparisons - 1, rng));
    match rng.random_range(0..4_u32) {
        0 => {
            let name = format!("holder{target}_{stage}");
            draft.state.push(format!("address private {name};"));
            step.effects.push(format!("{name} = msg.sender;"));
            known.named.push((name, step.sender));
        }
        1 => {
            let (name, heir) = (format!("heir{target}_{stage}"), Actor::draw(rng));
            draft.state.push(format!("address private {name};"));
            step.params.push(Param::new("who", Kind::Address, Given::Value(heir.word())));
            step.effects.push(format!("{name} = who;"));
            known.named.push((name, heir));
        }
        _ => {
            step.effects.push(format!("seen{target}[msg.sender] = true;"));
            known.seen.push(step.sender);
        }
    }
    step
}

/// A condition on who calls that holds for `actor`.
fn sender(actor: Actor, target: usize, known: &Known, (draft, rng): (&Draft, &mut Rng)) -> Guard {
    let keepers = draft.keepers.iter().map(|(name, keeper)| ((*name).to_owned(), *keeper));
    let named: Vec<_> = keepers.chain(known.named.iter().cloned()).collect();
    // Whom earlier calls named is asked for more often than whom the constructor did.
    let from = if rng.random_ratio(2, 3) { named.len().saturating_sub(known.named.len().max(1)) } else { 0 };
    let own: Vec<_> = named[from..].iter().filter(|(_, other)| *other == actor).collect();
    let recent = choose(&named[from..], rng).unwrap_or(&named[0]);
    let (name, other) = choose(&own, rng).copied().filter(|_| rng.random_ratio(2, 3)).unwrap_or(recent);
    Guard::new(match (known.seen.contains(&actor), rng.random_range(0..3_u32)) {
        (true, 0) => format!("seen{target}[msg.sender]"),
        (false, 0) => format!("!seen{target}[msg.sender]"),
        _ if *other == actor => format!("msg.sender == {name}"),
        _ => format!("msg.sender != {name}"),
    })
}
