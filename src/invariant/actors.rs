//! Whose calls an invariant judges.

use super::check::{ExpressionError, Problem, nearest};
use crate::protocol::{Actor, ActorKind, InvariantSource, Judgement, Protocol};
use alloy_primitives::Address;

/// Kinds of actors by their names.
const KINDS: [(&str, ActorKind); 6] = [
    ("attacker", ActorKind::Attacker),
    ("user", ActorKind::User),
    ("keeper", ActorKind::Keeper),
    ("liquidator", ActorKind::Liquidator),
    ("admin", ActorKind::Admin),
    ("governor", ActorKind::Governor),
];

/// The senders that `by` names, none for all: actors, or all actors of a kind. The attacker's contract acts for the attacker.
pub(super) fn senders(protocol: &Protocol, source: &InvariantSource) -> Result<Vec<Address>, ExpressionError> {
    let Some(by) = &source.by else { return Ok(Vec::new()) };
    let fail = |problem| ExpressionError { place: by.place.clone(), problem };
    if source.on != Judgement::Call {
        return Err(fail(Problem::ByWithoutCall));
    }
    let mut senders = Vec::new();
    for name in by.value.split('|').map(str::trim) {
        let kind = KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        let of_kind = || protocol.actors.iter().filter(|actor| Some(actor.kind) == kind).collect();
        let named: Vec<&Actor> = protocol.actor(name).map_or_else(of_kind, |actor| vec![actor]);
        if named.is_empty() {
            let known = protocol.actors.iter().map(|actor| actor.name.as_str()).chain(KINDS.map(|(kind, _)| kind));
            return Err(fail(Problem::UnknownActor { name: name.to_owned(), nearest: nearest(name, known) }));
        }
        let attacks = named.iter().any(|actor| actor.kind == ActorKind::Attacker);
        senders.extend(named.iter().map(|actor| actor.address));
        senders.extend(protocol.attacker_contract.filter(|_| attacks));
    }
    Ok(senders)
}
