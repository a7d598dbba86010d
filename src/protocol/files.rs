//! The files of a project: a folder on disk, or one embedded in the binary. Nothing outside of it is read unless the caller
//! names further roots.

use std::{
    borrow::Cow,
    fmt, fs, io,
    path::{Component, Path, PathBuf},
};

/// Largest file that is read.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// Most entries of one folder that are looked at.
const MAX_ENTRIES: usize = 20_000;

/// A file or a folder of a project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path from the project's folder, with `/`.
    pub path: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is outside of the project.
    #[error("`{path}` leaves the project's folder")]
    Outside {
        /// The path as written.
        path: String,
    },
    /// It is larger than anything that belongs here.
    #[error("`{path}` is larger than {} MiB", .limit >> 20)]
    TooLarge {
        /// The path as written.
        path: String,
        /// Largest size, bytes.
        limit: u64,
    },
    /// A device, a pipe or a socket.
    #[error("`{path}` is neither a file nor a folder")]
    Special {
        /// The path as written.
        path: String,
    },
    /// The folder has too many entries.
    #[error("folder `{path}` has more than {MAX_ENTRIES} entries")]
    TooMany {
        /// The path as written.
        path: String,
    },
    /// The system says no.
    #[error("cannot read `{path}`")]
    Io {
        /// The path as written.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl FileError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Outside { .. } => String::from(
                "keep files below the folder of heist.toml; a path has no `..` and does not begin with `/`",
            ),
            Self::TooLarge { .. } => String::from("name the artifacts that are needed instead of a whole build"),
            Self::Special { .. } => String::from("name a regular file or a folder"),
            Self::TooMany { .. } => String::from("name the artifacts that are needed instead of their folder"),
            Self::Io { .. } => String::from("check that the file exists and may be read"),
        }
    }
}

/// Access to the files of one project.
pub trait Files: fmt::Debug {
    /// The bytes of a file; none when there is no such file.
    ///
    /// # Errors
    ///
    /// When the path leaves the project, or what it names cannot be read.
    fn read(&self, path: &str) -> Result<Option<Cow<'_, [u8]>>, FileError>;

    /// What a folder holds, sorted by path; none when there is no such folder.
    ///
    /// # Errors
    ///
    /// When the path leaves the project, or what it names cannot be read.
    fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, FileError>;

    /// How messages name a file.
    fn display(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// `a/./b` as `a/b`; none when the path is absolute or climbs.
fn normal(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

/// A project's folder on disk.
#[derive(Debug, Clone)]
pub struct FolderFiles {
    /// As the user named it, for messages.
    shown: PathBuf,
    root: PathBuf,
    extra: Vec<PathBuf>,
}

impl FolderFiles {
    /// The files below `root`, and those below `extra`, which only the user may name.
    ///
    /// # Errors
    ///
    /// When a root is not a folder that can be read.
    pub fn new(root: &Path, extra: &[PathBuf]) -> Result<Self, FileError> {
        let extra =
            extra.iter().map(|folder| resolve(folder, &folder.display().to_string())).collect::<Result<_, _>>()?;
        Ok(Self { shown: root.to_owned(), root: resolve(root, &root.display().to_string())?, extra })
    }

    /// The folder, links followed.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Name of the folder.
    pub(super) fn name(&self) -> Option<&str> {
        self.root.file_name().and_then(|name| name.to_str())
    }

    /// The real path of what `path` names, when it lies within the roots; none when nothing is there.
    fn locate(&self, path: &str) -> Result<Option<PathBuf>, FileError> {
        let outside = || FileError::Outside { path: path.to_owned() };
        if self.extra.is_empty() && normal(path).is_none() {
            return Err(outside());
        }
        let real = match self.root.join(path).canonicalize() {
            Ok(real) => real,
            // Not found, or a part of the path is a file: nothing has this name.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(source) => return Err(FileError::Io { path: path.to_owned(), source }),
        };
        // Compared after links are followed: a link must not lead out.
        let within = std::iter::once(&self.root).chain(&self.extra).any(|root| real.starts_with(root));
        if within { Ok(Some(real)) } else { Err(outside()) }
    }
}

fn resolve(folder: &Path, shown: &str) -> Result<PathBuf, FileError> {
    folder.canonicalize().map_err(|source| FileError::Io { path: shown.to_owned(), source })
}

impl Files for FolderFiles {
    fn read(&self, path: &str) -> Result<Option<Cow<'_, [u8]>>, FileError> {
        let Some(real) = self.locate(path)? else { return Ok(None) };
        let failed = |source| FileError::Io { path: path.to_owned(), source };
        let metadata = fs::metadata(&real).map_err(failed)?;
        if metadata.is_dir() {
            return Ok(None);
        }
        // Reading a pipe could wait for ever.
        if !metadata.is_file() {
            return Err(FileError::Special { path: path.to_owned() });
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(FileError::TooLarge { path: path.to_owned(), limit: MAX_FILE_BYTES });
        }
        fs::read(&real).map(|bytes| Some(Cow::Owned(bytes))).map_err(failed)
    }

    fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, FileError> {
        let Some(real) = self.locate(folder)? else { return Ok(None) };
        if !real.is_dir() {
            return Ok(None);
        }
        let failed = |source| FileError::Io { path: folder.to_owned(), source };
        let prefix = folder.trim_end_matches('/');
        let mut entries = Vec::new();
        for entry in fs::read_dir(&real).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // A name that is not Unicode cannot be written in a configuration either.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            let is_folder = entry.path().is_dir();
            entries.push(Entry { path, is_folder });
            if entries.len() > MAX_ENTRIES {
                return Err(FileError::TooMany { path: folder.to_owned() });
            }
        }
        entries.sort_unstable();
        Ok(Some(entries))
    }

    fn display(&self, path: &str) -> String {
        let joined: PathBuf = self.shown.join(path).components().filter(|part| *part != Component::CurDir).collect();
        joined.display().to_string()
    }
}
