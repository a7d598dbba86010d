//! Typed holes of scripts: what an action is for, drawn from what calls were seen to take, to give and to call back.

use super::{
    Drawing,
    action::{draw_action, draw_call, for_others, plumb},
    data::{Amount, Hole, Verb},
    exchange::{Exchange, all, any},
};
use crate::{
    generate::CaseRng,
    sequence::{Action, ActionCall, Fit, Holder},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::Address;
use proptest::prelude::RngExt;

/// Fills `holes` one after the other behind the actions of `script`.
pub(super) fn fill(holes: &[Hole], drawing: &Drawing<'_>, script: &mut Vec<Action>, rng: &mut CaseRng) {
    for hole in holes {
        for _ in 0..rng.random_range(hole.count[0]..=hole.count[1]) {
            script.extend(draw(hole, drawing, script, rng));
        }
    }
}

/// An action for a hole; any one where nothing is known that fits.
fn draw(hole: &Hole, drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<Action> {
    if !drawing.parts.actions {
        return draw_action(drawing, before, rng);
    }
    let fitting = match hole.verb {
        Verb::Any => None,
        Verb::Pay => trade(drawing, hole.amount, &|exchange| exchange.pays() && !is_gift(drawing, exchange), rng),
        Verb::Take => trade(drawing, hole.amount, &|exchange| exchange.given().next().is_some(), rng),
        Verb::Donate => donate(drawing, before, rng),
        Verb::Poke => poke(drawing, before, rng),
        Verb::Reenter => reenter(hole, drawing, before, rng),
    };
    fitting.map(Action::Call).or_else(|| draw_action(drawing, before, rng))
}

fn callee(drawing: &Drawing<'_>, function: usize) -> Address {
    let protocol = drawing.protocol;
    protocol.contracts[protocol.functions[function].contract].address
}

fn is_gift(drawing: &Drawing<'_>, exchange: &Exchange) -> bool {
    exchange.is_gift(callee(drawing, exchange.call.function))
}

/// An exchange that is `wanted`.
fn trade(
    drawing: &Drawing<'_>,
    amount: Amount,
    wanted: &dyn Fn(&Exchange) -> bool,
    rng: &mut CaseRng,
) -> Option<ActionCall> {
    let exchange = drawing.exchanges.draw_that(wanted, rng)?;
    Some(match amount {
        Amount::Least => {
            let bps = any(rng)(Holder::Callee).0;
            exchange.call(&mut |of| match of {
                Holder::Caller => (10_000, Fit::Least),
                Holder::Callee => (bps, Fit::Most),
            })
        }
        Amount::Most if rng.random_ratio(3, 4) => exchange.call(&mut all),
        Amount::Most | Amount::Any => exchange.call(&mut any(rng)),
    })
}

/// A plain transfer of a token, mostly to a contract that was called before.
fn donate(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    let mut call = drawing.exchanges.draw_that(&|exchange| is_gift(drawing, exchange), rng)?.call(&mut any(rng));
    let called = |action: &Action| match action {
        Action::Call(call) => Some(callee(drawing, call.function)),
        Action::Loan(_) | Action::Repeat(_) => None,
    };
    let called: Vec<_> = before.iter().filter_map(called).collect();
    let known = called.get(rng.random_range(0..called.len().max(1))).copied();
    let to = match known {
        Some(known) if rng.random_ratio(3, 4) => known,
        _ => drawing.attacker.palette.draw_contract(rng)?,
    };
    let given = call.arguments.iter_mut().find(|argument| matches!(argument, DynSolValue::Address(_)));
    *given? = DynSolValue::Address(to);
    Some(call)
}

/// A call that is for others: of a function that names an account, or that is not known to move anything of the attacker's.
fn poke(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    let functions = &drawing.protocol.functions;
    let names = |function: usize| functions[function].inputs.contains(&DynSolType::Address);
    let is_for_others = |function: &usize| {
        functions[*function].abi.name != "approve" && (names(*function) || !drawing.exchanges.moves(*function))
    };
    let fitting: Vec<_> = drawing.attacker.palette.functions().filter(is_for_others).collect();
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
    let known = |exchange: &Exchange| exchanges.calls_back(exchange.call.function);
    let mut call = match exchanges.draw_that(&known, rng) {
        Some(exchange) => exchange.call(&mut any(rng)),
        // Who does not know yet what calls back finds out.
        None => draw_call(drawing, before, rng)?,
    };
    if drawing.parts.callbacks {
        let mut script = before.to_vec();
        fill(&hole.body, drawing, &mut script, rng);
        call.callback = script.split_off(before.len());
    }
    Some(call)
}
