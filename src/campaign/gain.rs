//! What an attacker gained by a sequence, beside what it would have had without the attack.

use super::{deed, executor::Executor, worker::Ground};
use crate::{
    economics::{Assessment, Profit, Valuation},
    scenario::Judged,
    sequence::{Advance, Attack, Sequence, Step},
};
use alloy_primitives::{Address, U256, aliases::I512};
use std::collections::{BTreeMap, BTreeSet};

/// Blocks by which a sequence begins later to show that it owes nothing to the hash of a block.
const SHIFTS: [u64; 6] = [1, 2, 3, 5, 8, 13];

impl Ground {
    /// What the attacker gained by the sequence that `executor` has just run, and how it left the attacker.
    pub(super) fn profit(
        &self,
        executor: &mut Executor,
        scenario: usize,
        sequence: &Sequence,
    ) -> Option<(Assessment, Option<Profit>)> {
        let valuation = self.valuation.as_ref()?;
        let judged = self.scenarios[scenario].judged(&self.protocol, sequence);
        if judged == Judged::ByInvariants {
            return None;
        }
        let assessment = valuation.assess(executor.machine());
        let mut profit = valuation.profit(assessment.clone());
        // Before other sequences run.
        let left = match &judged {
            Judged::AtExpenseOf(victims, _) => valuation.holdings(executor.machine(), &self.protocol, victims),
            _ => None,
        };
        if let Some(gained) = &mut profit {
            let mut trials = Trials { executor, valuation };
            gained.amount = match judged {
                Judged::ByProfitOver(baseline) => gained.amount.saturating_sub(trials.gain(baseline)),
                Judged::AtExpenseOf(victims, baseline) => {
                    let gained = gained.amount.saturating_sub(trials.gain(baseline));
                    let had = valuation.holdings(trials.executor.machine(), &self.protocol, &victims);
                    let lost = had.zip(left).map_or(I512::ZERO, |(had, left)| had.saturating_sub(left));
                    gained.min(valuation.whole(lost))
                }
                Judged::ByProfitBesideTime => trials.beside_time(sequence, gained.amount),
                Judged::ByInvariants | Judged::ByProfit => gained.amount,
            };
        }
        Some((assessment, profit.filter(|profit| valuation.counts(profit.amount))))
    }
}

/// Runs other sequences than the one that is judged.
struct Trials<'a> {
    executor: &'a mut Executor,
    valuation: &'a Valuation,
}

/// How a run ended.
struct End {
    gain: U256,
    /// Whether each step, and each action of a script, ended well.
    went_well: Vec<bool>,
    /// Words of storage that belong to the attacker by a key: what it has somewhere.
    left: BTreeMap<(Address, U256), U256>,
}

impl End {
    /// Whether it did in twice the time what `other` did, and left no more anywhere than grows with the time.
    fn is_like(&self, other: &Self) -> bool {
        let leaves_more = |(word, left): (&(Address, U256), &U256)| {
            let before = other.left.get(word).copied().unwrap_or_default();
            *left > before.saturating_mul(U256::from(2))
        };
        self.went_well == other.went_well && !self.left.iter().any(leaves_more)
    }
}

impl Trials<'_> {
    fn gain(&mut self, sequence: Sequence) -> U256 {
        self.executor.rehearse(sequence);
        self.gained()
    }

    /// What the attacker gained by what has just run.
    fn gained(&mut self) -> U256 {
        let assessment = self.valuation.assess(self.executor.machine());
        self.valuation.profit(assessment).map_or(U256::ZERO, |profit| profit.amount)
    }

    fn end(&mut self, sequence: Sequence) -> End {
        let mut words = BTreeSet::new();
        let holders = self.valuation.holders();
        let is_own = |key: U256| holders.iter().any(|holder| U256::from_be_bytes(holder.into_word().0) == key);
        self.executor.rehearse_watched(sequence, |machine| words.extend(machine.recorder().entries_written(is_own)));
        let went_well = self.executor.executions().iter().flat_map(|step| deed::went_well(step)).collect();
        let machine = self.executor.machine();
        let left = words.into_iter().map(|word| (word, machine.storage(word.0, word.1))).collect();
        End { gain: self.gained(), went_well, left }
    }

    /// What `sequence`, which gained `gained`, gains apart from what grows with time, as far as it does so whenever it begins: what
    /// who does nothing in that time gains, whose tokens grow by themselves, is not counted.
    ///
    /// With waits of `w` it gains `a + b(w)`. With twice the waits it gains `a + b(2w)`, where interest, rewards and vesting pay
    /// `b(2w) >= 2 b(w)` or nearly so, which leaves at least `2 (a + b(w)) - (a + b(2w)) <= a` of it.
    ///
    /// The amounts of a sequence are made for its own waits: where a call fails with twice as many, or more stays somewhere, what
    /// it gained then says too little of `b(2w)`. In that case half the waits stand for one: what fails then, or is left somewhere,
    /// counts against the attack.
    fn beside_time(&mut self, sequence: &Sequence, gained: U256) -> U256 {
        let gained = gained.saturating_sub(self.gain(idle(sequence)));
        let as_it_is = self.end(sequence.clone());
        let longer = self.end(with_waits(sequence, |wait| wait.saturating_mul(2)));
        let two = U256::from(2);
        let beside = if longer.is_like(&as_it_is) {
            (gained * two).saturating_sub(longer.gain)
        } else {
            (self.gain(with_waits(sequence, |wait| wait / 2)) * two).saturating_sub(as_it_is.gain)
        };
        let mut least = gained.min(beside);
        for shift in SHIFTS {
            if least.is_zero() {
                break;
            }
            let mut later = sequence.clone();
            if let Some(first) = later.steps.first_mut() {
                first.advance_mut().blocks += shift;
            }
            least = least.min(self.gain(later));
        }
        least
    }
}

/// As much time as passes in a sequence, in which its attacker does nothing.
fn idle(sequence: &Sequence) -> Sequence {
    let attack = sequence.steps.iter().find_map(|step| match step {
        Step::Attack(attack) => Some(attack),
        Step::Call(_) | Step::Market(_) => None,
    });
    let mut advance = Advance::default();
    for step in &sequence.steps {
        advance.blocks += step.advance().blocks;
        advance.seconds += step.advance().seconds;
    }
    let nothing = attack.map(|attack| Step::Attack(Attack { actions: Vec::new(), advance, ..attack.clone() }));
    Sequence { steps: nothing.into_iter().collect() }
}

/// The same sequence with other waits.
fn with_waits(sequence: &Sequence, wait: impl Fn(u64) -> u64) -> Sequence {
    let mut other = sequence.clone();
    for step in &mut other.steps {
        let advance = step.advance_mut();
        (advance.blocks, advance.seconds) = (wait(advance.blocks), wait(advance.seconds));
    }
    other
}
