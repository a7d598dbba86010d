use super::{
    atomic::{write_atomically, write_quickly},
    jsonl::EventLog,
    run::{RunRecord, read_run},
    summary::{FrontierEntry, RunSummary},
};
use crate::{
    campaign::{Finding, OptimumSummary},
    sequence::StepRecord,
};
use alloy_primitives::{hex, keccak256};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// Version of the format of `frontier.json`.
const FRONTIER_FORMAT: u32 = 1;
/// Version of the format of `optima/*.json`.
const OPTIMUM_FORMAT: u32 = 1;
/// Marks a folder as a run folder, and is locked while a run writes to it.
const LOCK: &str = "heist.lock";

/// Why a run folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process writes to it.
    #[error("another heist is writing to `{}`", .path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// It holds something else, which is not overwritten.
    #[error("`{}` exists and is not a run folder of heist", .path.display())]
    Foreign {
        /// The folder or file.
        path: PathBuf,
    },
    /// The path has no name that could be rotated, such as `..`.
    #[error("`{}` is not the name of a folder", .path.display())]
    Nameless {
        /// The path.
        path: PathBuf,
    },
    /// The operating system says no.
    #[error("cannot {what} `{}`", .path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
}

/// The folder of a run, locked for this process.
///
/// Layout: `run.json`, `events.jsonl`, `summary.json`, `summary.md`, `results.sarif`, `junit.xml`, `frontier.json`, `lcov.info`,
/// `findings/<id>.json` with `.trace.txt` and `.t.sol` beside it, `optima/<id>.json`, `corpus/<protocol>/<entry>.json`. Every file but
/// the log is written whole or not at all, so a killed process leaves a folder that the next run rotates as it is.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    found: BTreeSet<String>,
    /// The locks of this folder and of the rotated one: nobody may take either away before this run ends.
    _locks: Vec<File>,
}

impl Folder {
    /// Makes `path` an empty run folder and locks it; a previous run there moves to `<path>.old`, replacing an older one.
    ///
    /// # Errors
    ///
    /// When another process has it locked, when something is there that is not a run folder, or when the disk refuses.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let mut locks = Vec::new();
        let previous = if fs::symlink_metadata(path).is_ok() { retire(path)? } else { Previous::None };
        let again = matches!(previous, Previous::NeverBegan(_));
        match previous {
            Previous::None => {}
            Previous::Moved(lock) | Previous::NeverBegan(lock) => locks.push(lock),
        }
        if !again {
            fs::create_dir_all(path).map_err(|source| failed("create", path, source))?;
            locks.push(lock(path, true)?);
        }
        for name in ["findings", "corpus"] {
            let folder = path.join(name);
            fs::create_dir_all(&folder).map_err(|source| failed("create", &folder, source))?;
        }
        Ok(Self { path: path.to_owned(), found: BTreeSet::new(), _locks: locks })
    }

    /// Where it is, as the user named it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes `run.json`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write_run(&self, record: &RunRecord) -> io::Result<()> {
        write_atomically(&self.path.join("run.json"), &pretty(record)?)
    }

    /// Begins `events.jsonl`.
    ///
    /// # Errors
    ///
    /// When it cannot be created.
    pub fn event_log(&self) -> io::Result<EventLog> {
        EventLog::create(&self.path.join("events.jsonl"))
    }

    /// Writes `summary.json`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write_summary(&self, summary: &RunSummary) -> io::Result<()> {
        write_atomically(&self.path.join("summary.json"), &pretty(summary)?)
    }

    /// Writes `frontier.json`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write_frontier(&self, frontier: &[FrontierEntry]) -> io::Result<()> {
        #[derive(Serialize)]
        struct Frontier<'a> {
            format: u32,
            protocols: &'a [FrontierEntry],
        }
        let frontier = Frontier { format: FRONTIER_FORMAT, protocols: frontier };
        write_atomically(&self.path.join("frontier.json"), &pretty(&frontier)?)
    }

    /// Writes `lcov.info`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write_coverage(&self, tracefile: &str) -> io::Result<()> {
        write_atomically(&self.path.join("lcov.info"), tracefile.as_bytes())
    }

    /// Writes a text for other tools, under this name.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write_text(&self, name: &str, text: &str) -> io::Result<()> {
        write_atomically(&self.path.join(name), text.as_bytes())
    }

    /// Writes `findings/<id>.json`; false when the run has a finding of this id already, whose file stays.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write_finding(&mut self, finding: &Finding) -> io::Result<bool> {
        if self.found.contains(&finding.id) {
            return Ok(false);
        }
        self.replace_finding(finding)?;
        Ok(true)
    }

    /// Writes `findings/<id>.json` in the place of the one that the run has.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn replace_finding(&mut self, finding: &Finding) -> io::Result<()> {
        write_atomically(&self.path.join(finding_file(&finding.id)), &pretty(finding)?)?;
        self.found.insert(finding.id.clone());
        Ok(())
    }

    /// Writes `findings/<id>.<extension>`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write_beside(&self, finding: &Finding, extension: &str, text: &str) -> io::Result<()> {
        write_atomically(
            &self.path.join("findings").join(format!("{}.{extension}", safe(&finding.id))),
            text.as_bytes(),
        )
    }

    /// Writes `optima/<protocol>-<contract>-<function>.json`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write_optimum(&self, protocol: &str, optimum: &OptimumSummary) -> io::Result<()> {
        #[derive(Serialize)]
        struct File<'a> {
            format: u32,
            protocol: &'a str,
            optimum: &'a OptimumSummary,
        }
        fs::create_dir_all(self.path.join("optima"))?;
        let file = File { format: OPTIMUM_FORMAT, protocol, optimum };
        write_atomically(&self.path.join(optimum_file(protocol, optimum)), &pretty(&file)?)
    }

    /// Writes `corpus/<protocol>/<entry>.json`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write_entry(&self, protocol: &str, entry: &str, steps: &[StepRecord]) -> io::Result<()> {
        #[derive(Serialize)]
        struct Entry<'a> {
            format: u32,
            protocol: &'a str,
            steps: &'a [StepRecord],
        }
        let folder = self.path.join("corpus").join(safe(protocol));
        fs::create_dir_all(&folder)?;
        let name = safe(entry.strip_suffix(".json").unwrap_or(entry));
        write_quickly(&folder.join(format!("{name}.json")), &pretty(&Entry { format: 1, protocol, steps })?)
    }
}

