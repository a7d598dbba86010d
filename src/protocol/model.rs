use super::{DebugInfo, InferredRole, Located, Recipe, Rehearsed, Sources, Suite, TokenSwap};
use crate::{
    evm::{Block, Coverage, Machine, Settings, StorageVariable, World},
    glob,
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_json_abi::JsonAbi;
use alloy_primitives::{Address, B256, Bytes, Selector, U256};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, ops::Range, path::PathBuf, sync::Arc};

/// Where a text came from, for messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it, or the name of an embedded one.
    pub file: String,
    /// Line, from 1; 0 where unknown.
    pub line: usize,
    /// Column, from 1; 0 where unknown.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(formatter, "{}", self.file),
            (line, 0) => write!(formatter, "{}:{line}", self.file),
            (line, column) => write!(formatter, "{}:{line}:{column}", self.file),
        }
    }
}

/// Where a protocol came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Embedded in the binary under this id.
    Bundled(String),
    /// The folder that holds `heist.toml`, or `foundry.toml` with suites.
    Folder(PathBuf),
    /// The set-up of a contract of a Foundry project.
    Setup {
        /// The folder that holds `foundry.toml`.
        folder: PathBuf,
        /// The contract, `Name` or `file.sol:Name`.
        contract: String,
    },
}

/// A hole in creation code where the address of a library goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSite {
    /// Source file of the library.
    pub file: String,
    /// Name of the library.
    pub library: String,
    /// Byte offset of the 20-byte address.
    pub offset: usize,
}

/// Code with the holes that linking fills; holes are zero bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bytecode {
    /// The code.
    pub bytes: Bytes,
    /// Holes, in offset order.
    pub links: Vec<LinkSite>,
    /// Of runtime code: where the compiler says that a constructor writes immutables, in offset order.
    pub immutables: Vec<Range<usize>>,
}

/// A compiled contract.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Contract name.
    pub name: String,
    /// Source file as the compiler named it; empty where the artifact does not say.
    pub source: String,
    /// The ABI.
    pub abi: JsonAbi,
    /// Creation code; empty for an interface or an abstract contract.
    pub creation: Bytecode,
    /// Runtime code as compiled; empty where the artifact does not carry it.
    pub runtime: Bytecode,
    /// What it stores and where; none where the artifact does not say.
    pub variables: Option<Vec<StorageVariable>>,
    /// The same with types; none where the artifact does not say.
    pub layout: Option<StorageLayout>,
    /// Where its code comes from.
    pub debug: DebugInfo,
    /// The artifact's file.
    pub place: Place,
}

/// How a contract stores its variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StorageLayout {
    /// Its variables, in order.
    pub variables: Vec<LayoutEntry>,
    /// Types by their ids.
    pub kinds: BTreeMap<String, LayoutKind>,
}

/// A variable, or a member of a struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutEntry {
    /// Its name.
    pub name: String,
    /// Its first slot; a member's counts from that of its struct.
    pub slot: U256,
    /// Bytes behind the low end of the word, where others share it.
    pub offset: usize,
    /// Id of its type.
    pub kind: String,
}

/// What a type is to storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayoutKind {
    /// A value within one word.
    Value {
        /// How Solidity calls it.
        label: String,
        /// Its size.
        bytes: usize,
    },
    /// Values at hashes of their keys.
    Mapping {
        /// Id of the type of keys.
        key: String,
        /// Id of the type of values.
        value: String,
    },
    /// Members, one after another.
    Struct(Vec<LayoutEntry>),
    /// Anything else: arrays, texts.
    Other {
        /// How Solidity calls it.
        label: String,
    },
}

/// A deployed contract.
#[derive(Debug, Clone)]
pub struct Contract {
    /// Its name in `heist.toml`.
    pub name: String,
    /// Where it is.
    pub address: Address,
    /// What it was compiled from.
    pub artifact: Arc<Artifact>,
    /// Hash of its runtime code in the base state.
    pub code_hash: B256,
    /// Whether only calls create it, as often as they like: `address` is nobody's then, and a call says which one it means.
    pub created: bool,
}

impl Contract {
    /// A contract that only calls create.
    pub fn created(name: String, artifact: Arc<Artifact>) -> Self {
        let address =
            Address::from_word(alloy_primitives::keccak256(format!("heist created {}", artifact.qualified())));
        Self { name, address, code_hash: alloy_primitives::keccak256(&artifact.runtime.bytes), artifact, created: true }
    }

    /// Its runtime code: on `machine`, else as compiled.
    pub fn code(&self, machine: &Machine) -> Bytes {
        if self.created { self.artifact.runtime.bytes.clone() } else { machine.code(self.address) }
    }
}

