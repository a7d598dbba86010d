//! Directions: words that are turned together, and how far.

use super::{
    Dig, Effect, Goal, Trace,
    repeat::repeated,
    solve::{self, Steps, gcd, magnitude},
};
use crate::{
    evm::{Comparison, ComparisonKind, Site},
    sequence::{Place, Sequence, Word},
};
use alloy_primitives::U256;

/// Words and the amounts by which one step turns them (two's complement).
type Direction = Vec<(Place, U256)>;

/// Secant steps along one direction.
const MAX_SECANTS: usize = 8;
/// Earlier steps whose words are turned when the last step's have no effect.
const EARLIER_STEPS: usize = 3;
/// Combined directions that are joined with others.
const MAX_JOINED: usize = 6;
/// Remainders for which a word is turned by whole rounds.
const MAX_ROUNDS: usize = 3;
/// Directions that break a guard and are combined with others.
const MAX_BLOCKED: usize = 24;

/// A direction that breaks a guard on the way to the goal.
#[derive(Debug)]
struct Blocked {
    direction: Direction,
    guard: (Site, usize),
    /// What one step does to the difference of the guard's operands.
    slope: U256,
}

/// What turning one word by itself did to the last step.
#[derive(Debug)]
pub(super) struct Probe {
    pub(super) place: Option<Place>,
    scale: U256,
    pub(super) trace: Trace,
}

/// What one step along a direction showed.
enum Probed {
    Hit,
    /// It changed the goal's difference by this much.
    Slope(U256),
    /// A guard before the goal came out otherwise.
    Blocked((Site, usize), U256),
    /// Neither.
    Nothing,
}

