//! What the outside world does to the feeds of a protocol.

use super::Drawing;
use crate::{
    generate::CaseRng,
    protocol::FeedMove,
    sequence::{Advance, MarketMove, MoveKind},
};
use alloy_dyn_abi::DynSolType;
use alloy_primitives::{I256, U256};
use proptest::prelude::RngExt;

const BPS: U256 = U256::from_limbs([10_000, 0, 0, 0]);
/// One block.
const NOW: Advance = Advance { blocks: 1, seconds: 12 };

/// A move of one of the feeds that a protocol has.
pub(super) fn draw_market(drawing: &Drawing<'_>, rng: &mut CaseRng) -> Option<MarketMove> {
    let protocol = drawing.protocol;
    let feeds: Vec<_> = (0..protocol.roles.len()).filter(|index| protocol.roles[*index].role == "feed").collect();
    let feed = *feeds.get(rng.random_range(0..feeds.len().max(1)))?;
    let binding = &protocol.roles[feed];
    let present = drawing.facts.price(protocol.contracts[binding.contract].address);
    let kind = match &binding.movement {
        Some(movement) => draw_kind(present, is_signed(drawing, movement), rng),
        None if rng.random_ratio(1, 4) => MoveKind::Dead,
        None => MoveKind::Stale,
    };
    let (price, advance) = match kind {
        MoveKind::Jump => {
            let (factor, ten) = (U256::from(rng.random_range(11..=100_u32)), U256::from(10));
            let moved = if rng.random() { scale(present?, factor, ten) } else { scale(present?, ten, factor) };
            (Some(moved?), NOW)
        }
        MoveKind::Drift => {
            let moved = scale(present?, U256::from(rng.random_range(9_500..=10_500_u32)), BPS);
            (Some(moved?), Advance { blocks: 300, seconds: 3_600 })
        }
        MoveKind::Depeg => (Some(scale(present?, U256::from(rng.random_range(2_000..=9_900_u32)), BPS)?), NOW),
        MoveKind::Zero => (Some(I256::ZERO), NOW),
        // Where the price is not known, less than zero is all that counts.
        MoveKind::Negative => (Some(-I256::try_from(present.unwrap_or(U256::ONE)).ok()?), NOW),
        MoveKind::Flip => (Some(if present?.is_zero() { I256::ONE } else { I256::ZERO }), NOW),
        MoveKind::Dead => (None, NOW),
        MoveKind::Stale => {
            let seconds = 3_600_u64 << rng.random_range(0..10_u32);
            (None, Advance { blocks: seconds / 12, seconds })
        }
    };
    Some(MarketMove { feed, kind, price, advance })
}

/// What may happen to a feed that can be moved: `present` is what it answers.
fn draw_kind(present: Option<U256>, is_signed: bool, rng: &mut CaseRng) -> MoveKind {
    if present.is_some_and(|present| present <= U256::ONE) {
        return if rng.random_ratio(1, 4) { MoveKind::Stale } else { MoveKind::Flip };
    }
    match rng.random_range(0..16_u32) {
        0..4 => MoveKind::Jump,
        4..8 => MoveKind::Drift,
        8..10 => MoveKind::Stale,
        10 => MoveKind::Dead,
        11 | 12 if is_signed => MoveKind::Negative,
        13 | 14 if present.is_some_and(is_pegged) => MoveKind::Depeg,
        _ => MoveKind::Zero,
    }
}

/// Whether a feed may answer less than zero, as far as who writes it can say so.
fn is_signed(drawing: &Drawing<'_>, movement: &FeedMove) -> bool {
    matches!(drawing.protocol.functions[movement.function].inputs[movement.price], DynSolType::Int(_))
}

/// Whether a price is one of something, to two in a hundred, whatever its decimals are.
fn is_pegged(price: U256) -> bool {
    let hundred = U256::from(100);
    let is_near = |one: U256| price.abs_diff(one).saturating_mul(hundred) <= one.saturating_mul(U256::from(2));
    (2..=27_u32).any(|decimals| is_near(U256::from(10).pow(U256::from(decimals))))
}

fn scale(price: U256, times: U256, over: U256) -> Option<I256> {
    I256::try_from(price.checked_mul(times)? / over).ok()
}

#[cfg(test)]
mod tests {
    use super::{draw_kind, is_pegged};
    use crate::{generate, sequence::MoveKind};
    use alloy_primitives::U256;

    #[test]
    fn what_is_worth_one_of_something_is_told_by_its_price_alone() {
        // A dollar with 8 decimals at 1.02 and 0.98, one with 18, and 2,000, 1.03 and 0.97 dollars.
        let ether = 10_u64.pow(18);
        for price in [102_000_000, 98_000_000, ether] {
            assert!(is_pegged(U256::from(price)), "{price}");
        }
        for price in [2_000 * 10_u64.pow(8), 103_000_000, 97_000_000] {
            assert!(!is_pegged(U256::from(price)), "{price}");
        }
    }

    #[test]
    fn feeds_do_what_their_answers_allow() {
        let kinds = |present: u64, is_signed: bool| {
            let kind = |seed| draw_kind(Some(U256::from(present)), is_signed, &mut generate::case_rng(&[seed; 32]));
            (0..=255).map(kind).collect::<Vec<_>>()
        };
        let (dollar, flag) = (100_000_000, 0);
        for kind in [
            MoveKind::Jump,
            MoveKind::Drift,
            MoveKind::Stale,
            MoveKind::Zero,
            MoveKind::Negative,
            MoveKind::Depeg,
            MoveKind::Dead,
        ] {
            assert!(kinds(dollar, true).contains(&kind), "{kind:?}");
        }
        assert!(!kinds(dollar, false).contains(&MoveKind::Negative));
        assert!(!kinds(2_000 * dollar, true).contains(&MoveKind::Depeg));
        assert!(kinds(flag, true).iter().all(|kind| matches!(kind, MoveKind::Flip | MoveKind::Stale)));
        assert!(!kinds(dollar, true).contains(&MoveKind::Flip));
    }
}
