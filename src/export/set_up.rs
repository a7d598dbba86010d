//! The base state of a protocol, made again.

use super::{
    names::Names,
    value::{self, MAX_ARGUMENTS, bytes},
};
use crate::{
    evm::Block,
    protocol::{Artifact, Contract, Endowment, Protocol, Recipe, RecipeStep},
    report::escape,
};
use alloy_dyn_abi::JsonAbiExt as _;
use alloy_json_abi::JsonAbi;
use alloy_primitives::{Address, B256, hex};

/// Statements that make the base state; where a test is set up first, what is done behind that.
pub(super) fn statements(protocol: &Protocol, recipe: &Recipe, names: &Names) -> Vec<String> {
    let mut lines = Vec::new();
    if recipe.behind.is_none() {
        lines.push(format!("Rehearsal.VM.chainId({});", protocol.settings.chain_id));
        lines.push(at(recipe.block));
    }
    lines.extend(
        recipe
            .balances
            .iter()
            .map(|(account, wei)| format!("Rehearsal.VM.deal({}, {});", names.account(*account), value::number(*wei))),
    );
    for step in &recipe.steps {
        match step {
            RecipeStep::Create { message, nonce, address } => {
                let contract = protocol.contracts.iter().find(|contract| contract.address == *address);
                lines.extend(contract.map(|contract| format!("// {}", escape(&contract.artifact.name))));
                let code = contract.and_then(|contract| creation(names, &contract.artifact, &message.data));
                let is_tested = protocol.suite.is_some().then(|| {
                    let created = names.account(*address);
                    format!("Rehearsal.VM.allowCheatcodes({created});")
                });
                lines.extend(is_tested);
                lines.push(format!(
                    "Rehearsal.create({}, {nonce}, {}, {}, {});",
                    names.account(message.from),
                    value::number(message.value),
                    code.unwrap_or_else(|| bytes(&message.data)),
                    names.account(*address)
                ));
            }
            RecipeStep::CreateAt { message, address } => lines.push(format!(
                "Rehearsal.createAt({}, {}, {}, {});",
                names.account(message.from),
                value::number(message.value),
                names.account(*address),
                bytes(&message.data)
            )),
            RecipeStep::Deal(account, wei) => {
                lines.push(format!("Rehearsal.VM.deal({}, {});", names.account(*account), value::number(*wei)));
            }
            RecipeStep::Call(message) => {
                let to = message.to.unwrap_or_default();
                lines.push(format!(
                    "Rehearsal.prepare({}, {}, {}, {});",
                    names.account(message.from),
                    value::number(message.value),
                    names.account(to),
                    value::decoded(names, abis(protocol, to).flat_map(JsonAbi::functions), &message.data)
                ));
            }
            RecipeStep::Store(account, slot, word) => lines.push(format!(
                "Rehearsal.VM.store({}, {}, {});",
                names.account(*account),
                B256::from(*slot),
                B256::from(*word)
            )),
            RecipeStep::Block(block) => lines.push(at(*block)),
        }
    }
    if let (Some(endowment), Some(attacker), Some(contract)) =
        (&recipe.endowment, protocol.attacker(), protocol.attacker_contract)
    {
        lines.extend(endow(names, endowment, attacker.address, contract));
    }
    lines.extend(swapped(protocol, names));
    // A set-up of others labels what it wants to.
    if recipe.behind.is_none() {
        lines.extend(names.labels());
    }
    lines
}

/// The statement that goes to a block.
pub(super) fn at(block: Block) -> String {
    format!("Rehearsal.goTo({}, {});", block.number, block.timestamp)
}

/// What may be called at an address: what a proxy passes on has the ABI of another deployment there.
pub(super) fn abis(protocol: &Protocol, address: Address) -> impl Iterator<Item = &JsonAbi> {
    let there = protocol.contracts.iter().filter(move |contract| contract.address == address);
    there.map(|contract: &Contract| &contract.artifact.abi)
}

/// Creation code with arguments that can be read; none where they cannot.
fn creation(names: &Names, artifact: &Artifact, data: &[u8]) -> Option<String> {
    let constructor = artifact.abi.constructor.as_ref()?;
    let (code, rest) = data.split_at_checked(artifact.creation.bytes.len())?;
    let arguments = constructor.abi_decode_input(rest).ok()?;
    if arguments.is_empty() || arguments.len() > MAX_ARGUMENTS || constructor.abi_encode_input(&arguments).ok()? != rest
    {
        return None;
    }
    let shown: Option<Vec<_>> = arguments.iter().map(|argument| value::literal(names, argument)).collect();
    Some(format!("bytes.concat(hex\"{}\", abi.encode({}))", hex::encode(code), shown?.join(", ")))
}

/// The attacker's contract, and what it gets.
fn endow(names: &Names, endowment: &Endowment, owner: Address, contract: Address) -> Vec<String> {
    let (owner, contract) = (names.account(owner), names.account(contract));
    let mut lines =
        vec![format!("Rehearsal.create({owner}, {}, 0, type(Attack).creationCode, {contract});", endowment.nonce)];
    for (list, accounts) in [("tokens", &endowment.tokens), ("spenders", &endowment.spenders)] {
        lines.push(format!("address[] memory {list} = new address[]({});", accounts.len()));
        let each = accounts.iter().enumerate();
        lines.extend(each.map(|(index, account)| format!("{list}[{index}] = {};", names.account(*account))));
    }
    lines.push(format!("Rehearsal.endow({owner}, {contract}, tokens, spenders);"));
    lines
}

/// A token that has become something else.
fn swapped(protocol: &Protocol, names: &Names) -> Vec<String> {
    let Some(code) = protocol.swapped_code() else { return Vec::new() };
    let token = names.account(code.token);
    let mut lines = vec![
        format!("// What becomes of the token: {}", escape(&protocol.id)),
        format!("Rehearsal.VM.etch({}, {token}.code);", code.behind),
        format!("Rehearsal.VM.etch({token}, {});", bytes(&code.front)),
    ];
    lines.extend(
        code.words.iter().map(|(slot, word)| format!("Rehearsal.VM.store({token}, {slot}, {});", B256::from(*word))),
    );
    lines
}
