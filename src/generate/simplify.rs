use crate::{
    protocol::{Bounds, Protocol},
    sequence::{Action, ActionCall, Advance, Call, Fit, Instance, Live, Loan, Repeat, Sequence, Source, Spot, Step},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{B256, I256, U256};
use std::ops::Range;

/// One way to make a sequence simpler. Every edit lowers the number of actions, of actors or the size of a number, so
/// repeated edits end.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Drops steps; the time that they took is added to the step behind them, and where that may not take so much, to those
    /// behind it.
    Remove(Range<usize>, Bounds),
    /// Makes one transaction of the scripts of a step and of the one behind it: what needs fewer transactions is nearer to an attack
    /// that nobody can interrupt.
    Join(usize),
    /// Replaces a step.
    Replace(usize, Box<Step>),
}

impl Edit {
    /// The sequence with the edit made.
    pub fn apply(&self, sequence: &Sequence) -> Sequence {
        let mut steps = sequence.steps.clone();
        match self {
            Self::Remove(range, bounds) => {
                let range = range.start.min(steps.len())..range.end.min(steps.len());
                let mut passed = steps.drain(range.clone()).fold(Advance::default(), |sum, step| {
                    let advance = step.advance();
                    Advance {
                        blocks: sum.blocks.saturating_add(advance.blocks),
                        seconds: sum.seconds.saturating_add(advance.seconds),
                    }
                });
                for step in &mut steps[range.start..] {
                    let advance = step.advance_mut();
                    advance.blocks += take(&mut passed.blocks, bounds.blocks.saturating_sub(advance.blocks));
                    advance.seconds += take(&mut passed.seconds, bounds.seconds.saturating_sub(advance.seconds));
                }
            }
            Self::Join(index) => {
                if let Some(joined) = steps.get(*index..).and_then(joined) {
                    steps.splice(*index..index + 2, [joined]);
                }
            }
            Self::Replace(index, step) => {
                if let Some(place) = steps.get_mut(*index) {
                    place.clone_from(step);
                }
            }
        }
        Sequence { steps }
    }
}

/// One step of the first two, where both are scripts of one contract, after the time before both.
fn joined(steps: &[Step]) -> Option<Step> {
    let [Step::Attack(first), Step::Attack(second), ..] = steps else { return None };
    if (first.sender, first.contract) != (second.sender, second.contract) {
        return None;
    }
    let mut joined = first.clone();
    joined.actions.extend_from_slice(&second.actions);
    joined.advance.blocks = joined.advance.blocks.saturating_add(second.advance.blocks);
    joined.advance.seconds = joined.advance.seconds.saturating_add(second.advance.seconds);
    Some(Step::Attack(joined))
}

/// As much of `from` as there is room for.
fn take(from: &mut u64, room: u64) -> u64 {
    let taken = room.min(*from);
    *from -= taken;
    taken
}

/// All edits of a sequence, those that remove most first.
pub fn edits(sequence: &Sequence, protocol: &Protocol) -> Vec<Edit> {
    let length = sequence.steps.len();
    let mut edits = Vec::new();
    let mut size = length / 2;
    while size > 0 {
        // From the end: what comes late depends on what comes early.
        let mut end = length;
        while end > 0 {
            let start = end.saturating_sub(size);
            edits.push(Edit::Remove(start..end, protocol.campaign.bounds));
            end = start;
        }
        size /= 2;
    }
    edits.extend((0..length).filter(|index| joined(&sequence.steps[*index..]).is_some()).map(Edit::Join));
    for (index, step) in sequence.steps.iter().enumerate() {
        edits.extend(simpler_steps(step, protocol).into_iter().map(|step| Edit::Replace(index, Box::new(step))));
    }
    edits
}

fn simpler_steps(step: &Step, protocol: &Protocol) -> Vec<Step> {
    let mut simpler: Vec<Step> = simpler_advances(step.advance())
        .into_iter()
        .map(|advance| {
            let mut step = step.clone();
            *step.advance_mut() = advance;
            step
        })
        .collect();
    match step {
        Step::Call(call) => simpler.extend(simpler_calls(call, protocol).into_iter().map(Step::Call)),
        Step::Attack(attack) => {
            for actions in simpler_scripts(&attack.actions) {
                let mut attack = attack.clone();
                attack.actions = actions;
                simpler.push(Step::Attack(attack));
            }
        }
        Step::Market(_) => {}
    }
    simpler
}

fn simpler_advances(advance: Advance) -> Vec<Advance> {
    let mut simpler = Vec::new();
    let mut push = |candidate: Advance| {
        if candidate != advance && !simpler.contains(&candidate) {
            simpler.push(candidate);
        }
    };
    push(Advance::default());
    push(Advance { blocks: 0, ..advance });
    push(Advance { seconds: 0, ..advance });
    for seconds in simpler_integers(U256::from(advance.seconds)) {
        push(Advance { seconds: seconds.saturating_to(), ..advance });
    }
    for blocks in simpler_integers(U256::from(advance.blocks)) {
        push(Advance { blocks: blocks.saturating_to(), ..advance });
    }
    simpler
}

