//! `foundry.toml`, as far as it says how tests run.

use super::{
    super::{FileError, Files, Place, ProtocolError, SourceRules},
    error::{SuiteError, SuiteProblem},
    file,
    invariant_keys::InvariantKeys,
    options::SuiteOptions,
    permissions::Permissions,
};
use crate::evm::{DEFAULT_EVM_VERSION, EvmVersion};
use alloy_primitives::{Address, B256, U256, address};
use std::{collections::BTreeMap, path::PathBuf, str::FromStr};
use toml::{Table, Value};

/// Name of the configuration in a folder.
pub const FOUNDRY_FILE: &str = "foundry.toml";
/// Largest configuration, bytes.
const MAX_FILE: usize = 4 << 20;
/// Who deploys suites and sends their calls, where nobody else is named.
const SENDER: Address = address!("1804c8AB1F12E6bbf3894d4083f33e07309d1f38");

/// Keys that say how to build, or how forge talks: of no meaning once artifacts exist.
const BUILDING: [&str; 47] = [
    "script",
    "extra_args",
    "cache",
    "cache_path",
    "snapshots",
    "broadcast",
    "remappings",
    "auto_detect_remappings",
    "optimizer",
    "optimizer_runs",
    "optimizer_details",
    "via_ir",
    "solc",
    "solc_version",
    "auto_detect_solc",
    "offline",
    "model_checker",
    "extra_output",
    "extra_output_files",
    "bytecode_hash",
    "cbor_metadata",
    "revert_strings",
    "sparse_mode",
    "build_info",
    "build_info_path",
    "ast",
    "names",
    "sizes",
    "deny",
    "deny_warnings",
    "ignored_error_codes",
    "ignored_warnings_from",
    "verbosity",
    "color",
    "gas_reports",
    "gas_reports_ignore",
    "gas_reports_include_tests",
    "fmt",
    "doc",
    "lint",
    "rpc_endpoints",
    "etherscan",
    "libraries",
    "use_literal_content",
    "dynamic_test_linking",
    "include_paths",
    "allow_paths",
];

/// How a project's tests run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundryConfig {
    /// The file.
    pub place: Place,
    /// The project's folder, links followed.
    pub root: PathBuf,
    /// Folder of the artifacts.
    pub out: String,
    /// Where that is said.
    pub out_place: Place,
    /// Folders of the project's own sources.
    pub sources: [String; 2],
    /// Folders of foreign sources.
    pub libs: Vec<String>,
    /// The hard fork.
    pub version: EvmVersion,
    /// Who deploys, and sends calls where nobody else is named.
    pub sender: Address,
    /// What the suite and its sender begin with, wei.
    pub balance: U256,
    /// The first block.
    pub number: u64,
    /// Its time.
    pub timestamp: u64,
    /// The chain.
    pub chain_id: u64,
    /// Gas of a call and of a block.
    pub gas_limit: u64,
    /// Bytes of memory.
    pub memory: u64,
    /// Which files a suite may read.
    pub permissions: Permissions,
    /// What `[invariant]` says.
    pub invariant: InvariantKeys,
    /// The profile.
    pub profile: String,
    /// All profiles.
    pub profiles: Vec<String>,
    /// What has no effect, in sentences.
    pub notes: Vec<String>,
}

impl FoundryConfig {
    /// Which sources are whose.
    pub(super) fn source_rules(&self) -> SourceRules {
        SourceRules { libs: self.libs.clone(), tests: vec![self.sources[1].clone(), "script".to_owned()] }
    }
}

