//! Files of the project, which a suite may read as far as the project says so, and never write.

use super::{
    super::surroundings::{FileEntry, FileInfo, Surroundings},
    Answer, Cheat, DONE, Failure,
    interface::{DirEntry, FsMetadata, ToolsCalls},
};
use alloy_primitives::{Bytes, U256};
use alloy_sol_types::SolValue;
use std::collections::BTreeMap;

/// Files that are read line by line at a time.
const MAX_LINES: usize = 64;
/// Why nothing is ever written.
const NO_WRITING: &str = "a suite may not change files";

/// How much of each file was read line by line, bytes.
pub(super) type Lines = BTreeMap<String, usize>;

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    Some(match call {
        C::projectRoot(_) => around(cheat).map(|around| around.root().abi_encode()),
        C::readFile(call) => text(cheat, &call.path).map(|text| text.abi_encode()),
        C::readFileBinary(call) => {
            around(cheat).and_then(|around| Ok(Bytes::from(around.read(&call.path)?).abi_encode()))
        }
        C::readLine(call) => line(cheat, &call.path),
        C::closeFile(call) => look(cheat, &call.path).and_then(|_| {
            cheat.cheats.lines.remove(&call.path);
            DONE
        }),
        C::readDir_0(call) => list(cheat, &call.path, 1),
        C::readDir_1(call) => list(cheat, &call.path, call.depth),
        // Links to folders are not followed: they would lead anywhere.
        C::readDir_2(call) => list(cheat, &call.path, call.depth),
        C::exists(call) => look(cheat, &call.path).map(|info| info.is_some().abi_encode()),
        C::isFile(call) => look(cheat, &call.path).map(|info| info.is_some_and(|info| !info.is_folder).abi_encode()),
        C::isDir(call) => look(cheat, &call.path).map(|info| info.is_some_and(|info| info.is_folder).abi_encode()),
        C::fsMetadata(call) => metadata(cheat, &call.path),
        C::readLink(_) => Err(Failure::Refused("links are followed, not read")),
        C::writeFile(call) => refuse(cheat, &call.path),
        C::writeFileBinary(call) => refuse(cheat, &call.path),
        C::writeLine(call) => refuse(cheat, &call.path),
        C::writeJson_0(call) => refuse(cheat, &call.path),
        C::writeJson_1(call) => refuse(cheat, &call.path),
        C::writeToml_0(call) => refuse(cheat, &call.path),
        C::writeToml_1(call) => refuse(cheat, &call.path),
        C::removeFile(call) => refuse(cheat, &call.path),
        C::removeDir(call) => refuse(cheat, &call.path),
        C::createDir(call) => refuse(cheat, &call.path),
        C::copyFile(call) => look(cheat, &call.from).and_then(|_| refuse(cheat, &call.to)),
        _ => return None,
    })
}

fn around<'a>(cheat: &'a Cheat<'_>) -> Result<&'a dyn Surroundings, Failure> {
    cheat.cheats.surroundings.as_deref().ok_or_else(|| "no files are known here".into())
}

/// Fails as Foundry does where the project forbids it, else for good.
fn refuse(cheat: &Cheat<'_>, path: &str) -> Answer {
    around(cheat)?.may_write(path)?;
    Err(Failure::Refused(NO_WRITING))
}

fn look(cheat: &Cheat<'_>, path: &str) -> Result<Option<FileInfo>, Failure> {
    Ok(around(cheat)?.look(path)?)
}

fn text(cheat: &Cheat<'_>, path: &str) -> Result<String, Failure> {
    let bytes = around(cheat)?.read(path)?;
    String::from_utf8(bytes).map_err(|_| format!("failed to read from {path:?}: not a text").into())
}

/// The next line, empty behind the last.
fn line(cheat: &mut Cheat<'_>, path: &str) -> Answer {
    cheat.depends_on_everything();
    let text = text(cheat, path)?;
    let lines = &mut cheat.cheats.lines;
    if lines.len() >= MAX_LINES && !lines.contains_key(path) {
        return Err("too many files are open".into());
    }
    let read = lines.entry(path.to_owned()).or_default();
    let rest = text.get(*read..).unwrap_or_default();
    let line = rest.split_inclusive('\n').next().unwrap_or_default();
    *read += line.len();
    let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(line.abi_encode())
}

fn list(cheat: &Cheat<'_>, path: &str, depth: u64) -> Answer {
    let entry = |entry: FileEntry| DirEntry {
        errorMessage: String::new(),
        path: entry.path,
        depth: entry.depth,
        isDir: entry.is_folder,
        isSymlink: entry.is_link,
    };
    let entries = around(cheat)?.list(path, depth)?;
    Ok(entries.into_iter().map(entry).collect::<Vec<_>>().abi_encode())
}

fn metadata(cheat: &Cheat<'_>, path: &str) -> Answer {
    let info = look(cheat, path)?.ok_or("No such file or directory (os error 2)")?;
    let metadata = FsMetadata {
        isDir: info.is_folder,
        isSymlink: false,
        length: U256::from(info.length),
        readOnly: info.read_only,
        modified: U256::from(info.modified),
        // Reading would change it, and not every system knows the other.
        accessed: U256::ZERO,
        created: U256::ZERO,
    };
    Ok(metadata.abi_encode())
}
