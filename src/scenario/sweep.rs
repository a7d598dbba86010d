//! Everything else that a part of an attack may be done to as well: each account, token and small number in the place of another one, with
//! amounts that fit it. What pays once often pays once for each of them, and who looks at one after the other misses none.

use super::{
    Drawing,
    grow::{MAX_GROWN, SMALL, lengthened, swap_source, visit_named},
    vary::{Calling, each},
};
use crate::{
    protocol::total_supply_call,
    sequence::{Action, Fit, Holder, Live, Sequence, Source, Spot, Step, payload_words},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, U256};
use std::{collections::BTreeSet, iter};

/// Variations of one attack, at most.
const MAX_SWEPT: usize = 4_096;
/// Neighbours that are done once more together, at most.
const MAX_SPAN: usize = 3;
/// Neighbours among which one amount is made the most that succeeds, at most.
const MAX_FITTED: usize = 2;
/// Small numbers that are put in the place of another one: those below.
const NUMBERS: u32 = 4;

/// What is done once more is done to something else.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// One address in the place of another one.
    Replace(Address, Address),
    /// Two addresses in each other's place.
    Exchange(Address, Address),
    /// Another small number in the place of the one that so many others come before.
    Number(usize, u32),
}

/// The attack with one part of it done once more, to something else. Short parts come first.
pub fn sweep(drawing: &Drawing<'_>, sequence: &Sequence) -> Vec<Sequence> {
    let sweep = Sweep { drawing };
    let mut all = Vec::new();
    for length in 1..=MAX_SPAN {
        all.extend(sweep.lists(&sequence.steps, length).into_iter().map(|steps| Sequence { steps }));
        for (index, step) in sequence.steps.iter().enumerate() {
            let Step::Attack(attack) = step else { continue };
            let scripts = sweep.scripts(&attack.actions, length).into_iter();
            all.extend(scripts.map(|actions| with_script(sequence, index, actions)));
        }
    }
    let mut all: Vec<_> = all
        .into_iter()
        .flat_map(|swept| {
            let larger = with_larger_loans(drawing, &swept);
            iter::once(swept).chain(larger)
        })
        .collect();
    all.retain(|swept| swept.size() <= MAX_GROWN && swept != sequence);
    all.truncate(MAX_SWEPT);
    all
}

/// The attack with one number in it that is filled in while it runs in a way that says more: with what a call before it returned instead of
/// being stated, with what the attacker's contract holds then instead of the most of something else. What pays as much like that fits
/// others as well, and is easier to move.
pub fn general(drawing: &Drawing<'_>, sequence: &Sequence) -> Vec<Sequence> {
    let tokens = &drawing.attacker.palette.tokens;
    let mut all = Vec::new();
    for (index, step) in sequence.steps.iter().enumerate() {
        let Step::Attack(attack) = step else { continue };
        all.extend(filled(&attack.actions, tokens).into_iter().map(|actions| with_script(sequence, index, actions)));
    }
    all
}

/// The sequence with another script in the place of the attack that is there.
fn with_script(sequence: &Sequence, index: usize, actions: Vec<Action>) -> Sequence {
    let mut changed = sequence.clone();
    if let Step::Attack(attack) = &mut changed.steps[index] {
        attack.actions = actions;
    }
    changed
}

/// The same with twice as much borrowed, which more may need; none where nothing is or nothing more can be.
fn with_larger_loans(drawing: &Drawing<'_>, sequence: &Sequence) -> Option<Sequence> {
    fn enlarge(drawing: &Drawing<'_>, actions: &mut [Action]) {
        for action in actions {
            if let Action::Loan(loan) = action {
                let offer = drawing
                    .facts
                    .offers()
                    .iter()
                    .find(|offer| offer.lender == loan.lender && offer.token == loan.token);
                let doubled = loan.amount.saturating_mul(U256::from(2));
                loan.amount = offer.map_or(doubled, |offer| doubled.min(offer.most)).max(loan.amount);
            }
            enlarge(drawing, action.body_mut());
        }
    }
    let mut larger = sequence.clone();
    for step in &mut larger.steps {
        if let Step::Attack(attack) = step {
            enlarge(drawing, &mut attack.actions);
        }
    }
    (larger != *sequence).then_some(larger)
}

struct Sweep<'a> {
    drawing: &'a Drawing<'a>,
}

