use super::{
    amount::{amount, in_units},
    escape::{clip, escape},
};
use crate::sequence::{
    ActionRecord, AttackRecord, CallRecord, Fit, Holder, LiveRecord, MarketRecord, MoveKind, Spot, StepRecord,
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{U256, hex};
use serde_json::Value;

/// Characters of a text or a byte string that are shown.
const MAX_TEXT: usize = 64;
/// Elements of an array that are shown.
const MAX_ITEMS: usize = 16;
/// Longest signature whose types are read.
const MAX_SIGNATURE: usize = 2_000;
/// Days, hours, ... in seconds.
const SPANS: [(u64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];

/// The sequence in Solidity's terms, numbered, one line a call: what an auditor would write into a test.
pub fn render_steps(steps: &[StepRecord]) -> Vec<String> {
    let width = steps.len().to_string().len();
    let mut lines = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let number = format!("{:>width$}. ", index + 1);
        let mut number = Some(number.as_str());
        for line in render_step(step) {
            let margin = number.take().map_or_else(|| " ".repeat(width + 2), str::to_owned);
            lines.push(format!("{margin}{line}"));
        }
    }
    lines
}

/// A step as lines: time that passes, then what is done.
pub fn render_step(step: &StepRecord) -> Vec<String> {
    let (blocks, seconds) = match step {
        StepRecord::Call(call) => (call.blocks, call.seconds),
        StepRecord::Attack(attack) => (attack.blocks, attack.seconds),
        StepRecord::Market(market) => (market.blocks, market.seconds),
    };
    let mut lines: Vec<String> = passing(blocks, seconds).into_iter().collect();
    match step {
        StepRecord::Call(call) => lines.push(render_call(call)),
        StepRecord::Attack(attack) => lines.extend(render_attack(attack)),
        StepRecord::Market(market) => lines.push(render_market(market)),
    }
    lines
}

/// `+ 7 days, 1 block`.
fn passing(blocks: u64, seconds: u64) -> Option<String> {
    let plural = |count: u64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    let mut parts = Vec::new();
    let mut rest = seconds;
    for (span, unit) in SPANS {
        if rest >= span {
            parts.push(plural(rest / span, unit));
            rest %= span;
        }
    }
    if blocks > 0 {
        parts.push(plural(blocks, "block"));
    }
    (!parts.is_empty()).then(|| format!("+ {}", parts.join(", ")))
}

fn render_call(call: &CallRecord) -> String {
    let contract = named(&call.contract, call.instance);
    let invocation = Invocation {
        contract: &contract,
        function: &call.function,
        arguments: &call.arguments,
        live: &[],
        value: &call.value,
    };
    format!("{}: {}", escape(&call.from), invocation.render())
}

/// `Box[1]`: a contract, or one of those that earlier steps created.
fn named(contract: &str, instance: Option<usize>) -> String {
    instance.map_or_else(|| contract.to_owned(), |order| format!("{contract}[{order}]"))
}

fn render_attack(attack: &AttackRecord) -> Vec<String> {
    let mut inner: Vec<String> = attack.actions.iter().flat_map(|action| render_action(action, 0)).collect();
    if attack.actions.len() == 1 && !inner.is_empty() {
        inner[0] = format!("attack: {}", inner[0]);
        return inner;
    }
    let mut lines = vec!["attack: {".to_owned()];
    lines.extend(inner.into_iter().map(|line| format!("    {line}")));
    lines.push("}".to_owned());
    lines
}

fn render_action(action: &ActionRecord, depth: usize) -> Vec<String> {
    // A finding's file nests no deeper than serde_json reads; the terminal is narrower than that.
    let margin = "    ".repeat(depth.min(12));
    let block = |head: &str, body: &[ActionRecord]| {
        let mut lines = vec![format!("{margin}{head} {{")];
        lines.extend(body.iter().flat_map(|action| render_action(action, depth + 1)));
        lines.push(format!("{margin}}}"));
        lines
    };
    match action {
        ActionRecord::Call { contract, instance, function, arguments, live, value, callback } => {
            let contract = &named(contract, *instance);
            let call = Invocation { contract, function, arguments, live, value }.render();
            if callback.is_empty() {
                vec![format!("{margin}{call}")]
            } else {
                block(&format!("{call}, when called back"), callback)
            }
        }
        ActionRecord::Repeat { times, body } => block(&format!("{times} times"), body),
        ActionRecord::Loan { lender, token, amount: base, body } => {
            block(&format!("flash loan of {} from {}", amount(base, token), escape(lender)), body)
        }
    }
}

fn render_market(market: &MarketRecord) -> String {
    let feed = escape(&market.feed);
    let price = || market.price.as_deref().map_or_else(|| "?".to_owned(), number);
    match market.kind {
        MoveKind::Jump => format!("market: {feed} jumps to {}", price()),
        MoveKind::Drift => format!("market: {feed} drifts to {}", price()),
        MoveKind::Stale => format!("market: {feed} is not updated"),
        MoveKind::Zero => format!("market: {feed} answers zero"),
        MoveKind::Negative => format!("market: {feed} answers {}", price()),
        MoveKind::Depeg => format!("market: {feed} loses its peg, at {}", price()),
        MoveKind::Dead => format!("market: calls of {feed} revert"),
        MoveKind::Flip => format!("market: {feed} now tells {}", price()),
    }
}

/// A function call in the terms of a file.
struct Invocation<'a> {
    contract: &'a str,
    function: &'a str,
    arguments: &'a [Value],
    live: &'a [LiveRecord],
    value: &'a str,
}

