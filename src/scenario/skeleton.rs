use super::{
    Drawing, Info, Judged, Scenario,
    data::{By, Loan, Shows, Template, Variant},
    facts::Offer,
    governance,
};
use crate::{
    generate::{self, CaseRng, draw_fit},
    protocol::{Function, Protocol},
    sequence::{
        Action, ActionCall, Advance, Attack, Call, Fit, Live, Loan as FlashLoan, MarketMove, MoveKind, Repeat,
        Sequence, Source, Step,
    },
};
use alloy_dyn_abi::{DynSolType, DynSolValue, Specifier as _};
use alloy_primitives::{Address, U256};
use proptest::prelude::RngExt;
use std::collections::BTreeSet;

/// A scenario as a file describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skeleton {
    pub(super) info: Info,
    /// Roles with which another scenario does the same and more.
    pub(super) lacks: Vec<String>,
    /// Whether something must have a price.
    pub(super) priced: bool,
    pub(super) shows: Shows,
    pub(super) variants: Vec<Variant>,
}

impl Scenario for Skeleton {
    fn info(&self) -> &Info {
        &self.info
    }

    fn applies(&self, protocol: &Protocol) -> Result<(), String> {
        missing(protocol, &self.info.needs)?;
        if let Some(role) = self.lacks.iter().find(|role| protocol.with_role(role).next().is_some()) {
            return Err(format!("there is a contract with the role `{role}`, and another scenario for it"));
        }
        let economics = &protocol.economics;
        if self.priced && economics.prices.is_empty() && economics.reference.is_none() {
            return Err("nothing has a price, see [economics]".to_owned());
        }
        let variants: Vec<_> = self.variants.iter().map(|variant| lacking(protocol, variant)).collect();
        if variants.iter().any(Result::is_ok) { Ok(()) } else { variants.into_iter().collect() }
    }

    fn draw(&self, drawing: &Drawing<'_>, rng: &mut CaseRng) -> Option<Sequence> {
        let usable: Vec<_> =
            self.variants.iter().filter(|variant| lacking(drawing.protocol, variant).is_ok()).collect();
        if usable.is_empty() {
            return None;
        }
        let variant = usable[rng.random_range(0..usable.len())];
        let mut steps = Vec::new();
        for template in &variant.step {
            fill(template, drawing, &mut steps, rng)?;
        }
        (!steps.is_empty()).then_some(Sequence { steps })
    }

    fn is_shown_by(&self, protocol: &Protocol, sequence: &Sequence) -> bool {
        let mut called = BTreeSet::new();
        let mut loans = false;
        for step in &sequence.steps {
            match step {
                Step::Call(call) => {
                    called.insert(protocol.functions[call.function].contract);
                }
                Step::Attack(attack) => loans |= note_calls(protocol, &attack.actions, &mut called),
                Step::Market(_) => {}
            }
        }
        let plays = |contract: usize, role: &str| protocol.with_role(role).any(|binding| binding.contract == contract);
        let roles: Vec<_> = self.shows.roles.iter().map(String::as_str).collect();
        // Who pays in by a plain transfer calls a token, which acts on no price.
        let is_beyond = |contract: usize| !roles.iter().chain(&["token"]).any(|role| plays(contract, role));
        (loans || !self.shows.loan)
            && roles.iter().all(|role| called.iter().any(|contract| plays(*contract, role)))
            && (!self.shows.beyond || called.iter().any(|contract| is_beyond(*contract)))
            && (!self.shows.waits || sequence.steps.iter().skip(1).any(|step| !step.advance().is_zero()))
    }

    fn vary(&self, drawing: &Drawing<'_>, kept: [&Sequence; 2], rng: &mut CaseRng) -> Option<Sequence> {
        let mut sequence = kept[0].clone();
        if rng.random_ratio(1, 3) {
            join(&mut sequence, kept[1].clone(), rng)?;
            if rng.random() {
                return Some(sequence);
            }
        }
        for _ in 0..rng.random_range(1..=3_u32) {
            let at = rng.random_range(0..sequence.steps.len().max(1));
            match sequence.steps.get_mut(at)? {
                Step::Attack(attack) => vary_script(drawing, &mut attack.actions, rng),
                Step::Call(call) => {
                    let (arguments, live) =
                        drawing.attacker.draw_arguments(&drawing.protocol.functions[call.function], rng);
                    (call.arguments, call.live) = (arguments, live);
                }
                Step::Market(market) => *market = draw_market(drawing, rng)?,
            }
        }
        Some(sequence)
    }

