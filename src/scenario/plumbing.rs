//! Calls that a scenario names: which functions of a protocol they are, and what fills their arguments.

use super::file::{Hole, What};
use crate::{
    generate::CaseRng,
    protocol::{
        Argument, ArgumentValue, ConfigError, ConfigProblem, Function, Located, NumberError, Place, Protocol, ROLES,
    },
    sequence::{ActionCall, Fit, Holder, Live, Source},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, U256};
use proptest::prelude::RngExt;
use std::collections::{BTreeMap, BTreeSet};

/// Name of the attacker's contract, which makes the calls.
const SELF: &str = "self";
/// Name of the native coin.
const ETH: &str = "eth";

/// A call as a file names it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NamedCall {
    /// A role or a deployment.
    of: Located<String>,
    /// Name or signature.
    function: Located<String>,
    /// What its result is called.
    name: Option<Located<String>>,
    /// Wei.
    value: U256,
    /// By the names of parameters, or their numbers.
    arguments: Vec<(Located<String>, Written)>,
}

/// An argument as it is written.
#[derive(Debug, Clone, PartialEq)]
struct Written {
    argument: Argument,
    /// Where it is a table that says what fills it when the call is made.
    filling: Option<Filling>,
}

/// What fills an argument, in the words of the file.
#[derive(Debug, Clone, PartialEq)]
enum Filling {
    /// What an earlier call of the list returned.
    Result(Located<String>),
    /// A number between two.
    Between([Argument; 2]),
    /// A share of what somebody holds of a token.
    Share { of: Located<String>, holder: Holder, bps: u32, fit: Fit },
    /// A share of what a view answers.
    View { view: Located<String>, bps: u32, add: i8, fit: Fit },
}

/// What the names of a hole mean in a protocol.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Bound {
    /// Functions that are meant; none: the hole names nothing.
    choices: Vec<Choice>,
    /// A role that it names and no contract has.
    pub(super) missing: Option<String>,
}

/// A function that is meant, with what fills its arguments.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choice {
    pub(super) function: usize,
    value: U256,
    fills: Vec<(usize, Fill)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Fill {
    Value(DynSolValue),
    /// Both ends are drawn as well, with so many bits.
    Between([U256; 2], usize),
    Live(Source, Fit),
    /// What the call of this name returned.
    Result(String),
}

impl Bound {
    /// Whether a function is meant, if any is.
    pub(super) fn allows(&self, function: usize) -> bool {
        self.choices.is_empty() || self.choices.iter().any(|choice| choice.function == function)
    }

    /// One of the functions that are meant.
    pub(super) fn draw(&self, rng: &mut CaseRng) -> Option<&Choice> {
        (!self.choices.is_empty()).then(|| &self.choices[rng.random_range(0..self.choices.len())])
    }

    /// Contracts whose functions are meant.
    pub(super) fn contracts(&self, functions: &[Function]) -> BTreeSet<usize> {
        self.choices.iter().map(|choice| functions[choice.function].contract).collect()
    }
}

impl Choice {
    /// Fills what the file says into a call of the function. `results` has the functions of named calls before it.
    pub(super) fn fill(&self, call: &mut ActionCall, results: &BTreeMap<&str, usize>, rng: &mut CaseRng) {
        for (argument, fill) in &self.fills {
            call.live.retain(|live| live.spot.argument != *argument);
            match fill {
                Fill::Value(value) => call.arguments[*argument] = value.clone(),
                Fill::Between(ends, bits) => {
                    call.arguments[*argument] = DynSolValue::Uint(draw_between(*ends, rng), *bits);
                }
                Fill::Live(source, fit) => {
                    call.live.push(Live { fit: *fit, ..Live::new(*argument, source.clone()) });
                }
                Fill::Result(name) => {
                    if let Some(function) = results.get(name.as_str()) {
                        call.live.push(Live::new(*argument, Source::Result { function: *function }));
                    }
                }
            }
        }
        if !self.value.is_zero() {
            call.value = self.value;
        }
    }
}

