use super::{
    Drawing, Info, Judged, Scenario,
    action::{draw_action, draw_closing, draw_opening, is_approval, visit_addresses},
    facts::Offer,
    file::{By, Hole, Loan, ScenarioFile, Script, Template, Variant},
    governance,
    history::history,
    hole,
    market::draw_market,
    plumbing,
    vary::{MAX_JOINED, join, vary_script},
};
use crate::{
    generate::CaseRng,
    protocol::{ConfigError, Intent, Protocol, TRANSFER_CALL},
    sequence::{Action, ActionCall, Advance, Attack, Call, Loan as FlashLoan, Sequence, Step},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, U256};
use proptest::prelude::RngExt;
use std::collections::BTreeSet;

/// A scenario file whose names are bound to a protocol.
#[derive(Debug, Clone)]
pub struct Skeleton(ScenarioFile);

impl Skeleton {
    /// Finds out what the names of `file` mean in `protocol`.
    ///
    /// # Errors
    ///
    /// When a name is neither a role nor a deployment, a contract has no such function, or an argument does not fit its parameter.
    pub fn new(mut file: ScenarioFile, protocol: &Protocol) -> Result<Self, ConfigError> {
        for template in file.variants.iter_mut().flat_map(|variant| &mut variant.steps) {
            if let Template::Attack(script) = template {
                plumbing::bind(&mut script.holes, protocol)?;
            }
        }
        Ok(Self(file))
    }

    /// Variants that a protocol has the roles for.
    fn usable<'a>(&'a self, protocol: &'a Protocol) -> impl Iterator<Item = &'a Variant> {
        self.0.variants.iter().filter(|variant| lacking(protocol, variant).is_ok())
    }
}

impl Scenario for Skeleton {
    fn info(&self) -> &Info {
        &self.0.info
    }

    fn applies(&self, protocol: &Protocol) -> Result<(), String> {
        missing(protocol, &self.0.info.needs)?;
        if let Some(role) = self.0.lacks.iter().find(|role| protocol.with_role(role).next().is_some()) {
            return Err(format!("there is a contract with the role `{role}`, and another scenario for it"));
        }
        let economics = &protocol.economics;
        if self.0.priced && economics.prices.is_empty() && economics.reference.is_none() {
            return Err("nothing has a price, see [economics]".to_owned());
        }
        let variants: Vec<_> = self.0.variants.iter().map(|variant| lacking(protocol, variant)).collect();
        if variants.iter().any(Result::is_ok) { Ok(()) } else { variants.into_iter().collect() }
    }

    fn draw(&self, drawing: &Drawing<'_>, rng: &mut CaseRng) -> Option<Sequence> {
        let usable: Vec<_> = self.usable(drawing.protocol).collect();
        if usable.is_empty() {
            return None;
        }
        let variant = usable[rng.random_range(0..usable.len())];
        let mut steps = Vec::new();
        for template in &variant.steps {
            fill(template, drawing, &mut steps, rng)?;
        }
        (!steps.is_empty()).then_some(Sequence { steps })
    }

    fn is_shown_by(&self, protocol: &Protocol, sequence: &Sequence) -> bool {
        let mut seen = Seen::default();
        for step in &sequence.steps {
            match step {
                Step::Call(call) => seen.call(protocol, call.function, &call.arguments),
                Step::Attack(attack) => seen.script(protocol, &attack.actions),
                Step::Market(_) => {}
            }
        }
        let shows = &self.0.shows;
        let plays = |contract: usize, role: &str| protocol.with_role(role).any(|binding| binding.contract == contract);
        let roles: Vec<_> = shows.roles.iter().map(String::as_str).collect();
        // Who pays in by a plain transfer calls a token, which acts on no price.
        let is_beyond = |contract: usize| !roles.iter().chain(&["token"]).any(|role| plays(contract, role));
        (seen.loan || !shows.loan)
            && (seen.donation || !shows.donation)
            && (seen.callback || !shows.callback)
            && roles.iter().all(|role| seen.called.iter().any(|contract| plays(*contract, role)))
            && (!shows.beyond || seen.called.iter().any(|contract| is_beyond(*contract)))
            && (!shows.intent || sequence.steps.iter().any(|step| is_intent(protocol, step)))
            && (!shows.waits || sequence.steps.iter().skip(1).any(|step| !step.advance().is_zero()))
    }

