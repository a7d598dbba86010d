//! Makes scripts that pay larger: what they do once more, to somebody or something else or with other arguments, one more entry in the lists of a
//! call, all that is held in place of an amount, a loan around it all.

use super::{
    Drawing,
    action::{plumb, visit_addresses},
    exchange::all,
    file::Loan,
    skeleton::with_loan,
    vary::{Calling, each, vary_script},
};
use crate::{
    generate::CaseRng,
    sequence::{Action, ActionCall, Fit, Live, Sequence, Source, Spot, Step, payload_words},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, U256};
use proptest::prelude::RngExt;
use std::{collections::BTreeSet, iter, ops::Range};

/// Actions of a grown sequence, at most.
pub(super) const MAX_GROWN: usize = 24;
/// Entries of a list, at most.
const MAX_ENTRIES: usize = 64;
/// Entries of which each is copied alone, at most.
const MAX_COPIED: usize = 8;

/// Neighbours that are done once more together, at most.
const MAX_SPAN: usize = 4;
/// How often an amount is halved, at most.
const MOST_HALVINGS: usize = 10;
/// Numbers from here on are amounts rather than the numbers of things.
pub(super) const SMALL: u64 = 256;

/// A larger variation of an attack; none where there is nothing to enlarge, or too much already.
pub fn grow(drawing: &Drawing<'_>, sequence: &Sequence, rng: &mut CaseRng) -> Option<Sequence> {
    let mut grown = sequence.clone();
    for _ in 0..rng.random_range(1..=3_u32) {
        if rng.random_ratio(1, 8) {
            let span = span(grown.steps.len(), rng)?;
            let copies = other(drawing, &grown.steps[span.clone()], rng);
            let place = if rng.random() { span.end } else { grown.steps.len() };
            grown.steps.splice(place..place, copies);
            continue;
        }
        let attacks = grown.steps.iter_mut().filter_map(|step| match step {
            Step::Attack(attack) => Some(&mut attack.actions),
            Step::Call(_) | Step::Market(_) => None,
        });
        let mut attacks: Vec<_> = attacks.collect();
        let at = rng.random_range(0..attacks.len().max(1));
        grow_script(drawing, attacks.get_mut(at)?, rng);
    }
    (grown.size() <= MAX_GROWN && grown != *sequence).then_some(grown)
}

fn grow_script(drawing: &Drawing<'_>, actions: &mut Vec<Action>, rng: &mut CaseRng) {
    match rng.random_range(0..12_u32) {
        0..5 => at_any_call(actions, rng, &mut |list, at, rng| {
            let span = at..rng.random_range(at + 1..=list.len().min(at + MAX_SPAN));
            let copies = other(drawing, &list[span.clone()], rng);
            let place = if rng.random() { span.end } else { list.len() };
            list.splice(place..place, copies);
        }),
        5 => at_any_call(actions, rng, &mut |list, at, rng| {
            let Action::Call(call) = &list[at] else { return };
            let mut again = drawing.attacker.draw_action(drawing.protocol, call.function, rng);
            match drawing.attacker.rehearse(&drawing.protocol.functions[call.function], rng) {
                Some(arguments) => (again.arguments, again.live) = (arguments, Vec::new()),
                None => plumb(drawing, &mut again, &list[..at], rng),
            }
            list.insert(at + 1, Action::Call(again));
        }),
        6 => at_any_call(actions, rng, &mut |list, at, rng| {
            if let Action::Call(call) = &mut list[at] {
                lengthen(drawing, call, rng);
            }
        }),
        7 => at_any_call(actions, rng, &mut |list, at, rng| {
            let Action::Call(call) = &mut list[at] else { return };
            let same = drawing.exchanges.draw_that(&|known| known.call.function == call.function, rng);
            if let Some(known) = same.filter(|_| drawing.parts.actions) {
                *call = ActionCall { callback: std::mem::take(&mut call.callback), ..known.call(&mut all) };
            }
        }),
        8 if !actions.iter().any(|action| matches!(action, Action::Loan(_))) => {
            let body = std::mem::take(actions);
            *actions = with_loan(drawing, Loan::Always, body, rng);
        }
        _ => vary_script(drawing, actions, rng),
    }
}

/// Some neighbours of a list.
fn span(length: usize, rng: &mut CaseRng) -> Option<Range<usize>> {
    let start = rng.random_range(0..length.max(1));
    (length > 0).then(|| start..rng.random_range(start + 1..=length.min(start + MAX_SPAN)))
}

