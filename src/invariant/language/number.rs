//! Exact numbers: integers, hex, fractions, scientific notation, units.

use alloy_primitives::{Address, U512, aliases::I512, hex};

const NOT_WHOLE: &str = "the number is not whole; give it a larger unit or another exponent";
const TOO_LARGE: &str = "the number does not fit 512 bits";
const UNDERSCORE: &str = "an underscore must stand between two digits";

/// The unit of ratios, and its power of ten in parts of a whole: of these there are 10^18, so that fractions of a basis point are exact.
const BPS: (&str, usize) = ("bps", 14);

/// The whole that ratios are parts of.
pub(in crate::invariant) fn one() -> I512 {
    // 10^18 is far below the largest number.
    I512::try_from(10_i64.pow(18)).unwrap_or(I512::ONE)
}

/// Whether `name` is the unit of ratios.
pub(super) fn is_ratio(name: &str) -> bool {
    name == BPS.0
}

/// A ratio as it could be written: `0.5 bps`.
pub(super) fn show_ratio(parts: I512) -> String {
    let digits = format!("{:0>width$}", parts.to_string(), width = BPS.1 + 1);
    let (whole, fraction) = digits.split_at(digits.len() - BPS.1);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{whole}{point}{fraction} {}", BPS.0)
}

/// A unit: `(name, mantissa, power of ten)`.
const UNITS: [(&str, u64, i64); 9] = [
    ("wei", 1, 0),
    ("gwei", 1, 9),
    ("ether", 1, 18),
    ("seconds", 1, 0),
    ("minutes", 60, 0),
    ("hours", 3600, 0),
    ("days", 86_400, 0),
    ("weeks", 604_800, 0),
    (BPS.0, 1, 14),
];

/// Whether `name` after a number is a unit.
pub(super) fn is_unit(name: &str) -> bool {
    UNITS.iter().any(|(unit, ..)| *unit == name)
}

/// What a literal that begins with a digit is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// A number.
    Integer(I512),
    /// Exactly 40 hex digits.
    Address(Address),
}

/// Reads `0x...`.
pub(super) fn hexadecimal(digits: &str) -> Result<Literal, &'static str> {
    if digits.len() == 40 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return address(digits);
    }
    let digits = plain(digits)?;
    if digits.is_empty() {
        return Err("a hexadecimal number needs digits after `0x`");
    }
    let value = U512::from_str_radix(&digits, 16).map_err(|_| TOO_LARGE)?;
    signed(value).map(Literal::Integer)
}

/// A mixed-case address carries a checksum (EIP-55): a slip of the pen must not become another account.
fn address(digits: &str) -> Result<Literal, &'static str> {
    let mut bytes = [0; 20];
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| "an address has 40 hexadecimal digits")?;
    let address = Address::from(bytes);
    let mixed = digits.bytes().any(|digit| digit.is_ascii_lowercase())
        && digits.bytes().any(|digit| digit.is_ascii_uppercase());
    if mixed && address.to_checksum(None)[2..] != *digits {
        return Err("the address has a wrong checksum (EIP-55); write it in lower case or correct it");
    }
    Ok(Literal::Address(address))
}

/// The parts of a decimal literal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimal<'a> {
    /// Digits before the point.
    pub whole: &'a str,
    /// Digits after it.
    pub fraction: &'a str,
    /// Digits of the exponent with their sign.
    pub exponent: Option<(bool, &'a str)>,
    /// The unit after the number.
    pub unit: Option<&'a str>,
}

/// Computes a decimal literal exactly.
pub(super) fn decimal(number: Decimal<'_>) -> Result<I512, &'static str> {
    let (whole, fraction) = (plain(number.whole)?, plain(number.fraction)?);
    let mut digits = format!("{whole}{fraction}");
    let mut scale = -i64::try_from(fraction.len()).map_err(|_| TOO_LARGE)?;
    if let Some((negative, exponent)) = number.exponent {
        let exponent = plain(exponent)?;
        if exponent.is_empty() {
            return Err("the exponent has no digits");
        }
        // Six digits are far beyond 512 bits and cannot overflow the sums below.
        let exponent = exponent.trim_start_matches('0');
        let exponent = if exponent.len() > 6 { 999_999 } else { exponent.parse().unwrap_or(0) };
        scale += if negative { -exponent } else { exponent };
    }
    let mut factor = U512::from(1);
    if let Some(unit) = number.unit
        && let Some((_, mantissa, power)) = UNITS.iter().find(|(name, ..)| *name == unit)
    {
        factor = U512::from(*mantissa);
        scale += power;
    }
    while scale < 0 && digits.ends_with('0') {
        digits.pop();
        scale += 1;
    }
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Ok(I512::ZERO);
    }
    let mantissa = U512::from_str_radix(digits, 10).map_err(|_| TOO_LARGE)?;
    let value = mantissa.checked_mul(factor).ok_or(TOO_LARGE)?;
    let ten = U512::from(10);
    if scale >= 0 {
        let power = ten.checked_pow(U512::from(scale.unsigned_abs())).ok_or(TOO_LARGE)?;
        return signed(value.checked_mul(power).ok_or(TOO_LARGE)?);
    }
    let power = ten.checked_pow(U512::from(scale.unsigned_abs())).ok_or(NOT_WHOLE)?;
    if !(value % power).is_zero() {
        return Err(NOT_WHOLE);
    }
    signed(value / power)
}

fn signed(value: U512) -> Result<I512, &'static str> {
    let value = I512::from_raw(value);
    if value.is_negative() { Err(TOO_LARGE) } else { Ok(value) }
}

/// Digits without their underscores.
fn plain(digits: &str) -> Result<String, &'static str> {
    if digits.starts_with('_') || digits.ends_with('_') || digits.contains("__") {
        return Err(UNDERSCORE);
    }
    Ok(digits.replace('_', ""))
}
