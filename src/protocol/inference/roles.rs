use super::{bridges, collections, control, credit, oracles, payouts, probe::Probe, tokens, venues};
use crate::protocol::{Contract, RoleBinding};
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
    /// Whether the role is the contract's, so that scenarios may use it.
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

    /// A role of a whole interface: certain where a probe has `agreed`, else only likely, for `lack`.
    pub(super) fn probed(role: &'static str, interface: &str, agreed: Option<String>, lack: &str) -> Self {
        match agreed {
            Some(agreed) => Self::bound(role, &format!("{interface}; {agreed}")),
            None => Self::shown(role, Sureness::Likely, &format!("{interface}; but {lack}")),
        }
    }

    /// A role that only the names of functions speak for.
    pub(super) fn named(role: &'static str, names: &str) -> Self {
        let why = format!("functions called {names}; what they do is not known, so declare the role in heist.toml");
        Self::shown(role, Sureness::Likely, &why)
    }

    /// A role that is only shown.
    pub(super) fn shown(role: &'static str, sureness: Sureness, why: &str) -> Self {
        Self { role, sureness, why: why.to_owned(), bound: false, judged: false }
    }
}

/// What tells whether a contract plays a role.
type Guesser = fn(&mut Probe<'_>, &Contract) -> Option<Guess>;

/// One for each role.
const GUESSERS: [Guesser; 20] = [
    tokens::token,
    tokens::weth,
    collections::nft,
    collections::multitoken,
    tokens::vault,
    venues::pool,
    venues::pool3,
    venues::factory,
    venues::router,
    credit::lender,
    credit::market,
    oracles::feed,
    oracles::twap,
    control::governor,
    control::timelock,
    control::multisig,
    control::proxy,
    payouts::staking,
    payouts::vesting,
    bridges::bridge,
];

/// The functions of a contract that are called as `words` say, one for each group, where all groups have one.
pub(super) fn named(contract: &Contract, words: &[&[&str]]) -> Option<String> {
    let functions: Vec<_> = contract.artifact.abi.functions().filter(|function| !function.inputs.is_empty()).collect();
    let found = words.iter().map(|group| {
        let is_meant = |name: &str| group.iter().any(|word| name.to_lowercase().starts_with(word));
        functions.iter().map(|function| function.name.as_str()).filter(|name| is_meant(name)).min()
    });
    found.collect::<Option<Vec<_>>>().map(|names| names.join(", "))
}

/// The roles that contracts play beside what is declared of them, and those of them that drive something, in the order of the
/// contracts. Of a contract that nothing `asked` for nothing is inferred.
pub(in crate::protocol) fn infer(
    probe: &mut Probe<'_>,
    declared: &[RoleBinding],
    asked: impl Fn(usize) -> bool,
) -> (Vec<InferredRole>, Vec<RoleBinding>) {
    let (mut roles, mut bindings) = (Vec::new(), Vec::<RoleBinding>::new());
    let all = probe.contracts;
    for (index, contract) in all.iter().enumerate().filter(|(index, contract)| !contract.created && asked(*index)) {
        for guess in GUESSERS.into_iter().filter_map(|guess| guess(probe, contract)) {
            // A contract may have several names; it has a role once.
            let is_same =
                |known: &RoleBinding| known.role == guess.role && all[known.contract].address == contract.address;
            if declared.iter().chain(&bindings).any(is_same) {
                continue;
            }
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
