// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Bazaar} from "./Bazaar.sol";
import {Sack} from "./Sack.sol";

/// What 1e18 of the pledge is worth in coin.
interface IAppraiser {
    function appraise() external view returns (uint256);
}

/// Asks the bazaar what it would barter at this moment: one trade moves the answer.
contract SpotAppraiser is IAppraiser {
    Bazaar public immutable bazaar;

    constructor(Bazaar bazaar_) {
        bazaar = bazaar_;
    }

    function appraise() external view returns (uint256) {
        (uint112 barley, uint112 coin,) = bazaar.getReserves();
        return uint256(coin) * 1e18 / barley;
    }
}

/// Says what the crier has posted, whatever the bazaar does.
contract PostedAppraiser is IAppraiser {
    error NotCrier();

    address public immutable crier;
    uint256 public appraise;

    constructor(uint256 posted) {
        (crier, appraise) = (msg.sender, posted);
    }

    function post(uint256 posted) external {
        require(msg.sender == crier, NotCrier());
        appraise = posted;
    }
}

/// Lends coin against pledged barley, up to seven tenths of its appraisal.
contract Pawnshop {
    error AlreadyOpen();
    error TooLittlePledged(uint256 worth, uint256 owed);
    error TooMuch();
    error StillGood();

    Sack public barley;
    Sack public coin;
    IAppraiser public appraiser;
    mapping(address => uint256) public pledgedBy;
    mapping(address => uint256) public owedBy;
    mapping(address => uint256) public fundedBy;

    /// Once, behind a proxy.
    function open(Sack barley_, Sack coin_, IAppraiser appraiser_) external {
        require(address(barley) == address(0), AlreadyOpen());
        (barley, coin, appraiser) = (barley_, coin_, appraiser_);
    }

    function worth(address who) public view returns (uint256) {
        return pledgedBy[who] * appraiser.appraise() / 1e18;
    }

    function fund(uint256 amount) external {
        fundedBy[msg.sender] += amount;
        coin.transferFrom(msg.sender, address(this), amount);
    }

    function defund(uint256 amount) external {
        require(amount <= fundedBy[msg.sender], TooMuch());
        fundedBy[msg.sender] -= amount;
        coin.transfer(msg.sender, amount);
    }

    function pledge(uint256 amount) external {
        pledgedBy[msg.sender] += amount;
        barley.transferFrom(msg.sender, address(this), amount);
    }

    function draw(uint256 amount, address to) external {
        owedBy[msg.sender] += amount;
        _check(msg.sender);
        coin.transfer(to, amount);
    }

    function settle(uint256 amount) external {
        require(amount <= owedBy[msg.sender], TooMuch());
        owedBy[msg.sender] -= amount;
        coin.transferFrom(msg.sender, address(this), amount);
    }

    function reclaim(uint256 amount, address to) external {
        require(amount <= pledgedBy[msg.sender], TooMuch());
        pledgedBy[msg.sender] -= amount;
        _check(msg.sender);
        barley.transfer(to, amount);
    }

    /// Who pays a debt that is not covered gets the pledge.
    function forfeit(address who) external {
        uint256 owed = owedBy[who];
        require(owed * 10 > worth(who) * 7, StillGood());
        uint256 pledged = pledgedBy[who];
        (owedBy[who], pledgedBy[who]) = (0, 0);
        coin.transferFrom(msg.sender, address(this), owed);
        barley.transfer(msg.sender, pledged);
    }

    function _check(address who) private view {
        if (owedBy[who] == 0) return;
        uint256 value = worth(who);
        require(owedBy[who] * 10 <= value * 7, TooLittlePledged(value, owedBy[who]));
    }
}
