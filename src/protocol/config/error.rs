use super::super::{NumberError, Place, artifact::LookupError, nearest::suggest};

/// What is wrong in a configuration, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ConfigError {
    /// File, line and column.
    pub place: Place,
    /// What is wrong.
    #[source]
    pub problem: Box<ConfigProblem>,
}

impl ConfigError {
    pub(crate) fn new(place: Place, problem: ConfigProblem) -> Self {
        Self { place, problem: Box::new(problem) }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        self.problem.help()
    }
}

/// What is wrong in a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// Not UTF-8.
    #[error("not a text: byte {0} is not UTF-8")]
    NotText(usize),
    /// Not TOML, or a value of a wrong type.
    #[error("{0}")]
    Toml(String),
    /// A key that does not exist.
    #[error("unknown key `{key}`")]
    UnknownKey {
        /// The key as written.
        key: String,
        /// Keys that exist here.
        known: Vec<String>,
    },
    /// A word that is none of a list.
    #[error("unknown {what} `{name}`")]
    Unknown {
        /// What it should be: `actor`, `deployment`, `role`.
        what: &'static str,
        /// The word as written.
        name: String,
        /// Words that exist.
        known: Vec<String>,
    },
    /// A key is missing.
    #[error("{what} has no `{key}`")]
    Missing {
        /// What lacks it.
        what: String,
        /// The key.
        key: String,
    },
    /// A deployment is used before it exists.
    #[error("`{name}` is deployed by a later step, on line {line}")]
    Later {
        /// The deployment.
        name: String,
        /// Line of its step.
        line: usize,
    },
    /// Two deployments need each other.
    #[error("`{user}` needs `{name}`, which is deployed on line {line} and needs `{user}`: a cycle")]
    Cycle {
        /// The step that comes first.
        user: String,
        /// What it needs.
        name: String,
        /// Line of the other step.
        line: usize,
    },
    /// A deployment uses its own name.
    #[error("`{0}` needs itself")]
    Itself(String),
    /// A step is none or several of deploy, call, attach and advance.
    #[error("a step has exactly one of `deploy`, `call`, `attach`, `advance`; this one has {0}")]
    StepKind(String),
    /// A key that has no meaning in this kind of step.
    #[error("`{key}` has no meaning in a step that has `{kind}`")]
    Meaningless {
        /// The key.
        key: &'static str,
        /// The step.
        kind: &'static str,
    },
    /// A name that is taken.
    #[error("{what} `{name}` exists already, on line {line}")]
    Duplicate {
        /// `actor`, `deployment`, `invariant`, `the name`.
        what: &'static str,
        /// The name.
        name: String,
        /// Line of the first.
        line: usize,
    },
    /// A name that expressions could not use.
    #[error("`{0}` is no name: letters, digits and `_`, not a digit first")]
    BadName(String),
    /// A name that means something else in expressions.
    #[error("`{0}` is a word of the expression language")]
    Reserved(String),
    /// A second attacker.
    #[error("a second attacker, `{second}`, beside `{first}`")]
    TwoAttackers {
        /// The first.
        first: String,
        /// The second.
        second: String,
    },
    /// Nobody to send a step.
    #[error("nobody sends this step: {0}")]
    NoSender(String),
    /// A number that is none.
    #[error("{0}")]
    Number(#[source] NumberError),
    /// A value of a wrong type.
    #[error("expected {expected}, found {found}")]
    WrongType {
        /// With its article.
        expected: String,
        /// With its article.
        found: String,
    },
    /// Hex data of a wrong size, or no hex.
    #[error("{0}")]
    BadValue(String),
    /// Too few or too many arguments.
    #[error("`{target}` takes {expected} argument{}, {found} given", if *.expected == 1 { "" } else { "s" })]
    ArgumentCount {
        /// `Token` (its constructor) or `gold.mint`.
        target: String,
        /// How many parameters there are.
        expected: usize,
        /// How many arguments are given.
        found: usize,
        /// The parameters.
        signature: String,
    },
    /// No artifact, or several.
    #[error("{0}")]
    Artifact(#[source] LookupError),
    /// An interface or an abstract contract.
    #[error("`{0}` has no creation code: it is an interface or abstract")]
    NoCode(String),
    /// A library without an address.
    #[error("{0}")]
    Unlinked(#[source] super::super::LinkError),
    /// Several functions of this name.
    #[error("`{contract}` has several functions `{name}`: {}", .candidates.join(", "))]
    AmbiguousFunction {
        /// The contract.
        contract: String,
        /// The name.
        name: String,
        /// Their signatures.
        candidates: Vec<String>,
    },
    /// A function that cannot serve here.
    #[error("{message}")]
    Unsuitable {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// Ether for a function that takes none.
    #[error("`{0}` is not payable, yet the step has a `value`")]
    NotPayable(String),
    /// There is nothing to test.
    #[error("no step deploys or attaches a contract")]
    NothingDeployed,
}

impl ConfigProblem {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NotText(_) => "save the file as UTF-8".into(),
            Self::Toml(_) => "see docs/configuration.md for what belongs here".into(),
            Self::UnknownKey { key: name, known } | Self::Unknown { name, known, .. } => {
                suggest(name, known.iter().map(String::as_str))
            }
            Self::Missing { key, .. } => format!("add `{key} = ...`"),
            Self::Later { name, .. } => format!("move the step that deploys `{name}` before this one"),
            Self::Cycle { user, name, .. } => {
                format!("deploy `{user}` without `{name}` and tell it the address with a `call` step")
            }
            Self::Itself(_) => "name an earlier deployment or an actor".into(),
            Self::StepKind(_) => "write each as a [[setup]] step of its own".into(),
            Self::Meaningless { key, .. } => format!("remove `{key}`"),
            Self::Duplicate { .. } => "give it a name of its own".into(),
            Self::BadName(name) => format!("write `{}`", identifier(name)),
            Self::Reserved(name) => format!("write another name, for example `{name}_`"),
            Self::TwoAttackers { second, .. } => format!("make `{second}` a user: several attackers are one"),
            Self::NoSender(_) => "write `from = \"<actor>\"`".into(),
            Self::Number(_) => {
                "write an integer, \"0x10\", \"1e18\", \"0.5 ether\" or \"30 days\", exact in base units".into()
            }
            Self::WrongType { expected, .. } => format!("write {expected}"),
            Self::BadValue(_) => "write `0x` and two hex digits a byte".into(),
            Self::ArgumentCount { signature, .. } => format!("write the arguments of `{signature}`"),
            Self::Artifact(error) => error.help().to_owned(),
            Self::NoCode(_) => "deploy the contract that implements it, or use `attach`".into(),
            Self::Unlinked(error) => error.help(),
            Self::AmbiguousFunction { candidates, .. } => {
                format!("write the whole signature, `{}`", candidates.first().map_or("", String::as_str))
            }
            Self::Unsuitable { help, .. } => help.clone(),
            Self::NotPayable(_) => "remove `value`".into(),
            Self::NothingDeployed => "add a [[setup]] step with `deploy = \"<contract>\"`".into(),
        }
    }
}

/// The nearest thing to `name` that is an identifier.
fn identifier(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let name: String = name.chars().take(40).map(plain).collect();
    if name.is_empty() || name.starts_with(|letter: char| letter.is_ascii_digit()) { format!("x{name}") } else { name }
}
