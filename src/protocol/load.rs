//! Entry points: a folder, a file, or files embedded in the binary become a [`Protocol`].

use super::{
    Artifact, ArtifactError, ArtifactProblem, Artifacts, Config, ConfigError, ConfigProblem, FileError, Files,
    FolderFiles, Origin, Place, Protocol, ScenarioSource, SetupError, SourceRules, SuiteError, build,
};
use std::path::{Path, PathBuf};

/// Name of the configuration in a folder.
pub const CONFIG_FILE: &str = "heist.toml";
/// The folder beside it that holds a project's scenarios.
pub const SCENARIO_FOLDER: &str = "scenarios";
/// Largest configuration, bytes.
const MAX_CONFIG: usize = 4 << 20;

/// Why a protocol cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// There is no configuration.
    #[error("there is no `{path}`")]
    NotFound {
        /// Where it was looked for.
        path: String,
    },
    /// A file cannot be read.
    #[error("{0}")]
    File(#[from] FileError),
    /// The configuration is wrong.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// An artifact is wrong.
    #[error("{source} (named at {declared})")]
    Artifact {
        /// What is wrong.
        #[source]
        source: ArtifactError,
        /// Where the configuration names it.
        declared: Place,
    },
    /// The set-up failed.
    #[error("{0}")]
    Setup(#[from] SetupError),
    /// A suite cannot be run.
    #[error("{0}")]
    Suite(#[from] SuiteError),
}

impl ProtocolError {
    /// Whether a project with suites has no artifacts yet.
    pub fn is_not_built(&self) -> bool {
        match self {
            Self::Suite(error) => error.is_not_built(),
            Self::Artifact { source, .. } => matches!(*source.problem, ArtifactProblem::EmptyFolder),
            Self::NotFound { .. } | Self::File(_) | Self::Config(_) | Self::Setup(_) => false,
        }
    }

    /// Whether the target failed, in set-up or deployment, rather than its configuration.
    pub fn is_target_failure(&self) -> bool {
        match self {
            Self::Setup(_) => true,
            Self::Suite(error) => error.is_target_failure(),
            Self::NotFound { .. } | Self::File(_) | Self::Config(_) | Self::Artifact { .. } => false,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NotFound { .. } => String::from(
                "write a heist.toml there (docs/configuration.md has every key), or name the folder that holds one",
            ),
            Self::File(error) => error.help(),
            Self::Config(error) => error.help(),
            Self::Artifact { source, .. } => source.help(),
            Self::Setup(error) => error.help(),
            Self::Suite(error) => error.help(),
        }
    }

    /// Where it is, where that is known.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::NotFound { .. } | Self::File(_) => None,
            Self::Config(error) => Some(&error.place),
            Self::Artifact { source, .. } => Some(&source.place),
            Self::Setup(error) => Some(&error.place),
            Self::Suite(error) => Some(&error.place),
        }
    }
}

/// What the caller, not the project, decides about loading.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions<'a> {
    /// The attacker's contract; none: no contract is deployed for the attacker.
    pub attacker: Option<&'a Artifact>,
    /// Folders outside of the project that its configuration may name.
    pub roots: Vec<PathBuf>,
}

impl Protocol {
    /// Loads a protocol from a folder that holds `heist.toml`, or from such a file. Reads nothing else: no environment, no
    /// network, no file outside of the folder.
    ///
    /// # Errors
    ///
    /// When the configuration or an artifact is wrong, or the set-up fails.
    pub fn load(path: &Path, attacker: Option<&Artifact>) -> Result<Self, ProtocolError> {
        Self::load_with(path, &LoadOptions { attacker, roots: Vec::new() })
    }

    /// [`Protocol::load`] with options that only a user may set.
    ///
    /// # Errors
    ///
    /// As [`Protocol::load`].
    pub fn load_with(path: &Path, options: &LoadOptions<'_>) -> Result<Self, ProtocolError> {
        let (folder, name) = if path.is_dir() {
            (path, CONFIG_FILE.to_owned())
        } else {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or(CONFIG_FILE).to_owned();
            (path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")), name)
        };
        if !folder.join(&name).exists() {
            return Err(ProtocolError::NotFound { path: folder.join(&name).display().to_string() });
        }
        let files = FolderFiles::new(folder, &options.roots)?;
        let id = files.name().unwrap_or("protocol").to_owned();
        load(&id, &name, &files, Origin::Folder(folder.to_owned()), options.attacker)
    }

    /// Loads a protocol from `heist.toml` among `files`, which are part of the binary.
    ///
    /// # Errors
    ///
    /// As [`Protocol::load`].
    pub fn from_files(id: &str, files: &dyn Files, attacker: Option<&Artifact>) -> Result<Self, ProtocolError> {
        load(id, CONFIG_FILE, files, Origin::Bundled(id.to_owned()), attacker)
    }
}

fn load(
    id: &str,
    name: &str,
    files: &dyn Files,
    origin: Origin,
    attacker: Option<&Artifact>,
) -> Result<Protocol, ProtocolError> {
    let file = files.display(name);
    let config = read_config(id, name, &file, files)?;
    let mut artifacts = Artifacts::default();
    for path in &config.artifacts {
        let read = artifacts.read(files, &path.value);
        read.map_err(|source| ProtocolError::Artifact { source, declared: path.place.clone() })?;
    }
    artifacts.read_sources(files, &SourceRules::default());
    let scenarios = read_scenarios(files)?;
    Ok(Protocol { scenarios, ..build::build(config, &artifacts, origin, &file, attacker)? })
}

/// The scenario files beside a configuration, `scenarios/*.toml`, by name.
pub(super) fn read_scenarios(files: &dyn Files) -> Result<Vec<ScenarioSource>, ProtocolError> {
    let listed = files.list(SCENARIO_FOLDER)?.unwrap_or_default();
    let wanted = listed
        .iter()
        .filter(|entry| !entry.is_folder && Path::new(&entry.path).extension().is_some_and(|kind| kind == "toml"));
    let read = wanted.map(|entry| {
        let file = files.display(&entry.path);
        let bytes = files.read(&entry.path)?.unwrap_or_default();
        Ok(ScenarioSource { text: as_text(&bytes, &file)?.to_owned(), file })
    });
    read.collect()
}

/// The text of a file that somebody wrote by hand.
fn as_text<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, ProtocolError> {
    if bytes.len() > MAX_CONFIG {
        return Err(FileError::TooLarge { path: file.to_owned(), limit: MAX_CONFIG as u64 }.into());
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let place = Place { file: file.to_owned(), ..Place::default() };
        ConfigError::new(place, ConfigProblem::NotText(error.valid_up_to())).into()
    })
}

fn read_config(id: &str, name: &str, file: &str, files: &dyn Files) -> Result<Config, ProtocolError> {
    let Some(bytes) = files.read(name)? else {
        return Err(ProtocolError::NotFound { path: file.to_owned() });
    };
    Ok(Config::parse(as_text(&bytes, file)?, file, id)?)
}
