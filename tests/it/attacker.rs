//! Scripts of the attacker's contract, run as messages.

use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, Bytes, U256, keccak256};
use heist::{
    evm::Machine,
    gallery,
    generate::edits,
    protocol::Protocol,
    sequence::{Action, ActionCall, Advance, Attack, Fit, Holder, Live, Sequence, Source, Spot, Step},
};

fn ether(amount: u64) -> U256 {
    U256::from(amount) * U256::from(10).pow(U256::from(18))
}

/// A call of the market with one amount.
fn call(protocol: &Protocol, name: &str, amount: U256, live: Vec<Live>) -> Action {
    call_of(protocol, ("market", name), vec![DynSolValue::Uint(amount, 256)], live)
}

fn call_of(protocol: &Protocol, names: (&str, &str), arguments: Vec<DynSolValue>, live: Vec<Live>) -> Action {
    let is_meant = |function: &heist::protocol::Function| {
        (protocol.contracts[function.contract].name.as_str(), function.abi.name.as_str()) == names
    };
    Action::Call(ActionCall {
        function: protocol.functions.iter().position(is_meant).expect("it is there"),
        instance: None,
        arguments,
        live,
        value: U256::ZERO,
        callback: Vec::new(),
    })
}

fn run(protocol: &Protocol, actions: Vec<Action>) -> Machine {
    let (sender, contract) = (protocol.attacker().unwrap().address, protocol.attacker_contract.unwrap());
    let step = Step::Attack(Attack { sender, contract, actions, advance: Advance::default() });
    let mut machine = protocol.machine();
    let message = step.message(protocol).expect("it is encoded").expect("there is a message");
    assert!(machine.execute(&message).succeeded());
    machine
}

/// What the market says of the attacker's contract.
fn ask(protocol: &Protocol, machine: &mut Machine, view: &str) -> U256 {
    let mut data = keccak256(view)[..4].to_vec();
    data.extend(protocol.attacker_contract.unwrap().into_word());
    let market = protocol.address_of("market").unwrap();
    U256::from_be_slice(&machine.view(Address::ZERO, market, Bytes::from(data)).expect("the view answers"))
}

fn all_of_the_markets(protocol: &Protocol, token: &str, fit: Fit) -> Vec<Live> {
    let token = protocol.address_of(token);
    vec![Live { spot: Spot::from(0), source: Source::Balance { of: Holder::Callee, token, bps: 10_000 }, fit }]
}

#[test]
fn a_bound_is_lowered_to_the_most_that_succeeds() {
    let protocol = gallery::load("lending-fixed").expect("a gallery protocol loads");
    // The market has far more cash than the 4,000 that it owes the attacker.
    let left = |fit| {
        let supply = call(&protocol, "supply", ether(4_000), Vec::new());
        let redeem = call(&protocol, "redeem", U256::ZERO, all_of_the_markets(&protocol, "cash", fit));
        ask(&protocol, &mut run(&protocol, vec![supply, redeem]), "supplied(address)")
    };
    assert_eq!(left(Fit::Exact), ether(4_000), "all of it is too much");
    assert!(left(Fit::Most) <= ether(4_000) >> 10, "{}", left(Fit::Most));
}

#[test]
fn what_is_owed_at_most_follows_from_what_secures_it() {
    let protocol = gallery::load("lending-fixed").expect("a gallery protocol loads");
    for gems in [1, 20, 300] {
        let deposit = call(&protocol, "deposit", ether(gems), Vec::new());
        let borrow = call(&protocol, "borrow", U256::ZERO, all_of_the_markets(&protocol, "cash", Fit::Most));
        let mut machine = run(&protocol, vec![deposit, borrow]);
        let limit = ask(&protocol, &mut machine, "collateral(address)") * U256::from(7_500) / U256::from(10_000);
        let debt = ask(&protocol, &mut machine, "debt(address)");
        assert!(debt <= limit && limit - debt <= (debt >> 10) + U256::ONE, "{gems}: {debt} of {limit}");
    }
}