impl Sweep<'_> {
    /// The same for the actions of a script, those within bodies too; also with more entries in the lists of a call.
    fn scripts(&self, actions: &[Action], length: usize) -> Vec<Vec<Action>> {
        let mut all = self.lists(actions, length);
        for (at, action) in actions.iter().enumerate() {
            if all.len() >= MAX_SWEPT {
                break;
            }
            if let (Action::Call(call), 1) = (action, length) {
                all.extend(lengthened(call).into_iter().map(|call| {
                    let mut changed = actions.to_vec();
                    changed[at] = Action::Call(call);
                    changed
                }));
            }
            for body in self.scripts(action.body(), length) {
                let mut changed = actions.to_vec();
                *changed[at].body_mut() = body;
                all.push(changed);
            }
        }
        all
    }

    /// Those that are tokens.
    fn tokens(&self, named: &BTreeSet<Address>) -> impl Iterator<Item = Address> {
        let palette = &self.drawing.attacker.palette;
        named.iter().copied().filter(|address| palette.tokens.contains(address))
    }

    /// The list with so many neighbours done once more, or with other amounts in them.
    fn lists<T: Calling>(&self, list: &[T], length: usize) -> Vec<Vec<T>> {
        let mut all = Vec::new();
        for start in 0..(list.len() + 1).saturating_sub(length) {
            // More are not looked at, and each is a whole script.
            if all.len() >= MAX_SWEPT {
                break;
            }
            let end = start + length;
            let span = &list[start..end];
            all.extend(self.amounts(span).into_iter().map(|part| [&list[..start], &part, &list[end..]].concat()));
            all.extend(self.copies(span).into_iter().map(|copy| [&list[..end], &copy, &list[end..]].concat()));
        }
        all
    }

    /// What neighbours may do to something else.
    fn copies<T: Calling>(&self, span: &[T]) -> Vec<Vec<T>> {
        let changes = self.places(span).into_iter().chain(numbers(span));
        let changed = changes.filter_map(|change| self.changed(span, change));
        let mut copies: Vec<_> = iter::once(span.to_vec()).chain(changed).collect();
        let fitted: Vec<_> = copies.iter().flat_map(|copy| self.amounts(copy)).collect();
        copies.extend(fitted);
        copies
    }

    /// Other addresses for those that are named.
    fn places<T: Calling>(&self, span: &[T]) -> Vec<Change> {
        let named = self.named(span);
        let mut changes = Vec::new();
        for from in &named {
            for to in self.drawing.attacker.palette.alike(*from) {
                changes.push(Change::Replace(*from, to));
                if from < &to && named.contains(&to) {
                    changes.push(Change::Exchange(*from, to));
                }
            }
        }
        changes
    }

    /// Addresses that some calls go to or name, also in data and in what fills their arguments.
    fn named<T: Calling>(&self, span: &[T]) -> BTreeSet<Address> {
        let protocol = self.drawing.protocol;
        let mut named = BTreeSet::new();
        each(&mut span.to_vec(), &mut |function, arguments, live| {
            named.insert(protocol.contracts[protocol.functions[*function].contract].address);
            visit_named(arguments, &mut |address| {
                named.insert(*address);
            });
            named.extend(live.iter().filter_map(|live| match &live.source {
                Source::Balance { token, .. } => *token,
                Source::View { target, .. } => Some(*target),
                Source::Result { .. } | Source::Step { .. } => None,
            }));
        });
        named
    }

    /// None where nothing changes by it.
    fn changed<T: Calling>(&self, span: &[T], change: Change) -> Option<Vec<T>> {
        let mut changed = span.to_vec();
        match change {
            Change::Replace(from, to) => {
                self.replace(&mut changed, &|address| if address == from { to } else { address });
            }
            Change::Exchange(one, other) => self.replace(&mut changed, &|address| match address {
                address if address == one => other,
                address if address == other => one,
                address => address,
            }),
            Change::Number(index, number) => {
                let mut left = index;
                each(&mut changed, &mut |_, arguments, live| {
                    for spot in small_spots(arguments, live) {
                        if left == 0
                            && let Some(DynSolValue::Uint(value, _)) = spot.of_mut(arguments)
                        {
                            *value = U256::from(number);
                        }
                        left = left.wrapping_sub(1);
                    }
                });
            }
        }
        (changed != *span).then_some(changed)
    }

    /// Puts addresses in the place of others, also where calls go to, as far as there is the same function.
    fn replace<T: Calling>(&self, span: &mut [T], to: &dyn Fn(Address) -> Address) {
        let protocol = self.drawing.protocol;
        each(span, &mut |function, arguments, live| {
            let there = &protocol.functions[*function];
            let target = to(protocol.contracts[there.contract].address);
            let same = protocol.functions.iter().position(|other| {
                other.selector == there.selector && protocol.contracts[other.contract].address == target
            });
            *function = same.unwrap_or(*function);
            visit_named(arguments, &mut |address| *address = to(*address));
            for live in live {
                swap_source(&mut live.source, to);
            }
        });
    }

    /// The same calls with amounts that accounts and tokens that they name suggest: all of what an account holds of a token, or the most
    /// that succeeds.
    fn amounts<T: Calling>(&self, span: &[T]) -> Vec<Vec<T>> {
        let palette = &self.drawing.attacker.palette;
        let named = self.named(span);
        let mut fitted: Vec<Vec<T>> = Vec::new();
        let held = named.iter().flat_map(|token| named.iter().filter_map(|holder| palette.holding(*token, *holder)));
        for held in held.collect::<BTreeSet<_>>() {
            let mut part = span.to_vec();
            each(&mut part, &mut |_, arguments, live| put_amount(arguments, live, held));
            if part != span {
                fitted.push(part);
            }
        }
        let mut spots = 0;
        each(&mut span.to_vec(), &mut |_, arguments, _| spots += amount_spots(arguments).len());
        for token in self.tokens(&named).filter(|_| span.len() <= MAX_FITTED) {
            for spot in 0..spots {
                let (mut part, mut left) = (span.to_vec(), spot);
                each(&mut part, &mut |_, arguments, live| {
                    for spot in amount_spots(arguments) {
                        if left == 0 {
                            live.retain(|live| live.spot != spot);
                            live.push(most(spot, token));
                        }
                        left = left.wrapping_sub(1);
                    }
                });
                fitted.push(part);
            }
        }
        fitted
    }
}

