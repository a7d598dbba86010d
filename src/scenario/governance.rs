//! Steps of a governance attack, for any governor whose functions carry the usual names (OpenZeppelin's Governor, Compound's
//! GovernorBravo and simpler ones): arguments are filled by type and by verb.

use super::{
    Drawing,
    action::callee,
    exchange::{Exchange, all},
    facts::Wait,
    file::Loan,
    skeleton::{attack, with_loan},
    vary::each,
};
use crate::{
    generate::CaseRng,
    protocol::{Protocol, RoleBinding},
    sequence::{Action, ActionCall, Advance, Call, Live, Sequence, Source, Step},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, U256, keccak256};
use proptest::prelude::RngExt;

/// Text of the proposals; OpenZeppelin's governor names a proposal by its hash.
const DESCRIPTION: &str = "payload";

/// A stage of a proposal's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Propose,
    Vote,
    Queue,
    Execute,
}

impl Verb {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Propose => &["propose"],
            Self::Vote => &["castVote", "vote"],
            Self::Queue => &["queue"],
            Self::Execute => &["execute", "emergencyExecute", "emergencyCommit"],
        }
    }
}

/// Whether a function of a governor takes a proposal through one of its stages.
fn is_verb(name: &str) -> bool {
    [Verb::Propose, Verb::Vote, Verb::Queue, Verb::Execute].iter().any(|verb| verb.names().contains(&name))
}

/// What a proposal does: a call of some contract.
struct Payload {
    target: Address,
    data: Vec<u8>,
}

/// Where the id of the proposal comes from.
#[derive(Clone, Copy)]
enum Id {
    /// Propose itself has none.
    None,
    /// An earlier step.
    Step(usize),
    /// An earlier action of the same script.
    Action(usize),
}

/// One of this many variations of a sequence with a proposal has it do something else.
const REPURPOSED_SHARE: u32 = 3;

/// One block of mainnet.
const NEXT_BLOCK: Advance = Advance { blocks: 1, seconds: 12 };

/// A step, or an action, that proposes a drawn payload.
pub(super) fn propose(drawing: &Drawing<'_>, loan: Loan, steps: &mut Vec<Step>, rng: &mut CaseRng) -> Option<()> {
    let governor = pick_governor(drawing.protocol, rng)?;
    let call = draw_proposal(drawing, governor, rng)?.0;
    // Votes that were bought before count from the next block on.
    let advance = if steps.is_empty() { Advance::default() } else { NEXT_BLOCK };
    push_scripted(drawing, (loan, governor), (call, advance), steps, rng)
}

/// A step that votes for the proposal of an earlier step, after the delay that the governor states.
pub(super) fn vote(drawing: &Drawing<'_>, loan: Loan, steps: &mut Vec<Step>, rng: &mut CaseRng) -> Option<()> {
    let protocol = drawing.protocol;
    let (step, governor, payload) = proposed(protocol, steps)?;
    let call = verb_call(protocol, governor, Verb::Vote, &payload, Id::Step(step), rng)?;
    let delay = drawing.facts.wait(&[protocol.contracts[governor.contract].address], Wait::Vote, rng);
    push_scripted(drawing, (loan, governor), (call, delay), steps, rng)
}

/// A plain call of the attacker that takes the proposal further; nothing where the governor has no such stage.
pub(super) fn proceed(drawing: &Drawing<'_>, verb: Verb, steps: &mut Vec<Step>, rng: &mut CaseRng) {
    let protocol = drawing.protocol;
    let Some((step, governor, payload)) = proposed(protocol, steps) else { return };
    let Some(call) = verb_call(protocol, governor, verb, &payload, Id::Step(step), rng) else { return };
    let Some(attacker) = protocol.attacker() else { return };
    let timelocks = protocol.with_role("timelock").map(|binding| protocol.contracts[binding.contract].address);
    let contracts: Vec<_> = timelocks.chain([protocol.contracts[governor.contract].address]).collect();
    let first = verb == Verb::Queue || !has_verb(protocol, governor, Verb::Queue);
    let advance = drawing.facts.wait(&contracts, if first { Wait::Count } else { Wait::Execution }, rng);
    let ActionCall { function, instance, arguments, live, value, .. } = call;
    steps.push(Step::Call(Call { sender: attacker.address, function, instance, arguments, live, value, advance }));
}

