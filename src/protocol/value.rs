//! Values of configuration, typed by the ABI.

use super::{
    NumberError, Place, Protocol,
    config::{Argument, ArgumentValue, ConfigError, ConfigProblem, Located},
    number::{Number, parse_number},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_json_abi::Param;
use alloy_primitives::{Address, B256, hex};
use std::str::FromStr;

/// What names mean where a value is read.
pub(super) trait Resolver {
    /// The address of an actor or a deployment.
    fn address(&self, name: &str) -> Result<Address, ConfigProblem>;

    /// Whether an actor or a deployment has this name.
    fn is_name(&self, name: &str) -> bool;
}

/// The names of a protocol that is there.
impl Resolver for Protocol {
    fn address(&self, name: &str) -> Result<Address, ConfigProblem> {
        let contract = self.contract(name).map(|contract| contract.address);
        contract.or_else(|| self.actor(name).map(|actor| actor.address)).ok_or_else(|| {
            let contracts = self.contracts.iter().map(|contract| contract.name.clone());
            let known = contracts.chain(self.actors.iter().map(|actor| actor.name.clone())).collect();
            ConfigProblem::Unknown { what: "actor or deployment", name: name.to_owned(), known }
        })
    }

    fn is_name(&self, name: &str) -> bool {
        self.contract(name).is_some() || self.actor(name).is_some()
    }
}

impl Protocol {
    /// Types an argument of a parameter; names are those of actors and contracts.
    pub(crate) fn type_argument(
        &self,
        argument: &Argument,
        kind: &DynSolType,
        parameter: &Param,
    ) -> Result<DynSolValue, ConfigError> {
        coerce(argument, kind, parameter, self)
    }
}

/// Types a list of arguments.
pub(super) fn coerce_all(
    arguments: &[Argument],
    kinds: &[DynSolType],
    parameters: &[Param],
    resolver: &dyn Resolver,
) -> Result<Vec<DynSolValue>, ConfigError> {
    let typed = arguments.iter().zip(kinds.iter().zip(parameters));
    typed.map(|(argument, (kind, parameter))| coerce(argument, kind, parameter, resolver)).collect()
}

/// Types one argument. `parameter` knows the names of a tuple's fields, also of a tuple inside arrays.
pub(super) fn coerce(
    argument: &Argument,
    kind: &DynSolType,
    parameter: &Param,
    resolver: &dyn Resolver,
) -> Result<DynSolValue, ConfigError> {
    let fail = |problem| ConfigError::new(argument.place.clone(), problem);
    match (kind, &argument.value) {
        (DynSolType::Array(inner), ArgumentValue::Array(values)) => {
            elements(values, inner, parameter, resolver).map(DynSolValue::Array)
        }
        (DynSolType::FixedArray(inner, size), ArgumentValue::Array(values)) => {
            if values.len() != *size {
                return Err(fail(count(kind, *size, values.len())));
            }
            elements(values, inner, parameter, resolver).map(DynSolValue::FixedArray)
        }
        (DynSolType::Tuple(kinds), ArgumentValue::Array(values)) => {
            if values.len() != kinds.len() {
                return Err(fail(count(kind, kinds.len(), values.len())));
            }
            coerce_all(values, kinds, &parameter.components, resolver).map(DynSolValue::Tuple)
        }
        (DynSolType::Tuple(kinds), ArgumentValue::Table(fields)) => {
            tuple(&argument.place, fields, kinds, parameter, resolver).map(DynSolValue::Tuple)
        }
        (DynSolType::Bool, ArgumentValue::Bool(truth)) => Ok(DynSolValue::Bool(*truth)),
        (DynSolType::String, ArgumentValue::Text(text)) => Ok(DynSolValue::String(text.clone())),
        (DynSolType::Uint(bits) | DynSolType::Int(bits), ArgumentValue::Text(text) | ArgumentValue::Number(text)) => {
            let number = parse_number(text).map_err(|error| fail(ConfigProblem::Number(error)))?;
            integer(number, kind, *bits).map_err(fail)
        }
        (DynSolType::Address, ArgumentValue::Text(text)) => {
            address(text, resolver).map(DynSolValue::Address).map_err(fail)
        }
        (DynSolType::Bytes | DynSolType::FixedBytes(_) | DynSolType::Function, ArgumentValue::Text(text)) => {
            bytes(text, kind, resolver).map_err(fail)
        }
        (_, found) => {
            let found = found.describe().to_owned();
            Err(fail(ConfigProblem::WrongType { expected: expected(kind), found }))
        }
    }
}

fn elements(
    values: &[Argument],
    kind: &DynSolType,
    parameter: &Param,
    resolver: &dyn Resolver,
) -> Result<Vec<DynSolValue>, ConfigError> {
    values.iter().map(|value| coerce(value, kind, parameter, resolver)).collect()
}

fn tuple(
    place: &Place,
    fields: &[(Located<String>, Argument)],
    kinds: &[DynSolType],
    parameter: &Param,
    resolver: &dyn Resolver,
) -> Result<Vec<DynSolValue>, ConfigError> {
    let components = &parameter.components;
    if let Some((name, _)) = fields.iter().find(|(name, _)| components.iter().all(|known| known.name != name.value)) {
        let known = components.iter().map(|component| component.name.clone()).collect();
        let problem = ConfigProblem::UnknownKey { key: name.value.clone(), known };
        return Err(ConfigError::new(name.place.clone(), problem));
    }
    let field = |(kind, component): (&DynSolType, &Param)| {
        let found = fields.iter().find(|(name, _)| name.value == component.name);
        let (_, value) = found.ok_or_else(|| {
            let what = format!("this `{}`", parameter.ty);
            ConfigError::new(place.clone(), ConfigProblem::Missing { what, key: component.name.clone() })
        })?;
        coerce(value, kind, component, resolver)
    };
    kinds.iter().zip(components).map(field).collect()
}

fn integer(number: Number, kind: &DynSolType, bits: usize) -> Result<DynSolValue, ConfigProblem> {
    let value = match kind {
        DynSolType::Int(_) => number.to_int(bits).map(|value| DynSolValue::Int(value, bits)),
        _ => number.to_uint(bits).map(|value| DynSolValue::Uint(value, bits)),
    };
    value.ok_or_else(|| {
        ConfigProblem::Number(NumberError::OutOfRange { text: number.to_string(), kind: kind.to_string() })
    })
}

fn address(text: &str, resolver: &dyn Resolver) -> Result<Address, ConfigProblem> {
    if text.starts_with("0x") {
        return Address::from_str(text).map_err(|_| {
            let digits = text.len() - 2;
            ConfigProblem::BadValue(format!("an address has 40 hex digits behind `0x`; this has {digits} characters"))
        });
    }
    resolver.address(text)
}

fn bytes(text: &str, kind: &DynSolType, resolver: &dyn Resolver) -> Result<DynSolValue, ConfigProblem> {
    let Some(digits) = text.strip_prefix("0x") else {
        let text: String = text.chars().take(60).collect();
        let what = if resolver.is_name(&text) { "the name of an address" } else { "a text" };
        return Err(ConfigProblem::BadValue(format!("`{text}` is {what}; {kind} is written in hex")));
    };
    let data = hex::decode(digits).map_err(|error| ConfigProblem::BadValue(format!("not hex: {error}")))?;
    let size = match kind {
        DynSolType::FixedBytes(size) => *size,
        DynSolType::Function => 24,
        _ => return Ok(DynSolValue::Bytes(data)),
    };
    if data.len() != size {
        return Err(ConfigProblem::BadValue(format!("{kind} has {size} bytes, this has {}", data.len())));
    }
    Ok(match kind {
        DynSolType::Function => DynSolValue::Function(alloy_primitives::Function::from_slice(&data)),
        _ => DynSolValue::FixedBytes(B256::right_padding_from(&data), size),
    })
}

fn count(kind: &DynSolType, expected: usize, found: usize) -> ConfigProblem {
    let expected = format!("{expected} values for `{kind}`");
    ConfigProblem::WrongType { expected, found: found.to_string() }
}

/// What a type takes, with its article.
fn expected(kind: &DynSolType) -> String {
    match kind {
        DynSolType::Bool => String::from("`true` or `false`"),
        DynSolType::String => String::from("a string"),
        DynSolType::Address => String::from("an address: hex in quotes, or the name of an actor or a deployment"),
        DynSolType::Uint(_) | DynSolType::Int(_) => format!("a number for `{kind}`"),
        DynSolType::Array(_) | DynSolType::FixedArray(..) => format!("an array for `{kind}`"),
        DynSolType::Tuple(_) => format!("an array or a table for `{kind}`"),
        _ => format!("hex in quotes for `{kind}`"),
    }
}