/// The most that succeeds, up to all that there is of a token.
fn most(spot: Spot, token: Address) -> Live {
    let source = Source::View { target: token, data: total_supply_call(), bps: 10_000, add: 0 };
    Live { fit: Fit::Most, ..Live::new(spot, source) }
}

/// The actions of a script with one number filled in while they run.
fn filled(actions: &[Action], tokens: &[Address]) -> Vec<Vec<Action>> {
    let mut all = Vec::new();
    for (at, action) in actions.iter().enumerate() {
        let mut put = |action: Action| {
            let mut changed = actions.to_vec();
            changed[at] = action;
            all.push(changed);
        };
        if let Action::Call(call) = action {
            let returned: BTreeSet<_> = actions[..at].iter().filter_map(returning).collect();
            for spot in Spot::all(&call.arguments) {
                let Some(DynSolValue::Uint(..)) = spot.of(&call.arguments) else { continue };
                let sources: Vec<_> = match call.live.iter().find(|live| live.spot == spot) {
                    None => returned.iter().map(|function| Source::Result { function: *function }).collect(),
                    Some(Live { source: Source::View { .. }, fit: Fit::Most, .. }) => {
                        let held = |token| Source::Balance { of: Holder::Caller, token: Some(token), bps: 10_000 };
                        tokens.iter().copied().map(held).collect()
                    }
                    Some(_) => Vec::new(),
                };
                for source in sources {
                    let mut call = call.clone();
                    call.live.retain(|live| live.spot != spot);
                    call.live.push(Live::new(spot.clone(), source));
                    put(Action::Call(call));
                }
            }
        }
        for body in filled(action.body(), tokens) {
            let mut action = action.clone();
            *action.body_mut() = body;
            put(action);
        }
    }
    all
}

/// The function that an action calls.
fn returning(action: &Action) -> Option<usize> {
    match action {
        Action::Call(call) => Some(call.function),
        Action::Loan(_) | Action::Repeat(_) => None,
    }
}

