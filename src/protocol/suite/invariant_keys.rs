//! What `[invariant]` says of a campaign, in `foundry.toml`, the environment or inline.

use toml::Value;

/// Keys of `[invariant]` that count; none: not said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InvariantKeys {
    /// Longest sequence.
    pub depth: Option<usize>,
    /// Whether a call that reverts is a finding.
    pub fail_on_revert: Option<bool>,
    /// Most seconds that pass before a call.
    pub max_time_delay: Option<u64>,
    /// Most blocks.
    pub max_block_delay: Option<u64>,
}

impl InvariantKeys {
    /// Takes a key, and says whether it counts here.
    ///
    /// # Errors
    ///
    /// What the value should have been.
    pub(super) fn set(&mut self, key: &str, value: &Value) -> Result<bool, &'static str> {
        let delay = || {
            let delay = value.as_integer().and_then(|delay| u32::try_from(delay).ok());
            delay.map(|delay| Some(u64::from(delay))).ok_or("a number below 2^32")
        };
        match key {
            "depth" => {
                let depth = value.as_integer().and_then(|depth| u32::try_from(depth).ok()).filter(|depth| *depth > 0);
                self.depth = Some(depth.ok_or("a number above zero and below 2^32")? as usize);
            }
            "fail_on_revert" => self.fail_on_revert = Some(value.as_bool().ok_or("true or false")?),
            "max_time_delay" => self.max_time_delay = delay()?,
            "max_block_delay" => self.max_block_delay = delay()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What this says, and where it is silent, what `below` says.
    #[must_use]
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            depth: self.depth.or(below.depth),
            fail_on_revert: self.fail_on_revert.or(below.fail_on_revert),
            max_time_delay: self.max_time_delay.or(below.max_time_delay),
            max_block_delay: self.max_block_delay.or(below.max_block_delay),
        }
    }

    /// What holds for a campaign that judges several predicates at once, for which `others` holds: sequences are as long, and time
    /// passes as fast, as any of them asks for, and a revert is a finding where it is one for any.
    #[must_use]
    pub(super) fn together(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            fail_on_revert: self.fail_on_revert.max(other.fail_on_revert),
            max_time_delay: self.max_time_delay.max(other.max_time_delay),
            max_block_delay: self.max_block_delay.max(other.max_block_delay),
        }
    }

    /// Seconds and blocks that pass at most; none where time stands still.
    pub(super) fn delays(self) -> Option<(u64, u64)> {
        let delays = (self.max_time_delay.unwrap_or(0), self.max_block_delay.unwrap_or(0));
        (delays != (0, 0)).then_some(delays)
    }
}
