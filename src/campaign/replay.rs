use super::{
    Features,
    executor::Executor,
    finding::{Finding, FindingKind},
    shrink::{Target, show},
    worker::{Ground, Worker},
};
use crate::{
    economics::Valuation,
    evm::{Execution, Trace},
    generate::{Audience, Palette},
    invariant::Checks,
    protocol::Protocol,
    scenario::{self, Facts, Scenario},
    sequence::{Sequence, Step, StepRecord},
};
use alloy_primitives::U256;
use std::sync::Arc;

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplayStatus {
    /// The same violation, or a profit in the same scenario.
    Reproduced {
        /// What was seen, with numbers.
        evidence: String,
    },
    /// The steps run and do no harm.
    Fixed {
        /// What was seen instead.
        why: String,
    },
    /// The steps, or the rule, do not fit the protocol any more.
    NotApplicable {
        /// Why.
        why: String,
    },
}

/// One step of a replay.
#[derive(Debug, Clone)]
pub struct StepTrace {
    /// The step.
    pub step: StepRecord,
    /// How it ended.
    pub execution: Execution,
    /// Its call tree; empty where only time passed.
    pub trace: Trace,
}

/// A finding run again, from the base state of a protocol.
#[derive(Debug, Clone)]
pub struct Replay {
    /// What became of it.
    pub status: ReplayStatus,
    /// Its steps, as far as they fit.
    pub traces: Vec<StepTrace>,
}

/// Runs a finding again on `protocol`, which may have changed since, in a fresh machine.
pub fn replay(protocol: &Protocol, finding: &Finding) -> Replay {
    let not_applicable = |why: String| Replay { status: ReplayStatus::NotApplicable { why }, traces: Vec::new() };
    let sequence = match Sequence::from_records(protocol, &finding.steps) {
        Ok(sequence) => sequence,
        Err(error) => return not_applicable(error.to_string()),
    };
    let traces = trace(protocol, &sequence);
    let status = match finding.kind {
        FindingKind::Invariant | FindingKind::Assertion => replay_invariant(protocol, finding, sequence),
        FindingKind::Profit => replay_profit(protocol, finding, sequence),
    };
    match status {
        Ok(status) => Replay { status, traces },
        Err(why) => Replay { traces, ..not_applicable(why) },
    }
}

fn replay_invariant(protocol: &Protocol, finding: &Finding, sequence: Sequence) -> Result<ReplayStatus, String> {
    let checks =
        Checks::for_protocol(protocol, std::slice::from_ref(&finding.rule)).map_err(|error| error.to_string())?;
    let instance = (0..checks.len())
        .find(|instance| {
            let about = checks.about(*instance);
            about.id == finding.rule && about.contracts == finding.contracts
        })
        .ok_or_else(|| format!("the protocol has no invariant {} on {}", finding.rule, finding.contracts.join(", ")))?;
    let mut executor = Executor::new(Arc::new(protocol.clone()), checks);
    let outcome = executor.run(sequence);
    Ok(if outcome.violations.iter().any(|violation| violation.instance == instance) {
        ReplayStatus::Reproduced { evidence: executor.explain(instance) }
    } else {
        let why = format!("{} holds after every step ({} of them revert)", finding.rule, outcome.reverts);
        ReplayStatus::Fixed { why }
    })
}

fn replay_profit(protocol: &Protocol, finding: &Finding, sequence: Sequence) -> Result<ReplayStatus, String> {
    let scenario = scenario::of(protocol)
        .map_err(|error| error.to_string())?
        .into_iter()
        .find(|scenario| finding.scenario.as_ref() == Some(&scenario.info().id))
        .ok_or_else(|| format!("there is no scenario {}", finding.scenario.as_deref().unwrap_or("in the finding")))?;
    let ground = ground(protocol, scenario, finding.seed)?;
    let ground = Arc::new(ground);
    let mut worker = Worker::new(&ground, Features::none());
    let target = Target::Profit { scenario: 0, least: U256::ONE };
    let shown = show(&mut worker, &ground, target, sequence);
    Ok(match shown.and_then(|shown| shown.profit) {
        Some(profit) => ReplayStatus::Reproduced {
            evidence: format!("the attacker gains {} base units of {}", profit.amount, profit.token),
        },
        None => ReplayStatus::Fixed { why: "the attacker gains nothing".to_owned() },
    })
}

/// What a worker needs to run sequences of one scenario, without searching.
pub(super) fn ground(protocol: &Protocol, scenario: Arc<dyn Scenario>, seed: u64) -> Result<Ground, String> {
    let valuation = Valuation::new(protocol).map_err(|error| error.to_string())?;
    Ok(Ground {
        protocol: Arc::new(protocol.clone()),
        seed,
        steps: protocol.campaign.steps,
        features: Features::none(),
        senders: Vec::new(),
        people: Vec::new(),
        everyone: Palette::new(protocol, Audience::Everyone),
        attacker: Palette::new(protocol, Audience::Attacker),
        facts: Facts::new(protocol),
        valuation,
        scenarios: vec![scenario],
        free: false,
        imports: Vec::new(),
        taped: false,
        checks: Checks::none(protocol),
    })
}

/// The same steps with the places of the contracts that earlier steps create, which are known once those have run.
pub fn placed(protocol: &Protocol, sequence: Sequence) -> Sequence {
    let is_open = |step: &Step| match step {
        Step::Call(call) => call.instance.is_some(),
        Step::Attack(_) => protocol.contracts.iter().any(|contract| contract.created),
        Step::Market(_) => false,
    };
    if !sequence.steps.iter().any(is_open) {
        return sequence;
    }
    Executor::new(Arc::new(protocol.clone()), Checks::none(protocol)).run(sequence).sequence
}

/// Runs the steps in a tracing machine.
pub fn trace(protocol: &Protocol, sequence: &Sequence) -> Vec<StepTrace> {
    let sequence = &placed(protocol, sequence.clone());
    let mut machine = protocol.machine();
    let records = sequence.to_records(protocol);
    let mut traces = Vec::new();
    for (step, record) in sequence.steps.iter().zip(records) {
        let advance = step.advance();
        machine.advance(advance.blocks, advance.seconds);
        let (execution, trace) = if let Ok(Some(message)) = step.message(protocol) {
            machine.trace(&message)
        } else {
            if let Some(account) = step.silences(protocol) {
                machine.silence(account);
            }
            (super::executor::silence(), Trace::default())
        };
        traces.push(StepTrace { step: record, execution, trace });
    }
    traces
}
