//! A suite, deployed and set up as Foundry does it.

use super::{
    super::{
        Artifact, Artifacts, Library, Place,
        build::reason,
        link,
        recipe::{Behind, Recipe, RecipeStep},
        rehearsal::{self, Called},
    },
    config::{FoundryConfig, PREVRANDAO},
    error::{SuiteError, SuiteProblem},
    names::Names,
    outlook::Outlook,
};
use crate::evm::{
    Block, CHEATCODES, Cheatcodes, Creation, Execution, Limits, Machine, Message, Settings, Status, Trace, World,
};
use alloy_primitives::{Address, Bytes, Log, U256, address, bytes};
use std::{collections::BTreeMap, sync::Arc};

/// Where forge puts a test.
const TEST_ADDRESS: Address = address!("7FA9385bE102ac3EAc297483Dd6233D62b3e1496");
/// Who deploys libraries.
pub(super) const LIBRARIAN: Address = address!("1F95D37F27EA0dEA9C252FC09D5A6eaA97647353");
/// The factory that many chains have here (EIP-2470's idea, by Arachnid), and its code.
pub(super) const CREATE2_FACTORY: Address = address!("4e59b44847b379578588920cA78FbF26c0B4956C");
static FACTORY_CODE: Bytes = bytes!(
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
);
/// Libraries that need libraries that need libraries.
const MAX_LIBRARIES: usize = 64;

/// A suite behind its set-up.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    pub(super) config: &'a FoundryConfig,
    pub(super) artifacts: &'a Artifacts,
    pub(super) artifact: &'a Arc<Artifact>,
    pub(super) machine: Machine,
    /// Where the suite is.
    pub(super) address: Address,
    /// What it created on the way.
    pub(super) creations: Vec<Creation>,
    /// Events on the way.
    pub(super) logs: Vec<Log>,
    /// What `setUp()` called, and what that called; empty where nobody asked.
    pub(super) called: Vec<Called>,
    pub(super) libraries: BTreeMap<String, Address>,
    /// The block in which it began.
    pub(super) first: Block,
    /// What was done, as it can be done again.
    pub(super) steps: Vec<RecipeStep>,
}

impl<'a> Stage<'a> {
    /// Deploys the suite and runs its `setUp()`, noting what that calls where it `is_watched`.
    pub(super) fn set(mut self, is_watched: bool) -> Result<Self, SuiteError> {
        let (config, artifact) = (self.config, self.artifact);
        self.deploy()?;
        let set_up = artifact.abi.functions().find(|function| function.name == "setUp" && function.inputs.is_empty());
        if let Some(function) = set_up {
            self.machine.watch_creations();
            let data = Bytes::copy_from_slice(function.selector().as_slice());
            let message = Message { from: config.sender, to: Some(self.address), data, value: U256::ZERO };
            if is_watched {
                let gas = self.machine.limits().gas_per_call;
                self.called = rehearsal::calls(self.machine.foresee(&message, gas)).collect();
                self.machine.watch_creations();
            }
            self.send(&message, "setUp()")?;
            let created = self.machine.creations();
            self.creations.extend(created);
        }
        self.machine.set_account(config.sender, config.balance, 2);
        Ok(self)
    }

    /// A machine with nothing on it.
    pub(super) fn empty(config: &'a FoundryConfig, artifacts: &'a Artifacts, artifact: &'a Arc<Artifact>) -> Self {
        let mut machine = machine(config);
        if !artifacts.sources().is_empty() {
            machine.cover();
        }
        let mut stage = Self {
            config,
            artifacts,
            artifact,
            first: machine.block(),
            steps: Vec::new(),
            machine,
            address: Address::ZERO,
            creations: Vec::new(),
            logs: Vec::new(),
            called: Vec::new(),
            libraries: BTreeMap::new(),
        };
        stage.show();
        stage
    }

    /// Shows the project to cheatcodes, with the libraries that are there.
    fn show(&mut self) {
        let config = self.config;
        let outlook = Outlook::new(&config.root, self.artifacts, &self.libraries, &config.permissions);
        let outlook = outlook.of(&self.artifact.source);
        self.machine.set_surroundings(Arc::new(outlook));
    }

    /// Deploys the libraries that any contract needs, as Foundry does, so that cheatcodes can hand out its code.
    pub(super) fn link_all(&mut self) {
        let artifacts = self.artifacts;
        for artifact in artifacts.iter().filter(|artifact| !artifact.creation.links.is_empty()) {
            // What lacks a library cannot be had.
            let _ = self.linked(artifact, 0);
        }
        self.show();
    }

    /// How its state is made again: where forge puts tests, forge does it.
    pub(super) fn recipe(&mut self) -> Recipe {
        let (contract, source) = (self.artifact.name.clone(), self.artifact.source.clone());
        let behind = (self.address == TEST_ADDRESS).then_some(Behind { contract, source });
        let steps = std::mem::take(&mut self.steps);
        let steps = if behind.is_some() { Vec::new() } else { steps };
        Recipe { block: self.first, behind, balances: Vec::new(), steps, endowment: None }
    }

    pub(super) fn place(&self) -> Place {
        self.artifact.place.clone()
    }