    fn adopt(&self, drawing: &Drawing<'_>, other: &Sequence, rng: &mut CaseRng) -> Option<Sequence> {
        let scripts = self.variants.iter().filter(|variant| lacking(drawing.protocol, variant).is_ok());
        let mut loans = scripts.flat_map(|variant| &variant.step).filter_map(|step| match step {
            Template::Attack { loan, .. } => Some(*loan),
            _ => None,
        });
        let loan = loans.next()?;
        let protocol = drawing.protocol;
        let attacker = protocol.attacker()?.address;
        let home = drawing.protocol.attacker_contract?;
        let mut actions = Vec::new();
        for step in &other.steps {
            match step {
                Step::Call(call) if protocol.functions[call.function].abi.name == "approve" => {}
                Step::Call(call) if call.sender == attacker => actions.push(Action::Call(as_action(call, home))),
                Step::Attack(attack) => actions.extend(attack.actions.iter().cloned()),
                Step::Call(_) | Step::Market(_) => {}
            }
        }
        if actions.is_empty() || actions.iter().map(Action::size).sum::<usize>() > MAX_JOINED {
            return None;
        }
        let borrows = actions.iter().any(|action| matches!(action, Action::Loan(_)));
        let mut actions = if borrows { actions } else { with_loan(drawing, loan, actions, rng) };
        vary_script(drawing, &mut actions, rng);
        Some(Sequence { steps: vec![attack(drawing.protocol, actions, Advance::default())?] })
    }

    fn judged(&self, protocol: &Protocol, sequence: &Sequence) -> Judged {
        let outside = sequence.steps.iter().any(|step| matches!(step, Step::Market(_)));
        let attacker = protocol.attacker().map(|actor| actor.address);
        let others =
            sequence.steps.iter().any(|step| matches!(step, Step::Call(call) if Some(call.sender) != attacker));
        if outside || others || !self.variants.iter().any(|variant| variant.profit) {
            return Judged::ByInvariants;
        }
        let waits = sequence.steps.iter().any(|step| !step.advance().is_zero());
        if !waits {
            return Judged::ByProfit;
        }
        // What waiting alone pays is not the attack's.
        match governance::without_governor(protocol, sequence) {
            Some(baseline) => Judged::ByProfitOver(baseline),
            None if sequence.steps.iter().all(|step| step.advance().seconds <= BLOCK_TIME) => {
                Judged::ByProfitBesideTime
            }
            None => Judged::ByInvariants,
        }
    }
}

/// Seconds between blocks of mainnet: how long the profit of a sequence may take that pays without a governor.
const BLOCK_TIME: u64 = 12;

fn missing(protocol: &Protocol, needs: &[String]) -> Result<(), String> {
    let absent: Vec<_> =
        needs.iter().filter(|role| protocol.with_role(role).next().is_none()).map(|role| format!("`{role}`")).collect();
    if absent.is_empty() { Ok(()) } else { Err(format!("no contract has the role {}", absent.join(" or "))) }
}

/// What a variant needs and `protocol` has not.
fn lacking(protocol: &Protocol, variant: &Variant) -> Result<(), String> {
    let is_the_worlds =
        |step: &Template| matches!(step, Template::Market {} | Template::Calls { by: By::Everyone, .. });
    if protocol.attacker_contract.is_none() && !variant.step.iter().all(is_the_worlds) {
        return Err("there is no actor of kind `attacker`".to_owned());
    }
    missing(protocol, &variant.needs)
}