/// All stages in one script, for a governor that knows no delay.
pub(super) fn takeover(drawing: &Drawing<'_>, loan: Loan, steps: &mut Vec<Step>, rng: &mut CaseRng) -> Option<()> {
    let protocol = drawing.protocol;
    let governor = pick_governor(protocol, rng)?;
    let mut body = votes(drawing, governor, rng);
    let (propose, payload) = draw_proposal(drawing, governor, rng)?;
    let proposal = propose.function;
    body.push(Action::Call(propose));
    for verb in [Verb::Vote, Verb::Queue, Verb::Execute] {
        let call = verb_call(protocol, governor, verb, &payload, Id::Action(proposal), rng);
        body.extend(call.map(Action::Call));
    }
    let actions = with_loan(drawing, loan, body, rng);
    steps.push(attack(protocol, actions, Advance::default())?);
    Some(())
}

/// Has the proposal of a sequence, now and then, do something else: what passes with one payload passes with another one. None where
/// it makes none.
pub(super) fn repurpose(drawing: &Drawing<'_>, sequence: &mut Sequence, rng: &mut CaseRng) -> Option<()> {
    let protocol = drawing.protocol;
    let (_, governor, present) = proposed(protocol, &sequence.steps)?;
    // A proposal that is no call says otherwise what it does.
    if present.data.is_empty() || !rng.random_ratio(1, REPURPOSED_SHARE) {
        return None;
    }
    let payload = draw_payload(drawing, governor, rng)?;
    each(&mut sequence.steps, &mut |function, arguments, live| {
        let function = &protocol.functions[*function];
        if function.contract != governor.contract || !is_verb(&function.abi.name) {
            return;
        }
        for (argument, kind) in function.inputs.iter().enumerate() {
            if !live.iter().any(|live| live.spot.argument == argument)
                && let Some(value) = payload_argument(kind, &payload)
            {
                arguments[argument] = value;
            }
        }
    });
    Some(())
}

/// The same sequence without any call to a governor; none when there is none in it.
pub(super) fn without_governor(protocol: &Protocol, sequence: &Sequence) -> Option<Sequence> {
    let governs = |function: usize| {
        let contract = protocol.functions[function].contract;
        protocol.with_role("governor").any(|binding| binding.contract == contract)
    };
    let mut steps = Vec::new();
    let mut found = false;
    let mut passed = Advance::default();
    for step in &sequence.steps {
        let mut step = step.clone();
        let advance = step.advance_mut();
        *advance = Advance { blocks: advance.blocks + passed.blocks, seconds: advance.seconds + passed.seconds };
        passed = Advance::default();
        let dropped = match &mut step {
            Step::Call(call) => governs(call.function),
            Step::Attack(attack) => {
                found |= drop_actions(&mut attack.actions, &governs);
                false
            }
            Step::Market(_) => false,
        };
        if dropped {
            found = true;
            passed = step.advance();
        } else {
            steps.push(step);
        }
    }
    found.then_some(Sequence { steps })
}

fn drop_actions(actions: &mut Vec<Action>, governs: &impl Fn(usize) -> bool) -> bool {
    let before = actions.len();
    actions.retain(|action| !matches!(action, Action::Call(call) if governs(call.function)));
    let mut found = actions.len() != before;
    for action in actions {
        found |= drop_actions(action.body_mut(), governs);
    }
    found
}

fn pick_governor<'a>(protocol: &'a Protocol, rng: &mut CaseRng) -> Option<&'a RoleBinding> {
    let governors: Vec<_> = protocol.with_role("governor").collect();
    (!governors.is_empty()).then(|| governors[rng.random_range(0..governors.len())])
}

/// The first proposal that steps make: the index of the step, the governor and the payload.
fn proposed<'a>(protocol: &'a Protocol, steps: &[Step]) -> Option<(usize, &'a RoleBinding, Payload)> {
    fn find<'b>(actions: &'b [Action], is_proposal: &impl Fn(usize) -> bool) -> Option<(usize, &'b [DynSolValue])> {
        actions.iter().find_map(|action| match action {
            Action::Call(call) if is_proposal(call.function) => Some((call.function, call.arguments.as_slice())),
            Action::Call(_) | Action::Loan(_) | Action::Repeat(_) => find(action.body(), is_proposal),
        })
    }
    let is_proposal = |function: usize| Verb::Propose.names().contains(&protocol.functions[function].abi.name.as_str());
    let (step, (function, arguments)) = steps.iter().enumerate().find_map(|(index, step)| match step {
        Step::Attack(attack) => Some((index, find(&attack.actions, &is_proposal)?)),
        Step::Call(call) if is_proposal(call.function) => Some((index, (call.function, call.arguments.as_slice()))),
        Step::Call(_) | Step::Market(_) => None,
    })?;
    let contract = protocol.functions[function].contract;
    let governor = protocol.with_role("governor").find(|binding| binding.contract == contract)?;
    let target = arguments.iter().find_map(|value| match value {
        DynSolValue::Address(target) => Some(*target),
        DynSolValue::Array(items) => items.first().and_then(DynSolValue::as_address),
        _ => None,
    });
    let data = arguments.iter().find_map(|value| match value {
        DynSolValue::Bytes(data) => Some(data.clone()),
        DynSolValue::Array(items) => match items.first() {
            Some(DynSolValue::Bytes(data)) => Some(data.clone()),
            _ => None,
        },
        _ => None,
    });
    // A proposal that is no call is known by its id alone.
    let payload = Payload { target: target.unwrap_or_default(), data: data.unwrap_or_default() };
    Some((step, governor, payload))
}

