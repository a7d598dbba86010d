use alloy_primitives::{Bytes, U256};
use std::fmt::Debug;

/// What cheatcodes may see of the project around a suite: the one narrow way out of the machine. Nothing is ever written.
///
/// Errors are messages for the suite, which may expect them.
pub trait Surroundings: Debug + Send + Sync {
    /// The code of a contract that the project was compiled to, by the names that Foundry knows: what creates it, or what it
    /// is when deployed.
    ///
    /// # Errors
    ///
    /// When there is no such contract, or more than one.
    fn code(&self, artifact: &str, deployed: bool) -> Result<Bytes, String>;

    /// The variables of a contract with this code, in the compiler's order; none where the build does not say.
    fn variables(&self, code: &[u8]) -> Option<&[StorageVariable]>;

    /// The project's folder.
    fn root(&self) -> String;

    /// The file of the contract that is run, from there.
    fn source(&self) -> String;

    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// When it may not be read, or cannot be.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// What a path leads to; none where nothing is there.
    ///
    /// # Errors
    ///
    /// When it may not be looked at.
    fn look(&self, path: &str) -> Result<Option<FileInfo>, String>;

    /// What a folder holds, and its folders down to `depth`, sorted as a tree.
    ///
    /// # Errors
    ///
    /// When it may not be read.
    fn list(&self, path: &str, depth: u64) -> Result<Vec<FileEntry>, String>;

    /// Whether the project would let a suite write there. It is not done all the same.
    ///
    /// # Errors
    ///
    /// When it would not.
    fn may_write(&self, path: &str) -> Result<(), String>;
}

/// A variable that a contract stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageVariable {
    /// Its name.
    pub name: String,
    /// Its first slot, which others may share.
    pub slot: U256,
    /// What it takes.
    pub room: Room,
}

/// The words that a variable takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// So many, one after another.
    Words(u64),
    /// One; a long text is elsewhere, from the hash of its slot on, and the word tells its length.
    Text,
    /// One, and others at hashes: a mapping or an array that grows.
    Scattered,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileInfo {
    /// Whether it is a folder; else a file.
    pub is_folder: bool,
    /// Bytes.
    pub length: u64,
    /// Whether nobody may write it.
    pub read_only: bool,
    /// When it was changed last, Unix time.
    pub modified: u64,
}

/// What a folder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// The whole path.
    pub path: String,
    /// Folders between the one that was listed and this; 1 for its own entries.
    pub depth: u64,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is a link.
    pub is_link: bool,
}
