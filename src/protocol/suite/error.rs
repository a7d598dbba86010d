use super::super::{Place, nearest::suggest};

/// A suite cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct SuiteError {
    /// The file, and where known the line.
    pub place: Place,
    /// What is wrong.
    #[source]
    pub problem: Box<SuiteProblem>,
}

/// What is wrong with a suite.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SuiteProblem {
    /// `foundry.toml` is not TOML, or a key has a value of a wrong type.
    #[error("{0}")]
    Toml(String),
    /// `echidna.yaml` or `medusa.json` is malformed, or says what cannot be.
    #[error("{0}")]
    Settings(String),
    /// A comment that configures a suite is wrong.
    #[error("`forge-config:` {0}")]
    Inline(String),
    /// The profile does not exist.
    #[error("there is no profile `{name}`")]
    NoProfile {
        /// As it was asked for.
        name: String,
        /// Those that exist.
        known: Vec<String>,
    },
    /// There are no artifacts.
    #[error("there is no folder `{folder}`: the project is not built")]
    NotBuilt {
        /// As the configuration names it.
        folder: String,
    },
    /// No contract has an invariant.
    #[error("no contract that can be deployed has a function such as `invariant_*`, `echidna_*` or `property_*`")]
    NoSuites,
    /// Two suites have one name.
    #[error("two suites are called `{name}`: {} and {}", .files[0], .files[1])]
    Twice {
        /// The name.
        name: String,
        /// Both, with their files.
        files: [String; 2],
    },
    /// A library cannot be linked.
    #[error("{contract} needs library `{library}`, which is not among the artifacts")]
    NoLibrary {
        /// Who needs it.
        contract: String,
        /// The library.
        library: String,
    },
    /// A constructor wants arguments.
    #[error("the constructor of {0} has parameters, which nobody knows the values of")]
    Constructor(String),
    /// The suite could not be deployed, set up or asked.
    #[error("{step} failed: {why}{}", and_calls(.trail))]
    Failed {
        /// What was done: `SuiteTest.setUp()`.
        step: String,
        /// Why it failed, decoded.
        why: String,
        /// Calls that led to it, the outermost first.
        trail: Vec<String>,
    },
    /// A cheatcode is not supported.
    #[error("{step} needs {cheatcode}, which heist does not support{}", and_calls(.trail))]
    Unsupported {
        /// What was done.
        step: String,
        /// The cheatcode with its signature.
        cheatcode: String,
        /// Why not, where there is more to say.
        why: Option<&'static str>,
        /// Calls that led to it, the outermost first.
        trail: Vec<String>,
    },
    /// No contract has the name that `--setup` gives.
    #[error("there is no contract `{name}` whose set-up could be run")]
    Unknown {
        /// As it was asked for.
        name: String,
        /// Contracts with a set-up.
        known: Vec<String>,
    },
    /// A contract has no `setUp()` to take a protocol from.
    #[error("`{0}` has no function setUp(), or no code")]
    NoSetUp(String),
    /// Several contracts have the name that `--setup` gives.
    #[error("{} contracts are called `{name}`: {}", .files.len(), .files.join(", "))]
    Several {
        /// The name.
        name: String,
        /// All of them, with their files.
        files: Vec<String>,
    },
    /// A set-up leaves nothing to call.
    #[error("{name}.setUp() leaves no contract behind that could be called{}", and_notes(.notes))]
    NothingDeployed {
        /// The contract.
        name: String,
        /// What it leaves behind, and why that is not called.
        notes: Vec<String>,
    },
    /// The attacker's contract could not be deployed.
    #[error("the attacker's contract could not be deployed: {0}")]
    Attacker(String),
    /// No function may be called.
    #[error("{0} has no function to call: its set-up deploys no known contract, or all are excluded")]
    NoTargets(String),
}

fn and_calls(calls: &[String]) -> String {
    calls.iter().fold(String::new(), |text, call| text + "\nin " + call)
}

fn and_notes(notes: &[String]) -> String {
    if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) }
}

