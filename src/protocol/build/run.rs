//! Runs the set-up.

use super::{
    super::{
        Artifact, Artifacts, Contract, Library, Place,
        config::{Config, ConfigError, ConfigProblem, Deploy},
        link,
        recipe::RecipeStep,
        rehearsal::{self, Called},
        value::Resolver,
    },
    error::{Failure, SetupError},
    plan::{Planned, Target, View, names_of},
    revert,
};
use crate::evm::{Execution, Machine, Message, Status, ViewError};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, Bytes, U256};
use std::{collections::BTreeMap, sync::Arc};

/// Gas of one step: a deployment may cost more than a block holds, an endless one must end.
pub(in crate::protocol) const SETUP_GAS: u64 = 1_000_000_000;

/// A set-up step, or the configuration of one, failed.
#[derive(Debug)]
pub(super) enum StepError {
    Config(ConfigError),
    Setup(SetupError),
}

/// What the set-up has made so far.
pub(super) struct Run<'a> {
    pub(super) artifacts: &'a Artifacts,
    pub(super) machine: Machine,
    pub(super) contracts: Vec<Contract>,
    addresses: BTreeMap<String, Address>,
    /// What was called, by the set-up or by a contract, and with what data.
    pub(super) called: Vec<Called>,
    /// The same as it can be done again.
    pub(super) steps: Vec<RecipeStep>,
}

impl Resolver for Run<'_> {
    fn address(&self, name: &str) -> Result<Address, ConfigProblem> {
        // Planning has refused every name that is not known by now.
        let unknown =
            || ConfigProblem::Unknown { what: "actor or deployment", name: name.to_owned(), known: Vec::new() };
        self.addresses.get(name).copied().ok_or_else(unknown)
    }

    fn is_name(&self, name: &str) -> bool {
        self.addresses.contains_key(name)
    }
}

/// One step, for messages.
struct Step<'a> {
    place: &'a Place,
    words: String,
}

