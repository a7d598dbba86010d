use std::process::ExitCode;

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It did what it was asked.
    Done,
    /// A campaign ran.
    Campaign(Verdict),
    /// Findings were replayed.
    Replayed(Tally),
    /// The command line, a file or the configuration is wrong.
    Usage,
    /// The target failed before the first call.
    TargetFailed,
    /// There was nothing to check.
    NothingToCheck,
    /// The program or its surroundings failed.
    Internal,
}

/// What is known after a campaign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the columns of a decision table")]
pub(super) struct Verdict {
    /// There is a finding.
    pub(super) findings: bool,
    /// It was stopped by a signal.
    pub(super) interrupted: bool,
    /// There was a defect, or a budget was not reached.
    pub(super) incomplete: bool,
    /// An invariant was decided on a changed state, or a scenario ran; each invariant was, where vacuous ones are denied.
    pub(super) checked: bool,
}

/// What became of replayed findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Still there.
    pub(super) reproduced: usize,
    /// Gone.
    pub(super) fixed: usize,
    /// Do not fit the protocol.
    pub(super) not_applicable: usize,
}

/// An exit code; its numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    Held = 0,
    Findings = 1,
    Usage = 2,
    TargetFailed = 3,
    NothingChecked = 4,
    Incomplete = 5,
    Internal = 70,
    Interrupted = 130,
}

impl Exit {
    pub(super) fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The exit code of an outcome.
///
/// After a campaign, the first row that fits:
///
/// | findings | interrupted | incomplete | checked | code |
/// |----------|-------------|------------|---------|------|
/// | yes      | -           | -          | -       | 1    |
/// | no       | yes         | -          | -       | 130  |
/// | no       | no          | yes        | -       | 5    |
/// | no       | no          | no         | no      | 4    |
/// | no       | no          | no         | yes     | 0    |
///
/// After a replay: 1 when a finding is reproduced, 0 when one is fixed and none is reproduced, else 4.
#[expect(clippy::match_same_arms, reason = "one arm for each row")]
pub(super) fn exit(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::Done => Exit::Held,
        Outcome::Campaign(Verdict { findings: true, .. }) => Exit::Findings,
        Outcome::Campaign(Verdict { interrupted: true, .. }) => Exit::Interrupted,
        Outcome::Campaign(Verdict { incomplete: true, .. }) => Exit::Incomplete,
        Outcome::Campaign(Verdict { checked: false, .. }) | Outcome::NothingToCheck => Exit::NothingChecked,
        Outcome::Campaign(Verdict { checked: true, .. }) => Exit::Held,
        Outcome::Replayed(Tally { reproduced: 1.., .. }) => Exit::Findings,
        Outcome::Replayed(Tally { fixed: 1.., .. }) => Exit::Held,
        Outcome::Replayed(Tally { .. }) => Exit::NothingChecked,
        Outcome::Usage => Exit::Usage,
        Outcome::TargetFailed => Exit::TargetFailed,
        Outcome::Internal => Exit::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Tally, Verdict, exit};

    #[test]
    fn every_row_of_the_table_has_its_code() {
        for row in 0..16_u8 {
            let [findings, interrupted, incomplete, checked] = [8, 4, 2, 1].map(|bit| row & bit != 0);
            let expected = match row {
                8..=15 => 1,
                4..=7 => 130,
                2..=3 => 5,
                0 => 4,
                _ => 0,
            };
            let verdict = Verdict { findings, interrupted, incomplete, checked };
            assert_eq!(exit(Outcome::Campaign(verdict)).code(), expected, "{verdict:?}");
        }
        for ((reproduced, fixed, not_applicable), expected) in
            [((1, 1, 1), 1), ((1, 0, 0), 1), ((0, 1, 0), 0), ((0, 1, 1), 0), ((0, 0, 1), 4), ((0, 0, 0), 4)]
        {
            assert_eq!(exit(Outcome::Replayed(Tally { reproduced, fixed, not_applicable })).code(), expected);
        }
        for (outcome, expected) in [
            (Outcome::Done, 0),
            (Outcome::Usage, 2),
            (Outcome::TargetFailed, 3),
            (Outcome::NothingToCheck, 4),
            (Outcome::Internal, 70),
        ] {
            assert_eq!(exit(outcome).code(), expected);
        }
    }
}
