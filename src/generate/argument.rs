//! Arguments of calls by what their ABI says about their meaning: names, contract types, structs, and bytes that are calls.

use super::{CaseRng, Generator, integer, palette::draw_bps};
use crate::{
    protocol::{Function, balance_of_call},
    sequence::{Holder, Live, Source, Spot},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_json_abi::{InternalType, Param};
use alloy_primitives::{Address, U256};
use proptest::prelude::RngExt;

/// Longest dynamic array that is drawn.
const MAX_ITEMS: usize = 4;
/// Words of encoded data that is no call.
const MAX_WORDS: usize = 6;

/// What the name of a parameter says about its meaning, by the habits of Solidity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hint {
    /// Nothing.
    None,
    /// A token's address.
    Token,
    /// The least that the caller accepts; anything but little makes the call revert.
    Least,
    /// The most that the caller pays.
    Most,
    /// The last time at which the call may run.
    Deadline,
    /// Who gets what the call pays.
    Recipient,
    /// What something is known by.
    Id,
}

impl Hint {
    fn of(name: &str) -> Self {
        let name = name.trim_matches('_').to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| name.starts_with(word) || name.ends_with(word));
        if says(&["token", "asset", "currency"]) {
            Self::Token
        } else if says(&["min", "minimum", "least", "slippage"]) {
            Self::Least
        } else if says(&["maximum", "most", "max"]) {
            Self::Most
        } else if says(&["deadline", "expiry"]) {
            Self::Deadline
        } else if name == "to" || says(&["recipient", "receiver", "beneficiary", "payee"]) {
            Self::Recipient
        } else if name == "id" || name == "index" || name.ends_with("id") {
            Self::Id
        } else {
            Self::None
        }
    }
}

/// Numbers below this one may say which of several things is meant.
const MOST_INDICES: U256 = U256::from_limbs([256, 0, 0, 0]);

/// Whether the name of a parameter says that it is what something is known by.
pub(crate) fn is_id(name: &str) -> bool {
    Hint::of(name) == Hint::Id
}

/// What is the same in all arrays of one call.
#[derive(Debug, Clone, Copy, Default)]
struct Shape {
    length: Option<usize>,
    /// Whether an array repeats one element.
    uniform: bool,
}

