//! The most that an attack pays: it is made larger by what pays enough more, then its amounts are moved in steps that are fractions of
//! themselves, one or two at a time, while it gains, and its actions are repeated. The optimum often lies where the next step would
//! revert, so a step that fails is only too long.

use super::{
    amounts::{Scope, Site, with_all},
    finding::CurveRecord,
    shrink::{Shown, Target, show, shrink},
    worker::{Ground, Purpose, View, with_worker},
};
use crate::{
    generate,
    scenario::{self, Drawing},
    sequence::{Action, Repeat, Sequence, Step},
};
use alloy_primitives::U256;
use rayon::prelude::*;
use std::{cmp::Reverse, ops::RangeFrom, sync::Arc};

/// Fractions by which amounts are moved, one after the other: a part of so many.
const STEPS: [u32; 10] = [1, 2, 4, 10, 30, 100, 300, 1_000, 3_000, 10_000];
/// Amounts that are also moved in pairs.
const PAIRED: usize = 8;
/// Executions of one attack, at most.
const MOST_EXECUTIONS: usize = 4_096;
/// What they may take together.
const MOST_WORK: u64 = 1_000_000_000;
/// Actions that are repeated together, at most.
const LONGEST_SPAN: usize = 4;
/// Candidates of a round of growth.
const BATCH: usize = 96;
/// Rounds of growth that bring nothing, in a row, before it ends.
const PATIENCE: u32 = 16;
/// The same for a beginning.
const SHORT_PATIENCE: u32 = 8;
/// Beginnings of growth.
const BEGINNINGS: usize = 4;
/// What a sweep may take.
const SWEEP_WORK: u64 = 3_000_000_000;
/// What growth may take, and what each beginning may.
const GROWTH_WORK: u64 = 1_200_000_000;
const BEGINNING_WORK: u64 = 300_000_000;
/// What an enlargement has to add: a part of so many.
const WORTHWHILE: u32 = 50;
/// What may be missing of the profit where numbers are filled in, of all of them: a part of so many.
const GENERALITY: u32 = 1_000;
/// What may be missing of the profit where the script is simpler for it: a part of so many.
const SPARE: u32 = 10_000;
/// Points of a curve below and above the best amount, by quarters of a doubling.
const CURVE: std::ops::RangeInclusive<i32> = -16..=8;

/// An attack whose amounts are tuned.
pub(super) struct Tune<'a> {
    ground: &'a Arc<Ground>,
    scenario: usize,
    best: Shown,
    executions: usize,
    work: u64,
}

impl<'a> Tune<'a> {
    /// Begins with a profit that `scenario` shows.
    pub(super) fn new(ground: &'a Arc<Ground>, scenario: usize, shown: Shown) -> Self {
        Self { ground, scenario, best: shown, executions: 0, work: 0 }
    }

    /// The attack made larger by what pays enough more: its parts done to everything else that they may be done to, then variations of it,
    /// best first, with their amounts moved by large steps. Where those lead depends on the first of them, so the best of several
    /// beginnings goes on. `index` is that of the case.
    pub(super) fn grow(self, view: &View, index: u64) -> Shown {
        let (ground, scenario) = (self.ground, self.scenario);
        let again = |shown: Shown| Self::new(ground, scenario, shown);
        let drawing = ground.drawing(view, true);
        let swept = self.swept(&drawing).best;
        let mut draws = (index << 24)..;
        let begin = |_| again(swept.clone()).grown(&drawing, &mut draws, (SHORT_PATIENCE, BEGINNING_WORK)).best;
        let begun = (0..BEGINNINGS).map(begin).reduce(better).unwrap_or_else(|| swept.clone());
        let grown = again(begun).grown(&drawing, &mut draws, (PATIENCE, GROWTH_WORK)).without_spare(WORTHWHILE);
        let grown = if is_worth_its_size(&grown, &swept) {
            again(grown).swept(&drawing).without_spare(WORTHWHILE)
        } else {
            grown
        };
        again(grown).general(&drawing).best
    }

    /// With its parts done to everything else as well, as long as that adds enough.
    fn swept(mut self, drawing: &Drawing<'_>) -> Self {
        self = self.general(drawing);
        let mut candidates = scenario::sweep(drawing, &self.best.sequence);
        let (mut next, mut vain) = (0, 0);
        while vain < candidates.len() && self.work < SWEEP_WORK {
            let length = BATCH.min(candidates.len() - vain);
            let batch: Vec<_> = candidates.iter().cycle().skip(next).take(length).cloned().collect();
            (next, vain) = ((next + length) % candidates.len(), vain + length);
            if self.improve(batch, is_worth_its_size) {
                while self.work < SWEEP_WORK && self.improve(moves(&self.best.sequence, 1), pays_more) {}
                // What was in order before is in about the same order now: go on from there.
                candidates = scenario::sweep(drawing, &self.best.sequence);
                (next, vain) = (next.min(candidates.len()), 0);
            }
        }
        self
    }