    fn deploy(&mut self) -> Result<(), SuiteError> {
        let name = self.artifact.name.clone();
        if self.artifact.abi.constructor.as_ref().is_some_and(|constructor| !constructor.inputs.is_empty()) {
            return Err(SuiteError::new(self.place(), SuiteProblem::Constructor(name)));
        }
        let code = self.linked(self.artifact, 0)?;
        self.link_all();
        self.machine.set_account(self.config.sender, U256::MAX, 1);
        self.address = self.config.sender.create(1);
        self.machine.watch_creations();
        let message = Message { from: self.config.sender, to: None, data: code, value: U256::ZERO };
        self.send(&message, "constructor")?;
        // What a constructor creates counts; the suite itself does not.
        self.creations = self.machine.creations();
        self.creations.retain(|creation| creation.address != self.address);
        self.machine.set_account(self.address, self.config.balance, 1);
        Ok(())
    }

    /// Creation code with libraries in place, which are deployed where they are not yet.
    pub(super) fn linked(&mut self, artifact: &Artifact, depth: usize) -> Result<Bytes, SuiteError> {
        for site in &artifact.creation.links {
            let name = site.qualified();
            if self.libraries.contains_key(&name) {
                continue;
            }
            let missing = || {
                let problem = SuiteProblem::NoLibrary { contract: artifact.name.clone(), library: name.clone() };
                SuiteError::new(artifact.place.clone(), problem)
            };
            if depth > MAX_LIBRARIES {
                return Err(missing());
            }
            let library = self.artifacts.iter().find(|each| site.is_filled_by(&each.qualified()));
            let library = Arc::clone(library.ok_or_else(missing)?);
            let code = self.linked(&library, depth + 1)?;
            let message = Message { from: LIBRARIAN, to: None, data: code, value: U256::ZERO };
            let execution = self.send(&message, &format!("library {}", library.name))?;
            self.libraries.insert(name, execution.created.unwrap_or_default());
        }
        let known = self.libraries.iter();
        let known: Vec<_> = known.map(|(name, address)| Library { name: name.clone(), address: *address }).collect();
        link(&artifact.creation, &known).map_err(|error| {
            let problem = SuiteProblem::NoLibrary { contract: artifact.name.clone(), library: error.library };
            SuiteError::new(artifact.place.clone(), problem)
        })
    }

    /// Sends a message that has to succeed.
    pub(super) fn send(&mut self, message: &Message, words: &str) -> Result<Execution, SuiteError> {
        let before = self.machine.snapshot();
        let nonce = self.machine.nonce(message.from);
        let execution = self.machine.execute(message);
        let step = format!("{}.{words}", self.artifact.name);
        if execution.succeeded() {
            self.logs.extend(execution.logs.iter().cloned());
            self.steps.push(RecipeStep::sent(message, nonce, &execution));
            return Ok(execution);
        }
        let unsupported = self.machine.unsupported_cheatcode().map(str::to_owned);
        let why = self.machine.why_unsupported();
        self.machine.restore(&before);
        self.machine.watch_creations();
        let (_, trace) = self.machine.trace(message);
        let created = self.machine.creations();
        self.creations.extend(created);
        let trail = self.trail(&trace);
        let place = self.artifacts.sources().blame(&trace).map(Place::from);
        let problem = match unsupported {
            Some(cheatcode) => SuiteProblem::Unsupported { step, cheatcode, why, trail },
            None => SuiteProblem::Failed { step, why: self.why(&execution), trail },
        };
        Err(SuiteError::new(place.unwrap_or_else(|| self.place()), problem))
    }

    /// Why a message failed, in words.
    pub(super) fn why(&self, execution: &Execution) -> String {
        match &execution.status {
            Status::Success => "it did not fail".to_owned(),
            Status::Revert => {
                let reason = reason(&execution.output, self.artifacts.iter().map(AsRef::as_ref));
                format!("it reverted: {reason}")
            }
            Status::Halt(reason) => format!("it halted: {reason}"),
            Status::Invalid(reason) => format!("it was not a valid transaction: {reason}"),
        }
    }

    /// The calls that ended in the failure: of each frame the last one below it that failed.
    fn trail(&self, trace: &Trace) -> Vec<String> {
        let names = Names::of(self);
        let mut calls = Vec::new();
        let mut next = trace.frames.first();
        while let Some(frame) = next {
            let failure = self.artifacts.sources().failure(frame);
            let place = failure.map_or_else(String::new, |failure| format!(" ({})", failure.own()));
            calls.push(names.call(frame) + &place);
            let below = frame.items.iter().rev().find_map(|item| match item {
                crate::evm::Item::Call(index) => trace.frames.get(*index).filter(|frame| !frame.success),
                _ => None,
            });
            next = below.filter(|_| calls.len() < MAX_LIBRARIES);
        }
        calls
    }
}

/// What all machines of a project have in common.
pub(super) fn settings(config: &FoundryConfig) -> Settings {
    Settings {
        version: config.version,
        chain_id: config.chain_id,
        limits: Limits {
            gas_per_call: config.gas_limit,
            gas_per_case: config.gas_limit,
            memory: config.memory,
            large_code: true,
        },
        viewer: config.sender,
    }
}

/// A machine as Foundry's begins.
fn machine(config: &FoundryConfig) -> Machine {
    let block = Block { number: config.number, timestamp: config.timestamp };
    let cheatcodes = Cheatcodes::new(block, config.chain_id, (config.gas_limit, PREVRANDAO));
    let machine = Machine::new(World::default().freeze(), block, settings(config));
    let mut machine = machine.with_cheatcodes(Arc::new(cheatcodes));
    // Callers look for code before they call.
    machine.set_code(CHEATCODES, Bytes::from_static(&[0]));
    machine.set_code(CREATE2_FACTORY, FACTORY_CODE.clone());
    machine.set_account(CREATE2_FACTORY, U256::ZERO, 1);
    machine
}
