use alloy_primitives::{Address, U256, aliases::I512};

/// Why an evaluation is neither true nor false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Undecided {
    /// A view call reverted.
    #[error("a view reverted")]
    Reverted,
    /// A view call ran out of gas or met an invalid instruction.
    #[error("a view ran out of gas or met an invalid instruction")]
    Halted,
    /// A view call returned less data than its ABI promises, or there is no contract.
    #[error("a view returned less data than its ABI promises")]
    Short,
    /// A view call returned a word that is no value of its type.
    #[error("a view returned a word that is no value of its type")]
    Malformed,
    /// A result does not fit 512 bits.
    #[error("a result does not fit 512 bits")]
    Overflow,
    /// A divisor is zero.
    #[error("division by zero")]
    DivisionByZero,
    /// An argument of a view is outside the range of its type.
    #[error("an argument is outside the range of its type")]
    OutOfRange,
    /// `min` or `max` of nothing.
    #[error("`min` or `max` of an empty set")]
    EmptySet,
    /// More holders were seen than a ledger keeps.
    #[error("more addresses held tokens than a case keeps track of")]
    TooManyHolders,
    /// More events were seen than a ledger keeps.
    #[error("more events, or values of their fields, were seen than a case keeps track of")]
    TooManyEvents,
    /// `old`, `initial` or `sender` has no value here.
    #[error("there is no earlier value to compare with")]
    NotCaptured,
    /// A call that nobody made would fail, so that there is no state behind it.
    #[error("a hypothetical call fails or destroys a contract")]
    Failed,
    /// The evaluation takes too many steps.
    #[error("the evaluation takes too many steps")]
    TooMuch,
}

/// Truth of an invariant in a state, and how far it is from changing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds.
    pub holds: bool,
    /// Signed distance from violation: negative exactly when it does not hold.
    pub margin: I512,
}

impl Verdict {
    /// The verdict whose margin this is.
    pub fn of(margin: I512) -> Self {
        Self { holds: !margin.is_negative(), margin }
    }

    /// The verdict of a truth without a distance: margin 0, or -1.
    pub fn plain(holds: bool) -> Self {
        Self::of(plain(holds))
    }
}

/// A verdict, or why there is none.
pub type Outcome = Result<Verdict, Undecided>;

/// A value of the expression language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// An exact number.
    Integer(I512),
    /// A truth, kept as its margin: it is true when the margin is not negative.
    Boolean(I512),
    /// An account.
    Address(Address),
}

/// What kind of value an expression has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A number.
    Integer,
    /// A truth.
    Boolean,
    /// An account.
    Address,
    /// A ratio of numbers: an integer, in parts of 10^18.
    Ratio,
    /// Bytes or a string, which can only be handed to a function.
    Text,
}

impl Type {
    /// How messages call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Integer => "a number",
            Self::Boolean => "true or false",
            Self::Address => "an address",
            Self::Ratio => "a ratio (bps)",
            Self::Text => "a text",
        }
    }
}

/// The margin of a truth without a distance.
pub(super) fn plain(holds: bool) -> I512 {
    if holds { I512::ZERO } else { I512::MINUS_ONE }
}

/// An unsigned word as a number.
pub(super) fn unsigned(word: U256) -> I512 {
    let [a, b, c, d] = word.into_limbs();
    I512::from_limbs([a, b, c, d, 0, 0, 0, 0])
}

/// A word in two's complement as a number.
pub(super) fn signed(word: U256) -> I512 {
    let [a, b, c, d] = word.into_limbs();
    let sign = if word.bit(255) { u64::MAX } else { 0 };
    I512::from_limbs([a, b, c, d, sign, sign, sign, sign])
}

/// A binary operation on numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`, which rounds to zero.
    Divide,
    /// The same, rounded away from zero.
    DivideUp,
    /// `%`, with the sign of the left side.
    Remainder,
    /// The smaller one.
    Min,
    /// The larger one.
    Max,
}