/// What is done, of somebody or something else: a few times one account, token or number in the place of another one.
fn other<T: Calling>(drawing: &Drawing<'_>, done: &[T], rng: &mut CaseRng) -> Vec<T> {
    let mut copies = done.to_vec();
    for _ in 0..rng.random_range(0..=3_u32) {
        let mut named = BTreeSet::new();
        each(&mut copies, &mut |_, arguments, live| {
            visit_named(arguments, &mut |address| named.extend([*address]));
            named.extend(live.iter().filter_map(|live| match &live.source {
                Source::Balance { token, .. } => *token,
                Source::View { target, .. } => Some(*target),
                Source::Result { .. } | Source::Step { .. } => None,
            }));
        });
        let from = named.iter().nth(rng.random_range(0..named.len().max(1))).copied();
        let of_its_kind = from.and_then(|from| Some((from, drawing.attacker.palette.draw_alike(from, rng)?)));
        match of_its_kind {
            Some((from, to)) if rng.random_ratio(2, 3) => {
                let to = |address| if address == from { to } else { address };
                each(&mut copies, &mut |_, arguments, live| {
                    visit_named(arguments, &mut |address| *address = to(*address));
                    for live in live {
                        swap_source(&mut live.source, &to);
                    }
                });
            }
            _ => {
                let mut left = rng.random_range(0..8_usize);
                each(&mut copies, &mut |_, arguments, live| renumber(arguments, live, &mut left, rng));
            }
        }
    }
    copies
}

/// Shows every address that some values name to `see`: those within arrays and structs too, and those within the data of calls.
pub(super) fn visit_named(values: &mut [DynSolValue], see: &mut dyn FnMut(&mut Address)) {
    visit_addresses(values, see);
    for spot in Spot::all(values) {
        let Some(DynSolValue::Bytes(data)) = spot.of_mut(values) else { continue };
        for mut word in payload_words(data) {
            if let Some(mut address) = word.address() {
                see(&mut address);
                word.set_address(address);
            }
        }
    }
}

/// Puts addresses in the place of others in what fills an argument.
pub(super) fn swap_source(source: &mut Source, to: &dyn Fn(Address) -> Address) {
    match source {
        Source::Balance { token: Some(token), .. } => *token = to(*token),
        Source::View { target, data, .. } => {
            *target = to(*target);
            let mut swapped = data.to_vec();
            for mut word in payload_words(&mut swapped) {
                if let Some(address) = word.address() {
                    word.set_address(to(address));
                }
            }
            *data = swapped.into();
        }
        Source::Balance { token: None, .. } | Source::Result { .. } | Source::Step { .. } => {}
    }
}

/// Changes the number that `left` others come before: a small one to a neighbour, an amount to a part of it, a share of something to
/// the most of it that succeeds.
fn renumber(arguments: &mut [DynSolValue], live: &mut [Live], left: &mut usize, rng: &mut CaseRng) {
    for spot in Spot::all(arguments) {
        if let Some(live) = live.iter_mut().find(|live| live.spot == spot) {
            if *left == 0 {
                live.fit = Fit::Most;
            }
        } else if let Some(DynSolValue::Uint(number, bits)) = spot.of_mut(arguments) {
            if *left == 0 && *number >= U256::from(SMALL) {
                *number >>= rng.random_range(1..=MOST_HALVINGS);
            } else if *left == 0 {
                let next = U256::from(rng.random_range(0..4_u32));
                let next = if next == *number { next + U256::ONE } else { next };
                *number = next & (U256::MAX >> (256 - *bits));
            }
        } else {
            continue;
        }
        *left = left.wrapping_sub(1);
    }
}

/// Changes a list of actions at one of its calls.
type Change<'c> = &'c mut dyn FnMut(&mut Vec<Action>, usize, &mut CaseRng);

/// Lets `change` change one call, each as likely as another one, those within bodies too.
fn at_any_call(actions: &mut Vec<Action>, rng: &mut CaseRng, change: Change<'_>) {
    let mut calls = 0_usize;
    Action::visit(actions, &mut |_| calls += 1);
    let mut left = rng.random_range(0..calls.max(1));
    at_call(actions, &mut left, rng, change);
}

/// The same with the call that `left` others come before; whether it is among these actions.
fn at_call(actions: &mut Vec<Action>, left: &mut usize, rng: &mut CaseRng, change: Change<'_>) -> bool {
    for at in 0..actions.len() {
        if matches!(actions[at], Action::Call(_)) {
            if *left == 0 {
                change(actions, at, rng);
                return true;
            }
            *left -= 1;
        }
        if at_call(actions[at].body_mut(), left, rng, change) {
            return true;
        }
    }
    false
}

/// Doubles the lists of a call that are as long as each other, or adds one entry to them, sometimes somebody else's.
fn lengthen(drawing: &Drawing<'_>, call: &mut ActionCall, rng: &mut CaseRng) {
    let lengths: Vec<_> = call.arguments.iter().filter_map(|value| Some(value.as_array()?.len())).collect();
    let Some(&length) = lengths.get(rng.random_range(0..lengths.len().max(1))) else { return };
    if length == 0 || length > MAX_ENTRIES / 2 {
        return;
    }
    let one = rng.random_range(0..length);
    let copied = if rng.random() { 0..length } else { one..one + 1 };
    let theirs = rng.random_ratio(1, 3).then(|| drawing.attacker.palette.draw_other(rng)).flatten();
    copy_entries(call, length, &copied, theirs);
}

