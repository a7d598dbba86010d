//! The system under test: contracts deployed from artifacts as `heist.toml` declares, the roles that they play, the actors, and
//! the frozen base state. Knows machines; must not know campaigns.
//!
//! Loading goes one way: [`Files`] give the texts, [`Artifacts`] the compiled contracts, the configuration is parsed and
//! resolved without a decision left open, then the set-up runs and what it left behind is frozen into a [`Protocol`].

mod artifact;
mod build;
mod config;
mod files;
mod functions;
mod inference;
mod intents;
mod interfaces;
mod link;
mod load;
mod model;
mod nearest;
mod number;
mod proxy;
mod recipe;
mod rehearsal;
mod source;
mod source_map;
mod suite;
mod token;
mod types;
mod value;
mod zoo;

pub use artifact::{ArtifactError, ArtifactProblem, Artifacts, LookupError};
pub use build::{Failure, SetupError};
pub use config::{
    ActorConfig, Argument, ArgumentValue, Attach, AttachAt, CallStep, Config, ConfigError, ConfigProblem,
    DEFAULT_CONFIG, Deploy, IntentConfig, Located, MoveConfig, Overlay, Pack, ROLES, RoleConfig, Step, StepKind,
    Targets, ViewSource, parse_day, parse_invariants, parse_pack,
};
pub(crate) use config::{RawTable, RawValue, bounded, fields, located, one_of, parse_toml, uint};
pub use files::{Entry, FileError, Files, FolderFiles};
pub use inference::{InferredEconomy, InferredPrice, InferredRole, Sureness};
pub use link::{Library, LinkError, link};
pub use load::{CONFIG_FILE, LoadOptions, ProtocolError, SCENARIO_FOLDER};
pub use model::{
    Accepted, Actor, ActorKind, Artifact, Bounds, Bytecode, CampaignSettings, Constant, Contract, Economics, Expected,
    FeedMove, Function, GhostSource, Intent, InvariantSource, Judgement, LayoutEntry, LayoutKind, LinkSite, Origin,
    Place, Protocol, RoleBinding, RoleView, ScenarioSource, Severity, StorageLayout, Vocabulary,
};
pub use nearest::nearest;
pub use number::{Number, NumberError, parse_number};
pub use recipe::{Behind, Endowment, Recipe, RecipeStep};
pub use rehearsal::Rehearsed;
pub(crate) use source::SourceText;
pub use source_map::{DebugInfo, FailurePlace, FileCoverage, FunctionCoverage, Position, SourceRules, Sources};
pub use suite::{
    CorpusFolder, CryticConfig, ECHIDNA_FILES, FOUNDRY_FILE, FailureRules, Fixtures, FoundActor, FoundContract,
    FoundryConfig, InvariantKeys, MEDUSA_FILE, Permissions, Predeployed, PredeployedCode, Predicate, PredicateKind,
    SetUp, Suite, SuiteError, SuiteOptions, SuiteProblem, SuiteProject, Survey, TestVerdict, Verdict, plain_name,
};
pub use token::{
    NATIVE, TRANSFER_CALL, Transfer, allowance, balance_of, balance_of_call, flash_fee, total_supply,
    total_supply_call, transfer_call, transfer_from_call,
};
pub use zoo::{SwappedCode, TokenKind, TokenSwap};
