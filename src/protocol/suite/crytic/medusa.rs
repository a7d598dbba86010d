//! `medusa.json`.

use super::{
    super::{
        super::{Argument, ArgumentValue, Place},
        error::SuiteError,
    },
    config::{CorpusFolder, CryticConfig, PANIC_ASSERT, Predeployed, PredeployedCode},
    keys::{Keys, address, number, text, wrong},
};
use std::collections::BTreeSet;

/// Keys of `fuzzing` that are read.
const TAKEN: [&str; 14] = [
    "targetContracts",
    "targetContractsBalances",
    "predeployedContracts",
    "constructorArgs",
    "deployerAddress",
    "senderAddresses",
    "blockNumberDelayMax",
    "blockTimestampDelayMax",
    "transactionGasLimit",
    "callSequenceLength",
    "corpusDirectory",
    "testing",
    "chainConfig",
    "deploymentOrder",
];
/// Keys of all tables that concern Medusa's own machinery.
const IDLE: [&str; 43] = [
    "assertionModes",
    "blockGasLimit",
    "chainConfig",
    "codeSizeCheckDisabled",
    "colorEnabled",
    "compilation",
    "compilationTarget",
    "contractAddressOverrides",
    "corpusMinimizationEnabled",
    "coverageEnabled",
    "coverageExclusions",
    "coverageFormats",
    "coverageReports",
    "deploymentOrder",
    "disabled",
    "enableFFI",
    "enableTUI",
    "excludeAddresses",
    "experimentalValueGenerationEnabled",
    "forkConfig",
    "htmlReportPath",
    "jsonReportPath",
    "level",
    "logDirectory",
    "logging",
    "pruneFrequency",
    "randomSeed",
    "resultsDirectory",
    "revertReporterEnabled",
    "seed",
    "shrinkLimit",
    "skipAccountChecks",
    "slither",
    "stopOnFailedContractMatching",
    "stopOnFailedTest",
    "stopOnNoTests",
    "testLimit",
    "timeout",
    "traceAll",
    "useSlither",
    "verbosity",
    "workerResetLimit",
    "workers",
];
/// Switches and the panics that they mean.
const PANICS: [(&str, u64); 10] = [
    ("failOnCompilerInsertedPanic", 0x00),
    ("failOnAssertion", PANIC_ASSERT),
    ("failOnArithmeticUnderflow", 0x11),
    ("failOnDivideByZero", 0x12),
    ("failOnEnumTypeConversionOutOfBounds", 0x21),
    ("failOnIncorrectStorageAccess", 0x22),
    ("failOnPopEmptyArray", 0x31),
    ("failOnOutOfBoundsArrayAccess", 0x32),
    ("failOnAllocateTooMuchMemory", 0x41),
    ("failOnCallUninitializedVariable", 0x51),
];

/// What the file says over Medusa's defaults.
pub(super) fn read(file: Place, whole: &Argument) -> Result<CryticConfig, SuiteError> {
    let mut keys = Keys::of(whole)?;
    let mut config = CryticConfig::medusa(file);
    let mut notes = Notes::default();
    let mut fuzzing = keys.table("fuzzing")?;
    contracts(&mut fuzzing, &mut config)?;
    world(&mut fuzzing, &mut config)?;
    let mut testing = fuzzing.table("testing")?;
    tests(&mut testing, &mut config, &mut notes)?;
    let mut chain = fuzzing.table("chainConfig")?;
    let mut cheats = chain.table("cheatCodes")?;
    if cheats.bool("enableFFI")? == Some(true) {
        config.notes.push(format!("{}: a suite may not run programs: `enableFFI` stays off", config.place));
    }
    if cheats.bool("cheatCodesEnabled")? == Some(false) {
        config.notes.push(format!("{}: cheatcodes are on, whatever `cheatCodesEnabled` says", config.place));
    }
    for keys in [&keys, &fuzzing, &testing, &chain, &cheats] {
        notes.add(keys);
    }
    notes.finish(&mut config);
    Ok(config)
}

/// What has no effect in any of the tables.
#[derive(Debug, Default)]
struct Notes {
    idle: Vec<String>,
    unknown: Vec<String>,
}