/// What an actor is in the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// Attacks.
    Attacker,
    /// An honest user, a possible victim.
    User,
    /// Runs upkeep.
    Keeper,
    /// Liquidates.
    Liquidator,
    /// Deploys and configures.
    Admin,
    /// Governs.
    Governor,
}

/// An account that sends calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Its name in `heist.toml`.
    pub name: String,
    /// Its account.
    pub address: Address,
    /// What it is.
    pub kind: ActorKind,
    /// Whether it sends generated calls.
    pub fuzz: bool,
}

impl Actor {
    /// The account of an actor whose address is not written: the last 20 bytes of a hash of its name.
    pub fn derived_address(name: &str) -> Address {
        Address::from_word(alloy_primitives::keccak256(format!("heist actor {name}")))
    }
}

/// A state-changing function of a deployed contract.
#[derive(Debug, Clone)]
pub struct Function {
    /// Index into [`Protocol::contracts`].
    pub contract: usize,
    /// Its ABI entry.
    pub abi: alloy_json_abi::Function,
    /// First four bytes of the hash of its signature.
    pub selector: Selector,
    /// Resolved types of its parameters.
    pub inputs: Vec<DynSolType>,
    /// How often it is drawn, relative to others; 0: never at random.
    pub weight: u32,
}

impl Function {
    /// Whether the function accepts ether.
    pub fn is_payable(&self) -> bool {
        self.abi.state_mutability == alloy_json_abi::StateMutability::Payable
    }
}

/// A view of a role in terms of the expression language: `claims(x)` = `vault.convertToAssets(vault.balanceOf(x))`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleView {
    /// Its name, `claims`.
    pub name: String,
    /// Its parameters, `x`.
    pub parameters: Vec<String>,
    /// Its body.
    pub body: String,
    /// Where it is written.
    pub place: Place,
}

/// How the environment moves a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedMove {
    /// Index into [`Protocol::functions`].
    pub function: usize,
    /// Index of the parameter that is the price.
    pub price: usize,
    /// Who may send it.
    pub from: Address,
}

/// A role that a contract plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleBinding {
    /// One of [`super::ROLES`].
    pub role: String,
    /// Index into [`Protocol::contracts`].
    pub contract: usize,
    /// Views that the ABI names differently.
    pub views: Vec<RoleView>,
    /// For a feed: how it is moved.
    pub movement: Option<FeedMove>,
    /// Whether packs judge it: it was declared, or what it does proves that it is what packs suppose.
    pub judged: bool,
}

/// How values are compared across assets, before any attack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Economics {
    /// Name of the deployment that is the unit of account, or `eth`.
    pub reference: Option<String>,
    /// Value of 1e18 base units of an asset, in base units of the reference: name of a deployment or `eth` -> expression.
    pub prices: BTreeMap<String, String>,
    /// Where each price is written.
    pub price_places: BTreeMap<String, Place>,
    /// A profit at or below it is not reported, base units of the reference.
    pub threshold: U256,
    /// Where it is written.
    pub place: Place,
}

/// What no call goes beyond, whatever is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Seconds before it.
    pub seconds: u64,
    /// Blocks before it.
    pub blocks: u64,
    /// Wei that it sends.
    pub value: U256,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { seconds: u64::MAX, blocks: u64::MAX, value: U256::MAX }
    }
}

/// What `heist.toml` says about the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignSettings {
    /// Longest sequence, steps.
    pub steps: usize,
    /// Whether time passes between steps by itself; else only what is called moves it.
    pub time_passes: bool,
    /// What no call goes beyond.
    pub bounds: Bounds,
    /// Scenarios to run; none: all that find their roles.
    pub scenarios: Option<Vec<String>>,
    /// Whether it also runs with its tokens turned into others.
    pub zoo: bool,
    /// Where each of the scenarios is written, in the same order; empty where a program set them.
    pub scenario_places: Vec<Place>,
}

/// When an invariant is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Judgement {
    /// On the states between calls.
    State,
    /// On each successful call, with `old()`.
    Call,
    /// On some states that sequences end in, because it takes many executions.
    Sample,
    /// On the state that a sequence ends in.
    Sequence,
    /// Within calls, when the attacker's contract gets control.
    Boundary,
}

/// How bad a violation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A nuisance.
    Low,
    /// A defect with bounded loss.
    Medium,
    /// Loss of funds under conditions.
    High,
    /// Loss of funds.
    Critical,
}

