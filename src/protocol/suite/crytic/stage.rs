//! Contracts of a suite, deployed as Echidna or Medusa does it.

use super::{
    super::{
        super::{
            Artifact, Artifacts, ConfigError, ConfigProblem,
            recipe::RecipeStep,
            types::resolve_all,
            value::{Resolver, coerce_all},
        },
        FoundryConfig,
        error::{SuiteError, SuiteProblem},
        stage::Stage,
    },
    Group,
    config::{CryticConfig, PredeployedCode},
};
use crate::evm::{Creation, Message};
use alloy_dyn_abi::JsonAbiExt as _;
use alloy_json_abi::StateMutability;
use alloy_primitives::{Address, Bytes, U256};
use std::sync::Arc;

/// Addresses by the names of contracts that are there already.
struct Deployed<'a>(&'a [(String, Address)]);

impl Resolver for Deployed<'_> {
    fn address(&self, name: &str) -> Result<Address, ConfigProblem> {
        // Medusa writes `DeployedContract:Token`.
        let name = name.strip_prefix("DeployedContract:").unwrap_or(name);
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, address)| *address).ok_or_else(|| ConfigProblem::Unknown {
            what: "deployed contract",
            name: name.to_owned(),
            known: self.0.iter().map(|(known, _)| known.clone()).collect(),
        })
    }

    fn is_name(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }
}

/// A group behind its deployment, and where its targets are.
pub(super) fn set<'a>(
    config: &CryticConfig,
    base: &'a FoundryConfig,
    artifacts: &'a Artifacts,
    group: &'a Group,
) -> Result<(Stage<'a>, Vec<Address>), SuiteError> {
    let mut stage = Stage::empty(base, artifacts, &group.suite);
    let mut deployed = Vec::new();
    stage.machine.set_account(config.deployer, U256::MAX, 0);
    stage.steps.push(RecipeStep::Deal(config.deployer, U256::MAX));
    for predeployed in &config.predeployed {
        let (name, code) = match &predeployed.code {
            PredeployedCode::Bytes(code) => (predeployed.address.to_string(), code.clone()),
            PredeployedCode::Contract(name) => {
                let artifact = artifacts.find(name).map_err(|error| {
                    let message = format!("{error}: {}", error.help());
                    SuiteError::new(predeployed.place.clone(), SuiteProblem::Settings(message))
                })?;
                (name.clone(), creation(config, &mut stage, artifact, &deployed)?)
            }
        };
        deploy_at(&mut stage, predeployed.address, code, U256::ZERO)?;
        deployed.push((name, predeployed.address));
    }
    // Whatever went before does not move where contracts go.
    stage.machine.set_account(config.deployer, U256::MAX, 0);
    let mut targets = Vec::new();
    for (index, artifact) in group.targets.iter().enumerate() {
        let endowment = config.contract_balances.get(index).copied().unwrap_or_default();
        let constructor = artifact.abi.constructor.as_ref();
        let is_payable =
            constructor.is_some_and(|constructor| constructor.state_mutability == StateMutability::Payable);
        let value = if is_payable { endowment } else { U256::ZERO };
        let code = creation(config, &mut stage, artifact, &deployed)?;
        let is_suite = Arc::ptr_eq(artifact, &group.suite);
        let address = match config.contract.filter(|_| is_suite) {
            Some(address) => deploy_at(&mut stage, address, code, value)?,
            None => deploy(&mut stage, code, value)?,
        };
        if is_suite {
            stage.address = address;
            stage.creations.retain(|creation| creation.address != address);
        }
        if !is_payable && !endowment.is_zero() {
            // It would refuse what it is to have.
            let nonce = stage.machine.nonce(address);
            stage.machine.set_account(address, endowment, nonce);
            stage.steps.push(RecipeStep::Deal(address, endowment));
        }
        deployed.push((artifact.name.clone(), address));
        targets.push(address);
    }
    stage.link_all();
    let set_up = group.suite.abi.functions().find(|function| function.name == "setUp" && function.inputs.is_empty());
    if let Some(function) = set_up {
        let data = Bytes::copy_from_slice(function.selector().as_slice());
        let message = Message { from: config.deployer, to: Some(stage.address), data, value: U256::ZERO };
        watched(&mut stage, &message, "setUp()")?;
    }
    let funds = config.funds();
    for account in config.senders.iter().chain([&config.deployer]) {
        stage.machine.set_account(*account, funds, 1);
        stage.steps.push(RecipeStep::Deal(*account, funds));
    }
    Ok((stage, targets))
}

