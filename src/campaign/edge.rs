//! Amounts at the edge of what a contract compares them with: a trade that ends one base unit short of a step, a debt that is exactly what
//! is allowed. What the calls of a script moved is looked for among the operands of comparisons, and the other operand, one less and one
//! more, takes its place.

use super::{
    amounts::{amounts, with_number},
    climb::Trial,
    deed::Deed,
};
use crate::{evm::Comparison, generate::CaseRng, sequence::Sequence};
use alloy_primitives::{U256, aliases::I512};
use proptest::prelude::RngExt;

/// Scripts that are tried for one.
const MOST_TRIED: usize = 24;
/// Amounts from here on are told apart from flags and counters.
const LEAST_AMOUNT: u64 = 1_000;

/// Variations of a script whose amounts lie at edges, some of them where there are many. `comparisons` are those that it made.
pub(super) fn edges(deed: &Deed, comparisons: &[Comparison], rng: &mut CaseRng) -> Vec<Sequence> {
    let sites = amounts(&deed.sequence);
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

/// What one of `moved` was compared with, where that is an amount and another one.
fn edge(Comparison { left, right, .. }: &Comparison, moved: &[U256]) -> Option<U256> {
    let edge = if moved.contains(left) {
        *right
    } else if moved.contains(right) {
        *left
    } else {
        return None;
    };
    (left != right && edge >= U256::from(LEAST_AMOUNT)).then_some(edge)
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
    use super::edges;
    use crate::{
        campaign::{amounts::amount, deed::Deed},
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
            tried.iter().filter_map(|sequence| amount(sequence, 0)).map(|amount| amount.to::<u64>()).collect::<Vec<_>>()
        };
        assert_eq!(tried(&[compared(5_000, 7_000), compared(1, 9_000)], rng), [6_999, 7_000, 7_001]);
        assert_eq!(tried(&[compared(8_000, 5_000), compared(8_000, 5_000)], rng), [7_999, 8_000, 8_001]);
        // Counters and what is equal already are no edges.
        assert_eq!(tried(&[compared(5_000, 5_000), compared(5_000, 2)], rng), [0_u64; 0]);
        let many: Vec<_> = (0..100).map(|index| compared(5_000, 10_000 + 10 * index)).collect();
        assert_eq!(tried(&many, rng).len(), super::MOST_TRIED);
    }
}
