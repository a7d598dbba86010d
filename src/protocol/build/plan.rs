//! Everything about the set-up that can be wrong before anything runs: artifacts, functions, argument counts, types, links.

use super::super::{
    Artifact, Artifacts, Library, LinkError,
    config::{Argument, Attach, AttachAt, CallStep, Config, ConfigError, ConfigProblem, Deploy, Names, Step, StepKind},
    functions, link, types,
    value::{self, Resolver},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_json_abi::{Param, StateMutability};
use alloy_primitives::{Address, Selector};
use std::{collections::BTreeMap, sync::Arc};

/// A step with what its names mean.
#[derive(Debug)]
pub(super) enum Planned<'a> {
    Deploy { deploy: &'a Deploy, artifact: Arc<Artifact>, target: Target },
    Call { call: &'a CallStep, target: Target },
    AttachAddress { attach: &'a Attach, artifact: Arc<Artifact>, address: Address },
    AttachView { attach: &'a Attach, artifact: Arc<Artifact>, view: View<'a> },
    Advance { blocks: u64, seconds: u64 },
}

/// The view that says where a contract is.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) contract: &'a str,
    pub(super) arguments: &'a [Argument],
    pub(super) target: Target,
    /// Types of its results.
    pub(super) outputs: Vec<DynSolType>,
}

/// A constructor or a function with its parameters.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) selector: Option<Selector>,
    pub(super) kinds: Vec<DynSolType>,
    parameters: Vec<Param>,
}

impl Target {
    /// Selector and encoded arguments.
    pub(super) fn encode(&self, arguments: &[Argument], resolver: &dyn Resolver) -> Result<Vec<u8>, ConfigError> {
        let values = value::coerce_all(arguments, &self.kinds, &self.parameters, resolver)?;
        let mut data = self.selector.map(|selector| selector.to_vec()).unwrap_or_default();
        data.extend(DynSolValue::Tuple(values).abi_encode_params());
        Ok(data)
    }
}

/// Plans all steps.
pub(super) fn plan<'a>(config: &'a Config, artifacts: &Artifacts) -> Result<Vec<Planned<'a>>, ConfigError> {
    let mut known = BTreeMap::new();
    let mut planned = Vec::new();
    for (index, step) in config.setup.iter().enumerate() {
        planned.push(Planner { names: &config.names, artifacts, known: &mut known, index, step }.plan()?);
    }
    Ok(planned)
}

struct Planner<'a, 'b> {
    names: &'a Names,
    artifacts: &'b Artifacts,
    /// Artifacts of the deployments so far.
    known: &'b mut BTreeMap<&'a str, Arc<Artifact>>,
    index: usize,
    step: &'a Step,
}

/// Stands for addresses that are not known yet: only names are checked.
struct Placeholders<'a> {
    names: &'a Names,
    index: usize,
}

impl Resolver for Placeholders<'_> {
    fn address(&self, name: &str) -> Result<Address, ConfigProblem> {
        self.names.addressable(name, self.index).map(|()| Address::ZERO)
    }

    fn is_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