/// A call that proposes something: a drawn payload where proposals are calls; else what its parameters are called says what they are,
/// as of a grant.
fn draw_proposal(drawing: &Drawing<'_>, governor: &RoleBinding, rng: &mut CaseRng) -> Option<(ActionCall, Payload)> {
    let payload = draw_payload(drawing, governor, rng)?;
    let call = verb_call(drawing.protocol, governor, Verb::Propose, &payload, Id::None, rng)?;
    let takes_data = |kind: &DynSolType| match kind {
        DynSolType::Bytes => true,
        DynSolType::Array(inner) => **inner == DynSolType::Bytes,
        _ => false,
    };
    if drawing.protocol.functions[call.function].inputs.iter().any(takes_data) {
        return Some((call, payload));
    }
    Some((drawing.attacker.draw_action(drawing.protocol, call.function, rng), payload))
}

/// Some call of a contract other than the governor, with amounts that somebody holds and the attacker as the likely recipient.
fn draw_payload(drawing: &Drawing<'_>, governor: &RoleBinding, rng: &mut CaseRng) -> Option<Payload> {
    let protocol = drawing.protocol;
    if rng.random_ratio(1, 3)
        && let Some(payout) = draw_payout(drawing, rng)
    {
        return Some(payout);
    }
    let functions: Vec<_> = protocol
        .functions
        .iter()
        .enumerate()
        .filter(|(_, function)| function.contract != governor.contract)
        .map(|(index, _)| index)
        .collect();
    // What is worth taking is with those who hold tokens.
    let rich: Vec<_> =
        functions.iter().copied().filter(|index| drawing.facts.holds(protocol.functions[*index].contract)).collect();
    let among = if !rich.is_empty() && rng.random() { &rich } else { &functions };
    if among.is_empty() {
        return None;
    }
    let function = &protocol.functions[among[rng.random_range(0..among.len())]];
    let (arguments, _) = drawing.attacker.draw_arguments(function, rng);
    let mut data = function.selector.to_vec();
    data.extend(DynSolValue::Tuple(arguments).abi_encode_params());
    Some(Payload { target: protocol.contracts[function.contract].address, data })
}

/// A call that hands the attacker tokens which a governor or a timelock may move: who executes a proposal makes its calls.
fn draw_payout(drawing: &Drawing<'_>, rng: &mut CaseRng) -> Option<Payload> {
    let protocol = drawing.protocol;
    let executors: Vec<_> = ["governor", "timelock"]
        .into_iter()
        .flat_map(|role| protocol.with_role(role))
        .map(|one| one.contract)
        .collect();
    let executor = *executors.get(rng.random_range(0..executors.len().max(1)))?;
    let (target, data) = drawing.attacker.palette.draw_spoil(executor, protocol.attacker_contract?, rng)?;
    Some(Payload { target, data: data.into() })
}

/// What makes the script's contract count: it delegates to itself, and mostly gives the governor what that takes, where votes are
/// tokens that are locked.
fn votes(drawing: &Drawing<'_>, governor: &RoleBinding, rng: &mut CaseRng) -> Vec<Action> {
    let protocol = drawing.protocol;
    let mut actions = delegations(protocol);
    let place = protocol.contracts[governor.contract].address;
    // Who pays along with a proposal makes one, and has no more votes than before.
    let is_stake = |exchange: &Exchange| {
        let function = exchange.call.function;
        exchange.pays() && callee(protocol, function) == place && !is_verb(&protocol.functions[function].abi.name)
    };
    let stake = if drawing.parts.actions { drawing.exchanges.draw_that(&is_stake, rng) } else { None };
    let stake = stake.filter(|_| rng.random_ratio(3, 4));
    actions.extend(stake.map(|exchange| Action::Call(exchange.call(&mut all))));
    actions
}