/// Draws the holes of a step.
fn fill(template: &Template, drawing: &Drawing<'_>, steps: &mut Vec<Step>, rng: &mut CaseRng) -> Option<()> {
    match template {
        Template::Calls { by, count } => {
            let generator = if *by == By::Attacker { drawing.attacker } else { drawing.everyone };
            for _ in 0..rng.random_range(count[0]..=count[1]) {
                let mut call = generator.draw_call(drawing.protocol, rng)?;
                if *by == By::Attacker {
                    call.advance = Advance::default();
                }
                steps.push(Step::Call(call));
            }
        }
        Template::Attack { loan, around, count, after, wait } => {
            let opening = around.as_ref().and_then(|role| draw_opening(drawing, role, rng));
            let (opening, closing) = opening.unzip();
            let mut body: Vec<_> = opening.into_iter().collect();
            for _ in 0..rng.random_range(count[0]..=count[1]) {
                body.extend(draw_action(drawing, &body, rng));
            }
            body.extend(closing.flatten());
            if drawing.parts.links && around.is_none() && rng.random_ratio(1, 3) {
                body.extend(draw_closing(drawing, &body, rng));
            }
            let mut actions = with_loan(drawing, *loan, body, rng);
            for _ in 0..rng.random_range(after[0]..=after[1]) {
                actions.extend(draw_action(drawing, &actions, rng));
            }
            let advance = Advance { blocks: *wait, seconds: wait * BLOCK_TIME };
            steps.push(attack(drawing.protocol, actions, advance)?);
        }
        Template::Market {} => steps.push(Step::Market(draw_market(drawing, rng)?)),
        Template::Propose { loan } => governance::propose(drawing, *loan, steps, rng)?,
        Template::Vote { loan } => governance::vote(drawing, *loan, steps, rng)?,
        Template::Queue {} => governance::proceed(drawing, governance::Verb::Queue, steps, rng),
        Template::Execute {} => governance::proceed(drawing, governance::Verb::Execute, steps, rng),
        Template::Takeover { loan } => governance::takeover(drawing, *loan, steps, rng)?,
    }
    Some(())
}

/// A call of the attacker as its contract makes it, for itself.
fn as_action(call: &Call, home: Address) -> ActionCall {
    let mut arguments = call.arguments.clone();
    replace(&mut arguments, call.sender, home);
    let Call { function, instance, live, value, .. } = call.clone();
    ActionCall { function, instance, arguments, live, value, callback: Vec::new() }
}

/// Puts another address in the place of one, those within arrays and structs too.
fn replace(values: &mut [DynSolValue], from: Address, to: Address) {
    for value in values {
        match value {
            DynSolValue::Address(address) if *address == from => *address = to,
            DynSolValue::Array(items) | DynSolValue::FixedArray(items) | DynSolValue::Tuple(items) => {
                replace(items, from, to);
            }
            _ => {}
        }
    }
}

/// A step that runs a script.
pub(super) fn attack(protocol: &Protocol, actions: Vec<Action>, advance: Advance) -> Option<Step> {
    let sender = protocol.attacker()?.address;
    Some(Step::Attack(Attack { sender, contract: protocol.attacker_contract?, actions, advance }))
}

/// Shares of what a lender offers that are borrowed.
const PERCENTS: [u8; 8] = [100, 100, 99, 75, 50, 25, 10, 1];

/// The script inside a flash loan, where there is a lender that lends.
pub(super) fn with_loan(drawing: &Drawing<'_>, loan: Loan, body: Vec<Action>, rng: &mut CaseRng) -> Vec<Action> {
    let wanted = match loan {
        Loan::Never => false,
        Loan::Sometimes => rng.random_ratio(2, 3),
        Loan::Always => true,
    };
    if !wanted || !drawing.parts.loans {
        return body;
    }
    let offers = drawing.facts.offers();
    if offers.is_empty() {
        return body;
    }
    let Offer { lender, token, most } = offers[rng.random_range(0..offers.len())];
    // Mostly a share of what is on offer; sometimes a share of what somebody holds.
    let amount = match drawing.attacker.palette.draw_holding(rng) {
        Some(held) if rng.random_ratio(1, 4) => held.min(most),
        _ => most / U256::from(100) * U256::from(PERCENTS[rng.random_range(0..PERCENTS.len())]),
    };
    vec![Action::Loan(FlashLoan { lender, token, amount, body })]
}

/// Notes the contracts that a script calls; whether there is a loan in it.
fn note_calls(protocol: &Protocol, actions: &[Action], called: &mut BTreeSet<usize>) -> bool {
    let mut loans = false;
    for action in actions {
        match action {
            Action::Call(call) => {
                called.insert(protocol.functions[call.function].contract);
            }
            Action::Loan(_) => loans = true,
            Action::Repeat(_) => {}
        }
        loans |= note_calls(protocol, action.body(), called);
    }
    loans
}

/// Actions of a joined script, at most.
const MAX_JOINED: usize = 8;

/// Puts the calls of one script between those of another one: what each achieves may be more together.
fn join(sequence: &mut Sequence, mut other: Sequence, rng: &mut CaseRng) -> Option<()> {
    let (actions, added) = (innermost(sequence)?, innermost(&mut other)?);
    if actions.len() + added.len() > MAX_JOINED {
        return None;
    }
    let place = rng.random_range(0..=actions.len());
    actions.splice(place..place, added.drain(..));
    Some(())
}