/// A number between two, both included: an end of them, or any with each number of digits as often.
fn draw_between([least, most]: [U256; 2], rng: &mut CaseRng) -> U256 {
    match rng.random_range(0..8_u32) {
        0 => least,
        1 => most,
        _ => {
            let bits = rng.random_range(least.bit_len()..=most.bit_len());
            let any = U256::from_limbs(rng.random());
            let drawn = if bits == 0 { U256::ZERO } else { any >> (256 - bits) };
            drawn.clamp(least, most)
        }
    }
}

impl NamedCall {
    pub(super) fn new(
        [of, function]: [Located<String>; 2],
        name: Option<Located<String>>,
        value: U256,
        arguments: Vec<(Located<String>, Argument)>,
    ) -> Result<Self, ConfigError> {
        let write = |(name, argument): (Located<String>, Argument)| {
            Ok((name, Written { filling: filling(&argument)?, argument }))
        };
        let arguments = arguments.into_iter().map(write).collect::<Result<_, _>>()?;
        Ok(Self { of, function, name, value, arguments })
    }

    /// What its result is called.
    pub(super) fn result_name(&self) -> Option<&str> {
        self.name.as_ref().map(|name| name.value.as_str())
    }

    /// The names of results that it uses.
    fn uses(&self) -> impl Iterator<Item = &Located<String>> {
        self.arguments.iter().filter_map(|(_, written)| match &written.filling {
            Some(Filling::Result(name)) => Some(name),
            _ => None,
        })
    }
}

/// Checks that each result that calls of a list use is that of a call before.
pub(super) fn check_results<'a>(calls: impl Iterator<Item = &'a NamedCall>) -> Result<(), ConfigError> {
    let calls: Vec<_> = calls.collect();
    let mut known: Vec<&Located<String>> = Vec::new();
    for call in &calls {
        if let Some(used) = call.uses().find(|used| known.iter().all(|name| name.value != used.value)) {
            return Err(no_result(used, call, &calls, &known));
        }
        if let Some(name) = &call.name {
            if let Some(first) = known.iter().find(|first| first.value == name.value) {
                let line = first.place.line;
                let problem = ConfigProblem::Duplicate { what: "result", name: name.value.clone(), line };
                return Err(ConfigError::new(name.place.clone(), problem));
            }
            known.push(name);
        }
    }
    Ok(())
}

/// Why there is no result that `call` uses.
fn no_result(
    used: &Located<String>,
    call: &NamedCall,
    calls: &[&NamedCall],
    known: &[&Located<String>],
) -> ConfigError {
    let is_used = |name: &&Located<String>| name.value == used.value;
    if call.name.as_ref().is_some_and(|name| is_used(&name)) {
        let message = format!("`{}` is what this call itself returns: a cycle", used.value);
        return unsuitable(&used.place, message, "name a call before it");
    }
    if let Some(later) = calls.iter().filter_map(|call| call.name.as_ref()).find(is_used) {
        let message = format!("`{}` is returned later, on line {}", later.value, later.place.line);
        return unsuitable(&used.place, message, "an argument comes from a call before it: change their order");
    }
    unknown("result", used, &known.iter().map(|name| name.value.as_str()).collect::<Vec<_>>())
}

