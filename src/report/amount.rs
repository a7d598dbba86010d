use super::escape;

/// Digits of an amount from which on it is shown in units of 18 decimals: 1e15.
const UNIT_DIGITS: usize = 16;
/// Digits from which on a number is no amount of a token any more, but an extreme or a hash.
const MAX_DIGITS: usize = 37;
/// Decimals of ether and of nearly every token.
const DECIMALS: usize = 18;

/// An amount of `token` in words: `12.5 gold` from 1e15 base units on, `999 base units of gold` below.
///
/// `base` is a decimal string of base units, perhaps negative; what is not a number is shown as it is.
pub fn amount(base: &str, token: &str) -> String {
    let token = escape(token);
    match in_units(base) {
        Some(units) => format!("{units} {token}"),
        None if base == "0" => format!("0 {token}"),
        None if base == "1" => format!("1 base unit of {token}"),
        None => format!("{} base units of {token}", escape(base)),
    }
}

/// [`amount`] with its base units beside it: `12.5 gold (12500000000000000000 base units)`.
pub fn amount_with_base_units(base: &str, token: &str) -> String {
    match in_units(base) {
        Some(_) => format!("{} ({} base units)", amount(base, token), escape(base)),
        None => amount(base, token),
    }
}

/// An exact count of units of 18 decimals; none where base units read better.
pub(super) fn in_units(base: &str) -> Option<String> {
    let (sign, digits) = base.strip_prefix('-').map_or(("", base), |digits| ("-", digits));
    let digits = digits.trim_start_matches('0');
    if !(UNIT_DIGITS..=MAX_DIGITS).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded = format!("{digits:0>width$}", width = DECIMALS + 1);
    let (whole, fraction) = padded.split_at(padded.len() - DECIMALS);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

/// A count with separators: `1,234,567`.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in percent with one decimal: `12.5 %`.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::{amount, amount_with_base_units, in_units, percent, thousands};

    #[test]
    fn amounts_read_in_units_from_1e15_on_and_lose_no_digit() {
        assert_eq!(amount("12500000000000000000", "gold"), "12.5 gold");
        assert_eq!(amount("999999999999999", "gold"), "999999999999999 base units of gold");
        assert_eq!(amount("1", "gold"), "1 base unit of gold");
        assert_eq!(amount("1000000000000000", "eth"), "0.001 eth");
        assert_eq!(amount("1000000000000000001", "eth"), "1.000000000000000001 eth");
        assert_eq!(amount("-2000000000000000000", "eth"), "-2 eth");
        assert_eq!(amount_with_base_units("3000000000000000000", "g"), "3 g (3000000000000000000 base units)");
        assert_eq!(amount_with_base_units("7", "g\u{1b}"), "7 base units of g\\u{1b}");
        assert_eq!(in_units("not a number 1234567"), None);
        assert_eq!(in_units(&"9".repeat(78)), None);
    }

    #[test]
    fn counts_have_separators_and_shares_a_decimal() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(percent(1, 8), "12.5 %");
        assert_eq!(percent(0, 0), "-");
    }
}
