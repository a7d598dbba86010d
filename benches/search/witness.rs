//! The generator's own test: every witness reaches its target in the real EVM, with its last call and not before.

use crate::{
    maze::{Actor, BLOCK_TIME, Call, Given, Maze, Shape, Target, generate},
    project::Project,
};
use alloy_primitives::{Address, U256};
use heist::{
    campaign::{Executor, Outcome},
    evm::Execution,
    protocol::Protocol,
    sequence::{self, Advance, Sequence, Step},
};
use std::{fmt::Write as _, sync::Arc};

/// Slot of `decoys`, behind `reached`.
const DECOYS: U256 = U256::ONE;

/// Fails unless the maze keeps what the generator promises.
pub(crate) fn check(project: &Project, shape: &Shape) -> Result<(), String> {
    let Maze { class, source, targets, .. } = &project.maze;
    let context = |message: String| format!("{} of seed {}: {message}", class.name(), project.seed);
    if generate(*class, project.seed, shape).source != *source {
        return Err(context("the same seed gives another contract".to_owned()));
    }
    if generate(*class, project.seed.wrapping_add(1), shape).source.lines().skip(5).eq(source.lines().skip(5)) {
        return Err(context("another seed gives the same contract".to_owned()));
    }
    if targets.len() != shape.targets {
        return Err(context(format!("{} targets instead of {}", targets.len(), shape.targets)));
    }
    let protocol = project.load().map_err(context)?;
    let mut executor = Executor::for_protocol(&protocol).map_err(|error| context(error.to_string()))?;
    for (number, target) in targets.iter().enumerate() {
        reach((number, target), &protocol, &mut executor).map_err(|why| context(format!("target {number}: {why}")))?;
    }
    Ok(())
}

/// The witnesses for a reader, a call a line. No search reads them.
pub(crate) fn text(maze: &Maze) -> String {
    let mut text = String::new();
    for (number, target) in maze.targets.iter().enumerate() {
        let _ = writeln!(text, "target {number}");
        for call in &target.witness {
            let given = call.arguments.iter().map(|(kind, given)| match given {
                Given::Value(word) => format!("{:?}", kind.value(*word)),
                told => format!("{told:?}"),
            });
            let arguments = given.collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "  +{} s {}.{}({arguments})", call.seconds, call.sender.name(), call.function);
        }
    }
    text
}

/// The words `reached` and `decoys` after the last run.
pub(crate) fn flags(executor: &mut Executor, protocol: &Protocol) -> (U256, U256) {
    let maze = protocol.contract("maze").map_or(Address::ZERO, |contract| contract.address);
    let machine = executor.machine();
    (machine.storage(maze, U256::ZERO), machine.storage(maze, DECOYS))
}

fn reach((number, target): (usize, &Target), protocol: &Protocol, executor: &mut Executor) -> Result<(), String> {
    let mut steps = Vec::new();
    let mut before = Outcome::default();
    for (index, call) in target.witness.iter().enumerate() {
        steps.push(step(call, protocol, executor.executions())?);
        let outcome = executor.run(Sequence { steps: steps.clone() });
        let last = index + 1 == target.witness.len();
        let (reached, decoys) = flags(executor, protocol);
        if !executor.executions().last().is_some_and(|end| end.succeeded()) {
            return Err(format!("call {index} ({}) reverts", call.function));
        }
        if reached.bit(number) != last {
            return Err(format!(
                "after call {index} ({}) it is {}reached",
                call.function,
                if last { "not " } else { "" }
            ));
        }
        if !decoys.is_zero() {
            return Err(format!("call {index} ({}) reaches a decoy", call.function));
        }
        if last && outcome.fresh.iter().all(|edge| before.fresh.contains(edge)) {
            return Err("reaching it is no new edge".to_owned());
        }
        before = outcome;
    }
    Ok(())
}

/// A call of a witness; `executions` are those of the calls before it.
fn step(call: &Call, protocol: &Protocol, executions: &[Arc<Execution>]) -> Result<Step, String> {
    let function = protocol.functions.iter().position(|function| function.abi.name == call.function);
    let mut arguments = Vec::new();
    for (kind, given) in &call.arguments {
        arguments.push(kind.value(word(given, executions).ok_or("an earlier call did not tell its key")?));
    }
    let blocks = if call.seconds == 0 { 0 } else { (call.seconds / BLOCK_TIME).max(1) };
    Ok(Step::Call(sequence::Call {
        sender: address(call.sender),
        instance: None,
        function: function.ok_or_else(|| format!("there is no function {}", call.function))?,
        arguments,
        live: Vec::new(),
        value: U256::ZERO,
        advance: Advance { blocks, seconds: call.seconds },
    }))
}

fn address(actor: Actor) -> Address {
    Address::from_word(actor.word().into())
}

fn word(given: &Given, executions: &[Arc<Execution>]) -> Option<U256> {
    match given {
        Given::Value(word) => Some(*word),
        Given::Returned(step) => executions.get(*step)?.output.get(..32).map(U256::from_be_slice),
        Given::Logged(step) => {
            let log = executions.get(*step)?.logs.last()?;
            let topic = log.topics().get(1).map(|topic| U256::from_be_bytes(topic.0));
            topic.or_else(|| log.data.data.get(..32).map(U256::from_be_slice))
        }
    }
}
