//! Typed holes of scripts: what an action is for, drawn from what calls were seen to take, to give and to call back.

use super::{
    Drawing,
    action::{callee, draw_action, draw_call, for_others, is_approval, is_gift, plumb},
    exchange::{Exchange, Exchanges, all, any},
    file::{Amount, Hole, Verb, What},
};
use crate::{
    generate::{CaseRng, draw_bps},
    protocol::TRANSFER_CALL,
    sequence::{Action, ActionCall, Fit, Holder, Live, Repeat, Source},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, U256};
use proptest::prelude::RngExt;
use std::collections::BTreeMap;

/// Fills `holes` one after the other behind the actions of `script`.
pub(super) fn fill(holes: &[Hole], drawing: &Drawing<'_>, script: &mut Vec<Action>, rng: &mut CaseRng) {
    let mut results = BTreeMap::new();
    for hole in holes {
        for _ in 0..rng.random_range(hole.count[0]..=hole.count[1]) {
            let action = draw(hole, drawing, (script, &results), rng);
            if let (What::Call(named), Some(Action::Call(call))) = (&hole.what, &action)
                && let Some(name) = named.result_name()
            {
                results.insert(name, call.function);
            }
            script.extend(action);
        }
    }
}

/// Actions before another one, and the functions of those of them whose results have names.
type Before<'a> = (&'a [Action], &'a BTreeMap<&'a str, usize>);

/// An action for a hole; where nothing is known that fits, any one of what it names.
fn draw(hole: &Hole, drawing: &Drawing<'_>, (before, results): Before<'_>, rng: &mut CaseRng) -> Option<Action> {
    if !drawing.parts.actions {
        return draw_action(drawing, before, rng);
    }
    let fitting = match hole.what {
        What::Call(_) | What::For(Verb::Any) => None,
        What::For(Verb::Pay) => pay(hole, drawing, before, rng),
        What::For(Verb::Take) => take(hole, drawing, before, rng),
        What::For(Verb::Donate) => donate(hole, drawing, before, rng),
        What::For(Verb::Poke) => poke(hole, drawing, before, rng),
        What::For(Verb::Reenter) => reenter(hole, drawing, before, rng),
    };
    let fitting = fitting.or_else(|| meant(hole, drawing, (before, results), rng));
    let fitting = fitting.map(|call| match hole.amount {
        // A few times the least is little, too, and rounds differently.
        Amount::Least if drawing.parts.links && rng.random_ratio(1, 3) => {
            Action::Repeat(Repeat { times: rng.random_range(2..=3), body: vec![Action::Call(call)] })
        }
        _ => Action::Call(call),
    });
    fitting.or_else(|| draw_action(drawing, before, rng))
}

/// A call of a function that the hole names, mostly as one that is known to move tokens, with what the file says in its place.
fn meant(hole: &Hole, drawing: &Drawing<'_>, (before, results): Before<'_>, rng: &mut CaseRng) -> Option<ActionCall> {
    let choice = hole.bound.draw(rng)?;
    let is_meant = |exchange: &Exchange| exchange.call.function == choice.function;
    let known = if rng.random_ratio(3, 4) { drawing.exchanges.draw_that(&is_meant, rng) } else { None };
    let mut call = if let Some(exchange) = known {
        call(exchange, hole.amount, rng)
    } else {
        let mut call = drawing.attacker.draw_action(drawing.protocol, choice.function, rng);
        plumb(drawing, &mut call, before, rng);
        // What nobody knows to move tokens may have bounds all the same.
        let fit = match hole.amount {
            Amount::Least => Fit::Least,
            Amount::Most => Fit::Most,
            Amount::Any => Fit::Exact,
        };
        let is_bounded = |live: &&mut Live| matches!(live.source, Source::Balance { .. } | Source::View { .. });
        if fit != Fit::Exact {
            call.live.iter_mut().filter(is_bounded).for_each(|live| live.fit = fit);
        }
        call
    };
    choice.fill(&mut call, results, rng);
    if drawing.parts.callbacks && !hole.body.is_empty() {
        call.callback = body(hole, drawing, before, rng);
    }
    Some(call)
}

/// What is done when a call comes back.
fn body(hole: &Hole, drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Vec<Action> {
    let mut script = before.to_vec();
    fill(&hole.body, drawing, &mut script, rng);
    script.split_off(before.len())
}

/// A call that takes tokens, often some that an action before it gave.
fn pay(hole: &Hole, drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    let held = drawing.exchanges.held(before);
    let is_payment = |exchange: &Exchange| {
        exchange.pays() && !is_gift(drawing.protocol, exchange) && hole.bound.allows(exchange.call.function)
    };
    let is_next = |exchange: &Exchange| is_payment(exchange) && exchange.takes_any(&held);
    draw_one_of([&is_next, &is_payment], drawing, rng).map(|exchange| call(exchange, hole.amount, rng))
}

/// A call that gives tokens, often of a contract that was called before.
fn take(hole: &Hole, drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    let called = called(drawing, before);
    let gives = |exchange: &Exchange| exchange.given().next().is_some() && hole.bound.allows(exchange.call.function);
    let is_next =
        |exchange: &Exchange| gives(exchange) && called.contains(&callee(drawing.protocol, exchange.call.function));
    draw_one_of([&is_next, &gives], drawing, rng).map(|exchange| call(exchange, hole.amount, rng))
}

/// An exchange of the first kind half of the time, else of the second one.
fn draw_one_of<'a>(
    kinds: [&dyn Fn(&Exchange) -> bool; 2],
    drawing: &Drawing<'a>,
    rng: &mut CaseRng,
) -> Option<&'a Exchange> {
    let exchanges: &'a Exchanges = drawing.exchanges;
    let first = if rng.random() { exchanges.draw_that(kinds[0], rng) } else { None };
    first.or_else(|| exchanges.draw_that(kinds[1], rng))
}