impl Dig<'_> {
    /// Turns each word of the last step by itself, and makes the step once more, to see which comparisons that moves.
    pub(super) fn survey(&mut self) {
        if !self.survey.is_empty() {
            return;
        }
        let mut survey = Vec::new();
        let last = self.base.steps.len() - 1;
        for place in self.places(last) {
            for scale in scales(place.word) {
                for signed in [scale, scale.wrapping_neg()] {
                    let Some((sequence, _)) = self.turned(&[(place, signed)], Steps::whole(U256::ONE)) else {
                        continue;
                    };
                    if !self.is_spent() {
                        let trace = self.probe(&sequence, last);
                        survey.push(Probe { place: Some(place), scale: signed, trace });
                    }
                    break;
                }
            }
        }
        if self.features.repeats
            && self.base.steps.len() < self.longest
            && let Some(sequence) = repeated(&self.base, last, 1)
        {
            let trace = self.probe(&sequence, last);
            survey.push(Probe { place: None, scale: U256::ONE, trace });
        }
        self.survey = survey;
    }

    /// Whether two words break the same guard before the goal when they are turned by themselves.
    pub(super) fn breaks_alike(&self, goal: &Goal) -> bool {
        let lost = self.survey.iter().filter(|probe| probe.trace.find(goal).is_none());
        let broken: Vec<_> =
            lost.filter_map(|probe| Some((probe.place?, broken(&self.trace, &probe.trace)?.0))).collect();
        let alike = |(place, guard): &_| broken.iter().any(|(other, same)| other != place && same == guard);
        broken.iter().any(alike)
    }

    /// The base with a direction's words turned, and the first step that changed; none when nothing changes, or when a word was
    /// cut to its type and has not moved as the direction says.
    fn turned(&self, direction: &[(Place, U256)], steps: Steps) -> Option<(Sequence, usize)> {
        let mut sequence = self.base.clone();
        let mut changed = None;
        for (place, amount) in along(direction, steps) {
            let word = self.base.word(place)?.wrapping_add(amount);
            if sequence.set_word(place, word) {
                changed = Some(changed.map_or(place.step, |step: usize| step.min(place.step)));
            }
            if sequence.word(place) != Some(word) {
                return None;
            }
        }
        changed.map(|changed| (sequence, changed))
    }

    /// Turns words of the last step, then of the steps before it where the search is thorough.
    pub(super) fn turn(&mut self, goal: &Goal) -> bool {
        let last = self.base.steps.len() - 1;
        let (mut blocked, mut units) = (Vec::new(), Vec::new());
        let earlier = if self.thorough { EARLIER_STEPS } else { 0 };
        for step in (0..=last).rev().take(1 + earlier) {
            for place in self.places(step) {
                units.push(vec![(place, U256::ONE)]);
                for scale in scales(place.word) {
                    if self.is_spent() {
                        return false;
                    }
                    if self.follow(goal, vec![(place, scale)], &mut blocked) {
                        return true;
                    }
                }
                for round in self.whole_rounds(place) {
                    if self.follow(goal, round.clone(), &mut blocked) {
                        return true;
                    }
                    units.push(round);
                }
            }
            if self.combine(goal, &mut blocked) {
                return true;
            }
        }
        self.join(goal, units.clone(), &blocked) || self.wrap(goal, &units)
    }

    /// Goes along one direction until unchecked arithmetic has wrapped and the operands of an equality meet.
    fn wrap(&mut self, goal: &Goal, directions: &[Direction]) -> bool {
        for direction in directions {
            let Probed::Slope(slope) = self.step_along(goal, direction) else { continue };
            let Some(comparison) = self.trace.find(goal).filter(|here| here.kind == ComparisonKind::Equal) else {
                return false;
            };
            for steps in solve::wrapped(comparison, slope) {
                if self.is_spent() {
                    return false;
                }
                if self.go(goal, direction, steps) {
                    return true;
                }
            }
        }
        false
    }

    /// A word turned by so much at once that a comparison of a remainder sees no change, for each such comparison that the word
    /// moves.
    fn whole_rounds(&self, place: Place) -> Vec<Direction> {
        let once = self.survey.iter().find(|probe| probe.place == Some(place) && magnitude(probe.scale) == U256::ONE);
        let Some(once) = once else { return Vec::new() };
        let mut found: Vec<Direction> = Vec::new();
        for (index, modulus) in &self.trace.remainders {
            let here = self.trace.comparisons[*index];
            let Some(there) = once.trace.comparisons.get(*index).filter(|there| there.site == here.site) else {
                continue;
            };
            let slope = difference(there).wrapping_sub(difference(&here));
            let round = vec![(place, modulus / gcd(magnitude(slope), *modulus))];
            if !slope.is_zero() && !found.contains(&round) && found.len() < MAX_ROUNDS {
                found.push(round);
            }
        }
        found
    }

    /// Goes along a direction as long as that comes nearer.
    fn follow(&mut self, goal: &Goal, direction: Direction, blocked: &mut Vec<Blocked>) -> bool {
        for round in 0..MAX_SECANTS {
            let slope = match self.step_along(goal, &direction) {
                Probed::Hit => return true,
                Probed::Slope(slope) => slope,
                Probed::Blocked(guard, slope) if round == 0 && blocked.len() < MAX_BLOCKED => {
                    blocked.push(Blocked { direction, guard, slope });
                    return false;
                }
                Probed::Blocked(..) | Probed::Nothing => return false,
            };
            let Some(comparison) = self.trace.find(goal).copied() else { return false };
            let here = comparison.distance();
            let is_nearer = |dig: &Self| dig.trace.find(goal).is_some_and(|now| now.distance() < here);
            for steps in solve::candidates(&comparison, slope, self.trace.modulus(goal)) {
                if self.is_spent() {
                    return false;
                }
                if self.go(goal, &direction, steps) {
                    return true;
                }
                if is_nearer(self) {
                    break;
                }
            }
            if !is_nearer(self) {
                return false;
            }
        }
        false
    }

    /// Makes `steps` along a direction, or as large a part of them as keeps the goal in sight.
    fn go(&mut self, goal: &Goal, direction: &Direction, steps: Steps) -> bool {
        let mut steps = steps;
        for _ in 0..6 {
            match self.put(goal, &self.moved(direction, steps)) {
                Some(Effect::Hit) => return true,
                Some(Effect::Lost) if !self.is_spent() => steps.over = steps.over.wrapping_add(steps.over),
                _ => return false,
            }
        }
        false
    }

    fn moved(&self, direction: &Direction, steps: Steps) -> Vec<(Place, U256)> {
        let turned = along(direction, steps);
        turned.filter_map(|(place, amount)| Some((place, self.base.word(place)?.wrapping_add(amount)))).collect()
    }

    /// One step forwards, or backwards where that leads nowhere.
    fn step_along(&mut self, goal: &Goal, direction: &Direction) -> Probed {
        let mut result = Probed::Nothing;
        for sign in [U256::ONE, U256::MAX] {
            let surveyed = self.surveyed(direction, sign);
            let is_new = surveyed.is_none();
            let Some((sequence, changed)) = self.turned(direction, Steps::whole(sign)) else { continue };
            if is_new && self.is_spent() {
                return result;
            }
            let trace = surveyed.unwrap_or_else(|| self.probe(&sequence, changed));
            if Self::effect(goal, &trace) == Effect::Hit {
                return if self.attempt(goal, sequence, changed) == Effect::Hit {
                    Probed::Hit
                } else {
                    Probed::Nothing
                };
            }
            let signed = |slope: U256| if sign == U256::ONE { slope } else { slope.wrapping_neg() };
            if let (Some(here), Some(there)) = (self.trace.find(goal), trace.find(goal)) {
                let slope = difference(there).wrapping_sub(difference(here));
                return if slope.is_zero() { Probed::Nothing } else { Probed::Slope(signed(slope)) };
            }
            if let Some((guard, slope)) = broken(&self.trace, &trace) {
                result = Probed::Blocked(guard, signed(slope));
            }
        }
        result
    }

    /// What the survey says about one step along a direction.
    fn surveyed(&self, direction: &Direction, sign: U256) -> Option<Trace> {
        let [(place, amount)] = direction.as_slice() else { return None };
        let amount = amount.wrapping_mul(sign);
        let known = self.survey.iter().find(|probe| probe.place == Some(*place) && probe.scale == amount);
        known.map(|probe| probe.trace.clone())
    }

    /// Goes along two directions together where the operands meet at whole steps of both only.
    fn join(&mut self, goal: &Goal, mut directions: Vec<Direction>, blocked: &[Blocked]) -> bool {
        let Some(here) = self.trace.find(goal).copied().filter(|here| here.kind == ComparisonKind::Equal) else {
            return false;
        };
        self.survey();
        // Those that take the smallest steps meet most numbers.
        let mut joined: Vec<_> = pairs(blocked).filter_map(|(one, other)| combined(one, other)).collect();
        joined.sort_by_key(|direction| direction.iter().map(|(_, amount)| magnitude(*amount)).max());
        directions.extend(joined.into_iter().take(MAX_JOINED));
        let mut sloped: Vec<(Direction, U256)> = Vec::new();
        for direction in directions {
            match self.step_along(goal, &direction) {
                Probed::Hit => return true,
                Probed::Slope(slope) => sloped.push((direction, slope)),
                Probed::Blocked(..) | Probed::Nothing => {}
            }
        }
        for (index, (first, along)) in sloped.iter().enumerate() {
            for (second, across) in &sloped[index + 1..] {
                for (u, v) in solve::pair(&here, *along, *across) {
                    let Some((sequence, changed)) = self.turned(&sum((first, u), (second, v)), Steps::whole(U256::ONE))
                    else {
                        continue;
                    };
                    if self.is_spent() {
                        return false;
                    }
                    if self.attempt(goal, sequence, changed) == Effect::Hit {
                        return true;
                    }
                    if self.trace.find(goal) != Some(&here) {
                        // The base has moved: what was measured is no longer true.
                        return false;
                    }
                }
            }
        }
        false
    }

    /// Turns words together that break the same guard one by one, such that its operands keep their difference.
    fn combine(&mut self, goal: &Goal, blocked: &mut Vec<Blocked>) -> bool {
        let mut first = 0;
        while first < blocked.len() {
            for second in 0..first {
                let (one, other) = (&blocked[first], &blocked[second]);
                if one.guard != other.guard || self.is_spent() {
                    continue;
                }
                let Some(direction) = combined(one, other) else { continue };
                if self.follow(goal, direction, blocked) {
                    return true;
                }
            }
            first += 1;
        }
        false
    }
}

