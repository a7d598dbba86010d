//! Numbers as people write them in configuration: with units, underscores and exponents, always exact.

use super::nearest::nearest;
use alloy_primitives::{I256, U256, U512};

/// Longest text that is read as a number.
const MAX_LENGTH: usize = 1_000;
/// Digits of a mantissa, trailing zeros removed, beyond which no result fits 256 bits.
const MAX_DIGITS: usize = 120;

/// Units and what one of them is worth, as `factor * 10^exponent`.
const UNITS: [(&str, u64, i64); 17] = [
    ("wei", 1, 0),
    ("gwei", 1, 9),
    ("ether", 1, 18),
    ("bps", 1, 0),
    ("s", 1, 0),
    ("sec", 1, 0),
    ("second", 1, 0),
    ("seconds", 1, 0),
    ("min", 60, 0),
    ("minute", 60, 0),
    ("minutes", 60, 0),
    ("hour", 3_600, 0),
    ("hours", 3_600, 0),
    ("day", 86_400, 0),
    ("days", 86_400, 0),
    ("week", 604_800, 0),
    ("weeks", 604_800, 0),
];

/// A whole number with a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// Whether it is below zero; never for zero.
    pub negative: bool,
    /// Its distance from zero.
    pub magnitude: U256,
}

/// Why a text is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// There is nothing.
    #[error("a number is missing")]
    Empty,
    /// It is not written as a number.
    #[error("`{text}` is not a number")]
    Malformed {
        /// The text, shortened.
        text: String,
    },
    /// The unit is unknown.
    #[error("unknown unit `{unit}`{}", .nearest.map(|near| format!("; did you mean `{near}`")).unwrap_or_default())]
    UnknownUnit {
        /// The unit as written.
        unit: String,
        /// The unit that was likely meant.
        nearest: Option<&'static str>,
    },
    /// The result has a fraction.
    #[error("`{text}` is not a whole number of base units")]
    NotWhole {
        /// The text, shortened.
        text: String,
    },
    /// The result does not fit.
    #[error("`{text}` does not fit {kind}")]
    OutOfRange {
        /// The text, shortened.
        text: String,
        /// What it was to fit, `uint8`.
        kind: String,
    },
}

/// Reads a number exactly: `1_000`, `0x10`, `1e24`, `0.5 ether`, `30 days`, `-3`.
///
/// # Errors
///
/// When it is not a number, not whole in base units, or does not fit 256 bits.
pub fn parse_number(text: &str) -> Result<Number, NumberError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    let malformed = || NumberError::Malformed { text: shorten(text) };
    if text.len() > MAX_LENGTH {
        return Err(malformed());
    }
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let decimal = Decimal::scan(rest).ok_or_else(malformed)?;
    let (factor, exponent) = unit(decimal.unit).ok_or_else(|| NumberError::UnknownUnit {
        unit: shorten(decimal.unit),
        nearest: nearest(decimal.unit, UNITS.iter().map(|(name, ..)| *name)),
    })?;
    let magnitude = decimal.scale(factor, exponent).map_err(|error| match error {
        ScaleError::NotWhole => NumberError::NotWhole { text: shorten(text) },
        ScaleError::TooLarge => NumberError::OutOfRange { text: shorten(text), kind: String::from("256 bits") },
    })?;
    Ok(Number { negative: negative && !magnitude.is_zero(), magnitude })
}

impl Number {
    /// The number as an unsigned integer of `bits`.
    pub fn to_uint(self, bits: usize) -> Option<U256> {
        (!self.negative && self.magnitude.bit_len() <= bits).then_some(self.magnitude)
    }

    /// The number as a signed integer of `bits`.
    pub fn to_int(self, bits: usize) -> Option<I256> {
        let limit = U256::ONE << bits.checked_sub(1).filter(|shift| *shift < 256)?;
        if self.negative {
            (self.magnitude <= limit).then(|| I256::from_raw(self.magnitude.wrapping_neg()))
        } else {
            (self.magnitude < limit).then(|| I256::from_raw(self.magnitude))
        }
    }

    /// The number where it fits 64 bits.
    pub fn to_u64(self) -> Option<u64> {
        self.to_uint(64).map(|value| value.saturating_to())
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}{}", if self.negative { "-" } else { "" }, self.magnitude)
    }
}

enum ScaleError {
    NotWhole,
    TooLarge,
}

/// `digits * 10^exponent`, with the unit still unread.
struct Decimal<'a> {
    /// Decimal or hexadecimal digits without leading zeros.
    digits: String,
    radix: u64,
    exponent: i64,
    unit: &'a str,
}