impl Invocation<'_> {
    fn render(&self) -> String {
        let name = self.function.split_once('(').map_or(self.function, |(name, _)| name);
        let types = parameter_types(self.function);
        let arguments: Vec<_> = self
            .arguments
            .iter()
            .enumerate()
            .map(|(index, value)| {
                argument((value, types.get(index)), &mut Spot::from(index), &|spot| self.filled(spot))
            })
            .collect();
        let value = if self.value == "0" { String::new() } else { format!("{{value: {}}}", number(self.value)) };
        format!("{}.{}{value}({})", escape(self.contract), escape(name), arguments.join(", "))
    }

    /// What fills a value while the script runs.
    fn filled(&self, spot: &Spot) -> Option<String> {
        Some(match self.live.iter().find(|live| live.spot() == *spot)? {
            LiveRecord::Balance { token, bps, of, fit, .. } => {
                let of = match of {
                    Holder::Caller => String::new(),
                    Holder::Callee => format!(" of {}", escape(self.contract)),
                };
                format!("{}{} of {}{of}", bound(*fit), share(*bps), escape(token))
            }
            LiveRecord::Result { contract, function, fit, .. } => {
                let name = function.split('(').next().unwrap_or_default();
                format!("{}result of {}.{}", bound(*fit), escape(contract), escape(name))
            }
            LiveRecord::View { contract, function, arguments, bps, add, fit, .. } => {
                let view = Invocation { contract, function, arguments, live: &[], value: "0" }.render();
                let share = if *bps == 10_000 { String::new() } else { format!("{} of ", share(*bps)) };
                let more = match add {
                    0 => String::new(),
                    1.. => format!(" + {add}"),
                    _ => format!(" - {}", add.unsigned_abs()),
                };
                format!("{}{share}{view}{more}", bound(*fit))
            }
        })
    }
}

/// How a bound is told from an amount.
fn bound(fit: Fit) -> &'static str {
    match fit {
        Fit::Exact => "",
        Fit::Most => "most that succeeds up to ",
        Fit::Least => "least that succeeds up to ",
    }
}

/// Basis points in percent: `100%`, `0.5%`.
fn share(bps: u32) -> String {
    let fraction = format!("{:02}", bps % 100);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{}{point}{fraction}%", bps / 100)
}

/// Types of the parameters of a signature; none where it cannot be read, and values are shown as they are.
fn parameter_types(signature: &str) -> Vec<DynSolType> {
    let parameters = signature.find('(').map_or("", |start| &signature[start..]);
    if parameters.len() > MAX_SIGNATURE {
        return Vec::new();
    }
    match DynSolType::parse(parameters) {
        Ok(DynSolType::Tuple(types)) => types,
        _ => Vec::new(),
    }
}

/// A value of a file as Solidity writes it, or what `filled` says in its place.
fn argument(
    (value, kind): (&Value, Option<&DynSolType>),
    spot: &mut Spot,
    filled: &dyn Fn(&Spot) -> Option<String>,
) -> String {
    if let Some(text) = filled(spot) {
        return text;
    }
    match (value, kind) {
        (Value::String(text), Some(DynSolType::Uint(bits) | DynSolType::Int(bits))) => extreme(text, kind, *bits),
        (Value::String(text), Some(DynSolType::String)) => format!("\"{}\"", clip(&quoted(text), MAX_TEXT)),
        (Value::String(text), Some(DynSolType::Bytes)) => bytes(text),
        (Value::String(text), _) => clip(text, MAX_TEXT + 2),
        (Value::Array(items), _) => {
            let inner = |index: usize| match kind {
                Some(DynSolType::Array(inner) | DynSolType::FixedArray(inner, _)) => Some(&**inner),
                Some(DynSolType::Tuple(kinds)) => kinds.get(index),
                _ => None,
            };
            let mut parts = Vec::new();
            for (index, item) in items.iter().take(MAX_ITEMS).enumerate() {
                spot.within.push(index);
                parts.push(argument((item, inner(index)), spot, filled));
                spot.within.pop();
            }
            if items.len() > MAX_ITEMS {
                parts.push(format!("… {} more", items.len() - MAX_ITEMS));
            }
            let (open, close) = if matches!(kind, Some(DynSolType::Tuple(_))) { ('(', ')') } else { ('[', ']') };
            format!("{open}{}{close}", parts.join(", "))
        }
        (other, _) => clip(&other.to_string(), MAX_TEXT),
    }
}

