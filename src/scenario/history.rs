//! What honest actors did while a protocol was set up: who robs it often does first what they did.

use super::vary::MAX_JOINED;
use crate::{
    generate::CaseRng,
    protocol::{ActorKind, Protocol, Rehearsed},
    sequence::{Advance, Call, Sequence, Step},
};
use alloy_primitives::Address;
use proptest::prelude::RngExt;

/// What an honest actor, or `of` one of them, did in the set-up, from the beginning; none where nobody did anything.
pub fn history(protocol: &Protocol, of: Option<Address>, rng: &mut CaseRng) -> Option<Sequence> {
    let is_honest = |kind: ActorKind| !matches!(kind, ActorKind::Attacker | ActorKind::Admin | ActorKind::Governor);
    let actors = protocol.actors.iter().filter(|actor| is_honest(actor.kind)).map(|actor| actor.address);
    let actors: Vec<_> = actors.filter(|actor| of.is_none_or(|one| one == *actor)).collect();
    let actor = *actors.get(rng.random_range(0..actors.len().max(1)))?;
    let is_theirs = |call: &&Rehearsed| call.sender == actor && protocol.functions[call.function].weight > 0;
    let mut steps: Vec<_> = protocol.rehearsed.iter().filter(is_theirs).map(as_step).collect();
    // Mostly all of it: each call may need those before it.
    if rng.random_ratio(1, 3) {
        steps.truncate(rng.random_range(1..=steps.len().max(1)));
    }
    steps.truncate(MAX_JOINED);
    (!steps.is_empty()).then_some(Sequence { steps })
}

fn as_step(call: &Rehearsed) -> Step {
    let Rehearsed { sender, function, arguments, value } = call.clone();
    let (live, advance) = (Vec::new(), Advance::default());
    Step::Call(Call { sender, function, instance: None, arguments, live, value, advance })
}