    /// With numbers filled in while it runs wherever it pays about as much.
    fn general(mut self, drawing: &Drawing<'_>) -> Self {
        let gained = self.best.gained();
        let least = gained - gained / U256::from(GENERALITY);
        let pays_about_as_much = |one: &Shown, _: &Shown| one.gained() >= least;
        while self.work < SWEEP_WORK
            && self.improve(scenario::general(drawing, &self.best.sequence), pays_about_as_much)
        {}
        self
    }

    /// Grows until so many rounds in a row bring nothing, or that much work is done.
    fn grown(mut self, drawing: &Drawing<'_>, draws: &mut RangeFrom<u64>, (patience, work): (u32, u64)) -> Self {
        let mut vain = 0;
        while vain < patience && self.work < work {
            let candidates = draws.by_ref().take(BATCH).filter_map(|draw| {
                // Draws of their own: nobody counts cases from so high up.
                let mut rng = generate::case_rng(&self.ground.case_seed(!draw));
                scenario::grow(drawing, &self.best.sequence, &mut rng)
            });
            let candidates = candidates.collect();
            vain += 1;
            if self.improve(candidates, is_worth_its_size) {
                vain = 0;
                while self.work < work && self.improve(moves(&self.best.sequence, 1), pays_more) {}
            }
        }
        self
    }

    /// Without what the attack pays as much without, but for a part of so many.
    fn without_spare(self, part: u32) -> Shown {
        let least = self.best.gained() - self.best.gained() / U256::from(part);
        shrink(self.ground, Target::Profit { scenario: self.scenario, least }, self.best)
    }

    /// The best attack that was reached.
    pub(super) fn tune(mut self) -> Shown {
        for part in STEPS {
            loop {
                let mut moves = moves(&self.best.sequence, part);
                if part == 1 {
                    moves.extend(repeated(&self.best.sequence));
                }
                let is_spent = self.executions + moves.len() > MOST_EXECUTIONS || self.work > MOST_WORK;
                if is_spent || !self.improve(moves, pays_more) {
                    break;
                }
            }
        }
        self.without_spare(SPARE)
    }

    /// Takes the best of some candidates, if it is better. The first of equals is taken, so the order of threads does not matter.
    fn improve(&mut self, candidates: Vec<Sequence>, is_better: impl Fn(&Shown, &Shown) -> bool) -> bool {
        self.executions += candidates.len();
        let shown: Vec<_> = candidates.into_par_iter().map(|candidate| self.show(candidate)).collect();
        self.work += shown.iter().map(|(_, work)| work).sum::<u64>();
        let best = shown.into_iter().filter_map(|(shown, _)| shown).reduce(better);
        let best = best.filter(|best| is_better(best, &self.best));
        let improved = best.is_some();
        if let Some(best) = best {
            self.best = best;
        }
        improved
    }

    /// What a candidate shows, and what it took to see that.
    fn show(&self, candidate: Sequence) -> (Option<Shown>, u64) {
        let (ground, target) = (self.ground, Target::Profit { scenario: self.scenario, least: U256::ONE });
        with_worker(ground, Purpose::Shrink, |worker| {
            let before = worker.executor.machine().work();
            let shown = show(worker, ground, target, candidate);
            (shown, worker.executor.machine().work() - before)
        })
    }

    /// The profit over the amount that matters most: the one whose half costs most.
    pub(super) fn curve(&self) -> Option<CurveRecord> {
        let sequence = &self.best.sequence;
        let sites = Scope::All.sites(sequence);
        let half = |index: usize| {
            let halved =
                Scope::All.with_amount(sequence, index, Scope::All.amount(sequence, index)? / U256::from(2))?;
            Some(self.show(halved).0.map_or(U256::ZERO, |shown| shown.gained()))
        };
        let halves: Vec<_> = (0..sites.len()).into_par_iter().map(half).collect();
        let worth = halves.iter().enumerate().filter_map(|(index, half)| Some(((*half)?, index)));
        let (_, index) = worth.min()?;
        let present = Scope::All.amount(sequence, index)?;
        let points: Vec<_> = CURVE
            .into_par_iter()
            .filter_map(|quarters| {
                let amount = scaled(present, quarters);
                let moved = Scope::All.with_amount(sequence, index, amount).unwrap_or_else(|| sequence.clone());
                let profit = self.show(moved).0.map_or(U256::ZERO, |shown| shown.gained());
                (!amount.is_zero()).then(|| (amount.to_string(), profit.to_string()))
            })
            .collect();
        Some(CurveRecord { amount: self.words(sites[index]), points })
    }

    /// What an amount is, in words.
    fn words(&self, site: Site) -> String {
        let protocol = &self.ground.protocol;
        let parameter = |function: usize, argument: usize| {
            let function = &protocol.functions[function];
            let contract = &protocol.contracts[function.contract].name;
            let name = function.abi.inputs.get(argument).map_or("", |input| input.name.as_str());
            format!("{name} of {contract}.{}", function.abi.name)
        };
        match site {
            Site::Loan(token) => format!("loan of {}", protocol.name_of(token).unwrap_or("a token")),
            Site::Argument { function, argument } => parameter(function, argument),
            Site::Share { function, argument } => format!("{}, basis points", parameter(function, argument)),
            Site::Data { function, argument } => format!("a number within {}", parameter(function, argument)),
            Site::Value { function } => {
                let function = &protocol.functions[function];
                format!("wei for {}.{}", protocol.contracts[function.contract].name, function.abi.name)
            }
            Site::Times => "rounds".to_owned(),
        }
    }
}

