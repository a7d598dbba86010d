use super::{CaseRng, Generator, integer};
use crate::{
    protocol::{Function, Protocol},
    sequence::{ActionCall, Advance, Call, Fit, Instance, Spot},
};
use alloy_dyn_abi::DynSolValue;
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

/// How an amount of a script is fitted to its call: mostly not.
pub(crate) fn draw_fit(rng: &mut CaseRng) -> Fit {
    match rng.random_range(0..16_u32) {
        0 => Fit::Least,
        1 | 2 => Fit::Most,
        _ => Fit::Exact,
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
        let value = self.draw_wei(&protocol.functions[function], &arguments, balance, rng);
        let instance = draw_instance(protocol, function, rng);
        Some(Call { sender, function, instance, arguments, live, value, advance: self.draw_advance(protocol, rng) })
    }

    /// A call for the script of an attack: amounts lean towards fractions of what the attacker's contract holds by then.
    pub fn draw_action(&self, protocol: &Protocol, function: usize, rng: &mut CaseRng) -> ActionCall {
        let (arguments, mut live) = self.draw_arguments(&protocol.functions[function], rng);
        let balance = self.palette.senders.first().map(|(_, balance)| *balance).unwrap_or_default();
        let value = self.draw_wei(&protocol.functions[function], &arguments, balance, rng);
        // What is paid along is stated as it is.
        let is_paid =
            |spot: &Spot| matches!(spot.of(&arguments), Some(DynSolValue::Uint(stated, _)) if *stated == value);
        live.retain(|live| value.is_zero() || !is_paid(&live.spot));
        // One amount of a call is fitted: another one would undo it.
        let fitted = rng.random_range(0..live.len().max(1));
        if let Some(live) = live.get_mut(fitted) {
            live.fit = draw_fit(rng);
        }
        let instance = draw_instance(protocol, function, rng);
        ActionCall { function, instance, arguments, live, value, callback: Vec::new() }
    }

    /// Wei for a call: none, an amount that is among the arguments, or any.
    fn draw_wei(&self, function: &Function, arguments: &[DynSolValue], balance: U256, rng: &mut CaseRng) -> U256 {
        if !function.is_payable() || rng.random_ratio(1, 4) {
            return U256::ZERO;
        }
        if rng.random_ratio(1, 3)
            && let Some(stated) = first_amount(arguments)
            && stated <= balance
        {
            return stated;
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

/// The first amount among some values, those within arrays and structs too.
fn first_amount(values: &[DynSolValue]) -> Option<U256> {
    values.iter().find_map(|value| match value {
        DynSolValue::Uint(amount, 96..) => Some(*amount),
        DynSolValue::Array(items) | DynSolValue::FixedArray(items) | DynSolValue::Tuple(items) => first_amount(items),
        _ => None,
    })
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
