// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import "../src/Parts.sol";

/// Proxies of each kind that is known, in front of the same till.
contract ProxiesTest {
    Pointer public slotted;
    Pointer public beaconed;
    Diamond public diamond;
    address public cloned;
    Factory public factory;

    function setUp() public {
        Till till = new Till();
        slotted = new Pointer(IMPLEMENTATION, address(till));
        Beacon beacon = new Beacon();
        beacon.point(address(till));
        beaconed = new Pointer(BEACON, address(beacon));
        diamond = new Diamond(address(new LeftFacet()), address(new RightFacet()));
        factory = new Factory();
        cloned = factory.clone(address(till));
    }

    function test_nothing() external {}
}

/// Proxies that lead nowhere.
contract NowhereTest {
    Pointer public toNothing;
    Pointer public toItself;
    Pointer public inCircles;
    Pointer public toNoBeacon;
    Pointer public toCircularBeacon;

    function setUp() public {
        toNothing = new Pointer(IMPLEMENTATION, address(0xdeadbeef));
        toItself = new Pointer(IMPLEMENTATION, address(0));
        VM.store(address(toItself), IMPLEMENTATION, bytes32(uint256(uint160(address(toItself)))));
        inCircles = new Pointer(IMPLEMENTATION, address(0));
        Pointer other = new Pointer(IMPLEMENTATION, address(inCircles));
        VM.store(address(inCircles), IMPLEMENTATION, bytes32(uint256(uint160(address(other)))));
        toNoBeacon = new Pointer(BEACON, address(new Till()));
        Beacon beacon = new Beacon();
        toCircularBeacon = new Pointer(BEACON, address(beacon));
        beacon.point(address(toCircularBeacon));
    }
}

/// One of each role, and the conveniences that tests have.
contract RolesTest {
    PlayToken public play;
    PlayToken public toy;
    Wrapped public wrapped;
    Growing public growing;
    Chest public chest;
    Chest public invested;
    Paintings public paintings;
    MockFeed public feed;
    Pair public pair;
    Bank public bank;
    address public boss = address(0xB055);

    function setUp() public {
        (play, toy) = (new PlayToken(), new PlayToken());
        wrapped = new Wrapped();
        growing = new Growing();
        chest = new Chest(play, 0);
        invested = new Chest(play, 1e18);
        paintings = new Paintings();
        feed = new MockFeed();
        pair = new Pair(play, toy);
        play.mint(address(pair), 4_000e18);
        toy.mint(address(pair), 1_000e18);
        pair.sync();
        bank = new Bank();
        play.mint(address(0xA11CE), 10e18);
        toy.mint(address(0xA11CE), 10e18);
        VM.label(address(0xA11CE), "alice");
        VM.label(address(0xB0B), "attacker");
        VM.deal(address(0xCA401), 1 ether);
    }
}

/// Two pools that do not agree on a price.
contract QuarrelTest {
    PlayToken public play;
    PlayToken public toy;

    function setUp() public {
        (play, toy) = (new PlayToken(), new PlayToken());
        for (uint256 factor = 1; factor < 3; factor++) {
            Pair pair = new Pair(play, toy);
            play.mint(address(pair), factor * 1_000e18);
            toy.mint(address(pair), 1_000e18);
            pair.sync();
        }
    }
}

/// Cheatcodes that are left in force, a chain of its own, and code that was put somewhere.
contract LeavesTest {
    function setUp() public {
        Till till = new Till();
        VM.etch(address(0xE7C4), address(till).code);
        VM.chainId(77);
        VM.mockCall(address(till), abi.encodeWithSignature("total()"), abi.encode(7));
        VM.startPrank(address(0xB0B));
    }
}

contract RevertingTest {
    error Closed(uint256 hour);

    function setUp() public pure {
        revert Closed(23);
    }
}

contract EmptyTest {
    function setUp() public {}
}

contract NoSetUpTest {
    function test_nothing() external {}
}

/// What it deploys is not among the artifacts.
contract ForeignTest {
    function setUp() public {
        bytes memory code = hex"600a600c600039600a6000f3602a60005260206000f3";
        assembly {
            pop(create(0, add(code, 32), mload(code)))
        }
    }
}

contract SameTest {
    function setUp() public {
        new Till();
    }
}
