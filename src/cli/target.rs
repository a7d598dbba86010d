use super::{
    arguments::BuildMode,
    build,
    error::CliError,
    select::{check, selected},
    terminal::{complain, one_line},
};
use crate::{
    gallery,
    protocol::{CONFIG_FILE, ECHIDNA_FILES, FOUNDRY_FILE, MEDUSA_FILE, Protocol, SetUp, SuiteOptions, SuiteProject},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Configurations of tools whose suites Heist will read one day, the tool, and where it puts artifacts.
const SUITES: [(&str, &str, &str); 4] = [
    ("hardhat.config.js", "Hardhat", "artifacts"),
    ("hardhat.config.ts", "Hardhat", "artifacts"),
    ("hardhat.config.cjs", "Hardhat", "artifacts"),
    ("hardhat.config.mjs", "Hardhat", "artifacts"),
];

/// What a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// The bundled protocols: the gallery, and of the catalogue what is asked for.
    Gallery,
    /// Folders with `heist.toml`, or such files.
    Projects(Vec<PathBuf>),
    /// A folder with `foundry.toml`, `echidna.yaml` or `medusa.json`.
    Suites(PathBuf),
    /// What the set-up of a contract leaves behind, in a folder with `foundry.toml`.
    SetUp(PathBuf, String),
}

impl Target {
    /// What `path` names; without it, the project in the current folder, else the gallery.
    pub(super) fn find(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path else {
            let here = Path::new(".");
            return match (Self::of_folder(here)?, suite(here)) {
                (Some(target), _) => Ok(target),
                (None, Some(error)) => Err(error),
                (None, None) => Ok(Self::Gallery),
            };
        };
        if !path.exists() {
            let mut known = gallery::ids().into_iter().chain(gallery::catalogue());
            let bundled = path.to_str().is_some_and(|text| known.any(|id| id == text));
            return Err(CliError::Missing { path: path.to_owned(), bundled });
        }
        if path.is_file() && path.file_name().is_some_and(|name| suite_files().any(|file| name == file)) {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            return Ok(Self::Suites(folder.unwrap_or(Path::new(".")).to_owned()));
        }
        if path.is_file() {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let is_config = path.file_name().is_some_and(|name| name == CONFIG_FILE);
            return match Self::of_folder(folder)?.filter(|_| is_config) {
                Some(target @ (Self::Suites(_) | Self::SetUp(..))) => Ok(target),
                _ => Ok(Self::Projects(vec![path.to_owned()])),
            };
        }
        if let Some(target) = Self::of_folder(path)? {
            return Ok(target);
        }
        let projects = workspace(path);
        if projects.is_empty() {
            return Err(suite(path).unwrap_or_else(|| CliError::NoProject { path: path.to_owned() }));
        }
        Ok(Self::Projects(projects))
    }

    /// The protocol of a folder's `heist.toml`, else its suites, of which a `heist.toml` may say what is to be different.
    fn of_folder(folder: &Path) -> Result<Option<Self>, CliError> {
        let overlay = if has_suites(folder) { SuiteProject::overlay(folder)? } else { None };
        if let Some(overlay) = overlay {
            let contract = overlay.set_up().filter(|_| folder.join(FOUNDRY_FILE).is_file());
            return Ok(Some(match contract {
                Some(contract) => Self::SetUp(folder.to_owned(), contract.to_owned()),
                None => Self::Suites(folder.to_owned()),
            }));
        }
        if folder.join(CONFIG_FILE).is_file() {
            return Ok(Some(Self::Projects(vec![folder.to_owned()])));
        }
        Ok(has_suites(folder).then(|| Self::Suites(folder.to_owned())))
    }

    /// The same; where `contract` is given, what its set-up leaves behind.
    pub(super) fn find_with(path: Option<&Path>, contract: Option<&str>) -> Result<Self, CliError> {
        let Some(contract) = contract else { return Self::find(path) };
        let here = path.unwrap_or(Path::new("."));
        if !here.exists() {
            return Err(CliError::Missing { path: here.to_owned(), bundled: false });
        }
        let is_file = here.file_name().is_some_and(|name| name == FOUNDRY_FILE);
        let folder = if is_file { here.parent().unwrap_or(Path::new("")) } else { here };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if !folder.join(FOUNDRY_FILE).is_file() {
            return Err(CliError::NoFoundry { path: here.to_owned() });
        }
        Ok(Self::SetUp(folder.to_owned(), contract.to_owned()))
    }

    /// Loads the protocols whose ids `globs` describe.
    pub(super) fn load(&self, globs: &[String]) -> Result<Vec<Protocol>, CliError> {
        self.load_built(globs, BuildMode::Never)
    }

