//! What cases of each of several kinds cost, so that shares of the cost can be told from how often each kind is drawn.

/// Costs after which half of all that was counted is forgotten, so that the recent counts.
const MEMORY: u64 = 16_384;
/// What a case is taken to cost before anything is known.
const FIRST_COST: u64 = 20;

/// The account of `N` kinds.
#[derive(Debug, Clone)]
pub(super) struct Costs<const N: usize> {
    cases: [u64; N],
    spent: [u64; N],
}

impl<const N: usize> Default for Costs<N> {
    fn default() -> Self {
        Self { cases: [0; N], spent: [0; N] }
    }
}

impl<const N: usize> Costs<N> {
    /// Counts a case of kind `at`.
    pub(super) fn note(&mut self, at: usize, cost: u64) {
        self.cases[at] += 1;
        self.spent[at] += cost;
    }

    /// Forgets half when much was counted.
    pub(super) fn age(&mut self) {
        if self.spent.iter().sum::<u64>() > MEMORY {
            self.cases.iter_mut().chain(&mut self.spent).for_each(|count| *count /= 2);
        }
    }

    /// How often each kind has to be drawn to get its share of the cost, as weights. `shares` are parts of it.
    pub(super) fn weights(&self, shares: &[u64; N]) -> [u64; N] {
        let cost = |at: usize| (self.spent[at] + FIRST_COST) / (self.cases[at] + 1);
        std::array::from_fn(|at| shares[at] * 10_000 / cost(at).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::Costs;

    #[test]
    fn what_costs_ten_times_as_much_is_drawn_a_tenth_as_often() {
        let mut costs = Costs::<2>::default();
        assert_eq!(costs.weights(&[75, 25]), [37_500, 12_500]);
        (0..99).for_each(|_| costs.note(0, 10));
        (0..99).for_each(|_| costs.note(1, 100));
        // (990 + 20) / 100 and (9,900 + 20) / 100 calls a case.
        assert_eq!(costs.weights(&[50, 50]), [50_000, 500_000 / 99]);
    }
}