/// What a table says that is no struct; none for other values.
fn filling(argument: &Argument) -> Result<Option<Filling>, ConfigError> {
    let ArgumentValue::Table(fields) = &argument.value else { return Ok(None) };
    let has = |key: &str| fields.iter().any(|(name, _)| name.value == key);
    let allow = |keys: &[&str]| match fields.iter().find(|(name, _)| !keys.contains(&name.value.as_str())) {
        None => Ok(()),
        Some((name, _)) => {
            let known = keys.iter().map(|key| (*key).to_owned()).collect();
            Err(ConfigError::new(name.place.clone(), ConfigProblem::UnknownKey { key: name.value.clone(), known }))
        }
    };
    let get = |key: &str| fields.iter().find(|(name, _)| name.value == key).map(|(_, argument)| argument);
    let need = |key: &str| {
        get(key).ok_or_else(|| {
            let problem = ConfigProblem::Missing { what: "this argument".to_owned(), key: key.to_owned() };
            ConfigError::new(argument.place.clone(), problem)
        })
    };
    let bps = || get("share").map_or(Ok(10_000), bps);
    let fit = || match get("fit").map(text).transpose()? {
        None => Ok(Fit::Exact),
        Some(word) => match word.value.as_str() {
            "most" => Ok(Fit::Most),
            "least" => Ok(Fit::Least),
            _ => Err(unknown("fit", &word, &["most", "least"])),
        },
    };
    Ok(Some(if has("result") {
        allow(&["result"])?;
        Filling::Result(text(need("result")?)?)
    } else if has("view") {
        allow(&["view", "share", "add", "fit"])?;
        let add = get("add").map_or(Ok(0), small)?;
        Filling::View { view: text(need("view")?)?, bps: bps()?, add, fit: fit()? }
    } else if has("share") {
        allow(&["share", "of", "holder", "fit"])?;
        let holder = match get("holder").map(text).transpose()? {
            None => Holder::Caller,
            Some(word) => match word.value.as_str() {
                "caller" => Holder::Caller,
                "callee" => Holder::Callee,
                _ => return Err(unknown("holder", &word, &["caller", "callee"])),
            },
        };
        Filling::Share { of: text(need("of")?)?, holder, bps: bps()?, fit: fit()? }
    } else if has("from") && has("to") && fields.len() == 2 {
        Filling::Between([need("from")?.clone(), need("to")?.clone()])
    } else {
        return Ok(None);
    }))
}

fn unsuitable(place: &Place, message: impl Into<String>, help: impl Into<String>) -> ConfigError {
    let problem = ConfigProblem::Unsuitable { message: message.into(), help: help.into() };
    ConfigError::new(place.clone(), problem)
}

fn unknown(what: &'static str, word: &Located<String>, known: &[&str]) -> ConfigError {
    let known = known.iter().map(|word| (*word).to_owned()).collect();
    ConfigError::new(word.place.clone(), ConfigProblem::Unknown { what, name: word.value.clone(), known })
}

fn text(argument: &Argument) -> Result<Located<String>, ConfigError> {
    match &argument.value {
        ArgumentValue::Text(text) => Ok(Located { value: text.clone(), place: argument.place.clone() }),
        other => Err(wrong_type(&argument.place, "a string", other.describe())),
    }
}

fn wrong_type(place: &Place, expected: &str, found: &str) -> ConfigError {
    let problem = ConfigProblem::WrongType { expected: expected.to_owned(), found: found.to_owned() };
    ConfigError::new(place.clone(), problem)
}

