//! Where something failed.

use super::{Position, Sources, Spot};
use crate::{
    evm::{CallKind, Frame, Item, Trace},
    protocol::Artifact,
};

/// Where a frame failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailurePlace {
    /// The instruction that ended the frame; of what the compiler made up, who needed it.
    pub at: Position,
    /// Where the project's own code or its tests asked for it, when `at` is foreign code in the same frame.
    pub asked: Option<Position>,
}

impl FailurePlace {
    /// The place that is the project's, where there is one.
    pub fn own(self) -> Position {
        self.asked.unwrap_or(self.at)
    }
}

impl Sources {
    /// Where a frame failed.
    pub fn failure(&self, frame: &Frame) -> Option<FailurePlace> {
        if frame.success {
            return None;
        }
        let map = self.places(&frame.path.code, frame.kind == CallKind::Create);
        let spots = || frame.path.jumps.iter().rev().filter_map(|pc| *map.get(*pc as usize)?);
        // What belongs to no function is the contract as a whole, of which more cannot be said.
        let in_function = |spot: &Spot| self.files[spot.file].function_at(spot.at).is_some();
        let last = spots().find(in_function).or_else(|| spots().next())?;
        let is_foreign = |spot: &Spot| self.files[spot.file].is_foreign;
        let asked = if is_foreign(&last) { spots().find(|spot| in_function(spot) && !is_foreign(spot)) } else { None };
        Some(FailurePlace { at: self.at(last)?, asked: asked.and_then(|spot| self.at(spot)) })
    }

    /// Where a call tree failed: in the frame whose failure was passed on to the first one, as far as that is known.
    pub fn blame(&self, trace: &Trace) -> Option<Position> {
        let mut next = trace.frames.first();
        let mut found = None;
        while let Some(frame) = next.filter(|frame| !frame.success) {
            found = self.failure(frame).or(found);
            next = passed_on(trace, frame);
        }
        found.map(FailurePlace::own)
    }

    /// Where the call of `frame` is, which `parent` made.
    pub fn call_site(&self, parent: &Frame, frame: &Frame) -> Option<Position> {
        let site = frame.path.site? as usize;
        self.position(&parent.path.code, parent.kind == CallKind::Create, site)
    }

    /// Where a contract's function without parameters is defined; it may be inherited.
    pub fn definition(&self, artifact: &Artifact, function: &str) -> Option<Position> {
        let map = self.places(&artifact.runtime.bytes, false);
        let begins = |spot: &Spot| {
            let file = &self.files[spot.file];
            let index = file.function_at(spot.at)?;
            let span = &file.functions[index];
            let name = span.name.rsplit('.').next()?;
            (span.start == spot.at && name == function).then_some(*spot)
        };
        self.at(map.iter().flatten().find_map(begins)?)
    }
}

/// The frame below that failed with the same words.
fn passed_on<'a>(trace: &'a Trace, frame: &Frame) -> Option<&'a Frame> {
    let last = frame.items.iter().rev().find_map(|item| match item {
        Item::Call(index) => trace.frames.get(*index),
        Item::Log(_) | Item::Storage(_) => None,
    });
    last.filter(|below| !below.success && below.output == frame.output)
}