/// Votes of a token often count only when they are delegated: the script delegates to itself where it can.
fn delegations(protocol: &Protocol) -> Vec<Action> {
    let Some(contract) = protocol.attacker_contract else { return Vec::new() };
    let delegates =
        protocol.functions.iter().enumerate().filter(|(_, function)| {
            function.abi.name == "delegate" && function.inputs.as_slice() == [DynSolType::Address]
        });
    delegates
        .map(|(function, _)| {
            let arguments = vec![DynSolValue::Address(contract)];
            let call = ActionCall {
                function,
                instance: None,
                arguments,
                live: Vec::new(),
                value: U256::ZERO,
                callback: Vec::new(),
            };
            Action::Call(call)
        })
        .collect()
}

fn push_scripted(
    drawing: &Drawing<'_>,
    (loan, governor): (Loan, &RoleBinding),
    (call, advance): (ActionCall, Advance),
    steps: &mut Vec<Step>,
    rng: &mut CaseRng,
) -> Option<()> {
    let mut body = votes(drawing, governor, rng);
    body.push(Action::Call(call));
    let actions = with_loan(drawing, loan, body, rng);
    steps.push(attack(drawing.protocol, actions, advance)?);
    Some(())
}

fn has_verb(protocol: &Protocol, governor: &RoleBinding, verb: Verb) -> bool {
    protocol
        .functions
        .iter()
        .any(|function| function.contract == governor.contract && verb.names().contains(&function.abi.name.as_str()))
}

/// A call of one of the governor's functions for `verb`, its arguments filled by type.
fn verb_call(
    protocol: &Protocol,
    governor: &RoleBinding,
    verb: Verb,
    payload: &Payload,
    id: Id,
    rng: &mut CaseRng,
) -> Option<ActionCall> {
    let functions: Vec<_> = protocol
        .functions
        .iter()
        .enumerate()
        .filter(|(_, function)| {
            function.contract == governor.contract && verb.names().contains(&function.abi.name.as_str())
        })
        .map(|(index, _)| index)
        .collect();
    if functions.is_empty() {
        return None;
    }
    let function = functions[rng.random_range(0..functions.len())];
    let mut live = Vec::new();
    let inputs = &protocol.functions[function].inputs;
    let arguments = inputs
        .iter()
        .enumerate()
        .map(|(argument, kind)| match kind {
            DynSolType::Uint(256) if verb != Verb::Propose => {
                match id {
                    Id::None => {}
                    Id::Step(index) => live.push(Live::new(argument, Source::Step { index })),
                    Id::Action(function) => live.push(Live::new(argument, Source::Result { function })),
                }
                DynSolValue::Uint(U256::ZERO, 256)
            }
            DynSolType::Array(inner) => DynSolValue::Array(vec![argument_of(inner, payload)]),
            other => argument_of(other, payload),
        })
        .collect();
    Some(ActionCall { function, instance: None, arguments, live, value: U256::ZERO, callback: Vec::new() })
}

/// Part of a proposal by its type, where it is part of what the proposal does.
fn payload_argument(kind: &DynSolType, payload: &Payload) -> Option<DynSolValue> {
    match kind {
        DynSolType::Address | DynSolType::Bytes => Some(argument_of(kind, payload)),
        DynSolType::Array(inner) => Some(DynSolValue::Array(vec![payload_argument(inner, payload)?])),
        _ => None,
    }
}

/// Part of a proposal by its type: target, calldata, description or its hash, support.
fn argument_of(kind: &DynSolType, payload: &Payload) -> DynSolValue {
    match kind {
        DynSolType::Address => DynSolValue::Address(payload.target),
        DynSolType::Bytes => DynSolValue::Bytes(payload.data.clone()),
        DynSolType::String => DynSolValue::String(DESCRIPTION.to_owned()),
        DynSolType::FixedBytes(32) => DynSolValue::FixedBytes(keccak256(DESCRIPTION), 32),
        DynSolType::Bool => DynSolValue::Bool(true),
        // Support: 1 is "for" in every governor since GovernorBravo.
        DynSolType::Uint(8) => DynSolValue::Uint(U256::ONE, 8),
        other => crate::sequence::zero_value(other),
    }
}
