/// Parts of the search that can be switched off, to measure what each is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Features {
    /// Operands of comparisons steer: words are replaced, turned along directions, and what comes nearer is kept.
    pub comparisons: bool,
    /// Sequences are varied until a comparison comes out otherwise; needs `comparisons`.
    pub digs: bool,
    /// Calls that read what the call before wrote are preferred.
    pub dependencies: bool,
    /// Steps are repeated as often as a comparison asks for.
    pub repeats: bool,
    /// Sequences are continued from kept states.
    pub snapshots: bool,
    /// Sequences that bring an invariant nearer to its violation are kept and climbed from.
    pub margins: bool,
    /// Scripts are drawn by what calls were seen to take and to give, by names and types of parameters, and pass on what views
    /// and calls answer; else by types of values alone.
    pub actions: bool,
    /// Scripts borrow.
    pub loans: bool,
    /// Scripts act when they are called back.
    pub callbacks: bool,
    /// Amounts of scripts are climbed while they are searched, and those of findings are moved to where they pay most.
    pub tuning: bool,
}

impl Features {
    /// Everything.
    pub fn all() -> Self {
        Self {
            comparisons: true,
            digs: true,
            dependencies: true,
            repeats: true,
            snapshots: true,
            margins: true,
            actions: true,
            loans: true,
            callbacks: true,
            tuning: true,
        }
    }

    /// Coverage alone.
    pub fn none() -> Self {
        Self {
            comparisons: false,
            digs: false,
            dependencies: false,
            repeats: false,
            snapshots: false,
            margins: false,
            actions: false,
            loans: false,
            callbacks: false,
            tuning: false,
        }
    }
}

impl Default for Features {
    fn default() -> Self {
        Self::all()
    }
}
