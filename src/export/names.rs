//! What accounts are called in Solidity.

use crate::protocol::Protocol;
use alloy_primitives::Address;
use std::collections::{BTreeMap, BTreeSet};

/// Words that no constant may be called: what Solidity reserves, what is always there, and what the test itself declares.
const TAKEN: &str = "abstract address after alias anonymous apply as assembly assert auto bool break byte bytes case catch \
    constant constructor continue contract copyof days default define delete do else emit enum ether error event \
    external fallback false final finney fixed for from function global gwei hex hours if immutable implements \
    import in indexed inline int interface internal is leave let library macro mapping match memory minutes \
    modifier mutable new null of override partial payable pragma private promise public pure receive reference \
    relocatable return returns revert sealed seconds sizeof static storage string struct super supports switch \
    szabo this throw transient true try type typedef typeof ufixed uint unchecked unicode using var view virtual \
    weeks wei while years abi addmod block blockhash ecrecover gasleft keccak256 msg mulmod now require \
    ripemd160 selfdestruct sha256 tx Accounts Attack Exact IEndowed IScriptLender Receivers Relay Rehearsal \
    RehearsalVm Script allow attempt before gained i number onFlashLoan onlyOwner part setUp spenders sum tokens";

/// Names of accounts, as constants of the file.
#[derive(Debug)]
pub(super) struct Names {
    by_address: BTreeMap<Address, String>,
    /// In the order in which people list them: the constant, and what the account is called.
    listed: Vec<(String, String, Address)>,
    /// Whether constants are those of a library: others have names of their own where they are used.
    apart: bool,
    /// Whether what is called may prank.
    pranks: bool,
}

impl Names {
    /// The accounts of a protocol; those of a suite stand apart from the suite's own names.
    pub(super) fn of(protocol: &Protocol) -> Self {
        let actors = protocol.actors.iter().map(|actor| (actor.name.as_str(), actor.address));
        let there = protocol.contracts.iter().filter(|contract| !contract.created);
        let contracts = there.map(|contract| (contract.name.as_str(), contract.address));
        let attack = protocol.attacker_contract.map(|contract| ("attack", contract));
        let mut taken: BTreeSet<String> = TAKEN.split_whitespace().map(str::to_owned).collect();
        let behind = protocol.recipe.as_ref().and_then(|recipe| recipe.behind.as_ref());
        taken.extend(behind.map(|behind| behind.contract.clone()));
        let apart = protocol.suite.is_some() || behind.is_some();
        let mut names =
            Self { by_address: BTreeMap::new(), listed: Vec::new(), apart, pranks: protocol.suite.is_some() };
        for (name, address) in actors.chain(contracts).chain(attack) {
            let mut constant = identifier(name);
            while taken.contains(&constant) {
                constant.push('_');
            }
            taken.insert(constant.clone());
            names.by_address.entry(address).or_insert_with(|| constant.clone());
            names.listed.push((constant, name.to_owned(), address));
        }
        names
    }

    /// Whether they are constants of a library, and not of a contract to inherit.
    pub(super) fn are_apart(&self) -> bool {
        self.apart
    }

    /// The constants, a line each.
    pub(super) fn declarations(&self) -> Vec<String> {
        let declare = |(constant, _, address): &(String, String, Address)| {
            format!("    address internal constant {constant} = {address};")
        };
        let constants = self.listed.iter().map(declare);
        let kind = if self.apart { "library" } else { "abstract contract" };
        let head = ["/// Who is who.".to_owned(), format!("{kind} Accounts {{")];
        head.into_iter().chain(constants).chain(["}".to_owned()]).collect()
    }

    /// Labels for traces, a line each.
    pub(super) fn labels(&self) -> impl Iterator<Item = String> {
        let label = |(_, name, address): &(String, String, Address)| {
            format!("Rehearsal.VM.label({}, {});", self.account(*address), super::value::text(name))
        };
        self.listed.iter().map(label)
    }

    /// The function that calls what a step calls: what suites have may prank.
    pub(super) fn sender(&self) -> &'static str {
        if self.pranks { "Rehearsal.act" } else { "Rehearsal.send" }
    }

    /// An account as an expression.
    pub(super) fn account(&self, address: Address) -> String {
        // Printed with the checksum that the compiler wants.
        match self.by_address.get(&address) {
            Some(constant) if self.apart => format!("Accounts.{constant}"),
            Some(constant) => constant.clone(),
            None => address.to_string(),
        }
    }
}

/// Whether Solidity can call something so: names of contracts and functions come from files.
pub(super) fn is_identifier(name: &str) -> bool {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '$';
    name.starts_with(|first: char| is_part(first) && !first.is_ascii_digit()) && name.chars().all(is_part)
}

/// The same as an identifier.
pub(super) fn identifier(name: &str) -> String {
    let mut made: String = name.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect();
    if !made.starts_with(|first: char| first.is_ascii_alphabetic()) {
        made.insert(0, 'x');
    }
    made
}
