//! Which runs are judged by invariants that take many executions themselves.

/// One of this many cases of free search is judged whatever it shows.
const SHARE: u8 = 32;
/// The same of scenarios, whose scripts take less than what they would be judged by.
const SCRIPTED_SHARE: u8 = 128;

/// Which of a worker's runs are judged at their end by invariants with `on = "sample"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sampling {
    /// None.
    Nothing,
    /// Those that reach what is new: the corpus keeps them.
    News,
    /// All: cases of the sample, and what is replayed or shrunk.
    All,
}

impl Sampling {
    /// What the case of free search with this seed is judged by, and what was imported.
    pub(super) fn of_case(seed: [u8; 32]) -> Self {
        if seed[0].is_multiple_of(SHARE) { Self::All } else { Self::News }
    }

    /// What the case of a scenario with this seed is judged by.
    pub(super) fn of_script(seed: [u8; 32]) -> Self {
        if seed[0].is_multiple_of(SCRIPTED_SHARE) { Self::All } else { Self::Nothing }
    }

    /// Whether a run is judged that reached something new, or did not.
    pub(super) fn takes(self, is_news: bool) -> bool {
        self == Self::All || self == Self::News && is_news
    }
}