/// A comparison of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// The comparison that holds exactly when this one does not, as it is written.
    pub(super) fn opposite(self) -> &'static str {
        match self {
            Self::Equal => "!=",
            Self::NotEqual => "==",
            Self::Less => ">=",
            Self::AtMost => ">",
            Self::Greater => "<=",
            Self::AtLeast => "<",
        }
    }

    /// As it is written.
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    /// The margin of two plain values of which only equality is known.
    pub(super) fn of_equality(self, equal: bool) -> I512 {
        plain(if self == Self::NotEqual { !equal } else { equal })
    }

    /// The margin: how far the numbers are from changing the answer, saturating.
    pub(super) fn margin(self, left: I512, right: I512) -> I512 {
        match self {
            Self::AtMost => right.saturating_sub(left),
            Self::AtLeast => left.saturating_sub(right),
            Self::Less => strict(right, left),
            Self::Greater => strict(left, right),
            // The difference is never the smallest number when negated last: it is negative or zero already.
            Self::Equal => {
                let (small, large) = if left < right { (left, right) } else { (right, left) };
                small.saturating_sub(large)
            }
            Self::NotEqual => {
                let (small, large) = if left < right { (left, right) } else { (right, left) };
                strict(large, small)
            }
        }
    }
}

/// `large - small - 1`; exact at the bounds, where subtracting twice would saturate twice.
fn strict(large: I512, small: I512) -> I512 {
    match large.checked_sub(small) {
        Some(difference) => difference.saturating_sub(I512::ONE),
        None => large.saturating_sub(small),
    }
}

/// Computes exactly.
///
/// # Errors
///
/// When the result does not fit 512 bits or does not exist.
pub(super) fn compute(operation: Arithmetic, left: I512, right: I512) -> Result<I512, Undecided> {
    match operation {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide | Arithmetic::DivideUp | Arithmetic::Remainder if right.is_zero() => {
            return Err(Undecided::DivisionByZero);
        }
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::DivideUp => left.checked_div(right).and_then(|quotient| {
            let is_exact = right == I512::MINUS_ONE || left.checked_rem(right).is_some_and(|rest| rest.is_zero());
            let away = if left.is_negative() == right.is_negative() { I512::ONE } else { I512::MINUS_ONE };
            if is_exact { Some(quotient) } else { quotient.checked_add(away) }
        }),
        Arithmetic::Min => Some(left.min(right)),
        Arithmetic::Max => Some(left.max(right)),
        // The remainder of the smallest number by -1 is zero, though its quotient does not fit.
        Arithmetic::Remainder if right == I512::MINUS_ONE => Some(I512::ZERO),
        Arithmetic::Remainder => left.checked_rem(right),
    }
    .ok_or(Undecided::Overflow)
}