#[test]
fn the_least_that_succeeds_is_found_to_the_unit() {
    let protocol = gallery::load("lending-fixed").expect("a gallery protocol loads");
    // A gem is worth two cash in the pool and a swap costs 0.3 %, so two units of cash buy 0.997 of a unit of gem, three buy one.
    let [contract, pool, cash] = ["attack", "pool", "cash"].map(|name| protocol.address_of(name).unwrap());
    let source = Source::Balance { of: Holder::Caller, token: Some(cash), bps: 10_000 };
    let swap = |live| {
        let zero = DynSolValue::Uint(U256::ZERO, 256);
        let arguments = vec![zero.clone(), DynSolValue::Bool(false), zero, DynSolValue::Address(contract)];
        call_of(&protocol, ("pool", "swap"), arguments, vec![live])
    };
    let held = |machine: &mut Machine| heist::protocol::balance_of(machine, cash, pool).expect("a balance");
    let before = held(&mut protocol.machine());
    let live = Live { spot: Spot::from(0), source, fit: Fit::Least };
    assert_eq!(held(&mut run(&protocol, vec![swap(live)])) - before, U256::from(3));
    // Where one will do, it is one.
    let all = Source::Balance { of: Holder::Caller, token: Some(cash), bps: 10_000 };
    let supply =
        call(&protocol, "supply", U256::ZERO, vec![Live { spot: Spot::from(0), source: all, fit: Fit::Least }]);
    assert_eq!(ask(&protocol, &mut run(&protocol, vec![supply]), "supplied(address)"), U256::ONE);
}

#[test]
fn a_bound_with_which_nothing_succeeds_leaves_nothing_behind() {
    let protocol = gallery::load("lending-fixed").expect("a gallery protocol loads");
    let borrow = call(&protocol, "borrow", U256::ZERO, all_of_the_markets(&protocol, "cash", Fit::Most));
    let mut machine = run(&protocol, vec![borrow]);
    assert_eq!(ask(&protocol, &mut machine, "debt(address)"), U256::ZERO);
}

#[test]
fn a_bound_is_kept_in_a_file() {
    let protocol = gallery::load("lending-fixed").expect("a gallery protocol loads");
    let (sender, contract) = (protocol.attacker().unwrap().address, protocol.attacker_contract.unwrap());
    let actions = vec![call(&protocol, "redeem", U256::ZERO, all_of_the_markets(&protocol, "cash", Fit::Most))];
    let steps = vec![Step::Attack(Attack { sender, contract, actions, advance: Advance::default() })];
    let sequence = Sequence { steps };
    let records = sequence.to_records(&protocol);
    assert!(serde_json::to_string(&records).unwrap().contains("\"fit\":\"most\""));
    assert_eq!(Sequence::from_records(&protocol, &records).expect("they fit"), sequence);
}

#[test]
fn scripts_behind_each_other_become_one_transaction() {
    let protocol = gallery::load("lending-fixed").expect("a gallery protocol loads");
    let (sender, contract) = (protocol.attacker().unwrap().address, protocol.attacker_contract.unwrap());
    let script = |name: &str, seconds| {
        let actions = vec![call(&protocol, name, ether(1), Vec::new())];
        Step::Attack(Attack { sender, contract, actions, advance: Advance { blocks: 1, seconds } })
    };
    let sequence = Sequence { steps: vec![script("supply", 12), script("redeem", 24)] };
    let actions = ["supply", "redeem"].map(|name| call(&protocol, name, ether(1), Vec::new())).to_vec();
    let joined = Step::Attack(Attack { sender, contract, actions, advance: Advance { blocks: 2, seconds: 36 } });
    let simpler: Vec<_> = edits(&sequence, &protocol).iter().map(|edit| edit.apply(&sequence)).collect();
    assert!(simpler.contains(&Sequence { steps: vec![joined] }));
}
