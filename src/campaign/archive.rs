//! Scripts worth varying. A single profitable script is rare; half of one (a deposit that succeeded after a trade) is not, and its
//! amounts can be climbed.

use super::deed::{Deed, Part};
use crate::generate::CaseRng;
use alloy_primitives::{Address, aliases::I512};
use proptest::prelude::RngExt;
use std::{cmp::Reverse, collections::BTreeMap};

/// Actions of a deed that is remembered, at most.
const LONGEST: usize = 12;
/// Kinds of deeds that are remembered.
const MAX_ELITES: usize = 1_024;
/// One of this many draws is of deeds that would pay, were their debts paid.
const PAYING_SHARE: u32 = 8;
/// Draws of another deed in the place of one with gifts.
const GIFTLESS_TRIES: u32 = 2;

/// What scenarios remember: the best deeds by order of magnitude of what they gained or lost, those of calls and loans alone and
/// the others, and of all those that put most at stake, for what is done with dust loses least, and neither outvotes anybody nor moves a
/// price.
#[derive(Debug)]
pub(super) struct Archive {
    plain: Elites,
    linked: Elites,
    staked: Elites,
    robbed: Robbed,
}

impl Default for Archive {
    fn default() -> Self {
        let [plain, linked] = [(); 2].map(|()| Elites::by(|deed| order(deed.value), |deed| deed.value));
        let staked = Elites::by(|deed| order(deed.stake), |deed| coarse(deed.exposure));
        Self { plain, linked, staked, robbed: Robbed::default() }
    }
}

impl Archive {
    /// Whether a deed is worth remembering.
    pub(super) fn is_news(&self, deed: &Deed) -> bool {
        let own = if deed.is_linked() { &self.linked } else { &self.plain };
        own.is_news(deed) || self.staked.is_news(deed) || self.robbed.is_news(deed)
    }

    /// Whether no deed of the same functions is remembered.
    pub(super) fn is_first(&self, deed: &Deed) -> bool {
        let own = if deed.is_linked() { &self.linked } else { &self.plain };
        own.is_first(deed)
    }

    /// Remembers a deed that is news.
    pub(super) fn offer(&mut self, deed: &Deed) {
        let own = if deed.is_linked() { &mut self.linked } else { &mut self.plain };
        own.offer(deed);
        self.staked.offer(deed);
        self.robbed.offer(deed);
    }

    /// Two deeds of one kind of scripts.
    pub(super) fn draw(&self, links: bool, rng: &mut CaseRng) -> [Option<&Deed>; 2] {
        let among = match rng.random_range(0..8_u32) {
            0..2 if links => &self.plain,
            2..4 if links => &self.linked,
            4 | 5 => &self.staked,
            6 | 7 => return [self.robbed.draw(rng), self.staked.draw(rng)],
            _ => &self.plain,
        };
        [among.draw(rng), among.draw(rng)]
    }
}

/// The deeds that had most of one account, whatever they cost elsewhere, by account and by the order of what was at stake: who
/// robs a pawnshop at a price that took a fortune to move only has to undo the trade.
#[derive(Debug, Default)]
struct Robbed(BTreeMap<(Address, i32), Deed>);

impl Robbed {
    fn is_better(&self, deed: &Deed, account: Address, net: I512) -> bool {
        let known = self.0.get(&(account, order(deed.stake)));
        known.is_none_or(|known| {
            let best = known.nets.get(&account).copied().unwrap_or_default();
            best < net || (best == net && deed.sequence.size() < known.sequence.size())
        })
    }

    fn is_news(&self, deed: &Deed) -> bool {
        let fits = deed.sequence.size() <= LONGEST;
        fits && deed.nets.iter().any(|(account, net)| self.is_better(deed, *account, *net))
    }

    fn offer(&mut self, deed: &Deed) {
        if deed.sequence.size() > LONGEST {
            return;
        }
        for (account, net) in &deed.nets {
            if self.is_better(deed, *account, *net) {
                self.0.insert((*account, order(deed.stake)), deed.clone());
            }
        }
    }

    /// Mostly one that had more than it paid.
    fn draw(&self, rng: &mut CaseRng) -> Option<&Deed> {
        let gains =
            |((account, _), deed): &(&(Address, i32), &Deed)| deed.nets.get(account).is_some_and(I512::is_positive);
        let gaining: Vec<_> = self.0.iter().filter(gains).collect();
        if !gaining.is_empty() && rng.random_ratio(3, 4) {
            return Some(gaining[rng.random_range(0..gaining.len())].1);
        }
        self.0.values().nth(rng.random_range(0..self.0.len().max(1)))
    }
}

/// The best deed for each set of functions and order of magnitude.
#[derive(Debug)]
struct Elites {
    /// The order of magnitude of a deed.
    order: fn(&Deed) -> i32,
    /// Which of two deeds of a kind is better.
    merit: fn(&Deed) -> I512,
    by_kind: BTreeMap<(Vec<Part>, i32), usize>,
    /// The deeds in which something succeeded, oldest first.
    by_part: BTreeMap<Part, Vec<usize>>,
    deeds: Vec<Deed>,
}

