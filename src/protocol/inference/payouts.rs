//! What pays over time: rewards to who stakes, and what vests.

use super::{
    probe::{Probe, as_word, has},
    roles::{Guess, Sureness, named},
};
use crate::protocol::Contract;
use alloy_primitives::U256;

/// Rewards at a rate, as Synthetix's.
const RATED: [&str; 4] = ["stake(uint256)", "withdraw(uint256)", "earned(address)", "rewardRate()"];
/// Rewards of many pools, as `MasterChef`'s.
const POOLED: [&str; 5] = [
    "deposit(uint256,uint256)",
    "withdraw(uint256,uint256)",
    "userInfo(uint256,address)",
    "poolInfo(uint256)",
    "poolLength()",
];

/// What functions of other contracts that pay rewards are called.
const STAKING: [&[&str]; 3] = [&["stake"], &["withdraw", "unstake"], &["earned", "pending"]];

/// A contract that pays rewards to who stakes, and none to who does not.
pub(super) fn staking(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let (abi, address, stranger) = (&contract.artifact.abi, contract.address, as_word(probe.stranger));
    if has(abi, &RATED) {
        let rate = probe.word(address, "rewardRate()", &[], 0);
        let rate = rate.filter(|_| probe.is_zero(address, "earned(address)", &[stranger]));
        let agreed = rate.map(|rate| format!("rewardRate() is {rate}, and who stakes nothing has earned nothing"));
        let lack = "rewardRate() does not answer, or who stakes nothing has earned something";
        return Some(Guess::probed("staking", "stake, withdraw, earned and rewardRate", agreed, lack));
    }
    if !has(abi, &POOLED) {
        return named(contract, &STAKING).map(|names| Guess::named("staking", &names));
    }
    let pools = probe.word(address, "poolLength()", &[], 0).filter(|pools| !pools.is_zero());
    let free = probe.is_zero(address, "userInfo(uint256,address)", &[U256::ZERO, stranger]);
    let answers = probe.word(address, "poolInfo(uint256)", &[U256::ZERO], 0).is_some();
    let agreed = pools.filter(|_| free && answers);
    let agreed = agreed.map(|pools| format!("{pools} pools, in the first of which who stakes nothing has nothing"));
    Some(Guess::probed("staking", "deposit, withdraw, userInfo and poolInfo", agreed, "it has no pool now"))
}

/// The native coin of a vesting wallet, as `OpenZeppelin`'s.
const WALLET: [&str; 5] = ["start()", "duration()", "released()", "release()", "vestedAmount(uint64)"];
/// What a schedule is released by, in the habits of vesting contracts.
const RELEASED: [&[&str]; 2] =
    [&["release(address)", "releasable(address)"], &["release(bytes32,uint256)", "computeReleasableAmount(bytes32)"]];

/// A contract that releases what has vested: what it says may be released is what has vested less what was released.
pub(super) fn vesting(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let (abi, address) = (&contract.artifact.abi, contract.address);
    if !has(abi, &WALLET) {
        let named = RELEASED.iter().find(|functions| has(abi, functions))?;
        return Some(Guess::shown("vesting", Sureness::Likely, &named.join(" and ")));
    }
    let now = U256::from(probe.machine.block().timestamp);
    let start = probe.word(address, "start()", &[], 0);
    let at = |probe: &mut Probe<'_>, time: U256| probe.word(address, "vestedAmount(uint64)", &[time], 0);
    let vested = at(probe, now);
    let before = start.and_then(|start| at(probe, start.saturating_sub(U256::ONE)));
    let released = probe.word(address, "released()", &[], 0);
    let agrees = match (before, vested, released) {
        (Some(before), Some(vested), Some(released)) => {
            let due = vested.checked_sub(released);
            // Older ones do not say what is due.
            let stated = probe.word(address, "releasable()", &[], 0);
            before.is_zero() && due.is_some() && (stated.is_none() || stated == due)
        }
        _ => false,
    };
    let agreed = agrees.then(|| "nothing vests before start(), and no more is released than has vested".to_owned());
    Some(Guess::probed("vesting", "the functions of a vesting wallet", agreed, "its amounts do not fit together"))
}