impl Generator<'_> {
    /// One value a parameter; what its name and its type say about its meaning is mostly followed.
    pub fn draw_arguments(&self, function: &Function, rng: &mut CaseRng) -> (Vec<DynSolValue>, Vec<Live>) {
        if let Some(rehearsed) = self.draw_rehearsed(function, rng) {
            return rehearsed;
        }
        let mut arguments = self.draw_fixed_arguments(function, rng);
        let mut live: Vec<Live> = Vec::new();
        let mut amounts = Spot::all(&arguments);
        amounts.retain(|spot| matches!(spot.of(&arguments), Some(DynSolValue::Uint(_, 96..))));
        for (index, spot) in amounts.iter().enumerate() {
            // What is equal within one list stays so.
            let is_same =
                |other: &&Spot| other.argument == spot.argument && other.of(&arguments) == spot.of(&arguments);
            if let Some(other) = amounts[..index].iter().find(is_same) {
                let source = live.iter().find(|live| live.spot == *other).map(|live| live.source.clone());
                live.extend(source.map(|source| Live::new(spot.clone(), source)));
                continue;
            }
            let hint = function.abi.inputs.get(spot.argument).map_or(Hint::None, |input| hint_within(input, spot));
            let is_bound =
                matches!(hint, Hint::Least | Hint::Deadline | Hint::Most | Hint::Id) && rng.random_ratio(4, 5);
            let often = if self.asks { 5 } else { 4 };
            if !is_bound && rng.random_ratio(often, 10) {
                let held =
                    if self.asks && rng.random_ratio(1, 4) { self.draw_held_then(&arguments, rng) } else { None };
                let source = held.or_else(|| self.draw_source(function.contract, &arguments, rng));
                live.extend(source.map(|source| Live::new(spot.clone(), source)));
            }
        }
        if self.palette.home.is_some() {
            self.put_call(function.contract, &mut arguments, rng);
        }
        (arguments, live)
    }

    /// The same without anything that is only known later, and without calls as data.
    fn draw_fixed_arguments(&self, function: &Function, rng: &mut CaseRng) -> Vec<DynSolValue> {
        let shape = Shape {
            length: rng.random_ratio(1, 2).then(|| rng.random_range(0..=MAX_ITEMS)),
            uniform: rng.random_ratio(1, 3),
        };
        let mut arguments = Vec::new();
        for (argument, kind) in function.inputs.iter().enumerate() {
            let value = match function.abi.inputs.get(argument) {
                Some(input) => self
                    .palette
                    .draw_fixture(&input.name, kind, rng)
                    .unwrap_or_else(|| self.draw_parameter((input, kind), shape, &arguments, rng)),
                None => self.draw_value(kind, rng),
            };
            arguments.push(value);
        }
        if rng.random_ratio(1, 4) {
            tie(&mut arguments, rng);
        }
        arguments
    }

    /// A value by name and type; `before` are the values of the parameters before it.
    fn draw_parameter(
        &self,
        (input, kind): (&Param, &DynSolType),
        shape: Shape,
        before: &[DynSolValue],
        rng: &mut CaseRng,
    ) -> DynSolValue {
        if rng.random_ratio(1, 4)
            && let Some(said) = self.palette.draw_said(&input.name, &input.ty, rng)
        {
            // What an actor was, the attacker may be.
            return match (&said, self.palette.home) {
                (DynSolValue::Address(one), Some(home)) if self.palette.is_honest(*one) && rng.random() => home.into(),
                _ => said,
            };
        }
        if rng.random_ratio(1, 3)
            && let Some(constant) = self.palette.draw_constant(kind, rng)
        {
            return constant;
        }
        match (kind, Hint::of(&input.name)) {
            (DynSolType::Address, hint) => DynSolValue::Address(self.draw_address(input, hint, rng)),
            (DynSolType::Uint(bits), Hint::Least) if rng.random_ratio(4, 5) => DynSolValue::Uint(U256::ZERO, *bits),
            (DynSolType::Uint(bits), Hint::Deadline | Hint::Most) if rng.random_ratio(4, 5) => {
                DynSolValue::Uint(integer::max_of(*bits), *bits)
            }
            (DynSolType::Uint(bits), Hint::Id) if rng.random() => {
                DynSolValue::Uint(U256::from(rng.random_range(0..4_u32)), *bits)
            }
            (DynSolType::Uint(96..), _) if rng.random_ratio(1, 4) => self.draw_held(kind, before, rng),
            (DynSolType::Bytes, _) if self.palette.home.is_some() => DynSolValue::Bytes(self.draw_data(rng)),
            (DynSolType::Tuple(kinds), _) => {
                let mut items = Vec::new();
                for (index, kind) in kinds.iter().enumerate() {
                    let item = match input.components.get(index) {
                        Some(component) => self.draw_parameter((component, kind), shape, &items, rng),
                        None => self.draw_value(kind, rng),
                    };
                    items.push(item);
                }
                DynSolValue::Tuple(items)
            }
            (DynSolType::Array(inner), _) => {
                let length = shape.length.unwrap_or_else(|| rng.random_range(0..=MAX_ITEMS));
                DynSolValue::Array(self.draw_items((input, inner), length, shape, rng))
            }
            (DynSolType::FixedArray(inner, length), _) => {
                DynSolValue::FixedArray(self.draw_items((input, inner), *length, shape, rng))
            }
            _ => self.draw_value(kind, rng),
        }
    }

    fn draw_items(
        &self,
        element: (&Param, &DynSolType),
        length: usize,
        shape: Shape,
        rng: &mut CaseRng,
    ) -> Vec<DynSolValue> {
        if shape.uniform && length > 0 {
            return vec![self.draw_parameter(element, shape, &[], rng); length];
        }
        (0..length).map(|_| self.draw_parameter(element, shape, &[], rng)).collect()
    }

    fn draw_address(&self, input: &Param, hint: Hint, rng: &mut CaseRng) -> Address {
        if let Some(InternalType::Contract(name)) = &input.internal_type
            && rng.random_ratio(15, 16)
            && let Some(address) = self.palette.draw_typed(name.trim_end_matches("[]"), rng)
        {
            return address;
        }
        match (hint, self.palette.home) {
            (Hint::Token, _) if rng.random_ratio(4, 5) => {
                let token = self.palette.draw_token(rng);
                token.unwrap_or_else(|| self.palette.draw_address(rng))
            }
            (Hint::Recipient, Some(home)) if rng.random() => home,
            _ => self.palette.draw_address(rng),
        }
    }

    /// What an account among the arguments holds of something.
    fn draw_held(&self, kind: &DynSolType, before: &[DynSolValue], rng: &mut CaseRng) -> DynSolValue {
        let accounts: Vec<_> = before.iter().filter_map(DynSolValue::as_address).collect();
        let held = accounts.get(rng.random_range(0..accounts.len().max(1)));
        let amount = held.and_then(|account| self.palette.draw_holding_of(*account, rng));
        match (amount, kind) {
            (Some(amount), DynSolType::Uint(bits)) if amount.bit_len() <= *bits => DynSolValue::Uint(amount, *bits),
            _ => self.draw_value(kind, rng),
        }
    }

    /// What an account among the arguments, or a contract, holds when the step runs, of a token that is among them or any.
    fn draw_held_then(&self, arguments: &[DynSolValue], rng: &mut CaseRng) -> Option<Source> {
        let named = self.draw_named_token(arguments, rng);
        let token = named.or_else(|| self.palette.draw_token(rng))?;
        // Who is paid a token that is named gets it from some contract.
        let account = if named.is_none() || rng.random() {
            let accounts = arguments.iter().filter_map(DynSolValue::as_address);
            let accounts: Vec<_> = accounts.filter(|each| !self.palette.tokens.contains(each)).collect();
            accounts.get(rng.random_range(0..accounts.len().max(1))).copied()
        } else {
            self.palette.draw_contract(rng)
        };
        Some(Source::View { target: token, data: balance_of_call(account?).into(), bps: draw_bps(rng), add: 0 })
    }

    /// An amount that is only known when the step runs: a share of a balance, mostly of a token that the call's `arguments` name where they
    /// do, or of what a view answers, mostly one of the contract that is called.
    pub fn draw_source(&self, contract: usize, arguments: &[DynSolValue], rng: &mut CaseRng) -> Option<Source> {
        if self.asks
            && rng.random()
            && let Some(view) = self.draw_view(contract, arguments, rng)
        {
            return Some(view);
        }
        let named = if rng.random_ratio(7, 8) { self.draw_named_token(arguments, rng) } else { None };
        let (token, bps) = (named.or_else(|| self.palette.draw_token(rng))?, draw_bps(rng));
        Some(match rng.random_range(0..if self.asks { 5_u32 } else { 4 }) {
            0..3 => Source::Balance { of: Holder::Caller, token: Some(token), bps },
            3 => Source::Balance { of: Holder::Callee, token: Some(token), bps },
            _ => {
                let data = balance_of_call(self.palette.draw_contract(rng)?).into();
                Source::View { target: token, data, bps, add: 0 }
            }
        })
    }

    /// A token among the arguments of a call.
    fn draw_named_token(&self, arguments: &[DynSolValue], rng: &mut CaseRng) -> Option<Address> {
        let named: Vec<_> = arguments.iter().filter_map(DynSolValue::as_address).collect();
        let tokens: Vec<_> = named.into_iter().filter(|each| self.palette.tokens.contains(each)).collect();
        tokens.get(rng.random_range(0..tokens.len().max(1))).copied()
    }

    /// A share of what a view answers, mostly one of `contract`: often about what the call's own `arguments` name.
    pub fn draw_view(&self, contract: usize, arguments: &[DynSolValue], rng: &mut CaseRng) -> Option<Source> {
        let among = if rng.random_ratio(3, 4) { Some(contract) } else { None };
        let view = self.palette.draw_view(among, rng)?;
        let home = self.palette.home.or_else(|| self.palette.senders.first().map(|(address, _)| *address));
        let accounts = view.inputs.iter().filter(|kind| **kind == DynSolType::Address).count();
        // Of several accounts one is the attacker's, and another one what the call is about.
        let own = rng.random_range(0..accounts.max(1));
        let mut account = 0;
        let mut argument = |kind: &DynSolType, rng: &mut CaseRng| {
            let is_own = account == own;
            account += usize::from(*kind == DynSolType::Address);
            match (kind, home) {
                (DynSolType::Address, Some(home)) if is_own && rng.random_ratio(3, 4) => DynSolValue::Address(home),
                (DynSolType::Address, _) if rng.random_ratio(3, 4) => match self.draw_named_token(arguments, rng) {
                    Some(token) => DynSolValue::Address(token),
                    None => self.draw_value(kind, rng),
                },
                (DynSolType::Uint(bits), _) => {
                    let said = if rng.random() { draw_index(arguments, rng) } else { None };
                    DynSolValue::Uint(said.unwrap_or_else(|| U256::from(rng.random_range(0..4_u32))), *bits)
                }
                _ => self.draw_value(kind, rng),
            }
        };
        let asked = view.inputs.iter().map(|kind| argument(kind, rng)).collect();
        let mut data = view.selector.to_vec();
        data.extend(DynSolValue::Tuple(asked).abi_encode_params());
        let add = if rng.random_ratio(1, 3) { rng.random_range(-1..=1) } else { 0 };
        // What a view answers is mostly what is meant.
        let bps = if rng.random_ratio(2, 3) { 10_000 } else { draw_bps(rng) };
        Some(Source::View { target: view.target, data: data.into(), bps, add })
    }

    /// Encoded words: what a callback decodes.
    fn draw_data(&self, rng: &mut CaseRng) -> Vec<u8> {
        if rng.random_ratio(1, 2) {
            return Vec::new();
        }
        let word = |rng: &mut CaseRng| match rng.random_range(0..10_u32) {
            0..4 => U256::from(rng.random_range(0..3_u32)),
            4..8 => U256::from_be_bytes(self.palette.draw_address(rng).into_word().0),
            _ => self.palette.draw_holding(rng).unwrap_or_default(),
        };
        let words = rng.random_range(1..=MAX_WORDS);
        (0..words).flat_map(|_| word(rng).to_be_bytes::<32>()).collect()
    }

    /// Any call of any function as data, with its target.
    fn draw_payload(&self, rng: &mut CaseRng) -> Option<(Address, Vec<u8>)> {
        let (target, function) = self.palette.draw_payload(rng)?;
        let mut call = function.selector.to_vec();
        call.extend(DynSolValue::Tuple(self.draw_fixed_arguments(function, rng)).abi_encode_params());
        Some((target, call))
    }

    /// Makes bytes among some values the data of a call that `contract` may make, and an address before them its target: any, or one
    /// that hands the attacker tokens which the contract may move.
    fn put_call(&self, contract: usize, values: &mut [DynSolValue], rng: &mut CaseRng) {
        for value in &mut *values {
            if let DynSolValue::Tuple(items) = value {
                self.put_call(contract, items, rng);
            }
        }
        let Some(data) = values.iter().rposition(|value| matches!(value, DynSolValue::Bytes(_))) else { return };
        if rng.random() {
            return;
        }
        let home = self.palette.home.filter(|_| rng.random_ratio(1, 3));
        let spoil = home.and_then(|home| self.palette.draw_spoil(contract, home, rng));
        let payload = spoil.map(|(target, call)| (target, call.to_vec())).or_else(|| self.draw_payload(rng));
        let Some((target, call)) = payload else { return };
        values[data] = DynSolValue::Bytes(call);
        let addresses: Vec<_> =
            (0..values.len()).filter(|index| matches!(values[*index], DynSolValue::Address(_))).collect();
        if !addresses.is_empty() {
            // Mostly the one that stands next to the data.
            let nearest = addresses.iter().copied().min_by_key(|index| index.abs_diff(data));
            let any = addresses[rng.random_range(0..addresses.len())];
            let at = nearest.filter(|_| rng.random_ratio(3, 4)).unwrap_or(any);
            values[at] = DynSolValue::Address(target);
        }
    }

    /// A value for one parameter.
    pub(crate) fn draw_argument(&self, function: &Function, argument: usize, rng: &mut CaseRng) -> DynSolValue {
        let kind = &function.inputs[argument];
        match function.abi.inputs.get(argument) {
            Some(input) => {
                let fixture = self.palette.draw_fixture(&input.name, kind, rng);
                fixture.unwrap_or_else(|| self.draw_parameter((input, kind), Shape::default(), &[], rng))
            }
            None => self.draw_value(kind, rng),
        }
    }
}

