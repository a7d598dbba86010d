//! Signatures' recovery, remembered: a campaign asks for the same few signatures in almost every script, and to recover a key takes as
//! long as some ten thousand simple instructions, of which its gas says nothing.

use alloy_primitives::map::HashMap;
use revm::precompile::{Crypto, DefaultCrypto, PrecompileHalt, install_crypto};
use std::{cell::RefCell, sync::Once};

/// Signatures that a thread remembers. Then it forgets them all.
const MOST_SIGNATURES: usize = 4_096;

/// Signature, recovery id, message.
type Signed = ([u8; 64], u8, [u8; 32]);

thread_local! {
    /// Recovered addresses, as words. None where nothing can be recovered.
    static RECOVERED: RefCell<HashMap<Signed, Option<[u8; 32]>>> = RefCell::default();
}

/// What revm does by itself, but that it recovers a signer once.
#[derive(Debug)]
struct Remembering;

impl Crypto for Remembering {
    fn secp256k1_ecrecover(&self, sig: &[u8; 64], recid: u8, msg: &[u8; 32]) -> Result<[u8; 32], PrecompileHalt> {
        let recovered = RECOVERED.with_borrow_mut(|recovered| {
            if recovered.len() >= MOST_SIGNATURES {
                recovered.clear();
            }
            let recover = || DefaultCrypto.secp256k1_ecrecover(sig, recid, msg).ok();
            *recovered.entry((*sig, recid, *msg)).or_insert_with(recover)
        });
        recovered.ok_or(PrecompileHalt::Secp256k1RecoverFailed)
    }
}

/// Takes care that the process recovers signers in this way, unless the program that embeds Heist has chosen another one before.
pub(super) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        install_crypto(Remembering);
    });
}

#[cfg(test)]
mod tests {
    use super::{HashMap, MOST_SIGNATURES, RECOVERED, Remembering};
    use revm::precompile::{Crypto, DefaultCrypto};

    /// The signature of EIP-155's worked example, over its signing hash.
    const SIGNATURE: &str = "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276\
                             67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83";
    const HASH: &str = "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53";
    const SIGNER: &str = "0000000000000000000000009d8a62f656a8d1615c1294fd71e9cfb3e4855a4f";

    fn example() -> ([u8; 64], [u8; 32]) {
        let bytes = |text| alloy_primitives::hex::decode(text).expect("hexadecimal");
        (bytes(SIGNATURE).try_into().expect("64 bytes"), bytes(HASH).try_into().expect("32 bytes"))
    }

    #[test]
    fn the_first_and_the_second_answer_are_the_signer() {
        let (signature, hash) = example();
        for _ in 0..2 {
            let signer = Remembering.secp256k1_ecrecover(&signature, 0, &hash).expect("a signature");
            assert_eq!(alloy_primitives::hex::encode(signer), SIGNER);
        }
    }

    #[test]
    fn each_of_many_answers_is_what_is_computed_without_memory() {
        let (signature, hash) = example();
        for _ in 0..2 {
            for changed in 0..32_u8 {
                let (mut signature, mut hash) = (signature, hash);
                signature[usize::from(changed)] ^= 1;
                hash[31] ^= changed & 3;
                for parity in 0..2 {
                    let remembered = Remembering.secp256k1_ecrecover(&signature, parity, &hash).ok();
                    let computed = DefaultCrypto.secp256k1_ecrecover(&signature, parity, &hash).ok();
                    assert_eq!(remembered, computed);
                }
            }
        }
        // Some of these are no signatures: that is remembered too.
        assert!(RECOVERED.with_borrow(|recovered| recovered.values().any(Option::is_none)));
    }

    #[test]
    fn a_thread_remembers_a_bounded_number() {
        // Nothing is signed by an s of zero, which is seen at once.
        let mut signature = [0; 64];
        for number in 0..=MOST_SIGNATURES as u64 {
            signature[..8].copy_from_slice(&number.to_be_bytes());
            assert!(Remembering.secp256k1_ecrecover(&signature, 0, &[0; 32]).is_err());
        }
        assert!(RECOVERED.with_borrow(HashMap::len) <= MOST_SIGNATURES);
    }
}