/// `type(uint256).max` and its like, else a number.
fn extreme(text: &str, kind: Option<&DynSolType>, bits: usize) -> String {
    let signed = matches!(kind, Some(DynSolType::Int(_)));
    let width = if signed { bits.saturating_sub(1) } else { bits };
    // Small extremes are plain numbers to everybody.
    if (64..=256).contains(&width.next_multiple_of(8))
        && let Ok(number) = U256::from_str_radix(text.strip_prefix('-').unwrap_or(text), 10)
    {
        let negative = text.starts_with('-');
        let max = U256::MAX >> (256 - width);
        let name = if signed { "int" } else { "uint" };
        if !negative && number == max {
            return format!("type({name}{bits}).max");
        }
        if !negative && max.checked_sub(number) == Some(U256::ONE) {
            return format!("type({name}{bits}).max - 1");
        }
        if negative && max.checked_add(U256::ONE) == Some(number) {
            return format!("type({name}{bits}).min");
        }
    }
    number(text)
}

/// A whole number, with ether as the unit where it is large enough.
fn number(text: &str) -> String {
    in_units(text).map_or_else(|| clip(text, 80), |units| format!("{units} ether"))
}

/// The inside of a Solidity string literal.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn bytes(text: &str) -> String {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    match digits.char_indices().nth(MAX_TEXT) {
        None => format!("hex\"{}\"", escape(digits)),
        Some((end, _)) => format!("hex\"{}…\" ({} bytes)", escape(&digits[..end]), digits.len() / 2),
    }
}

/// A decoded value as Solidity writes it; `name` says how an address is called.
pub(super) fn render_value(value: &DynSolValue, name: &dyn Fn(alloy_primitives::Address) -> String) -> String {
    let list = |open: char, items: &[DynSolValue], close: char| {
        let mut parts: Vec<_> = items.iter().take(MAX_ITEMS).map(|item| render_value(item, name)).collect();
        if items.len() > MAX_ITEMS {
            parts.push(format!("… {} more", items.len() - MAX_ITEMS));
        }
        format!("{open}{}{close}", parts.join(", "))
    };
    match value {
        DynSolValue::Bool(value) => value.to_string(),
        DynSolValue::Uint(value, bits) => extreme(&value.to_string(), Some(&DynSolType::Uint(*bits)), *bits),
        DynSolValue::Int(value, bits) => extreme(&value.to_string(), Some(&DynSolType::Int(*bits)), *bits),
        DynSolValue::Address(address) => escape(&name(*address)).into_owned(),
        DynSolValue::FixedBytes(word, size) => hex::encode_prefixed(&word[..(*size).min(32)]),
        DynSolValue::Function(function) => hex::encode_prefixed(function),
        DynSolValue::Bytes(data) => bytes(&hex::encode(data)),
        DynSolValue::String(text) => format!("\"{}\"", clip(&quoted(text), MAX_TEXT)),
        DynSolValue::Array(items) | DynSolValue::FixedArray(items) => list('[', items, ']'),
        DynSolValue::Tuple(items) => list('(', items, ')'),
    }
}

#[cfg(test)]
mod tests {
    use super::{argument, parameter_types, render_steps, share};
    use crate::{report::fixtures, sequence::Spot};
    use serde_json::json;

    fn render(function: &str, values: &[serde_json::Value]) -> String {
        let types = parameter_types(function);
        let shown = |(index, value)| argument((value, types.get(index)), &mut Spot::from(index), &|_| None);
        values.iter().enumerate().map(shown).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn values_read_as_solidity_writes_them() {
        let max = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        assert_eq!(
            render("f(address,uint256)", &[json!("alice"), json!("1000000000000000000000")]),
            "alice, 1000 ether"
        );
        assert_eq!(render("f(uint256,uint8)", &[json!(max), json!("255")]), "type(uint256).max, 255");
        assert_eq!(render("f(int128)", &[json!("-170141183460469231731687303715884105728")]), "type(int128).min");
        assert_eq!(render("f(string)", &[json!("a\"b\u{1b}[0m")]), "\"a\\\"b\\u{1b}[0m\"");
        assert_eq!(render("f(bytes)", &[json!("0xdead")]), "hex\"dead\"");
        assert_eq!(render("f((uint256,bool)[])", &[json!([["1", true], ["2", false]])]), "[(1, true), (2, false)]");
        assert_eq!(render("not a signature", &[json!("17"), json!(true), json!(null)]), "17, true, null");
        assert_eq!(render("f(uint256[])", &[json!(vec!["1"; 20])]).matches("… 4 more").count(), 1);
    }

    #[test]
    fn shares_are_exact() {
        assert_eq!(share(10_000), "100%");
        assert_eq!(share(50), "0.5%");
        assert_eq!(share(3_333), "33.33%");
        assert_eq!(share(0), "0%");
    }

    #[test]
    fn sequences_read_as_a_story() {
        let mut lines = render_steps(&fixtures::invariant_finding().steps);
        lines.extend(render_steps(&fixtures::profit_finding().steps));
        insta::assert_snapshot!(lines.join("\n"));
    }
}