/// Other small numbers for those among some calls.
fn numbers<T: Calling>(span: &[T]) -> Vec<Change> {
    let mut present = Vec::new();
    each(&mut span.to_vec(), &mut |_, arguments, live| {
        let spots = small_spots(arguments, live);
        present.extend(spots.iter().filter_map(|spot| Some(spot.of(arguments)?.as_uint()?.0)));
    });
    let others = |(index, present): (usize, &U256)| {
        let present = *present;
        (0..NUMBERS)
            .filter(move |number| U256::from(*number) != present)
            .map(move |number| Change::Number(index, number))
    };
    present.iter().enumerate().flat_map(others).collect()
}

/// Where numbers are that are too small for amounts.
fn small_spots(arguments: &[DynSolValue], live: &[Live]) -> Vec<Spot> {
    let mut spots = Spot::all(arguments);
    spots.retain(|spot| {
        let is_small = matches!(spot.of(arguments), Some(DynSolValue::Uint(number, _)) if *number < U256::from(SMALL));
        is_small && live.iter().all(|live| live.spot != *spot)
    });
    spots
}

/// Where amounts may be.
fn amount_spots(arguments: &[DynSolValue]) -> Vec<Spot> {
    let mut spots = Spot::all(arguments);
    spots.retain(|spot| matches!(spot.of(arguments), Some(DynSolValue::Uint(_, 96..))));
    spots
}