fn simpler_calls(call: &Call, protocol: &Protocol) -> Vec<Call> {
    let mut simpler = Vec::new();
    for value in simpler_integers(call.value) {
        simpler.push(Call { value, ..call.clone() });
    }
    // Fewer actors: an earlier actor instead of a later one.
    let senders = protocol.actors.iter().filter(|actor| actor.fuzz).map(|actor| actor.address);
    for sender in senders.take_while(|sender| *sender != call.sender) {
        simpler.push(Call { sender, ..call.clone() });
    }
    for arguments in simpler_lists(&call.arguments, false) {
        simpler.push(Call { arguments, ..call.clone() });
    }
    simpler.extend(earlier_instances(call.instance).map(|instance| Call { instance, ..call.clone() }));
    simpler
}

/// Contracts that were created before this one.
fn earlier_instances(instance: Option<Instance>) -> impl Iterator<Item = Option<Instance>> {
    let orders = 0..instance.map_or(0, |instance| instance.order);
    orders.map(|order| Some(Instance { order, address: None }))
}

fn simpler_scripts(actions: &[Action]) -> Vec<Vec<Action>> {
    let mut simpler = Vec::new();
    for (index, action) in actions.iter().enumerate() {
        let replace = |with: &[Action]| {
            let mut script = actions[..index].to_vec();
            script.extend_from_slice(with);
            script.extend_from_slice(&actions[index + 1..]);
            script
        };
        simpler.push(replace(&[]));
        // The same without borrowing, once, or what a callback does behind the call.
        let flat: Vec<_> = match action {
            Action::Call(call) => {
                let plain = Action::Call(ActionCall { callback: Vec::new(), ..call.clone() });
                std::iter::once(plain).chain(call.callback.iter().cloned()).collect()
            }
            Action::Loan(_) | Action::Repeat(_) => action.body().to_vec(),
        };
        if flat != [action.clone()] {
            simpler.push(replace(&flat));
        }
        let mut push = |changed: Action| simpler.push(replace(&[changed]));
        for body in simpler_scripts(action.body()) {
            let mut changed = action.clone();
            *changed.body_mut() = body;
            push(changed);
        }
        match action {
            Action::Loan(loan) => {
                for amount in simpler_integers(loan.amount) {
                    push(Action::Loan(Loan { amount, ..loan.clone() }));
                }
            }
            Action::Repeat(repeat) => {
                for times in simpler_integers(U256::from(repeat.times)) {
                    push(Action::Repeat(Repeat { times: times.saturating_to(), ..repeat.clone() }));
                }
            }
            Action::Call(call) => simpler_action_calls(call).into_iter().map(Action::Call).for_each(&mut push),
        }
    }
    simpler
}

fn simpler_action_calls(call: &ActionCall) -> Vec<ActionCall> {
    let mut simpler = Vec::new();
    for value in simpler_integers(call.value) {
        simpler.push(ActionCall { value, ..call.clone() });
    }
    for (index, live) in call.live.iter().enumerate() {
        // "All that I hold" is simpler than a share of it.
        let all = match live.source.clone() {
            Source::Balance { of, token, .. } => Source::Balance { of, token, bps: 10_000 },
            Source::View { target, data, .. } => Source::View { target, data, bps: 10_000, add: 0 },
            other => other,
        };
        let mut push = |live: Live| {
            let mut call = call.clone();
            call.live[index] = live;
            simpler.push(call);
        };
        if live.fit != Fit::Exact {
            push(Live { fit: Fit::Exact, ..live.clone() });
        }
        if all != live.source {
            push(Live { source: all, ..live.clone() });
        }
    }
    for (argument, value) in call.arguments.iter().enumerate() {
        let filled: Vec<_> = call.live.iter().map(|live| &live.spot).filter(|spot| spot.argument == argument).collect();
        let mut push = |value: DynSolValue| {
            let mut call = call.clone();
            call.arguments[argument] = value;
            simpler.push(call);
        };
        if !filled.is_empty() {
            zeroed(&call.arguments, &filled).map(|mut arguments| arguments.swap_remove(argument)).map(&mut push);
        }
        for value in simpler_values(value) {
            let mut arguments = call.arguments.clone();
            arguments[argument] = value;
            // Where a list is another one, what is filled would be something else.
            if filled.iter().all(|spot| spot.of(&arguments) == spot.of(&call.arguments)) {
                push(arguments.swap_remove(argument));
            }
        }
        if !filled.is_empty() {
            simpler.extend(shorter(call, argument));
        }
    }
    simpler.extend(earlier_instances(call.instance).map(|instance| ActionCall { instance, ..call.clone() }));
    simpler
}

