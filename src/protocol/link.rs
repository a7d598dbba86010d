//! Linking: library addresses go into the holes of creation code.

use super::{Bytecode, LinkSite};
use alloy_primitives::{Address, Bytes, hex, keccak256};

/// Characters of a placeholder that carry a library's name before solc 0.5; longer names were cut off.
const OLD_NAME: usize = 38;

/// A deployed library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// `Name` or `file.sol:Name`.
    pub name: String,
    /// Where it is.
    pub address: Address,
}

/// A hole has no library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("library `{library}` is not linked")]
pub struct LinkError {
    /// The library as the artifact names it.
    pub library: String,
}

impl LinkError {
    /// What to do about it.
    pub fn help(&self) -> String {
        format!(
            "deploy the library in an earlier step and write `libraries = {{ \"{}\" = \"<name of that step>\" }}`",
            self.library
        )
    }
}

/// The code with all holes filled.
///
/// # Errors
///
/// When a hole's library is not among `libraries`.
pub fn link(code: &Bytecode, libraries: &[Library]) -> Result<Bytes, LinkError> {
    if code.links.is_empty() {
        return Ok(code.bytes.clone());
    }
    let mut bytes = code.bytes.to_vec();
    for site in &code.links {
        // A full name is the better match where two libraries share the short one.
        let exact = libraries.iter().find(|library| library.name == site.qualified());
        let library = exact.or_else(|| libraries.iter().find(|library| site.is_filled_by(&library.name)));
        let library = library.ok_or_else(|| LinkError { library: site.qualified() })?;
        if let Some(hole) = bytes.get_mut(site.offset..site.offset + Address::len_bytes()) {
            hole.copy_from_slice(library.address.as_slice());
        }
    }
    Ok(bytes.into())
}

impl LinkSite {
    /// `file.sol:Name`, or the name alone where the file is unknown.
    pub fn qualified(&self) -> String {
        if self.file.is_empty() { self.library.clone() } else { format!("{}:{}", self.file, self.library) }
    }

    /// Whether `name`, a `Name` or `file.sol:Name`, means the library of this hole.
    pub fn is_filled_by(&self, name: &str) -> bool {
        if let Some(hash) = self.library.strip_prefix('$') {
            // A placeholder of solc 0.5 and later holds 34 digits of the hash of the full name.
            return name.contains(':') && hash.trim_end_matches('$') == hex::encode(&keccak256(name)[..17]);
        }
        if self.qualified().len() == OLD_NAME {
            return name.starts_with(&self.qualified());
        }
        match name.rsplit_once(':') {
            None => name == self.library,
            Some((file, bare)) => {
                let ends = self.file.strip_suffix(file).is_some_and(|head| head.is_empty() || head.ends_with('/'));
                bare == self.library && (self.file.is_empty() || ends)
            }
        }
    }
}
