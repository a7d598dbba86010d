//! Other encodings of a signature that recover the same signer (ECDSA is malleable, SEC 1, and EIP-2 forbids the high half for
//! transactions only): `(v, r, s)` and `(v', r, n - s)`, and `v` counted from 0 instead of 27.

use super::CaseRng;
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{B256, U256, uint};
use proptest::prelude::RngExt;

/// Order of the group of secp256k1.
const ORDER: U256 = uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);

/// Writes each signature among some values in one of its other forms.
pub(super) fn vary(values: &mut [DynSolValue], rng: &mut CaseRng) {
    for at in 0..values.len() {
        match &mut values[at..] {
            [DynSolValue::Uint(v, 8), DynSolValue::FixedBytes(_, 32), DynSolValue::FixedBytes(s, 32), ..] => {
                let (mut parity, mut scalar) = (v.saturating_to::<u8>(), U256::from_be_bytes(s.0));
                turn(&mut parity, &mut scalar, rng);
                (*v, *s) = (U256::from(parity), B256::from(scalar));
            }
            [DynSolValue::Bytes(signature), ..] if signature.len() == 65 => {
                let (mut parity, mut scalar) = (signature[64], U256::from_be_slice(&signature[32..64]));
                turn(&mut parity, &mut scalar, rng);
                signature[32..64].copy_from_slice(&scalar.to_be_bytes::<32>());
                signature[64] = parity;
            }
            [DynSolValue::Tuple(items) | DynSolValue::Array(items) | DynSolValue::FixedArray(items), ..] => {
                vary(items, rng);
            }
            _ => {}
        }
    }
}

fn turn(parity: &mut u8, scalar: &mut U256, rng: &mut CaseRng) {
    if !matches!(parity, 0 | 1 | 27 | 28) {
        return;
    }
    if rng.random() {
        *scalar = ORDER.wrapping_sub(*scalar);
        *parity ^= if *parity < 2 { 1 } else { 7 };
    }
    if rng.random() {
        *parity = if *parity < 2 { *parity + 27 } else { *parity - 27 };
    }
}

#[cfg(test)]
mod tests {
    use super::{ORDER, turn};
    use crate::generate;
    use alloy_primitives::U256;
    use std::collections::BTreeSet;

    /// The four forms of SEC 1's (v, s): two scalars, each with the parity that belongs to it, counted from 0 or from 27.
    #[test]
    fn a_signature_has_four_forms() {
        let mut rng = generate::case_rng(&[1; 32]);
        let low = U256::from(5);
        let seen: BTreeSet<_> = (0..64)
            .map(|_| {
                let (mut parity, mut scalar) = (27, low);
                turn(&mut parity, &mut scalar, &mut rng);
                (parity, scalar)
            })
            .collect();
        assert_eq!(seen, BTreeSet::from([(0, low), (27, low), (1, ORDER - low), (28, ORDER - low)]));
    }
}
