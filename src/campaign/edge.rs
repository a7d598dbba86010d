//! Amounts at the edge of what a contract compares them with: a trade that ends one base unit short of a step, a debt that is exactly what
//! is allowed. What the calls of a script moved is looked for among the operands of comparisons, and the other operand, one less and one
//! more, takes its place. And the least with which a cast cuts something off, which no comparison tells of.

use super::{
    amounts::{Scope, with_number},
    climb::Trial,
    deed::Deed,
};
use crate::{
    evm::{Comparison, ComparisonKind},
    generate::CaseRng,
    sequence::Sequence,
};
use alloy_primitives::{U256, aliases::I512};
use proptest::prelude::RngExt;

/// Scripts that are tried for one.
const MOST_TRIED: usize = 24;
/// Amounts from here on are told apart from flags and counters.
const LEAST_AMOUNT: u64 = 1_000;

/// Variations of a script whose amounts lie at edges, some of them where there are many. `comparisons` are those that it made.
pub(super) fn edges(deed: &Deed, comparisons: &[Comparison], rng: &mut CaseRng) -> Vec<Sequence> {
    let sites = Scope::Stated.sites(&deed.sequence);
    let mut wanted: Vec<(usize, U256)> = Vec::new();
    for (called, flows) in &deed.flows {
        let own = sites.iter().enumerate().filter(|(_, site)| site.function() == Some(*called));
        let own: Vec<_> = own.map(|(index, _)| index).collect();
        let moved: Vec<_> = flows.values().filter_map(|flow| magnitude(*flow)).collect();
        for edge in comparisons.iter().filter_map(|comparison| edge(comparison, &moved)) {
            let around = [edge - U256::ONE, edge, edge.saturating_add(U256::ONE)];
            wanted.extend(own.iter().flat_map(|index| around.map(|to| (*index, to))));
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    while wanted.len() > MOST_TRIED {
        wanted.swap_remove(rng.random_range(0..wanted.len()));
    }
    wanted.into_iter().filter_map(|(index, to)| with_number(&deed.sequence, index, to)).collect()
}

/// Amounts whose casts are looked at, for one script.
const MOST_CASTS: usize = 2;
/// The largest amount that is tried is this power of two.
const MOST_BITS: usize = 255;
/// An amount that shows what is cast of it: its square is a word.
const PROBE: U256 = U256::from_limbs([0, 1 << 63, 0, 0]);

/// The script with the least amounts with which something does not fit into the type that it is cast to, and one more of each. `run` tells
/// what a script compares and cuts.
pub(super) fn casts(
    deed: &Deed,
    comparisons: &[Comparison],
    run: &mut dyn FnMut(Sequence) -> Vec<Comparison>,
    rng: &mut CaseRng,
) -> Vec<Sequence> {
    let mut fitting: Vec<Comparison> = Vec::new();
    for cut in comparisons.iter().filter(|cut| cut.kind == ComparisonKind::Cast && !cut.outcome()) {
        if same(&fitting, cut).is_none() {
            fitting.push(*cut);
        }
    }
    if fitting.is_empty() {
        return Vec::new();
    }
    let mut moved = Vec::new();
    for index in 0..Scope::Stated.sites(&deed.sequence).len() {
        let there = with_number(&deed.sequence, index, PROBE).map(&mut *run).unwrap_or_default();
        let moves = |cut: &&Comparison| same(&there, cut).is_some_and(|there| there.left != cut.left);
        moved.extend(fitting.iter().filter(moves).map(|cut| (index, *cut)));
    }
    while moved.len() > MOST_CASTS {
        moved.swap_remove(rng.random_range(0..moved.len()));
    }
    let mut found = Vec::new();
    for (index, cut) in moved {
        let mut overflows = |to: U256| match with_number(&deed.sequence, index, to) {
            Some(other) => same(&run(other), &cut).map(Comparison::outcome),
            None => Some(false),
        };
        if let Some(edge) = least(&mut overflows) {
            let around = [edge, edge.saturating_add(U256::ONE)];
            found.extend(around.into_iter().filter_map(|to| with_number(&deed.sequence, index, to)));
        }
    }
    found
}

/// What is compared where `cut` is, of some comparisons.
fn same<'a>(those: &'a [Comparison], cut: &Comparison) -> Option<&'a Comparison> {
    those.iter().find(|each| (each.site, each.kind) == (cut.site, cut.kind))
}

/// The least amount that `overflows`, where one does; an amount with which nothing is cut any more is too large.
fn least(overflows: &mut dyn FnMut(U256) -> Option<bool>) -> Option<U256> {
    let (mut fits, mut bits) = (0, MOST_BITS);
    while bits - fits > 1 {
        let middle = usize::midpoint(fits, bits);
        if overflows(U256::ONE << middle) == Some(false) { fits = middle } else { bits = middle }
    }
    let (mut low, mut high) = (U256::ONE << fits, U256::ONE << bits);
    while high - low > U256::ONE {
        let middle = low + (high - low) / U256::from(2);
        if overflows(middle) == Some(false) { low = middle } else { high = middle }
    }
    (overflows(high) == Some(true)).then_some(high)
}

