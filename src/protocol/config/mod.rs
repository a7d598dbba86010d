//! `heist.toml`: what it may say, parsed with places and resolved once, so that nothing after it asks what was meant.

mod error;
mod expected;
mod names;
mod overlay;
mod pack;
mod parse;
mod raw;
mod resolve;
mod roles;
mod show;
mod steps;
mod vocabulary;

pub use error::{ConfigError, ConfigProblem};
pub use expected::parse_day;
pub(super) use names::{Names, is_reserved};
pub use overlay::Overlay;
pub(super) use overlay::{ActorChange, Changes};
pub use pack::{Pack, ViewSource, parse_invariants, parse_pack};
pub(crate) use {
    names::one_of,
    parse::parse as parse_toml,
    raw::{Table as RawTable, Value as RawValue},
    resolve::{bounded, fields, located, uint},
};

use super::{ActorKind, CampaignSettings, Economics, Expected, InvariantSource, Place, RoleView, Vocabulary};
use crate::evm::{Block, Settings};
use alloy_primitives::{Address, U256};

/// The lowest layer of every configuration, as `heist config default` prints it.
pub const DEFAULT_CONFIG: &str = include_str!("../default.toml");

/// Roles that a contract can play, as docs/configuration.md describes them.
pub const ROLES: [&str; 22] = [
    "token",
    "vault",
    "pool",
    "lender",
    "market",
    "feed",
    "governor",
    "timelock",
    "treasury",
    "staking",
    "owned",
    "nft",
    "multitoken",
    "weth",
    "pool3",
    "factory",
    "router",
    "twap",
    "vesting",
    "multisig",
    "proxy",
    "bridge",
];

/// Something with the place where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The thing.
    pub value: T,
    /// Its place.
    pub place: Place,
}

/// A resolved configuration: every default filled in, every name of an actor or a deployment checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Unique name.
    pub id: String,
    /// One line.
    pub title: String,
    /// Files and folders of artifacts.
    pub artifacts: Vec<Located<String>>,
    /// Machine settings.
    pub settings: Settings,
    /// The block that the set-up starts in.
    pub block: Block,
    /// Actors, in the order of the file.
    pub actors: Vec<ActorConfig>,
    /// The set-up, in order.
    pub setup: Vec<Step>,
    /// Roles, in order.
    pub roles: Vec<RoleConfig>,
    /// Whether roles that nobody declared are inferred.
    pub infer: bool,
    /// What honest actors are about to do.
    pub intents: Vec<IntentConfig>,
    /// Valuation.
    pub economics: Economics,
    /// Search settings.
    pub campaign: CampaignSettings,
    /// The protocol's own invariants.
    pub invariants: Vec<InvariantSource>,
    /// Violations that are expected.
    pub expected: Vec<Expected>,
    /// Words that expressions may use.
    pub vocabulary: Vocabulary,
    /// Who is called what.
    pub(super) names: Names,
}

/// An actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorConfig {
    /// Its name.
    pub name: String,
    /// Its account: as written, or derived from the name.
    pub address: Address,
    /// What it is.
    pub kind: ActorKind,
    /// Native coin, wei.
    pub balance: U256,
    /// Whether it sends generated calls.
    pub fuzz: bool,
}

/// A step of the set-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Where the value of its `deploy`, `call`, `attach` or `advance` is written.
    pub place: Place,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// Creates a contract.
    Deploy(Deploy),
    /// Calls a function.
    Call(CallStep),
    /// Gives a name to a contract that is there.
    Attach(Attach),
    /// Lets time pass.
    Advance {
        /// Blocks.
        blocks: u64,
        /// Seconds.
        seconds: u64,
    },
}

/// What is said of a contract itself: which functions generated calls use, how often, and whether its roles are inferred.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets {
    /// Only roles that are declared count: none is inferred.
    pub declared_only: bool,
    /// Names or signatures; none: all that change state.
    pub fuzz: Option<Vec<Located<String>>>,
    /// Names or signatures with their weights.
    pub weights: Vec<(Located<String>, u32)>,
}

/// Creates a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deploy {
    /// Its name.
    pub name: String,
    /// The artifact: `Name` or `file.sol:Name`.
    pub artifact: String,
    /// Arguments of the constructor.
    pub arguments: Vec<Argument>,
    /// Wei.
    pub value: U256,
    /// Name of the actor who sends it.
    pub from: String,
    /// Library -> deployment.
    pub libraries: Vec<(String, Located<String>)>,
    /// What generated calls use.
    pub targets: Targets,
}

/// Calls a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallStep {
    /// The deployment.
    pub contract: String,
    /// The function: name or signature.
    pub function: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// Wei.
    pub value: U256,
    /// Name of the actor who sends it.
    pub from: String,
}

/// A call that an honest actor is about to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentConfig {
    /// The call.
    pub call: CallStep,
    /// Where its function is written.
    pub place: Place,
    /// What it leaves its sender beside tokens with a price, an expression in base units of the reference.
    pub worth: Option<Located<String>>,
}

/// Gives a name to a contract that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attach {
    /// Its name.
    pub name: String,
    /// The artifact: `Name` or `file.sol:Name`.
    pub artifact: String,
    /// How it is found.
    pub at: AttachAt,
    /// Name of the actor who asks.
    pub from: String,
    /// What generated calls use.
    pub targets: Targets,
}

/// How a contract that is there is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachAt {
    /// By its address.
    Address(Address),
    /// By a view of an earlier deployment.
    View {
        /// The deployment.
        contract: String,
        /// The function: name or signature.
        function: String,
        /// Its arguments.
        arguments: Vec<Argument>,
        /// Where the view is written.
        place: Place,
    },
}

/// A role of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleConfig {
    /// One of [`ROLES`].
    pub role: String,
    /// The deployment.
    pub contract: String,
    /// Views that the ABI names differently.
    pub views: Vec<RoleView>,
    /// For a feed: how it is moved.
    pub movement: Option<MoveConfig>,
}

/// How the environment moves a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveConfig {
    /// The function: name or signature.
    pub function: Located<String>,
    /// The parameter that is the price; none: the only one.
    pub price: Option<Located<String>>,
    /// Name of the actor who sends it.
    pub from: String,
}

/// A value that is given to a parameter, not yet typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// What is written.
    pub value: ArgumentValue,
    /// Where.
    pub place: Place,
}

/// What is written for a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgumentValue {
    /// A number without quotes, as text: nothing is rounded.
    Number(String),
    /// A string: a number with a unit, a name, hex or text.
    Text(String),
    /// A truth value.
    Bool(bool),
    /// An array or a tuple.
    Array(Vec<Argument>),
    /// A tuple by field names.
    Table(Vec<(Located<String>, Argument)>),
}

impl ArgumentValue {
    /// What it is, with its article.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Bool(_) => "a boolean",
            Self::Array(_) => "an array",
            Self::Table(_) => "a table",
        }
    }
}

impl Config {
    /// Parses and resolves a `heist.toml`.
    ///
    /// `file` is its name in messages, `id` the id of a protocol that states none.
    ///
    /// # Errors
    ///
    /// When the text is not TOML, has unknown keys, wrong types or names, or contradicts itself.
    pub fn parse(text: &str, file: &str, id: &str) -> Result<Self, ConfigError> {
        resolve::resolve(text, file, id)
    }

    /// The actor called `name`.
    pub fn actor(&self, name: &str) -> Option<&ActorConfig> {
        self.actors.iter().find(|actor| actor.name == name)
    }
}