impl SuiteError {
    pub(super) fn new(place: Place, problem: SuiteProblem) -> Self {
        Self { place, problem: Box::new(problem) }
    }

    /// Whether there are no artifacts yet.
    pub fn is_not_built(&self) -> bool {
        matches!(*self.problem, SuiteProblem::NotBuilt { .. })
    }

    /// Whether the suite failed rather than its configuration.
    pub fn is_target_failure(&self) -> bool {
        match self.problem.as_ref() {
            SuiteProblem::Failed { .. }
            | SuiteProblem::Unsupported { .. }
            | SuiteProblem::NothingDeployed { .. }
            | SuiteProblem::Attacker(_)
            | SuiteProblem::NoTargets(_) => true,
            SuiteProblem::Toml(_)
            | SuiteProblem::Settings(_)
            | SuiteProblem::Inline(_)
            | SuiteProblem::NoProfile { .. }
            | SuiteProblem::NotBuilt { .. }
            | SuiteProblem::NoSuites
            | SuiteProblem::Twice { .. }
            | SuiteProblem::Unknown { .. }
            | SuiteProblem::NoSetUp(_)
            | SuiteProblem::Several { .. }
            | SuiteProblem::NoLibrary { .. }
            | SuiteProblem::Constructor(_) => false,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self.problem.as_ref() {
            SuiteProblem::Toml(_) => "correct foundry.toml; `forge config` shows what forge makes of it".to_owned(),
            SuiteProblem::Settings(_) => {
                "correct the file; docs/suites.md says which keys of echidna.yaml and medusa.json are read".to_owned()
            }
            SuiteProblem::Inline(_) => {
                "correct the comment; it reads `/// forge-config: default.invariant.depth = 50`".to_owned()
            }
            SuiteProblem::NoProfile { known, .. } => {
                format!("set FOUNDRY_PROFILE to one of: {}", known.join(", "))
            }
            SuiteProblem::NotBuilt { .. } => {
                "run `forge build` in the project's folder; without a foundry.toml `crytic-compile . --export-format solc` does"
                    .to_owned()
            }
            SuiteProblem::NoSuites => {
                "write a contract with invariants, or run `forge build` when the sources are newer than the artifacts"
                    .to_owned()
            }
            SuiteProblem::Twice { .. } => "rename one of them: a suite's name is the id of its protocol".to_owned(),
            SuiteProblem::Unknown { known, .. } if known.is_empty() => {
                "write a contract with a setUp(), or run `forge build` when the sources are newer than the artifacts".to_owned()
            }
            SuiteProblem::Unknown { name, known } => suggest(name, known.iter().map(String::as_str)),
            SuiteProblem::NoSetUp(_) => "name a contract that can be deployed and has a setUp() without arguments".to_owned(),
            SuiteProblem::Several { files, .. } => {
                format!("write `--setup {}`, or whichever is meant", files.first().map_or("", String::as_str))
            }
            SuiteProblem::NothingDeployed { .. } => {
                "deploy the protocol in `setUp()`; `forge build` with its sources, so that its code is among the artifacts"
                    .to_owned()
            }
            SuiteProblem::Attacker(_) => "set `evm_version` to cancun or later, which that contract needs".to_owned(),
            SuiteProblem::NoLibrary { .. } => "run `forge build` again, with the library".to_owned(),
            SuiteProblem::Constructor(_) => {
                "set the values in `setUp()` instead, or for Medusa in `constructorArgs` of medusa.json".to_owned()
            }
            SuiteProblem::Failed { .. } => {
                "run `forge test -vvvv`: forge shows the same failure with all its calls".to_owned()
            }
            SuiteProblem::Unsupported { why, .. } => {
                let why = why.map_or_else(String::new, |why| format!("{why}; "));
                format!("{why}do without it where heist runs the suite; docs/suites.md lists what is supported")
            }
            SuiteProblem::NoTargets(_) => {
                "name targets with `targetContract(...)` in `setUp()`, or loosen what is excluded".to_owned()
            }
        }
    }
}
