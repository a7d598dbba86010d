//! What the cheatcodes of a suite may see of its project: what it was compiled to, and files as far as `fs_permissions` says.

use super::{
    super::{Artifact, Artifacts, Library, link},
    permissions::{Permissions, Use},
};
use crate::evm::{FileEntry, FileInfo, StorageVariable, Surroundings};
use alloy_primitives::{Address, Bytes};
use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
};

/// Largest file that a suite reads, bytes, and most entries that it lists.
const MAX_FILE: u64 = 4 << 20;
const MAX_ENTRIES: usize = 4096;

/// A project as the cheatcodes of one of its suites see it.
#[derive(Debug)]
pub(super) struct Outlook {
    /// Without links.
    root: PathBuf,
    artifacts: Artifacts,
    libraries: Vec<Library>,
    permissions: Permissions,
    /// The file of the contract that is run.
    source: String,
}

impl Outlook {
    pub(super) fn new(
        root: &Path,
        artifacts: &Artifacts,
        libraries: &BTreeMap<String, Address>,
        permissions: &Permissions,
    ) -> Self {
        let library = |(name, address): (&String, &Address)| Library { name: name.clone(), address: *address };
        Self {
            root: root.to_owned(),
            artifacts: artifacts.clone(),
            libraries: libraries.iter().map(library).collect(),
            permissions: permissions.clone(),
            source: String::new(),
        }
    }

    /// The same for a contract of this file.
    #[must_use]
    pub(super) fn of(mut self, source: &str) -> Self {
        source.clone_into(&mut self.source);
        self
    }

    /// Where a path leads, when that lies within the project and may be used so. Links are followed first.
    fn locate(&self, path: &str, wanted: Use) -> Result<PathBuf, String> {
        let joined = self.root.join(path);
        let real = joined.canonicalize().unwrap_or_else(|_| normal(&joined));
        // What is not there has a folder that may be a link.
        let above = real.ancestors().find_map(|folder| folder.canonicalize().ok()).unwrap_or_default();
        let within = real.starts_with(&self.root) && above.starts_with(&self.root);
        if within && self.permissions.allow(&self.root, &real, wanted) {
            return Ok(real);
        }
        let shown = real.strip_prefix(&self.root).unwrap_or(Path::new(path)).display();
        let why = if within { "" } else { ": it is outside of the project" };
        Err(format!("the path {shown} is not allowed to be accessed for {wanted} operations{why}"))
    }

    /// Artifacts by a name: a contract's, a file's, or both, and the version of a compiler, which is not compared.
    fn named(&self, name: &str) -> Result<&Arc<Artifact>, String> {
        let mut parts = name.split(':');
        let first = parts.next().unwrap_or_default();
        let (file, contract) = if first.contains('.') {
            (Some(first), parts.next().filter(|part| !part.contains('.')))
        } else {
            (None, Some(first))
        };
        let fits = |artifact: &&Arc<Artifact>| {
            contract.is_none_or(|contract| artifact.name == contract)
                && file.is_none_or(|file| is_source(&artifact.source, file))
        };
        match self.artifacts.iter().filter(fits).collect::<Vec<_>>()[..] {
            [artifact] => Ok(artifact),
            [] => Err("no matching artifact found".into()),
            _ => Err("multiple matching artifacts found".into()),
        }
    }

    /// Whatever a folder holds, and folders below it.
    fn collect(folder: &Path, depth: (u64, u64), entries: &mut Vec<FileEntry>) -> Result<(), String> {
        let (depth, deepest) = depth;
        if depth > deepest {
            return Ok(());
        }
        let failed = |error: std::io::Error| format!("failed to read from {:?}: {error}", folder.display());
        let mut found: Vec<_> = fs::read_dir(folder).map_err(failed)?.collect::<Result<_, _>>().map_err(failed)?;
        found.sort_unstable_by_key(fs::DirEntry::file_name);
        for entry in found {
            if entries.len() >= MAX_ENTRIES {
                return Err("the folder has too many entries".into());
            }
            let kind = entry.file_type().map_err(failed)?;
            let path = entry.path();
            let shown = path.display().to_string();
            entries.push(FileEntry { path: shown, depth, is_folder: kind.is_dir(), is_link: kind.is_symlink() });
            if kind.is_dir() {
                Self::collect(&path, (depth + 1, deepest), entries)?;
            }
        }
        Ok(())
    }
}

impl Surroundings for Outlook {
    fn code(&self, artifact: &str, deployed: bool) -> Result<Bytes, String> {
        let read;
        let artifact = if Path::new(artifact).extension().is_some_and(|extension| extension == "json") {
            let found = Artifact::parse(&self.read(artifact)?, artifact).map_err(|error| error.to_string())?;
            let [one] = <[Artifact; 1]>::try_from(found).map_err(|_| "no matching artifact found")?;
            read = one;
            &read
        } else {
            self.named(artifact)?
        };
        let code = if deployed { &artifact.runtime } else { &artifact.creation };
        link(code, &self.libraries).map_err(|_| "no bytecode for contract; is it abstract or unlinked?".into())
    }

