//! Numbers that look random and follow from the message, so that a sequence that runs again draws the same.

use super::{Answer, Cheat, DONE, Failure, interface::VmCalls};
use alloy_primitives::{Address, B256, I256, U256, keccak256};
use alloy_sol_types::SolValue;
use std::fmt::Display;

/// Longest answer, bytes.
const MAX_BYTES: usize = 1 << 16;

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    Some(match call {
        C::randomUint_0(_) => Ok(U256::from_be_bytes(cheat.draw().0).abi_encode()),
        C::randomUint_1(call) => match call.bits.saturating_to::<usize>() {
            0 => Ok(U256::ZERO.abi_encode()),
            bits @ 1..=256 => Ok((U256::from_be_bytes(cheat.draw().0) >> (256 - bits)).abi_encode()),
            _ => Err("number of bits cannot exceed 256".into()),
        },
        C::randomUint_2(call) => {
            if call.least > call.most {
                return Some(Err("max must be greater than or equal to min".into()));
            }
            let drawn = U256::from_be_bytes(cheat.draw().0);
            let room = (call.most - call.least).checked_add(U256::ONE);
            Ok(room.map_or(drawn, |room| call.least + drawn % room).abi_encode())
        }
        C::randomInt_0(_) => Ok(I256::from_raw(U256::from_be_bytes(cheat.draw().0)).abi_encode()),
        C::randomInt_1(call) => match call.bits.saturating_to::<usize>() {
            0 => Ok(U256::ZERO.abi_encode()),
            bits @ 1..=256 => {
                let drawn = I256::from_raw(U256::from_be_bytes(cheat.draw().0));
                Ok(drawn.asr(256 - bits).abi_encode())
            }
            _ => Err("number of bits cannot exceed 256".into()),
        },
        C::randomBool(_) => Ok((cheat.draw()[0] % 2 == 1).abi_encode()),
        C::randomAddress(_) => Ok(Address::from_word(cheat.draw()).abi_encode()),
        C::randomBytes(call) => {
            let length = call.length.saturating_to::<usize>();
            if length > MAX_BYTES {
                return Some(Err("too many random bytes".into()));
            }
            let mut bytes = Vec::with_capacity(length + 32);
            while bytes.len() < length {
                bytes.extend_from_slice(cheat.draw().as_slice());
            }
            bytes.truncate(length);
            Ok(alloy_primitives::Bytes::from(bytes).abi_encode())
        }
        C::randomBytes4(_) => Ok(prefix(cheat, 4)),
        C::randomBytes8(_) => Ok(prefix(cheat, 8)),
        C::setSeed(call) => {
            cheat.cheats.seed = Some(call.seed);
            cheat.cheats.draws = 0;
            DONE
        }
        C::shuffle(call) => {
            let mut items = call.items.clone();
            for last in (1..items.len()).rev() {
                let drawn = U256::from_be_bytes(cheat.draw().0) % U256::from(last + 1);
                items.swap(last, drawn.to());
            }
            Ok(items.abi_encode())
        }
        C::bound_0(call) => {
            let bound = bound(cheat, call.current, call.least, call.most);
            bound.map(|bound| bound.abi_encode()).ok_or_else(|| unbound(call.current, call.least, call.most))
        }
        C::bound_1(call) => {
            // Moved so that the smallest number is zero, the order is that of numbers without a sign.
            let moved = |number: I256| number.into_raw() ^ (U256::ONE << 255_usize);
            let bound = bound(cheat, moved(call.current), moved(call.least), moved(call.most));
            let bound = bound.map(|bound| (bound ^ (U256::ONE << 255_usize)).abi_encode());
            bound.ok_or_else(|| unbound(call.current, call.least, call.most))
        }
        _ => return None,
    })
}

/// Another number between two than one that lies there.
fn bound(cheat: &mut Cheat<'_>, current: U256, least: U256, most: U256) -> Option<U256> {
    if least >= most || !(least..=most).contains(&current) {
        return None;
    }
    // One less than there are numbers, for one of them is left out.
    let drawn = least + U256::from_be_bytes(cheat.draw().0) % (most - least);
    Some(if drawn < current { drawn } else { drawn + U256::ONE })
}

fn unbound(current: impl Display, least: impl Display, most: impl Display) -> Failure {
    format!("cannot bound {current} in [{least}, {most}] range").into()
}

fn prefix(cheat: &mut Cheat<'_>, length: usize) -> Vec<u8> {
    let mut word = cheat.draw();
    word[length..].fill(0);
    word.to_vec()
}

impl Cheat<'_> {
    fn draw(&mut self) -> B256 {
        self.depends_on_everything();
        self.cheats.draws += 1;
        let mut bytes = self.cheats.draws.to_be_bytes().to_vec();
        if let Some(seed) = self.cheats.seed {
            bytes.extend_from_slice(&seed.to_be_bytes::<32>());
        } else {
            bytes.extend_from_slice(self.context.tx.caller.as_slice());
            bytes.extend_from_slice(&self.context.tx.data);
        }
        keccak256(bytes)
    }
}
