//! Tokens that behave otherwise than those of the set-up: what a protocol makes of them is seen from the state that it is set up in.

use super::{Actor, ActorKind, Artifact, Protocol};
use crate::evm::{Machine, World};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a token may become. The contract of the same name in `contracts/zoo` has the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// One percent of each transfer goes elsewhere.
    FeeOnTransfer,
    /// Balances grow by one percent a day.
    RebasingUp,
    /// Balances shrink with time.
    RebasingDown,
    /// Transfers answer with nothing.
    NoReturnValue,
    /// Transfers that cannot be made answer `false`.
    FalseReturning,
    /// Transfers of nothing fail.
    RevertingOnZero,
    /// One honest actor neither sends nor gets anything.
    Blocklisting,
    /// Every other day nothing moves.
    Pausable,
    /// Contracts that send are asked before, those that receive are told behind a transfer.
    Hooked,
}

impl TokenKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::FeeOnTransfer,
        Self::RebasingUp,
        Self::RebasingDown,
        Self::NoReturnValue,
        Self::FalseReturning,
        Self::RevertingOnZero,
        Self::Blocklisting,
        Self::Pausable,
        Self::Hooked,
    ];

    /// Its name in ids: `fee-on-transfer`.
    pub fn name(self) -> &'static str {
        match self {
            Self::FeeOnTransfer => "fee-on-transfer",
            Self::RebasingUp => "rebasing-up",
            Self::RebasingDown => "rebasing-down",
            Self::NoReturnValue => "no-return-value",
            Self::FalseReturning => "false-returning",
            Self::RevertingOnZero => "reverting-on-zero",
            Self::Blocklisting => "blocklisting",
            Self::Pausable => "pausable",
            Self::Hooked => "hooked",
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A token of a protocol that has become something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TokenSwap {
    /// The deployment.
    pub token: String,
    /// What it has become.
    pub kind: TokenKind,
}

impl TokenSwap {
    /// The id of the protocol `base` with it: `vault+fee-on-transfer(gold)`.
    pub fn id(&self, base: &str) -> String {
        format!("{base}+{}({})", self.kind, self.token)
    }

    /// The id of the protocol, and what became of its token, that an id says; none where it says neither.
    pub fn of_id(id: &str) -> Option<(&str, Self)> {
        let (base, rest) = id.rsplit_once('+')?;
        let (kind, token) = rest.strip_suffix(')')?.split_once('(')?;
        let kind = TokenKind::ALL.into_iter().find(|one| one.name() == kind)?;
        Some((base, Self { token: token.to_owned(), kind }))
    }
}

/// Storage words of `contracts/zoo/src/Zoo.sol`.
const CODE: &str = "heist.zoo.code";
const ACCOUNT: &str = "heist.zoo.account";
const SINCE: &str = "heist.zoo.since";

/// What stands in the place of a token that has become something else.
#[derive(Debug, Clone)]
pub struct SwappedCode {
    /// The token.
    pub token: Address,
    /// Where its own code is now.
    pub behind: Address,
    /// The code in front of it.
    pub front: Bytes,
    /// Words of its storage that the code in front reads.
    pub words: Vec<(B256, U256)>,
}

impl Protocol {
    /// What stands in the place of the token that has become something else; none where none has.
    pub fn swapped_code(&self) -> Option<SwappedCode> {
        let token = self.contract(&self.token.as_ref()?.token)?.address;
        let mut machine = self.machine();
        let words = [CODE, ACCOUNT, SINCE].map(|name| {
            let slot = keccak256(name);
            (slot, machine.storage(token, U256::from_be_bytes(slot.0)))
        });
        Some(SwappedCode { token, behind: behind(token), front: machine.code(token), words: words.into() })
    }

    /// Tokens that may become something else: those that are nothing but tokens to the protocol.
    pub fn plain_tokens(&self) -> Vec<&str> {
        let roles = |name: &str| {
            let of_it = self.roles.iter().filter(|binding| self.contracts[binding.contract].name == name);
            of_it.map(|binding| binding.role.as_str()).collect::<Vec<_>>()
        };
        let is_plain = |name: &&str| roles(name).iter().all(|role| matches!(*role, "token" | "owned" | "weth"));
        let mut tokens: Vec<_> = self.tokens().map(|token| token.name.as_str()).filter(is_plain).collect();
        tokens.dedup();
        tokens
    }

    /// The protocol with one of its tokens turned into another kind, whose code is `artifact`'s; none where it has no such token.
    ///
    /// The token's own code goes elsewhere and runs by delegation on the same storage, so all balances are what they were. The packs do
    /// not judge the token any more: it is meant not to be what they suppose.
    pub fn with_token(&self, swap: &TokenSwap, artifact: &Artifact) -> Option<Self> {
        let index = self.contracts.iter().position(|contract| contract.name == swap.token)?;
        let token = self.contracts[index].address;
        let mut machine = Machine::new(self.world.clone(), self.block, self.settings);
        let code = behind(token);
        let own = machine.code(token);
        machine.set_code(code, own);
        machine.set_code(token, Bytes::clone(&artifact.runtime.bytes));
        let honest = |kind: ActorKind| move |actor: &&Actor| actor.kind == kind;
        let actors = || self.actors.iter();
        let blocked = actors().find(honest(ActorKind::User)).or_else(|| actors().find(honest(ActorKind::Keeper)));
        let word = |address: Address| U256::from_be_bytes(address.into_word().0);
        for (slot, value) in [
            (CODE, word(code)),
            (ACCOUNT, blocked.map_or(U256::ZERO, |actor| word(actor.address))),
            (SINCE, U256::from(self.block.timestamp)),
        ] {
            machine.set_storage(token, U256::from_be_bytes(keccak256(slot).0), value);
        }
        let mut changed = self.clone();
        changed.world = machine.merge_into(World::clone(&self.world)).freeze();
        changed.id = swap.id(&self.id);
        changed.token = Some(swap.clone());
        changed.contracts[index].code_hash = machine.code_hash(token);
        for binding in changed.roles.iter_mut().filter(|binding| binding.contract == index) {
            binding.judged = false;
        }
        changed.hash = keccak256([self.hash.as_slice(), swap.id("").as_bytes()].concat());
        Some(changed)
    }
}

/// Where the own code of a token goes that becomes something else.
fn behind(token: Address) -> Address {
    Address::from_word(keccak256(format!("heist zoo code of {token}")))
}

#[cfg(test)]
mod tests {
    use super::{TokenKind, TokenSwap};

    #[test]
    fn an_id_says_what_became_of_which_token() {
        for kind in TokenKind::ALL {
            let swap = TokenSwap { token: "gold".to_owned(), kind };
            assert_eq!(TokenSwap::of_id(&swap.id("attacks/a+b")), Some(("attacks/a+b", swap)));
        }
        for id in ["vault", "vault+gold", "vault+shiny(gold)", "vault+hooked(gold", "+"] {
            assert_eq!(TokenSwap::of_id(id), None, "{id}");
        }
    }
}
