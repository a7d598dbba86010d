//! What each of several ways to go on cost and brought: what paid lately is done more often.

/// Costs after which half of all that was counted is forgotten, so that the recent counts.
const MEMORY: u64 = 16_384;
/// What a use is taken to cost before anything is known.
const FIRST_COST: u64 = 20;
/// Added to gains and costs, so that what was hardly tried is worth a try.
const FIRST_GAIN: u64 = 1;
const FIRST_SPENT: u64 = 2_000;

/// The account of `N` ways.
#[derive(Debug, Clone)]
pub(super) struct Credits<const N: usize> {
    uses: [u64; N],
    costs: [u64; N],
    gains: [u64; N],
}

impl<const N: usize> Default for Credits<N> {
    fn default() -> Self {
        Self { uses: [0; N], costs: [0; N], gains: [0; N] }
    }
}

impl<const N: usize> Credits<N> {
    /// Counts a use of way `at`.
    pub(super) fn note(&mut self, at: usize, cost: u64, gain: u64) {
        self.uses[at] += 1;
        self.costs[at] += cost;
        self.gains[at] += gain;
    }

    /// Forgets half when much was counted.
    pub(super) fn age(&mut self) {
        if self.costs.iter().sum::<u64>() > MEMORY {
            self.uses.iter_mut().chain(&mut self.costs).chain(&mut self.gains).for_each(|count| *count /= 2);
        }
    }

    /// Shares of the cost in permille: half by `first` (percent), half by gains for the cost; with `fixed` by `first` alone.
    pub(super) fn shares(&self, first: &[u64; N], fixed: bool) -> [u64; N] {
        let rate = |at: usize| (self.gains[at] + FIRST_GAIN) * 1_000_000 / (self.costs[at] + FIRST_SPENT);
        let total: u64 = (0..N).map(rate).sum();
        let earned = |at: usize| if fixed { 0 } else { rate(at) * 1_000 / total.max(1) };
        std::array::from_fn(|at| first[at] * 10 + earned(at))
    }

    /// Weights of uses by which each way gets its share of the cost.
    pub(super) fn weights(&self, first: &[u64; N], fixed: bool) -> [u64; N] {
        let shares = self.shares(first, fixed);
        let cost = |at: usize| (self.costs[at] + FIRST_COST) / (self.uses[at] + 1);
        std::array::from_fn(|at| shares[at] * 1_000 / cost(at).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::Credits;

    #[test]
    fn half_of_the_cost_goes_by_what_was_gained_for_it() {
        let mut credits = Credits::<2>::default();
        assert_eq!(credits.shares(&[75, 25], true), [750, 250]);
        // As much for both: the other half is even.
        assert_eq!(credits.shares(&[75, 25], false), [1_250, 750]);
        (0..100).for_each(|_| credits.note(0, 100, 0));
        (0..100).for_each(|_| credits.note(1, 100, 10));
        // 1 and 1,001 gains for 12,000 calls each: 83 and 83,416 for a million.
        assert_eq!(credits.shares(&[50, 50], false), [500, 500 + 999]);
        assert_eq!(credits.shares(&[50, 50], true), [500, 500]);
    }
}