/// A call with twice the entries in its lists of one length, and with each of their first entries once more.
pub(super) fn lengthened(call: &ActionCall) -> Vec<ActionCall> {
    let lengths: BTreeSet<_> = call.arguments.iter().filter_map(|value| Some(value.as_array()?.len())).collect();
    let fitting = lengths.into_iter().filter(|length| (1..=MAX_ENTRIES / 2).contains(length));
    let copies = fitting.flat_map(|length| {
        let ones = (0..length.min(MAX_COPIED)).map(|one| one..one + 1);
        iter::once(0..length).chain(ones).map(move |copied| {
            let mut longer = call.clone();
            copy_entries(&mut longer, length, &copied, None);
            longer
        })
    });
    copies.collect()
}

/// Copies some entries of the lists that are so long to their ends; `theirs` is who the copies name, if anybody else.
fn copy_entries(call: &mut ActionCall, length: usize, copied: &Range<usize>, theirs: Option<Address>) {
    for (argument, value) in call.arguments.iter_mut().enumerate() {
        let DynSolValue::Array(items) = value else { continue };
        if items.len() != length {
            continue;
        }
        let mut added = items[copied.clone()].to_vec();
        if let Some(account) = theirs {
            visit_addresses(&mut added, &mut |named| *named = account);
        }
        items.extend(added);
        // What is filled in an entry is filled in its copy.
        let filled: Vec<_> = call.live.iter().filter(|live| live.spot.argument == argument).cloned().collect();
        for (place, from) in copied.clone().enumerate() {
            for live in filled.iter().filter(|live| live.spot.within.first() == Some(&from)) {
                let mut spot: Spot = live.spot.clone();
                spot.within[0] = length + place;
                call.live.push(Live { spot, ..live.clone() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{at_any_call, other, swap_source};
    use crate::{
        gallery,
        generate::{self, Audience, Dictionary, Generator, Palette},
        protocol::balance_of_call,
        scenario::{Drawing, Exchanges, Facts, Parts},
        sequence::{Action, ActionCall, Live, Repeat, Source, Spot},
    };
    use alloy_dyn_abi::DynSolValue;
    use alloy_primitives::{Address, U256};
    use std::collections::BTreeSet;

    fn call(function: usize, arguments: Vec<DynSolValue>, callback: Vec<Action>) -> Action {
        let (live, value) = (Vec::new(), U256::ZERO);
        Action::Call(ActionCall { function, instance: None, arguments, live, value, callback })
    }

    #[test]
    fn every_call_is_reached_wherever_it_is() {
        let inner = call(2, Vec::new(), vec![call(3, Vec::new(), Vec::new())]);
        let repeat = Action::Repeat(Repeat { times: 2, body: vec![inner] });
        let mut actions = vec![call(1, Vec::new(), Vec::new()), repeat, call(4, Vec::new(), Vec::new())];
        let mut reached = BTreeSet::new();
        for seed in 0..64 {
            at_any_call(&mut actions, &mut generate::case_rng(&[seed; 32]), &mut |list, at, _| {
                let Action::Call(call) = &list[at] else { panic!("only calls are shown") };
                reached.insert(call.function);
            });
        }
        assert_eq!(reached, BTreeSet::from([1, 2, 3, 4]));
    }

    #[test]
    fn one_token_takes_the_place_of_another_one_everywhere() {
        let protocol = gallery::load("lending-fixed").expect("a gallery protocol loads");
        let [cash, gem] = ["cash", "gem"].map(|name| protocol.address_of(name).expect("it is deployed"));
        let holder = Address::repeat_byte(7);
        let mut source = Source::View { target: cash, data: balance_of_call(cash).into(), bps: 1, add: 0 };
        swap_source(&mut source, &|address| if address == cash { gem } else { address });
        assert_eq!(source, Source::View { target: gem, data: balance_of_call(gem).into(), bps: 1, add: 0 });
        swap_source(&mut source, &|address| if address == holder { cash } else { address });
        assert_eq!(source, Source::View { target: gem, data: balance_of_call(gem).into(), bps: 1, add: 0 });

        let palette = Palette::new(&protocol, Audience::Attacker);
        let (facts, exchanges, dictionary) = (Facts::new(&protocol), Exchanges::default(), Dictionary::default());
        let drawing = Drawing {
            protocol: &protocol,
            facts: &facts,
            exchanges: &exchanges,
            parts: Parts { actions: true, loans: true, callbacks: true, links: true },
            everyone: Generator::new(&palette, &dictionary),
            attacker: Generator::new(&palette, &dictionary),
        };
        let mut done = call(0, vec![DynSolValue::Address(cash), DynSolValue::Uint(U256::ZERO, 256)], Vec::new());
        if let Action::Call(call) = &mut done {
            call.live.push(Live::new(Spot::from(1), source));
        }
        let swapped = (0..64).find_map(|seed| {
            let copies = other(&drawing, &[done.clone()], &mut generate::case_rng(&[seed; 32]));
            let [Action::Call(copy)] = &copies[..] else { panic!("it is one call: {copies:?}") };
            (copy.arguments[0] == DynSolValue::Address(gem)).then(|| copy.clone())
        });
        assert_eq!(swapped.expect("one of 64 draws swaps the token").function, 0);
    }
}