/// The one that pays more, or as much in fewer actions; else the first.
fn better(first: Shown, second: Shown) -> Shown {
    let merit = |shown: &Shown| (shown.gained(), Reverse(shown.sequence.size()));
    if merit(&second) > merit(&first) { second } else { first }
}

fn pays_more(one: &Shown, other: &Shown) -> bool {
    one.gained() > other.gained()
}

/// Whether it pays enough more, or as much in fewer actions.
fn is_worth_its_size(one: &Shown, other: &Shown) -> bool {
    let (gain, least) = (one.gained(), other.gained());
    let is_larger = one.sequence.size() > other.sequence.size();
    let enough = if is_larger { least.saturating_add(least / U256::from(WORTHWHILE)) } else { least };
    gain > enough || (gain == least && one.sequence.size() < other.sequence.size())
}

/// `amount * 2^(quarters/4)`, to a part of a thousand.
fn scaled(amount: U256, quarters: i32) -> U256 {
    /// 2^(0/4) to 2^(3/4), in thousandths.
    const ROOTS: [u32; 4] = [1_000, 1_189, 1_414, 1_682];
    let root = U256::from(ROOTS[usize::try_from(quarters.rem_euclid(4)).unwrap_or_default()]);
    let scaled = amount.saturating_mul(root) / U256::from(1_000);
    let doublings = quarters.div_euclid(4);
    let shift = usize::try_from(doublings.unsigned_abs()).unwrap_or_default();
    if doublings < 0 { scaled >> shift } else { scaled.saturating_mul(U256::ONE << shift) }
}

/// The script with one amount, two of them, or all that are numbers moved by a part of themselves.
fn moves(sequence: &Sequence, part: u32) -> Vec<Sequence> {
    let count = Scope::All.sites(sequence).len();
    let mut moves = Vec::new();
    if count > 1 {
        let both = [true, false].map(|up| with_all(sequence, &|present| step(present, part, up).unwrap_or(present)));
        moves.extend(both.into_iter().flatten());
    }
    for index in 0..count {
        for up in [true, false] {
            let Some(one) = moved(sequence, index, (part, up)) else { continue };
            if count <= PAIRED {
                let others = index + 1..count;
                let both = others.flat_map(|other| [true, false].map(|up| moved(&one, other, (part, up))));
                moves.extend(both.flatten());
            }
            moves.push(one);
        }
    }
    moves
}

fn moved(sequence: &Sequence, index: usize, (part, up): (u32, bool)) -> Option<Sequence> {
    Scope::All.with_amount(sequence, index, step(Scope::All.amount(sequence, index)?, part, up)?)
}

/// An amount moved by a part of itself, down by as much as up would lead back.
fn step(present: U256, part: u32, up: bool) -> Option<U256> {
    let step = (present / U256::from(part)).max(U256::ONE);
    let down = (present / U256::from(part + 1)).max(U256::ONE);
    if up { present.checked_add(step) } else { Some(present - down) }
}

/// The script with neighbouring actions repeated.
fn repeated(sequence: &Sequence) -> Vec<Sequence> {
    let mut all = Vec::new();
    for (index, step) in sequence.steps.iter().enumerate() {
        let Step::Attack(attack) = step else { continue };
        for actions in repeated_in(&attack.actions) {
            let mut changed = sequence.clone();
            let mut attack = attack.clone();
            attack.actions = actions;
            changed.steps[index] = Step::Attack(attack);
            all.push(changed);
        }
    }
    all
}

fn repeated_in(actions: &[Action]) -> Vec<Vec<Action>> {
    let mut all = Vec::new();
    for start in 0..actions.len() {
        for end in start + 1..=actions.len().min(start + LONGEST_SPAN) {
            let span = &actions[start..end];
            // A repetition of one action that is one is a larger number of rounds.
            if !matches!(span, [Action::Repeat(_)]) {
                let repeat = Action::Repeat(Repeat { times: 2, body: span.to_vec() });
                all.push([&actions[..start], &[repeat], &actions[end..]].concat());
            }
        }
        for body in repeated_in(actions[start].body()) {
            let mut changed = actions.to_vec();
            *changed[start].body_mut() = body;
            all.push(changed);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{CURVE, scaled};
    use alloy_primitives::U256;

    #[test]
    fn a_curve_is_even_over_orders_of_magnitude() {
        let points: Vec<_> = CURVE.map(|quarters| scaled(U256::from(1_600_000), quarters)).collect();
        assert_eq!((points.first(), points.last()), (Some(&U256::from(100_000)), Some(&U256::from(6_400_000))));
        assert_eq!(points[16], U256::from(1_600_000));
        assert!(points.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
