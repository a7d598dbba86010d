/// Parts of the search that can be switched off, to measure what each is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Features {
    /// Operands of comparisons steer: words are replaced, turned along directions, and what comes nearer is kept.
    pub comparisons: bool,
    /// Arguments take what earlier steps of the sequence returned or emitted.
    pub plumbing: bool,
    /// Calls that read what the call before wrote are preferred.
    pub dependencies: bool,
    /// Steps are repeated as often as a comparison asks for.
    pub repeats: bool,
    /// Sequences are continued from kept states.
    pub snapshots: bool,
    /// Sequences are kept for new magnitudes of storage words.
    pub waypoints: bool,
}

impl Features {
    /// Everything.
    pub fn all() -> Self {
        Self { comparisons: true, plumbing: true, dependencies: true, repeats: true, snapshots: true, waypoints: true }
    }

    /// Coverage alone.
    pub fn none() -> Self {
        Self {
            comparisons: false,
            plumbing: false,
            dependencies: false,
            repeats: false,
            snapshots: false,
            waypoints: false,
        }
    }

    /// Names of the switches, for command lines.
    pub const NAMES: [&'static str; 6] =
        ["comparisons", "plumbing", "dependencies", "repeats", "snapshots", "waypoints"];

    /// The same without the feature called `name`; none when there is no such feature.
    pub fn without(mut self, name: &str) -> Option<Self> {
        let switch = match name {
            "comparisons" => &mut self.comparisons,
            "plumbing" => &mut self.plumbing,
            "dependencies" => &mut self.dependencies,
            "repeats" => &mut self.repeats,
            "snapshots" => &mut self.snapshots,
            "waypoints" => &mut self.waypoints,
            _ => return None,
        };
        *switch = false;
        Some(self)
    }
}

impl Default for Features {
    fn default() -> Self {
        Self::all()
    }
}