impl<'a> Decimal<'a> {
    fn scan(text: &'a str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            let (digits, unit) = digits(rest, 16)?;
            let unit = separated(unit)?;
            return Some(Self { digits: digits.trim_start_matches('0').to_owned(), radix: 16, exponent: 0, unit });
        }
        let (whole, mut rest) = digits(text, 10)?;
        let mut all = whole;
        let mut exponent = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let (fraction, behind) = digits(fraction, 10)?;
            exponent = -i64::try_from(fraction.len()).ok()?;
            all.push_str(&fraction);
            rest = behind;
        }
        if let Some((power, behind)) = power(rest) {
            exponent = exponent.saturating_add(power);
            rest = behind;
        }
        let digits = all.trim_start_matches('0');
        let trimmed = digits.trim_end_matches('0');
        let exponent = exponent.saturating_add(i64::try_from(digits.len() - trimmed.len()).ok()?);
        Some(Self { digits: trimmed.to_owned(), radix: 10, exponent, unit: unit_text(rest)? })
    }

    fn scale(&self, factor: u64, unit_exponent: i64) -> Result<U256, ScaleError> {
        if self.digits.is_empty() {
            return Ok(U256::ZERO);
        }
        let exponent = self.exponent.saturating_add(unit_exponent);
        if self.digits.len() > MAX_DIGITS {
            // Without trailing zeros, so no unit can make up for a missing power of ten.
            return Err(if exponent < 0 { ScaleError::NotWhole } else { ScaleError::TooLarge });
        }
        let mantissa = U512::from_str_radix(&self.digits, self.radix).map_err(|_| ScaleError::TooLarge)?;
        let mantissa = mantissa.checked_mul(U512::from(factor)).ok_or(ScaleError::TooLarge)?;
        let power = || U512::from(10).checked_pow(U512::from(exponent.unsigned_abs()));
        let value = if exponent < 0 {
            let divisor = power().ok_or(ScaleError::NotWhole)?;
            let (whole, rest) = mantissa.div_rem(divisor);
            if !rest.is_zero() {
                return Err(ScaleError::NotWhole);
            }
            whole
        } else if exponent > 200 {
            return Err(ScaleError::TooLarge);
        } else {
            power().and_then(|power| mantissa.checked_mul(power)).ok_or(ScaleError::TooLarge)?
        };
        if value.bit_len() > 256 { Err(ScaleError::TooLarge) } else { Ok(value.to::<U256>()) }
    }
}

/// Digits at the start, with single underscores between them, and what follows.
fn digits(text: &str, radix: u32) -> Option<(String, &str)> {
    let end = text.find(|letter: char| letter != '_' && !letter.is_digit(radix)).unwrap_or(text.len());
    let (found, rest) = text.split_at(end);
    if found.is_empty() || found.starts_with('_') || found.ends_with('_') || found.contains("__") {
        return None;
    }
    Some((found.replace('_', ""), rest))
}

/// `e18` at the start. The `e` of `ether` is not one: no digit follows.
fn power(text: &str) -> Option<(i64, &str)> {
    let rest = text.strip_prefix(['e', 'E'])?;
    let (negative, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix('+').unwrap_or(rest)),
    };
    let (digits, behind) = digits(rest, 10)?;
    // An exponent that does not fit is far out of any range.
    let power: i64 = digits.parse().unwrap_or(i64::MAX / 4);
    Some((if negative { -power } else { power }, behind))
}

/// A unit behind a decimal number: `12s` and `12 s` are the same.
fn unit_text(rest: &str) -> Option<&str> {
    let unit = rest.trim_start();
    unit.chars().all(|letter| letter.is_ascii_alphabetic()).then_some(unit)
}

/// A unit behind a hexadecimal number, whose letters would be read as digits without a space.
fn separated(rest: &str) -> Option<&str> {
    if rest.is_empty() || rest.starts_with(char::is_whitespace) { unit_text(rest) } else { None }
}

fn unit(name: &str) -> Option<(u64, i64)> {
    if name.is_empty() {
        return Some((1, 0));
    }
    UNITS.iter().find(|(known, ..)| *known == name).map(|(_, factor, exponent)| (*factor, *exponent))
}

