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

#[cfg(test)]
mod tests {
    use super::history;
    use crate::{
        gallery, generate,
        sequence::{Sequence, Step},
    };
    use alloy_dyn_abi::DynSolValue;
    use alloy_primitives::{Address, U256};
    use std::collections::BTreeSet;

    #[test]
    fn what_an_actor_did_is_told_from_the_beginning_and_whose_it_was() {
        let protocol = gallery::load("attacks/self-bad-debt").expect("it is in the catalogue");
        let named = |name: &str| protocol.address_of(name).expect("it has this name");
        let ether = |count: u64| DynSolValue::Uint(U256::from(count) * U256::from(10).pow(U256::from(18)), 256);
        let call = |token: &str, count: u64| vec![DynSolValue::Uint(U256::ZERO, 8), named(token).into(), ether(count)];
        let drawn = |of: Option<Address>| -> Vec<Sequence> {
            (0..64).filter_map(|seed| history(&protocol, of, &mut generate::case_rng(&[seed; 32]))).collect()
        };
        // As `heist.toml` has it; who approved what is not told, for nobody may call that.
        let done = [("deposit", call("steth", 1_200)), ("borrow", call("usdo", 1_100_000))];
        let mut lengths = BTreeSet::new();
        for sequence in drawn(Some(named("jonas"))) {
            lengths.insert(sequence.steps.len());
            for (step, (name, arguments)) in sequence.steps.iter().zip(&done) {
                let Step::Call(call) = step else { panic!("{step:?}") };
                assert_eq!((call.sender, &call.arguments), (named("jonas"), arguments));
                assert_eq!(protocol.functions[call.function].abi.name, *name);
            }
        }
        assert_eq!(lengths, BTreeSet::from([1, 2]));
        let tellers: BTreeSet<_> = drawn(None)
            .iter()
            .flat_map(|sequence| &sequence.steps)
            .filter_map(|step| if let Step::Call(call) = step { Some(call.sender) } else { None })
            .collect();
        assert_eq!(tellers, ["ines", "jonas", "karim"].map(named).into());
        assert!(["attacker", "admin"].iter().all(|name| drawn(Some(named(name))).is_empty()));
    }
}
