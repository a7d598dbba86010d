use crate::evm::Boundary;
use crate::invariant::{
    events::Marks,
    ledger::LedgerChange,
    rule::Invariant,
    scene::{CallContext, Memory, Uses},
    value::Outcome,
};

/// How often an instance was judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Verdicts, whether evaluated anew or known to be unchanged.
    pub evaluations: u64,
    /// Those after a change of something that it reads: without any, the invariant is vacuous.
    pub on_change: u64,
    /// Those that were neither true nor false after such a change.
    pub undecided: u64,
}

impl Counts {
    /// Adds another worker's.
    pub fn add(&mut self, other: Self) {
        self.evaluations += other.evaluations;
        self.on_change += other.on_change;
        self.undecided += other.undecided;
    }

    /// Whether the invariant was never decided on a changed state.
    pub fn is_vacuous(self) -> bool {
        self.on_change == self.undecided
    }
}

/// What an instance may be changed by, besides answers of views.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent sources of change, not states of one machine")]
pub(super) struct Sensitivity {
    pub(super) block: bool,
    pub(super) holders: bool,
    pub(super) flows: bool,
    pub(super) events: Marks,
    pub(super) ghosts: Marks,
    pub(super) call: bool,
    pub(super) sent: bool,
    pub(super) untracked: bool,
}

impl Sensitivity {
    pub(super) fn add(&mut self, uses: &Uses) {
        self.block |= uses.block;
        self.holders |= uses.holders;
        self.flows |= uses.flows;
        self.events |= uses.events;
        self.ghosts |= uses.ghosts;
        self.call |= uses.call;
        self.sent |= uses.sent;
        self.untracked |= uses.untracked;
    }

    /// Whether what events told may change a verdict.
    pub(super) fn feels(&self, change: LedgerChange) -> bool {
        change.holders && self.holders
            || change.flows && self.flows
            || self.events.meets(change.events)
            || self.ghosts.meets(change.ghosts)
    }

    /// Whether anything that a ledger keeps was looked at.
    pub(super) fn ledger(&self) -> bool {
        self.holders || self.flows || self.events != Marks::default() || self.ghosts != Marks::default()
    }
}

/// What a judge knows of one instance.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) memory: Memory,
    /// The memory of the evaluations that [`Mode::Always`] adds.
    pub(super) fresh: Memory,
    pub(super) outcome: Option<Outcome>,
    pub(super) base: Option<Outcome>,
    pub(super) sensitivity: Sensitivity,
    pub(super) base_sensitivity: Sensitivity,
    /// Something that it read may have changed since it was judged.
    pub(super) dirty: bool,
    /// The old values are those of the present state, taken for this call.
    pub(super) captured: Option<CallContext>,
    /// The verdict on a call that changed nothing which it reads, valid while `captured` is.
    pub(super) quiet: Option<(CallContext, Outcome)>,
    /// The functions whose calls it may be violated by; none: all.
    functions: Option<Vec<usize>>,
    /// Where within the last call it was furthest from holding.
    pub(super) boundary: Option<Boundary>,
    /// The last evaluation looked at the state.
    pub(super) looked: bool,
    pub(super) counts: Counts,
}

impl State {
    /// Nothing is known of an instance yet.
    pub(super) fn of(instance: &dyn Invariant) -> Self {
        Self { functions: instance.functions().map(<[usize]>::to_vec), ..Self::default() }
    }

    /// Whether a call may violate it.
    pub(super) fn concerns(&self, call: CallContext) -> bool {
        let Some(functions) = &self.functions else { return true };
        call.function.is_some_and(|function| functions.contains(&function))
    }

    pub(super) fn spoil(&mut self) {
        self.dirty = true;
        self.captured = None;
        self.quiet = None;
    }
}

impl State {
    pub(super) fn count(&mut self, changed: bool, outcome: Outcome) {
        self.counts.evaluations += 1;
        if changed && self.looked {
            self.counts.on_change += 1;
            self.counts.undecided += u64::from(outcome.is_err());
        }
    }
}
