use super::{
    Audience, CaseRng, Dictionary, Generator, Palette,
    simplify::{Edit, edits},
};
use crate::{
    protocol::Protocol,
    sequence::{Sequence, Step},
};
use proptest::{
    prelude::RngExt,
    strategy::{NewTree, Strategy, ValueTree},
    test_runner::TestRunner,
};
use std::ops::RangeInclusive;

impl Generator<'_> {
    /// A sequence of calls whose length lies in `lengths`.
    pub fn draw_sequence(&self, protocol: &Protocol, lengths: RangeInclusive<usize>, rng: &mut CaseRng) -> Sequence {
        let length = rng.random_range(lengths);
        let mut steps = Vec::with_capacity(length);
        while steps.len() < length {
            let Some(call) = self.draw_call(protocol, rng) else { break };
            // Rounding and replay bugs need the same call again.
            let times = if rng.random_ratio(1, 12) { rng.random_range(2..=4) } else { 1 };
            for _ in 0..times.min(length - steps.len()) {
                steps.push(Step::Call(call.clone()));
            }
        }
        Sequence { steps }
    }
}

/// A strategy for sequences of calls.
#[derive(Debug)]
pub struct Sequences<'a> {
    protocol: &'a Protocol,
    palette: Palette,
    dictionary: Dictionary,
    lengths: RangeInclusive<usize>,
}

/// Sequences of `lengths` calls of `protocol` by its actors, from the base state. They shrink by dropping steps, then by
/// simpler senders, values, delays and arguments.
pub fn sequences(protocol: &Protocol, lengths: RangeInclusive<usize>) -> Sequences<'_> {
    let machine = protocol.machine();
    let codes: Vec<_> = protocol.contracts.iter().map(|contract| contract.code(&machine)).collect();
    Sequences {
        protocol,
        palette: Palette::new(protocol, Audience::Everyone),
        dictionary: Dictionary::from_codes(codes.iter().map(|code| &code[..])),
        lengths,
    }
}

impl<'a> Strategy for Sequences<'a> {
    type Tree = SequenceTree<'a>;
    type Value = Sequence;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        if self.palette.is_empty() {
            return Err("no function may be called, or no actor may call".into());
        }
        let generator = Generator { palette: &self.palette, dictionary: &self.dictionary, told: &[] };
        let current = generator.draw_sequence(self.protocol, self.lengths.clone(), runner.rng());
        let shortest = *self.lengths.start();
        let edits = edits(&current, self.protocol);
        Ok(SequenceTree { protocol: self.protocol, current, before: None, edits, next: 0, shortest })
    }
}

/// A sequence that shrinks.
#[derive(Debug)]
pub struct SequenceTree<'a> {
    protocol: &'a Protocol,
    current: Sequence,
    before: Option<Sequence>,
    edits: Vec<Edit>,
    next: usize,
    shortest: usize,
}

impl ValueTree for SequenceTree<'_> {
    type Value = Sequence;

    fn current(&self) -> Sequence {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        if self.before.take().is_some() {
            // The last edit was accepted: others may be possible now.
            self.edits = edits(&self.current, self.protocol);
            self.next = 0;
        }
        while let Some(edit) = self.edits.get(self.next) {
            self.next += 1;
            let simpler = edit.apply(&self.current);
            if simpler.steps.len() >= self.shortest {
                self.before = Some(std::mem::replace(&mut self.current, simpler));
                return true;
            }
        }
        false
    }

    fn complicate(&mut self) -> bool {
        let Some(before) = self.before.take() else { return false };
        self.current = before;
        true
    }
}
