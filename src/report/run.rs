use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Version of the format of `run.json`.
pub const RUN_FORMAT: u32 = 1;

/// `run.json`: what was run, so that it can be run again. Written before the first call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this format.
    pub format: u32,
    /// Always `heist`; tells a run folder from any other.
    pub tool: String,
    /// Version of Heist.
    pub version: String,
    /// Campaign seed.
    pub seed: u64,
    /// Worker threads.
    pub threads: usize,
    /// Calls per protocol; none when only time bounds the run.
    pub calls: Option<u64>,
    /// Seconds of the whole run; none when only calls bound it.
    pub time_seconds: Option<u64>,
    /// Budget preset.
    pub profile: String,
    /// Selected scenarios, globs; empty: all.
    pub scenarios: Vec<String>,
    /// Selected invariants, globs; empty: all.
    pub invariants: Vec<String>,
    /// Folders of the sequences that it begins with, absolute; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corpora: Vec<PathBuf>,
    /// Protocols, in the order in which they run.
    pub protocols: Vec<RunProtocol>,
}

/// A protocol of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunProtocol {
    /// Its id.
    pub id: String,
    /// Hash of configuration and code.
    pub hash: String,
    /// Where it came from.
    pub origin: RunOrigin,
}

/// Where a protocol came from, as files hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunOrigin {
    /// Embedded in the binary under this id.
    Bundled(String),
    /// The folder that holds `heist.toml`, absolute: a finding replays from anywhere on this machine.
    Folder(PathBuf),
    /// The set-up of a contract.
    Setup {
        /// The folder that holds `foundry.toml`, absolute.
        folder: PathBuf,
        /// The contract, as `--setup` takes it.
        contract: String,
    },
}

impl RunOrigin {
    /// The folder of a project.
    pub fn folder(self) -> Option<PathBuf> {
        match self {
            Self::Bundled(_) => None,
            Self::Folder(folder) | Self::Setup { folder, .. } => Some(folder),
        }
    }
}

/// The `run.json` of a run folder, where it can be read.
pub fn read_run(folder: &Path) -> Option<RunRecord> {
    let bytes = std::fs::read(folder.join("run.json")).ok()?;
    let record: RunRecord = serde_json::from_slice(&bytes).ok()?;
    (record.format == RUN_FORMAT && record.tool == "heist").then_some(record)
}
