//! What deployed code was compiled from.

use super::super::super::{Artifact, Artifacts, Bytecode};
use alloy_primitives::Address;
use std::{ops::Range, sync::Arc};

/// How a contract's artifact was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// It was created from the artifact's creation code.
    Creation,
    /// Its code is the artifact's, immutables, metadata and addresses of libraries aside.
    Runtime,
}

/// An artifact that fits a contract.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub(super) artifact: Arc<Artifact>,
    pub(super) by: By,
    /// Others that fit as well.
    pub(super) others: Vec<String>,
}

/// The artifact of a contract with this code, which was created from `creation` where that is known.
pub(super) fn find(artifacts: &Artifacts, code: &[u8], creation: Option<&Arc<Artifact>>) -> Option<Match> {
    let fitting: Vec<_> = artifacts.iter().filter(|artifact| is_compiled_to(&artifact.runtime, code)).collect();
    let (artifact, by) = match (creation, fitting.first()) {
        (Some(artifact), _) => (artifact, By::Creation),
        (None, Some(first)) => (*first, By::Runtime),
        (None, None) => return None,
    };
    let is_other = |other: &&&Arc<Artifact>| {
        !Arc::ptr_eq(other, artifact) && (by == By::Runtime || other.creation == artifact.creation)
    };
    let others = fitting.iter().filter(is_other).map(|other| other.qualified()).collect();
    Some(Match { artifact: Arc::clone(artifact), by, others })
}

/// Whether `code` is what a compiler made, as far as it is not filled in later.
fn is_compiled_to(runtime: &Bytecode, code: &[u8]) -> bool {
    let compiled = without_metadata(&runtime.bytes);
    let code = without_metadata(code);
    if compiled.is_empty() || compiled.len() != code.len() {
        return false;
    }
    let mut start = 0;
    for hole in holes(runtime) {
        if hole.start > start && compiled.get(start..hole.start) != code.get(start..hole.start) {
            return false;
        }
        start = start.max(hole.end);
    }
    compiled.get(start..) == code.get(start..)
}

/// Ranges that a deployment fills in, in order.
fn holes(runtime: &Bytecode) -> Vec<Range<usize>> {
    const PUSH20: u8 = 0x73;
    let size = Address::len_bytes();
    let mut holes: Vec<_> = runtime.links.iter().map(|site| site.offset..site.offset + size).collect();
    holes.extend(runtime.immutables.iter().cloned());
    if runtime.immutables.is_empty() {
        holes.extend(placeholders(&runtime.bytes));
    }
    // A library knows its own address, to tell calls from delegate calls.
    if runtime.bytes.first() == Some(&PUSH20) && runtime.bytes.get(1..=size).is_some_and(is_zero) {
        holes.push(1..size + 1);
    }
    holes.sort_unstable_by_key(|hole| hole.start);
    holes
}

/// Immutables of an artifact that does not list them: the compiler pushes 32 zero bytes, which it does for nothing else.
fn placeholders(code: &[u8]) -> Vec<Range<usize>> {
    const PUSH1: u8 = 0x60;
    const PUSH32: u8 = 0x7f;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(instruction) = code.get(at) {
        at += 1;
        if (PUSH1..=PUSH32).contains(instruction) {
            let size = usize::from(instruction - PUSH1) + 1;
            if *instruction == PUSH32 && code.get(at..at + size).is_some_and(is_zero) {
                found.push(at..at + size);
            }
            at += size;
        }
    }
    found
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

/// Code without the CBOR map that solc puts behind it, whose length is in the last two bytes.
fn without_metadata(code: &[u8]) -> &[u8] {
    let Some((rest, length)) = code.split_last_chunk::<2>() else { return code };
    let Some(start) = rest.len().checked_sub(usize::from(u16::from_be_bytes(*length))) else { return code };
    // A map of one to four entries.
    if matches!(rest.get(start), Some(0xa1..=0xa4)) { &rest[..start] } else { code }
}

#[cfg(test)]
mod tests {
    use super::{is_compiled_to, placeholders, without_metadata};
    use crate::protocol::{Bytecode, LinkSite};

    fn code(bytes: &[u8]) -> Bytecode {
        Bytecode { bytes: bytes.to_vec().into(), ..Bytecode::default() }
    }

    #[test]
    fn metadata_is_left_aside_and_code_is_not() {
        let tail = |byte: u8| [&[0x60, 1, 0xa1, byte, byte], &[0, 3][..]].concat();
        assert_eq!(without_metadata(&tail(7)), [0x60, 1]);
        assert!(is_compiled_to(&code(&tail(7)), &tail(8)));
        assert!(!is_compiled_to(&code(&[0x60, 1]), &[0x60, 2]));
        assert!(!is_compiled_to(&code(&[]), &[]));
        // A length that points before the code is none.
        assert_eq!(without_metadata(&[0xff, 0xff]), [0xff, 0xff]);
    }

    #[test]
    fn immutables_and_libraries_are_filled_in() {
        let compiled = [&[0x7f][..], &[0; 32], &[0x50]].concat();
        let deployed = [&[0x7f][..], &[9; 32], &[0x50]].concat();
        assert_eq!(placeholders(&compiled), vec![1..33]);
        assert!(is_compiled_to(&code(&compiled), &deployed));
        let listed = Bytecode { immutables: std::iter::once(1..2).collect(), ..code(&compiled) };
        assert!(!is_compiled_to(&listed, &deployed));
        let site = LinkSite { file: String::new(), library: "L".to_owned(), offset: 2 };
        let compiled = [&[0x50, 0x73][..], &[0; 20], &[0x50]].concat();
        let deployed = [&[0x50, 0x73][..], &[9; 20], &[0x50]].concat();
        assert!(!is_compiled_to(&code(&compiled), &deployed));
        assert!(is_compiled_to(&Bytecode { links: vec![site], ..code(&compiled) }, &deployed));
    }
}
