//! Cheatcodes: what a suite's contracts ask of the machine by calling a fixed address. They act where frames begin and end, in
//! an own [`Cheated`] machine around revm's, which only protocols that use them run on.
//!
//! One file a group; [`interface`] has all signatures. What a cheatcode leaves behind for later calls is [`Cheats`], a part of
//! each snapshot.

mod about;
mod account;
mod artifact;
mod assertion;
mod assume;
mod decimal;
mod diff;
mod environment;
mod expect_call;
mod expect_create;
mod expect_emit;
mod expect_revert;
mod file;
mod flow;
mod frames;
mod gas;
mod hook;
mod interface;
mod json;
mod json_path;
mod key;
mod kind;
mod logs;
mod mapping;
mod mock;
mod prank;
mod random;
mod serialize;
mod snapshot;
mod storage;
mod text;
mod variable;
mod wallet;

pub(super) use hook::Cheated;
pub(super) use snapshot::failure;

use super::{
    machine::{Block, Execution, MachineContext, Status},
    notes::Orders,
    recorder::Read,
    surroundings::Surroundings,
};
use alloy_primitives::{Address, B256, Bytes, U256, address, b256};
use alloy_sol_types::SolError;
use interface::{Call, CheatcodeError, ToolsCalls, VmCalls};
use revm::{context::BlockEnv, interpreter::CreateInputs};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// Where cheatcodes are called: the last 20 bytes of `keccak256("hevm cheat code")`.
pub const CHEATCODES: Address = address!("7109709ECfa91a80626fF3989D68f67F5b1DD12D");
/// Where `console.log` goes: the bytes of "console.log".
pub const CONSOLE: Address = address!("000000000000000000636F6e736F6c652e6c6f67");
/// The word at [`CHEATCODES`] in which forge-std's older assertions note a failure: the bytes of "failed".
pub const FAILURE_SLOT: B256 = b256!("6661696c65640000000000000000000000000000000000000000000000000000");
/// Selector of `CheatcodeError(string)`, with which a cheatcode says why it failed.
pub const CHEATCODE_ERROR: [u8; 4] = CheatcodeError::SELECTOR;
/// What a call reverts with whose inputs are to be drawn anew.
pub(super) const DISCARDED: &[u8] = b"FOUNDRY::ASSUME";
/// What a test reverts with that does not want to run.
pub(super) const SKIPPED: &[u8] = b"FOUNDRY::SKIP";
/// Longest calldata of a cheatcode, bytes, and of one that takes lists of texts.
const MAX_ARGUMENTS: usize = 4 << 20;
const MAX_NESTED: usize = 1 << 16;
/// Items that one list of a case may hold, a bound for hostile contracts.
const MAX_ITEMS: usize = 1 << 16;
/// Bytes that the cheatcodes of a message may take and give: they cost no gas.
const MAX_WORK: usize = 1 << 28;

/// A contract that was created while somebody watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    /// Where it is.
    pub address: Address,
    /// What it was created from: creation code and arguments.
    pub code: Bytes,
}

