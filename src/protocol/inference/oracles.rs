//! Where prices are read.

use super::{
    probe::{Probe, as_word, has},
    roles::{Guess, Sureness},
};
use crate::protocol::Contract;
use alloy_primitives::{Address, U256};

/// What an average is asked for, base units.
const ASKED: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);

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
            // Who moves it, and how, only heist.toml can say.
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

/// An oracle that averages over time: one of a pair's two tokens that is asked for its price, or one that tells sums of the past.
pub(super) fn twap(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let (abi, address) = (&contract.artifact.abi, contract.address);
    if has(abi, &["consult(address,uint256)", "update()"]) {
        let tokens = ["token0()", "token1()"].map(|view| probe.contract(address, view));
        let both: Vec<Address> = tokens.into_iter().flatten().collect();
        let mut prices = |token: &Address| {
            let price = probe.word(address, "consult(address,uint256)", &[as_word(*token), ASKED], 0);
            price.is_some_and(|price| !price.is_zero())
        };
        let agreed = both.len() == 2 && both.iter().all(&mut prices);
        let agreed = agreed.then(|| "consult(address,uint256) prices both tokens".to_owned());
        let lack = "consult(address,uint256) prices neither token0() nor token1() now";
        return Some(Guess::probed("twap", "update() and consult(address,uint256)", agreed, lack));
    }
    if !has(abi, &["observe(uint32[])"]) {
        return None;
    }
    // One moment, which is now: two lists of one word each.
    let now = [32, 1, 0].map(U256::from);
    let answer = probe.ask(address, "observe(uint32[])", &now);
    let agreed = answer.is_some_and(|answer| answer.len() == 32 * 6).then(|| "it tells of the present".to_owned());
    Some(Guess::probed("twap", "observe(uint32[])", agreed, "it does not tell of the present"))
}
