//! Types of Solidity that are known by their descriptions only, and values of them from texts and JSON.

use super::{Failure, MAX_ITEMS};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use serde_json::Value;
use std::collections::BTreeMap;

/// Longest description of a type, bytes, and how deep it may be nested.
const MAX_DESCRIPTION: usize = 4096;
const MAX_DEPTH: usize = 32;
/// Most parts of a type: one may be a part of another many times.
const MAX_PARTS: usize = 4096;

/// A type whose structs know the names of their fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Plain(DynSolType),
    Array(Box<Self>, Option<usize>),
    Tuple(Vec<Self>),
    Struct(Vec<(String, Self)>),
}

impl Kind {
    pub(super) fn of(kind: &DynSolType) -> Self {
        match kind {
            DynSolType::Array(item) => Self::Array(Box::new(Self::of(item)), None),
            DynSolType::FixedArray(item, length) => Self::Array(Box::new(Self::of(item)), Some(*length)),
            DynSolType::Tuple(parts) => Self::Tuple(parts.iter().map(Self::of).collect()),
            plain => Self::Plain(plain.clone()),
        }
    }

    /// The type that a text describes: Solidity's name of it, or what EIP-712 writes of a struct, its fields in the order
    /// in which it names them.
    pub(super) fn described(text: &str) -> Result<Self, Failure> {
        if text.len() > MAX_DESCRIPTION || nesting(text) > MAX_DEPTH {
            return Err("the description of the type is too long".into());
        }
        if let Ok(kind) = DynSolType::parse(text) {
            return Ok(Self::of(&kind));
        }
        let structs =
            structs(text).ok_or("type description should be a valid Solidity type or a EIP712 `encodeType` string")?;
        let main = text.split('(').next().unwrap_or_default();
        Builder { structs, parts: 0 }.named(main, 0)
    }

    pub(super) fn solidity(&self) -> DynSolType {
        match self {
            Self::Plain(kind) => kind.clone(),
            Self::Array(item, None) => DynSolType::Array(Box::new(item.solidity())),
            Self::Array(item, Some(length)) => DynSolType::FixedArray(Box::new(item.solidity()), *length),
            Self::Tuple(parts) => DynSolType::Tuple(parts.iter().map(Self::solidity).collect()),
            Self::Struct(fields) => DynSolType::Tuple(fields.iter().map(|(_, kind)| kind.solidity()).collect()),
        }
    }

    /// The value that JSON holds.
    pub(super) fn value(&self, json: &Value) -> Result<DynSolValue, Failure> {
        let all = |items: &[Value], item: &Self| items.iter().map(|json| item.value(json)).collect::<Result<_, _>>();
        let wrong = |found| Err(Failure::from(format!("expected {}, found {found}", self.solidity())));
        match (json, self) {
            (Value::Array(items), Self::Array(item, None)) => all(items, item).map(DynSolValue::Array),
            (Value::Array(items), Self::Array(item, Some(length))) => {
                same_length(items.len(), *length)?;
                all(items, item).map(DynSolValue::FixedArray)
            }
            (Value::Array(items), Self::Tuple(parts)) => {
                same_length(items.len(), parts.len())?;
                let values = items.iter().zip(parts).map(|(json, part)| part.value(json)).collect::<Result<_, _>>();
                values.map(DynSolValue::Tuple)
            }
            (Value::Array(items), Self::Struct(fields)) => {
                same_length(items.len(), fields.len())?;
                let fields = items.iter().zip(fields).map(|(json, (_, kind))| kind.value(json));
                fields.collect::<Result<_, _>>().map(DynSolValue::Tuple)
            }
            (Value::Array(_), Self::Plain(_)) => wrong("array"),
            (Value::Object(object), Self::Struct(fields)) => {
                let field = |(name, kind): &(String, Self)| match object.get(name) {
                    Some(json) => kind.value(json),
                    None => Err(Failure::from(format!("field {name:?} not found in JSON object"))),
                };
                fields.iter().map(field).collect::<Result<_, _>>().map(DynSolValue::Tuple)
            }
            (Value::Object(_), _) => wrong("JSON object"),
            (Value::String(text), Self::Plain(DynSolType::String)) => Ok(DynSolValue::String(text.clone())),
            (Value::String(text), Self::Plain(kind @ (DynSolType::Uint(_) | DynSolType::Int(_)))) => parse(text, kind),
            _ => parse(&json.to_string().replace('"', ""), &self.solidity()),
        }
    }

    /// A value as JSON: numbers that do not fit into 64 bits as texts.
    pub(super) fn json(&self, value: DynSolValue) -> Result<Value, Failure> {
        use DynSolValue as V;
        Ok(match (value, self) {
            (V::Array(items) | V::FixedArray(items), Self::Array(item, _)) => {
                Value::Array(items.into_iter().map(|value| item.json(value)).collect::<Result<_, _>>()?)
            }
            (V::Tuple(values), Self::Tuple(parts)) => {
                let parts = values.into_iter().zip(parts).map(|(value, part)| part.json(value));
                Value::Array(parts.collect::<Result<_, _>>()?)
            }
            (V::Tuple(values), Self::Struct(fields)) => {
                let fields = values.into_iter().zip(fields);
                let fields = fields.map(|(value, (name, kind))| Ok((name.clone(), kind.json(value)?)));
                Value::Object(fields.collect::<Result<_, Failure>>()?)
            }
            (V::Bool(truth), _) => truth.into(),
            // A text may be an object that was made before.
            (V::String(text), _) => serde_json::from_str(&text).map_or(Value::String(text), Value::Object),
            (V::Bytes(bytes), _) => alloy_primitives::hex::encode_prefixed(bytes).into(),
            (V::FixedBytes(word, size), _) => alloy_primitives::hex::encode_prefixed(&word[..size]).into(),
            (V::Int(number, _), _) => {
                i64::try_from(number).map_or_else(|_| number.to_string().into(), |number: i64| number.into())
            }
            (V::Uint(number, _), _) => {
                u64::try_from(number).map_or_else(|_| number.to_string().into(), |number: u64| number.into())
            }
            (V::Address(address), _) => address.to_string().into(),
            _ => return Err("the value has no form in JSON".into()),
        })
    }
}