/// Path of a finding's file inside the run folder.
pub(super) fn finding_file(id: &str) -> String {
    format!("findings/{}.json", safe(id))
}

/// Path of an optimum's file inside the run folder.
pub(super) fn optimum_file(protocol: &str, optimum: &OptimumSummary) -> String {
    format!("optima/{}.json", safe(&format!("{protocol}-{}-{}", optimum.contract, optimum.id)))
}

/// What was in the place of a new run folder.
enum Previous {
    /// Nothing.
    None,
    /// A run, which is in `.old` now.
    Moved(File),
    /// A run that was killed before its first call; its folder is used again.
    NeverBegan(File),
}

/// Locks a previous run and moves it aside.
fn retire(path: &Path) -> Result<Previous, FolderError> {
    if !is_run_folder(path) {
        return Err(FolderError::Foreign { path: path.to_owned() });
    }
    if is_empty(path) {
        return Ok(Previous::None);
    }
    let lock = lock(path, false)?;
    if !path.join("run.json").exists() {
        // It was killed before its first call: there is nothing to keep, and `.old` holds something better.
        return Ok(Previous::NeverBegan(lock));
    }
    let old = old_path(path)?;
    if fs::symlink_metadata(&old).is_ok() {
        if !is_run_folder(&old) {
            return Err(FolderError::Foreign { path: old });
        }
        remove(&old).map_err(|source| failed("remove", &old, source))?;
    }
    fs::rename(path, &old).map_err(|source| failed("rename", path, source))?;
    Ok(Previous::Moved(lock))
}

/// Whether a folder is empty, or was made by a run.
fn is_run_folder(path: &Path) -> bool {
    path.is_dir() && (path.join(LOCK).is_file() || read_run(path).is_some() || is_empty(path))
}

fn is_empty(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

/// Takes the lock of a run folder without waiting.
fn lock(folder: &Path, new: bool) -> Result<File, FolderError> {
    let path = folder.join(LOCK);
    let open = File::options().write(true).create(true).truncate(false).create_new(new).open(&path);
    let file = match open {
        Err(error) if new && error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(FolderError::Locked { path: folder.to_owned() });
        }
        other => other.map_err(|source| failed("open", &path, source))?,
    };
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(FolderError::Locked { path: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed("lock", &path, source)),
    }
}

fn old_path(path: &Path) -> Result<PathBuf, FolderError> {
    let name = path.file_name().ok_or_else(|| FolderError::Nameless { path: path.to_owned() })?;
    let mut old = OsString::from(name);
    old.push(".old");
    Ok(path.with_file_name(old))
}

/// Removes a run folder with its lock last: what a killed process leaves of it is still known as a run folder.
fn remove(folder: &Path) -> io::Result<()> {
    if fs::symlink_metadata(folder)?.is_symlink() {
        return fs::remove_file(folder);
    }
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(|entry| (entry.file_name() == LOCK, entry.file_name()));
    for entry in entries {
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_dir(folder)
}

fn failed(what: &'static str, path: &Path, source: io::Error) -> FolderError {
    FolderError::Io { what, path: path.to_owned(), source }
}

fn pretty(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A name from a project as a file name: it cannot leave its folder, hide, or be too long; what is replaced is told apart by a
/// hash.
fn safe(name: &str) -> String {
    let clean = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '+');
    let slashless = name.replace('/', "-");
    if slashless.len() <= 120 && !slashless.is_empty() && !slashless.starts_with('.') && slashless.chars().all(clean) {
        return slashless;
    }
    let kept: String = slashless.chars().map(|each| if clean(each) { each } else { '_' }).take(80).collect();
    format!("{}-{}", kept.trim_start_matches('.'), hex::encode(&keccak256(name)[..4]))
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
