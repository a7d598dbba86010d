// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Endowment} from "./Endowment.sol";

/// Grants in three stages: a member files a request, the council approves it, and after a delay in which
/// every member may object anybody has it paid. Membership costs a bond, which comes back when the member leaves.
contract GrantBoard {
    error NotCouncil();
    error NotMember(address account);
    error AlreadyMember(address account);
    error Busy(address member);
    error WrongStage(uint256 id, Stage stage);
    error NotYet(uint256 id, uint256 payableFrom);
    error NotObjector(uint256 id);
    error EmptyRequest();
    error TransferFailed();

    event Joined(address indexed member);
    event Left(address indexed member);
    event Filed(uint256 indexed id, address indexed member, address beneficiary, uint256 amount);
    event StageChanged(uint256 indexed id, Stage stage);

    enum Stage {
        None,
        Filed,
        Waiting,
        Contested,
        Rejected,
        Paid
    }

    struct Request {
        Stage stage;
        address member;
        address beneficiary;
        address objector;
        uint256 amount;
        uint256 payableFrom;
    }

    IERC20 public immutable currency;
    Endowment public immutable endowment;
    address public immutable council;
    uint256 public immutable bond;
    uint256 public immutable waitingTime;

    uint256 public requestCount;
    uint256 public memberCount;
    mapping(uint256 => Request) public requests;
    mapping(address => bool) public isMember;
    /// Requests and objections of a member that are not settled; the bond stays while there are any.
    mapping(address => uint256) public openMatters;

    constructor(Endowment endowment_, address council_, uint256 bond_, uint256 waitingTime_) {
        endowment = endowment_;
        currency = endowment_.currency();
        council = council_;
        bond = bond_;
        waitingTime = waitingTime_;
    }

    modifier onlyCouncil() {
        require(msg.sender == council, NotCouncil());
        _;
    }

    modifier onlyMember() {
        require(isMember[msg.sender], NotMember(msg.sender));
        _;
    }

    function join() external {
        require(!isMember[msg.sender], AlreadyMember(msg.sender));
        isMember[msg.sender] = true;
        memberCount += 1;
        emit Joined(msg.sender);
        require(currency.transferFrom(msg.sender, address(this), bond), TransferFailed());
    }

    function leave() external onlyMember {
        require(openMatters[msg.sender] == 0, Busy(msg.sender));
        isMember[msg.sender] = false;
        memberCount -= 1;
        emit Left(msg.sender);
        require(currency.transfer(msg.sender, bond), TransferFailed());
    }

    function file(address beneficiary, uint256 amount) external onlyMember returns (uint256 id) {
        require(beneficiary != address(0) && amount > 0, EmptyRequest());
        id = ++requestCount;
        Request storage request = requests[id];
        request.stage = Stage.Filed;
        request.member = msg.sender;
        request.beneficiary = beneficiary;
        request.amount = amount;
        openMatters[msg.sender] += 1;
        emit Filed(id, msg.sender, beneficiary, amount);
    }

    /// The waiting time runs from here.
    function approve(uint256 id) external onlyCouncil {
        Request storage request = _at(id, Stage.Filed);
        request.payableFrom = block.timestamp + waitingTime;
        _move(id, request, Stage.Waiting);
    }

    function reject(uint256 id) external onlyCouncil {
        Request storage request = requests[id];
        Stage stage = request.stage;
        require(stage != Stage.None && stage != Stage.Rejected && stage != Stage.Paid, WrongStage(id, stage));
        if (stage == Stage.Contested) openMatters[request.objector] -= 1;
        openMatters[request.member] -= 1;
        _move(id, request, Stage.Rejected);
    }

    /// A contested request is neither approved nor paid before the objector gives in or the council overrules.
    function contest(uint256 id) external onlyMember {
        Request storage request = requests[id];
        Stage stage = request.stage;
        require(stage == Stage.Filed || stage == Stage.Waiting, WrongStage(id, stage));
        request.objector = msg.sender;
        openMatters[msg.sender] += 1;
        _move(id, request, Stage.Contested);
    }

    function withdrawObjection(uint256 id) external {
        Request storage request = _at(id, Stage.Contested);
        require(msg.sender == request.objector, NotObjector(id));
        _resume(id, request);
    }

    function overrule(uint256 id) external onlyCouncil {
        _resume(id, _at(id, Stage.Contested));
    }

    /// Whoever files may take the request back.
    function withdrawRequest(uint256 id) external {
        Request storage request = requests[id];
        require(msg.sender == request.member, NotMember(msg.sender));
        require(request.stage == Stage.Filed || request.stage == Stage.Waiting, WrongStage(id, request.stage));
        openMatters[msg.sender] -= 1;
        _move(id, request, Stage.Rejected);
    }

    function settle(uint256 id) external {
        Request storage request = _at(id, Stage.Waiting);
        require(block.timestamp >= request.payableFrom, NotYet(id, request.payableFrom));
        openMatters[request.member] -= 1;
        _move(id, request, Stage.Paid);
        endowment.pay(request.beneficiary, request.amount);
    }

    /// The time that passed while it was contested counts.
    function _resume(uint256 id, Request storage request) private {
        openMatters[request.objector] -= 1;
        request.objector = address(0);
        _move(id, request, request.payableFrom == 0 ? Stage.Filed : Stage.Waiting);
    }

    function _move(uint256 id, Request storage request, Stage stage) private {
        request.stage = stage;
        emit StageChanged(id, stage);
    }

    function _at(uint256 id, Stage stage) private view returns (Request storage request) {
        request = requests[id];
        require(request.stage == stage, WrongStage(id, request.stage));
    }
}