/// The margin of the opposite truth.
pub(super) fn negate(margin: I512) -> I512 {
    // `!m` is `-m - 1` in two's complement, and cannot overflow.
    !margin
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;
    use proptest::prelude::*;

    fn big(value: I512) -> BigInt {
        BigInt::from_signed_bytes_be(&value.to_be_bytes::<64>())
    }

    fn number() -> impl Strategy<Value = I512> {
        let small = any::<i64>().prop_map(|value| I512::try_from(value).unwrap_or_default());
        let wide = any::<[u64; 8]>().prop_map(I512::from_limbs);
        let word = any::<[u64; 4]>().prop_map(|limbs| unsigned(U256::from_limbs(limbs)));
        let edge =
            prop_oneof![Just(I512::MAX), Just(I512::MIN), Just(I512::ZERO), Just(I512::ONE), Just(I512::MINUS_ONE)];
        prop_oneof![small, wide, word, edge]
    }

    proptest! {
        #[test]
        fn arithmetic_is_that_of_the_integers(left in number(), right in number()) {
            let (a, b) = (big(left), big(right));
            let fits = |value: &BigInt| *value >= big(I512::MIN) && *value <= big(I512::MAX);
            let check = |operation, expected: BigInt| {
                let found = compute(operation, left, right);
                if fits(&expected) {
                    prop_assert_eq!(found.map(big), Ok(expected));
                } else {
                    prop_assert_eq!(found, Err(Undecided::Overflow));
                }
                Ok(())
            };
            check(Arithmetic::Add, &a + &b)?;
            check(Arithmetic::Subtract, &a - &b)?;
            check(Arithmetic::Multiply, &a * &b)?;
            check(Arithmetic::Min, a.clone().min(b.clone()))?;
            check(Arithmetic::Max, a.clone().max(b.clone()))?;
            if right.is_zero() {
                prop_assert_eq!(compute(Arithmetic::Divide, left, right), Err(Undecided::DivisionByZero));
                prop_assert_eq!(compute(Arithmetic::Remainder, left, right), Err(Undecided::DivisionByZero));
            } else {
                check(Arithmetic::Divide, &a / &b)?;
                let sign = if (a < BigInt::ZERO) == (b < BigInt::ZERO) { 1 } else { -1 };
                let (size, by) = (a.magnitude().clone(), b.magnitude().clone());
                check(Arithmetic::DivideUp, BigInt::from((&size + &by - 1_u8) / &by) * sign)?;
                check(Arithmetic::Remainder, &a % &b)?;
            }
        }

        #[test]
        fn a_margin_is_negative_exactly_when_the_comparison_fails(left in number(), right in number()) {
            for (comparison, holds) in [
                (Comparison::Equal, left == right),
                (Comparison::NotEqual, left != right),
                (Comparison::Less, left < right),
                (Comparison::AtMost, left <= right),
                (Comparison::Greater, left > right),
                (Comparison::AtLeast, left >= right),
            ] {
                let margin = comparison.margin(left, right);
                prop_assert_eq!(!margin.is_negative(), holds, "{:?}", comparison);
                prop_assert_eq!(negate(margin).is_negative(), holds);
            }
        }

        #[test]
        fn words_keep_their_value(limbs in any::<[u64; 4]>()) {
            let word = U256::from_limbs(limbs);
            prop_assert_eq!(big(unsigned(word)), BigInt::from_bytes_be(num_bigint::Sign::Plus, &word.to_be_bytes::<32>()));
            prop_assert_eq!(big(signed(word)), BigInt::from_signed_bytes_be(&word.to_be_bytes::<32>()));
        }
    }

    #[test]
    fn margins_are_distances() {
        let number = |value: i64| I512::try_from(value).unwrap();
        let margin = |comparison: Comparison, left, right| comparison.margin(number(left), number(right));
        assert_eq!(margin(Comparison::AtMost, 3, 10), number(7));
        assert_eq!(margin(Comparison::AtMost, 10, 3), number(-7));
        assert_eq!(margin(Comparison::AtMost, 3, 3), number(0));
        assert_eq!(margin(Comparison::Less, 3, 10), number(6));
        assert_eq!(margin(Comparison::Less, 3, 3), number(-1));
        assert_eq!(margin(Comparison::Greater, 3, 10), number(-8));
        assert_eq!(margin(Comparison::AtLeast, 3, 10), number(-7));
        assert_eq!(margin(Comparison::Equal, 3, 10), number(-7));
        assert_eq!(margin(Comparison::Equal, 10, 3), number(-7));
        assert_eq!(margin(Comparison::Equal, 4, 4), number(0));
        assert_eq!(margin(Comparison::NotEqual, 4, 4), number(-1));
        assert_eq!(margin(Comparison::NotEqual, 4, 9), number(4));
        assert_eq!(negate(number(4)), number(-5));
        assert_eq!(negate(number(-1)), number(0));
        assert_eq!(Comparison::AtMost.margin(I512::MIN, I512::MAX), I512::MAX);
        assert_eq!(Comparison::Equal.margin(I512::MIN, I512::MAX), I512::MIN);
    }
}
