//! Whether deployed code is what a compiler made.

use super::super::Bytecode;
use alloy_primitives::Address;
use std::ops::Range;

impl Bytecode {
    /// Whether `code` is this runtime code, as far as it is not filled in later: immutables, metadata and addresses of
    /// libraries aside.
    pub fn is_compiled_to(&self, code: &[u8]) -> bool {
        let compiled = without_metadata(&self.bytes);
        let code = without_metadata(code);
        if compiled.is_empty() || compiled.len() != code.len() {
            return false;
        }
        let mut start = 0;
        for hole in holes(self) {
            if hole.start > start && compiled.get(start..hole.start) != code.get(start..hole.start) {
                return false;
            }
            start = start.max(hole.end);
        }
        compiled.get(start..) == code.get(start..)
    }

    /// Whether `code` begins with this creation code, addresses of libraries aside: arguments follow.
    pub fn begins(&self, code: &[u8]) -> bool {
        if self.bytes.is_empty() || self.bytes.len() > code.len() {
            return false;
        }
        let mut start = 0;
        for link in &self.links {
            if self.bytes.get(start..link.offset) != code.get(start..link.offset) {
                return false;
            }
            start = link.offset + Address::len_bytes();
        }
        self.bytes.get(start..) == code.get(start..self.bytes.len())
    }
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
    use super::{placeholders, without_metadata};
    use crate::protocol::{Bytecode, LinkSite};

    fn code(bytes: &[u8]) -> Bytecode {
        Bytecode { bytes: bytes.to_vec().into(), ..Bytecode::default() }
    }

    #[test]
    fn metadata_is_left_aside_and_code_is_not() {
        let tail = |byte: u8| [&[0x60, 1, 0xa1, byte, byte], &[0, 3][..]].concat();
        assert_eq!(without_metadata(&tail(7)), [0x60, 1]);
        assert!(code(&tail(7)).is_compiled_to(&tail(8)));
        assert!(!code(&[0x60, 1]).is_compiled_to(&[0x60, 2]));
        assert!(!code(&[]).is_compiled_to(&[]));
        // A length that points before the code is none.
        assert_eq!(without_metadata(&[0xff, 0xff]), [0xff, 0xff]);
    }

    #[test]
    fn immutables_and_libraries_are_filled_in() {
        let compiled = [&[0x7f][..], &[0; 32], &[0x50]].concat();
        let deployed = [&[0x7f][..], &[9; 32], &[0x50]].concat();
        assert_eq!(placeholders(&compiled), vec![1..33]);
        assert!(code(&compiled).is_compiled_to(&deployed));
        let listed = Bytecode { immutables: std::iter::once(1..2).collect(), ..code(&compiled) };
        assert!(!listed.is_compiled_to(&deployed));
        let site = LinkSite { file: String::new(), library: "L".to_owned(), offset: 2 };
        let compiled = [&[0x50, 0x73][..], &[0; 20], &[0x50]].concat();
        let deployed = [&[0x50, 0x73][..], &[9; 20], &[0x50]].concat();
        assert!(!code(&compiled).is_compiled_to(&deployed));
        assert!(Bytecode { links: vec![site], ..code(&compiled) }.is_compiled_to(&deployed));
    }
}
