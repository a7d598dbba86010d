//! Draws the actions of scripts: calls of kinds that are known to move tokens, in amounts of those tokens, calls that act on what was done
//! before, and any others.

use super::{
    Drawing,
    exchange::{Exchange, any},
};
use crate::{
    generate::{self, CaseRng, draw_fit},
    protocol::{Function, Protocol},
    sequence::{Action, ActionCall, Advance, Call, Fit, Live, Repeat, Source, Spot},
};
use alloy_dyn_abi::{DynSolType, DynSolValue, Specifier as _};
use alloy_primitives::Address;
use proptest::prelude::RngExt;
use std::collections::BTreeSet;

/// Rounds of a repetition that are tried first: few show that it pays, many that it pays more.
const TIMES: [u32; 6] = [2, 2, 2, 3, 4, 8];

/// One of this many calls is of a function that has never ended well, and that reads what a call before it wrote.
const UNTRIED_SHARE: u32 = 6;

pub(super) fn draw_times(rng: &mut CaseRng) -> u32 {
    TIMES[rng.random_range(0..TIMES.len())]
}

/// The way back of something that was done before.
pub(super) fn draw_closing(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<Action> {
    let Some(Action::Call(call)) = before.get(rng.random_range(0..before.len().max(1))) else { return None };
    if !drawing.parts.actions {
        return None;
    }
    drawing.exchanges.closing(call.function, rng).map(Action::Call)
}

/// One or two actions for when a call comes back: often the way back of what was done before it.
pub(super) fn draw_callback(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Vec<Action> {
    let closing = if rng.random_ratio(1, 3) { draw_closing(drawing, before, rng) } else { None };
    let mut body: Vec<_> = closing.into_iter().collect();
    while body.is_empty() || (body.len() < 2 && rng.random_ratio(1, 3)) {
        match draw_call(drawing, before, rng) {
            Some(call) => body.push(Action::Call(call)),
            None => break,
        }
    }
    body
}

/// An action behind others: a call, sometimes a repeated one.
pub(super) fn draw_action(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<Action> {
    let mut call = draw_call(drawing, before, rng)?;
    let calls_back = drawing.exchanges.calls_back(call.function);
    if drawing.parts.callbacks && rng.random_ratio(if calls_back { 8 } else { 1 }, 16) {
        call.callback = draw_callback(drawing, before, rng);
    }
    let call = Action::Call(call);
    if drawing.parts.links && rng.random_ratio(1, 16) {
        return Some(Action::Repeat(Repeat { times: draw_times(rng), body: vec![call] }));
    }
    Some(call)
}

/// A call: one of a kind that is known to move tokens, with amounts of those tokens, the more often the more functions do; else any,
/// often one that acts on what was done before.
pub(super) fn draw_call(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    if drawing.parts.actions {
        // Often what has never ended well: it may now.
        if drawing.parts.links && rng.random_ratio(1, UNTRIED_SHARE) {
            let untried =
                draw_successor(drawing, before, Some(&|function| !drawing.exchanges.has_succeeded(function)), rng);
            if untried.is_some() {
                return untried;
            }
        }
        let moving = drawing.exchanges.moving();
        let all = drawing.attacker.palette.functions().count().max(moving).max(1);
        let known = match rng.random_range(0..4 * all) {
            // A quarter, and of the others as many as move tokens.
            drawn if drawn < all + 3 * moving => draw_exchange(drawing, before, rng),
            drawn if drawing.parts.links && drawn % 2 == 0 => draw_successor(drawing, before, None, rng),
            _ => None,
        };
        if known.is_some() {
            return known;
        }
    }
    let mut function = drawing.attacker.palette.draw_function(rng)?;
    for _ in 0..4 {
        if !is_approval(&drawing.protocol.functions[function]) {
            break;
        }
        function = drawing.attacker.palette.draw_function(rng)?;
    }
    let mut call = draw_of(drawing, function, rng);
    if !drawing.parts.actions {
        call.live.clear();
        let inputs = drawing.protocol.functions[function].inputs.iter();
        call.arguments = inputs.map(|kind| drawing.attacker.draw_value(kind, rng)).collect();
        return Some(call);
    }
    plumb(drawing, &mut call, before, rng);
    Some(call)
}

/// A call of a function. What has never ended well may be too much: now and then it is as much as succeeds.
fn draw_of(drawing: &Drawing<'_>, function: usize, rng: &mut CaseRng) -> ActionCall {
    let mut call = drawing.attacker.draw_action(drawing.protocol, function, rng);
    if drawing.parts.links && !drawing.exchanges.has_succeeded(function) && rng.random_ratio(1, 4) {
        let fitted = rng.random_range(0..call.live.len().max(1));
        for (index, live) in call.live.iter_mut().enumerate() {
            live.fit = if index == fitted { Fit::Most } else { Fit::Exact };
        }
    }
    call
}

/// Exchanges one argument of a call that is no amount: who is meant, or which thing.
pub(super) fn vary_argument(drawing: &Drawing<'_>, call: &mut ActionCall, rng: &mut CaseRng) {
    let function = &drawing.protocol.functions[call.function];
    let mut others: Vec<_> = (0..call.arguments.len()).collect();
    others.retain(|argument| {
        let is_amount = matches!(call.arguments[*argument], DynSolValue::Uint(_, 96..));
        !is_amount && call.live.iter().all(|live| live.spot.argument != *argument)
    });
    if let Some(&argument) = others.get(rng.random_range(0..others.len().max(1))) {
        call.arguments[argument] = drawing.attacker.draw_argument(function, argument, rng);
    }
}

/// Whether a function approves spenders. The attacker's contract has approved everybody already.
pub(super) fn is_approval(function: &Function) -> bool {
    function.abi.name == "approve"
}

/// Where the contract of a function is.
pub(super) fn callee(protocol: &Protocol, function: usize) -> Address {
    protocol.contracts[protocol.functions[function].contract].address
}

/// Whether an exchange is a plain transfer of a token.
pub(super) fn is_gift(protocol: &Protocol, exchange: &Exchange) -> bool {
    exchange.is_gift(callee(protocol, exchange.call.function))
}

/// A call of a kind that is known to move tokens, rarely one that gives them away: then to some contract, for who is given matters more
/// than who was given first.
fn draw_exchange(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    let (protocol, exchanges) = (drawing.protocol, drawing.exchanges);
    // Often one that takes what an action before it gave.
    let held = if rng.random() { exchanges.held(before) } else { BTreeSet::new() };
    let draw = |rng: &mut CaseRng| {
        let following = if held.is_empty() { None } else { exchanges.draw_that(&|known| known.takes_any(&held), rng) };
        following.or_else(|| exchanges.draw(rng))
    };
    let mut exchange = draw(rng)?;
    if is_gift(protocol, exchange) && rng.random_ratio(7, 8) {
        exchange = draw(rng)?;
    }
    let mut call = exchange.call(&mut any(rng));
    if is_gift(protocol, exchange)
        && let Some(contract) = drawing.attacker.palette.draw_contract(rng)
    {
        exchange.redirect(&mut call, contract);
    }
    if rng.random_ratio(1, 10) {
        vary_source(drawing, &mut call, before, rng);
    }
    if rng.random_ratio(1, 16) {
        for_others(drawing, &mut call, rng);
    }
    if rng.random_ratio(1, 8) {
        vary_argument(drawing, &mut call, rng);
    }
    if rng.random_ratio(1, 16) {
        to_itself(drawing, &mut call, rng);
    }
    Some(call)
}

/// Names one thing in the place of all of its kind that a call names: what is exchanged for itself may be read before it is written.
fn to_itself(drawing: &Drawing<'_>, call: &mut ActionCall, rng: &mut CaseRng) {
    let mut named = Vec::new();
    visit_addresses(&mut call.arguments, &mut |address| named.push(*address));
    let Some(&one) = named.get(rng.random_range(0..named.len().max(1))) else { return };
    visit_addresses(&mut call.arguments, &mut |address| {
        if drawing.attacker.palette.are_alike(one, *address) {
            *address = one;
        }
    });
}

/// Puts other actors where a call names accounts: who is brought in, paid for or liquidated.
pub(super) fn for_others(drawing: &Drawing<'_>, call: &mut ActionCall, rng: &mut CaseRng) {
    let protocol = drawing.protocol;
    visit_addresses(&mut call.arguments, &mut |named| {
        let is_actor = protocol.actors.iter().any(|actor| actor.address == *named);
        if is_actor || Some(*named) == protocol.attacker_contract {
            *named = drawing.attacker.palette.draw_other(rng).unwrap_or(*named);
        }
    });
}

/// Shows every address among some values to `see`, those within arrays and structs too.
pub(super) fn visit_addresses(values: &mut [DynSolValue], see: &mut dyn FnMut(&mut Address)) {
    for value in values {
        match value {
            DynSolValue::Address(address) => see(address),
            DynSolValue::Array(items) | DynSolValue::FixedArray(items) | DynSolValue::Tuple(items) => {
                visit_addresses(items, see);
            }
            _ => {}
        }
    }
}

/// A call that reads what an action before it wrote, with its keys; of a function that is `wanted`, if anything is.
fn draw_successor(
    drawing: &Drawing<'_>,
    before: &[Action],
    wanted: Option<&dyn Fn(usize) -> bool>,
    rng: &mut CaseRng,
) -> Option<ActionCall> {
    let (generator, protocol) = (&drawing.attacker, drawing.protocol);
    let Some(Action::Call(last)) = before.get(rng.random_range(0..before.len().max(1))) else { return None };
    let direct = |call: &ActionCall| Call {
        sender: protocol.attacker_contract.unwrap_or_default(),
        function: call.function,
        instance: call.instance,
        arguments: call.arguments.clone(),
        live: Vec::new(),
        value: call.value,
        advance: Advance::default(),
    };
    let following = match wanted {
        Some(wanted) => generator.flow?.successor_that(&direct(last), wanted, rng)?,
        None => generator.flow?.successor(&direct(last), rng)?,
    };
    if !generator.palette.offers(following.function) || is_approval(&protocol.functions[following.function]) {
        return None;
    }
    let mut call = draw_of(drawing, following.function, rng);
    plumb(drawing, &mut call, before, rng);
    let mut keyed = direct(&call);
    generator.put_keys(&following, &mut keyed, rng);
    let is_as_drawn = |live: &Live| live.spot.of(&keyed.arguments) == live.spot.of(&call.arguments);
    call.live.retain(is_as_drawn);
    call.arguments = keyed.arguments;
    Some(call)
}

/// Passes on what earlier actions returned: ids, mostly of the same contract.
pub(super) fn plumb(drawing: &Drawing<'_>, call: &mut ActionCall, before: &[Action], rng: &mut CaseRng) {
    if !drawing.parts.links {
        return;
    }
    let protocol = drawing.protocol;
    let called = &protocol.functions[call.function];
    for (argument, kind) in called.inputs.iter().enumerate() {
        let is_id = called.abi.inputs.get(argument).is_some_and(|input| generate::is_id(&input.name));
        if is_id
            && rng.random_ratio(1, 3)
            && let Some((value, live)) = draw_same_id(protocol, called, argument, before, rng)
        {
            call.live.retain(|live| live.spot.argument != argument);
            call.live.extend(live.map(|source| Live::new(argument, source)));
            call.arguments[argument] = value;
            continue;
        }
        if matches!(kind, DynSolType::Uint(32..) | DynSolType::FixedBytes(32))
            && rng.random_ratio(if is_id { 4 } else { 1 }, 5)
            && let Some(function) = draw_result(protocol, called.contract, before, rng)
        {
            call.live.retain(|live| live.spot.argument != argument);
            call.live.push(Live::new(argument, Source::Result { function }));
        }
    }
}

/// What an earlier call of the same contract knew its thing by: who votes for a proposal executes that one.
fn draw_same_id(
    protocol: &Protocol,
    called: &Function,
    argument: usize,
    before: &[Action],
    rng: &mut CaseRng,
) -> Option<(DynSolValue, Option<Source>)> {
    let named = |action: &Action| {
        let Action::Call(call) = action else { return None };
        let function = &protocol.functions[call.function];
        let mut inputs = function.abi.inputs.iter().zip(&function.inputs);
        let at = inputs.position(|(input, kind)| generate::is_id(&input.name) && *kind == called.inputs[argument])?;
        let live = call.live.iter().find(|live| live.spot.argument == at).map(|live| live.source.clone());
        (function.contract == called.contract).then(|| (call.arguments[at].clone(), live))
    };
    let all: Vec<_> = before.iter().filter_map(named).collect();
    all.get(rng.random_range(0..all.len().max(1))).cloned()
}

/// Whether the first word that a function returns is a number or a hash, rather than a success.
fn returns_number(function: &Function) -> bool {
    let first = function.abi.outputs.first().and_then(|output| output.resolve().ok());
    matches!(first, Some(DynSolType::Uint(32..) | DynSolType::FixedBytes(32)))
}

/// A function that was called before and returned something.
fn draw_result(protocol: &Protocol, contract: usize, before: &[Action], rng: &mut CaseRng) -> Option<usize> {
    let returning = before.iter().filter_map(|action| match action {
        Action::Call(call) => Some(call.function).filter(|index| returns_number(&protocol.functions[*index])),
        Action::Loan(_) | Action::Repeat(_) => None,
    });
    let all: Vec<_> = returning.collect();
    let own: Vec<_> = all.iter().copied().filter(|index| protocol.functions[*index].contract == contract).collect();
    let among = if !own.is_empty() && rng.random_ratio(3, 4) { own } else { all };
    among.get(rng.random_range(0..among.len().max(1))).copied()
}

/// An action that opens a script around a role, and often the one that closes it: the way back of all that the opening gave.
pub(super) fn draw_opening(drawing: &Drawing<'_>, role: &str, rng: &mut CaseRng) -> Option<(Action, Option<Action>)> {
    let protocol = drawing.protocol;
    let plays = |index: usize| {
        let contract = protocol.functions[index].contract;
        protocol.with_role(role).any(|binding| binding.contract == contract)
    };
    let is_trade = |exchange: &Exchange| exchange.is_trade() && plays(exchange.call.function);
    if drawing.parts.actions
        && rng.random_ratio(3, 4)
        && let Some(exchange) = drawing.exchanges.draw_that(&is_trade, rng)
    {
        let call = exchange.call(&mut any(rng));
        let back = if rng.random_ratio(2, 3) { drawing.exchanges.undo(exchange, rng) } else { None };
        return Some((Action::Call(call), back.map(Action::Call)));
    }
    let functions: Vec<_> = drawing.attacker.palette.functions().filter(|index| plays(*index)).collect();
    if functions.is_empty() {
        return None;
    }
    let mut draw = || {
        let function = functions[rng.random_range(0..functions.len())];
        Action::Call(drawing.attacker.draw_action(protocol, function, rng))
    };
    Some((draw(), Some(draw())))
}

/// Fills one amount of a call from elsewhere, or with a number.
pub(super) fn vary_source(drawing: &Drawing<'_>, call: &mut ActionCall, before: &[Action], rng: &mut CaseRng) {
    if !drawing.parts.actions || !drawing.parts.links {
        return;
    }
    let function = &drawing.protocol.functions[call.function];
    let mut spots = Spot::all(&call.arguments);
    spots.retain(|spot| matches!(spot.of(&call.arguments), Some(DynSolValue::Uint(_, 64..))));
    let Some(spot) = spots.get(rng.random_range(0..spots.len().max(1))).cloned() else { return };
    let result = draw_result(drawing.protocol, function.contract, before, rng).filter(|_| rng.random_ratio(1, 3));
    let source = match result {
        Some(function) => Some(Source::Result { function }),
        None => drawing.attacker.draw_source(function.contract, &call.arguments, rng),
    };
    call.live.retain(|live| live.spot != spot);
    call.live.extend(source.map(|source| Live { spot, source, fit: draw_fit(rng) }));
}
