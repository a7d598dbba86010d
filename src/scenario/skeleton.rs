use super::{
    Drawing, Info, Judged, Scenario,
    data::{By, Loan, Shows, Template, Variant},
    facts::Offer,
    governance,
};
use crate::{
    generate::CaseRng,
    protocol::Protocol,
    sequence::{Action, ActionCall, Advance, Attack, Loan as FlashLoan, MarketMove, MoveKind, Sequence, Source, Step},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::U256;
use proptest::prelude::RngExt;
use std::collections::BTreeSet;

/// A scenario as a file describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skeleton {
    pub(super) info: Info,
    /// Roles with which another scenario does the same and more.
    pub(super) lacks: Vec<String>,
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
        if !self.lacks.is_empty() && economics.prices.is_empty() && economics.reference.is_none() {
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
    }

    fn vary(&self, drawing: &Drawing<'_>, kept: [&Sequence; 2], rng: &mut CaseRng) -> Option<Sequence> {
        let mut sequence = kept[0].clone();
        if rng.random_ratio(1, 3) {
            join(&mut sequence, kept[1].clone(), rng)?;
            return Some(sequence);
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
            None => Judged::ByInvariants,
        }
    }
}

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
        Template::Attack { loan, around, count, after } => {
            let opening = around.as_ref().and_then(|role| draw_opening(drawing, role, rng));
            let (opening, closing) = opening.unzip();
            let mut body: Vec<_> = opening.into_iter().collect();
            for _ in 0..rng.random_range(count[0]..=count[1]) {
                body.extend(draw_action(drawing, rng));
            }
            body.extend(closing.flatten());
            let mut actions = with_loan(drawing, *loan, body, rng);
            for _ in 0..rng.random_range(after[0]..=after[1]) {
                actions.extend(draw_action(drawing, rng));
            }
            steps.push(attack(drawing.protocol, actions, Advance::default())?);
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
    if !wanted {
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
            Action::Loan(loan) => {
                loans = true;
                note_calls(protocol, &loan.body, called);
            }
        }
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
    let mut actions = sequence.steps.iter_mut().find_map(|step| match step {
        Step::Attack(attack) => Some(&mut attack.actions),
        Step::Call(_) | Step::Market(_) => None,
    })?;
    while let Some(at) = actions.iter().position(|action| matches!(action, Action::Loan(_))) {
        let Action::Loan(loan) = &mut actions[at] else { return None };
        actions = &mut loan.body;
    }
    Some(actions)
}

/// Changes one thing in a script: an action more, one less, two exchanged, other arguments, another amount.
fn vary_script(drawing: &Drawing<'_>, actions: &mut Vec<Action>, rng: &mut CaseRng) {
    if actions.is_empty() {
        actions.extend(draw_action(drawing, rng));
        return;
    }
    let at = rng.random_range(0..actions.len());
    if let Action::Loan(loan) = &mut actions[at]
        && rng.random_ratio(4, 5)
    {
        vary_script(drawing, &mut loan.body, rng);
        return;
    }
    match rng.random_range(0..6_u32) {
        0 | 1 => {
            if let Some(action) = draw_action(drawing, rng) {
                let place = rng.random_range(0..=actions.len());
                actions.insert(place, action);
            }
        }
        2 => {
            actions.remove(at);
        }
        3 => {
            let with = rng.random_range(0..actions.len());
            actions.swap(at, with);
        }
        _ => match &mut actions[at] {
            Action::Call(call) if rng.random() => {
                *call = drawing.attacker.draw_action(drawing.protocol, call.function, rng);
            }
            Action::Call(call) => vary_amount(call, rng),
            Action::Loan(loan) => {
                let offer = drawing.facts.offers().iter().find(|offer| offer.lender == loan.lender);
                let percent = PERCENTS[rng.random_range(0..PERCENTS.len())];
                loan.amount = offer.map_or(loan.amount, |offer| offer.most / U256::from(100) * U256::from(percent));
            }
        },
    }
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
        if let Source::Balance { bps, .. } = &mut live.source {
            *bps = (*bps * times / over).clamp(1, 10_000);
        }
    } else if let DynSolValue::Uint(amount, _) = &mut call.arguments[at] {
        *amount = amount.checked_mul(U256::from(times)).map_or(*amount, |scaled| scaled / U256::from(over));
    }
}

/// An action: mostly one of a kind that is known to move tokens, with amounts of those tokens; else any.
fn draw_action(drawing: &Drawing<'_>, rng: &mut CaseRng) -> Option<Action> {
    if rng.random_ratio(3, 4)
        && let Some(call) = drawing.exchanges.draw(rng)
    {
        return Some(Action::Call(call));
    }
    let function = drawing.attacker.palette.draw_function(rng)?;
    Some(Action::Call(drawing.attacker.draw_action(drawing.protocol, function, rng)))
}

/// An action that opens a script around a role, and often the one that closes it: the way back of all that the opening gave.
fn draw_opening(drawing: &Drawing<'_>, role: &str, rng: &mut CaseRng) -> Option<(Action, Option<Action>)> {
    let protocol = drawing.protocol;
    let plays = |index: usize| {
        let contract = protocol.functions[index].contract;
        protocol.with_role(role).any(|binding| binding.contract == contract)
    };
    if rng.random_ratio(3, 4)
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