impl Elites {
    fn by(order: fn(&Deed) -> i32, merit: fn(&Deed) -> I512) -> Self {
        Self { order, merit, by_kind: BTreeMap::new(), by_part: BTreeMap::new(), deeds: Vec::new() }
    }

    fn kind(&self, deed: &Deed) -> (Vec<Part>, i32) {
        (deed.succeeded.clone(), (self.order)(deed))
    }

    fn is_first(&self, deed: &Deed) -> bool {
        let [first, last] = [i32::MIN, i32::MAX].map(|order| (deed.succeeded.clone(), order));
        self.by_kind.range(first..=last).next().is_none()
    }

    /// Whether a deed is the first of its kind, or better or shorter than the one that is kept.
    fn is_news(&self, deed: &Deed) -> bool {
        let size = deed.sequence.size();
        if let Some(index) = self.by_kind.get(&self.kind(deed)) {
            let known = &self.deeds[*index];
            let (known_merit, merit) = ((self.merit)(known), (self.merit)(deed));
            return known_merit < merit || (known_merit == merit && size < known.sequence.size());
        }
        let fits = || self.deeds.len() < MAX_ELITES || self.deeds.iter().any(|known| known.sequence.size() > size);
        !deed.succeeded.is_empty() && size <= LONGEST && fits()
    }

    /// Keeps a deed that is news.
    fn offer(&mut self, deed: &Deed) {
        if !self.is_news(deed) {
            return;
        }
        if let Some(index) = self.by_kind.get(&self.kind(deed)) {
            self.deeds[*index].clone_from(deed);
            return;
        }
        if self.deeds.len() >= MAX_ELITES {
            self.forget();
        }
        let index = self.deeds.len();
        self.by_kind.insert(self.kind(deed), index);
        deed.succeeded.iter().for_each(|part| self.by_part.entry(*part).or_default().push(index));
        self.deeds.push(deed.clone());
    }

    /// Forgets the longest deed, of several the oldest.
    fn forget(&mut self) {
        let longest = (0..self.deeds.len()).max_by_key(|index| (self.deeds[*index].sequence.size(), Reverse(*index)));
        let Some(gone) = longest else { return };
        let gone_deed = self.deeds.remove(gone);
        self.by_kind.remove(&self.kind(&gone_deed));
        let shift = |index: &mut usize| *index -= usize::from(*index > gone);
        self.by_kind.values_mut().for_each(shift);
        for those in self.by_part.values_mut() {
            those.retain(|index| *index != gone);
            those.iter_mut().for_each(shift);
        }
        self.by_part.retain(|_, those| !those.is_empty());
    }

    /// A deed, rather a short one: there are more long ones, and most of them are a short one and something beside it. Gifts can be
    /// added to any, so most have none.
    fn draw(&self, rng: &mut CaseRng) -> Option<&Deed> {
        let (one, other) = (self.draw_fitting(rng)?, self.draw_fitting(rng)?);
        Some(if other.sequence.size() < one.sequence.size() { other } else { one })
    }

    fn draw_fitting(&self, rng: &mut CaseRng) -> Option<&Deed> {
        let mut drawn = self.draw_any(rng)?;
        for _ in 0..GIFTLESS_TRIES {
            if drawn.succeeded.binary_search(&Part::Gift).is_err() {
                break;
            }
            drawn = self.draw_any(rng)?;
        }
        Some(drawn)
    }

    /// A deed, rather a late one: what came early has been built upon. Sometimes one that would pay, and often one in which a part
    /// succeeded that is drawn first, so that what succeeds seldom is not lost among what always does.
    fn draw_any(&self, rng: &mut CaseRng) -> Option<&Deed> {
        let late = |count: usize, rng: &mut CaseRng| rng.random_range(0..count).max(rng.random_range(0..count));
        if self.deeds.is_empty() {
            return None;
        }
        if rng.random_ratio(1, PAYING_SHARE) {
            let paying: Vec<_> = self.deeds.iter().filter(|deed| deed.value.is_positive()).collect();
            if !paying.is_empty() {
                return paying.get(late(paying.len(), rng)).copied();
            }
        }
        if rng.random_ratio(2, 3) {
            return self.deeds.get(late(self.deeds.len(), rng));
        }
        let those = self.by_part.values().nth(rng.random_range(0..self.by_part.len()))?;
        self.deeds.get(those[late(those.len(), rng)])
    }
}

/// The leading bits of an amount: what is larger by less than a quarter is not worth another look.
fn coarse(amount: I512) -> I512 {
    let shift = amount.unsigned_abs().bit_len().saturating_sub(3);
    (amount >> shift) << shift
}

/// An order of magnitude, in steps of 256: a large move that costs much is of another kind than none.
fn order(value: I512) -> i32 {
    let bits = i32::try_from(value.unsigned_abs().bit_len() / 8).unwrap_or(i32::MAX);
    if value.is_negative() { -bits } else { bits }
}
