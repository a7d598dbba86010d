//! Folds, and the sets that they run over.

use super::{Evaluated, Frame};
use crate::invariant::{
    compiled::{Each, Fold, Set, Site},
    events::{Listening, Wanted},
    language::FoldKind,
    scene::Scene,
    value::{Undecided, Value},
};
use alloy_primitives::{Address, Log, aliases::I512};

/// What a fold runs over.
#[derive(Debug)]
pub(in crate::invariant) enum Elements<'a> {
    /// All actors, and the attacker's contract.
    Actors(usize),
    Addresses(&'a [Address]),
    Events(Vec<&'a Log>),
    Values(&'a [Value]),
}

impl Elements<'_> {
    /// How many there are.
    pub(in crate::invariant) fn len(&self) -> usize {
        match self {
            Self::Actors(count) => *count,
            Self::Addresses(addresses) => addresses.len(),
            Self::Events(events) => events.len(),
            Self::Values(values) => values.len(),
        }
    }
}

impl<'a> Frame<'_, 'a> {
    pub(super) fn fold(&mut self, fold: &Fold) -> Evaluated<Value> {
        let elements = self.elements(fold.set)?;
        let mut result = Folded::start(fold.kind);
        for index in 0..self.count(fold, &elements) {
            self.bind(fold.slot, &elements, index)?;
            let value = self.value(&fold.body);
            if value == Err(Undecided::TooMuch) {
                return Err(Undecided::TooMuch);
            }
            result.add(value)?;
        }
        result.finish()
    }

    /// The elements of a set.
    pub(in crate::invariant) fn elements(&mut self, set: Set) -> Evaluated<Elements<'a>> {
        Ok(match set {
            Set::Actors => Elements::Actors(actors(self.scene)),
            Set::Holders => Elements::Addresses(self.scene.holders()?),
            Set::Events(index) => {
                let source = self.compiled.listens.get(index).ok_or(Undecided::NotCaptured)?.source;
                Elements::Events(self.scene.events(source)?.iter().map(AsRef::as_ref).collect())
            }
            Set::CallEvents(index) => {
                let source = self.compiled.listens.get(index).ok_or(Undecided::NotCaptured)?.source;
                Elements::Events(self.scene.events_of_call(source).ok_or(Undecided::NotCaptured)?)
            }
            Set::Values(index) => Elements::Values(self.values(index)?),
        })
    }

    /// The values of a field of events.
    fn values(&mut self, index: usize) -> Evaluated<&'a [Value]> {
        match self.compiled.listens.get(index) {
            Some(Listening { source, wanted: Wanted::Values(field) }) => self.scene.values(*source, *field),
            _ => Err(Undecided::NotCaptured),
        }
    }

    /// How many values of fields are known, of those that sites are taken for.
    pub(super) fn known(&mut self, sites: &[Site]) -> Vec<usize> {
        let mut known = Vec::new();
        for (_, set) in sites.iter().flat_map(|site| &site.slots) {
            if let Set::Values(index) = set {
                known.resize(known.len().max(index + 1), 0);
                known[*index] = self.values(*index).map_or(0, <[Value]>::len);
            }
        }
        known
    }

    /// A fold whose elements were known when it was compiled.
    pub(super) fn each(&mut self, each: &Each) -> Evaluated<Value> {
        let mut result = Folded::start(each.kind);
        for (_, body) in &each.bodies {
            let value = self.value(body);
            if value == Err(Undecided::TooMuch) {
                return Err(Undecided::TooMuch);
            }
            result.add(value)?;
        }
        result.finish()
    }

    /// How many elements a fold runs over: without those that came later than values that it compares with.
    pub(in crate::invariant) fn count(&self, fold: &Fold, elements: &Elements<'_>) -> usize {
        let mut count = elements.len();
        if fold.set == Set::Holders && fold.needs_old {
            count = count.min(self.memory.old.holders);
        }
        if fold.set == Set::Holders && fold.needs_initial {
            count = count.min(self.memory.initial.holders);
        }
        if let Set::Values(index) = fold.set
            && fold.needs_old
        {
            count = count.min(self.memory.old.known.get(index).copied().unwrap_or(0));
        }
        count
    }

    /// Gives a fold's variable the value of an element.
    pub(in crate::invariant) fn bind(&mut self, slot: usize, elements: &Elements<'a>, index: usize) -> Evaluated<()> {
        let value = match elements {
            Elements::Actors(_) => {
                let protocol = self.scene.protocol();
                let actor = protocol.actors.get(index).map(|actor| actor.address);
                // The attacker's contract acts for the attacker: it comes after the actors.
                let own = protocol.attacker_contract.filter(|_| index == protocol.actors.len());
                actor.or(own).map(Value::Address)
            }
            Elements::Addresses(addresses) => addresses.get(index).copied().map(Value::Address),
            Elements::Values(values) => values.get(index).copied(),
            Elements::Events(events) => {
                let log = events.get(index).copied().ok_or(Undecided::NotCaptured)?;
                self.logs.retain(|(other, _)| *other != slot);
                self.logs.push((slot, log));
                // Nothing reads the variable itself: an event is known by its fields.
                Some(Value::Integer(I512::ZERO))
            }
        };
        let local = self.locals.get_mut(slot).ok_or(Undecided::NotCaptured)?;
        *local = (value.ok_or(Undecided::NotCaptured)?, index);
        Ok(())
    }
}

