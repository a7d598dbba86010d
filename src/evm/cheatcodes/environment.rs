//! The block and the transaction.

use super::{Answer, Cheat, Cheats, DONE, MAX_ITEMS, MachineContext, Read, interface::VmCalls, small};
use alloy_primitives::{B256, U256};
use alloy_sol_types::SolValue;
use revm::{
    context_interface::transaction::TransactionType,
    primitives::{
        eip4844::{BLOB_BASE_FEE_UPDATE_FRACTION_CANCUN, BLOB_BASE_FEE_UPDATE_FRACTION_PRAGUE},
        hardfork::SpecId,
    },
};

/// Computing a price takes as long as the excess is large.
const MAX_EXCESS: u64 = 1 << 28;

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    let word = |word: U256| Ok(word.abi_encode());
    let context = &mut *cheat.context;
    Some(match call {
        C::warp(call) => {
            context.block.timestamp = call.timestamp;
            DONE
        }
        C::roll(call) => {
            context.block.number = call.number;
            DONE
        }
        C::fee(call) => match u64::try_from(call.fee) {
            Ok(fee) => {
                context.block.basefee = fee;
                DONE
            }
            Err(_) => Err("base fee must be less than 2^64".into()),
        },
        C::difficulty(call) => {
            context.block.prevrandao = Some(B256::from(call.difficulty));
            context.block.difficulty = call.difficulty;
            DONE
        }
        C::prevrandao_0(call) => {
            context.block.prevrandao = Some(call.prevrandao);
            DONE
        }
        C::prevrandao_1(call) => {
            context.block.prevrandao = Some(B256::from(call.prevrandao));
            DONE
        }
        C::chainId(call) => match u64::try_from(call.id) {
            Ok(id) => {
                context.cfg.chain_id = id;
                DONE
            }
            Err(_) => Err("chain ID must be less than 2^64".into()),
        },
        C::coinbase(call) => {
            context.block.beneficiary = call.coinbase;
            DONE
        }
        C::txGasPrice(call) => {
            if call.price > U256::from(u64::MAX) {
                return Some(Err("gas price must be less than 2^64".into()));
            }
            cheat.cheats.lasting.gas_price = u128::from(small(call.price));
            context.tx.gas_price = cheat.cheats.lasting.gas_price;
            DONE
        }
        C::getBlockTimestamp(_) => {
            context.chain.read(Read::Block);
            word(context.block.timestamp)
        }
        C::getBlockNumber(_) => {
            context.chain.read(Read::Block);
            word(context.block.number)
        }
        C::getChainId(_) => {
            context.chain.read(Read::Everything);
            word(U256::from(context.cfg.chain_id))
        }
        C::blobBaseFee(call) => {
            // Despite its name it sets what the price follows from, as with Foundry.
            let is_prague = context.cfg.spec.is_enabled_in(SpecId::PRAGUE);
            let fraction =
                if is_prague { BLOB_BASE_FEE_UPDATE_FRACTION_PRAGUE } else { BLOB_BASE_FEE_UPDATE_FRACTION_CANCUN };
            context.block.set_blob_excess_gas_and_price(small(call.fee).min(MAX_EXCESS), fraction);
            DONE
        }
        C::getBlobBaseFee(_) => {
            context.chain.read(Read::Everything);
            word(U256::from(context.block.blob_excess_gas_and_price.map_or(0, |price| price.excess_blob_gas)))
        }
        C::blobhashes(call) => {
            if !context.cfg.spec.is_enabled_in(SpecId::CANCUN) {
                return Some(Err("`blobhashes` is not supported before the Cancun hard fork".into()));
            }
            if call.hashes.len() > MAX_ITEMS {
                return Some(Err("too many hashes".into()));
            }
            cheat.cheats.lasting.blob_hashes.clone_from(&call.hashes);
            cheat.cheats.dress(context);
            DONE
        }
        C::getBlobhashes(_) => {
            context.chain.read(Read::Everything);
            Ok(context.tx.blob_hashes.abi_encode())
        }
        C::setBlockhash(call) => return Some(set_block_hash(cheat, call.number, call.hash)),
        C::getEvmVersion(_) => {
            let name: &str = context.cfg.spec.into();
            Ok(name.to_lowercase().abi_encode())
        }
        _ => return None,
    })
}

fn set_block_hash(cheat: &mut Cheat<'_>, number: U256, hash: B256) -> Answer {
    if number > U256::from(u64::MAX) {
        return Err("blockNumber must be less than 2^64".into());
    }
    if number > cheat.context.block.number {
        return Err("block number must be less than or equal to the current block number".into());
    }
    if cheat.cheats.lasting.orders.block_hashes.len() >= MAX_ITEMS {
        return Err("too many hashes of blocks".into());
    }
    cheat.order(|orders| {
        orders.block_hashes.insert(number, hash);
    })
}

impl Cheats {
    /// Gives the message that begins what cheatcodes set of its transaction.
    pub(super) fn dress(&self, context: &mut MachineContext) {
        // Nobody pays for gas: the price is only what contracts see.
        context.tx.gas_price = self.lasting.gas_price;
        if !self.lasting.blob_hashes.is_empty() || !context.tx.blob_hashes.is_empty() {
            context.tx.tx_type = TransactionType::Eip4844.into();
            context.tx.blob_hashes.clone_from(&self.lasting.blob_hashes);
        }
    }

    /// Takes it off again, so that nobody is asked to pay.
    pub(super) fn undress(context: &mut MachineContext) {
        context.tx.gas_price = 0;
    }
}
