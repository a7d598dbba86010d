// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Box, Lid, Shop} from "../src/Boxes.sol";

struct FuzzArtifactSelector {
    string artifact;
    bytes4[] selectors;
}

/// Boxes are called though no box is there when calls begin.
abstract contract ShopTest {
    Shop internal shop;

    function setUp() public virtual {
        shop = new Shop();
    }

    /// Fails where a box is called: three steps, for the second box.
    function invariant_second_stays_closed() public view {
        require(shop.count() < 2 || !shop.boxes(1).opened(), "the second was opened");
    }
}

contract CreatedTest is ShopTest {
    /// Fails where what a created contract creates is called: three steps.
    function invariant_lids_stay() public view {
        for (uint256 index; index < shop.count(); index++) {
            Lid lid = shop.boxes(index).lid();
            require(address(lid) == address(0) || !lid.lifted(), "a lid was lifted");
        }
    }
}

/// Targets that are contracts leave out what calls create.
contract CreatedButTargetsTest is ShopTest {
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(shop);
    }
}

contract CreatedButExcludedTest is ShopTest {
    function excludeArtifacts() external pure returns (string[] memory excluded) {
        excluded = new string[](1);
        excluded[0] = "Box";
    }
}

contract CreatedButOtherArtifactTest is ShopTest {
    function targetArtifacts() external pure returns (string[] memory targets) {
        targets = new string[](1);
        targets[0] = "Shop";
    }
}

contract CreatedBySelectorTest is ShopTest {
    function targetArtifactSelectors() external pure returns (FuzzArtifactSelector[] memory targets) {
        targets = new FuzzArtifactSelector[](2);
        targets[0].artifact = "Shop";
        targets[0].selectors = new bytes4[](1);
        targets[0].selectors[0] = Shop.make.selector;
        targets[1].artifact = "Box";
        targets[1].selectors = new bytes4[](1);
        targets[1].selectors[0] = Box.open.selector;
    }
}

contract CreatedByOtherSelectorTest is ShopTest {
    function targetArtifactSelectors() external pure returns (FuzzArtifactSelector[] memory targets) {
        targets = new FuzzArtifactSelector[](2);
        targets[0].artifact = "Shop";
        targets[0].selectors = new bytes4[](1);
        targets[0].selectors[0] = Shop.make.selector;
        targets[1].artifact = "Box";
        targets[1].selectors = new bytes4[](1);
        targets[1].selectors[0] = Box.close.selector;
    }
}
