//! What `echidna.yaml` and `medusa.json` say about how suites run, in one form.

use super::super::super::{Argument, Located, Place};
use alloy_primitives::{Address, Bytes, U256, address};
use std::collections::{BTreeMap, BTreeSet};

/// Code of the panic that `assert` ends in.
pub(super) const PANIC_ASSERT: u64 = 0x01;
/// Code of the panic that arithmetic out of range ends in.
pub(super) const PANIC_ARITHMETIC: u64 = 0x11;
/// Prefixes of functions that state what must hold, or what is maximised.
const PREFIXES: [&str; 5] = ["echidna_", "crytic_", "property_", "invariant_", "optimize_"];
/// Who deploys, unless somebody else is named.
pub(super) const DEPLOYER: Address = address!("0000000000000000000000000000000000030000");
/// Who calls.
const SENDERS: [Address; 3] = [
    address!("0000000000000000000000000000000000010000"),
    address!("0000000000000000000000000000000000020000"),
    DEPLOYER,
];

/// A contract that is there before the suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predeployed {
    /// Where.
    pub address: Address,
    /// Its name or creation code.
    pub code: PredeployedCode,
    /// Where that is written.
    pub place: Place,
}

/// What a predeployed contract is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PredeployedCode {
    /// An artifact.
    Contract(String),
    /// Creation code.
    Bytes(Bytes),
}

/// A folder of sequences that another tool kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusFolder {
    /// Below the project's folder.
    pub path: String,
    /// Where it is named.
    pub place: Place,
}

/// How the suites of a project run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of two file formats")]
pub struct CryticConfig {
    /// The file whose world it is.
    pub place: Place,
    /// Who deploys.
    pub deployer: Address,
    /// Who calls.
    pub senders: Vec<Address>,
    /// Who asks properties.
    pub asker: Address,
    /// Where the suite is; none: where its deployer's next contract goes.
    pub contract: Option<Address>,
    /// The first block, and its time.
    pub block: (u64, u64),
    /// What senders and the deployer begin with, wei.
    pub balance: U256,
    /// What target contracts are made with, wei, in their order.
    pub contract_balances: Vec<U256>,
    /// Most seconds and blocks between calls.
    pub delays: (u64, u64),
    /// Most wei of a call.
    pub value: U256,
    /// Gas of a call.
    pub gas: u64,
    /// Longest sequence.
    pub steps: usize,
    /// Prefixes of properties.
    pub prefixes: BTreeSet<String>,
    /// Whether properties are judged.
    pub properties: bool,
    /// Whether assertions are.
    pub assertions: bool,
    /// Whether functions are maximised.
    pub optimisation: bool,
    /// Panics that fail a call.
    pub panics: BTreeSet<u64>,
    /// Whether views are called too.
    pub views: bool,
    /// Whether contracts that the suite created are called too.
    pub all_contracts: bool,
    /// Functions that alone are called, `Contract.function(type)`; empty: all.
    pub only: Vec<String>,
    /// Functions that are not called.
    pub never: Vec<String>,
    /// Contracts that are deployed in this order and called; empty: each suite for itself.
    pub targets: Vec<String>,
    /// What is there before.
    pub predeployed: Vec<Predeployed>,
    /// Arguments of constructors by contract and parameter.
    pub arguments: BTreeMap<String, Vec<(Located<String>, Argument)>>,
    /// Where these tools keep sequences.
    pub corpora: Vec<CorpusFolder>,
    /// What has no effect, in sentences.
    pub notes: Vec<String>,
}

impl CryticConfig {
    /// Echidna's world where nothing is said.
    pub(super) fn echidna(place: Place) -> Self {
        Self {
            contract: Some(address!("00a329c0648769a73afac7f9381e08fb43dbea72")),
            block: (4_370_000, 1_524_785_992),
            balance: U256::from(u32::MAX),
            value: U256::from(100_000_000_000_000_000_000_u128),
            ..Self::medusa(place)
        }
    }

    /// Medusa's world where nothing is said.
    pub(super) fn medusa(place: Place) -> Self {
        Self {
            place,
            deployer: DEPLOYER,
            senders: SENDERS.to_vec(),
            asker: SENDERS[0],
            contract: None,
            block: (1, 1),
            // Half of the largest signed number.
            balance: U256::MAX >> 2,
            contract_balances: Vec::new(),
            delays: (604_800, 60_480),
            value: U256::MAX,
            gas: 12_500_000,
            steps: 100,
            prefixes: PREFIXES.map(str::to_owned).into(),
            properties: true,
            assertions: true,
            optimisation: true,
            panics: BTreeSet::from([PANIC_ASSERT]),
            views: false,
            all_contracts: false,
            only: Vec::new(),
            never: Vec::new(),
            targets: Vec::new(),
            predeployed: Vec::new(),
            arguments: BTreeMap::new(),
            corpora: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// What two files of one project say together: the world is this one's, what is tested is both's.
    pub(super) fn beside(mut self, other: Self) -> Self {
        self.notes.extend(other.notes);
        self.notes.push(format!(
            "{}: beside {} it names contracts, properties, panics and corpora only; addresses, time, gas and senders' balances are those of \
             {}",
            other.place, self.place, self.place
        ));
        self.prefixes.extend(other.prefixes);
        self.panics.extend(other.panics);
        self.properties |= other.properties;
        self.assertions |= other.assertions;
        self.optimisation |= other.optimisation;
        self.views |= other.views;
        self.all_contracts |= other.all_contracts;
        self.only.extend(other.only);
        self.never.extend(other.never);
        self.targets = other.targets;
        self.predeployed.extend(other.predeployed);
        self.arguments = other.arguments;
        self.corpora.extend(other.corpora);
        if self.contract_balances.iter().all(U256::is_zero) {
            self.contract_balances = other.contract_balances;
        }
        self
    }

    /// What senders begin with: as much as is said, and enough for what they may send. Echidna does not charge them.
    pub(super) fn funds(&self) -> U256 {
        let largest = if self.value == U256::MAX { U256::ZERO } else { self.value };
        self.balance.max(largest.saturating_mul(U256::from(self.steps)))
    }
}