/// The actions of the first script, inside its loans.
fn innermost(sequence: &mut Sequence) -> Option<&mut Vec<Action>> {
    sequence.steps.iter_mut().find_map(|step| match step {
        Step::Attack(attack) => Some(Action::innermost(&mut attack.actions)),
        Step::Call(_) | Step::Market(_) => None,
    })
}

/// Changes one thing in a script: an action more, one less, two exchanged, some repeated, other arguments, another amount.
fn vary_script(drawing: &Drawing<'_>, actions: &mut Vec<Action>, rng: &mut CaseRng) {
    if actions.is_empty() {
        actions.extend(draw_action(drawing, actions, rng));
        return;
    }
    let at = rng.random_range(0..actions.len());
    if !actions[at].body().is_empty() && rng.random_ratio(4, 5) {
        vary_script(drawing, actions[at].body_mut(), rng);
        return;
    }
    match rng.random_range(0..13_u32) {
        0..4 => {
            let place = rng.random_range(0..=actions.len());
            if let Some(action) = draw_action(drawing, &actions[..place], rng) {
                actions.insert(place, action);
            }
        }
        4 | 5 => {
            actions.remove(at);
        }
        6 | 7 => {
            let with = rng.random_range(0..actions.len());
            actions.swap(at, with);
        }
        8 if rng.random() => actions.extend(draw_closing(drawing, actions, rng)),
        8 if drawing.parts.links => {
            let end = rng.random_range(at + 1..=actions.len().min(at + MAX_REPEATED));
            // Rounds of rounds take long and show nothing more.
            if actions[at..end].iter().all(|action| !repeats(action)) {
                let body = actions.drain(at..end).collect();
                actions.insert(at, Action::Repeat(Repeat { times: draw_times(rng), body }));
            }
        }
        _ => {
            let (before, rest) = actions.split_at_mut(at);
            match &mut rest[0] {
                Action::Call(call) => vary_call(drawing, call, before, rng),
                Action::Repeat(repeat) => repeat.times = draw_times(rng),
                Action::Loan(loan) if drawing.parts.actions && rng.random() => {
                    loan.body.extend(drawing.exchanges.giving(loan.token, rng).map(Action::Call));
                }
                Action::Loan(loan) => {
                    let offer = drawing.facts.offers().iter().find(|offer| offer.lender == loan.lender);
                    let percent = PERCENTS[rng.random_range(0..PERCENTS.len())];
                    loan.amount = offer.map_or(loan.amount, |offer| offer.most / U256::from(100) * U256::from(percent));
                }
            }
        }
    }
}

/// Gives a call other arguments, another amount, an amount from elsewhere, or something to do when it calls back.
fn vary_call(drawing: &Drawing<'_>, call: &mut ActionCall, before: &[Action], rng: &mut CaseRng) {
    let waits = call.callback.is_empty() && drawing.exchanges.calls_back(call.function);
    if drawing.parts.callbacks && waits && rng.random_ratio(1, 3) {
        call.callback = draw_callback(drawing, before, rng);
        return;
    }
    // Without what links actions there are arguments and amounts to change.
    match rng.random_range(0..if drawing.parts.links { 8_u32 } else { 5 }) {
        0..2 => {
            let callback = std::mem::take(&mut call.callback);
            *call = drawing.attacker.draw_action(drawing.protocol, call.function, rng);
            call.callback = callback;
            plumb(drawing, call, before, rng);
        }
        2..5 => vary_amount(call, rng),
        5..7 => vary_source(drawing, call, before, rng),
        _ if drawing.parts.callbacks => call.callback = draw_callback(drawing, before, rng),
        _ => {}
    }
}

/// Fills one amount of a call from elsewhere, or with a number.
fn vary_source(drawing: &Drawing<'_>, call: &mut ActionCall, before: &[Action], rng: &mut CaseRng) {
    if !drawing.parts.actions || !drawing.parts.links {
        return;
    }
    let function = &drawing.protocol.functions[call.function];
    let amounts: Vec<_> =
        (0..function.inputs.len()).filter(|index| matches!(function.inputs[*index], DynSolType::Uint(64..))).collect();
    let Some(argument) = amounts.get(rng.random_range(0..amounts.len().max(1))).copied() else { return };
    let result = draw_result(drawing.protocol, function.contract, before, rng).filter(|_| rng.random_ratio(1, 3));
    let source = match result {
        Some(function) => Some(Source::Result { function }),
        None => drawing.attacker.draw_source(function.contract, rng),
    };
    call.live.retain(|live| live.argument != argument);
    call.live.extend(source.map(|source| Live { argument, source, fit: draw_fit(rng) }));
}