/// Amounts by which a word is turned first: some guards see only high bits.
fn scales(word: Word) -> Vec<U256> {
    let shifts: &[usize] = match word {
        Word::Argument(_) => &[0, 5, 10, 20, 40, 64, 96, 128, 192],
        Word::Value => &[0, 40],
        Word::Seconds | Word::Blocks => &[0],
    };
    shifts.iter().map(|shift| U256::ONE << *shift).collect()
}

/// What `steps` along a direction turn its words by. Parts of a step are whole multiples of the shortest step in that direction, so
/// that what words keep together they keep exactly.
fn along(direction: &[(Place, U256)], steps: Steps) -> impl Iterator<Item = (Place, U256)> {
    let common = direction.iter().fold(U256::ZERO, |common, (_, amount)| gcd(common, magnitude(*amount)));
    let times = steps.of(common);
    direction.iter().map(move |(place, amount)| (*place, solve::divided(*amount, common).0.wrapping_mul(times)))
}

pub(super) fn difference(comparison: &Comparison) -> U256 {
    comparison.left.wrapping_sub(comparison.right)
}

/// Pairs of directions that break the same guard.
fn pairs(blocked: &[Blocked]) -> impl Iterator<Item = (&Blocked, &Blocked)> {
    let pairs =
        blocked.iter().enumerate().flat_map(|(index, one)| blocked[..index].iter().map(move |other| (one, other)));
    pairs.filter(|(one, other)| one.guard == other.guard)
}