/// Reads `foundry.toml` under a profile.
pub(super) fn read(files: &dyn Files, options: &SuiteOptions) -> Result<FoundryConfig, ProtocolError> {
    let shown = files.display(FOUNDRY_FILE);
    let Some(bytes) = files.read(FOUNDRY_FILE)? else { return Err(ProtocolError::NotFound { path: shown }) };
    if bytes.len() > MAX_FILE {
        return Err(FileError::TooLarge { path: shown, limit: MAX_FILE as u64 }.into());
    }
    let fail = |place: Place, message: String| SuiteError::new(place, SuiteProblem::Toml(message));
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| fail(file(&shown), format!("not a text: byte {} is not UTF-8", error.valid_up_to())))?;
    let table = Table::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| 1 + text.get(..span.start).unwrap_or_default().matches('\n').count());
        fail(Place { line, ..file(&shown) }, error.message().to_owned())
    })?;
    let values = options.values();
    Ok(Reader::new(&shown, text, &table, &options.profile)?.replaced_by(&values).config()?)
}

/// What forge does where nothing is said.
pub(super) fn plain(place: &str, out: &str) -> Result<FoundryConfig, SuiteError> {
    let config = Reader::new(place, "", &Table::new(), "default")?.config()?;
    Ok(FoundryConfig { out: out.to_owned(), libs: ["lib", "node_modules"].map(str::to_owned).into(), ..config })
}

/// The keys of a profile over those of the default one.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    keys: BTreeMap<&'a str, &'a Value>,
    invariant: BTreeMap<&'a str, &'a Value>,
    /// Names of the variables that keys come from.
    variables: BTreeMap<&'a str, &'a str>,
    profile: &'a str,
    profiles: Vec<&'a str>,
}

/// Keys that a variable of the environment replaces.
const REPLACEABLE: [&str; 12] = [
    "out",
    "src",
    "test",
    "libs",
    "evm_version",
    "sender",
    "initial_balance",
    "block_number",
    "block_timestamp",
    "chain_id",
    "gas_limit",
    "memory_limit",
];

impl<'a> Reader<'a> {
    fn new(file: &'a str, text: &'a str, table: &'a Table, profile: &'a str) -> Result<Self, SuiteError> {
        let mut reader = Self {
            file,
            text,
            keys: BTreeMap::new(),
            invariant: BTreeMap::new(),
            variables: BTreeMap::new(),
            profile,
            profiles: vec!["default"],
        };
        if let Some(invariant) = table.get("invariant") {
            reader
                .invariant
                .extend(reader.table("invariant", invariant)?.iter().map(|(key, value)| (key.as_str(), value)));
        }
        let profiles = match table.get("profile") {
            Some(profiles) => reader.table("profile", profiles)?,
            None => return Ok(reader),
        };
        if profile != "default" && !profiles.contains_key(profile) {
            let mut known: Vec<_> = profiles.keys().cloned().collect();
            known.sort_unstable();
            let problem = SuiteProblem::NoProfile { name: profile.to_owned(), known };
            return Err(SuiteError::new(super::file(file), problem));
        }
        reader.profiles.extend(profiles.keys().map(String::as_str).filter(|name| *name != "default"));
        for name in ["default", profile] {
            let Some(keys) = profiles.get(name) else { continue };
            for (key, value) in reader.table(name, keys)? {
                if key == "invariant" {
                    let keys = reader.table("invariant", value)?;
                    reader.invariant.extend(keys.iter().map(|(key, value)| (key.as_str(), value)));
                } else {
                    reader.keys.insert(key, value);
                }
            }
        }
        Ok(reader)
    }

