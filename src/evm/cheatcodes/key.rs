//! Keys, signatures and addresses that follow from something.

use super::{
    Answer, Cheat, Failure,
    interface::{VmCalls, Wallet},
    wallet,
};
use alloy_primitives::{Address, B256, U256, address, keccak256};
use alloy_sol_types::SolValue;
use k256::ecdsa::SigningKey;

/// The factory that many chains have at this address, and Foundry deploys.
const CREATE2_FACTORY: Address = address!("4e59b44847b379578588920cA78FbF26c0B4956C");

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    Some(match call {
        C::addr(call) => key(call.key).map(|key| account(&key).abi_encode()),
        C::rememberKey(call) => wallet::remember(cheat, call.key).map(|account| account.abi_encode()),
        C::createWallet_0(call) => described(keccak256(&call.label).into()),
        C::createWallet_1(call) => described(call.key),
        C::createWallet_2(call) => described(call.key),
        C::sign_0(call) => sign(call.key, call.digest),
        C::sign_1(call) => sign(call.wallet.key, call.digest),
        C::signCompact_0(call) => sign_compact(call.key, call.digest),
        C::signCompact_1(call) => sign_compact(call.wallet.key, call.digest),
        C::sign_2(call) => wallet::signer(cheat, None).and_then(|key| sign(key, call.digest)),
        C::sign_3(call) => wallet::signer(cheat, Some(call.signer)).and_then(|key| sign(key, call.digest)),
        C::signCompact_2(call) => wallet::signer(cheat, None).and_then(|key| sign_compact(key, call.digest)),
        C::signCompact_3(call) => {
            wallet::signer(cheat, Some(call.signer)).and_then(|key| sign_compact(key, call.digest))
        }
        C::ensNamehash(call) => Ok(name_hash(&call.name).abi_encode()),
        C::publicKeyP256(call) => public_p256(call.key),
        C::signP256(call) => sign_p256(call.key, call.digest),
        C::computeCreateAddress(call) => match u64::try_from(call.nonce) {
            Ok(nonce) => Ok(call.deployer.create(nonce).abi_encode()),
            Err(_) => Err("nonce must be less than 2^64".into()),
        },
        C::computeCreate2Address_0(call) => Ok(call.deployer.create2(call.salt, call.hash).abi_encode()),
        C::computeCreate2Address_1(call) => Ok(CREATE2_FACTORY.create2(call.salt, call.hash).abi_encode()),
        _ => return None,
    })
}

fn key(key: U256) -> Result<SigningKey, Failure> {
    if key.is_zero() {
        return Err("private key cannot be 0".into());
    }
    SigningKey::from_bytes(&key.to_be_bytes::<32>().into()).map_err(|_| {
        Failure::from(
            "private key must be less than the secp256k1 curve order \
             (115792089237316195423570985008687907852837564279074904382605163141518161494337)",
        )
    })
}

/// The account of a private key.
pub(super) fn account_of(number: U256) -> Result<Address, Failure> {
    key(number).map(|key| account(&key))
}

fn account(key: &SigningKey) -> Address {
    let point = key.verifying_key().to_encoded_point(false);
    Address::from_word(keccak256(point.as_bytes().get(1..).unwrap_or_default()))
}

/// A key with what follows from it.
fn described(number: U256) -> Answer {
    let key = key(number)?;
    let point = key.verifying_key().to_encoded_point(false);
    let coordinate = |field: Option<&k256::FieldBytes>| field.map_or(U256::ZERO, |bytes| U256::from_be_slice(bytes));
    let (public_key_x, public_key_y) = (coordinate(point.x()), coordinate(point.y()));
    let wallet = Wallet { account: account(&key), publicKeyX: public_key_x, publicKeyY: public_key_y, key: number };
    Ok(wallet.abi_encode())
}

/// Whether the point's second coordinate is odd, and the two numbers.
fn signature(number: U256, digest: B256) -> Result<(bool, B256, B256), Failure> {
    let (signature, recovery) =
        key(number)?.sign_prehash_recoverable(digest.as_slice()).map_err(|error| error.to_string())?;
    let (r, s) = (B256::from_slice(&signature.r().to_bytes()), B256::from_slice(&signature.s().to_bytes()));
    Ok((recovery.is_y_odd(), r, s))
}

fn sign(number: U256, digest: B256) -> Answer {
    let (is_odd, r, s) = signature(number, digest)?;
    Ok((U256::from(27 + u8::from(is_odd)), r, s).abi_encode_params())
}

/// EIP-2098: the parity is the highest bit of the second number, which is never set otherwise.
fn sign_compact(number: U256, digest: B256) -> Answer {
    let (is_odd, r, s) = signature(number, digest)?;
    let parity = B256::from(U256::from(u8::from(is_odd)) << 255);
    Ok((r, s | parity).abi_encode_params())
}

/// The hash of a name of ENS (EIP-137), which is taken as it is.
fn name_hash(name: &str) -> B256 {
    if name.is_empty() {
        return B256::ZERO;
    }
    let join = |node: B256, label: &str| keccak256([node, keccak256(label)].concat());
    name.rsplit('.').fold(B256::ZERO, join)
}

fn p256_key(number: U256) -> Result<p256::ecdsa::SigningKey, Failure> {
    if number.is_zero() {
        return Err("private key cannot be 0".into());
    }
    p256::ecdsa::SigningKey::from_bytes(&number.to_be_bytes::<32>().into()).map_err(|_| {
        Failure::from(
            "private key must be less than the secp256r1 curve order \
             (115792089210356248762697446949407573529996955224135760342422259061068512044369)",
        )
    })
}

fn public_p256(number: U256) -> Answer {
    let point = p256_key(number)?.verifying_key().to_encoded_point(false);
    let coordinate = |field: Option<&p256::FieldBytes>| field.map_or(U256::ZERO, |bytes| U256::from_be_slice(bytes));
    Ok((coordinate(point.x()), coordinate(point.y())).abi_encode_params())
}

fn sign_p256(number: U256, digest: B256) -> Answer {
    use p256::ecdsa::signature::hazmat::PrehashSigner as _;
    let signature: p256::ecdsa::Signature =
        p256_key(number)?.sign_prehash(digest.as_slice()).map_err(|error| error.to_string())?;
    let (r, s) = (B256::from_slice(&signature.r().to_bytes()), B256::from_slice(&signature.s().to_bytes()));
    Ok((r, s).abi_encode_params())
}