impl Step<'_> {
    fn fail(&self, failure: Failure) -> StepError {
        StepError::Setup(SetupError { place: self.place.clone(), step: self.words.clone(), failure })
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(config: &'a Config, artifacts: &'a Artifacts, machine: Machine) -> Self {
        let addresses = config.actors.iter().map(|actor| (actor.name.clone(), actor.address)).collect();
        Self { artifacts, machine, contracts: Vec::new(), addresses, called: Vec::new(), steps: Vec::new() }
    }

    pub(super) fn step(&mut self, planned: &Planned<'_>, place: &Place) -> Result<(), StepError> {
        match planned {
            Planned::Deploy { deploy, artifact, target } => {
                let step = Step { place, words: format!("deploy {} as {}", artifact.name, deploy.name) };
                let address = self.deploy(&step, deploy, artifact, target)?;
                self.register(&deploy.name, address, artifact);
            }
            Planned::Call { call, target } => {
                let step = Step { place, words: format!("call {}.{}", call.contract, call.function) };
                let data = target.encode(&call.arguments, self).map_err(StepError::Config)?;
                let to = self.known(&call.contract, place)?;
                let from = self.known(&call.from, place)?;
                let message = Message { from, to: Some(to), data: data.into(), value: call.value };
                let trace = self.machine.foresee(&message, SETUP_GAS);
                self.send(&step, &message)?;
                self.called.extend(rehearsal::calls(trace));
            }
            Planned::AttachAddress { attach, artifact, address } => {
                let step = Step { place, words: format!("attach {} as {}", artifact.name, attach.name) };
                self.check_code(&step, *address)?;
                self.register(&attach.name, *address, artifact);
            }
            Planned::AttachView { attach, artifact, view } => {
                let step = Step { place, words: format!("attach {} as {}", artifact.name, attach.name) };
                let from = self.known(&attach.from, place)?;
                let address = self.ask(&step, from, view)?;
                self.check_code(&step, address)?;
                self.register(&attach.name, address, artifact);
            }
            Planned::Advance { blocks, seconds } => {
                self.machine.advance(*blocks, *seconds);
                self.steps.push(RecipeStep::Block(self.machine.block()));
            }
        }
        Ok(())
    }

    fn known(&self, name: &str, place: &Place) -> Result<Address, StepError> {
        self.address(name).map_err(|problem| StepError::Config(ConfigError::new(place.clone(), problem)))
    }

    fn register(&mut self, name: &str, address: Address, artifact: &Arc<Artifact>) {
        self.addresses.insert(name.to_owned(), address);
        let code_hash = self.machine.code_hash(address);
        self.contracts.push(Contract {
            name: name.to_owned(),
            address,
            artifact: Arc::clone(artifact),
            code_hash,
            created: false,
        });
    }

    fn deploy(
        &mut self,
        step: &Step<'_>,
        deploy: &Deploy,
        artifact: &Artifact,
        target: &Target,
    ) -> Result<Address, StepError> {
        let mut libraries = Vec::new();
        for (library, deployment) in &deploy.libraries {
            let address = self.known(&deployment.value, &deployment.place)?;
            let contract = self.contracts.iter().find(|contract| contract.name == deployment.value);
            let names = names_of(library, contract.map(|contract| &contract.artifact));
            libraries.extend(names.into_iter().map(|name| Library { name, address }));
        }
        let code = link(&artifact.creation, &libraries)
            .map_err(|error| StepError::Config(ConfigError::new(step.place.clone(), ConfigProblem::Unlinked(error))))?;
        let mut data = code.to_vec();
        data.extend(target.encode(&deploy.arguments, self).map_err(StepError::Config)?);
        let from = self.known(&deploy.from, step.place)?;
        let message = Message { from, to: None, data: data.into(), value: deploy.value };
        let created = self.send(step, &message)?.created.unwrap_or_default();
        self.check_code(step, created)?;
        Ok(created)
    }

    fn check_code(&self, step: &Step<'_>, address: Address) -> Result<(), StepError> {
        if self.machine.code(address).is_empty() { Err(step.fail(Failure::NoCode(address))) } else { Ok(()) }
    }

    fn ask(&mut self, step: &Step<'_>, from: Address, view: &View<'_>) -> Result<Address, StepError> {
        let data = view.target.encode(view.arguments, self).map_err(StepError::Config)?;
        let to = self.known(view.contract, step.place)?;
        let output = self.machine.view(from, to, data.into()).map_err(|error| {
            step.fail(match error {
                ViewError::Revert(data) => Failure::Revert(self.reason(&data)),
                ViewError::Halt(reason) => Failure::Halt(reason),
            })
        })?;
        let values = DynSolType::Tuple(view.outputs.clone()).abi_decode_params(&output);
        match values.ok().as_ref().and_then(DynSolValue::as_tuple).and_then(<[_]>::first) {
            Some(DynSolValue::Address(address)) => Ok(*address),
            _ => Err(step.fail(Failure::NoAddress)),
        }
    }

    fn send(&mut self, step: &Step<'_>, message: &Message) -> Result<Execution, StepError> {
        let nonce = self.machine.nonce(message.from);
        let execution = self.machine.execute_with_gas(message, SETUP_GAS);
        let failure = match &execution.status {
            Status::Success => {
                self.steps.push(RecipeStep::sent(message, nonce, &execution));
                return Ok(execution);
            }
            Status::Revert => Failure::Revert(self.reason(&execution.output)),
            Status::Halt(reason) => halt(reason),
            // revm says it in words; the size is what a user can act on.
            Status::Invalid(reason) if reason.contains("initcode") => Failure::CreationTooLarge(message.data.len()),
            Status::Invalid(reason) => {
                Failure::Invalid(reason.trim_start_matches("transaction validation error: ").to_owned())
            }
        };
        Err(step.fail(failure))
    }

    fn reason(&self, data: &Bytes) -> String {
        revert::reason(data, self.artifacts.iter().map(AsRef::as_ref))
    }

    /// Creates a contract that is no part of the protocol.
    pub(super) fn create(
        &mut self,
        place: &Place,
        words: &str,
        from: Address,
        data: Vec<u8>,
    ) -> Result<Address, StepError> {
        let step = Step { place, words: words.to_owned() };
        let message = Message { from, to: None, data: data.into(), value: U256::ZERO };
        let created = self.send(&step, &message)?.created.unwrap_or_default();
        self.check_code(&step, created)?;
        Ok(created)
    }
}

/// revm's name of a halt, in words.
fn halt(reason: &str) -> Failure {
    Failure::Halt(match reason {
        "CreateContractSizeLimit" => return Failure::CodeTooLarge,
        "OpcodeNotFound" | "NotActivated" => String::from("an instruction that this EVM version does not have"),
        "InvalidFEOpcode" => String::from("the invalid instruction, which is how old compilers assert"),
        "InvalidJump" => String::from("a jump to nowhere"),
        "CreateContractStartingWithEF" => String::from("its runtime code begins with 0xEF, which EIP-3541 forbids"),
        "CreateCollision" => String::from("a contract is there already"),
        other if other.starts_with("OutOfGas") => format!("out of gas, {SETUP_GAS} units of it"),
        other => other.to_owned(),
    })
}