    /// The same with what variables say in place of what the file says.
    fn replaced_by(mut self, values: &'a [(String, Value, &'a str)]) -> Self {
        for (key, value, name) in values {
            if REPLACEABLE.contains(&key.as_str()) {
                self.keys.insert(key, value);
                self.variables.insert(key, name);
            } else if let Some(key) = key.strip_prefix("invariant_") {
                self.invariant.insert(key, value);
                self.variables.insert(key, name);
            }
        }
        self
    }

    /// The line that begins with a key, or the variable that it comes from.
    fn place(&self, key: &str) -> Place {
        if let Some(name) = self.variables.get(key) {
            return file(name);
        }
        let is_key = |line: &str| {
            let rest = line.trim_start().trim_start_matches(['[', '"']).strip_prefix(key);
            rest.is_some_and(|rest| rest.trim_start_matches('"').trim_start().starts_with(['=', ']', '.']))
        };
        let line = self.text.lines().position(is_key).map_or(0, |index| index + 1);
        Place { line, ..file(self.file) }
    }

    fn wrong(&self, key: &str, expected: &str) -> SuiteError {
        SuiteError::new(self.place(key), SuiteProblem::Toml(format!("`{key}` is not {expected}")))
    }

    fn table(&self, key: &str, value: &'a Value) -> Result<&'a Table, SuiteError> {
        value.as_table().ok_or_else(|| self.wrong(key, "a table"))
    }

    fn take(&mut self, key: &str) -> Option<&'a Value> {
        self.keys.remove(key)
    }

    fn text(&mut self, key: &str, default: &str) -> Result<String, SuiteError> {
        match self.take(key) {
            None => Ok(default.to_owned()),
            Some(value) => value.as_str().map(str::to_owned).ok_or_else(|| self.wrong(key, "a text")),
        }
    }

    fn texts(&mut self, key: &str, default: &[&str]) -> Result<Vec<String>, SuiteError> {
        let Some(value) = self.take(key) else { return Ok(default.iter().map(|text| (*text).to_owned()).collect()) };
        let texts =
            value.as_array().map(|values| values.iter().map(|value| value.as_str().map(str::to_owned)).collect());
        texts.flatten().ok_or_else(|| self.wrong(key, "a list of texts"))
    }

    /// A number, or a text that holds one: TOML's own numbers end at 63 bits.
    fn number(&mut self, key: &str, default: U256) -> Result<U256, SuiteError> {
        let Some(value) = self.take(key) else { return Ok(default) };
        let number = match value {
            Value::Integer(number) => u64::try_from(*number).ok().map(U256::from),
            Value::String(text) if text == "max" => Some(U256::from(u64::MAX)),
            Value::String(text) => U256::from_str(text).ok(),
            _ => None,
        };
        number.ok_or_else(|| self.wrong(key, "a whole number of at most 256 bits"))
    }

    fn small(&mut self, key: &str, default: u64) -> Result<u64, SuiteError> {
        let number = self.number(key, U256::from(default))?;
        u64::try_from(number).map_err(|_| self.wrong(key, "a number below 2^64"))
    }

    fn permissions(&mut self) -> Result<Permissions, SuiteError> {
        let Some(value) = self.take("fs_permissions") else { return Ok(Permissions::default()) };
        let expected = "a list like [{ access = \"read\", path = \"./data\" }]";
        Permissions::parse(value).ok_or_else(|| self.wrong("fs_permissions", expected))
    }

    fn config(mut self) -> Result<FoundryConfig, SuiteError> {
        let version = self.text("evm_version", "")?;
        let version = match version.as_str() {
            "" => DEFAULT_EVM_VERSION,
            name => EvmVersion::from_str(name)
                .map_err(|error| SuiteError::new(self.place("evm_version"), SuiteProblem::Toml(error.to_string())))?,
        };
        let sender = self.text("sender", "")?;
        let sender = match sender.as_str() {
            "" => SENDER,
            text => Address::from_str(text).map_err(|_| self.wrong("sender", "an address"))?,
        };
        let out_place = self.place("out");
        let mut invariant = InvariantKeys::default();
        let mut silent = Vec::new();
        for (key, value) in std::mem::take(&mut self.invariant) {
            if !invariant.set(key, value).map_err(|expected| self.wrong(key, expected))? {
                silent.push(format!("invariant.{key}"));
            }
        }
        Ok(FoundryConfig {
            place: file(self.file),
            root: PathBuf::new(),
            out: self.text("out", "out")?,
            out_place,
            sources: [self.text("src", "src")?, self.text("test", "test")?],
            libs: self.texts("libs", &["lib"])?,
            version,
            sender,
            balance: self.number("initial_balance", (U256::ONE << 96) - U256::ONE)?,
            number: self.small("block_number", 1)?,
            timestamp: self.small("block_timestamp", 1)?,
            chain_id: self.small("chain_id", 31_337)?,
            // Anything that never ends has to.
            gas_limit: self.small("gas_limit", 1 << 30)?.min(1 << 32),
            memory: self.small("memory_limit", 1 << 27)?.min(1 << 30),
            permissions: self.permissions()?,
            invariant,
            profile: self.profile.to_owned(),
            profiles: self.profiles.iter().map(|name| (*name).to_owned()).collect(),
            notes: self.notes(silent),
        })
    }

    /// Names what is left, and what of `[invariant]` is `silent` here.
    fn notes(&self, silent: Vec<String>) -> Vec<String> {
        let keys = self.keys.keys().filter(|key| !BUILDING.contains(key) && **key != "ffi");
        let names: Vec<_> = keys.map(|key| (*key).to_owned()).chain(silent).collect();
        let mut notes = Vec::new();
        if !names.is_empty() {
            notes.push(format!("{}: these keys have no effect here: {}", self.file, names.join(", ")));
        }
        if self.keys.get("ffi").is_some_and(|value| value.as_bool() == Some(true)) {
            notes.push(format!("{}: a suite may not run programs: `ffi` stays off", self.place("ffi")));
        }
        notes
    }

    #[cfg(test)]
    fn of(text: &'a str, table: &'a Table, profile: &'a str) -> Result<FoundryConfig, SuiteError> {
        Self::new("foundry.toml", text, table, profile)?.config()
    }
}