    /// The same; what is not built is built first.
    pub(super) fn load_built(&self, globs: &[String], build: BuildMode) -> Result<Vec<Protocol>, CliError> {
        match self {
            Self::Gallery => {
                // `*` alone means the gallery: the catalogue is five times as large.
                let (catalogued, plain): (Vec<_>, Vec<_>) = globs.iter().cloned().partition(|glob| glob.contains('/'));
                let (mut ids, catalogue) = (gallery::ids(), gallery::catalogue());
                check("protocol", &plain, &ids)?;
                check("protocol", &catalogued, &catalogue)?;
                ids.retain(|id| globs.is_empty() || (!plain.is_empty() && selected(&plain, id)));
                ids.extend(catalogue.into_iter().filter(|id| !catalogued.is_empty() && selected(&catalogued, id)));
                ids.iter().map(|id| Ok(gallery::load(id)?)).collect()
            }
            Self::Projects(paths) => {
                let protocols = paths.iter().map(|path| load_project(path)).collect::<Result<Vec<_>, _>>()?;
                let ids: Vec<_> = protocols.iter().map(|protocol| protocol.id.clone()).collect();
                let mut seen = BTreeSet::new();
                if let Some(id) = ids.iter().find(|id| !seen.insert(id.as_str())) {
                    return Err(CliError::Twice { id: id.clone() });
                }
                check("protocol", globs, &ids)?;
                Ok(protocols.into_iter().filter(|protocol| selected(globs, &protocol.id)).collect())
            }
            Self::Suites(folder) => {
                let project = open_suites(folder, build)?;
                let mut ids = project.suites()?;
                check("protocol", globs, &ids)?;
                ids.retain(|id| selected(globs, id));
                for id in &ids {
                    project.notes_of(id)?.iter().for_each(|note| complain(&format!("heist: {}", one_line(note))));
                }
                ids.iter().map(|id| Ok(project.protocol(id)?)).collect()
            }
            Self::SetUp(folder, contract) => {
                let SetUp { protocol, survey } = set_up(folder, contract, build)?;
                check("protocol", globs, std::slice::from_ref(&protocol.id))?;
                for note in &survey.notes {
                    complain(&format!("heist: {}", one_line(note)));
                }
                Ok(vec![protocol])
            }
        }
    }
}

impl Target {
    /// Where the target's own configuration keeps sequences.
    pub(super) fn corpora(&self) -> Result<Vec<PathBuf>, CliError> {
        match self {
            Self::Suites(folder) => Ok(SuiteProject::corpora(folder)?),
            Self::Gallery | Self::Projects(_) | Self::SetUp(..) => Ok(Vec::new()),
        }
    }
}

/// Reads the suites of a folder, under the profile that the user has set for forge, built first where it has to be.
pub(super) fn open_suites(folder: &Path, build: BuildMode) -> Result<SuiteProject, CliError> {
    let variables: BTreeMap<_, _> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| name.starts_with("FOUNDRY_") && !value.is_empty())
        .collect();
    let profile = variables.get("FOUNDRY_PROFILE").map_or("default", String::as_str).to_owned();
    let options = SuiteOptions { profile, variables };
    let opened = SuiteProject::open_with(folder, &options);
    let is_built = folder.join(FOUNDRY_FILE).is_file() && build::build(folder, &opened, build)?;
    let project = if is_built { SuiteProject::open_with(folder, &options)? } else { opened? };
    let old = project.note_of_age().filter(|_| !is_built);
    for note in project.notes().iter().chain(&old) {
        complain(&format!("heist: {}", one_line(note)));
    }
    Ok(project)
}

/// Runs the set-up of a contract.
pub(super) fn set_up(folder: &Path, contract: &str, build: BuildMode) -> Result<SetUp, CliError> {
    Ok(open_suites(folder, build)?.set_up(contract, Some(gallery::attacker()))?)
}

/// Loads the project of one folder or configuration file.
pub(super) fn load_project(path: &Path) -> Result<Protocol, CliError> {
    Ok(Protocol::load(path, Some(gallery::attacker()))?)
}

/// Folders directly below `path` that hold a project, in the order of their names.
fn workspace(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let is_project = |path: &PathBuf| path.join(CONFIG_FILE).is_file() && !has_suites(path);
    let mut projects: Vec<_> = entries.map(|entry| entry.path()).filter(is_project).collect();
    projects.sort();
    projects
}

/// Files that make a folder one with suites.
pub(super) fn suite_files() -> impl Iterator<Item = &'static str> {
    [FOUNDRY_FILE, MEDUSA_FILE].into_iter().chain(ECHIDNA_FILES)
}

fn has_suites(folder: &Path) -> bool {
    suite_files().any(|file| folder.join(file).is_file())
}

/// The error for a project of another tool.
fn suite(folder: &Path) -> Option<CliError> {
    let (file, tool, artifacts) = SUITES.into_iter().find(|(file, ..)| folder.join(file).is_file())?;
    Some(CliError::Suite { file: file.to_owned(), tool, artifacts })
}