/// What cheatcodes leave behind, and what they want to tell about the last message.
#[derive(Debug, Clone, Default)]
pub(super) struct Cheats {
    lasting: Lasting,
    logs: logs::Recording,
    accesses: logs::Accesses,
    snapshots: snapshot::Snapshots,
    labels: Arc<BTreeMap<Address, String>>,
    /// Random numbers drawn so far.
    draws: u64,
    /// What they follow from, where a test says so.
    seed: Option<U256>,
    /// Revert data of the last assertion that failed in this message.
    assertion: Option<Bytes>,
    /// The first cheatcode that was called and is not supported, and why.
    unsupported: Option<(String, Option<&'static str>)>,
    /// Bytes that cheatcodes took and gave in this message.
    work: usize,
    mappings: Option<mapping::Mappings>,
    diffs: Option<diff::Diffs>,
    gas: gas::Metering,
    objects: Arc<serialize::Objects>,
    lines: file::Lines,
    deploying: Vec<artifact::Deploying>,
    surroundings: Option<Arc<dyn Surroundings>>,
    /// Contracts created, while they are noted.
    creations: Option<Vec<Creation>>,
}

/// What changes the meaning of later calls.
#[derive(Debug, Clone, Default, PartialEq)]
struct Lasting {
    pranks: BTreeMap<usize, prank::Prank>,
    revert: Option<expect_revert::Expected>,
    emits: VecDeque<expect_emit::Expected>,
    calls: expect_call::Expectations,
    mocks: mock::Mocks,
    gas_price: u128,
    assumption: Option<assume::Assumption>,
    creations: Vec<expect_create::Expected>,
    /// The next creation is not made: it reverts with its own code.
    intercepts: bool,
    blob_hashes: Vec<B256>,
    variables: Arc<variable::Variables>,
    wallets: Arc<wallet::Wallets>,
    orders: Arc<Orders>,
}

/// State of cheatcodes and the environment that they move, to go back to.
#[derive(Debug, Clone, Default)]
pub struct Cheatcodes {
    pub(super) cheats: Cheats,
    pub(super) block: BlockEnv,
    pub(super) chain_id: u64,
}

/// Why a cheatcode failed.
#[derive(Debug)]
enum Failure {
    /// In words, for people.
    Message(String),
    /// These bytes, which mean something to the runner.
    Raw(&'static [u8]),
    /// What is asked for is never done.
    Refused(&'static str),
}

impl Failure {
    fn data(&self) -> Bytes {
        match self {
            Self::Message(message) => CheatcodeError { message: message.clone() }.abi_encode().into(),
            Self::Refused(message) => CheatcodeError { message: (*message).to_owned() }.abi_encode().into(),
            Self::Raw(bytes) => Bytes::from_static(bytes),
        }
    }
}

impl<T: Into<String>> From<T> for Failure {
    fn from(message: T) -> Self {
        Self::Message(message.into())
    }
}

/// What a cheatcode returns.
type Answer = Result<Vec<u8>, Failure>;

/// Nothing.
const DONE: Answer = Ok(Vec::new());

/// One call of a cheatcode.
struct Cheat<'a> {
    cheats: &'a mut Cheats,
    context: &'a mut MachineContext,
    /// Frames above the calling one, as revm's journal counts them inside.
    depth: usize,
    caller: Address,
    /// Gas that the call was given.
    gas: u64,
    /// What it turns into: a creation, whose end is the call's.
    creation: Option<Box<CreateInputs>>,
}

/// Groups of cheatcodes: each answers the calls that it knows.
const GROUPS: [fn(&mut Cheat<'_>, &VmCalls) -> Option<Answer>; 21] = [
    prank::answer,
    environment::answer,
    account::answer,
    assertion::answer,
    assertion::answer_not_equal,
    assertion::answer_numbers,
    flow::answer,
    expect_revert::answer,
    expect_emit::answer,
    expect_call::answer,
    mock::answer,
    logs::answer,
    snapshot::answer,
    key::answer,
    random::answer,
    assume::answer,
    expect_create::answer,
    mapping::answer,
    diff::answer,
    gas::answer,
    storage::answer,
];

/// The same of those that work on texts, files and artifacts.
const TOOLS: [fn(&mut Cheat<'_>, &ToolsCalls) -> Option<Answer>; 9] = [
    text::answer,
    variable::answer,
    json::answer,
    serialize::answer,
    file::answer,
    artifact::answer,
    wallet::answer,
    logs::answer_text,
    about::answer,
];

impl Cheat<'_> {
    /// Does what `data` asks for.
    fn run(&mut self, data: &[u8]) -> Result<Bytes, Bytes> {
        if is_bomb(data) {
            return Err(Failure::from("the arguments are too large").data());
        }
        let work = self.cheats.work.saturating_add(data.len());
        if work > MAX_WORK {
            return Err(Failure::from("the cheatcodes of this call have worked through too much data").data());
        }
        self.cheats.work = work;
        let answer = match Call::decode(data) {
            None => None,
            Some(Call::Vm(call)) => GROUPS.iter().find_map(|group| group(self, &call)),
            Some(Call::Tools(call)) => TOOLS.iter().find_map(|group| group(self, &call)),
        };
        let output: Result<Bytes, Bytes> = match answer {
            None => Err(self.refuse(data, interface::why_refused(selector(data)))),
            Some(Err(Failure::Refused(why))) => Err(self.refuse(data, Some(why))),
            Some(Err(failure)) => Err(failure.data()),
            Some(Ok(output)) => Ok(output.into()),
        };
        let given = output.as_ref().map_or(0, |output| output.len());
        self.cheats.work = self.cheats.work.saturating_add(given);
        output
    }

    /// Fails for a cheatcode that is not supported, and remembers it.
    fn refuse(&mut self, data: &[u8], why: Option<&'static str>) -> Bytes {
        let selector = selector(data);
        let name = match interface::signature(selector) {
            Some(signature) => format!("vm.{signature}"),
            None => format!("the cheatcode with selector {}", alloy_primitives::hex::encode_prefixed(selector)),
        };
        let message = match why {
            Some(why) => format!("{name} is not supported: {why}"),
            None => format!("{name} is not supported"),
        };
        self.cheats.unsupported.get_or_insert((name, why));
        Failure::Message(message).data()
    }

    /// Changes what instructions do besides.
    fn order(&mut self, change: impl FnOnce(&mut Orders)) -> Answer {
        change(Arc::make_mut(&mut self.cheats.lasting.orders));
        self.context.chain.notes.orders = self.cheats.orders();
        DONE
    }

    /// The answer depends on what no read set can name.
    fn depends_on_everything(&mut self) {
        self.context.chain.read(Read::Everything);
    }
}

/// Whether decoding could take more than anybody has: the items of a list may all be the same large one.
fn is_bomb(data: &[u8]) -> bool {
    let signature = interface::signature(selector(data)).unwrap_or_default();
    let is_nested = ["bytes[]", "string[]"].iter().any(|list| signature.contains(list));
    data.len() > if is_nested { MAX_NESTED } else { MAX_ARGUMENTS }
}

fn selector(data: &[u8]) -> [u8; 4] {
    data.first_chunk().copied().unwrap_or_default()
}

/// `Panic(1)`, what Solidity's `assert` reverts with.
const PANIC: [u8; 36] = {
    let mut data = [0; 36];
    (data[0], data[1], data[2], data[3], data[35]) = (0x4e, 0x48, 0x7b, 0x71, 1);
    data
};

impl Cheats {
    /// Begins a message.
    fn begin(&mut self) {
        self.assertion = None;
        self.work = 0;
        self.gas.begin();
        self.deploying.clear();
    }

    pub(super) fn orders(&self) -> Arc<Orders> {
        Arc::clone(&self.lasting.orders)
    }

    pub(super) fn set_surroundings(&mut self, surroundings: Arc<dyn Surroundings>) {
        self.surroundings = Some(surroundings);
    }

    pub(super) fn failed_assertion(&self, execution: &Execution) -> bool {
        let output = &execution.output;
        execution.status == Status::Revert && (*output == PANIC[..] || self.assertion.as_ref() == Some(output))
    }

    pub(super) fn unsupported(&self) -> Option<(&str, Option<&'static str>)> {
        self.unsupported.as_ref().map(|(name, why)| (name.as_str(), *why))
    }

    pub(super) fn watch_creations(&mut self) {
        self.creations = Some(Vec::new());
    }

    pub(super) fn creations(&mut self) -> Vec<Creation> {
        self.creations.take().unwrap_or_default()
    }

    pub(super) fn labels(&self) -> Vec<(Address, String)> {
        self.labels.iter().map(|(address, label)| (*address, label.clone())).collect()
    }
}

impl Cheatcodes {
    /// Cheatcodes before anything happened, in a block as Foundry begins with.
    pub fn new(block: Block, chain_id: u64, (gas_limit, prevrandao): (u64, B256)) -> Self {
        let block = BlockEnv {
            number: U256::from(block.number),
            timestamp: U256::from(block.timestamp),
            gas_limit,
            prevrandao: Some(prevrandao),
            ..BlockEnv::default()
        };
        Self { cheats: Cheats::default(), block, chain_id }
    }

    /// The block, as far as campaigns move it.
    pub fn block(&self) -> Block {
        Block { number: small(self.block.number), timestamp: small(self.block.timestamp) }
    }

    /// The chain.
    pub fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// What was begun and not ended, and changes what later calls mean.
    pub fn leftovers(&self) -> Vec<&'static str> {
        let Lasting { pranks, revert, emits, calls, mocks, assumption, creations, .. } = &self.cheats.lasting;
        let expects =
            [revert.is_some(), assumption.is_some(), !emits.is_empty(), !calls.is_empty(), !creations.is_empty()];
        let expects = expects.contains(&true);
        let all = [
            (!pranks.is_empty(), "a prank"),
            (expects, "an expectation"),
            (*mocks != mock::Mocks::default(), "a mocked call"),
        ];
        all.into_iter().filter(|(is_there, _)| *is_there).map(|(_, what)| what).collect()
    }

    /// The same without what only makes sense in the messages so far.
    #[must_use]
    pub fn settled(mut self) -> Self {
        self.cheats.snapshots = snapshot::Snapshots::default();
        self.cheats.assertion = None;
        self
    }
}

/// A 256-bit word as a number of 64 bits, or the largest.
fn small(word: U256) -> u64 {
    word.saturating_to()
}