/// The word that `prevrandao` begins with.
pub(super) const PREVRANDAO: B256 = B256::ZERO;

#[cfg(test)]
mod tests {
    use super::Reader;
    use crate::protocol::SuiteProblem;
    use std::str::FromStr;
    use toml::Table;

    fn read(text: &str, profile: &str) -> Result<super::FoundryConfig, crate::protocol::SuiteError> {
        Reader::of(text, &Table::from_str(text).expect("toml"), profile)
    }

    #[test]
    fn a_profile_inherits_from_the_default_one() {
        let text = "[profile.default]\nout = \"built\"\nchain_id = 5\n[profile.ci]\nchain_id = 7\n[profile.ci.invariant]\ndepth = 9\n[invariant]\ndepth = 3\nfail_on_revert = true\n";
        let [default, ci] = ["default", "ci"].map(|profile| read(text, profile).expect("valid"));
        assert_eq!(
            (default.chain_id, default.invariant.depth, default.invariant.fail_on_revert),
            (5, Some(3), Some(true))
        );
        assert_eq!((ci.chain_id, ci.invariant.depth, ci.out.as_str()), (7, Some(9), "built"));
        assert_eq!(ci.invariant.fail_on_revert, Some(true));
        assert_eq!(ci.profiles, ["default", "ci"]);
    }

    #[test]
    fn what_has_no_effect_is_named() {
        let text =
            "[profile.default]\noptimizer = true\nisolate = true\nffi = true\n[invariant]\nshrink_run_limit = 4\n";
        let notes = read(text, "default").expect("valid").notes;
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].contains("isolate, invariant.shrink_run_limit"), "{}", notes[0]);
        assert!(notes[1].starts_with("foundry.toml:4"), "{}", notes[1]);
    }

    #[test]
    fn a_value_of_a_wrong_type_is_found_with_its_line() {
        let error = read("[profile.default]\n\nchain_id = \"many\"\n", "default").expect_err("no number");
        assert_eq!(error.place.line, 3);
        assert!(matches!(*error.problem, SuiteProblem::Toml(_)));
        let error = read("[profile.default]\n[profile.ci]\n", "cj").expect_err("no profile");
        assert!(matches!(&*error.problem, SuiteProblem::NoProfile { known, .. } if known == &["ci", "default"]));
    }
}
