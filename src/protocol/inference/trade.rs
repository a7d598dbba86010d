//! What a pool really pays: a small sale, tried and rolled back. A formula would have to know the curve.

use super::{
    probe::{Probe, as_word, call},
    venues::Pool,
};
use crate::protocol::{Contract, functions::changes_state, types};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_json_abi::Function;
use alloy_primitives::{Address, U256};

/// The part of a reserve that is sold.
const PART: u64 = 1_000;
/// Argument lists of a function that are tried.
const MAX_TRIES: usize = 512;
/// Longest parameter list that is tried.
const MAX_PARAMETERS: usize = 8;
/// Of what a constant product pays, what is asked for where a function wants to be told, percent.
const TOLD: [u64; 3] = [99, 98, 95];

/// A sale of a little of one side's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sale {
    /// Base units of the token that was sold.
    pub(super) sold: U256,
    /// Base units of the other one that it gave.
    pub(super) paid: U256,
    side: usize,
    pool: Pool,
}

impl Sale {
    /// The best sale of the token of `side` that any function of the pool makes; none when none does.
    ///
    /// No more counts than the reserves say: a pool that pays more is not what prices are made of.
    pub(super) fn try_out(probe: &mut Probe<'_>, contract: &Contract, pool: Pool, side: usize) -> Option<Self> {
        let sold = pool.reserves[side] / U256::from(PART);
        let fair = sold.checked_mul(pool.reserves[1 - side])?.checked_div(pool.reserves[side])?;
        if sold.is_zero() || fair.is_zero() {
            return None;
        }
        let token = pool.tokens[side];
        let mut giver = None;
        for holder in probe.holders.iter().filter(|holder| **holder != pool.address) {
            if probe.balance(token, *holder).is_some_and(|held| held >= sold) {
                giver = Some(*holder);
                break;
            }
        }
        let mut sale = Self { sold, paid: U256::ZERO, side, pool };
        let mut functions: Vec<_> = contract.artifact.abi.functions().filter(|one| changes_state(one)).collect();
        functions.sort_by_key(|function| function.signature());
        let stranger = probe.stranger;
        let give = call("transfer(address,uint256)", &[as_word(stranger), sold]);
        let giver = giver?;
        probe.tentatively(|probe| {
            if !probe.send(giver, token, give, U256::ZERO) || probe.balance(token, stranger) != Some(sold) {
                return;
            }
            for function in functions {
                sale.try_function(probe, function, fair);
            }
        });
        sale.paid = sale.paid.min(fair);
        (!sale.paid.is_zero()).then_some(sale)
    }

    fn try_function(&mut self, probe: &mut Probe<'_>, function: &Function, fair: U256) {
        let Some(kinds) = types::resolve_all(&function.inputs).filter(|kinds| kinds.len() <= MAX_PARAMETERS) else {
            return;
        };
        // A pool that takes what was sent before, or one that fetches it.
        for sent in [false, true] {
            let Some(choices) = self.choices(function, &kinds, (probe.stranger, fair, sent)) else { return };
            for arguments in combinations(&choices) {
                let mut data = function.selector().to_vec();
                data.extend(DynSolValue::Tuple(arguments).abi_encode_params());
                let paid = probe.tentatively(|probe| self.attempt(probe, data, sent));
                self.paid = self.paid.max(paid.unwrap_or_default());
            }
        }
    }

    /// What the other token's balance grew by.
    fn attempt(&self, probe: &mut Probe<'_>, data: Vec<u8>, sent: bool) -> Option<U256> {
        let (stranger, pool) = (probe.stranger, self.pool.address);
        let [token, other] = [self.pool.tokens[self.side], self.pool.tokens[1 - self.side]];
        let ready = if sent { "transfer(address,uint256)" } else { "approve(address,uint256)" };
        if !probe.send(stranger, token, call(ready, &[as_word(pool), self.sold]), U256::ZERO) {
            return None;
        }
        let before = probe.balance(other, stranger)?;
        if !probe.send(stranger, pool, data.into(), U256::ZERO) {
            return None;
        }
        probe.balance(other, stranger)?.checked_sub(before)
    }

    /// What each parameter may be; none where a parameter is of a kind that no trade has.
    fn choices(
        &self,
        function: &Function,
        kinds: &[DynSolType],
        (stranger, fair, sent): (Address, U256, bool),
    ) -> Option<Vec<Vec<DynSolValue>>> {
        let choice = |(index, kind): (usize, &DynSolType)| {
            let name = function.inputs.get(index).map(|input| input.name.to_lowercase()).unwrap_or_default();
            Some(match kind {
                DynSolType::Uint(bits) if name.contains("deadline") => {
                    vec![DynSolValue::Uint(U256::MAX >> (256 - *bits), *bits)]
                }
                DynSolType::Uint(bits) if name.contains("min") => vec![DynSolValue::Uint(U256::ZERO, *bits)],
                DynSolType::Uint(bits) => {
                    let mut amounts = vec![U256::ZERO];
                    if sent {
                        amounts.extend(TOLD.map(|percent| fair * U256::from(percent) / U256::from(100)));
                    } else {
                        amounts.push(self.sold);
                    }
                    amounts.into_iter().map(|amount| DynSolValue::Uint(amount, *bits)).collect()
                }
                DynSolType::Address => {
                    let all = [stranger, self.pool.tokens[self.side], self.pool.tokens[1 - self.side]];
                    all.into_iter().map(DynSolValue::Address).collect()
                }
                DynSolType::Bool => vec![DynSolValue::Bool(false), DynSolValue::Bool(true)],
                DynSolType::Bytes => vec![DynSolValue::Bytes(Vec::new())],
                _ => return None,
            })
        };
        kinds.iter().enumerate().map(choice).collect()
    }
}

/// Every way to take one of each, as far as there are not too many.
fn combinations(choices: &[Vec<DynSolValue>]) -> Vec<Vec<DynSolValue>> {
    let count = choices.iter().try_fold(1_usize, |count, choice| count.checked_mul(choice.len()));
    if count.is_none_or(|count| count > MAX_TRIES) {
        return Vec::new();
    }
    choices.iter().fold(vec![Vec::new()], |lists, choice| {
        let longer = lists.iter().flat_map(|list| {
            choice.iter().map(move |value| {
                let mut list = list.clone();
                list.push(value.clone());
                list
            })
        });
        longer.collect()
    })
}
