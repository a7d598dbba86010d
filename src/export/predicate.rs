//! What an invariant says, as an expression of Solidity.

use super::{
    names::Names,
    set_up::abis,
    test::block,
    value::{self, bytes},
};
use crate::{
    invariant::{Arithmetic, Asked, Comparison, Folding, Message, Question, Return, Supposed, Term, Type, Word},
    protocol::Protocol,
};
use alloy_json_abi::JsonAbi;
use alloy_primitives::{U256, aliases::I512};
use std::cell::RefCell;

/// Prints terms.
pub(super) struct Printer<'a> {
    protocol: &'a Protocol,
    names: &'a Names,
    /// Functions of the test that try what nobody did, some lines each.
    functions: RefCell<Vec<Vec<String>>>,
}

impl<'a> Printer<'a> {
    pub(super) fn new(protocol: &'a Protocol, names: &'a Names) -> Self {
        Self { protocol, names, functions: RefCell::default() }
    }

    /// The functions that what was printed calls, some lines each.
    pub(super) fn functions(self) -> Vec<Vec<String>> {
        self.functions.into_inner()
    }

    /// A term as a number that can be kept, whatever its type is.
    pub(super) fn kept(&self, term: &Term) -> String {
        let text = self.term(term);
        match term.kind() {
            Type::Boolean => format!("Exact.truth({text})"),
            Type::Address => format!("Exact.number(uint160({text}))"),
            Type::Integer | Type::Ratio | Type::Text => text,
        }
    }

    /// A term as an expression of its type: `Exact.Number`, `bool` or `address`.
    pub(super) fn term(&self, term: &Term) -> String {
        match term {
            Term::Integer(number) => integer(*number),
            Term::Truth(truth) => truth.to_string(),
            Term::Address(address) => self.names.account(*address),
            Term::Timestamp => "Exact.number(block.timestamp)".to_owned(),
            Term::BlockNumber => "Exact.number(block.number)".to_owned(),
            Term::Balance(account) => format!("Exact.number({}.balance)", self.operand(account)),
            Term::Stored(contract, slot, offset, word) => {
                let bits = width(*word);
                let slot = alloy_primitives::B256::from(*slot);
                let part = format!("Exact.stored({}, {slot}, {offset}, {bits})", self.names.account(*contract));
                // Storage holds at the low end what the ABI holds at the high one.
                if let Word::Bytes(_) = word { format!("Exact.number({part})") } else { decoded(*word, &part) }
            }
            Term::View(question) => self.view(question),
            Term::Returned(Return { indirect, word, kind }) => {
                decoded(*kind, &format!("Exact.at(heistAnswer, {word}, {indirect})"))
            }
            Term::Old(index, kind) => taken("heistOld", *index, *kind),
            Term::Initial(index, kind) => taken("heistInitial", *index, *kind),
            Term::Negate(inner) => format!("Exact.neg({})", self.term(inner)),
            Term::Not(inner) => format!("!{}", self.operand(inner)),
            Term::Arithmetic(operation, sides) => {
                let name = match operation {
                    Arithmetic::Add => "add",
                    Arithmetic::Subtract => "sub",
                    Arithmetic::Multiply => "mul",
                    Arithmetic::Divide => "div",
                    Arithmetic::DivideUp => "divUp",
                    Arithmetic::Remainder => "rem",
                    Arithmetic::Min => "min",
                    Arithmetic::Max => "max",
                };
                format!("Exact.{name}({}, {})", self.term(&sides.0), self.term(&sides.1))
            }
            Term::Compare(comparison, sides) => self.compare(*comparison, &sides.0, &sides.1),
            Term::Logic(or, sides) => {
                let operator = if *or { "||" } else { "&&" };
                format!("({} {operator} {})", self.term(&sides.0), self.term(&sides.1))
            }
            Term::Conditional(parts) => {
                format!("({} ? {} : {})", self.term(&parts.0), self.term(&parts.1), self.term(&parts.2))
            }
            Term::Fold(folding, terms) => self.fold(*folding, terms),
            Term::Supposed(supposed) => self.supposed(supposed, term.kind()),
        }
    }

    /// A term in front of what binds tightly.
    fn operand(&self, term: &Term) -> String {
        let text = self.term(term);
        if matches!(term, Term::Compare(..)) { format!("({text})") } else { text }
    }

    fn compare(&self, comparison: Comparison, left: &Term, right: &Term) -> String {
        let is_number = left.kind() == Type::Integer;
        let (left, right) = (self.operand(left), self.operand(right));
        match (comparison, is_number) {
            (Comparison::NotEqual, false) => format!("{left} != {right}"),
            (_, false) => format!("{left} == {right}"),
            (Comparison::Equal, true) => format!("Exact.eq({left}, {right})"),
            (Comparison::NotEqual, true) => format!("!Exact.eq({left}, {right})"),
            (Comparison::Less, true) => format!("Exact.lt({left}, {right})"),
            (Comparison::AtMost, true) => format!("Exact.le({left}, {right})"),
            (Comparison::Greater, true) => format!("Exact.lt({right}, {left})"),
            (Comparison::AtLeast, true) => format!("Exact.le({right}, {left})"),
        }
    }

