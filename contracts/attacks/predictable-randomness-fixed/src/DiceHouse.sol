// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Beacon} from "./Beacon.sol";

/// A die of eight sides that pays 7.8 times the stake. The house sets aside what each open bet may win, and takes no stake above
/// a hundredth of what is left. Bets are decided by the beacon.
contract DiceHouse {
    error NotOwner();
    error BadSide(uint8 side);
    error BadStake(uint256 stake, uint256 limit);
    error NotOpen(uint256 id);
    error Decided(uint256 round);
    error Undecided(uint256 round);
    error TooEarly(uint256 from);
    error NotThatMuch(uint256 amount, uint256 free);
    error TransferFailed();

    event Funded(uint256 amount);
    event Defunded(uint256 amount);
    event Placed(uint256 indexed id, address indexed player, uint8 side, uint256 stake, uint256 round);
    event Settled(uint256 indexed id, uint8 rolled, uint256 paid);
    event Refunded(uint256 indexed id, uint256 stake);

    struct Bet {
        address player;
        uint8 side;
        uint64 placedAt;
        uint256 stake;
        uint256 round;
    }

    uint8 public constant SIDES = 8;
    uint256 private constant BPS = 10_000;
    uint256 public constant PAYS_BPS = 78_000;
    uint256 public constant LIMIT_BPS = 100;
    uint256 public constant PATIENCE = 1 days;

    IERC20 public immutable chip;
    Beacon public immutable beacon;
    address public immutable owner;
    uint256 public bankroll;
    uint256 public reserved;
    uint256 public placed;
    mapping(uint256 => Bet) public bets;

    constructor(IERC20 chip_, Beacon beacon_) {
        chip = chip_;
        beacon = beacon_;
        owner = msg.sender;
    }

    function free() public view returns (uint256) {
        return bankroll - reserved;
    }

    function limit() public view returns (uint256) {
        return free() * LIMIT_BPS / BPS;
    }

    function fund(uint256 amount) external {
        require(msg.sender == owner, NotOwner());
        bankroll += amount;
        emit Funded(amount);
        require(chip.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function defund(uint256 amount) external {
        require(msg.sender == owner, NotOwner());
        require(amount <= free(), NotThatMuch(amount, free()));
        bankroll -= amount;
        emit Defunded(amount);
        require(chip.transfer(msg.sender, amount), TransferFailed());
    }

    /// Bets that the die will show `side`, from 1 to 8.
    function place(uint8 side, uint256 stake) external returns (uint256 id) {
        require(side >= 1 && side <= SIDES, BadSide(side));
        require(stake > 0 && stake <= limit(), BadStake(stake, limit()));
        id = ++placed;
        bets[id] = Bet(msg.sender, side, uint64(block.timestamp), stake, beacon.round());
        bankroll += stake;
        reserved += _pays(stake);
        emit Placed(id, msg.sender, side, stake, beacon.round());
        require(chip.transferFrom(msg.sender, address(this), stake), TransferFailed());
    }

    /// Anybody may have a bet decided.
    function settle(uint256 id) external returns (uint256 paid) {
        Bet memory bet = _close(id);
        bytes32 secret = beacon.secrets(bet.round);
        require(secret != 0, Undecided(bet.round));
        uint8 rolled = uint8(uint256(keccak256(abi.encode(secret, id))) % SIDES) + 1;
        if (rolled == bet.side) paid = _pays(bet.stake);
        bankroll -= paid;
        emit Settled(id, rolled, paid);
        if (paid > 0) require(chip.transfer(bet.player, paid), TransferFailed());
    }

    /// Gives the stake back where the croupier has revealed nothing for long.
    function refund(uint256 id) external {
        Bet memory bet = _close(id);
        require(beacon.secrets(bet.round) == 0, Decided(bet.round));
        require(block.timestamp >= bet.placedAt + PATIENCE, TooEarly(bet.placedAt + PATIENCE));
        bankroll -= bet.stake;
        emit Refunded(id, bet.stake);
        require(chip.transfer(bet.player, bet.stake), TransferFailed());
    }

    function _close(uint256 id) private returns (Bet memory bet) {
        bet = bets[id];
        require(bet.stake > 0, NotOpen(id));
        delete bets[id];
        reserved -= _pays(bet.stake);
    }

    function _pays(uint256 stake) private pure returns (uint256) {
        return stake * PAYS_BPS / BPS;
    }
}
