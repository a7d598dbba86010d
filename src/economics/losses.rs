//! Who paid for it: accounts that hold less than before, at the same prices.

use super::{
    AssetChange,
    valuation::{Valuation, held, signed, units},
};
use crate::evm::Machine;
use alloy_primitives::{Address, U256, aliases::I512};

/// What an account lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Whose.
    pub account: Address,
    /// What all priced changes of its holdings cost it, base units of the unit of account, rounded down; none where what became less
    /// has no price.
    pub value: Option<U256>,
    /// Its assets whose amount changed.
    pub changes: Vec<AssetChange>,
}

impl Valuation {
    /// Which of `accounts` hold less in `after` than in `before`, the largest loss first, those without a price last. The attacker is left
    /// out.
    ///
    /// Only tokens and the native coin count, as for the attacker: who has a claim on an account that lost, as the shareholders of a
    /// vault, is not told.
    pub fn losses(&self, before: &mut Machine, after: &mut Machine, accounts: &[Address]) -> Vec<Loss> {
        let others = accounts.iter().filter(|account| !self.holders.contains(account));
        let mut losses: Vec<_> = others.filter_map(|account| self.loss(before, after, *account)).collect();
        losses.sort_by_key(|loss| (loss.value.is_none(), std::cmp::Reverse(loss.value), loss.account));
        losses
    }

    fn loss(&self, before: &mut Machine, after: &mut Machine, account: Address) -> Option<Loss> {
        let mut changes = Vec::new();
        let (mut value, mut is_less, mut is_priced) = (I512::ZERO, false, false);
        for asset in &self.assets {
            let [before, after] =
                [&mut *before, &mut *after].map(|machine| held(machine, &[account], asset.token).unwrap_or_default());
            if before == after {
                continue;
            }
            match asset.price {
                Some(price) if self.reference.is_some() => {
                    is_priced = true;
                    let change = signed(after).saturating_sub(signed(before));
                    value = value.saturating_add(change.saturating_mul(signed(price)));
                }
                _ => is_less |= after < before,
            }
            changes.push(AssetChange { asset: asset.name.clone(), before, after });
        }
        if value.is_negative() {
            return Some(Loss { account, value: Some(units(value.saturating_neg())), changes });
        }
        (is_less && !is_priced).then_some(Loss { account, value: None, changes })
    }
}