/// `"50%"`, `"12.5%"`: hundredths of a percent, from one to all.
fn bps(argument: &Argument) -> Result<u32, ConfigError> {
    let written = text(argument)?;
    let share = written.value.strip_suffix('%').and_then(|digits| {
        let (whole, part) = digits.trim().split_once('.').unwrap_or((digits.trim(), ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        (digits(whole) && digits(part) && part.len() <= 2).then(|| format!("{whole}{part:0<2}").parse::<u32>().ok())?
    });
    share.filter(|share| (1..=10_000).contains(share)).ok_or_else(|| {
        let message = format!("`{}` is no share above 0% and up to 100%, in hundredths of a percent", written.value);
        unsuitable(&written.place, message, "write \"50%\"")
    })
}

fn small(argument: &Argument) -> Result<i8, ConfigError> {
    let ArgumentValue::Number(text) = &argument.value else {
        return Err(wrong_type(&argument.place, "a number", argument.value.describe()));
    };
    text.replace('_', "").parse().map_err(|_| {
        let problem = NumberError::OutOfRange { text: text.clone(), kind: "int8".to_owned() };
        ConfigError::new(argument.place.clone(), ConfigProblem::Number(problem))
    })
}

/// Finds out what the names of `holes` and of their bodies mean in `protocol`.
pub(super) fn bind(holes: &mut [Hole], protocol: &Protocol) -> Result<(), ConfigError> {
    for hole in holes {
        hole.bound = match (&hole.what, &hole.of) {
            (What::Call(call), _) => call.bind(protocol)?,
            (What::For(_), Some(of)) => {
                let contracts = contracts(of, protocol)?;
                let functions = protocol.functions.iter().enumerate();
                // Those that are called at all: who wants another one names it.
                let is_called = |function: &Function| function.weight > 0 && contracts.contains(&function.contract);
                let meant = functions.filter(|(_, function)| is_called(function));
                let choice = |(function, _)| Choice { function, value: U256::ZERO, fills: Vec::new() };
                let missing = contracts.is_empty().then(|| of.value.clone());
                Bound { choices: meant.map(choice).collect(), missing }
            }
            (What::For(_), None) => Bound::default(),
        };
        bind(&mut hole.body, protocol)?;
    }
    Ok(())
}

/// The contract of this name, or those of this role.
fn contracts(of: &Located<String>, protocol: &Protocol) -> Result<BTreeSet<usize>, ConfigError> {
    if let Some(index) = protocol.contracts.iter().position(|contract| contract.name == of.value) {
        return Ok(BTreeSet::from([index]));
    }
    if ROLES.contains(&of.value.as_str()) {
        return Ok(protocol.with_role(&of.value).map(|binding| binding.contract).collect());
    }
    let names = protocol.contracts.iter().map(|contract| contract.name.as_str());
    let known: Vec<_> = ROLES.into_iter().chain(names).collect();
    Err(unknown("role or deployment", of, &known))
}

impl NamedCall {
    fn bind(&self, protocol: &Protocol) -> Result<Bound, ConfigError> {
        let contracts = contracts(&self.of, protocol)?;
        if contracts.is_empty() {
            return Ok(Bound { choices: Vec::new(), missing: Some(self.of.value.clone()) });
        }
        let mut meant: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut known = BTreeSet::new();
        for (index, function) in protocol.functions.iter().enumerate() {
            if !contracts.contains(&function.contract) {
                continue;
            }
            known.insert(function.abi.name.as_str());
            if function.abi.name == self.function.value || function.abi.signature() == self.function.value {
                meant.entry(function.contract).or_default().push(index);
            }
        }
        if meant.is_empty() {
            return Err(unknown("function", &self.function, &known.into_iter().collect::<Vec<_>>()));
        }
        if let Some((contract, several)) = meant.iter().find(|(_, several)| several.len() > 1) {
            let candidates = several.iter().map(|index| protocol.functions[*index].abi.signature()).collect();
            let (contract, name) = (protocol.contracts[*contract].name.clone(), self.function.value.clone());
            let problem = ConfigProblem::AmbiguousFunction { contract, name, candidates };
            return Err(ConfigError::new(self.function.place.clone(), problem));
        }
        let choices = meant.into_values().flatten().map(|function| self.choice(function, protocol));
        Ok(Bound { choices: choices.collect::<Result<_, _>>()?, missing: None })
    }

    fn choice(&self, index: usize, protocol: &Protocol) -> Result<Choice, ConfigError> {
        let function = &protocol.functions[index];
        if !self.value.is_zero() && !function.is_payable() {
            let name = format!("{}.{}", self.of.value, self.function.value);
            return Err(ConfigError::new(self.function.place.clone(), ConfigProblem::NotPayable(name)));
        }
        let inputs = &function.abi.inputs;
        let fills = self.arguments.iter().map(|(name, written)| {
            let by_name = inputs.iter().position(|input| !input.name.is_empty() && input.name == name.value);
            let by_number = || name.value.parse().ok().filter(|at| *at < inputs.len());
            let Some(at) = by_name.or_else(by_number) else {
                let numbered = inputs.iter().enumerate();
                let known = numbered
                    .map(|(at, input)| if input.name.is_empty() { at.to_string() } else { input.name.clone() })
                    .collect();
                let problem = ConfigProblem::UnknownKey { key: name.value.clone(), known };
                return Err(ConfigError::new(name.place.clone(), problem));
            };
            Ok((at, written.bind((function, at), protocol)?))
        });
        Ok(Choice { function: index, value: self.value, fills: fills.collect::<Result<_, _>>()? })
    }
}

impl Written {
    fn bind(&self, (function, at): (&Function, usize), protocol: &Protocol) -> Result<Fill, ConfigError> {
        let kind = &function.inputs[at];
        let typed = |argument: &Argument| protocol.type_argument(argument, kind, &function.abi.inputs[at]);
        // A table is a struct where the parameter is one.
        let filling = self.filling.as_ref().filter(|_| !matches!(kind, DynSolType::Tuple(_)));
        let is_word = matches!(
            kind,
            DynSolType::Uint(_)
                | DynSolType::Int(_)
                | DynSolType::Address
                | DynSolType::Bool
                | DynSolType::FixedBytes(_)
        );
        if filling.is_some() && !is_word {
            let message = format!("`{kind}` is not filled in when the call is made: only single words are");
            return Err(unsuitable(
                &self.argument.place,
                message,
                format!("write a value for `{kind}`, or leave it out"),
            ));
        }
        Ok(match filling {
            None if *kind == DynSolType::Address && self.argument.value == ArgumentValue::Text(SELF.to_owned()) => {
                Fill::Value(DynSolValue::Address(protocol.attacker_contract.unwrap_or_default()))
            }
            None => Fill::Value(typed(&self.argument)?),
            Some(Filling::Result(name)) => Fill::Result(name.value.clone()),
            Some(Filling::Between([from, to])) => match (typed(from)?, typed(to)?) {
                (DynSolValue::Uint(least, bits), DynSolValue::Uint(most, _)) if least <= most => {
                    Fill::Between([least, most], bits)
                }
                (DynSolValue::Uint(least, _), DynSolValue::Uint(most, _)) => {
                    let message = format!("there is no number from {least} to {most}");
                    return Err(unsuitable(&self.argument.place, message, "write the smaller number first"));
                }
                _ => return Err(wrong_type(&self.argument.place, &format!("a value for `{kind}`"), "a range")),
            },
            Some(Filling::Share { of, holder, bps, fit }) => {
                let token = match of.value.as_str() {
                    ETH => None,
                    _ => Some(first(of, protocol)?),
                };
                Fill::Live(Source::Balance { of: *holder, token, bps: *bps }, *fit)
            }
            Some(Filling::View { view, bps, add, fit }) => Fill::Live(source_of(view, (*bps, *add), protocol)?, *fit),
        })
    }
}

/// The address of the contract of this name, or of the first one of this role.
fn first(of: &Located<String>, protocol: &Protocol) -> Result<Address, ConfigError> {
    let contracts = contracts(of, protocol)?;
    let first = contracts.first().map(|index| protocol.contracts[*index].address);
    first.ok_or_else(|| unsuitable(&of.place, format!("no contract has the role `{}`", of.value), "name a deployment"))
}

/// A share of what a view without parameters answers, `pool.reserve0`.
fn source_of(view: &Located<String>, (bps, add): (u32, i8), protocol: &Protocol) -> Result<Source, ConfigError> {
    let Some((of, name)) = view.value.split_once('.') else {
        let message = format!("`{}` names no view of a role or a deployment", view.value);
        return Err(unsuitable(&view.place, message, "write `pool.reserve0`"));
    };
    let of = Located { value: of.to_owned(), place: view.place.clone() };
    let target = first(&of, protocol)?;
    let contract = protocol.contracts.iter().find(|contract| contract.address == target);
    let views = contract.into_iter().flat_map(|contract| contract.artifact.abi.functions());
    let asks_nothing =
        |function: &&alloy_json_abi::Function| function.inputs.is_empty() && !function.outputs.is_empty();
    let mut known = BTreeSet::new();
    for function in views.filter(asks_nothing) {
        if function.name == name {
            let data = function.selector().to_vec().into();
            return Ok(Source::View { target, data, bps, add });
        }
        known.insert(function.name.as_str());
    }
    let name = Located { value: name.to_owned(), place: view.place.clone() };
    Err(unknown("view without parameters", &name, &known.into_iter().collect::<Vec<_>>()))
}