/// Creation code with the arguments that the configuration gives.
fn creation(
    config: &CryticConfig,
    stage: &mut Stage<'_>,
    artifact: &Arc<Artifact>,
    deployed: &[(String, Address)],
) -> Result<Bytes, SuiteError> {
    let mut code = stage.linked(artifact, 0)?.to_vec();
    let Some(constructor) = artifact.abi.constructor.as_ref().filter(|constructor| !constructor.inputs.is_empty())
    else {
        return Ok(code.into());
    };
    let missing = || SuiteError::new(artifact.place.clone(), SuiteProblem::Constructor(artifact.name.clone()));
    let given = config.arguments.get(&artifact.name).ok_or_else(missing)?;
    let kinds = resolve_all(&constructor.inputs).ok_or_else(missing)?;
    let wrong = |error: &ConfigError| {
        let message = format!("constructorArgs of {}: {}", artifact.name, error.problem);
        SuiteError::new(error.place.clone(), SuiteProblem::Settings(message))
    };
    let mut arguments = Vec::new();
    for input in &constructor.inputs {
        let found = given.iter().find(|(name, _)| name.value == input.name);
        let (_, argument) = found.ok_or_else(|| {
            let message = format!("constructorArgs of {}: there is no `{}`", artifact.name, input.name);
            SuiteError::new(config.place.clone(), SuiteProblem::Settings(message))
        })?;
        arguments.push(argument.clone());
    }
    let values =
        coerce_all(&arguments, &kinds, &constructor.inputs, &Deployed(deployed)).map_err(|error| wrong(&error))?;
    let encoded = constructor.abi_encode_input_raw(&values).map_err(|error| {
        let message = format!("constructorArgs of {}: {error}", artifact.name);
        SuiteError::new(config.place.clone(), SuiteProblem::Settings(message))
    })?;
    code.extend(encoded);
    Ok(code.into())
}

/// Runs a constructor where its deployer's next contract goes.
fn deploy(stage: &mut Stage<'_>, code: Bytes, value: U256) -> Result<Address, SuiteError> {
    let message = Message { from: stage.config.sender, to: None, data: code, value };
    watched(stage, &message, "constructor")
}

/// Runs a constructor at a chosen address: its code is there while it runs, then what it returned.
fn deploy_at(stage: &mut Stage<'_>, address: Address, code: Bytes, value: U256) -> Result<Address, SuiteError> {
    stage.machine.set_code(address, code.clone());
    stage.machine.set_account(address, U256::ZERO, 1);
    stage.machine.watch_creations();
    let message = Message { from: stage.config.sender, to: Some(address), data: Bytes::new(), value };
    let execution = stage.send(&message, "constructor")?;
    let created = stage.machine.creations();
    stage.creations.extend(created);
    stage.creations.push(Creation { address, code: code.clone() });
    let message = Message { data: code, ..message };
    // It was no call of what is there.
    stage.steps.pop();
    stage.steps.push(RecipeStep::CreateAt { message, address });
    stage.machine.set_code(address, execution.output);
    Ok(address)
}

fn watched(stage: &mut Stage<'_>, message: &Message, words: &str) -> Result<Address, SuiteError> {
    stage.machine.watch_creations();
    let execution = stage.send(message, words)?;
    let created = stage.machine.creations();
    stage.creations.extend(created);
    Ok(execution.created.unwrap_or_default())
}
