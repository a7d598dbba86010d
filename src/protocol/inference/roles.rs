use super::{probe::Probe, tokens, venues};
use crate::protocol::RoleBinding;
use serde::Serialize;

/// How sure a guess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sureness {
    /// Its names say so, and it does not behave so now.
    Possible,
    /// Its functions say so, and not all that it does was seen.
    Likely,
    /// Its functions say so, and it behaves so.
    Certain,
}

impl Sureness {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// A role that a contract seems to play.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InferredRole {
    /// Name of the contract.
    pub contract: String,
    /// The role.
    pub role: String,
    /// How sure that is.
    pub sureness: Sureness,
    /// Which functions and which behaviour say so.
    pub why: String,
    /// Whether scenarios use it.
    pub used: bool,
    /// Whether packs judge it.
    pub judged: bool,
}

/// A role of a contract before it is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) role: &'static str,
    pub(super) sureness: Sureness,
    pub(super) why: String,
    /// Whether it drives anything.
    pub(super) bound: bool,
    /// Whether packs may judge it.
    pub(super) judged: bool,
}

impl Guess {
    /// A role that is certain, and drives scenarios and packs.
    pub(super) fn bound(role: &'static str, why: &str) -> Self {
        Self { role, sureness: Sureness::Certain, why: why.to_owned(), bound: true, judged: true }
    }

    /// A role that is only shown.
    pub(super) fn shown(role: &'static str, sureness: Sureness, why: &str) -> Self {
        Self { role, sureness, why: why.to_owned(), bound: false, judged: false }
    }
}

/// The roles that contracts play, and those of them that drive something, in the order of the contracts.
pub(in crate::protocol) fn infer(probe: &mut Probe<'_>) -> (Vec<InferredRole>, Vec<RoleBinding>) {
    let (mut roles, mut bindings) = (Vec::new(), Vec::new());
    for (index, contract) in probe.contracts.iter().enumerate() {
        let guesses = [
            tokens::token(probe, contract),
            tokens::wrapped(probe, contract),
            tokens::collection(probe, contract),
            tokens::vault(probe, contract),
            venues::pool(probe, contract),
            venues::lender(probe, contract),
            venues::feed(probe, contract),
            venues::market(contract),
        ];
        for guess in guesses.into_iter().flatten() {
            if guess.bound {
                bindings.push(RoleBinding {
                    role: guess.role.to_owned(),
                    contract: index,
                    views: Vec::new(),
                    movement: None,
                    judged: guess.judged,
                });
            }
            roles.push(InferredRole {
                contract: contract.name.clone(),
                role: guess.role.to_owned(),
                sureness: guess.sureness,
                why: guess.why,
                used: guess.bound,
                judged: guess.bound && guess.judged,
            });
        }
    }
    (roles, bindings)
}
