use super::{CaseRng, Generator, integer, palette::draw_bps};
use crate::{
    protocol::{Function, Protocol},
    sequence::{ActionCall, Advance, Call, Holder, Instance, Live, Source},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::U256;
use proptest::{
    prelude::RngExt,
    strategy::{Just, NewTree, Strategy},
    test_runner::TestRunner,
};

/// Spans of time that protocols use, seconds.
const SPANS: [u64; 9] = [12, 60, 300, 3_600, 28_800, 86_400, 259_200, 604_800, 2_592_000];
/// Seconds between blocks of mainnet.
const BLOCK_TIME: u64 = 12;

/// Which of the contracts that were created may be meant; counted round where there are fewer.
const MAX_ORDER: usize = 12;

/// What the name of a parameter says about its meaning, by the habits of Solidity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hint {
    /// Nothing.
    None,
    /// A token's address.
    Token,
    /// The least that the caller accepts; anything but little makes the call revert.
    Least,
    /// The last time at which the call may run.
    Deadline,
    /// Who gets what the call pays.
    Recipient,
}

impl Hint {
    fn of(name: &str) -> Self {
        let name = name.trim_matches('_').to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| name.starts_with(word) || name.ends_with(word));
        if says(&["token", "asset", "currency"]) {
            Self::Token
        } else if says(&["min", "minimum", "least", "slippage"]) {
            Self::Least
        } else if says(&["deadline", "expiry"]) {
            Self::Deadline
        } else if name == "to" || says(&["recipient", "receiver", "beneficiary"]) {
            Self::Recipient
        } else {
            Self::None
        }
    }
}

