//! Reading the balances and the transfers of tokens.

use crate::evm::Machine;
use alloy_primitives::{Address, B256, Bytes, Log, U256, b256};

/// `balanceOf(address)`.
const BALANCE_OF: [u8; 4] = [0x70, 0xa0, 0x82, 0x31];
/// `transfer(address,uint256)`, of ERC-20.
pub const TRANSFER_CALL: [u8; 4] = [0xa9, 0x05, 0x9c, 0xbb];
/// `transferFrom(address,address,uint256)`.
const TRANSFER_FROM_CALL: [u8; 4] = [0x23, 0xb8, 0x72, 0xdd];
/// `allowance(address,address)`.
const ALLOWANCE: [u8; 4] = [0xdd, 0x62, 0xed, 0x3e];
/// `flashFee(address,uint256)`, of ERC-3156.
const FLASH_FEE: [u8; 4] = [0xd9, 0xd9, 0x8c, 0xe4];
/// `totalSupply()`.
const TOTAL_SUPPLY: [u8; 4] = [0x18, 0x16, 0x0d, 0xdd];
/// `Transfer(address,address,uint256)`.
const TRANSFER: B256 = b256!("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");

/// Stands for the native coin where transfers name their token.
pub const NATIVE: Address = Address::ZERO;

/// Tokens that went from one account to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// The token.
    pub token: Address,
    /// Who had them; zero where they were made.
    pub from: Address,
    /// Who has them.
    pub to: Address,
    /// Base units.
    pub amount: U256,
}

impl Transfer {
    /// What an event of ERC-20 tells; none when it is another one, as that of ERC-721, whose third field is indexed.
    pub fn of(log: &Log) -> Option<Self> {
        let [TRANSFER, from, to] = log.data.topics() else { return None };
        let amount = <[u8; 32]>::try_from(log.data.data.as_ref()).ok()?;
        let [from, to] = [from, to].map(|topic| Address::from_word(*topic));
        Some(Self { token: log.address, from, to, amount: U256::from_be_bytes(amount) })
    }
}

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

/// The calldata of `totalSupply()`.
pub fn total_supply_call() -> Bytes {
    Bytes::from_static(&TOTAL_SUPPLY)
}

/// How much there is of `token`, in its base units; none when the token does not answer.
pub fn total_supply(machine: &mut Machine, token: Address) -> Option<U256> {
    let output = machine.view(Address::ZERO, token, total_supply_call()).ok()?;
    output.get(..32).map(U256::from_be_slice)
}

/// The calldata of `transfer(to, amount)`.
pub fn transfer_call(to: Address, amount: U256) -> Bytes {
    call(TRANSFER_CALL, to, amount)
}

/// The calldata of `transferFrom(from, to, amount)`.
pub fn transfer_from_call(from: Address, to: Address, amount: U256) -> Bytes {
    let words = [from.into_word().0, to.into_word().0, amount.to_be_bytes()];
    [&TRANSFER_FROM_CALL[..], &words.concat()].concat().into()
}

/// How much of `token` its holder lets `spender` move; none when the token does not answer.
pub fn allowance(machine: &mut Machine, token: Address, holder: Address, spender: Address) -> Option<U256> {
    let words = [holder.into_word().0, spender.into_word().0];
    let data = [&ALLOWANCE[..], &words.concat()].concat();
    let output = machine.view(Address::ZERO, token, data.into()).ok()?;
    output.get(..32).map(U256::from_be_slice)
}

/// What `lender` asks for a loan of `amount` of `token`; none when it does not answer.
pub fn flash_fee(machine: &mut Machine, lender: Address, token: Address, amount: U256) -> Option<U256> {
    let output = machine.view(Address::ZERO, lender, call(FLASH_FEE, token, amount)).ok()?;
    output.get(..32).map(U256::from_be_slice)
}

fn call(selector: [u8; 4], account: Address, amount: U256) -> Bytes {
    [&selector[..], account.into_word().as_slice(), &amount.to_be_bytes::<32>()].concat().into()
}

#[cfg(test)]
mod tests {
    use super::{
        ALLOWANCE, BALANCE_OF, FLASH_FEE, TOTAL_SUPPLY, TRANSFER, TRANSFER_CALL, TRANSFER_FROM_CALL, Transfer,
    };
    use alloy_primitives::{Address, Bytes, Log, U256, keccak256};

    #[test]
    fn names_are_hashes_of_signatures() {
        assert_eq!(TRANSFER, keccak256("Transfer(address,address,uint256)"));
        assert_eq!(BALANCE_OF, keccak256("balanceOf(address)")[..4]);
        assert_eq!(TRANSFER_CALL, keccak256("transfer(address,uint256)")[..4]);
        assert_eq!(TRANSFER_FROM_CALL, keccak256("transferFrom(address,address,uint256)")[..4]);
        assert_eq!(ALLOWANCE, keccak256("allowance(address,address)")[..4]);
        assert_eq!(FLASH_FEE, keccak256("flashFee(address,uint256)")[..4]);
        assert_eq!(TOTAL_SUPPLY, keccak256("totalSupply()")[..4]);
    }

    #[test]
    fn transfers_of_erc20_are_read_and_others_are_not() {
        let [token, from, to] = [1, 2, 3].map(Address::repeat_byte);
        let log = |topics: usize, data: &[u8]| {
            let all = [TRANSFER, from.into_word(), to.into_word(), to.into_word()];
            Log::new_unchecked(token, all[..topics].to_vec(), Bytes::copy_from_slice(data))
        };
        let amount = U256::from(7).to_be_bytes::<32>();
        assert_eq!(Transfer::of(&log(3, &amount)), Some(Transfer { token, from, to, amount: U256::from(7) }));
        // ERC-721 indexes the token; others send too little or too much.
        for other in [log(4, &[]), log(3, &amount[1..]), log(3, &[0; 64]), log(2, &amount)] {
            assert_eq!(Transfer::of(&other), None);
        }
    }
}
