//! A finding as a test.

use super::{
    attack::Script,
    names::{Names, identifier, is_identifier},
    profit, set_up, steps,
    value::text,
    violation,
};
use crate::{
    campaign::{Executor, Finding, FindingKind},
    evm::Block,
    invariant::Checks,
    protocol::{Behind, Protocol},
    sequence::{RecordError, Sequence},
};
use std::{fmt::Write as _, sync::Arc};

/// Where forge's time begins.
const FIRST_BLOCK: Block = Block { number: 1, timestamp: 1 };
/// What all tests have in common.
const REHEARSAL: &str = include_str!("../../contracts/exported/Rehearsal.sol");
/// Numbers of invariants.
const EXACT: &str = include_str!("../../contracts/exported/Exact.sol");
/// What the attacker's contract is made of.
const SCRIPT: &str = include_str!("../../contracts/exported/Script.sol");
const RECEIVERS: &str = include_str!("../../contracts/attacker/src/Receivers.sol");

/// What a test asserts, and how.
pub(super) struct Said {
    /// The statements of the test.
    pub(super) test: Vec<String>,
    /// What else its contract has: functions and variables, some lines each.
    pub(super) members: Vec<Vec<String>>,
    /// Whether it computes with [`EXACT`].
    pub(super) is_exact: bool,
}

/// Why a finding cannot be a test.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Its steps do not fit the protocol.
    #[error("{0}")]
    Steps(#[from] RecordError),
    /// What is judged cannot be said in Solidity yet.
    #[error("{0}")]
    Unsupported(String),
}

/// A finding of `protocol`, or of another version of it, as a test for Foundry.
///
/// # Errors
///
/// When its steps do not fit the protocol, or what it asserts cannot be said.
pub fn foundry_test(protocol: &Protocol, finding: &Finding) -> Result<String, ExportError> {
    let sequence = Sequence::from_records(protocol, &finding.steps)?;
    let recipe = protocol.recipe.as_deref();
    let recipe = recipe.ok_or_else(|| ExportError::Unsupported("it is not known how it was set up".to_owned()))?;
    if let Some(behind) = recipe.behind.as_ref().filter(|behind| !is_identifier(&behind.contract)) {
        return Err(ExportError::Unsupported(format!("`{}` is no name of Solidity", behind.contract)));
    }
    let names = Names::of(protocol);
    // What only a run knows: contracts that calls create, how calls ended, and who holds something.
    let shared = Arc::new(protocol.clone());
    let checks = match finding.kind {
        FindingKind::Profit => Checks::new(Arc::clone(&shared), Arc::default()),
        FindingKind::Invariant | FindingKind::Assertion => {
            Checks::for_protocol(protocol, std::slice::from_ref(&finding.rule))
                .map_err(|error| ExportError::Unsupported(error.to_string()))?
        }
    };
    let mut executor = Executor::new(shared, checks);
    let sequence = executor.run(sequence).sequence;
    let mut script = Script::new(protocol, &names);
    let steps = steps::statements((protocol, &names), (&sequence, executor.executions()), &mut script);
    let said = match (finding.kind, &finding.profit) {
        (FindingKind::Profit, Some(gained)) => profit::said((protocol, &names), steps, gained)?,
        _ => violation::said((protocol, &names), steps, (finding, &mut executor))?,
    };
    let mut body = said.test;
    let mut set_up = set_up::statements(protocol, recipe, &names);
    let parent = match &recipe.behind {
        // The test's contract has the set-up of its parent.
        Some(behind) => {
            if protocol.block != FIRST_BLOCK {
                set_up.insert(0, set_up::at(protocol.block));
            }
            if !set_up.is_empty() {
                body.insert(0, "heistSetUp();".to_owned());
            }
            format!(" is {}", behind.contract)
        }
        None if names.are_apart() => String::new(),
        None => " is Accounts".to_owned(),
    };
    let import = recipe
        .behind
        .as_ref()
        .map(|Behind { contract, source }| format!("import {{{contract}}} from {};", text(source)));
    let mut members = Vec::new();
    if !set_up.is_empty() {
        let head = if import.is_some() { "function heistSetUp() private" } else { "function setUp() public" };
        members.push(block(head, set_up));
    }
    members.push(block(&format!("function test_heist_{}() public", identifier(&finding.rule)), body));
    members.extend(said.members);
    let test = block(&format!("contract {}{parent}", contract_name(finding)), apart(&members));
    let mut parts = vec![
        head(protocol, finding),
        import.unwrap_or_default(),
        names.declarations().join("\n"),
        test.join("\n"),
        common(REHEARSAL),
    ];
    if said.is_exact {
        parts.push(common(EXACT));
    }
    if protocol.attacker_contract.is_some() {
        // What a contract is made of has to stand before it.
        parts.extend([common(RECEIVERS), common(SCRIPT), script.contract().join("\n")]);
    }
    let parts = parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty());
    Ok(parts.collect::<Vec<_>>().join("\n\n") + "\n")
}

/// Something with a body.
pub(super) fn block(head: &str, body: Vec<String>) -> Vec<String> {
    let indent = |line: String| if line.is_empty() { line } else { format!("    {line}") };
    let body = body.into_iter().map(indent);
    std::iter::once(format!("{head} {{")).chain(body).chain(["}".to_owned()]).collect()
}

/// Things with a line between them.
pub(super) fn apart(things: &[Vec<String>]) -> Vec<String> {
    things.join(&String::new())
}

/// What the test is called.
fn contract_name(finding: &Finding) -> String {
    let mut name = identifier(&finding.id);
    name[..1].make_ascii_uppercase();
    name
}

fn head(protocol: &Protocol, finding: &Finding) -> String {
    let comment = |text: &str| text.lines().fold(String::new(), |all, line| all + "// " + line.trim() + "\n");
    let expectation = match finding.kind {
        FindingKind::Profit => "It passes where the attacker gains as much as it says, and fails where that is mended.",
        FindingKind::Invariant | FindingKind::Assertion => {
            "It fails where this is violated, and passes where it is mended."
        }
    };
    let mut text = "// SPDX-License-Identifier: UNLICENSED\npragma solidity ^0.8.20;\n\n".to_owned();
    for line in [&finding.title, &format!("{}, finding {}", finding.rule, finding.id), &finding.evidence] {
        text.push_str(&comment(&crate::report::escape(line)));
    }
    text.push_str(&comment(expectation));
    let _ = writeln!(
        text,
        "// It needs `evm_version = \"{}\"` in foundry.toml, or a later one.",
        protocol.settings.version
    );
    text + "\n"
}

/// A source without what belongs to a file of its own.
fn common(source: &str) -> String {
    let is_own = |line: &&str| ["// SPDX", "pragma ", "import "].iter().any(|start| line.starts_with(start));
    let kept = source.lines().filter(|line| !is_own(line));
    kept.fold(String::new(), |all, line| all + line + "\n").trim_start().to_owned() + "\n"
}
