//! Compressed source maps (documentation of Solidity, "Source Mappings"): one entry for each instruction, `s:l:f:j:m`, where what
//! is left out is as in the entry before.

use super::super::Bytecode;

/// A range of a source, as an entry names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    /// First byte.
    pub(super) start: u32,
    /// Number of the source in its compilation.
    pub(super) source: u32,
}

/// For each byte of `code` at which an instruction begins, the range that it comes from; none where the map says so, where the
/// compiler made it up, and behind the end of the map. None at all where the map is malformed.
pub(super) fn decode(map: &str, code: &Bytecode) -> Option<Vec<Option<Range>>> {
    let mut ranges = vec![None; code.bytes.len()];
    if map.is_empty() {
        return Some(ranges);
    }
    // Start and source of the entry before; a source of -1 is none.
    let (mut start, mut source) = (None, None);
    let mut entries = map.split(';');
    for pc in instructions(&code.bytes) {
        let Some(entry) = entries.next() else { break };
        for (index, field) in entry.split(':').enumerate().filter(|(_, field)| !field.is_empty()) {
            match index {
                0 => start = number(field)?,
                1 => _ = number(field)?,
                2 => source = number(field)?,
                // Jumps and the depth of modifiers.
                3 | 4 => {}
                _ => return None,
            }
        }
        ranges[pc] = start.zip(source).map(|(start, source)| Range { start, source });
    }
    Some(ranges)
}

/// A number, or none for -1; nothing where it is neither.
#[expect(clippy::option_option, reason = "the outer one says that the text is malformed")]
fn number(field: &str) -> Option<Option<u32>> {
    if field == "-1" { Some(None) } else { field.parse().ok().map(Some) }
}

/// Where instructions begin: what PUSH1 to PUSH32 push is none.
fn instructions(code: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let here = at;
        let opcode = *code.get(here)?;
        at += 1 + if (0x60..=0x7f).contains(&opcode) { usize::from(opcode) - 0x5f } else { 0 };
        Some(here)
    })
}

#[cfg(test)]
mod tests {
    use super::{Range, decode, instructions};
    use crate::protocol::Bytecode;
    use proptest::prelude::*;

    fn code(bytes: &[u8]) -> Bytecode {
        Bytecode { bytes: bytes.to_vec().into(), ..Bytecode::default() }
    }

    #[test]
    fn fields_that_are_left_out_are_as_before() {
        // The example of Solidity's documentation, both ways of writing it; PUSH1 takes two bytes.
        let code = code(&[0x60, 1, 0x50, 0x50, 0x50, 0x50]);
        let short = decode("1:2:1;:9;2:1:2;;", &code).unwrap();
        assert_eq!(short, decode("1:2:1;1:9:1;2:1:2;2:1:2;2:1:2", &code).unwrap());
        let range = |start, source| Some(Range { start, source });
        assert_eq!(short, [range(1, 1), None, range(1, 1), range(2, 2), range(2, 2), range(2, 2)]);
    }

    #[test]
    fn what_has_no_source_and_what_is_behind_the_map_has_no_range() {
        let code = code(&[0x50; 4]);
        let range = Some(Range { start: 7, source: 0 });
        assert_eq!(decode("7:1:0:i:2;::-1;::0:o", &code).unwrap(), [range, None, range, None]);
        assert_eq!(decode("", &code).unwrap(), [None; 4]);
    }

    #[test]
    fn a_malformed_map_says_nothing() {
        for map in ["x", "1:2:3:-:0:9", "1:y", "-2:1:0", "1:1:99999999999", "1:1:0;é"] {
            assert_eq!(decode(map, &code(&[0x50; 8])), None, "{map}");
        }
    }

    proptest! {
        #[test]
        fn no_text_and_no_code_make_it_panic(map in ".{0,200}", like in "[-0-9:;io]{0,200}", bytes in any::<Vec<u8>>()) {
            for map in [map, like] {
                if let Some(ranges) = decode(&map, &code(&bytes)) {
                    prop_assert_eq!(ranges.len(), bytes.len());
                }
            }
        }

        #[test]
        fn writing_an_entry_in_full_or_not_means_the_same(
            entries in proptest::collection::vec((0u32..3, 0u32..3, -1i32..2), 1..20)
        ) {
            let full: Vec<_> = entries.iter().map(|(s, l, f)| format!("{s}:{l}:{f}:-:0")).collect();
            let mut short = Vec::new();
            let mut before = None;
            for entry in &entries {
                let (s, l, f) = *entry;
                let field = |same: bool, text: String| if same { String::new() } else { text };
                short.push(match before {
                    None => format!("{s}:{l}:{f}"),
                    Some((t, m, g)) => {
                        format!("{}:{}:{}", field(s == t, s.to_string()), field(l == m, l.to_string()), field(f == g, f.to_string()))
                    }
                });
                before = Some(*entry);
            }
            let code = code(&vec![0x50; entries.len()]);
            prop_assert_eq!(decode(&full.join(";"), &code), decode(&short.join(";"), &code));
            let expected: Vec<_> = entries
                .iter()
                .map(|(start, _, source)| u32::try_from(*source).ok().map(|source| Range { start: *start, source }))
                .collect();
            prop_assert_eq!(decode(&full.join(";"), &code).unwrap(), expected);
        }

        #[test]
        fn instructions_do_not_begin_within_what_is_pushed(pushed in proptest::collection::vec((1usize..=32, any::<u8>()), 0..20)) {
            let (mut bytes, mut begins) = (Vec::new(), Vec::new());
            for (size, byte) in pushed {
                begins.push(bytes.len());
                bytes.push(0x5f + u8::try_from(size).unwrap());
                bytes.extend(std::iter::repeat_n(byte, size));
            }
            prop_assert_eq!(instructions(&bytes).collect::<Vec<_>>(), begins);
        }
    }
}
