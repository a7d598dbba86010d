use super::{
    decode::{Decoder, raw},
    escape::{clip, escape},
    solidity::render_step,
};
use crate::{
    evm::{CallKind, Execution, Frame, Item, Status, Trace},
    protocol::{FailurePlace, Position, Protocol, Sources},
    sequence::StepRecord,
};
use alloy_primitives::{Address, U256};
use std::fmt::Write as _;

/// Deepest frame that is shown.
const MAX_DEPTH: usize = 24;
/// Lines of one step.
const MAX_LINES: usize = 1_000;
/// Characters of one line.
const MAX_LINE: usize = 600;
/// Bytes of the whole text.
const MAX_BYTES: usize = 4 << 20;

/// A step with what happened when it ran.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// The step.
    pub step: &'a StepRecord,
    /// Its result; none when only time passed.
    pub execution: Option<&'a Execution>,
    /// Its call tree.
    pub trace: &'a Trace,
}

/// The call trees of a sequence, decoded with the ABIs of `protocol` and bounded in depth, lines and bytes.
pub fn render_traces(protocol: &Protocol, sections: &[Section<'_>]) -> String {
    let decoder = Decoder::new(protocol);
    // Writing into a string cannot fail.
    let mut text = String::new();
    for (index, section) in sections.iter().enumerate() {
        if text.len() > MAX_BYTES {
            let _ = writeln!(text, "… {} more steps", sections.len() - index);
            break;
        }
        if index > 0 {
            text.push('\n');
        }
        for (line_number, line) in render_step(section.step).iter().enumerate() {
            let margin = if line_number == 0 { format!("{}. ", index + 1) } else { "   ".to_owned() };
            let _ = writeln!(text, "{margin}{line}");
        }
        let mut tree = Tree { decoder, sources: &protocol.sources, trace: section.trace, lines: Vec::new() };
        tree.section(section.execution);
        for line in tree.lines {
            text.push_str("   ");
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// Draws one step.
struct Tree<'a> {
    decoder: Decoder<'a>,
    sources: &'a Sources,
    trace: &'a Trace,
    lines: Vec<String>,
}

impl Tree<'_> {
    fn section(&mut self, execution: Option<&Execution>) {
        match (self.trace.frames.first(), execution) {
            (Some(frame), _) => {
                let head = self.head(frame, None);
                self.push(head);
                self.body(frame, "", 0);
            }
            (None, Some(Execution { status: Status::Invalid(reason), .. })) => {
                self.push(format!("not a valid transaction: {}", clip(reason, 200)));
            }
            (None, Some(execution)) if execution.gas_used > 0 => {
                self.push(format!("[{} gas] no trace", execution.gas_used));
            }
            (None, _) => self.push("no call".to_owned()),
        }
        if self.lines.len() > MAX_LINES {
            let more = self.lines.len() - MAX_LINES;
            self.lines.truncate(MAX_LINES);
            self.lines.push(format!("… {more} or more lines"));
        }
    }

    fn push(&mut self, line: String) {
        // A little beyond the limit, so that the cut is known.
        if self.lines.len() <= MAX_LINES {
            let long = line.chars().count() > MAX_LINE;
            self.lines.push(if long { clip(&line, MAX_LINE) } else { line });
        }
    }

    /// `[2100 gas] token.transfer(to: bob, amount: 5) from alice`.
    fn head(&self, frame: &Frame, parent: Option<&Frame>) -> String {
        let gas = frame.gas_used;
        let to = self.decoder.name(frame.to);
        let value = if frame.value.is_zero() { String::new() } else { format!("{{value: {}}}", frame.value) };
        let from = match parent {
            None => format!(" from {}", self.decoder.name(frame.from)),
            Some(parent) => at(self.sources.call_site(parent, frame)),
        };
        let (call, kind) = match frame.kind {
            CallKind::Create => (format!("new {to}{value}({} bytes)", frame.input.len()), ""),
            CallKind::Call => (format!("{to}{}", with_value(&self.decoder.call(frame.to, &frame.input), &value)), ""),
            CallKind::StaticCall => (format!("{to}.{}", self.decoder.call(frame.to, &frame.input)), " [static]"),
            CallKind::DelegateCall => (format!("{to}.{}", self.decoder.call(frame.to, &frame.input)), " [delegate]"),
        };
        format!("[{gas} gas] {call}{kind}{from}")
    }

    fn body(&mut self, frame: &Frame, margin: &str, depth: usize) {
        if depth >= MAX_DEPTH {
            self.push(format!("{margin}└─ … deeper frames"));
            return;
        }
        for item in &frame.items {
            if self.lines.len() > MAX_LINES {
                return;
            }
            match item {
                Item::Call(index) => {
                    let Some(inner) = self.trace.frames.get(*index) else { continue };
                    let head = self.head(inner, Some(frame));
                    self.push(format!("{margin}├─ {head}"));
                    self.body(inner, &format!("{margin}│  "), depth + 1);
                }
                Item::Log(log) => {
                    let by = if log.address == frame.to {
                        String::new()
                    } else {
                        format!("{}: ", self.decoder.name(log.address))
                    };
                    let event = self.decoder.event(log);
                    self.push(format!("{margin}├─ emit {by}{event}"));
                }
                Item::Storage(change) => {
                    let of = self.decoder.name(change.address);
                    let slot = word(change.slot);
                    self.push(format!("{margin}├─ {of} slot {slot}: {} → {}", word(change.before), word(change.after)));
                }
            }
        }
        let end = self.end(frame);
        self.push(format!("{margin}└─ {end}"));
    }

    fn end(&self, frame: &Frame) -> String {
        if frame.success {
            if frame.kind == CallKind::Create {
                return format!("creates {} ({} bytes of code)", self.decoder.name(frame.to), frame.output.len());
            }
            return match self.decoder.returned(frame.to, &frame.input, &frame.output) {
                Some(values) => format!("returns {values}"),
                None => "returns".to_owned(),
            };
        }
        let end = if frame.reason == "Revert" {
            format!("reverts {}", self.decoder.revert(frame.to, &frame.output))
        } else if frame.output.is_empty() {
            format!("halts: {}", escape(&frame.reason))
        } else {
            format!("halts: {} {}", escape(&frame.reason), raw(&frame.output))
        };
        let (place, asked) = match self.sources.failure(frame) {
            Some(FailurePlace { at, asked }) => (Some(at), asked),
            None => (None, None),
        };
        let asked = asked.map_or_else(String::new, |asked| format!(", called at {}", escape(&asked.to_string())));
        end + &at(place) + &asked
    }
}

/// ` at src/Vault.sol:42`.
fn at(place: Option<Position>) -> String {
    place.map_or_else(String::new, |place| format!(" at {}", escape(&place.to_string())))
}

/// `.deposit{value: 1}(5)`: the value stands between name and arguments.
fn with_value(call: &str, value: &str) -> String {
    let (name, arguments) = call.split_once('(').unwrap_or((call, ""));
    format!(".{name}{value}({arguments}")
}

/// A storage word: small numbers and amounts in decimal, addresses and hashes in hex.
fn word(word: U256) -> String {
    if word < U256::from(u128::MAX) {
        return word.to_string();
    }
    let bytes = word.to_be_bytes::<32>();
    if bytes[..12] == [0; 12] { Address::from_slice(&bytes[12..]).to_string() } else { format!("{word:#x}") }
}

#[cfg(test)]
#[path = "trace_tests.rs"]
mod tests;
