//! Files of kept sequences: Heist's own, and those of Echidna and Medusa, told apart by their content.

use crate::sequence::StepRecord;
use serde::Deserialize;
use serde_json::Value;
use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// Longest file that is read, bytes.
const MAX_BYTES: u64 = 16 << 20;
/// Most files of a corpus.
const MAX_FILES: usize = 100_000;
/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 6;

/// Why a corpus cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// It cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A file is not JSON, or not that of a sequence.
    #[error("{}:{line}:{column}: {message}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// There are too many files, or one is too long.
    #[error("`{}` is larger than any corpus: at most {MAX_FILES} files of {} MiB", .path.display(), MAX_BYTES >> 20)]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
    },
}

/// One kept sequence.
#[derive(Debug, Clone, PartialEq)]
pub enum CorpusFile {
    /// Heist's, of the protocol with this id.
    Own {
        /// The protocol.
        protocol: String,
        /// The steps.
        steps: Vec<StepRecord>,
    },
    /// Another tool's.
    Foreign(Value),
}

/// The sequences below `path`, which may be a file, a run folder, a part of one, or the corpus of another tool; in the order of
/// their files.
///
/// # Errors
///
/// When a file cannot be read, or is not what its name says.
pub fn read_corpus(path: &Path) -> Result<Vec<CorpusFile>, CorpusError> {
    let inner = path.join("corpus");
    // Of a run folder only what it kept.
    let root = if path.join("run.json").is_file() && inner.is_dir() { inner } else { path.to_owned() };
    let mut files = Vec::new();
    collect(&root, 0, &mut files)?;
    files.sort();
    files.iter().filter_map(|file| read(file).transpose()).collect()
}

fn collect(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), CorpusError> {
    let unreadable = |source| CorpusError::Unreadable { path: path.to_owned(), source };
    let metadata = fs::symlink_metadata(path).map_err(unreadable)?;
    // A link below the folder may lead anywhere; the one that the user names is meant.
    if metadata.is_symlink() && depth > 0 {
        return Ok(());
    }
    if !path.is_dir() {
        if depth == 0 || is_sequence(path) {
            files.push(path.to_owned());
        }
        return if files.len() > MAX_FILES { Err(CorpusError::TooLarge { path: path.to_owned() }) } else { Ok(()) };
    }
    if depth >= MAX_DEPTH {
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(unreadable)? {
        collect(&entry.map_err(unreadable)?.path(), depth + 1, files)?;
    }
    Ok(())
}

/// Whether a file is named as sequences are: not a report of coverage, not a log.
fn is_sequence(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let kinds = [".json", ".txt"];
    !name.starts_with('.') && !name.starts_with("covered") && kinds.iter().any(|kind| name.ends_with(kind))
}

fn read(path: &Path) -> Result<Option<CorpusFile>, CorpusError> {
    #[derive(Deserialize)]
    struct Entry {
        protocol: String,
        steps: Vec<StepRecord>,
    }
    let unreadable = |source| CorpusError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(CorpusError::TooLarge { path: path.to_owned() });
    }
    let malformed = |error: &serde_json::Error| {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message).to_owned();
        // serde_json counts from 0 where a file is empty.
        CorpusError::Malformed {
            path: path.to_owned(),
            line: error.line().max(1),
            column: error.column().max(1),
            message,
        }
    };
    let value: Value = serde_json::from_slice(&bytes).map_err(|error| malformed(&error))?;
    Ok(match value {
        Value::Array(_) => Some(CorpusFile::Foreign(value)),
        Value::Object(ref fields) if fields.contains_key("steps") => {
            // Read again, for the place of what is wrong.
            let entry: Entry = serde_json::from_slice(&bytes).map_err(|error| malformed(&error))?;
            Some(CorpusFile::Own { protocol: entry.protocol, steps: entry.steps })
        }
        _ => None,
    })
}