    fn fold(&self, folding: Folding, terms: &[Term]) -> String {
        let mut texts = terms.iter().map(|term| self.operand(term));
        let first = texts.next().unwrap_or_default();
        let pair = |name: &str, all: &str, next: &str| format!("Exact.{name}({all}, {next})");
        match folding {
            Folding::Sum => texts.fold(first, |all, next| pair("add", &all, &next)),
            Folding::Min => texts.fold(first, |all, next| pair("min", &all, &next)),
            Folding::Max => texts.fold(first, |all, next| pair("max", &all, &next)),
            Folding::All | Folding::Any => {
                let operator = if folding == Folding::All { " && " } else { " || " };
                format!("({})", std::iter::once(first).chain(texts).collect::<Vec<_>>().join(operator))
            }
        }
    }

    fn view(&self, Question { message, result }: &Question) -> String {
        let (target, data) = self.message(message);
        let Return { indirect, word, kind } = *result;
        let answer = if word == 0 && !indirect {
            format!("Exact.word({target}, {data})")
        } else {
            format!("Exact.at(Exact.ask({target}, {data}), {word}, {indirect})")
        };
        decoded(kind, &answer)
    }

    /// Whom to call, and the calldata.
    fn message(&self, Message { target, data, computed }: &Message) -> (String, String) {
        let functions: Vec<_> = match target {
            Term::Address(address) => abis(self.protocol, *address).flat_map(JsonAbi::functions).collect(),
            _ => Vec::new(),
        };
        let mut call =
            if computed.is_empty() { value::decoded(self.names, functions.into_iter(), data) } else { bytes(data) };
        for (place, word, term) in computed {
            call = format!("Exact.put({call}, {place}, {})", self.encoded(*word, term));
        }
        (self.term(target), call)
    }

    /// A call of a function that makes calls, looks, and takes all of it back.
    fn supposed(&self, Supposed { calls, asked }: &Supposed, kind: Type) -> String {
        let calls = calls.iter().map(|(sender, message)| {
            let (target, data) = self.message(message);
            format!("({}, 0, {target}, {data});", self.term(sender))
        });
        let mut body = vec!["uint256 snapshot = Rehearsal.VM.snapshotState();".to_owned()];
        match asked {
            Asked::Success => body.extend(calls.map(|call| format!("value = Rehearsal.send{call}"))),
            Asked::Returned(Return { indirect, word, kind }) => {
                body.extend(calls.map(|call| format!("bytes memory told = Rehearsal.ask{call}")));
                body.push(format!("value = {};", decoded(*kind, &format!("Exact.at(told, {word}, {indirect})"))));
            }
            Asked::State(term) => {
                body.extend(calls.map(|call| format!("Rehearsal.suppose{call}")));
                body.push(format!("value = {};", self.term(term)));
            }
        }
        body.push("Rehearsal.VM.revertToState(snapshot);".to_owned());
        let kind = match kind {
            Type::Boolean => "bool",
            Type::Address => "address",
            Type::Integer | Type::Ratio | Type::Text => "Exact.Number memory",
        };
        // What is printed meanwhile has functions of its own.
        let mut functions = self.functions.borrow_mut();
        let name = format!("heistSupposed{}", functions.len() + 1);
        functions.push(block(&format!("function {name}() private returns ({kind} value)"), body));
        format!("{name}()")
    }

    /// A term as a word of calldata.
    fn encoded(&self, word: Word, term: &Term) -> String {
        let text = self.operand(term);
        match word {
            Word::Uint(_) | Word::Int(_) | Word::Text => format!("Exact.toWord({text})"),
            Word::Bool => format!("({text} ? 1 : 0)"),
            Word::Address => format!("uint160({text})"),
            Word::Bytes(size) => format!("Exact.toWord({text}) << {}", 256 - 8 * size.clamp(1, 32)),
        }
    }
}

/// A word that a contract returned, as an expression of its type.
fn decoded(kind: Word, word: &str) -> String {
    match kind {
        Word::Uint(_) | Word::Text => format!("Exact.number({word})"),
        Word::Int(bits) => format!("Exact.signed(Exact.extended({word}, {bits}))"),
        Word::Bool => format!("({word} != 0)"),
        Word::Address => format!("address(uint160({word}))"),
        Word::Bytes(size) => format!("Exact.number({word} >> {})", 256 - 8 * size.clamp(1, 32)),
    }
}

/// Bits that a value takes in storage.
fn width(word: Word) -> usize {
    match word {
        Word::Uint(bits) | Word::Int(bits) => bits,
        Word::Bool => 8,
        Word::Address => 160,
        Word::Bytes(size) => 8 * size,
        Word::Text => 256,
    }
}

/// What was taken before.
fn taken(list: &str, index: usize, kind: Type) -> String {
    match kind {
        Type::Boolean => format!("Exact.isTrue({list}[{index}])"),
        Type::Address => format!("address(uint160({list}[{index}].low))"),
        Type::Integer | Type::Ratio | Type::Text => format!("{list}[{index}]"),
    }
}

fn integer(number: I512) -> String {
    let limbs = number.unsigned_abs().into_limbs();
    let [low, high] = [&limbs[..4], &limbs[4..]].map(U256::from_limbs_slice);
    if high.is_zero() && !number.is_negative() {
        return format!("Exact.number({})", value::number(low));
    }
    format!("Exact.Number({}, {high}, {})", number.is_negative(), value::number(low))
}
