use super::{
    super::{Bytecode, LinkSite},
    error::ArtifactProblem,
    raw::{RawImmutables, RawLinks},
};
use alloy_primitives::{Bytes, hex};
use std::ops::Range;

/// Hex digits of a hole.
const HOLE: usize = 40;

/// Whose code is read, for messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct CodeOf<'a> {
    pub(super) contract: &'a str,
    pub(super) field: &'static str,
}

impl CodeOf<'_> {
    fn bad_hex(self, message: String) -> ArtifactProblem {
        ArtifactProblem::BadHex { contract: self.contract.to_owned(), field: self.field, message }
    }

    /// Reads hex with holes, which are named by the compiler's references or else by their placeholders.
    pub(super) fn read(
        self,
        object: &str,
        links: &RawLinks,
        immutables: &RawImmutables,
    ) -> Result<Bytecode, ArtifactProblem> {
        let text = object.trim();
        let text = text.strip_prefix("0x").unwrap_or(text);
        let mut digits = text.as_bytes().to_vec();
        let mut sites = named(links);
        for offset in holes(&digits) {
            if let Some(hole) = digits.get_mut(offset..offset + HOLE) {
                let placeholder = String::from_utf8_lossy(hole).into_owned();
                hole.fill(b'0');
                if !sites.iter().any(|site| site.offset == offset / 2) {
                    sites.push(from_placeholder(&placeholder, offset / 2));
                }
            }
        }
        if let Some(at) = digits.iter().position(|digit| !digit.is_ascii_hexdigit()) {
            // The text may hold anything here: name the character, not the byte.
            let letter = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or(char::REPLACEMENT_CHARACTER);
            return Err(self.bad_hex(format!("`{}` at digit {at}", letter.escape_default())));
        }
        if digits.len() % 2 == 1 {
            return Err(self.bad_hex(format!("{} digits, an odd number", digits.len())));
        }
        let bytes = hex::decode(&digits).map_err(|error| self.bad_hex(error.to_string()))?;
        sites.sort_by_key(|site| site.offset);
        for site in &sites {
            let hole = site.offset.checked_add(HOLE / 2).and_then(|end| bytes.get(site.offset..end));
            // Compilers leave a hole of zeros or a placeholder; anything else would be overwritten code.
            if !hole.is_some_and(|hole| hole.iter().all(|byte| *byte == 0)) {
                let (contract, field) = (self.contract.to_owned(), self.field);
                return Err(ArtifactProblem::BadLink { contract, field, start: site.offset, length: bytes.len() });
            }
        }
        Ok(Bytecode { immutables: ranges(immutables, bytes.len()), bytes: Bytes::from(bytes), links: sites })
    }
}

/// Where immutables are, as far as that is within the code.
fn ranges(immutables: &RawImmutables, length: usize) -> Vec<Range<usize>> {
    let all = immutables.values().flatten();
    let range = all.filter_map(|hole| Some(hole.start..hole.start.checked_add(hole.length)?));
    let mut ranges: Vec<_> = range.filter(|range| range.end <= length).collect();
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    ranges
}

fn named(links: &RawLinks) -> Vec<LinkSite> {
    let holes = links.iter().flat_map(|(file, libraries)| {
        libraries.iter().flat_map(move |(library, holes)| holes.iter().map(move |hole| (file, library, hole.start)))
    });
    holes.map(|(file, library, offset)| LinkSite { file: file.clone(), library: library.clone(), offset }).collect()
}

/// Offsets of placeholders, in digits. A placeholder begins with two underscores at a byte's border.
fn holes(digits: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut offset = 0;
    while offset + HOLE <= digits.len() {
        if digits[offset..].starts_with(b"__") {
            found.push(offset);
            offset += HOLE;
        } else {
            offset += 2;
        }
    }
    found
}

/// `__$<34 digits of a hash>$__` (solc 0.5 and later), `__file.sol:Name____` and `__Name______` (before).
fn from_placeholder(placeholder: &str, offset: usize) -> LinkSite {
    let name = placeholder.strip_prefix("__").unwrap_or(placeholder).trim_end_matches('_');
    let (file, library) = name.rsplit_once(':').unwrap_or(("", name));
    LinkSite { file: file.to_owned(), library: library.to_owned(), offset }
}
