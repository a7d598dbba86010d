use super::{
    Audience, CaseRng, Dictionary, Generator, Palette,
    flow::Following,
    simplify::{Edit, edits},
};
use crate::{
    protocol::Protocol,
    sequence::{Call, Sequence, Step},
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
        self.extend(protocol, &mut steps, length, rng);
        Sequence { steps }
    }

    /// `more` further calls behind `steps`. Where something is known of what functions read and write, every other one reads what the
    /// one before it writes.
    pub(crate) fn extend(&self, protocol: &Protocol, steps: &mut Vec<Step>, more: usize, rng: &mut CaseRng) {
        let length = steps.len() + more;
        while steps.len() < length {
            let Some(call) = self.draw_call_after(protocol, steps.last(), rng) else { break };
            // Rounding and replay bugs need the same call again.
            let times = if rng.random_ratio(1, 12) { rng.random_range(2..=4) } else { 1 };
            for _ in 0..times.min(length - steps.len()) {
                steps.push(Step::Call(call.clone()));
            }
        }
    }

    /// A call that reads what another one wrote: mostly with the keys of what that was.
    pub(crate) fn draw_following(&self, protocol: &Protocol, following: &Following, rng: &mut CaseRng) -> Option<Call> {
        let mut call = self.draw_call_of(protocol, following.function, rng)?;
        self.put_keys(following, &mut call, rng);
        Some(call)
    }

    /// Puts the keys of what a call follows where they belong, mostly.
    pub(crate) fn put_keys(&self, following: &Following, call: &mut Call, rng: &mut CaseRng) {
        for (position, key) in &following.keys {
            if rng.random_ratio(7, 8) {
                position.put(*key, call, self.palette);
            }
        }
    }

    fn draw_call_after(&self, protocol: &Protocol, last: Option<&Step>, rng: &mut CaseRng) -> Option<Call> {
        if let (Some(flow), Some(Step::Call(last))) = (self.flow, last)
            && rng.random()
            && let Some(following) = flow.successor(last, rng).filter(|next| self.palette.offers(next.function))
        {
            return self.draw_following(protocol, &following, rng);
        }
        self.draw_call(protocol, rng)
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
        let generator = Generator::new(&self.palette, &self.dictionary);
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
