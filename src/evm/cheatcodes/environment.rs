//! The block and the transaction.

use super::{Answer, Cheat, DONE, Read, interface::Vm::VmCalls, small};
use alloy_primitives::{B256, U256};
use alloy_sol_types::SolValue;
use revm::primitives::{
    eip4844::{BLOB_BASE_FEE_UPDATE_FRACTION_CANCUN, BLOB_BASE_FEE_UPDATE_FRACTION_PRAGUE},
    hardfork::SpecId,
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
        // No variable is set, so what is asked for instead holds.
        C::envExists(_) => Ok(false.abi_encode()),
        C::envOr_0(call) => Ok(call.value.abi_encode()),
        C::envOr_1(call) => word(call.value),
        C::envOr_2(call) => Ok(call.value.abi_encode()),
        C::envOr_3(call) => Ok(call.value.abi_encode()),
        C::envOr_4(call) => Ok(call.value.abi_encode()),
        C::envOr_5(call) => Ok(call.value.abi_encode()),
        C::envOr_6(call) => Ok(call.value.abi_encode()),
        _ => return None,
    })
}