/// A small number among the arguments of a call: which of several things is meant.
fn draw_index(arguments: &[DynSolValue], rng: &mut CaseRng) -> Option<U256> {
    let index = |value: &DynSolValue| match value {
        DynSolValue::Uint(number, _) if *number < MOST_INDICES => Some(*number),
        _ => None,
    };
    let said: Vec<_> = arguments.iter().filter_map(index).collect();
    said.get(rng.random_range(0..said.len().max(1))).copied()
}

/// Shows every amount among some values to `see`, those within arrays and structs too.
pub(super) fn amounts<'a>(values: &'a mut [DynSolValue], see: &mut dyn FnMut(&'a mut U256)) {
    for value in values {
        match value {
            DynSolValue::Uint(amount, 96..) => see(amount),
            DynSolValue::Array(items) | DynSolValue::FixedArray(items) | DynSolValue::Tuple(items) => {
                amounts(items, see);
            }
            _ => {}
        }
    }
}

/// What the names of a parameter and of the fields within say about the meaning of a value within it: the innermost name.
fn hint_within(mut input: &Param, spot: &Spot) -> Hint {
    let mut kind = input.ty.as_str();
    for index in &spot.within {
        // An item of an array is told by its name and has its fields.
        if kind.ends_with(']') {
            kind = kind.rsplit_once('[').map_or(kind, |(item, _)| item);
        } else if let Some(field) = input.components.get(*index) {
            (input, kind) = (field, &field.ty);
        }
    }
    Hint::of(&input.name)
}

/// Makes the amounts within the lists of a call equal: what is stated in several entries often has to agree.
fn tie(arguments: &mut [DynSolValue], rng: &mut CaseRng) {
    let mut all = Vec::new();
    for argument in arguments {
        if let DynSolValue::Array(items) | DynSolValue::FixedArray(items) = argument {
            amounts(items, &mut |amount| all.push(amount));
        }
    }
    if all.len() > 1 {
        let one = *all[rng.random_range(0..all.len())];
        for amount in all {
            *amount = one;
        }
    }
}