/// Puts an amount in the place of all that are stated.
fn put_amount(arguments: &mut [DynSolValue], live: &[Live], amount: U256) {
    for spot in Spot::all(arguments) {
        match spot.of_mut(arguments) {
            Some(DynSolValue::Uint(number, bits @ 96..))
                if *number >= U256::from(SMALL)
                    && amount.bit_len() <= *bits
                    && live.iter().all(|live| live.spot != spot) =>
            {
                *number = amount;
            }
            Some(DynSolValue::Bytes(data)) => {
                for mut word in payload_words(data) {
                    if word.amount().is_some() {
                        word.set_number(amount);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, general, sweep};
    use crate::{
        gallery,
        generate::{Audience, Dictionary, Generator, Palette},
        protocol::{Function, Protocol, transfer_from_call},
        scenario::{Drawing, Exchanges, Facts, Parts},
        sequence::{Action, ActionCall, Advance, Attack, Sequence, Step},
    };
    use alloy_dyn_abi::DynSolValue;
    use alloy_primitives::{Address, U256};
    use std::collections::BTreeSet;

    fn call(protocol: &Protocol, name: &str, arguments: Vec<DynSolValue>) -> Action {
        let (contract, name) = name.split_once('.').expect("it says whose function");
        let address = protocol.address_of(contract).expect("it is deployed");
        let is_meant =
            |function: &Function| protocol.contracts[function.contract].address == address && function.abi.name == name;
        let function = protocol.functions.iter().position(is_meant).expect("it has such a function");
        let (live, value, callback) = (Vec::new(), U256::ZERO, Vec::new());
        Action::Call(ActionCall { function, instance: None, arguments, live, value, callback })
    }

    fn script(protocol: &Protocol, actions: Vec<Action>) -> Sequence {
        let sender = protocol.attacker().expect("it has an attacker").address;
        let contract = protocol.attacker_contract.expect("it has one");
        Sequence { steps: vec![Step::Attack(Attack { sender, contract, actions, advance: Advance::default() })] }
    }

    fn actions(sequence: &Sequence) -> &[Action] {
        let Some(Step::Attack(attack)) = sequence.steps.first() else { panic!("it is a script") };
        &attack.actions
    }

    fn with_drawing<T>(protocol: &Protocol, run: impl FnOnce(&Drawing<'_>) -> T) -> T {
        let palette = Palette::new(protocol, Audience::Attacker);
        let (facts, exchanges, dictionary) = (Facts::new(protocol), Exchanges::default(), Dictionary::default());
        run(&Drawing {
            protocol,
            facts: &facts,
            exchanges: &exchanges,
            parts: Parts { actions: true, loans: true, callbacks: true, links: true },
            everyone: Generator::new(&palette, &dictionary),
            attacker: Generator::new(&palette, &dictionary),
        })
    }

    #[test]
    fn a_call_is_done_to_everybody_and_everything_else() {
        let protocol = gallery::load("attacks/missing-access").expect("a gallery protocol loads");
        let address = |name: &str| protocol.address_of(name).expect("it is deployed");
        let home = protocol.attacker_contract.expect("it has one");
        let words = |token: Address, from: Address, amount: U256| {
            let [token, from, to] = [token, from, home].map(DynSolValue::Address);
            vec![token, from, to, DynSolValue::Uint(amount, 256)]
        };
        let amount = U256::from(10).pow(U256::from(20));
        let done = call(&protocol, "ledger.settle", words(address("wheat"), address("alice"), amount));
        let swept = with_drawing(&protocol, |drawing| sweep(drawing, &script(&protocol, vec![done.clone()])));
        let behind: Vec<_> = swept
            .iter()
            .filter_map(|swept| match actions(swept) {
                [first, Action::Call(call)] if *first == done => Some((call.arguments.clone(), call.live.len())),
                _ => None,
            })
            .collect();
        // Everybody but the attacker, contracts too, and the other token, each with the same amount.
        for from in ["bob", "carol", "house", "admin", "bourse", "counter"].map(address) {
            assert!(behind.contains(&(words(address("wheat"), from, amount), 0)), "{from}");
        }
        assert!(behind.contains(&(words(address("cash"), address("alice"), amount), 0)));
        let attacker = protocol.attacker().expect("it has one").address;
        let named = |from: Address| behind.iter().any(|(arguments, _)| arguments[1] == DynSolValue::Address(from));
        assert!(!named(attacker) && !named(home), "what is the attacker's is not taken from it");
        // Who holds wheat suggests how much: alice's wallet still has 50,000 of it.
        let wallet = U256::from(50_000) * U256::from(10).pow(U256::from(18));
        assert!(behind.contains(&(words(address("wheat"), address("alice"), wallet), 0)));
        assert!(behind.iter().any(|(_, live)| *live == 1), "the most that succeeds");
    }

    #[test]
    fn data_that_is_a_call_is_done_to_others_too() {
        let protocol = gallery::load("attacks/arbitrary-call").expect("a gallery protocol loads");
        let home = protocol.attacker_contract.expect("it has one");
        let address = |name: &str| protocol.address_of(name).expect("it is there");
        let [silver, dollar] = ["silver", "dollar"].map(address);
        let order = |[one, other]: [Address; 2], holder: Address, amount: u64| {
            let data = transfer_from_call(holder, home, U256::from(amount)).to_vec();
            let number = |number: u64| DynSolValue::Uint(U256::from(number), 256);
            let [one, other] = [one, other].map(DynSolValue::Address);
            vec![DynSolValue::Tuple(vec![one, number(1), other.clone(), number(0), other, DynSolValue::Bytes(data)])]
        };
        let done = call(&protocol, "relay.trade", order([silver, dollar], address("alice"), 5_000));
        let swept = with_drawing(&protocol, |drawing| sweep(drawing, &script(&protocol, vec![done])));
        let behind: BTreeSet<_> = swept
            .iter()
            .filter_map(|swept| match actions(swept) {
                [_, Action::Call(call)] => Some(format!("{:?}", call.arguments)),
                _ => None,
            })
            .collect();
        for (tokens, holder) in [([silver, dollar], "bob"), ([dollar, silver], "alice")] {
            assert!(behind.contains(&format!("{:?}", order(tokens, address(holder), 5_000))), "{holder}");
        }
    }

    #[test]
    fn numbers_are_filled_with_what_calls_returned() {
        let protocol = gallery::load("attacks/liquidation-overseize").expect("a gallery protocol loads");
        let carol = protocol.address_of("carol").expect("it is an actor");
        let number = |number: u64| DynSolValue::Uint(U256::from(number), 256);
        let bite = call(&protocol, "coffer.bite", vec![DynSolValue::Address(carol)]);
        let take = call(&protocol, "gavel.take", vec![number(1), number(3_000), number(105)]);
        let filled = with_drawing(&protocol, |drawing| general(drawing, &script(&protocol, vec![bite.clone(), take])));
        let Action::Call(ActionCall { function, .. }) = &bite else { panic!("it is a call") };
        let sources: Vec<_> = filled
            .iter()
            .map(|filled| match actions(filled) {
                [first, Action::Call(take)] if *first == bite => {
                    let [live] = &take.live[..] else { panic!("one number at a time: {take:?}") };
                    (live.spot.argument, live.source.clone())
                }
                other => panic!("nothing else changes: {other:?}"),
            })
            .collect();
        assert_eq!(sources, [0, 1, 2].map(|argument| (argument, Source::Result { function: *function })));
    }
}