    fn variables(&self, code: &[u8]) -> Option<&[StorageVariable]> {
        self.artifacts.iter().find(|artifact| artifact.runtime.is_compiled_to(code))?.variables.as_deref()
    }

    fn source(&self) -> String {
        self.source.clone()
    }

    fn root(&self) -> String {
        self.root.display().to_string()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let real = self.locate(path, Use::Read)?;
        let failed = |error: std::io::Error| format!("failed to read from {:?}: {error}", real.display());
        let metadata = fs::metadata(&real).map_err(failed)?;
        // Reading a pipe could wait for ever.
        if !metadata.is_file() {
            return Err(format!("failed to read from {:?}: it is no file", real.display()));
        }
        if metadata.len() > MAX_FILE {
            return Err(format!("failed to read from {:?}: it is larger than {} MiB", real.display(), MAX_FILE >> 20));
        }
        fs::read(&real).map_err(failed)
    }

    fn look(&self, path: &str) -> Result<Option<FileInfo>, String> {
        let Ok(metadata) = fs::metadata(self.locate(path, Use::Read)?) else { return Ok(None) };
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(Some(FileInfo {
            is_folder: metadata.is_dir(),
            length: metadata.len(),
            read_only: metadata.permissions().readonly(),
            modified: modified.map_or(0, |time| time.as_secs()),
        }))
    }

    fn list(&self, path: &str, depth: u64) -> Result<Vec<FileEntry>, String> {
        let mut entries = Vec::new();
        Self::collect(&self.locate(path, Use::Read)?, (1, depth), &mut entries)?;
        Ok(entries)
    }

    fn may_write(&self, path: &str) -> Result<(), String> {
        self.locate(path, Use::Write).map(|_| ())
    }
}

/// Whether a path names the file that an artifact came from: by any tail of it. Some artifacts know their file's name only.
fn is_source(source: &str, file: &str) -> bool {
    let (source, file) = (Path::new(source), Path::new(file));
    source.ends_with(file) || source.components().count() == 1 && file.ends_with(source)
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Outlook, Permissions, Use};
    use crate::{evm::Surroundings as _, protocol::Artifacts};
    use std::{collections::BTreeMap, fs};

    #[cfg(unix)]
    #[test]
    fn nothing_outside_of_the_project_can_be_seen_though_everything_is_allowed() {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().canonicalize().expect("it is there").join("project");
        fs::create_dir_all(root.join("data")).expect("a folder");
        fs::write(home.path().join("secret"), "secret").expect("a file");
        fs::write(root.join("data/own"), "own").expect("a file");
        std::os::unix::fs::symlink(home.path().join("secret"), root.join("data/link")).expect("a link");
        std::os::unix::fs::symlink(home.path(), root.join("data/above")).expect("a link");
        let all = toml::from_str::<toml::Table>("a = [{ access = true, path = \"/\" }]").expect("toml");
        let permissions = Permissions::parse(&all["a"]).expect("permissions");
        let outlook = Outlook::new(&root, &Artifacts::default(), &BTreeMap::new(), &permissions);
        assert_eq!(outlook.read("data/own").expect("its own"), b"own");
        let secret = home.path().join("secret").display().to_string();
        for path in ["../secret", "data/link", "data/above/secret", "data/above/none", "data/../../secret", &secret] {
            let refused = outlook.read(path).expect_err(path);
            assert!(refused.contains("not allowed") && refused.contains("outside"), "{path}: {refused}");
            assert!(outlook.look(path).is_err() && outlook.may_write(path).is_err(), "{path}");
        }
        let listed: Vec<_> =
            outlook.list("data", u64::MAX).expect("a list").into_iter().map(|entry| entry.path).collect();
        assert_eq!(listed, ["above", "link", "own"].map(|name| root.join("data").join(name).display().to_string()));
    }

    #[test]
    fn the_nearest_permission_counts() {
        let text = "a = [{ access = \"read-write\", path = \"./\" }, { access = \"read\", path = \"./kept\" }]";
        let all = toml::from_str::<toml::Table>(text).expect("toml");
        let permissions = Permissions::parse(&all["a"]).expect("permissions");
        let root = std::path::Path::new("/nowhere/project");
        let allowed = |path: &str, wanted| permissions.allow(root, &root.join(path), wanted);
        assert!(allowed("any", Use::Write) && allowed("kept/file", Use::Read));
        assert!(!allowed("kept/file", Use::Write) && !allowed("/nowhere/other", Use::Read));
    }
}
