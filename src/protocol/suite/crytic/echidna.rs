//! `echidna.yaml`.

use super::{
    super::{
        super::{Argument, ArgumentValue, Place},
        error::{SuiteError, SuiteProblem},
    },
    config::{CorpusFolder, CryticConfig, PANIC_ARITHMETIC, Predeployed, PredeployedCode},
    keys::{Keys, address, parse_address, text, wrong},
};
use alloy_primitives::hex;

/// Keys that are read.
const TAKEN: [&str; 22] = [
    "testMode",
    "prefix",
    "psender",
    "seqLen",
    "contractAddr",
    "deployer",
    "sender",
    "balanceAddr",
    "balanceContract",
    "maxTimeDelay",
    "maxBlockDelay",
    "maxValue",
    "testMaxGas",
    "propMaxGas",
    "allContracts",
    "multi-abi",
    "filterBlacklist",
    "filterFunctions",
    "deployContracts",
    "deployBytecodes",
    "corpusDir",
    "allowFFI",
];
/// Keys that concern Echidna's own machinery.
const IDLE: [&str; 45] = [
    "allEvents",
    "checkAsserts",
    "codeSize",
    "coverage",
    "coverageDir",
    "coverageExcludes",
    "coverageFormats",
    "coverageLineHits",
    "cryticArgs",
    "dashboard",
    "dictFreq",
    "disableOnchainSources",
    "disableSlither",
    "estimateGas",
    "etherscanApiKey",
    "format",
    "gasLimit",
    "initialize",
    "maxGasprice",
    "mutConsts",
    "projectName",
    "propMaxGas",
    "quiet",
    "rpcBlock",
    "rpcUrl",
    "saveEvery",
    "seed",
    "server",
    "shrinkLimit",
    "solcArgs",
    "solcLibs",
    "stopOnFail",
    "symExec",
    "symExecAskSMTIters",
    "symExecConcolic",
    "symExecMaxExplore",
    "symExecMaxIters",
    "symExecNSolvers",
    "symExecSMTSolver",
    "symExecTargets",
    "symExecTimeout",
    "testDestruction",
    "testLimit",
    "timeout",
    "workers",
];
/// What tests may be asked for.
const MODES: [&str; 6] = ["property", "assertion", "optimization", "overflow", "exploration", "foundry"];

/// What the file says over Echidna's defaults.
pub(super) fn read(file: Place, whole: &Argument) -> Result<CryticConfig, SuiteError> {
    let mut keys = Keys::of(whole)?;
    let mut config = CryticConfig::echidna(file);
    modes(&mut keys, &mut config)?;
    world(&mut keys, &mut config)?;
    functions(&mut keys, &mut config)?;
    if let Some(pairs) = keys.list("deployContracts", pair)? {
        config.predeployed.extend(pairs.into_iter().map(|(address, name, place)| Predeployed {
            address,
            code: PredeployedCode::Contract(name),
            place,
        }));
    }
    for (address, code, place) in keys.list("deployBytecodes", pair)?.unwrap_or_default() {
        let bytes = hex::decode(&code).map_err(|_| {
            SuiteError::new(place.clone(), SuiteProblem::Settings("the bytecode is not hexadecimal".to_owned()))
        })?;
        config.predeployed.push(Predeployed { address, code: PredeployedCode::Bytes(bytes.into()), place });
    }
    let place = keys.place("corpusDir");
    if let (Some(path), Some(place)) = (keys.text("corpusDir")?, place) {
        config.corpora.push(CorpusFolder { path, place });
    }
    if keys.bool("allowFFI")? == Some(true) {
        config.notes.push(format!("{}: a suite may not run programs: `allowFFI` stays off", config.place));
    }
    let (idle, unknown) = keys.notes(&IDLE, &TAKEN);
    if !idle.is_empty() {
        config.notes.push(format!("{}: these keys have no effect here: {}", config.place, idle.join(", ")));
    }
    config.notes.extend(unknown);
    Ok(config)
}

fn modes(keys: &mut Keys<'_>, config: &mut CryticConfig) -> Result<(), SuiteError> {
    if let Some(value) = keys.take("testMode") {
        let mode = text(value, "testMode")?;
        if !MODES.contains(&mode.as_str()) {
            return Err(wrong(value, "testMode", &format!("one of {}", MODES.join(", "))));
        }
        if mode == "overflow" {
            config.panics.insert(PANIC_ARITHMETIC);
        }
        config.views = matches!(mode.as_str(), "assertion" | "overflow");
    }
    config.prefixes.extend(keys.text("prefix")?.filter(|prefix| !prefix.is_empty()));
    Ok(())
}

fn world(keys: &mut Keys<'_>, config: &mut CryticConfig) -> Result<(), SuiteError> {
    if let Some(asker) = keys.address("psender")? {
        config.asker = asker;
    }
    if let Some(address) = keys.address("contractAddr")? {
        config.contract = Some(address);
    }
    if let Some(deployer) = keys.address("deployer")? {
        config.deployer = deployer;
    }
    if let Some(senders) = keys.list("sender", address)?.filter(|senders| !senders.is_empty()) {
        config.senders = senders;
    }
    if let Some(balance) = keys.number("balanceAddr")? {
        config.balance = balance;
    }
    if let Some(balance) = keys.number("balanceContract")? {
        config.contract_balances = vec![balance];
    }
    if let Some(seconds) = keys.small("maxTimeDelay")? {
        config.delays.0 = seconds;
    }
    if let Some(blocks) = keys.small("maxBlockDelay")? {
        config.delays.1 = blocks;
    }
    if let Some(value) = keys.number("maxValue")? {
        config.value = value;
    }
    let gas = keys.small("testMaxGas")?.max(keys.small("propMaxGas")?);
    if let Some(gas) = gas {
        // Anything that never ends has to.
        config.gas = gas.clamp(100_000, 1 << 32);
    }
    if let Some(steps) = keys.small("seqLen")? {
        config.steps = usize::try_from(steps).unwrap_or(usize::MAX).clamp(1, 10_000);
    }
    Ok(())
}

fn functions(keys: &mut Keys<'_>, config: &mut CryticConfig) -> Result<(), SuiteError> {
    let all = [keys.bool("allContracts")?, keys.bool("multi-abi")?];
    config.all_contracts = all.contains(&Some(true));
    let listed = keys.list("filterFunctions", text)?.unwrap_or_default();
    match keys.bool("filterBlacklist")? {
        Some(false) => config.only = listed,
        Some(true) | None => config.never = listed,
    }
    Ok(())
}

/// `["0x42", "Token"]`.
fn pair(value: &Argument, key: &str) -> Result<(alloy_primitives::Address, String, Place), SuiteError> {
    let wrong = || wrong(value, key, "a list of pairs such as [\"0x42\", \"Token\"]");
    let ArgumentValue::Array(items) = &value.value else { return Err(wrong()) };
    let [at, what] = items.as_slice() else { return Err(wrong()) };
    let at = text(at, key).ok().and_then(|text| parse_address(&text)).ok_or_else(wrong)?;
    Ok((at, text(what, key)?, value.place.clone()))
}
