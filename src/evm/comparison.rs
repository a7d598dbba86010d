use alloy_primitives::U256;

/// Which relation an instruction tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparisonKind {
    /// Unsigned `<`.
    Less,
    /// Unsigned `>`.
    Greater,
    /// Signed `<`.
    SignedLess,
    /// Signed `>`.
    SignedGreater,
    /// `==`: EQ, ISZERO of a word, and differences and XORs whose result decides a branch.
    Equal,
    /// An unsigned number that is cut to a type whose largest number is the other operand: whether it does not fit.
    Cast,
}

/// Where a comparison was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Site {
    /// The code, as an index of the machine that saw it.
    pub code: u32,
    /// Program counter.
    pub pc: u32,
}

/// The operands of a comparison that was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// Where.
    pub site: Site,
    /// Which relation.
    pub kind: ComparisonKind,
    /// Top of the stack.
    pub left: U256,
    /// Second word of the stack.
    pub right: U256,
}

impl Comparison {
    /// Whether the relation held.
    #[expect(clippy::inline_always, reason = "this runs at each comparison")]
    #[inline(always)]
    pub fn outcome(&self) -> bool {
        let (left, right) = self.ordered();
        match self.kind {
            ComparisonKind::Less | ComparisonKind::SignedLess => left < right,
            ComparisonKind::Greater | ComparisonKind::SignedGreater | ComparisonKind::Cast => left > right,
            ComparisonKind::Equal => left == right,
        }
    }

    /// How far `left` is from the nearest value with which the relation would turn out the other way; at least 1.
    ///
    /// For `==` the distance on the ring of 256 bits; see "branch distance" in search-based software testing.
    #[expect(clippy::inline_always, reason = "this runs at each comparison")]
    #[inline(always)]
    pub fn distance(&self) -> U256 {
        let (left, right) = self.ordered();
        let (more, borrowed) = left.overflowing_sub(right);
        let gap = if borrowed { more.wrapping_neg() } else { more };
        match self.kind {
            ComparisonKind::Equal if gap.is_zero() => U256::ONE,
            ComparisonKind::Equal => gap.min(gap.wrapping_neg()),
            // A strict relation that holds fails at equality already; one that fails holds one beyond it.
            ComparisonKind::Less | ComparisonKind::SignedLess if borrowed => gap,
            ComparisonKind::Greater | ComparisonKind::SignedGreater | ComparisonKind::Cast
                if !borrowed && !gap.is_zero() =>
            {
                gap
            }
            _ => gap.saturating_add(U256::ONE),
        }
    }

    /// The operands such that unsigned order is the order of the relation.
    #[expect(clippy::inline_always, reason = "this runs at each comparison")]
    #[inline(always)]
    fn ordered(&self) -> (U256, U256) {
        let sign = U256::ONE << 255;
        match self.kind {
            ComparisonKind::SignedLess | ComparisonKind::SignedGreater => (self.left ^ sign, self.right ^ sign),
            ComparisonKind::Less | ComparisonKind::Greater | ComparisonKind::Equal | ComparisonKind::Cast => {
                (self.left, self.right)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, ComparisonKind, Site};
    use alloy_primitives::U256;

    fn distance(kind: ComparisonKind, left: U256, right: U256) -> (bool, U256) {
        let comparison = Comparison { site: Site { code: 0, pc: 0 }, kind, left, right };
        (comparison.outcome(), comparison.distance())
    }

    #[test]
    fn distances_reach_the_other_outcome_and_no_less_does() {
        use ComparisonKind::{Equal, Greater, Less, SignedGreater, SignedLess};
        let word = |number: i64| {
            U256::from(number.unsigned_abs()).wrapping_mul(if number < 0 { U256::MAX } else { U256::ONE })
        };
        for kind in [Less, Greater, SignedLess, SignedGreater, Equal] {
            let numbers: &[i64] =
                if matches!(kind, Less | Greater) { &[0, 1, 5, 6, 100] } else { &[-100, -1, 0, 1, 5, 6] };
            for (left, right) in numbers.iter().flat_map(|left| numbers.iter().map(move |right| (*left, *right))) {
                if kind == Less && right == 0 {
                    // Nothing is less than zero.
                    continue;
                }
                let (outcome, far) = distance(kind, word(left), word(right));
                let moved = |by: U256| {
                    [word(left).wrapping_add(by), word(left).wrapping_sub(by)]
                        .iter()
                        .any(|left| distance(kind, *left, word(right)).0 != outcome)
                };
                assert!(moved(far), "{kind:?} {left} {right}");
                let nearer = (1..far.saturating_to::<u64>()).any(|by| {
                    // Around zero unsigned numbers wrap: only moves that stay in range count.
                    let stays = !matches!(kind, Less | Greater) || left >= by.cast_signed();
                    stays && moved(U256::from(by))
                });
                assert!(!nearer, "{kind:?} {left} {right}");
            }
        }
    }
}