/// How many elements the set `actors` has.
pub(super) fn actors(scene: &Scene<'_>) -> usize {
    let protocol = scene.protocol();
    protocol.actors.len() + usize::from(protocol.attacker_contract.is_some())
}

/// The running result of a fold.
struct Folded {
    kind: FoldKind,
    value: Option<I512>,
    trouble: Option<Undecided>,
}

impl Folded {
    fn start(kind: FoldKind) -> Self {
        let value = match kind {
            FoldKind::Sum | FoldKind::Count => Some(I512::ZERO),
            // Nothing can make it false.
            FoldKind::All => Some(I512::MAX),
            FoldKind::Any | FoldKind::Min | FoldKind::Max => None,
        };
        Self { kind, value, trouble: None }
    }

    fn add(&mut self, element: Evaluated<Value>) -> Evaluated<()> {
        let Ok(Value::Integer(number) | Value::Boolean(number)) = element else {
            let reason = element.err().unwrap_or(Undecided::Malformed);
            self.trouble = self.trouble.or(Some(reason));
            // One element that decides a quantifier decides it whatever the others are.
            return if matches!(self.kind, FoldKind::All | FoldKind::Any) { Ok(()) } else { Err(reason) };
        };
        self.value = match (self.kind, self.value) {
            (FoldKind::Sum, Some(sum)) => Some(sum.checked_add(number).ok_or(Undecided::Overflow)?),
            (FoldKind::Count, Some(count)) if number.is_negative() => Some(count),
            (FoldKind::Count, Some(count)) => Some(count.saturating_add(I512::ONE)),
            (FoldKind::All | FoldKind::Min, Some(least)) => Some(least.min(number)),
            (FoldKind::Any | FoldKind::Max, Some(most)) => Some(most.max(number)),
            (_, None) => Some(number),
        };
        Ok(())
    }

    fn finish(self) -> Evaluated<Value> {
        // Nothing makes it true.
        let of_nothing = (self.kind == FoldKind::Any).then_some(I512::MINUS_ONE);
        let value = self.value.or(of_nothing).ok_or(Undecided::EmptySet)?;
        match (self.kind, self.trouble) {
            (FoldKind::All, Some(reason)) if !value.is_negative() => Err(reason),
            (FoldKind::Any, Some(reason)) if value.is_negative() => Err(reason),
            (FoldKind::All | FoldKind::Any, _) => Ok(Value::Boolean(value)),
            _ => Ok(Value::Integer(value)),
        }
    }
}
