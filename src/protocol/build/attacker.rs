//! The attacker's contract: deployed, funded and allowed to move what it holds, so that scripts start from something.

use super::{
    super::{Artifact, Place},
    run::{Run, StepError},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, U256, keccak256};

/// Deploys the attacker's contract and gives it half of what the attacker has.
pub(super) fn deploy(
    run: &mut Run<'_>,
    artifact: &Artifact,
    owner: Address,
    tokens: &[Address],
    place: &Place,
) -> Result<Address, StepError> {
    let mut data = artifact.creation.bytes.to_vec();
    data.extend(DynSolValue::Address(owner).abi_encode());
    let contract = run.create(place, "deploy the attacker's contract", owner, data)?;
    let spenders: Vec<Address> = run.contracts.iter().map(|contract| contract.address).collect();
    for token in tokens {
        // A token may refuse any of this; then the attacker does without.
        if let Some(balance) = balance(run, *token, owner) {
            let half = balance / U256::from(2);
            let transfer = call("transfer(address,uint256)", vec![DynSolValue::Address(contract), uint(half)]);
            run.try_send(owner, *token, transfer, U256::ZERO);
        }
        for spender in &spenders {
            let approve = call("approve(address,uint256)", vec![DynSolValue::Address(*spender), uint(U256::MAX)]);
            // One script each: a refusal rolls back a whole script.
            run.try_send(owner, contract, script(*token, &approve), U256::ZERO);
            run.try_send(owner, *token, approve, U256::ZERO);
        }
    }
    let half = run.machine.balance(owner) / U256::from(2);
    run.try_send(owner, contract, Vec::new(), half);
    Ok(contract)
}

fn balance(run: &mut Run<'_>, token: Address, owner: Address) -> Option<U256> {
    let data = call("balanceOf(address)", vec![DynSolValue::Address(owner)]);
    let output = run.machine.view(owner, token, data.into()).ok()?;
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

/// `run(Action[])` with one call of `target`. The shape is that of `sequence`, which sits above this module.
fn script(target: Address, data: &[u8]) -> Vec<u8> {
    let action = DynSolValue::Tuple(vec![
        DynSolValue::Uint(U256::ZERO, 8),
        DynSolValue::Address(target),
        uint(U256::ZERO),
        DynSolValue::Bytes(data.to_vec()),
        DynSolValue::Array(Vec::new()),
        DynSolValue::Address(Address::ZERO),
        uint(U256::ZERO),
    ]);
    call(
        "run((uint8,address,uint256,bytes,(uint256,uint8,address,uint256)[],address,uint256)[])",
        vec![DynSolValue::Array(vec![action])],
    )
}
