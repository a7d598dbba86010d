//! Where tokens are traded: pools, what makes them, and what trades with them.

use super::{
    probe::{Probe, as_address, has},
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

/// A concentrated pool, as Uniswap's third version.
const POOL3: [&str; 8] = [
    "token0()",
    "token1()",
    "fee()",
    "slot0()",
    "liquidity()",
    "swap(address,bool,int256,uint160,bytes)",
    "mint(address,int24,int24,uint128,bytes)",
    "burn(int24,int24,uint128)",
];
/// Roots of prices that such a pool can have, from the first to before the second, 96 digits behind the point: those of its smallest
/// and largest tick.
const LEAST_ROOT: U256 = U256::from_limbs([4_295_128_739, 0, 0, 0]);
const ROOT_BITS: usize = 160;
/// Its fee is a part of this.
const FEE_UNIT: u64 = 1_000_000;

/// A pool of concentrated liquidity that has a price.
pub(super) fn pool3(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    if !has(&contract.artifact.abi, &POOL3) {
        return None;
    }
    let address = contract.address;
    let tokens = [probe.contract(address, "token0()"), probe.contract(address, "token1()")];
    let agreed = if let [Some(left), Some(right)] = tokens
        && left < right
        && probe.word(address, "fee()", &[], 0).is_some_and(|fee| fee < U256::from(FEE_UNIT))
        && probe.word(address, "liquidity()", &[], 0).is_some()
        && probe.word(address, "slot0()", &[], 0).is_some_and(|root| root >= LEAST_ROOT && root.bit_len() <= ROOT_BITS)
    {
        let [left, right] = [left, right].map(|token| probe.name(token));
        Some(format!("slot0() has a price of {left} in {right}, and fee() and liquidity() answer"))
    } else {
        None
    };
    Some(Guess::probed("pool3", "the functions of a Uniswap V3 pool", agreed, "it has no price between two tokens now"))
}

/// What makes pairs and knows them.
const FACTORY: [&str; 4] =
    ["allPairs(uint256)", "allPairsLength()", "getPair(address,address)", "createPair(address,address)"];

/// A factory of pairs that finds the first one by its tokens.
pub(super) fn factory(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    if !has(&contract.artifact.abi, &FACTORY) {
        return None;
    }
    let agreed = finds_its_first_pair(probe, contract.address);
    let agreed = agreed.map(|pair| format!("getPair(address,address) finds {pair} by the tokens that it states"));
    Some(Guess::probed("factory", "the functions of a Uniswap V2 factory", agreed, "it has made no pair that it finds"))
}

fn finds_its_first_pair(probe: &mut Probe<'_>, factory: Address) -> Option<String> {
    let pair = as_address(probe.word(factory, "allPairs(uint256)", &[U256::ZERO], 0)?)?;
    let tokens = ["token0()", "token1()"].map(|view| probe.word(pair, view, &[], 0));
    let [Some(left), Some(right)] = tokens else { return None };
    let count = probe.word(factory, "allPairsLength()", &[], 0)?;
    let both = [[left, right], [right, left]];
    let found = both
        .iter()
        .all(|tokens| probe.word(factory, "getPair(address,address)", tokens, 0).and_then(as_address) == Some(pair));
    (found && !count.is_zero()).then(|| probe.name(pair))
}

/// What trades over pairs for others.
const ROUTER: [&str; 4] = [
    "factory()",
    "WETH()",
    "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)",
    "addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)",
];

/// A router of a factory that knows its pairs, and of a wrapped native coin.
pub(super) fn router(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    if !has(&contract.artifact.abi, &ROUTER) {
        return None;
    }
    let [factory, coin] = ["factory()", "WETH()"].map(|view| probe.contract(contract.address, view));
    let agreed = if let (Some(factory), Some(coin)) = (factory, coin)
        && probe.word(factory, "allPairsLength()", &[], 0).is_some()
        && probe.balance(coin, probe.stranger).is_some()
    {
        Some(format!(
            "factory() is {}, which counts its pairs, and WETH() is {}",
            probe.name(factory),
            probe.name(coin)
        ))
    } else {
        None
    };
    let lack = "factory() and WETH() do not answer as such";
    Some(Guess::probed("router", "the functions of a Uniswap V2 router", agreed, lack))
}