impl<'a> Planner<'a, '_> {
    fn plan(mut self) -> Result<Planned<'a>, ConfigError> {
        match &self.step.kind {
            StepKind::Deploy(deploy) => self.deploy(deploy),
            StepKind::Call(call) => {
                let target = self.function(&call.contract, &call.function, &call.arguments)?;
                if !call.value.is_zero() && target.1 != StateMutability::Payable {
                    let name = format!("{}.{}", call.contract, call.function);
                    return Err(self.fail(ConfigProblem::NotPayable(name)));
                }
                Ok(Planned::Call { call, target: target.0 })
            }
            StepKind::Attach(attach) => self.attach(attach),
            StepKind::Advance { blocks, seconds } => Ok(Planned::Advance { blocks: *blocks, seconds: *seconds }),
        }
    }

    fn fail(&self, problem: ConfigProblem) -> ConfigError {
        ConfigError::new(self.step.place.clone(), problem)
    }

    fn artifact(&self, name: &str) -> Result<Arc<Artifact>, ConfigError> {
        self.artifacts.find(name).cloned().map_err(|error| self.fail(ConfigProblem::Artifact(error)))
    }

    fn deploy(&mut self, deploy: &'a Deploy) -> Result<Planned<'a>, ConfigError> {
        let artifact = self.artifact(&deploy.artifact)?;
        if artifact.creation.bytes.is_empty() {
            return Err(self.fail(ConfigProblem::NoCode(artifact.name.clone())));
        }
        let constructor = artifact.abi.constructor.as_ref();
        let inputs = constructor.map(|constructor| constructor.inputs.clone()).unwrap_or_default();
        let payable = constructor.is_some_and(|one| one.state_mutability == StateMutability::Payable);
        if !deploy.value.is_zero() && !payable {
            return Err(self.fail(ConfigProblem::NotPayable(format!("the constructor of {}", artifact.name))));
        }
        let target = self.target(&artifact.name, None, inputs, &deploy.arguments)?;
        self.check_libraries(deploy, &artifact)?;
        self.known.insert(&deploy.name, Arc::clone(&artifact));
        Ok(Planned::Deploy { deploy, artifact, target })
    }

    fn check_libraries(&self, deploy: &Deploy, artifact: &Artifact) -> Result<(), ConfigError> {
        let mut libraries = Vec::new();
        for (library, deployment) in &deploy.libraries {
            let filled = names_of(library, self.known.get(deployment.value.as_str()));
            let holes = &artifact.creation.links;
            if !holes.iter().any(|hole| filled.iter().any(|name| hole.is_filled_by(name))) {
                let mut known: Vec<_> = holes.iter().map(|hole| hole.library.clone()).collect();
                known.dedup();
                let problem = ConfigProblem::Unknown { what: "library", name: library.clone(), known };
                return Err(ConfigError::new(deployment.place.clone(), problem));
            }
            libraries.extend(filled.into_iter().map(|name| Library { name, address: Address::ZERO }));
        }
        link(&artifact.creation, &libraries)
            .map_err(|error| self.fail(ConfigProblem::Unlinked(self.readable(error))))?;
        Ok(())
    }

    /// A placeholder of solc is a hash: the artifact with that name is the library.
    fn readable(&self, error: LinkError) -> LinkError {
        let site = super::super::LinkSite { file: String::new(), library: error.library.clone(), offset: 0 };
        let found = self.artifacts.iter().find(|artifact| site.is_filled_by(&artifact.qualified()));
        found.map_or(error, |artifact| LinkError { library: artifact.qualified() })
    }

    fn attach(&mut self, attach: &'a Attach) -> Result<Planned<'a>, ConfigError> {
        let artifact = self.artifact(&attach.artifact)?;
        let planned = match &attach.at {
            AttachAt::Address(address) => {
                Planned::AttachAddress { attach, artifact: Arc::clone(&artifact), address: *address }
            }
            AttachAt::View { contract, function, arguments, place } => {
                let found = self.find(contract, function, arguments.len())?;
                let outputs = types::resolve_all(&found.outputs).unwrap_or_default();
                if outputs.first() != Some(&DynSolType::Address) {
                    let problem = ConfigProblem::Unsuitable {
                        message: format!("`{contract}.{}` does not return an address", found.signature()),
                        help: String::from(
                            "name a view whose first result is the contract's address, or write the address",
                        ),
                    };
                    return Err(ConfigError::new(place.clone(), problem));
                }
                let (target, _) = self.function(contract, function, arguments)?;
                let view = View { contract, arguments, target, outputs };
                Planned::AttachView { attach, artifact: Arc::clone(&artifact), view }
            }
        };
        self.known.insert(&attach.name, artifact);
        Ok(planned)
    }

    fn find(&self, contract: &str, name: &str, count: usize) -> Result<alloy_json_abi::Function, ConfigError> {
        let Some(artifact) = self.known.get(contract) else {
            return Err(self.fail(self.names.earlier(contract, self.index).err().unwrap_or_else(|| {
                // Resolving the configuration has checked that the deployment is earlier, so it is known.
                ConfigProblem::Itself(contract.to_owned())
            })));
        };
        functions::find(artifact, name, Some(count)).cloned().map_err(|problem| self.fail(problem))
    }

    fn function(
        &self,
        contract: &str,
        name: &str,
        arguments: &[Argument],
    ) -> Result<(Target, StateMutability), ConfigError> {
        let function = self.find(contract, name, arguments.len())?;
        let (selector, mutability) = (function.selector(), function.state_mutability);
        let target =
            self.target(&format!("{contract}.{}", function.name), Some(selector), function.inputs, arguments)?;
        Ok((target, mutability))
    }

    fn target(
        &self,
        name: &str,
        selector: Option<Selector>,
        parameters: Vec<Param>,
        arguments: &[Argument],
    ) -> Result<Target, ConfigError> {
        let signature = |parameters: &[Param]| {
            let one = |parameter: &Param| format!("{} {}", parameter.selector_type(), parameter.name).trim().to_owned();
            format!("{name}({})", parameters.iter().map(one).collect::<Vec<_>>().join(", "))
        };
        if parameters.len() != arguments.len() {
            return Err(self.fail(ConfigProblem::ArgumentCount {
                target: name.to_owned(),
                expected: parameters.len(),
                found: arguments.len(),
                signature: signature(&parameters),
            }));
        }
        let Some(kinds) = types::resolve_all(&parameters) else {
            return Err(self.fail(ConfigProblem::Unsuitable {
                message: format!("`{name}` has parameters that cannot be encoded"),
                help: String::from("use a function of ABI types"),
            }));
        };
        let target = Target { selector, kinds, parameters };
        target.encode(arguments, &Placeholders { names: self.names, index: self.index })?;
        Ok(target)
    }
}

/// The names by which a library may be known to a hole: as written, and as its artifact says.
pub(super) fn names_of(written: &str, artifact: Option<&Arc<Artifact>>) -> Vec<String> {
    let mut names = vec![written.to_owned()];
    if let Some(artifact) = artifact
        && artifact.is_called(written)
    {
        names.push(artifact.qualified());
    }
    names
}
