use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// Counters that workers raise and a ticker reads; nothing here is part of the result.
#[derive(Debug, Default)]
pub struct Progress {
    /// Calls executed, shrinking excluded.
    pub calls: AtomicU64,
    /// Calls that reverted or halted.
    pub reverts: AtomicU64,
    /// Edges of the present protocol.
    pub edges: AtomicU64,
    /// Corpus entries of the present protocol.
    pub corpus: AtomicU64,
    /// Findings so far.
    pub findings: AtomicU64,
    /// Value of `calls` when the last new edge was merged.
    pub last_edge: AtomicU64,
    /// Calls that the budget allows; 0 when only time bounds it.
    pub budget: AtomicU64,
    /// Set by Ctrl-C: workers finish their case and the campaign ends in order.
    pub stop: AtomicBool,
}

impl Progress {
    /// Asks the campaign to end.
    pub fn request_stop(&self) {
        self.stop.store(true, Relaxed);
    }

    /// Whether the campaign was asked to end.
    pub fn stopping(&self) -> bool {
        self.stop.load(Relaxed)
    }
}