/// Zero in place of what is filled: what it was drawn as does not matter. None where that is so.
fn zeroed(arguments: &[DynSolValue], filled: &[&Spot]) -> Option<Vec<DynSolValue>> {
    let mut zeroed = arguments.to_vec();
    for spot in filled {
        if let Some(DynSolValue::Uint(number, _)) = spot.of_mut(&mut zeroed) {
            *number = U256::ZERO;
        }
    }
    (zeroed != arguments).then_some(zeroed)
}

/// A call with one item less in an argument that is an array, where what is filled moves up behind it.
fn shorter(call: &ActionCall, argument: usize) -> Vec<ActionCall> {
    let DynSolValue::Array(items) = &call.arguments[argument] else { return Vec::new() };
    let without = |index: usize| {
        let (mut call, mut items) = (call.clone(), items.clone());
        items.remove(index);
        call.arguments[argument] = DynSolValue::Array(items);
        let is_within = |spot: &Spot| spot.argument == argument;
        call.live.retain(|live| !is_within(&live.spot) || live.spot.within.first() != Some(&index));
        for live in call.live.iter_mut().filter(|live| is_within(&live.spot)) {
            if let Some(at) = live.spot.within.first_mut().filter(|at| **at > index) {
                *at -= 1;
            }
        }
        call
    };
    (0..items.len()).map(without).collect()
}

/// Simpler values of the same type, simplest first; empty for the simplest.
pub fn simpler_values(value: &DynSolValue) -> Vec<DynSolValue> {
    match value {
        DynSolValue::Bool(true) => vec![DynSolValue::Bool(false)],
        DynSolValue::Uint(number, bits) => {
            simpler_integers(*number).into_iter().map(|number| DynSolValue::Uint(number, *bits)).collect()
        }
        DynSolValue::Int(number, bits) => {
            let mut simpler = Vec::new();
            if number.is_negative() && *number != I256::MIN {
                simpler.push(DynSolValue::Int(number.wrapping_neg(), *bits));
            }
            for magnitude in simpler_integers(number.unsigned_abs()) {
                let magnitude = I256::from_raw(magnitude);
                let number = if number.is_negative() { magnitude.wrapping_neg() } else { magnitude };
                simpler.push(DynSolValue::Int(number, *bits));
            }
            simpler
        }
        DynSolValue::FixedBytes(word, size) if *word != B256::ZERO => {
            vec![DynSolValue::FixedBytes(B256::ZERO, *size)]
        }
        DynSolValue::Bytes(bytes) => simpler_bytes(bytes).into_iter().map(DynSolValue::Bytes).collect(),
        DynSolValue::String(text) if !text.is_empty() => vec![DynSolValue::String(String::new())],
        DynSolValue::Array(items) => simpler_lists(items, true).into_iter().map(DynSolValue::Array).collect(),
        DynSolValue::FixedArray(items) => {
            simpler_lists(items, false).into_iter().map(DynSolValue::FixedArray).collect()
        }
        DynSolValue::Tuple(items) => simpler_lists(items, false).into_iter().map(DynSolValue::Tuple).collect(),
        _ => Vec::new(),
    }
}

fn simpler_bytes(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut simpler = Vec::new();
    if !bytes.is_empty() {
        simpler.push(Vec::new());
        if bytes.len() > 1 {
            simpler.push(bytes[..bytes.len() / 2].to_vec());
        }
        if bytes.iter().any(|byte| *byte != 0) {
            simpler.push(vec![0; bytes.len()]);
        }
    }
    simpler
}

/// Lists with one item dropped (where the length may change) or simplified.
fn simpler_lists(items: &[DynSolValue], shorter: bool) -> Vec<Vec<DynSolValue>> {
    let mut simpler = Vec::new();
    if shorter && !items.is_empty() {
        simpler.push(Vec::new());
        for index in 0..items.len() {
            let mut list = items.to_vec();
            list.remove(index);
            simpler.push(list);
        }
    }
    for (index, item) in items.iter().enumerate() {
        for value in simpler_values(item) {
            let mut list = items.to_vec();
            list[index] = value;
            simpler.push(list);
        }
    }
    simpler
}

/// Smaller numbers that are easier to read: zero, one, the number cut to one, two or three leading digits, and steps of
/// bisection towards zero.
fn simpler_integers(number: U256) -> Vec<U256> {
    let mut simpler = Vec::new();
    let mut push = |candidate: U256| {
        if candidate < number && !simpler.contains(&candidate) {
            simpler.push(candidate);
        }
    };
    push(U256::ZERO);
    push(U256::ONE);
    let mut power = U256::ONE;
    let ten = U256::from(10);
    while number / power >= ten {
        power *= ten;
    }
    push(power);
    for _ in 0..3 {
        push(number / power * power);
        power = (power / ten).max(U256::ONE);
    }
    for shift in [1_usize, 2, 4] {
        push(number - (number >> shift));
    }
    simpler
}