fn call(exchange: &Exchange, amount: Amount, rng: &mut CaseRng) -> ActionCall {
    match amount {
        Amount::Least => {
            let bps = draw_bps(rng);
            exchange.call(&mut |of| match of {
                Holder::Caller => (10_000, Fit::Least),
                Holder::Callee => (bps, Fit::Most),
            })
        }
        Amount::Most if rng.random_ratio(3, 4) => exchange.call(&mut all),
        Amount::Most | Amount::Any => exchange.call(&mut any(rng)),
    }
}

/// Contracts that a script calls.
fn called(drawing: &Drawing<'_>, script: &[Action]) -> Vec<Address> {
    let mut called = Vec::new();
    Action::visit(script, &mut |call| called.push(callee(drawing.protocol, call.function)));
    called
}

/// A plain transfer of a token, mostly of one that the contract which gets it was seen to take before.
fn donate(hole: &Hole, drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    let exchanges = drawing.exchanges;
    let mut places = Vec::new();
    Action::visit(before, &mut |call| {
        let receiver = callee(drawing.protocol, call.function);
        places.extend(exchanges.draw_taken(call.function, receiver, rng).map(|token| (token, receiver)));
    });
    let named = hole.bound.contracts(&drawing.protocol.functions);
    let mut named: Vec<_> = named.into_iter().map(|index| drawing.protocol.contracts[index].address).collect();
    if !named.is_empty() {
        places.retain(|(_, receiver)| named.contains(receiver));
    }
    let place = places.get(rng.random_range(0..places.len().max(1))).copied().filter(|_| rng.random_ratio(3, 4));
    if let Some((token, receiver)) = place {
        return gift(drawing, token, receiver, rng);
    }
    let exchange = exchanges.draw_that(&|exchange| is_gift(drawing.protocol, exchange), rng)?;
    let mut call = exchange.call(&mut any(rng));
    let receiver = if named.is_empty() {
        drawing.attacker.palette.draw_contract(rng)?
    } else {
        named.swap_remove(rng.random_range(0..named.len()))
    };
    exchange.redirect(&mut call, receiver);
    Some(call)
}

/// A plain transfer of a share of what the attacker's contract holds of a token.
fn gift(drawing: &Drawing<'_>, token: Address, receiver: Address, rng: &mut CaseRng) -> Option<ActionCall> {
    let is_transfer = |function: &usize| {
        callee(drawing.protocol, *function) == token
            && drawing.protocol.functions[*function].abi.selector() == TRANSFER_CALL
    };
    let function = drawing.attacker.palette.functions().find(is_transfer)?;
    let (bps, fit) = any(rng)(Holder::Caller);
    let source = Source::Balance { of: Holder::Caller, token: Some(token), bps };
    Some(ActionCall {
        function,
        instance: None,
        arguments: vec![DynSolValue::Address(receiver), DynSolValue::Uint(U256::ZERO, 256)],
        live: vec![Live { spot: 1.into(), source, fit }],
        value: U256::ZERO,
        callback: Vec::new(),
    })
}

/// A call that is for others: of a function that names an account, or that is not known to move anything of the attacker's.
fn poke(hole: &Hole, drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    let functions = &drawing.protocol.functions;
    let names = |function: usize| functions[function].inputs.contains(&DynSolType::Address);
    let is_for_others = |function: &usize| {
        hole.bound.allows(*function)
            && !is_approval(&functions[*function])
            && (names(*function) || !drawing.exchanges.moves(*function))
    };
    // What keepers call mostly asks for nothing, or for an account.
    let asks_little = match rng.random_range(0..3_u32) {
        0 => |inputs: &[DynSolType]| inputs.is_empty(),
        1 => |inputs: &[DynSolType]| inputs.iter().all(|input| *input == DynSolType::Address),
        _ => |_: &[DynSolType]| true,
    };
    let mut fitting: Vec<_> = drawing.attacker.palette.functions().filter(is_for_others).collect();
    if fitting.iter().any(|function| asks_little(&functions[*function].inputs)) {
        fitting.retain(|function| asks_little(&functions[*function].inputs));
    }
    let function = *fitting.get(rng.random_range(0..fitting.len().max(1)))?;
    let mut call = drawing.attacker.draw_action(drawing.protocol, function, rng);
    plumb(drawing, &mut call, before, rng);
    if rng.random_ratio(3, 4) {
        for_others(drawing, &mut call, rng);
    }
    Some(call)
}

/// A call that is known to call back, with what is done then.
fn reenter(hole: &Hole, drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    let exchanges = drawing.exchanges;
    let allows = |function: usize| hole.bound.allows(function);
    let known = |exchange: &Exchange| exchanges.calls_back(exchange.call.function) && allows(exchange.call.function);
    let mut call = match exchanges.draw_that(&known, rng) {
        Some(exchange) => exchange.call(&mut any(rng)),
        // Who does not know yet what calls back finds out.
        None => draw_call(drawing, before, rng).filter(|call| allows(call.function))?,
    };
    if drawing.parts.callbacks {
        call.callback = body(hole, drawing, before, rng);
    }
    Some(call)
}
