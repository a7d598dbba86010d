// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {CarefulCloakroom, Cloakroom, ForgetfulCloakroom, Locker} from "../src/Cloakroom.sol";
import {Moneylender} from "../src/Moneylender.sol";
import {Sack} from "../src/Sack.sol";

/// Unit tests of the cloakroom, whose set-up opens no locker.
abstract contract CloakroomSetUp {
    Sack public coin;
    Moneylender public moneylender;
    Cloakroom public cloakroom;

    function build() internal virtual returns (Cloakroom);

    function setUp() public {
        coin = new Sack("Coin", "COIN", 6);
        moneylender = new Moneylender(coin);
        cloakroom = build();
        coin.issue(address(moneylender), 200_000e6);
        coin.issue(address(cloakroom), 50_000e6);
    }

    function test_what_was_put_is_taken() external {
        Locker locker = cloakroom.open();
        coin.issue(address(this), 10e6);
        coin.approve(address(cloakroom), 10e6);
        locker.put(10e6);
        require(coin.balanceOf(address(this)) == 0 && locker.kept(address(this)) == 10e6, "it is put");
        locker.take();
        require(coin.balanceOf(address(this)) == 10e6, "it is taken");
    }
}

contract ForgetfulCloakroomTest is CloakroomSetUp {
    function build() internal override returns (Cloakroom) {
        return new ForgetfulCloakroom(coin);
    }
}

contract CarefulCloakroomTest is CloakroomSetUp {
    function build() internal override returns (Cloakroom) {
        return new CarefulCloakroom(coin);
    }
}
