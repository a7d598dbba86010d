//! Variables that contracts store, by the names that their sources give them.

use super::{Checked, Compiler, Problem, Typed, nearest};
use crate::{
    invariant::{
        compiled::{Node, SlotStep, Stored, Word},
        language::{Expression, Kind},
    },
    protocol::{LayoutEntry, LayoutKind, StorageLayout},
};
use alloy_primitives::U256;

const EXPECTED: &str = "a contract, a variable, and a key for each mapping, as in `storage(vault, debts, alice)`";
const KEYS: &str = "one key for each mapping that leads to a value";

/// A name on the way to a value, and the keys behind it.
type Part<'a> = (&'a Expression, &'a str, &'a [Expression]);

/// The contract, and the parts of `storage(vault, positions, 7).debts(alice)`; none for other expressions.
fn path(expression: &Expression) -> Option<(&Expression, Vec<Part<'_>>)> {
    match &expression.kind {
        Kind::Call { base: None, name, arguments } if name == "storage" => {
            let [contract, variable @ Expression { kind: Kind::Name(name), .. }, keys @ ..] = arguments.as_slice()
            else {
                return None;
            };
            Some((contract, vec![(variable, name.as_str(), keys)]))
        }
        Kind::Member { base, name } => longer(base, (expression, name, &[])),
        Kind::Call { base: Some(base), name, arguments } => longer(base, (expression, name, arguments)),
        _ => None,
    }
}

fn longer<'a>(base: &'a Expression, part: Part<'a>) -> Option<(&'a Expression, Vec<Part<'a>>)> {
    let (contract, mut parts) = path(base)?;
    parts.push(part);
    Some((contract, parts))
}

/// Where the way has come to.
struct Cursor<'a> {
    layout: &'a StorageLayout,
    kind: &'a str,
    offset: usize,
    steps: Vec<SlotStep>,
}

impl Compiler<'_> {
    /// `storage(vault, debts, alice)` with what follows it; none for other expressions.
    pub(super) fn storage(&mut self, expression: &Expression) -> Option<Checked<Typed>> {
        if let Some((contract, parts)) = path(expression) {
            return Some(self.stored(expression, contract, &parts));
        }
        match &expression.kind {
            Kind::Call { base: None, name, .. } if name == "storage" => {
                Some(self.error(expression, Problem::Arguments { name: name.clone(), expected: EXPECTED }))
            }
            _ => None,
        }
    }

    fn stored(&mut self, expression: &Expression, contract: &Expression, parts: &[Part<'_>]) -> Checked<Typed> {
        self.not_supposed(expression, "storage")?;
        let Kind::Name(name) = &contract.kind else {
            return self.error(contract, Problem::Arguments { name: "storage".to_owned(), expected: EXPECTED });
        };
        let Some(index) = self.contract_named(name) else {
            return self.error(contract, super::unknown(self.protocol, &self.source, name));
        };
        let protocol = self.protocol;
        let deployed = &protocol.contracts[index];
        let Some(layout) = &deployed.artifact.layout else {
            return self.error(contract, Problem::NoLayout { contract: deployed.name.clone() });
        };
        let mut cursor = Cursor { layout, kind: "", offset: 0, steps: Vec::new() };
        for (at, name, keys) in parts {
            self.enter(&mut cursor, (at, name))?;
            for key in *keys {
                self.key(&mut cursor, key)?;
            }
        }
        let Some(word) = value(layout, cursor.kind) else {
            return self.error(expression, Self::unreadable(&cursor));
        };
        let stored = Stored {
            contract: deployed.address,
            slot: U256::ZERO,
            path: cursor.steps,
            offset: cursor.offset,
            word,
            text: self.text(expression),
        };
        Ok(Typed { node: Node::Stored(Box::new(stored)), kind: word.kind() })
    }

    /// Goes to a variable, or to a member of a struct.
    fn enter(&self, cursor: &mut Cursor<'_>, (at, name): (&Expression, &str)) -> Checked<()> {
        let layout = cursor.layout;
        let entries: &[LayoutEntry] = match layout.kinds.get(cursor.kind) {
            None if cursor.kind.is_empty() => &layout.variables,
            Some(LayoutKind::Struct(members)) => members,
            _ => return self.error(at, Self::unreadable(cursor)),
        };
        let mut named = entries.iter().filter(|entry| entry.name == name);
        match (named.next(), named.next()) {
            (Some(entry), None) => {
                cursor.steps.push(SlotStep::Plus(entry.slot));
                (cursor.kind, cursor.offset) = (entry.kind.as_str(), entry.offset);
                Ok(())
            }
            (Some(_), Some(_)) => self.error(at, Problem::SeveralVariables { name: name.to_owned() }),
            (None, _) => {
                let nearest = nearest(name, entries.iter().map(|entry| entry.name.as_str()));
                self.error(at, Problem::UnknownName { name: name.to_owned(), nearest })
            }
        }
    }

    /// Goes to the entry of a mapping.
    fn key(&mut self, cursor: &mut Cursor<'_>, key: &Expression) -> Checked<()> {
        let layout = cursor.layout;
        let Some(LayoutKind::Mapping { key: kind, value: entry }) = layout.kinds.get(cursor.kind) else {
            return self.error(key, Problem::Arguments { name: "storage".to_owned(), expected: KEYS });
        };
        let Some(word) = value(layout, kind) else {
            return self.error(key, Problem::NotStored { label: label(layout, kind) });
        };
        let node = self.typed(key, word.kind())?;
        if let Node::Constant(constant) = node
            && let Err(_) = word.encode(constant)
        {
            return self.error(key, Problem::Constant);
        }
        cursor.steps.push(SlotStep::Key(word, node));
        (cursor.kind, cursor.offset) = (entry.as_str(), 0);
        Ok(())
    }

    /// The complaint about what is no value.
    fn unreadable(cursor: &Cursor<'_>) -> Problem {
        match cursor.layout.kinds.get(cursor.kind) {
            Some(LayoutKind::Mapping { .. }) => Problem::Arguments { name: "storage".to_owned(), expected: KEYS },
            _ => Problem::NotStored { label: label(cursor.layout, cursor.kind) },
        }
    }
}

/// How messages call a type.
fn label(layout: &StorageLayout, kind: &str) -> String {
    match layout.kinds.get(kind) {
        Some(LayoutKind::Value { label, .. } | LayoutKind::Other { label }) => label.clone(),
        Some(LayoutKind::Struct(_)) => "a struct; name a member of it".to_owned(),
        Some(LayoutKind::Mapping { .. }) => "a mapping".to_owned(),
        None => kind.to_owned(),
    }
}

/// The type of a value in storage; none for what is more than a value, or a value under a name that the layout does not explain.
fn value(layout: &StorageLayout, kind: &str) -> Option<Word> {
    let LayoutKind::Value { label, bytes } = layout.kinds.get(kind)? else { return None };
    if !(1..=32).contains(bytes) {
        return None;
    }
    let bits = 8 * bytes;
    Some(match label.as_str() {
        "bool" => Word::Bool,
        "address" | "address payable" => Word::Address,
        label if label.starts_with("contract ") => Word::Address,
        label if label.starts_with("enum ") => Word::Uint(bits),
        label if label.strip_prefix("uint").is_some_and(is_size) => Word::Uint(bits),
        label if label.strip_prefix("int").is_some_and(is_size) => Word::Int(bits),
        label if label.strip_prefix("bytes").is_some_and(is_size) => Word::Bytes(*bytes),
        _ => return None,
    })
}

fn is_size(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}