impl Notes {
    fn add(&mut self, keys: &Keys<'_>) {
        let (idle, unknown) = keys.notes(&IDLE, &TAKEN);
        self.idle.extend(idle);
        self.unknown.extend(unknown);
    }

    fn finish(self, config: &mut CryticConfig) {
        if !self.idle.is_empty() {
            config.notes.push(format!("{}: these keys have no effect here: {}", config.place, self.idle.join(", ")));
        }
        config.notes.extend(self.unknown);
    }
}

fn contracts(keys: &mut Keys<'_>, config: &mut CryticConfig) -> Result<(), SuiteError> {
    let order = keys.list("deploymentOrder", text)?.unwrap_or_default();
    config.targets = keys.list("targetContracts", text)?.unwrap_or_default();
    // An older file names what it deploys under the older key.
    if config.targets.is_empty() {
        config.targets = order;
    }
    config.contract_balances = keys.list("targetContractsBalances", number)?.unwrap_or_default();
    for (name, at) in keys.entries("predeployedContracts")? {
        config.predeployed.push(Predeployed {
            address: address(at, "predeployedContracts")?,
            code: PredeployedCode::Contract(name.value.clone()),
            place: name.place.clone(),
        });
    }
    for (name, arguments) in keys.entries("constructorArgs")? {
        let ArgumentValue::Table(arguments) = &arguments.value else {
            return Err(wrong(arguments, "constructorArgs", "a table of parameters for each contract"));
        };
        config.arguments.insert(name.value.clone(), arguments.clone());
    }
    let place = keys.place("corpusDirectory");
    if let (Some(path), Some(place)) = (keys.text("corpusDirectory")?.filter(|path| !path.is_empty()), place) {
        config.corpora.push(CorpusFolder { path, place });
    }
    Ok(())
}

fn world(keys: &mut Keys<'_>, config: &mut CryticConfig) -> Result<(), SuiteError> {
    if let Some(deployer) = keys.address("deployerAddress")? {
        config.deployer = deployer;
    }
    if let Some(senders) = keys.list("senderAddresses", address)?.filter(|senders| !senders.is_empty()) {
        config.asker = senders[0];
        config.senders = senders;
    }
    if let Some(blocks) = keys.small("blockNumberDelayMax")? {
        config.delays.1 = blocks;
    }
    if let Some(seconds) = keys.small("blockTimestampDelayMax")? {
        config.delays.0 = seconds;
    }
    if let Some(gas) = keys.small("transactionGasLimit")? {
        config.gas = gas.clamp(100_000, 1 << 32);
    }
    if let Some(steps) = keys.small("callSequenceLength")? {
        config.steps = usize::try_from(steps).unwrap_or(usize::MAX).clamp(1, 10_000);
    }
    Ok(())
}

fn tests(keys: &mut Keys<'_>, config: &mut CryticConfig, notes: &mut Notes) -> Result<(), SuiteError> {
    config.all_contracts = keys.bool("testAllContracts")? == Some(true);
    config.only = keys.list("targetFunctionSignatures", text)?.unwrap_or_default();
    config.never = keys.list("excludeFunctionSignatures", text)?.unwrap_or_default();
    let mut assertions = keys.table("assertionTesting")?;
    config.assertions = assertions.bool("enabled")?.unwrap_or(true);
    config.views = assertions.bool("testViewMethods")? == Some(true);
    // The older name of the same table.
    for name in ["assertionModes", "panicCodeConfig"] {
        let mut panics = assertions.table(name)?;
        for (key, code) in PANICS {
            match panics.bool(key)? {
                Some(true) => config.panics.insert(code),
                Some(false) => config.panics.remove(&code),
                None => false,
            };
        }
        notes.add(&panics);
    }
    let mut properties = keys.table("propertyTesting")?;
    config.properties = properties.bool("enabled")?.unwrap_or(true);
    let mut optimisation = keys.table("optimizationTesting")?;
    config.optimisation = optimisation.bool("enabled")?.unwrap_or(true);
    let prefixes: BTreeSet<_> = [&mut properties, &mut optimisation]
        .into_iter()
        .map(|keys| keys.list("testPrefixes", text))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .flatten()
        .filter(|prefix| !prefix.is_empty())
        .collect();
    config.prefixes.extend(prefixes);
    for keys in [&assertions, &properties, &optimisation] {
        notes.add(keys);
    }
    Ok(())
}
