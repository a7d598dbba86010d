use crate::campaign::{FINDING_FORMAT, Finding};
use serde::Deserialize;
use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// Longest file that is read as a finding, bytes.
const MAX_BYTES: u64 = 64 << 20;

/// Why a file is not a finding.
#[derive(Debug, thiserror::Error)]
pub enum FindingFileError {
    /// It cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It is longer than any finding.
    #[error("`{}` is longer than {} MiB, which no finding is", .path.display(), MAX_BYTES >> 20)]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// It is not JSON, or not the JSON of a finding.
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
    /// Another version of Heist wrote it.
    #[error("{}: this finding has format {found}; this heist reads format {FINDING_FORMAT}", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// The version in the file.
        found: u64,
    },
    /// A folder has no findings.
    #[error("there are no findings in `{}`", .path.display())]
    None {
        /// The folder.
        path: PathBuf,
    },
}

/// The finding in the file `path`.
///
/// # Errors
///
/// When the file cannot be read or is not a finding of a known format.
pub fn read_finding(path: &Path) -> Result<Finding, FindingFileError> {
    let unreadable = |source| FindingFileError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(FindingFileError::TooLong { path: path.to_owned() });
    }
    parse(path, &bytes)
}

/// The findings at `path`: a file, a folder of findings, or a run folder; with their files, in the order of their names.
///
/// # Errors
///
/// When one of them cannot be read, or there is none.
pub fn read_findings(path: &Path) -> Result<Vec<(PathBuf, Finding)>, FindingFileError> {
    if !path.is_dir() {
        return Ok(vec![(path.to_owned(), read_finding(path)?)]);
    }
    let inner = path.join("findings");
    let folder = if inner.is_dir() { inner } else { path.to_owned() };
    let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|source| FindingFileError::Unreadable { path: folder.clone(), source })?;
    let is_finding = |path: &PathBuf| {
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        !hidden && path.extension().is_some_and(|extension| extension == "json")
    };
    let mut files: Vec<_> = entries.iter().map(fs::DirEntry::path).filter(is_finding).collect();
    files.sort();
    if files.is_empty() {
        return Err(FindingFileError::None { path: path.to_owned() });
    }
    files.into_iter().map(|file| read_finding(&file).map(|finding| (file, finding))).collect()
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Finding, FindingFileError> {
    #[derive(Deserialize)]
    struct Head {
        format: u64,
    }
    let malformed = |line: usize, column: usize, message: String| FindingFileError::Malformed {
        path: path.to_owned(),
        // serde_json counts from 0 where a file is empty.
        line: line.max(1),
        column: column.max(1),
        message,
    };
    // The version first: a finding of another one has other fields, which is not the user's mistake.
    if let Ok(head) = serde_json::from_slice::<Head>(bytes)
        && head.format != u64::from(FINDING_FORMAT)
    {
        return Err(FindingFileError::Format { path: path.to_owned(), found: head.format });
    }
    let finding: Finding = serde_json::from_slice(bytes)
        .map_err(|error| malformed(error.line(), error.column(), without_place(&error.to_string())))?;
    if finding.steps.is_empty() {
        return Err(malformed(1, 1, "the finding has no steps".to_owned()));
    }
    Ok(finding)
}

/// serde_json's message without its ` at line 1 column 2`, which stands in front of it already.
fn without_place(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(message, _)| message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{FindingFileError, parse, read_findings};
    use crate::report::fixtures;
    use std::path::Path;

    #[test]
    fn a_finding_reads_back_as_it_was_written() {
        for finding in [fixtures::invariant_finding(), fixtures::profit_finding()] {
            let bytes = serde_json::to_vec_pretty(&finding).unwrap();
            assert_eq!(parse(Path::new("f.json"), &bytes).unwrap(), finding);
        }
    }

    #[test]
    fn another_format_is_named_even_when_nothing_else_is_known_of_it() {
        let error = parse(Path::new("f.json"), b"{\"format\": 7, \"new\": []}").unwrap_err();
        assert!(matches!(error, FindingFileError::Format { found: 7, .. }));
    }

    #[test]
    fn a_run_folder_gives_its_findings_in_order() {
        let home = tempfile::tempdir().unwrap();
        let mut folder = crate::report::Folder::open(&home.path().join("out")).unwrap();
        for finding in [fixtures::profit_finding(), fixtures::invariant_finding()] {
            folder.write_finding(&finding).unwrap();
            folder.write_beside(&finding, "trace.txt", "text").unwrap();
        }
        let found = read_findings(folder.path()).unwrap();
        assert_eq!(found.len(), 2);
        assert!(found[0].0 < found[1].0);
        assert_eq!(read_findings(&folder.path().join("findings")).unwrap().len(), 2);
        assert!(matches!(read_findings(&folder.path().join("corpus")), Err(FindingFileError::None { .. })));
    }
}
