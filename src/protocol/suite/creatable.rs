//! Contracts that calls may create: artifacts whose creation code is part of code that is there.

use super::{
    super::{Artifact, Artifacts, Bytecode},
    names::Names,
    stage::Stage,
};
use alloy_primitives::Bytes;
use std::{collections::BTreeMap, sync::Arc};

/// Most of them.
const MAX_CREATABLE: usize = 64;
/// Shortest code that is told from chance.
const MIN_CODE: usize = 16;

/// A contract that calls may create.
#[derive(Debug, Clone)]
pub(super) struct Creatable<'a> {
    pub(super) artifact: &'a Arc<Artifact>,
    /// Whose code carries its own.
    pub(super) creator: String,
}

/// What the contracts of a suite may create. The suite's own code counts only where it is called.
pub(super) fn of_suite<'a>(stage: &Stage<'a>, names: &Names, is_suite_called: bool) -> Vec<Creatable<'a>> {
    let addresses = names.addresses().filter(|address| is_suite_called || *address != stage.address);
    let name = |address| names.get(address).map(|(name, _)| name.to_owned()).unwrap_or_default();
    let codes = addresses.map(|address| (stage.machine.code(address), name(address))).collect();
    find(stage.artifacts, stage.artifact, codes)
}

/// What contracts with these codes may create, in the order in which it is found, without the suite itself; what that may create in
/// turn is among it.
pub(super) fn find<'a>(
    artifacts: &'a Artifacts,
    suite: &Arc<Artifact>,
    codes: BTreeMap<Bytes, String>,
) -> Vec<Creatable<'a>> {
    let mut open: Vec<(Bytes, String)> = codes.into_iter().collect();
    let mut found: Vec<Creatable<'a>> = Vec::new();
    while let Some((code, creator)) = open.pop() {
        for artifact in artifacts.iter() {
            let is_known = found.iter().any(|known| known.artifact.creation == artifact.creation);
            if is_known || Arc::ptr_eq(artifact, suite) || !contains(&code, &artifact.creation) {
                continue;
            }
            if found.len() == MAX_CREATABLE {
                return found;
            }
            open.push((artifact.runtime.bytes.clone(), artifact.name.clone()));
            found.push(Creatable { artifact, creator: creator.clone() });
        }
    }
    found
}

/// Whether code carries other code, wherever that is linked to.
fn contains(code: &[u8], creation: &Bytecode) -> bool {
    let first = creation.links.first().map_or(creation.bytes.len(), |link| link.offset);
    let Some(head) = creation.bytes.get(..first.min(MIN_CODE)).filter(|head| head.len() == MIN_CODE) else {
        return false;
    };
    code.windows(head.len()).enumerate().any(|(at, window)| window == head && creation.begins(&code[at..]))
}

#[cfg(test)]
mod tests {
    use super::contains;
    use crate::protocol::{Bytecode, LinkSite};

    #[test]
    fn code_within_code_is_found_wherever_it_is_linked_to() {
        let link = LinkSite { file: String::new(), library: "L".to_owned(), offset: 20 };
        let bytes: Vec<u8> = (1..=20).chain([0; 20]).chain([7, 8]).collect();
        let linked: Vec<u8> = (1..=20).chain([9; 20]).chain([7, 8]).collect();
        let creation = Bytecode { bytes: bytes.into(), links: vec![link], immutables: Vec::new() };
        assert!(contains(&[&[1, 2, 3][..], &linked, &[5]].concat(), &creation));
        assert!(!contains(&linked[1..], &creation));
        assert!(!contains(&linked[..41], &creation));
        // Too short to mean anything.
        let short = Bytecode { bytes: vec![1, 2].into(), ..Bytecode::default() };
        assert!(!contains(&[1, 2], &short));
    }
}
