//! Where tokens are lent: for the length of a call, or against collateral.

use super::{
    probe::{Probe, as_word, has},
    roles::{Guess, Sureness},
};
use crate::protocol::Contract;
use alloy_primitives::U256;

/// ERC-3156.
const ERC3156: [&str; 3] =
    ["maxFlashLoan(address)", "flashFee(address,uint256)", "flashLoan(address,address,uint256,bytes)"];
/// Balancer's vault.
const BALANCER: [&str; 2] = ["flashLoan(address,address[],uint256[],bytes)", "getProtocolFeesCollector()"];
/// Aave's pool, versions 3 and 2.
const AAVE_LOANS: [[&str; 2]; 2] = [
    ["flashLoanSimple(address,address,uint256,bytes,uint16)", "FLASHLOAN_PREMIUM_TOTAL()"],
    ["flashLoan(address,address[],uint256[],uint256[],address,bytes,uint16)", "FLASHLOAN_PREMIUM_TOTAL()"],
];

/// A flash lender: of ERC-3156, or of Aave's or Balancer's kind.
pub(super) fn lender(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let abi = &contract.artifact.abi;
    if AAVE_LOANS.iter().any(|functions| has(abi, functions)) {
        let premium = probe.word(contract.address, "FLASHLOAN_PREMIUM_TOTAL()", &[], 0);
        let agreed = premium.filter(|premium| *premium < U256::from(10_000));
        let agreed = agreed.map(|premium| format!("a loan costs {premium} bps"));
        return Some(unused(Guess::probed("lender", "the flash loans of Aave's pool", agreed, "it states no price")));
    }
    if has(abi, &BALANCER) {
        let collector = probe.contract(contract.address, "getProtocolFeesCollector()");
        let fee = collector.and_then(|collector| probe.word(collector, "getFlashLoanFeePercentage()", &[], 0));
        let agreed = fee.map(|fee| format!("a loan costs {fee} parts of 10^18"));
        let lack = "its collector of fees does not state a price";
        return Some(unused(Guess::probed("lender", "the flash loans of Balancer's vault", agreed, lack)));
    }
    if !has(abi, &ERC3156) {
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

/// A lender that is known for what it is, and that scripts do not borrow from.
fn unused(mut guess: Guess) -> Guess {
    guess.why.push_str("; attacks borrow from ERC-3156 lenders only");
    (guess.bound, guess.judged) = (false, false);
    guess
}

/// Aave's pool.
const AAVE: [&str; 4] = [
    "getReserveData(address)",
    "getUserAccountData(address)",
    "borrow(address,uint256,uint256,uint16,address)",
    "liquidationCall(address,address,address,uint256,bool)",
];
/// The word of an account's data that is its health.
const AAVE_HEALTH: usize = 5;
/// Compound's market of one asset.
const COMPOUND: [&str; 6] = [
    "comptroller()",
    "exchangeRateStored()",
    "borrowBalanceStored(address)",
    "borrow(uint256)",
    "repayBorrow(uint256)",
    "redeem(uint256)",
];
/// What Compound's markets have in common.
const COMPTROLLER: [&str; 3] = ["getAllMarkets()", "enterMarkets(address[])", "getAccountLiquidity(address)"];

/// A market that lends against collateral: of Aave's or Compound's kind, or by the names of its functions.
pub(super) fn market(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let (abi, address, stranger) = (&contract.artifact.abi, contract.address, as_word(probe.stranger));
    if has(abi, &AAVE) {
        let data =
            [0, 1, AAVE_HEALTH].map(|index| probe.word(address, "getUserAccountData(address)", &[stranger], index));
        let agreed = data == [Some(U256::ZERO), Some(U256::ZERO), Some(U256::MAX)];
        let agreed = agreed.then(|| "who has nothing there owes nothing and is in the best of health".to_owned());
        let lack = "getUserAccountData(address) does not say so of who has nothing";
        return Some(Guess::probed("market", "the functions of Aave's pool", agreed, lack));
    }
    if has(abi, &COMPOUND) {
        let comptroller = probe.contract(address, "comptroller()");
        let rate = probe.word(address, "exchangeRateStored()", &[], 0).is_some_and(|rate| !rate.is_zero());
        let free = probe.is_zero(address, "borrowBalanceStored(address)", &[stranger]);
        let agreed = comptroller.filter(|_| rate && free);
        let agreed = agreed.map(|of| format!("it has a rate, and {} is its comptroller", probe.name(of)));
        let lack = "its comptroller() or its exchangeRateStored() does not answer";
        return Some(Guess::probed("market", "the functions of Compound's cToken", agreed, lack));
    }
    if has(abi, &COMPTROLLER) {
        let markets = probe.list(address, "getAllMarkets()").map_or(0, |markets| markets.len());
        let free = [0, 1, 2].map(|index| probe.word(address, "getAccountLiquidity(address)", &[stranger], index));
        let agreed = (markets > 0 && free == [Some(U256::ZERO); 3]).then(|| format!("it has {markets} markets"));
        let lack = "it has no market, or getAccountLiquidity(address) does not answer";
        return Some(Guess::probed("market", "the functions of Compound's comptroller", agreed, lack));
    }
    named_market(contract)
}

/// What functions of a market that lends are called, in the habits of Aave, Compound, Maker, Morpho and their kin.
const BORROWING: [&[&str]; 3] = [&["borrow", "draw"], &["repay", "payback", "wipe"], &["liquidat", "bite", "bark"]];

/// A market by the names of its functions alone: nothing depends on it.
fn named_market(contract: &Contract) -> Option<Guess> {
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
    Some(Guess { sureness, ..Guess::named("market", &found.join(", ")) })
}