/// At most forty characters, for messages.
fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 {
        return text.to_owned();
    }
    text.chars().take(37).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::{NumberError, parse_number};
    use alloy_primitives::{I256, U256};
    use proptest::prelude::*;

    fn value(text: &str) -> U256 {
        let number = parse_number(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(!number.negative, "{text}");
        number.magnitude
    }

    #[test]
    fn people_write_numbers_in_many_ways() {
        let ether = U256::from(10).pow(U256::from(18));
        for (text, expected) in [
            ("0", U256::ZERO),
            ("-0", U256::ZERO),
            ("007", U256::from(7)),
            ("1_000_000", U256::from(1_000_000)),
            ("0x10", U256::from(16)),
            ("0xFF_ff", U256::from(0xffff)),
            ("0x10 gwei", U256::from(16_000_000_000_u64)),
            ("1e18", ether),
            ("1E+18", ether),
            ("1.5e18", ether * U256::from(3) / U256::from(2)),
            ("100e-2", U256::ONE),
            ("1000 ether", ether * U256::from(1000)),
            ("0.5 ether", ether / U256::from(2)),
            ("1ether", ether),
            ("0.000000000000000001 ether", U256::ONE),
            ("3 gwei", U256::from(3_000_000_000_u64)),
            ("7 wei", U256::from(7)),
            ("12 s", U256::from(12)),
            ("12s", U256::from(12)),
            ("1 second", U256::ONE),
            ("1.5 minutes", U256::from(90)),
            ("0.25 hours", U256::from(900)),
            ("30 days", U256::from(30 * 86_400)),
            ("2 weeks", U256::from(1_209_600)),
            ("0.04 weeks", U256::from(24_192)),
            ("50 bps", U256::from(50)),
            ("0e99999999999999999999", U256::ZERO),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
        assert_eq!(value(&U256::MAX.to_string()), U256::MAX);
        assert_eq!(value(&format!("{:#x}", U256::MAX)), U256::MAX);
    }

    #[test]
    fn what_is_not_a_number_says_why() {
        for (text, expected) in [
            ("", "a number is missing"),
            ("  ", "a number is missing"),
            ("ether", "`ether` is not a number"),
            ("1__0", "`1__0` is not a number"),
            ("_1", "`_1` is not a number"),
            ("1.", "`1.` is not a number"),
            (".5", "`.5` is not a number"),
            ("0x", "`0x` is not a number"),
            ("--1", "`--1` is not a number"),
            ("1 2", "`1 2` is not a number"),
            ("nan", "`nan` is not a number"),
            ("1 eter", "unknown unit `eter`; did you mean `ether`"),
            ("1 parsecs", "unknown unit `parsecs`"),
            ("0.5", "`0.5` is not a whole number of base units"),
            ("1e-1", "`1e-1` is not a whole number of base units"),
            ("0.3 s", "`0.3 s` is not a whole number of base units"),
            ("1e78", "`1e78` does not fit 256 bits"),
            ("1e999999999999999999999999", "`1e999999999999999999999999` does not fit 256 bits"),
            ("1e-999999999999999999999999", "`1e-999999999999999999999999` is not a whole number of base units"),
        ] {
            assert_eq!(parse_number(text).map_err(|error| error.to_string()), Err(expected.to_owned()), "{text}");
        }
        assert!(matches!(parse_number(&"9".repeat(5_000)), Err(NumberError::Malformed { .. })));
        assert!(matches!(parse_number(&"9".repeat(500)), Err(NumberError::OutOfRange { .. })));
        assert!(matches!(parse_number(&format!("0.{}", "9".repeat(500))), Err(NumberError::NotWhole { .. })));
    }

    #[test]
    fn ranges_of_types_are_exact() {
        let number = |text| parse_number(text).expect("a number");
        assert_eq!(number("255").to_uint(8), Some(U256::from(255)));
        assert_eq!(number("256").to_uint(8), None);
        assert_eq!(number("-1").to_uint(8), None);
        assert_eq!(number("127").to_int(8), Some(I256::unchecked_from(127)));
        assert_eq!(number("128").to_int(8), None);
        assert_eq!(number("-128").to_int(8), Some(I256::unchecked_from(-128)));
        assert_eq!(number("-129").to_int(8), None);
        let lowest = format!("-{}", I256::MIN.unsigned_abs());
        assert_eq!(number(&lowest).to_int(256), Some(I256::MIN));
    }

    proptest! {
        #[test]
        fn every_word_reads_back(bytes: [u8; 32], negative: bool) {
            let word = U256::from_be_bytes(bytes);
            let sign = if negative { "-" } else { "" };
            for text in [format!("{sign}{word}"), format!("{sign}{word:#x}"), format!("{sign}{word}e0")] {
                let number = parse_number(&text).expect("a word");
                prop_assert_eq!(number.magnitude, word);
                prop_assert_eq!(number.negative, negative && !word.is_zero());
            }
        }

        #[test]
        fn moving_the_point_and_the_exponent_together_changes_nothing(digits in 1_u64.., places in 0_usize..30) {
            let text = format!("{digits:0>40}");
            let (whole, fraction) = text.split_at(40 - places);
            let moved = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}e{places}") };
            prop_assert_eq!(parse_number(&moved).expect("whole").magnitude, U256::from(digits));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,60}") {
            let _ = parse_number(&text);
        }

        #[test]
        fn no_text_of_number_letters_panics(text in "[-+0-9a-fxXeE_. ]{0,60}") {
            let _ = parse_number(&text);
        }
    }
}
