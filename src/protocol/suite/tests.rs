//! Plain tests, each from the state behind its contract's set-up.

use super::{
    super::{Artifact, Artifacts},
    config::FoundryConfig,
    stage::Stage,
};
use crate::evm::{CHEATCODES, FAILURE_SLOT, Message};
use alloy_json_abi::Function;
use alloy_primitives::{Bytes, U256};
use serde::Serialize;
use std::sync::Arc;

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It returned, and no assertion failed.
    Passed,
    /// It reverted, or an assertion failed.
    Failed,
    /// It did not want to run.
    Skipped,
}

/// A test and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestVerdict {
    /// Its contract.
    pub contract: String,
    /// Its signature.
    pub test: String,
    /// How it ended.
    pub verdict: Verdict,
    /// Why it failed.
    pub reason: Option<String>,
}

/// Whether Foundry takes a function for a test that needs no inputs.
pub(super) fn is_test(function: &Function) -> bool {
    function.name.starts_with("test") && function.inputs.is_empty()
}

/// Runs the tests of a contract, in the order of their names. When the set-up fails, one verdict says so.
pub(super) fn run(config: &FoundryConfig, artifacts: &Artifacts, artifact: &Arc<Artifact>) -> Vec<TestVerdict> {
    let verdict = |test: &str, verdict, reason| TestVerdict {
        contract: artifact.name.clone(),
        test: test.to_owned(),
        verdict,
        reason,
    };
    let mut stage = match Stage::empty(config, artifacts, artifact).set(false) {
        Ok(stage) => stage,
        Err(error) => return vec![verdict("setUp()", Verdict::Failed, Some(error.to_string()))],
    };
    let mut tests: Vec<_> = artifact.abi.functions().filter(|function| is_test(function)).collect();
    tests.sort_by_key(|function| function.signature());
    let start = stage.machine.snapshot();
    let run = |function: &&Function| {
        stage.machine.restore(&start);
        let data = Bytes::copy_from_slice(function.selector().as_slice());
        let message = Message { from: config.sender, to: Some(stage.address), data, value: U256::ZERO };
        let execution = stage.machine.execute(&message);
        let noted = stage.machine.storage(CHEATCODES, U256::from_be_bytes(FAILURE_SLOT.0));
        let name = function.signature();
        if execution.was_skipped() {
            return verdict(&name, Verdict::Skipped, None);
        }
        if !execution.succeeded() {
            return verdict(&name, Verdict::Failed, Some(stage.why(&execution)));
        }
        if !noted.is_zero() {
            return verdict(&name, Verdict::Failed, Some("an assertion noted a failure".to_owned()));
        }
        verdict(&name, Verdict::Passed, None)
    };
    tests.iter().map(run).collect()
}
