//! How far to go along a direction: the difference of two operands is taken to be linear in the steps made.

use crate::evm::{Comparison, ComparisonKind};
use alloy_primitives::U256;

/// Numbers of steps, possibly negative (two's complement), after which `comparison` may come out otherwise, when one step
/// changes `left - right` by `slope`. The likeliest first.
pub(super) fn steps(comparison: &Comparison, slope: U256) -> Vec<U256> {
    let difference = comparison.left.wrapping_sub(comparison.right);
    let mut found = Vec::new();
    let mut add = |steps: U256| {
        if !steps.is_zero() && !found.contains(&steps) {
            found.push(steps);
        }
    };
    let (quotient, exact) = divided(difference.wrapping_neg(), slope);
    if comparison.kind == ComparisonKind::Equal {
        if exact {
            add(quotient);
        }
        // Unchecked arithmetic wraps at the width of its type.
        let width = comparison.left.bit_len().max(comparison.right.bit_len());
        for bits in [64, 128, 256].into_iter().filter(|bits| *bits >= width) {
            modular(difference.wrapping_neg(), slope, bits).into_iter().for_each(&mut add);
        }
        if !exact {
            // Divisions and rounding: near is nearer than before.
            [quotient, quotient.wrapping_add(U256::ONE), quotient.wrapping_sub(U256::ONE)]
                .into_iter()
                .for_each(&mut add);
        }
    } else {
        let one = U256::ONE;
        let doubled = quotient.wrapping_add(quotient);
        [quotient, quotient.wrapping_add(one), quotient.wrapping_sub(one), doubled].into_iter().for_each(&mut add);
    }
    found
}

/// Whether a word is negative as two's complement.
pub(super) fn is_negative(word: U256) -> bool {
    word.bit(255)
}

/// The signed quotient rounded towards zero, and whether it is exact.
fn divided(number: U256, by: U256) -> (U256, bool) {
    let magnitude = |word: U256| if is_negative(word) { word.wrapping_neg() } else { word };
    let (quotient, rest) = magnitude(number).div_rem(magnitude(by));
    let signed = if is_negative(number) == is_negative(by) { quotient } else { quotient.wrapping_neg() };
    (signed, rest.is_zero())
}

/// The least solution of `slope * steps = number` modulo `2^bits`, and its negative twin.
fn modular(number: U256, slope: U256, bits: usize) -> Vec<U256> {
    let cut = |word: U256| if bits >= 256 { word } else { word & ((U256::ONE << bits) - U256::ONE) };
    let (number, slope) = (cut(number), cut(slope));
    let twos = slope.trailing_zeros();
    if slope.is_zero() || (!number.is_zero() && number.trailing_zeros() < twos) {
        return Vec::new();
    }
    let steps = cut((number >> twos).wrapping_mul(inverse(slope >> twos)));
    let steps = if bits - twos >= 256 { steps } else { steps & ((U256::ONE << (bits - twos)) - U256::ONE) };
    vec![steps]
}

/// The inverse of an odd word modulo 2^256, by Newton's iteration, which doubles the number of right bits each time.
fn inverse(odd: U256) -> U256 {
    let two = U256::from(2);
    // Right to 3 bits.
    let mut inverse = odd;
    for _ in 0..7 {
        inverse = inverse.wrapping_mul(two.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::{inverse, modular, steps};
    use crate::evm::{Comparison, ComparisonKind, Site};
    use alloy_primitives::U256;

    fn comparison(kind: ComparisonKind, left: u64, right: u64) -> Comparison {
        Comparison { site: Site { code: 0, pc: 0 }, kind, left: U256::from(left), right: U256::from(right) }
    }

    #[test]
    fn an_equality_is_met_exactly() {
        // 61 p = 61000 from p = 3: 997 more.
        let equal = comparison(ComparisonKind::Equal, 183, 61_000);
        assert_eq!(steps(&equal, U256::from(61))[0], U256::from(997));
        // From above: three less.
        let equal = comparison(ComparisonKind::Equal, 130, 100);
        assert_eq!(steps(&equal, U256::from(10))[0], U256::from(3).wrapping_neg());
    }

    #[test]
    fn an_order_is_crossed_by_one_step_beyond_equality() {
        let less = comparison(ComparisonKind::Less, 10, 100);
        let found = steps(&less, U256::from(9));
        assert_eq!(found[..2], [U256::from(10), U256::from(11)]);
    }

    #[test]
    fn wrapping_products_are_solved_at_their_width() {
        for odd in [3_u64, 61, 0xdead_beef, u64::MAX] {
            assert_eq!(inverse(U256::from(odd)).wrapping_mul(U256::from(odd)), U256::ONE, "{odd}");
        }
        // 6 t = 10 modulo 2^64: t = 5 / 3 modulo 2^63.
        let found = modular(U256::from(10), U256::from(6), 64);
        assert_eq!((found[0] * U256::from(6)) & U256::from(u64::MAX), U256::from(10));
        // An even product is never odd.
        assert!(modular(U256::from(9), U256::from(6), 64).is_empty());
    }
}
