//! Numbers with a decimal point.

use alloy_primitives::{I256, U256};
use std::fmt::Display;

/// Digits behind the point that are shown at most.
const MAX_DECIMALS: usize = 77;

/// A number of 256 bits.
pub(super) trait Number: Copy + Ord + Display {
    fn magnitude(self) -> U256;
    fn is_below_zero(self) -> bool;
}

impl Number for U256 {
    fn magnitude(self) -> U256 {
        self
    }

    fn is_below_zero(self) -> bool {
        false
    }
}

impl Number for I256 {
    fn magnitude(self) -> U256 {
        self.unsigned_abs()
    }

    fn is_below_zero(self) -> bool {
        self.is_negative()
    }
}

/// How far two numbers are from each other; no two are too far.
pub(super) fn apart<T: Number>(left: T, right: T) -> U256 {
    let (left_size, right_size) = (left.magnitude(), right.magnitude());
    if left.is_below_zero() == right.is_below_zero() {
        left_size.abs_diff(right_size)
    } else {
        left_size.saturating_add(right_size)
    }
}

/// `1.50` for 150 with two decimals.
pub(super) fn scaled<T: Number>(number: T, decimals: U256) -> String {
    let decimals = decimals.saturating_to::<usize>().min(MAX_DECIMALS);
    let digits = format!("{:0>width$}", number.magnitude(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let sign = if number.is_below_zero() { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::{apart, scaled};
    use alloy_primitives::{I256, U256};

    #[test]
    fn a_point_is_set_from_the_right() {
        let shown = |number: u64, decimals: u64| scaled(U256::from(number), U256::from(decimals));
        assert_eq!(shown(150, 2), "1.50");
        assert_eq!(shown(5, 3), "0.005");
        assert_eq!(shown(100, 2), "1.00");
        assert_eq!(shown(7, 0), "7");
        assert_eq!(scaled(I256::MINUS_ONE, U256::from(1)), "-0.1");
    }

    #[test]
    fn differences_cross_zero_and_never_overflow() {
        let signed = |number: i64| I256::try_from(number).expect("small");
        assert_eq!(apart(signed(-3), signed(4)), U256::from(7));
        assert_eq!(apart(signed(-3), signed(-4)), U256::from(1));
        assert_eq!(apart(I256::MIN, I256::MAX), U256::MAX);
        assert_eq!(apart(U256::MAX, U256::ZERO), U256::MAX);
    }
}
