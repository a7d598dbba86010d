//! ABIs that expressions may cast an address to.

use super::Artifacts;
use alloy_json_abi::JsonAbi;
use std::{collections::BTreeMap, sync::Arc};

/// ERC-20, with the metadata extension.
const ERC20: &[&str] = &[
    "function name() external view returns (string)",
    "function symbol() external view returns (string)",
    "function decimals() external view returns (uint8)",
    "function totalSupply() external view returns (uint256)",
    "function balanceOf(address account) external view returns (uint256)",
    "function allowance(address owner, address spender) external view returns (uint256)",
    "function transfer(address to, uint256 value) external returns (bool)",
    "function approve(address spender, uint256 value) external returns (bool)",
    "function transferFrom(address from, address to, uint256 value) external returns (bool)",
    "event Transfer(address indexed from, address indexed to, uint256 value)",
    "event Approval(address indexed owner, address indexed spender, uint256 value)",
];

/// ERC-721, with the enumeration that most collections have.
const ERC721: &[&str] = &[
    "function name() external view returns (string)",
    "function symbol() external view returns (string)",
    "function totalSupply() external view returns (uint256)",
    "function balanceOf(address owner) external view returns (uint256)",
    "function ownerOf(uint256 tokenId) external view returns (address)",
    "function getApproved(uint256 tokenId) external view returns (address)",
    "function isApprovedForAll(address owner, address operator) external view returns (bool)",
    "function approve(address to, uint256 tokenId) external",
    "function setApprovalForAll(address operator, bool approved) external",
    "function transferFrom(address from, address to, uint256 tokenId) external",
    "function safeTransferFrom(address from, address to, uint256 tokenId) external",
    "event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)",
];

/// ERC-4626 without its ERC-20 part, which is added.
const ERC4626: &[&str] = &[
    "function asset() external view returns (address)",
    "function totalAssets() external view returns (uint256)",
    "function convertToShares(uint256 assets) external view returns (uint256)",
    "function convertToAssets(uint256 shares) external view returns (uint256)",
    "function maxDeposit(address receiver) external view returns (uint256)",
    "function maxMint(address receiver) external view returns (uint256)",
    "function maxWithdraw(address owner) external view returns (uint256)",
    "function maxRedeem(address owner) external view returns (uint256)",
    "function previewDeposit(uint256 assets) external view returns (uint256)",
    "function previewMint(uint256 shares) external view returns (uint256)",
    "function previewWithdraw(uint256 assets) external view returns (uint256)",
    "function previewRedeem(uint256 shares) external view returns (uint256)",
    "function deposit(uint256 assets, address receiver) external returns (uint256)",
    "function mint(uint256 shares, address receiver) external returns (uint256)",
    "function withdraw(uint256 assets, address receiver, address owner) external returns (uint256)",
    "function redeem(uint256 shares, address receiver, address owner) external returns (uint256)",
];

/// ERC-3156.
const LENDER: &[&str] = &[
    "function maxFlashLoan(address token) external view returns (uint256)",
    "function flashFee(address token, uint256 amount) external view returns (uint256)",
    "function flashLoan(address receiver, address token, uint256 amount, bytes data) external returns (bool)",
];

/// Chainlink's `AggregatorV3Interface`, with the older `latestAnswer`.
const FEED: &[&str] = &[
    "function decimals() external view returns (uint8)",
    "function description() external view returns (string)",
    "function version() external view returns (uint256)",
    "function latestAnswer() external view returns (int256)",
    "function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80)",
    "function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80)",
];

/// ERC-5805's `IVotes`: who may vote for how much, now and then.
const VOTES: &[&str] = &[
    "function getVotes(address account) external view returns (uint256)",
    "function getPastVotes(address account, uint256 timepoint) external view returns (uint256)",
    "function delegates(address account) external view returns (address)",
];

/// ERC-721's `ERC721TokenReceiver`.
const RECEIVER: &[&str] = &[
    "function onERC721Received(address operator, address from, uint256 tokenId, bytes data) external returns (bytes4)",
];

/// Interfaces by name: the project's artifacts, and the well-known ones.
///
/// Where an artifact has the name of a well-known interface it keeps its functions and gains the ones that it lacks, so that
/// packs can rely on the well-known views.
pub(super) fn interfaces(artifacts: &Artifacts) -> BTreeMap<String, Arc<JsonAbi>> {
    let mut interfaces = artifacts.interfaces();
    let share: Vec<&str> = ERC20.iter().chain(ERC4626).copied().collect();
    let known = [
        ("ERC20", ERC20),
        ("ERC721", ERC721),
        ("ERC4626", share.as_slice()),
        ("Lender", LENDER),
        ("Feed", FEED),
        ("Votes", VOTES),
        ("ERC721Receiver", RECEIVER),
    ];
    for (name, declarations) in known {
        let known = JsonAbi::parse(declarations.iter().copied())
            .expect("the declarations above are constants, and a test parses them");
        let merged = match interfaces.get(name) {
            Some(own) => merge(own, known),
            None => known,
        };
        interfaces.insert(name.to_owned(), Arc::new(merged));
    }
    interfaces
}

fn merge(own: &JsonAbi, known: JsonAbi) -> JsonAbi {
    let mut merged = own.clone();
    for (name, functions) in known.functions {
        merged.functions.entry(name).or_insert(functions);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::{Artifacts, interfaces};

    #[test]
    fn well_known_interfaces_are_there_without_artifacts() {
        let interfaces = interfaces(&Artifacts::default());
        let names: Vec<_> = interfaces.keys().map(String::as_str).collect();
        assert_eq!(names, ["ERC20", "ERC4626", "ERC721", "ERC721Receiver", "Feed", "Lender", "Votes"]);
        assert!(interfaces["ERC4626"].function("balanceOf").is_some());
        assert_eq!(interfaces["Feed"].function("latestRoundData").expect("known")[0].outputs.len(), 5);
        assert_eq!(interfaces["Lender"].function("flashLoan").expect("known")[0].selector().to_string(), "0x5cffe9de");
    }
}