fn same_length(found: usize, expected: usize) -> Result<(), Failure> {
    if found == expected { Ok(()) } else { Err("array length mismatch".into()) }
}

/// How deep brackets are nested, suffixes of arrays included.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest + text.matches("][").count()
}

/// Fields of a struct: types and names.
type Fields<'a> = Vec<(&'a str, &'a str)>;

/// `Name(type field,...)Other(...)` by name.
fn structs(text: &str) -> Option<BTreeMap<&str, Fields<'_>>> {
    let mut structs = BTreeMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, behind) = rest.split_once('(')?;
        let (fields, behind) = behind.split_once(')')?;
        let fields = fields.split(',').filter(|field| !field.trim().is_empty());
        let fields: Option<Fields<'_>> = fields.map(|field| field.trim().split_once(' ')).collect();
        structs.insert(name.trim(), fields?);
        rest = behind.trim();
    }
    (!structs.is_empty()).then_some(structs)
}

/// Puts structs together from their descriptions.
struct Builder<'a> {
    structs: BTreeMap<&'a str, Fields<'a>>,
    parts: usize,
}

impl Builder<'_> {
    fn named(&mut self, name: &str, depth: usize) -> Result<Kind, Failure> {
        self.parts += 1;
        if depth > MAX_DEPTH || self.parts > MAX_PARTS {
            return Err("the description of the type is too deep".into());
        }
        if let Some(item) = name.strip_suffix(']') {
            let (item, length) = item.rsplit_once('[').ok_or_else(|| unknown(name))?;
            let length = if length.is_empty() { None } else { Some(length.parse().map_err(|_| unknown(name))?) };
            return Ok(Kind::Array(Box::new(self.named(item, depth + 1)?), length));
        }
        if let Some(fields) = self.structs.get(name).cloned() {
            let field = |(kind, name): (&str, &str)| Ok((name.trim().to_owned(), self.named(kind, depth + 1)?));
            return fields.into_iter().map(field).collect::<Result<_, Failure>>().map(Kind::Struct);
        }
        DynSolType::parse(name).map(|kind| Kind::of(&kind)).map_err(|_| unknown(name))
    }
}

fn unknown(name: &str) -> Failure {
    format!("unknown type {name:?}").into()
}

/// The value that a text holds, as lenient as Foundry is.
pub(super) fn parse(text: &str, kind: &DynSolType) -> Result<DynSolValue, Failure> {
    let error = match kind.coerce_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let why = match kind {
        DynSolType::Bool => match text.to_ascii_lowercase().as_str() {
            "1" | "true" => return Ok(DynSolValue::Bool(true)),
            "0" | "false" => return Ok(DynSolValue::Bool(false)),
            _ => error.to_string(),
        },
        DynSolType::Int(_) | DynSolType::Uint(_) | DynSolType::FixedBytes(_) | DynSolType::Bytes
            if !text.starts_with("0x") && text.chars().all(|digit| digit.is_ascii_hexdigit()) =>
        {
            "missing hex prefix (\"0x\") for hex string".to_owned()
        }
        _ => error.to_string(),
    };
    Err(format!("failed parsing {text:?} as type `{kind}`: {why}").into())
}

/// The list that texts hold; an empty first one means an empty list.
pub(super) fn parse_all<'a>(texts: impl Iterator<Item = &'a str>, kind: &DynSolType) -> Result<DynSolValue, Failure> {
    let mut texts = texts.take(MAX_ITEMS + 1).peekable();
    if texts.peek().is_none_or(|first| first.is_empty()) {
        return Ok(DynSolValue::Array(Vec::new()));
    }
    let values: Vec<_> = texts.map(|text| parse(text, kind)).collect::<Result<_, _>>()?;
    if values.len() > MAX_ITEMS {
        return Err("the list is too long".into());
    }
    Ok(DynSolValue::Array(values))
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use alloy_dyn_abi::DynSolType;

    #[test]
    fn types_that_would_never_end_are_refused() {
        let wide: Vec<_> = (0..20).map(|level| format!("S{level}(S{0} a,S{0} b)", level + 1)).collect();
        let hostile = [
            "(".repeat(1_000_000),
            format!("{}uint8{}", "(".repeat(1_000), ")".repeat(1_000)),
            format!("uint8{}", "[]".repeat(1_000)),
            "A(B b)B(A a)".to_owned(),
            "A(A[] a)".to_owned(),
            wide.concat() + "S20(uint8 a)",
        ];
        for text in hostile {
            assert!(Kind::described(&text).is_err(), "{}", text.get(..40).unwrap_or(&text));
        }
    }

    #[test]
    fn fields_keep_the_order_in_which_they_are_described() {
        let kind = Kind::described("Outer(uint8 z,Inner[2] a)Inner(bool y,address b)").expect("two structs");
        let inner = DynSolType::Tuple(vec![DynSolType::Bool, DynSolType::Address]);
        let list = DynSolType::FixedArray(Box::new(inner), 2);
        assert_eq!(kind.solidity(), DynSolType::Tuple(vec![DynSolType::Uint(8), list]));
    }
}
