//! Whose turn it is: free search and scenarios get about as much work each, though a case of free search may send a hundred calls,
//! each of which is judged, and a script is one.

/// Cases of which one searches freely, at least and at most, and before anything is known.
const ROUNDS: [u64; 3] = [2, 64, 4];

/// What one kind of case cost lately.
#[derive(Debug, Default)]
struct Cost {
    work: u64,
    cases: u64,
}

/// Decides how many cases of scenarios run beside one of free search.
#[derive(Debug)]
pub(super) struct Turns {
    free: Cost,
    scenario: Cost,
    round: u64,
}

impl Default for Turns {
    fn default() -> Self {
        Self { free: Cost::default(), scenario: Cost::default(), round: ROUNDS[2] }
    }
}

impl Turns {
    /// Notes what a case cost.
    pub(super) fn note(&mut self, is_free: bool, work: u64) {
        let cost = if is_free { &mut self.free } else { &mut self.scenario };
        cost.work += work;
        cost.cases += 1;
    }

    /// Of so many cases, one searches freely. Constant during an epoch.
    pub(super) fn round(&self) -> u64 {
        self.round
    }

    /// Draws the consequences of what cases cost, and counts it half from here on.
    pub(super) fn end_epoch(&mut self) {
        let [free, scenario] = [&self.free, &self.scenario].map(|cost| (cost.work.max(1), cost.cases.max(1)));
        // Work for each case of the one, in cases of the other.
        let worth = u128::from(free.0) * u128::from(scenario.1) / (u128::from(free.1) * u128::from(scenario.0));
        self.round = u64::try_from(worth).unwrap_or(u64::MAX).saturating_add(1).clamp(ROUNDS[0], ROUNDS[1]);
        for cost in [&mut self.free, &mut self.scenario] {
            (cost.work, cost.cases) = (cost.work / 2, cost.cases / 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Turns;

    #[test]
    fn both_get_about_as_much_work() {
        let mut turns = Turns::default();
        let mut work = [0, 0];
        for index in 0..40_000_u64 {
            let is_free = index.is_multiple_of(turns.round());
            let cost = if is_free { 30 } else { 2 };
            work[usize::from(is_free)] += cost;
            turns.note(is_free, cost);
            if index.is_multiple_of(500) {
                turns.end_epoch();
            }
        }
        let [scenarios, free] = work;
        assert!(free * 10 > scenarios * 9 && free * 9 < scenarios * 10, "{work:?}");
    }
}
