//! Reading the balances of tokens.

use crate::evm::Machine;
use alloy_primitives::{Address, Bytes, U256};

/// `balanceOf(address)`.
const BALANCE_OF: [u8; 4] = [0x70, 0xa0, 0x82, 0x31];

/// The calldata of `balanceOf(holder)`.
pub fn balance_of_call(holder: Address) -> [u8; 36] {
    let mut data = [0; 36];
    data[..4].copy_from_slice(&BALANCE_OF);
    data[4..].copy_from_slice(holder.into_word().as_slice());
    data
}

/// What `holder` holds of `token`, in its base units; none when the token does not answer.
pub fn balance_of(machine: &mut Machine, token: Address, holder: Address) -> Option<U256> {
    let output = machine.view(Address::ZERO, token, Bytes::copy_from_slice(&balance_of_call(holder))).ok()?;
    output.get(..32).map(U256::from_be_slice)
}
