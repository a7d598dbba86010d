//! Where tokens are traded and lent, and where prices are read.

use super::{
    probe::{Probe, as_word, has},
    roles::{Guess, Sureness},
};
use crate::protocol::Contract;
use alloy_primitives::{Address, U256};

/// A pool of two tokens, with what it says it has of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pool {
    pub(super) address: Address,
    pub(super) tokens: [Address; 2],
    pub(super) reserves: [U256; 2],
}

impl Pool {
    /// The two tokens and reserves that a contract states, in Uniswap's names; none when it does not.
    pub(super) fn of(probe: &mut Probe<'_>, contract: &Contract) -> Option<Self> {
        let (address, abi) = (contract.address, &contract.artifact.abi);
        if !has(abi, &["token0()", "token1()"]) {
            return None;
        }
        let tokens = [probe.contract(address, "token0()")?, probe.contract(address, "token1()")?];
        let reserves = if has(abi, &["getReserves()"]) {
            [0, 1].map(|index| probe.word(address, "getReserves()", &[], index))
        } else if has(abi, &["reserve0()", "reserve1()"]) {
            ["reserve0()", "reserve1()"].map(|view| probe.word(address, view, &[], 0))
        } else {
            return None;
        };
        let [Some(left), Some(right)] = reserves else { return None };
        (tokens[0] != tokens[1]).then_some(Self { address, tokens, reserves: [left, right] })
    }

    /// Whether it holds what it says, and something of both.
    pub(super) fn is_stocked(&self, probe: &mut Probe<'_>) -> bool {
        self.tokens.into_iter().zip(self.reserves).all(|(token, reserve)| {
            !reserve.is_zero() && probe.balance(token, self.address).is_some_and(|held| held >= reserve)
        })
    }
}

/// A pool of two tokens.
pub(super) fn pool(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let pool = Pool::of(probe, contract)?;
    let [left, right] = pool.tokens.map(|token| probe.name(token));
    Some(if pool.is_stocked(probe) {
        Guess::bound("pool", &format!("it states tokens and reserves, and holds them: {left} and {right}"))
    } else {
        let why = format!("it states tokens ({left}, {right}) and reserves, but does not hold them");
        Guess::shown("pool", Sureness::Likely, &why)
    })
}

/// An ERC-3156 flash lender.
pub(super) fn lender(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let functions = ["maxFlashLoan(address)", "flashFee(address,uint256)", "flashLoan(address,address,uint256,bytes)"];
    if !has(&contract.artifact.abi, &functions) {
        return None;
    }
    let mut lent = Vec::new();
    for other in probe.contracts {
        let token = as_word(other.address);
        let most = probe.word(contract.address, "maxFlashLoan(address)", &[token], 0).unwrap_or_default();
        let fee = probe.word(contract.address, "flashFee(address,uint256)", &[token, most], 0);
        if !most.is_zero() && fee.is_some_and(|fee| fee <= most) {
            lent.push(other.name.clone());
        }
    }
    Some(if lent.is_empty() {
        Guess::shown("lender", Sureness::Likely, "the functions of ERC-3156, but it lends nothing now")
    } else {
        Guess::bound("lender", &format!("the functions of ERC-3156; it lends {} now", lent.join(", ")))
    })
}

/// A feed of prices, as Chainlink's.
pub(super) fn feed(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let abi = &contract.artifact.abi;
    let (view, index) = match () {
        () if has(abi, &["latestRoundData()", "decimals()"]) => ("latestRoundData()", 1),
        () if has(abi, &["latestAnswer()", "decimals()"]) => ("latestAnswer()", 0),
        () => return None,
    };
    let answer = probe.word(contract.address, view, &[], index);
    let decimals = probe.word(contract.address, "decimals()", &[], 0);
    Some(match (answer, decimals) {
        (Some(answer), Some(decimals)) if !answer.is_zero() && !answer.bit(255) && decimals <= U256::from(77) => {
            Guess {
                bound: false,
                ..Guess::bound(
                    "feed",
                    &format!("{view} answers {answer} with {decimals} decimals; the world moves it, no attacker"),
                )
            }
        }
        _ => Guess::shown("feed", Sureness::Likely, &format!("{view} and decimals(), which have no price now")),
    })
}

/// What functions of a market that lends are called, in the habits of Aave, Compound, Maker, Morpho and their kin.
const BORROWING: [&[&str]; 3] = [&["borrow", "draw"], &["repay", "payback", "wipe"], &["liquidat", "bite", "bark"]];

/// A market that lends, by the names of its functions alone: nothing depends on it.
pub(super) fn market(contract: &Contract) -> Option<Guess> {
    let functions = || contract.artifact.abi.functions().filter(|function| !function.inputs.is_empty());
    let found: Vec<_> = BORROWING
        .iter()
        .filter_map(|words| {
            let named = |name: &str| words.iter().any(|word| name.to_lowercase().starts_with(word));
            functions().map(|function| function.name.clone()).filter(|name| named(name)).min()
        })
        .collect();
    let sureness = match found.len() {
        3 => Sureness::Likely,
        2 => Sureness::Possible,
        _ => return None,
    };
    let why = format!("functions called {}; bind the role in heist.toml to have packs judge it", found.join(", "));
    Some(Guess::shown("market", sureness, &why))
}