/// Two directions, so many steps along each.
fn sum((first, u): (&Direction, U256), (second, v): (&Direction, U256)) -> Direction {
    let mut sum: Direction = first.iter().map(|(place, amount)| (*place, amount.wrapping_mul(u))).collect();
    for (place, amount) in second {
        let amount = amount.wrapping_mul(v);
        match sum.iter_mut().find(|(known, _)| known == place) {
            Some((_, turned)) => *turned = turned.wrapping_add(amount),
            None => sum.push((*place, amount)),
        }
    }
    sum.retain(|(_, amount)| !amount.is_zero());
    sum
}

/// The first comparison that came out otherwise than before, and how the difference of its operands changed.
fn broken(before: &Trace, after: &Trace) -> Option<((Site, usize), U256)> {
    let pairs = before.comparisons.iter().zip(&after.comparisons);
    let at = pairs.clone().position(|(one, other)| one.site != other.site || one.outcome() != other.outcome())?;
    let (one, other) = (before.comparisons.get(at)?, after.comparisons.get(at)?);
    if one.site != other.site {
        return None;
    }
    let occurrence = before.comparisons[..at].iter().filter(|comparison| comparison.site == one.site).count();
    Some(((one.site, occurrence), difference(other).wrapping_sub(difference(one))))
}

/// A direction that changes the guard's difference by nothing: each weighted with what the other does to it.
fn combined(one: &Blocked, other: &Blocked) -> Option<Direction> {
    let common = gcd(magnitude(one.slope), magnitude(other.slope));
    if common.is_zero() {
        return None;
    }
    let weight = |slope: U256| {
        let part = magnitude(slope) / common;
        if solve::is_negative(slope) { part.wrapping_neg() } else { part }
    };
    let (ours, theirs) = (weight(other.slope), weight(one.slope).wrapping_neg());
    let direction = sum((&one.direction, ours), (&other.direction, theirs));
    (direction.len() > 1).then_some(direction)
}