/// What one of `moved` was compared with, where that is an amount and another one.
fn edge(Comparison { kind, left, right, .. }: &Comparison, moved: &[U256]) -> Option<U256> {
    let edge = if moved.contains(left) {
        *right
    } else if moved.contains(right) {
        *left
    } else {
        return None;
    };
    (*kind != ComparisonKind::Cast && left != right && edge >= U256::from(LEAST_AMOUNT)).then_some(edge)
}

fn magnitude(flow: I512) -> Option<U256> {
    let magnitude = flow.unsigned_abs();
    (magnitude.bit_len() <= 256).then(|| magnitude.to())
}

/// The better of two trials, with the calls of both.
pub(super) fn better(one: Trial, other: Trial) -> Trial {
    let (calls, reverts) = (one.outcome.calls + other.outcome.calls, one.outcome.reverts + other.outcome.reverts);
    let mut best = if other.deed.value > one.deed.value { other } else { one };
    (best.outcome.calls, best.outcome.reverts) = (calls, reverts);
    best
}

#[cfg(test)]
mod tests {
    use super::{casts, edges};
    use crate::{
        campaign::{amounts::Scope, deed::Deed},
        evm::{Comparison, ComparisonKind, Site},
        generate,
        sequence::{Action, ActionCall, Advance, Attack, Holder, Live, Sequence, Source, Step},
    };
    use alloy_dyn_abi::DynSolValue;
    use alloy_primitives::{Address, U256, aliases::I512};
    use std::collections::BTreeMap;

    /// A script of one call with a share for an amount, which moved 5,000.
    fn deed() -> Deed {
        let call = ActionCall {
            function: 3,
            instance: None,
            arguments: vec![DynSolValue::Uint(U256::from(1), 256)],
            live: vec![Live::new(0, Source::Balance { of: Holder::Caller, token: None, bps: 5_000 })],
            value: U256::ZERO,
            callback: Vec::new(),
        };
        let actions = vec![Action::Call(call)];
        let attack = Attack { sender: Address::ZERO, contract: Address::ZERO, actions, advance: Advance::default() };
        let flow = BTreeMap::from([(Address::ZERO, I512::unchecked_from(-5_000))]);
        let sequence = Sequence { steps: vec![Step::Attack(attack)] };
        Deed { sequence, flows: vec![(3, flow)], ..Deed::default() }
    }

    fn compared(left: u64, right: u64) -> Comparison {
        let site = Site { code: 0, pc: 0 };
        Comparison { site, kind: ComparisonKind::Less, left: U256::from(left), right: U256::from(right) }
    }

    #[test]
    fn what_moved_is_brought_to_the_edge_of_what_it_was_compared_with() {
        let rng = &mut generate::case_rng(&[1; 32]);
        let tried = |comparisons: &[Comparison], rng: &mut generate::CaseRng| {
            let tried = edges(&deed(), comparisons, rng);
            tried
                .iter()
                .filter_map(|sequence| Scope::Stated.amount(sequence, 0))
                .map(|amount| amount.to::<u64>())
                .collect::<Vec<_>>()
        };
        assert_eq!(tried(&[compared(5_000, 7_000), compared(1, 9_000)], rng), [6_999, 7_000, 7_001]);
        assert_eq!(tried(&[compared(8_000, 5_000), compared(8_000, 5_000)], rng), [7_999, 8_000, 8_001]);
        // Counters and what is equal already are no edges.
        assert_eq!(tried(&[compared(5_000, 5_000), compared(5_000, 2)], rng), [0_u64; 0]);
        let many: Vec<_> = (0..100).map(|index| compared(5_000, 10_000 + 10 * index)).collect();
        assert_eq!(tried(&many, rng).len(), super::MOST_TRIED);
    }

    #[test]
    fn the_least_amount_is_found_that_a_cast_cuts() {
        let most = (U256::from(1) << 128) - U256::from(1);
        let cast = |pc, left| {
            let site = Site { code: 0, pc };
            Comparison { site, kind: ComparisonKind::Cast, left, right: most }
        };
        // The square of the amount, and something that it does not move; squares that are no word fail before.
        let run = |amount: U256| match amount.checked_mul(amount) {
            Some(square) => vec![cast(1, square), cast(2, U256::from(7))],
            None => Vec::new(),
        };
        let mut given = |sequence: Sequence| run(Scope::Stated.amount(&sequence, 0).unwrap_or_default());
        let rng = &mut generate::case_rng(&[1; 32]);
        let found = casts(&deed(), &run(U256::from(5_000)), &mut given, rng);
        // The root of 2^128.
        let edge = U256::from(1) << 64;
        let found: Vec<_> = found.iter().filter_map(|sequence| Scope::Stated.amount(sequence, 0)).collect();
        assert_eq!(found, [edge, edge + U256::from(1)]);
        // What is cut already, or fits whatever the amount is, has no edge.
        assert!(casts(&deed(), &[cast(1, most + U256::from(1)), cast(2, U256::from(7))], &mut given, rng).is_empty());
    }
}