/// Rounds of a repetition that are tried first: few show that it pays, many that it pays more.
const TIMES: [u32; 6] = [2, 2, 2, 3, 4, 8];
/// Actions that are repeated together, at most.
const MAX_REPEATED: usize = 3;

/// Whether there is a repetition in an action.
fn repeats(action: &Action) -> bool {
    matches!(action, Action::Repeat(_)) || action.body().iter().any(repeats)
}

fn draw_times(rng: &mut CaseRng) -> u32 {
    TIMES[rng.random_range(0..TIMES.len())]
}

/// The way back of something that was done before.
fn draw_closing(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<Action> {
    let Some(Action::Call(call)) = before.get(rng.random_range(0..before.len().max(1))) else { return None };
    if !drawing.parts.actions {
        return None;
    }
    drawing.exchanges.closing(call.function, rng).map(Action::Call)
}

/// One or two actions for when a call comes back: often the way back of what was done before it.
fn draw_callback(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Vec<Action> {
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

/// Scales one amount of a call: what almost works is often too much or too little.
fn vary_amount(call: &mut ActionCall, rng: &mut CaseRng) {
    let amounts: Vec<_> = call
        .arguments
        .iter()
        .enumerate()
        .filter(|(_, value)| matches!(value, DynSolValue::Uint(_, 96..)))
        .map(|(index, _)| index)
        .collect();
    if amounts.is_empty() {
        return;
    }
    let at = amounts[rng.random_range(0..amounts.len())];
    let (times, over) =
        [(1_u32, 2_u32), (1, 4), (1, 10), (2, 1), (4, 1), (10, 1), (9, 10), (11, 10)][rng.random_range(0..8_usize)];
    if let Some(live) = call.live.iter_mut().find(|live| live.argument == at) {
        if rng.random_ratio(1, 4) {
            live.fit = match live.fit {
                Fit::Exact if rng.random_ratio(1, 3) => Fit::Least,
                Fit::Exact => Fit::Most,
                Fit::Most | Fit::Least => Fit::Exact,
            };
            return;
        }
        match &mut live.source {
            Source::View { add, .. } if rng.random_ratio(1, 4) => *add = rng.random_range(-1..=1),
            Source::Balance { bps, .. } | Source::View { bps, .. } => {
                *bps = (*bps * times / over).clamp(1, 10_000);
            }
            Source::Result { .. } | Source::Step { .. } => {}
        }
    } else if let DynSolValue::Uint(amount, _) = &mut call.arguments[at] {
        *amount = amount.checked_mul(U256::from(times)).map_or(*amount, |scaled| scaled / U256::from(over));
    }
}

/// An action behind others: a call, sometimes a repeated one.
fn draw_action(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<Action> {
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
fn draw_call(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    if drawing.parts.actions {
        let moving = drawing.exchanges.moving();
        let all = drawing.attacker.palette.functions().count().max(moving).max(1);
        let known = match rng.random_range(0..4 * all) {
            // A quarter, and of the others as many as move tokens.
            drawn if drawn < all + 3 * moving => draw_exchange(drawing, before, rng),
            drawn if drawing.parts.links && drawn % 2 == 0 => draw_successor(drawing, before, rng),
            _ => None,
        };
        if known.is_some() {
            return known;
        }
    }
    let mut function = drawing.attacker.palette.draw_function(rng)?;
    for _ in 0..4 {
        // The attacker's contract has approved everybody already.
        if drawing.protocol.functions[function].abi.name != "approve" {
            break;
        }
        function = drawing.attacker.palette.draw_function(rng)?;
    }
    let mut call = drawing.attacker.draw_action(drawing.protocol, function, rng);
    if !drawing.parts.actions {
        call.live.clear();
        let inputs = drawing.protocol.functions[function].inputs.iter();
        call.arguments = inputs.map(|kind| drawing.attacker.draw_value(kind, rng)).collect();
        return Some(call);
    }
    plumb(drawing, &mut call, before, rng);
    Some(call)
}

/// A call of a kind that is known to move tokens, rarely one that gives them away: then to some contract, for who is given matters more
/// than who was given first.
fn draw_exchange(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
    let protocol = drawing.protocol;
    let callee = |call: &ActionCall| protocol.contracts[protocol.functions[call.function].contract].address;
    let (mut exchange, mut call) = drawing.exchanges.draw(rng)?;
    if exchange.is_gift(callee(&call)) && rng.random_ratio(7, 8) {
        (exchange, call) = drawing.exchanges.draw(rng)?;
    }
    if exchange.is_gift(callee(&call)) {
        for argument in &mut call.arguments {
            if let (DynSolValue::Address(given), Some(contract)) =
                (argument, drawing.attacker.palette.draw_contract(rng))
            {
                *given = contract;
            }
        }
    }
    if rng.random_ratio(1, 10) {
        vary_source(drawing, &mut call, before, rng);
    }
    Some(call)
}

/// A call that reads what an action before it wrote, with its keys.
fn draw_successor(drawing: &Drawing<'_>, before: &[Action], rng: &mut CaseRng) -> Option<ActionCall> {
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
    let following = generator.flow?.successor(&direct(last), rng)?;
    if !generator.palette.offers(following.function) || protocol.functions[following.function].abi.name == "approve" {
        return None;
    }
    let mut call = generator.draw_action(protocol, following.function, rng);
    plumb(drawing, &mut call, before, rng);
    let mut keyed = direct(&call);
    generator.put_keys(&following, &mut keyed, rng);
    let is_as_drawn = |live: &Live| keyed.arguments[live.argument] == call.arguments[live.argument];
    call.live.retain(is_as_drawn);
    call.arguments = keyed.arguments;
    Some(call)
}

/// Passes on what earlier actions returned: ids, mostly of the same contract.
fn plumb(drawing: &Drawing<'_>, call: &mut ActionCall, before: &[Action], rng: &mut CaseRng) {
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
            call.live.retain(|live| live.argument != argument);
            call.live.extend(live.map(|source| Live::new(argument, source)));
            call.arguments[argument] = value;
            continue;
        }
        if matches!(kind, DynSolType::Uint(32..) | DynSolType::FixedBytes(32))
            && rng.random_ratio(if is_id { 4 } else { 1 }, 5)
            && let Some(function) = draw_result(protocol, called.contract, before, rng)
        {
            call.live.retain(|live| live.argument != argument);
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
        let live = call.live.iter().find(|live| live.argument == at).map(|live| live.source.clone());
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
fn draw_opening(drawing: &Drawing<'_>, role: &str, rng: &mut CaseRng) -> Option<(Action, Option<Action>)> {
    let protocol = drawing.protocol;
    let plays = |index: usize| {
        let contract = protocol.functions[index].contract;
        protocol.with_role(role).any(|binding| binding.contract == contract)
    };
    if drawing.parts.actions
        && rng.random_ratio(3, 4)
        && let Some((exchange, call)) = drawing.exchanges.draw_trade(plays, rng)
    {
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

fn draw_market(drawing: &Drawing<'_>, rng: &mut CaseRng) -> Option<MarketMove> {
    let protocol = drawing.protocol;
    let feeds: Vec<_> = protocol
        .roles
        .iter()
        .enumerate()
        .filter(|(_, binding)| binding.role == "feed")
        .map(|(index, _)| index)
        .collect();
    if feeds.is_empty() {
        return None;
    }
    let feed = feeds[rng.random_range(0..feeds.len())];
    let binding = &protocol.roles[feed];
    let kind = match rng.random_range(0..4_u32) {
        _ if binding.movement.is_none() => MoveKind::Stale,
        0 => MoveKind::Jump,
        1 => MoveKind::Drift,
        2 => MoveKind::Stale,
        _ => MoveKind::Zero,
    };
    let present = || drawing.facts.price(protocol.contracts[binding.contract].address);
    let (price, advance) = match kind {
        MoveKind::Jump => {
            let (present, factor) = (present()?, U256::from(rng.random_range(11..=100_u32)));
            let ten = U256::from(10);
            let moved =
                if rng.random() { present.checked_mul(factor)? / ten } else { present.checked_mul(ten)? / factor };
            (Some(moved), Advance { blocks: 1, seconds: 12 })
        }
        MoveKind::Drift => {
            let bps = U256::from(rng.random_range(9_500..=10_500_u32));
            (Some(present()?.checked_mul(bps)? / U256::from(10_000)), Advance { blocks: 300, seconds: 3_600 })
        }
        MoveKind::Zero => (Some(U256::ZERO), Advance { blocks: 1, seconds: 12 }),
        MoveKind::Stale => {
            let seconds = 3_600_u64 << rng.random_range(0..10_u32);
            (None, Advance { blocks: seconds / 12, seconds })
        }
    };
    Some(MarketMove { feed, kind, price, advance })
}