/// An invariant as it is written, not yet checked against ABIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvariantSource {
    /// Unique id, the rule of its findings.
    pub id: String,
    /// One line.
    pub title: String,
    /// Role variables that the expression uses; one instance for each combination of contracts.
    pub roles: Vec<String>,
    /// When it is judged.
    pub on: Judgement,
    /// For one on calls: whose, actors or kinds of actors.
    pub by: Option<Located<String>>,
    /// The expression.
    pub expression: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// What it is about, in words that `--invariant tag:WORD` selects it by.
    pub tags: Vec<String>,
    /// Why it matters, for `heist explain`.
    pub explain: String,
    /// Where the expression begins.
    pub place: Place,
}

/// What somebody knows of and accepts. It is found and reported, and does not fail a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What is accepted.
    pub what: Accepted,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is; none: always.
    pub until: Option<Date>,
    /// Where it is written.
    pub place: Place,
}

/// What is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// Violations of invariants: an instance, `SUPPLY-001(gold)`, an id, or a glob of either.
    Invariant(String),
    /// One finding, by its id.
    Finding(String),
}

impl Accepted {
    /// Whether it is about violations of the invariant `id` on these contracts.
    pub fn covers(&self, id: &str, contracts: &[String]) -> bool {
        let Self::Invariant(pattern) = self else { return false };
        glob::matches(pattern, id) || glob::matches(pattern, &format!("{id}({})", contracts.join(", ")))
    }

    /// The pattern, or the id, as it is written.
    pub fn text(&self) -> &str {
        let (Self::Invariant(text) | Self::Finding(text)) = self;
        text
    }
}

impl InvariantSource {
    /// Its tags as a selection writes them: `tag:rounding`.
    pub fn tag_names(&self) -> impl Iterator<Item = String> {
        self.tags.iter().map(|tag| format!("tag:{tag}"))
    }

    /// The roles that its variables may have: of `custodian = vault | staking` both.
    pub fn role_names(&self) -> impl Iterator<Item = &str> {
        let roles = |entry: &str| entry.split_once('=').map_or(0, |(name, _)| name.len() + 1);
        self.roles.iter().flat_map(move |entry| entry[roles(entry)..].split('|').map(str::trim))
    }
}

/// A call that an honest actor is about to make, and that succeeds in the base state.
#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    /// Who sends it.
    pub sender: Address,
    /// Index into [`Protocol::functions`].
    pub function: usize,
    /// One value a parameter.
    pub arguments: Vec<DynSolValue>,
    /// Wei.
    pub value: U256,
    /// What it leaves its sender beside tokens with a price, an expression in base units of the reference.
    pub worth: Option<Located<String>>,
}

/// A scenario file of a project, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioSource {
    /// The file as the user named it.
    pub file: String,
    /// What is in it.
    pub text: String,
}

/// A value with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// An expression without state.
    pub text: String,
    /// Where the expression begins.
    pub place: Place,
}

/// A sum that events or calls add to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GhostSource {
    /// Its name.
    pub name: Located<String>,
    /// The event or the function: `vault.Deposit`, `vault.deposit`.
    pub on: Located<String>,
    /// What each adds.
    pub add: Located<String>,
    /// The address whose sum it adds to; none: there is one sum.
    pub key: Option<Located<String>>,
    /// What it is in the base state; none: zero.
    pub initial: Option<Located<String>>,
}

/// Words that a project adds to the expression language, not yet checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Values with a name, in the order of the file.
    pub constants: Vec<Constant>,
    /// Sums that a case keeps, in the order of the file.
    pub ghosts: Vec<GhostSource>,
}

/// The system under test.
#[derive(Debug, Clone)]
pub struct Protocol {
    /// Unique name.
    pub id: String,
    /// One line.
    pub title: String,
    /// Where it came from.
    pub origin: Origin,
    /// Deployed contracts, in order.
    pub contracts: Vec<Contract>,
    /// Actors, in the order of `heist.toml`.
    pub actors: Vec<Actor>,
    /// State-changing functions of all contracts.
    pub functions: Vec<Function>,
    /// What was called in the set-up, also by contracts, in order.
    pub rehearsed: Vec<Rehearsed>,
    /// Who plays what: what is declared, then what is inferred and certain.
    pub roles: Vec<RoleBinding>,
    /// What honest actors are about to do.
    pub intents: Vec<Intent>,
    /// Roles that nobody declared, and why they are thought so; those that are `used` are among `roles`.
    pub inferred: Vec<InferredRole>,
    /// ABIs by name for casts: artifacts and well-known interfaces.
    pub interfaces: BTreeMap<String, Arc<JsonAbi>>,
    /// Valuation.
    pub economics: Economics,
    /// Search settings.
    pub campaign: CampaignSettings,
    /// The protocol's own invariants.
    pub invariants: Vec<InvariantSource>,
    /// Violations that are expected.
    pub expected: Vec<Expected>,
    /// Scenario files of its project.
    pub scenarios: Vec<ScenarioSource>,
    /// Words that expressions may use.
    pub vocabulary: Vocabulary,
    /// The attacker's contract, when scenarios can run.
    pub attacker_contract: Option<Address>,
    /// The frozen base state.
    pub world: Arc<World>,
    /// The block that every case starts in.
    pub block: Block,
    /// Machine settings.
    pub settings: Settings,
    /// A token that has become something else than the set-up made it; none: all are as they were made.
    pub token: Option<TokenSwap>,
    /// The tests that it was taken from; none for a protocol of `heist.toml`.
    pub suite: Option<Suite>,
    /// Where code comes from, as far as the project's build tells.
    pub sources: Arc<Sources>,
    /// What ran before the base state was frozen; empty where nothing tells what it came from.
    pub set_up: Arc<Coverage>,
    /// How the base state was made; none where tests made it.
    pub recipe: Option<Arc<Recipe>>,
    /// Hash of configuration and code: equal for equal protocols.
    pub hash: B256,
}

