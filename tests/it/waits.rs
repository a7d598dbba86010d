//! What waiting pays is no attack, however the amounts of a sequence are made for its own waits.

use crate::support;
use alloy_primitives::U256;
use heist::{
    campaign::{Executor, Finding, ReplayStatus, replay},
    gallery,
    protocol::Protocol,
    sequence::Sequence,
};
use serde_json::{Value, json};

/// A block's time, seconds.
const BLOCK: u64 = 12;

/// A field that pays dew by rye and time, where nobody can do anything else than wait.
fn load() -> Protocol {
    gallery::load("attacks/slippage-less-harvest-fixed").expect("it is bundled")
}

fn call(contract: &str, function: &str, arguments: &Value) -> Value {
    json!({ "action": "call", "contract": contract, "function": function, "arguments": arguments })
}

/// A script that runs so many seconds after the one before.
fn attack(seconds: u64, actions: &[Value]) -> Value {
    json!({ "step": "attack", "seconds": seconds, "actions": actions, "calldata": "0x" })
}

/// A profit that nobody ever found.
fn finding(steps: &[Value]) -> Finding {
    let mut finding = support::finding();
    finding["rule"] = json!("ATK-MULTI-BLOCK");
    finding["kind"] = json!("profit");
    finding["protocol"] = json!("attacks/slippage-less-harvest-fixed");
    finding["scenario"] = json!("multi-block");
    finding["steps"] = json!(steps);
    finding["profit"] = json!({ "token": "rye", "amount": "1", "gains": [] });
    serde_json::from_value(finding).expect("it is a finding")
}

/// Base units of a token that the attacker holds behind some steps.
fn held(protocol: &Protocol, token: &str, steps: &[Value]) -> U256 {
    let finding = finding(steps);
    let sequence = Sequence::from_records(protocol, &finding.steps).expect("it fits");
    let mut executor = Executor::for_protocol(protocol).expect("its invariants compile");
    executor.rehearse(sequence);
    let token = protocol.contracts.iter().find(|contract| contract.name == token).expect("it is there").address;
    let holders = [protocol.attacker().map(|actor| actor.address), protocol.attacker_contract];
    let ask = |holder: alloy_primitives::Address| {
        let data = [[0x70, 0xa0, 0x82, 0x31].as_slice(), holder.into_word().as_slice()].concat();
        executor.machine().view(holder, token, data.into()).expect("a balance")
    };
    holders.into_iter().flatten().map(ask).map(|word| U256::from_be_slice(&word)).sum()
}

#[test]
fn rewards_are_no_attack_where_a_longer_wait_spoils_the_way_out() {
    let protocol = load();
    let whole = U256::from(9_000) * U256::from(10).pow(U256::from(18));
    let rye = held(&protocol, "rye", &[]);
    let sow = attack(0, &[call("field", "sow(uint256)", &json!([whole.to_string()]))]);
    let wait = attack(BLOCK, &[]);
    let gather = call("field", "gather()", &json!([]));
    let waited = [sow.clone(), wait.clone(), attack(BLOCK, std::slice::from_ref(&gather))];
    let reward = held(&protocol, "dew", &waited) - held(&protocol, "dew", &[]);
    assert!(!reward.is_zero());
    let mut again = call("field", "FUNCTION", &json!(["0"]));
    again["live"] = json!([{ "fill": "result", "argument": 0, "contract": "field", "function": "gather()" }]);
    let ways_out = [
        // As much rye as the reward is of dew is reaped first, so that no longer wait leaves enough for the rest.
        ("reap(uint256)", whole - reward),
        // As much rye as the reward is sown, so that some of it stays there behind any longer wait.
        ("sow(uint256)", whole + reward),
        // The same where a little stays behind in any case.
        ("sow(uint256)", whole + reward - U256::ONE),
    ];
    for (function, rest) in ways_out {
        let mut first = again.clone();
        first["function"] = json!(function);
        let rest = call("field", "reap(uint256)", &json!([rest.to_string()]));
        let steps = [sow.clone(), wait.clone(), attack(BLOCK, &[gather.clone(), first, rest])];
        // It is a clean way out for its own waits, and pays.
        assert!(rye - held(&protocol, "rye", &steps) <= U256::ONE, "{function}");
        let status = replay(&protocol, &finding(&steps)).status;
        assert!(matches!(status, ReplayStatus::Fixed { .. }), "{function}: {status:?}");
    }
}
