//! Tokens that have numbers.

use super::{
    probe::{Probe, as_word, has},
    roles::{Guess, Sureness},
};
use crate::protocol::Contract;
use alloy_primitives::{Address, U256};

/// What tells a collection from a fungible token.
const OWNED: [&str; 4] =
    ["balanceOf(address)", "ownerOf(uint256)", "approve(address,uint256)", "transferFrom(address,address,uint256)"];
/// What ERC-721 has beside that.
const ERC721: [&str; 5] = [
    "getApproved(uint256)",
    "setApprovalForAll(address,bool)",
    "isApprovedForAll(address,address)",
    "safeTransferFrom(address,address,uint256)",
    "safeTransferFrom(address,address,uint256,bytes)",
];
const ERC1155: [&str; 6] = [
    "balanceOf(address,uint256)",
    "balanceOfBatch(address[],uint256[])",
    "setApprovalForAll(address,bool)",
    "isApprovedForAll(address,address)",
    "safeTransferFrom(address,address,uint256,uint256,bytes)",
    "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)",
];
/// Ids of ERC-165: of ERC-721, of ERC-1155, and the one that everybody must deny.
const ERC721_ID: u32 = 0x80ac_58cd;
const ERC1155_ID: u32 = 0xd9b6_7a26;
const NO_ID: u32 = 0xffff_ffff;

/// An ERC-721 collection.
pub(super) fn nft(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let (abi, address, stranger) = (&contract.artifact.abi, contract.address, as_word(probe.stranger));
    if !has(abi, &OWNED) {
        return None;
    }
    if !has(abi, &ERC721) {
        return Some(Guess::shown("nft", Sureness::Likely, "the functions of ERC-721, but not all of them"));
    }
    let agreed = supports(probe, address, ERC721_ID) && probe.is_zero(address, "balanceOf(address)", &[stranger]);
    let agreed = agreed.then(|| "supportsInterface(0x80ac58cd) says so, and who has nothing has none".to_owned());
    Some(Guess::probed("nft", "the functions of ERC-721", agreed, "supportsInterface(0x80ac58cd) does not say so"))
}

/// An ERC-1155 collection.
pub(super) fn multitoken(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    if !has(&contract.artifact.abi, &ERC1155) {
        return None;
    }
    let (address, owned) = (contract.address, [as_word(probe.stranger), U256::ZERO]);
    let agreed = supports(probe, address, ERC1155_ID) && probe.is_zero(address, "balanceOf(address,uint256)", &owned);
    let agreed = agreed.then(|| "supportsInterface(0xd9b67a26) says so, and who has nothing has none".to_owned());
    let lack = "supportsInterface(0xd9b67a26) does not say so";
    Some(Guess::probed("multitoken", "the functions of ERC-1155", agreed, lack))
}

/// Whether a contract says by ERC-165 that it has an interface, and does not say so of everything.
fn supports(probe: &mut Probe<'_>, contract: Address, id: u32) -> bool {
    // An id stands at the left of its word.
    let mut says = |id: u32| probe.word(contract, "supportsInterface(bytes4)", &[U256::from(id) << 224], 0);
    says(id) == Some(U256::ONE) && says(NO_ID) == Some(U256::ZERO)
}

#[cfg(test)]
mod tests {
    use super::{ERC721, ERC721_ID, ERC1155, ERC1155_ID, OWNED};
    use alloy_primitives::keccak256;

    #[test]
    fn ids_are_the_selectors_of_their_functions_together() {
        let id = |functions: &[&str]| {
            let selector = |name: &&str| u32::from_be_bytes(keccak256(name)[..4].try_into().unwrap());
            functions.iter().map(selector).fold(0, |id, selector| id ^ selector)
        };
        assert_eq!(id(&[&OWNED[..], &ERC721].concat()), ERC721_ID);
        assert_eq!(id(&ERC1155), ERC1155_ID);
    }
}