impl Protocol {
    /// A fresh machine at the base state.
    pub fn machine(&self) -> Machine {
        let mut machine = Machine::new(self.world.clone(), self.block, self.settings);
        if let Some(tool) = self.attacker_contract {
            let code = machine.code_hash(tool);
            machine.recorder_mut().leave_out(code);
        }
        match &self.suite {
            Some(suite) => machine.with_cheatcodes(Arc::clone(&suite.cheatcodes)),
            None => machine,
        }
    }

    /// Why a call reverted, in words, by the errors that the protocol's contracts declare.
    pub fn reason(&self, data: &[u8]) -> String {
        super::build::reason(data, self.contracts.iter().map(|contract| contract.artifact.as_ref()))
    }

    /// The reason in revert data in words, a custom error by its signature: `data` may end behind its selector.
    pub fn reason_without_arguments(&self, data: &[u8]) -> String {
        let errors = self.contracts.iter().flat_map(|contract| contract.artifact.abi.errors());
        let mut named = errors.filter(|error| data == error.selector());
        named.next().map_or_else(|| self.reason(data), alloy_json_abi::Error::signature)
    }

    /// The contract that `heist.toml` calls `name`.
    pub fn contract(&self, name: &str) -> Option<&Contract> {
        self.contracts.iter().find(|contract| contract.name == name)
    }

    /// The actor called `name`.
    pub fn actor(&self, name: &str) -> Option<&Actor> {
        self.actors.iter().find(|actor| actor.name == name)
    }

    /// The attacker, where there is one.
    pub fn attacker(&self) -> Option<&Actor> {
        self.actors.iter().find(|actor| actor.kind == ActorKind::Attacker)
    }

    /// The exception whose subject `is_meant`: of several the one that lasts longest.
    pub fn exception(&self, is_meant: impl Fn(&Accepted) -> bool) -> Option<&Expected> {
        let covering = self.expected.iter().filter(|expected| is_meant(&expected.what));
        covering.max_by_key(|expected| expected.until.unwrap_or(Date::MAX))
    }

    /// Whether a role of [`Protocol::roles`] was inferred, rather than declared.
    pub fn is_inferred(&self, binding: &RoleBinding) -> bool {
        let contract = &self.contracts[binding.contract].name;
        self.inferred.iter().any(|role| role.role == binding.role && role.contract == *contract)
    }

    /// Contracts that play `role`, in deployment order.
    pub fn with_role<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a RoleBinding> {
        self.roles.iter().filter(move |binding| binding.role == role)
    }

    /// How people call `address`: the name of an actor or a deployment.
    pub fn name_of(&self, address: Address) -> Option<&str> {
        if self.attacker_contract == Some(address) {
            return Some("attack");
        }
        let actor = self.actors.iter().find(|actor| actor.address == address).map(|actor| actor.name.as_str());
        actor.or_else(|| {
            self.contracts.iter().find(|contract| contract.address == address).map(|contract| contract.name.as_str())
        })
    }

    /// The address that people call `name`.
    pub fn address_of(&self, name: &str) -> Option<Address> {
        if name == "attack" {
            return self.attacker_contract;
        }
        self.actor(name).map(|actor| actor.address).or_else(|| self.contract(name).map(|contract| contract.address))
    }

    /// Tokens: contracts with the role, in deployment order.
    pub fn tokens(&self) -> impl Iterator<Item = &Contract> {
        self.with_role("token").map(|binding| &self.contracts[binding.contract])
    }
}
