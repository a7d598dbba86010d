use super::{
    Drawing, Info, Judged, Scenario,
    data::{By, Loan, Template, Variant},
    governance,
};
use crate::{
    generate::CaseRng,
    protocol::Protocol,
    sequence::{Action, Advance, Attack, Loan as FlashLoan, MarketMove, MoveKind, Sequence, Step},
};
use alloy_primitives::U256;
use proptest::prelude::RngExt;

/// A scenario as a file describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skeleton {
    pub(super) info: Info,
    pub(super) variants: Vec<Variant>,
}

impl Scenario for Skeleton {
    fn info(&self) -> &Info {
        &self.info
    }

    fn applies(&self, protocol: &Protocol) -> Result<(), String> {
        if protocol.attacker_contract.is_none() {
            return Err("there is no actor of kind `attacker`".to_owned());
        }
        missing(protocol, &self.info.needs)?;
        let variants: Vec<_> = self.variants.iter().map(|variant| missing(protocol, &variant.needs)).collect();
        if variants.iter().any(Result::is_ok) { Ok(()) } else { variants.into_iter().collect() }
    }

    fn draw(&self, drawing: &Drawing<'_>, rng: &mut CaseRng) -> Option<Sequence> {
        let usable: Vec<_> =
            self.variants.iter().filter(|variant| missing(drawing.protocol, &variant.needs).is_ok()).collect();
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
            let mut body = Vec::new();
            if let Some(role) = around {
                body.extend(draw_action_of(drawing, role, rng));
            }
            for _ in 0..rng.random_range(count[0]..=count[1]) {
                body.extend(draw_action(drawing, rng));
            }
            if let Some(role) = around
                && rng.random()
            {
                body.extend(draw_action_of(drawing, role, rng));
            }
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
    let lenders: Vec<_> = drawing.protocol.with_role("lender").collect();
    let tokens: Vec<_> = drawing.protocol.tokens().map(|token| token.address).collect();
    if lenders.is_empty() || tokens.is_empty() {
        return body;
    }
    let lender = drawing.protocol.contracts[lenders[rng.random_range(0..lenders.len())].contract].address;
    let token = tokens[rng.random_range(0..tokens.len())];
    // Shares of what somebody holds, so also of what the lender has.
    let drawn = drawing.attacker.palette.draw_holding(rng);
    let amount = drawn.unwrap_or_else(|| U256::from(10).pow(U256::from(rng.random_range(0..27_u32))));
    vec![Action::Loan(FlashLoan { lender, token, amount, body })]
}

fn draw_action(drawing: &Drawing<'_>, rng: &mut CaseRng) -> Option<Action> {
    let function = drawing.attacker.palette.draw_function(rng)?;
    Some(Action::Call(drawing.attacker.draw_action(drawing.protocol, function, rng)))
}

fn draw_action_of(drawing: &Drawing<'_>, role: &str, rng: &mut CaseRng) -> Option<Action> {
    let protocol = drawing.protocol;
    let functions: Vec<_> = drawing
        .attacker
        .palette
        .functions()
        .filter(|index| {
            let contract = protocol.functions[*index].contract;
            protocol.with_role(role).any(|binding| binding.contract == contract)
        })
        .collect();
    if functions.is_empty() {
        return None;
    }
    let function = functions[rng.random_range(0..functions.len())];
    Some(Action::Call(drawing.attacker.draw_action(protocol, function, rng)))
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
