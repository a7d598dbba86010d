//! Terms: pieces of Solidity beside the value that they have when the witness runs, so that a guard is true by construction.

use alloy_primitives::{I256, U256};

/// An unsigned expression.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    /// Solidity.
    pub(crate) text: String,
    /// Its value under the witness.
    pub(crate) value: U256,
    /// Width of its type.
    pub(crate) bits: usize,
}

/// A binary operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Xor,
}

/// The largest value of `bits` bits.
pub(crate) fn largest(bits: usize) -> U256 {
    if bits >= 256 { U256::MAX } else { (U256::ONE << bits) - U256::ONE }
}

/// A number as people write it: round amounts with an exponent.
pub(crate) fn literal(value: U256) -> String {
    let ten = U256::from(10);
    let (mut rest, mut zeros) = (value, 0);
    while !rest.is_zero() && (rest % ten).is_zero() {
        rest /= ten;
        zeros += 1;
    }
    if zeros >= 6 { format!("{rest}e{zeros}") } else { value.to_string() }
}

/// A signed number.
pub(crate) fn signed_literal(value: U256) -> String {
    I256::from_raw(value).to_string()
}

impl Term {
    pub(crate) fn new(text: impl Into<String>, value: U256, bits: usize) -> Self {
        Self { text: text.into(), value, bits }
    }

    pub(crate) fn number(value: U256, bits: usize) -> Self {
        Self::new(literal(value), value, bits)
    }

    /// Converted to another width; a smaller one truncates.
    pub(crate) fn to(&self, bits: usize) -> Self {
        if bits == self.bits {
            return self.clone();
        }
        Self::new(format!("uint{bits}({})", self.text), self.value & largest(bits), bits)
    }

    /// Both sides have the same width. None where checked arithmetic reverts.
    pub(crate) fn checked(&self, operation: Operation, other: &Self) -> Option<Self> {
        let value = operation.checked(self.value, other.value)?;
        (value <= largest(self.bits)).then(|| self.join(operation, other, value))
    }

    /// As in an `unchecked` block. None for a division by zero.
    pub(crate) fn wrapping(&self, operation: Operation, other: &Self) -> Option<Self> {
        let value = match operation {
            Operation::Add => self.value.wrapping_add(other.value),
            Operation::Subtract => self.value.wrapping_sub(other.value),
            Operation::Multiply => self.value.wrapping_mul(other.value),
            _ => operation.checked(self.value, other.value)?,
        };
        Some(self.join(operation, other, value & largest(self.bits)))
    }

    pub(crate) fn shifted_right(&self, by: usize) -> Self {
        Self::new(format!("({} >> {by})", self.text), self.value >> by, self.bits)
    }

    fn join(&self, operation: Operation, other: &Self, value: U256) -> Self {
        Self::new(format!("({} {} {})", self.text, operation.sign(), other.text), value, self.bits)
    }
}

impl Operation {
    fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Xor => "^",
        }
    }

    fn checked(self, left: U256, right: U256) -> Option<U256> {
        match self {
            Self::Add => left.checked_add(right),
            Self::Subtract => left.checked_sub(right),
            Self::Multiply => left.checked_mul(right),
            Self::Divide => left.checked_div(right),
            Self::Modulo => left.checked_rem(right),
            Self::Xor => Some(left ^ right),
        }
    }
}