    fn vary(&self, drawing: &Drawing<'_>, kept: [&Sequence; 2], rng: &mut CaseRng) -> Option<Sequence> {
        let mut sequence = kept[0].clone();
        let protocol = drawing.protocol;
        if drawing.parts.actions && governance::repurpose(drawing, &mut sequence, rng).is_some() {
            return Some(sequence);
        }
        if rng.random_ratio(1, 3) {
            join(&mut sequence, kept[1].clone(), rng)?;
            if rng.random() {
                return Some(sequence);
            }
        }
        for _ in 0..rng.random_range(1..=3_u32) {
            let at = rng.random_range(0..sequence.steps.len().max(1));
            match sequence.steps.get_mut(at)? {
                // What others are about to do is theirs.
                step if is_intent(protocol, step) => {}
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
        let steps = self.usable(drawing.protocol).flat_map(|variant| &variant.steps);
        let mut loans = steps.filter_map(|step| match step {
            Template::Attack(script) => Some(script.loan),
            _ => None,
        });
        let loan = loans.next()?;
        let protocol = drawing.protocol;
        let actor = whose(other, protocol.attacker()?.address)?;
        let home = drawing.protocol.attacker_contract?;
        // What somebody else did may need what that one had done before.
        let is_others = Some(actor) != protocol.attacker().map(|attacker| attacker.address);
        let before = if is_others && rng.random() { history(protocol, Some(actor), rng) } else { None };
        let before = before.filter(|before| before.steps.first() != other.steps.first());
        let mut actions = Vec::new();
        for step in before.iter().flat_map(|before| &before.steps).chain(&other.steps) {
            match step {
                Step::Call(call) if is_approval(&protocol.functions[call.function]) => {}
                Step::Call(call) if call.sender == actor => actions.push(Action::Call(as_action(call, home))),
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
        let is_others = |step: &&Step| matches!(step, Step::Call(call) if Some(call.sender) != attacker);
        let (mut intents, mut others) = (false, false);
        for step in sequence.steps.iter().filter(is_others) {
            let seen = is_intent(protocol, step);
            (intents, others) = (intents || seen, others || !seen);
        }
        if outside || others || !self.0.variants.iter().any(|variant| variant.profit) {
            return Judged::ByInvariants;
        }
        let waits = sequence.steps.iter().any(|step| !step.advance().is_zero());
        if intents {
            // With time between, more than what was seen coming changes.
            return if waits { Judged::ByInvariants } else { at_expense(protocol, sequence) };
        }
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

/// Whether a step is what an honest actor is about to do.
fn is_intent(protocol: &Protocol, step: &Step) -> bool {
    let Step::Call(call) = step else { return false };
    protocol.intents.iter().any(|intent| {
        (intent.sender, intent.function, intent.value) == (call.sender, call.function, call.value)
            && intent.arguments == call.arguments
    })
}

/// Whose calls of a sequence a script makes: the attacker's, or what anybody else was the last to do, where the attacker does nothing.
fn whose(sequence: &Sequence, attacker: Address) -> Option<Address> {
    let mut senders = sequence.steps.iter().filter_map(|step| match step {
        Step::Call(call) => Some(call.sender),
        Step::Attack(_) => Some(attacker),
        Step::Market(_) => None,
    });
    let last = senders.clone().next_back()?;
    Some(senders.find(|sender| *sender == attacker).unwrap_or(last))
}

/// How a sequence is judged that holds what others are about to do.
fn at_expense(protocol: &Protocol, sequence: &Sequence) -> Judged {
    let mut steps = sequence.steps.clone();
    steps.retain(|step| is_intent(protocol, step));
    let senders = steps.iter().filter_map(|step| match step {
        Step::Call(call) => Some(call.sender),
        Step::Attack(_) | Step::Market(_) => None,
    });
    Judged::AtExpenseOf(senders.collect(), Sequence { steps })
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
    let is_the_worlds = |step: &Template| matches!(step, Template::Market | Template::Calls { by: By::Everyone, .. });
    if protocol.attacker_contract.is_none() && !variant.steps.iter().all(is_the_worlds) {
        return Err("there is no actor of kind `attacker`".to_owned());
    }
    missing(protocol, &variant.needs)?;
    if protocol.intents.is_empty() && variant.steps.contains(&Template::Intent) {
        return Err("no [[intent]] says what an honest actor is about to do".to_owned());
    }
    let mut holes = variant.steps.iter().flat_map(|step| match step {
        Template::Attack(script) => &script.holes[..],
        _ => &[],
    });
    holes.try_for_each(unbound)
}

/// A role that a hole names and no contract has.
fn unbound(hole: &Hole) -> Result<(), String> {
    match &hole.bound.missing {
        Some(role) => Err(format!("no contract has the role `{role}`")),
        None => hole.body.iter().try_for_each(unbound),
    }
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
        Template::Attack(script) => {
            let Script { loan, around, holes, count, after, wait } = script;
            let opening = around.as_ref().and_then(|role| draw_opening(drawing, role, rng));
            let (opening, closing) = opening.unzip();
            // What its scripts before did is known to the attacker.
            let mut body = earlier(steps);
            let own = body.len();
            body.extend(opening);
            hole::fill(holes, drawing, &mut body, rng);
            for _ in 0..rng.random_range(count[0]..=count[1]) {
                body.extend(draw_action(drawing, &body, rng));
            }
            body.extend(closing.flatten());
            if drawing.parts.links && around.is_none() && rng.random_ratio(1, 3) {
                body.extend(draw_closing(drawing, &body, rng));
            }
            let mut actions = with_loan(drawing, *loan, body.split_off(own), rng);
            for _ in 0..rng.random_range(after[0]..=after[1]) {
                actions.extend(draw_action(drawing, &actions, rng));
            }
            let advance = Advance { blocks: *wait, seconds: wait * BLOCK_TIME };
            steps.push(attack(drawing.protocol, actions, advance)?);
        }
        Template::Intent => {
            let intents = &drawing.protocol.intents;
            let Intent { sender, function, arguments, value, worth: _ } =
                intents.get(rng.random_range(0..intents.len().max(1)))?.clone();
            let (live, advance) = (Vec::new(), Advance::default());
            steps.push(Step::Call(Call { sender, function, instance: None, arguments, live, value, advance }));
        }
        Template::Market => steps.push(Step::Market(draw_market(drawing, rng)?)),
        Template::Propose { loan } => governance::propose(drawing, *loan, steps, rng)?,
        Template::Vote { loan } => governance::vote(drawing, *loan, steps, rng)?,
        Template::Queue => governance::proceed(drawing, governance::Verb::Queue, steps, rng),
        Template::Execute => governance::proceed(drawing, governance::Verb::Execute, steps, rng),
        Template::Takeover { loan } => governance::takeover(drawing, *loan, steps, rng)?,
    }
    Some(())
}

/// The calls of scripts before.
fn earlier(steps: &[Step]) -> Vec<Action> {
    let mut calls = Vec::new();
    for step in steps {
        if let Step::Attack(attack) = step {
            Action::visit(&attack.actions, &mut |call| calls.push(Action::Call(call.clone())));
        }
    }
    calls
}

/// A call of the attacker as its contract makes it, for itself.
fn as_action(call: &Call, home: Address) -> ActionCall {
    let mut arguments = call.arguments.clone();
    visit_addresses(&mut arguments, &mut |address| {
        if *address == call.sender {
            *address = home;
        }
    });
    let Call { function, instance, live, value, .. } = call.clone();
    ActionCall { function, instance, arguments, live, value, callback: Vec::new() }
}

/// A step that runs a script.
pub(super) fn attack(protocol: &Protocol, actions: Vec<Action>, advance: Advance) -> Option<Step> {
    let sender = protocol.attacker()?.address;
    Some(Step::Attack(Attack { sender, contract: protocol.attacker_contract?, actions, advance }))
}

/// Shares of what a lender offers that are borrowed.
pub(super) const PERCENTS: [u8; 8] = [100, 100, 99, 75, 50, 25, 10, 1];

/// The script inside a flash loan, where there is a lender that lends: mostly of a token that it takes.
pub(super) fn with_loan(drawing: &Drawing<'_>, loan: Loan, body: Vec<Action>, rng: &mut CaseRng) -> Vec<Action> {
    let wanted = match loan {
        Loan::Never => false,
        Loan::Sometimes => rng.random_ratio(2, 3),
        Loan::Always => true,
    };
    if !wanted || !drawing.parts.loans {
        return body;
    }
    let needed = if rng.random_ratio(3, 4) { drawing.exchanges.needed(&body) } else { BTreeSet::new() };
    let offers = drawing.facts.offers();
    let fitting: Vec<_> = offers.iter().filter(|offer| needed.contains(&offer.token)).collect();
    let among = if fitting.is_empty() { offers.iter().collect() } else { fitting };
    let Some(&&Offer { lender, token, most }) = among.get(rng.random_range(0..among.len().max(1))) else { return body };
    // Mostly a share of what is on offer; sometimes a share of what somebody holds.
    let amount = match drawing.attacker.palette.draw_holding(rng) {
        Some(held) if rng.random_ratio(1, 4) => held.min(most),
        _ => most / U256::from(100) * U256::from(PERCENTS[rng.random_range(0..PERCENTS.len())]),
    };
    vec![Action::Loan(FlashLoan { lender, token, amount, body })]
}

/// What a sequence contains.
#[derive(Debug, Default)]
struct Seen {
    /// Contracts that it calls.
    called: BTreeSet<usize>,
    loan: bool,
    donation: bool,
    callback: bool,
}

impl Seen {
    fn call(&mut self, protocol: &Protocol, function: usize, arguments: &[DynSolValue]) {
        let called = protocol.functions[function].contract;
        self.called.insert(called);
        let is_token = protocol.with_role("token").any(|binding| binding.contract == called);
        if is_token && protocol.functions[function].abi.selector() == TRANSFER_CALL {
            let receiver = arguments.first().and_then(DynSolValue::as_address);
            self.donation |= protocol.contracts.iter().any(|contract| Some(contract.address) == receiver);
        }
    }

    fn script(&mut self, protocol: &Protocol, actions: &[Action]) {
        for action in actions {
            match action {
                Action::Call(call) => {
                    self.call(protocol, call.function, &call.arguments);
                    self.callback |= !call.callback.is_empty();
                }
                Action::Loan(_) => self.loan = true,
                Action::Repeat(_) => {}
            }
            self.script(protocol, action.body());
        }
    }
}
