//! Local search over the amounts of a script: what almost pays is often too little. One amount is scaled and another one pushed
//! to what then still succeeds, while the attacker is better off; the optimum usually lies where the next step would revert.

use super::{amounts::Scope, deed::Deed, outcome::Outcome};
use crate::{economics::Profit, generate::CaseRng, sequence::Sequence};
use alloy_primitives::{Address, U256, aliases::I512};
use proptest::prelude::RngExt;

/// Factors that are tried, as numerator and denominator: large ones find the order of magnitude, small ones the boundary.
const FACTORS: [(u32, u32); 8] = [(10, 1), (4, 1), (2, 1), (3, 2), (11, 10), (9, 10), (1, 2), (1, 10)];
/// Executions without any gain after which a climb ends.
const PATIENCE: usize = 24;
/// Executions of one climb, at most.
const MOST_EXECUTIONS: usize = 512;
/// A boundary is found to one part of this.
const PRECISION: u64 = 16;

/// A script that ran, and what it came to.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) outcome: Outcome,
    pub(super) deed: Deed,
    pub(super) profit: Option<Profit>,
}

/// Runs a script; none when it is not judged by what it gains.
type Run<'a> = &'a mut dyn FnMut(Sequence) -> (Outcome, Option<(Deed, Option<Profit>)>);

/// A climb from one script.
pub(super) struct Climb<'a> {
    run: Run<'a>,
    /// Whose loss is raised; none for what the attacker gains in all.
    robbed: Option<Address>,
    best: Trial,
    executions: usize,
    /// Executions since the last gain.
    vain: usize,
    calls: u64,
    reverts: u64,
}

impl<'a> Climb<'a> {
    pub(super) fn new(best: Trial, robbed: Option<Address>, run: Run<'a>) -> Self {
        let Outcome { calls, reverts, .. } = best.outcome;
        Self { run, robbed, best, executions: 0, vain: 0, calls, reverts }
    }

    /// The best script that was reached; its outcome counts the calls of all.
    pub(super) fn climb(mut self, rng: &mut CaseRng) -> Trial {
        while self.vain < PATIENCE && self.executions < MOST_EXECUTIONS {
            let count = Scope::Stated.sites(&self.best.deed.sequence).len();
            if count == 0 {
                break;
            }
            let [scaled, pushed] = [(); 2].map(|()| rng.random_range(0..count));
            let factor = FACTORS[rng.random_range(0..FACTORS.len())];
            // A move that helped is made again.
            while self.probe(scaled, factor, pushed) {}
        }
        let Self { mut best, calls, reverts, .. } = self;
        (best.outcome.calls, best.outcome.reverts) = (calls, reverts);
        best
    }

    /// Scales one amount and pushes another one to what then still succeeds: a trade that moves a price further costs more until
    /// more is taken at that price. Whether it pays.
    fn probe(&mut self, scaled: usize, (times, over): (u32, u32), pushed: usize) -> bool {
        let Some(amount) = Scope::Stated.amount(&self.best.deed.sequence, scaled) else { return false };
        let moved = amount.checked_mul(U256::from(times)).map_or(amount, |product| product / U256::from(over));
        let Some(trial) = self.attempt((scaled, moved), None) else { return false };
        let trial = if scaled == pushed { trial } else { self.push(trial, pushed) };
        let pays = self.height(&trial) > self.height(&self.best);
        if pays {
            self.best = trial;
            self.vain = 0;
        }
        pays && self.executions < MOST_EXECUTIONS
    }

    fn height(&self, trial: &Trial) -> I512 {
        match self.robbed {
            Some(account) => trial.deed.nets.get(&account).copied().unwrap_or_default(),
            None => trial.deed.value,
        }
    }

    /// Raises an amount while everything succeeds and the attacker is better off: doubling first, then by halves of what is left
    /// to the first failure.
    fn push(&mut self, from: Trial, index: usize) -> Trial {
        let mut best = from;
        let mut high = None;
        while let Some(low) = Scope::Stated.amount(&best.deed.sequence, index) {
            let next = high.map_or(low.saturating_mul(U256::from(2)), |high: U256| low + (high - low) / U256::from(2));
            if next - low <= low / U256::from(PRECISION) {
                break;
            }
            match self.attempt((index, next), Some(&best.deed.sequence)) {
                Some(trial) if self.height(&trial) > self.height(&best) => best = trial,
                _ => high = Some(next),
            }
        }
        best
    }

    /// Runs a script, the best one unless said otherwise, with another amount; none when any action fails.
    fn attempt(&mut self, (index, amount): (usize, U256), script: Option<&Sequence>) -> Option<Trial> {
        let from = script.unwrap_or(&self.best.deed.sequence);
        let changed = Scope::Stated.with_amount(from, index, amount)?;
        let size = changed.size();
        self.executions += 1;
        self.vain += 1;
        let (outcome, judged) = (self.run)(changed);
        self.calls += outcome.calls;
        self.reverts += outcome.reverts;
        let (deed, profit) = judged?;
        (deed.sequence.size() == size).then_some(Trial { outcome, deed, profit })
    }
}

#[cfg(test)]
mod tests {
    use super::{Climb, Trial};
    use crate::{
        campaign::{amounts::Scope, deed::Deed, outcome::Outcome},
        generate,
        sequence::{Action, ActionCall, Advance, Attack, Sequence, Step},
    };
    use alloy_dyn_abi::DynSolValue;
    use alloy_primitives::{Address, U256, U512, aliases::I512};

    fn call(amount: u64) -> Action {
        let arguments = vec![DynSolValue::Uint(U256::from(amount), 256)];
        Action::Call(ActionCall {
            function: 0,
            instance: None,
            arguments,
            live: Vec::new(),
            value: U256::ZERO,
            callback: Vec::new(),
        })
    }

    fn amounts(sequence: &Sequence) -> Vec<u64> {
        (0..2).filter_map(|index| Scope::Stated.amount(sequence, index)).map(|amount| amount.saturating_to()).collect()
    }

    /// A trade costs a tenth of its amount and allows a loan of its amount.
    fn run(mut sequence: Sequence) -> (Outcome, Option<(Deed, Option<crate::economics::Profit>)>) {
        let [trade, loan] = amounts(&sequence)[..] else { unreachable!("there are two amounts") };
        let fails = trade > 1_000_000 || loan > trade;
        if let (true, Step::Attack(attack)) = (fails, &mut sequence.steps[0]) {
            attack.actions.pop();
        }
        let gained = if fails { 0 } else { loan };
        let value = I512::from_raw(U512::from(gained)) - I512::from_raw(U512::from(trade / 10));
        let deed = Deed { sequence, succeeded: Vec::new(), value, ..Deed::default() };
        (Outcome { calls: 1, ..Outcome::default() }, Some((deed, None)))
    }

    #[test]
    fn a_climb_raises_what_costs_together_with_what_it_allows() {
        let actions = vec![call(1_000), call(10)];
        let attack = Attack { sender: Address::ZERO, contract: Address::ZERO, actions, advance: Advance::default() };
        let (outcome, judged) = run(Sequence { steps: vec![Step::Attack(attack)] });
        let (deed, profit) = judged.expect("the script is judged");
        let start = Trial { outcome, deed, profit };
        let end = Climb::new(start, None, &mut run).climb(&mut generate::case_rng(&[7; 32]));
        let [trade, loan] = amounts(&end.deed.sequence)[..] else { unreachable!("there are two amounts") };
        assert!(trade > 500_000 && loan <= trade && loan > trade / 10 * 9, "{trade}, {loan}");
        assert!(end.outcome.calls > 10);
    }
}
