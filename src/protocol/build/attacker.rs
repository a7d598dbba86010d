//! The attacker's contract: deployed, funded and allowed to move what it holds, so that scripts start from something.

use super::{
    super::{Artifact, Place},
    run::{Run, SETUP_GAS, StepError},
};
use crate::evm::{Machine, Message};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, Bytes, U256, keccak256};

/// Deploys the attacker's contract and gives it half of what the attacker has.
pub(super) fn deploy(
    run: &mut Run<'_>,
    artifact: &Artifact,
    owner: Address,
    tokens: &[Address],
    place: &Place,
) -> Result<Address, StepError> {
    let contract = run.create(place, "deploy the attacker's contract", owner, creation(artifact, owner))?;
    let spenders: Vec<Address> = run.contracts.iter().map(|contract| contract.address).collect();
    endow(&mut run.machine, contract, owner, [tokens, &spenders]);
    Ok(contract)
}

/// Creation code and arguments of the attacker's contract.
pub(in crate::protocol) fn creation(artifact: &Artifact, owner: Address) -> Vec<u8> {
    let mut data = artifact.creation.bytes.to_vec();
    data.extend(DynSolValue::Address(owner).abi_encode());
    data
}

/// Gives the attacker's contract half of what the attacker has, and lets all spenders move the tokens of both.
pub(in crate::protocol) fn endow(
    machine: &mut Machine,
    contract: Address,
    owner: Address,
    [tokens, spenders]: [&[Address]; 2],
) {
    for token in tokens {
        // A token may refuse any of this; then the attacker does without.
        if let Some(balance) = balance(machine, *token, owner) {
            let half = balance / U256::from(2);
            let transfer = call("transfer(address,uint256)", vec![DynSolValue::Address(contract), uint(half)]);
            try_send(machine, owner, *token, transfer);
        }
        for spender in spenders {
            let approve = call("approve(address,uint256)", vec![DynSolValue::Address(*spender), uint(U256::MAX)]);
            // One script each: a refusal rolls back a whole script.
            try_send(machine, owner, contract, script(*token, &approve));
            try_send(machine, owner, *token, approve);
        }
    }
    let half = machine.balance(owner) / U256::from(2);
    let message = Message { from: owner, to: Some(contract), data: Bytes::new(), value: half };
    machine.execute_with_gas(&message, SETUP_GAS);
}

/// Sends a message whose failure does not matter.
fn try_send(machine: &mut Machine, from: Address, to: Address, data: Vec<u8>) {
    let message = Message { from, to: Some(to), data: data.into(), value: U256::ZERO };
    machine.execute_with_gas(&message, SETUP_GAS);
}

fn balance(machine: &mut Machine, token: Address, owner: Address) -> Option<U256> {
    let data = call("balanceOf(address)", vec![DynSolValue::Address(owner)]);
    let output = machine.view(owner, token, data.into()).ok()?;
    output.get(..32).map(U256::from_be_slice)
}

fn uint(value: U256) -> DynSolValue {
    DynSolValue::Uint(value, 256)
}

/// Selector and arguments of a function.
fn call(signature: &str, arguments: Vec<DynSolValue>) -> Vec<u8> {
    let mut data = keccak256(signature)[..4].to_vec();
    data.extend(DynSolValue::Tuple(arguments).abi_encode_params());
    data
}

/// A script of one call of `target`, packed as contracts/attacker says. Scripts are `sequence`'s, which sits above this module.
fn script(target: Address, data: &[u8]) -> Vec<u8> {
    let mut script = vec![1, 0];
    script.extend(target);
    script.extend([0; 32]);
    script.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    script.extend([0; 5]);
    script.extend(data);
    call("run(bytes)", vec![DynSolValue::Bytes(script)])
}