impl Generator<'_> {
    /// A call by one of the palette's senders; none when nothing may be called.
    pub fn draw_call(&self, protocol: &Protocol, rng: &mut CaseRng) -> Option<Call> {
        let function = self.palette.draw_function(rng)?;
        self.draw_call_of(protocol, function, rng)
    }

    /// A call of a given function.
    pub fn draw_call_of(&self, protocol: &Protocol, function: usize, rng: &mut CaseRng) -> Option<Call> {
        let (sender, balance) = *self.palette.senders.get(rng.random_range(0..self.palette.senders.len().max(1)))?;
        let (arguments, live) = self.draw_arguments(&protocol.functions[function], rng);
        let value = self.draw_wei(protocol.functions[function].is_payable(), balance, rng);
        let instance = draw_instance(protocol, function, rng);
        Some(Call { sender, function, instance, arguments, live, value, advance: self.draw_advance(protocol, rng) })
    }

    /// A call for the script of an attack: amounts lean towards fractions of what the attacker's contract holds by then.
    pub fn draw_action(&self, protocol: &Protocol, function: usize, rng: &mut CaseRng) -> ActionCall {
        let (arguments, live) = self.draw_arguments(&protocol.functions[function], rng);
        let balance = self.palette.senders.first().map(|(_, balance)| *balance).unwrap_or_default();
        let value = self.draw_wei(protocol.functions[function].is_payable(), balance, rng);
        let instance = draw_instance(protocol, function, rng);
        ActionCall { function, instance, arguments, live, value }
    }

    /// One value a parameter; what its name says about its meaning is mostly followed.
    pub fn draw_arguments(&self, function: &Function, rng: &mut CaseRng) -> (Vec<DynSolValue>, Vec<Live>) {
        let mut live = Vec::new();
        let arguments = function
            .inputs
            .iter()
            .enumerate()
            .map(|(argument, kind)| {
                if let Some(value) = self.draw_fixture(function, argument, rng) {
                    return value;
                }
                let hint = function.abi.inputs.get(argument).map_or(Hint::None, |input| Hint::of(&input.name));
                match (kind, hint) {
                    (DynSolType::Address, Hint::Token) if rng.random_ratio(4, 5) => {
                        let token = self.palette.draw_token(rng);
                        return token.map_or_else(|| self.draw_value(kind, rng), DynSolValue::Address);
                    }
                    (DynSolType::Address, Hint::Recipient) if rng.random() => {
                        if let Some(home) = self.palette.home {
                            return DynSolValue::Address(home);
                        }
                    }
                    (DynSolType::Uint(bits), Hint::Least) if rng.random_ratio(4, 5) => {
                        return DynSolValue::Uint(U256::ZERO, *bits);
                    }
                    (DynSolType::Uint(bits), Hint::Deadline) if rng.random_ratio(4, 5) => {
                        return DynSolValue::Uint(integer::max_of(*bits), *bits);
                    }
                    (DynSolType::Uint(96..), _) if rng.random_ratio(2, 5) => {
                        if let Some(token) = self.palette.draw_token(rng) {
                            let of = if rng.random_ratio(2, 3) { Holder::Caller } else { Holder::Callee };
                            let source = Source::Balance { of, token: Some(token), bps: draw_bps(rng) };
                            live.push(Live { argument, source });
                        }
                    }
                    _ => {}
                }
                self.draw_value(kind, rng)
            })
            .collect();
        (arguments, live)
    }

    /// A value that the suite prefers for a parameter.
    fn draw_fixture(&self, function: &Function, argument: usize, rng: &mut CaseRng) -> Option<DynSolValue> {
        let name = &function.abi.inputs.get(argument)?.name;
        self.palette.draw_fixture(name, function.inputs.get(argument)?, rng)
    }

    /// A value for one parameter, without what its name means by habit.
    pub(super) fn draw_argument(&self, function: &Function, argument: usize, rng: &mut CaseRng) -> DynSolValue {
        let fixture = self.draw_fixture(function, argument, rng);
        fixture.unwrap_or_else(|| self.draw_value(&function.inputs[argument], rng))
    }

    fn draw_wei(&self, payable: bool, balance: U256, rng: &mut CaseRng) -> U256 {
        if !payable || rng.random_ratio(1, 3) {
            return U256::ZERO;
        }
        let drawn = integer::draw(self, 96, rng);
        if drawn <= balance { drawn } else { drawn % (balance + U256::ONE).max(U256::ONE) }
    }

    /// Time before a step: mostly none or a block, sometimes a span that protocols use, or a dictionary word that looks like one.
    pub fn draw_advance(&self, protocol: &Protocol, rng: &mut CaseRng) -> Advance {
        if !protocol.campaign.time_passes {
            return Advance::default();
        }
        let seconds = match rng.random_range(0..100_u32) {
            0..60 => return Advance::default(),
            60..80 => BLOCK_TIME,
            80..92 => {
                let span = SPANS[rng.random_range(0..SPANS.len())];
                span.saturating_add_signed(rng.random_range(-1..=1))
            }
            92..96 => match self.dictionary.draw(rng) {
                Some(word) if word < U256::from(10 * 365 * 86_400_u64) => word.saturating_to::<u64>(),
                _ => BLOCK_TIME,
            },
            _ => rng.random_range(1..=2_592_000),
        };
        Advance { blocks: (seconds / BLOCK_TIME).max(1), seconds }
    }
}

/// Which contract is meant, where calls create those of a function.
fn draw_instance(protocol: &Protocol, function: usize, rng: &mut CaseRng) -> Option<Instance> {
    let is_created = protocol.contracts[protocol.functions[function].contract].created;
    is_created.then(|| Instance { order: rng.random_range(0..MAX_ORDER), address: None })
}

/// A strategy for single calls.
#[derive(Debug)]
pub struct Calls<'a> {
    generator: Generator<'a>,
    protocol: &'a Protocol,
}

/// Calls of `protocol` drawn from what `generator` offers.
pub fn calls<'a>(generator: Generator<'a>, protocol: &'a Protocol) -> Calls<'a> {
    Calls { generator, protocol }
}

impl Strategy for Calls<'_> {
    type Tree = Just<Call>;
    type Value = Call;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let call = self.generator.draw_call(self.protocol, runner.rng());
        call.map(Just).ok_or_else(|| "no function may be called, or no actor may call".into())
    }
}
