//! What calls of scripts were seen to take and to give. Scripts whose actions fit together are drawn from it: a call that takes
//! what an earlier one gave, in amounts of the tokens that it takes.

use super::action::visit_addresses;
use crate::{
    generate::{CaseRng, draw_bps},
    protocol::{NATIVE, Transfer},
    sequence::{Action, ActionCall, Fit, Holder, Live, Source, Spot},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, U256};
use proptest::prelude::RngExt;
use std::collections::{BTreeMap, BTreeSet};

/// Exchanges that are remembered.
const MAX_EXCHANGES: usize = 256;
/// Amounts from here on are told apart from flags, counters and rates by their value.
const LEAST_AMOUNT: u64 = 1_000;
/// As much as there is, or as much of it as succeeds.
pub(super) fn all(_: Holder) -> (u32, Fit) {
    (10_000, Fit::Most)
}

/// Any share of what there is. What a call takes is mostly there, what it gives is mostly limited by something.
pub(super) fn any(rng: &mut CaseRng) -> impl FnMut(Holder) -> (u32, Fit) + '_ {
    |of| {
        let fit = match (of, rng.random_range(0..16_u32)) {
            (Holder::Caller, 0) => Fit::Least,
            (Holder::Caller, 1) | (Holder::Callee, 0..8) => Fit::Most,
            _ => Fit::Exact,
        };
        (draw_bps(rng), fit)
    }
}

/// One side of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Side {
    token: Address,
    /// The argument that says how much, where that was seen.
    amount: Option<Spot>,
    /// Who got it, or who had it; zero where it was destroyed or made.
    other: Address,
}

/// A call that succeeded, with the tokens that it took from the attacker's contract and that it gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    pub(super) call: ActionCall,
    takes: Vec<Side>,
    gives: Vec<Side>,
}

impl Exchange {
    /// What `call` was for `contract`, by the transfers that it made; none when nothing moved.
    pub fn of(call: &ActionCall, contract: Address, transfers: &[Transfer]) -> Option<Self> {
        let sides = |of: Holder, is_this_side: &dyn Fn(&Transfer) -> bool| {
            let mut sides: Vec<Side> = Vec::new();
            for transfer in transfers.iter().filter(|transfer| !transfer.amount.is_zero() && is_this_side(transfer)) {
                if sides.iter().all(|side| side.token != transfer.token) {
                    let Transfer { token, from, to, .. } = *transfer;
                    let other = if of == Holder::Caller { to } else { from };
                    sides.push(Side { token, amount: stating(call, of, transfer), other });
                }
            }
            sides.sort_unstable_by_key(|side| side.token);
            sides
        };
        let takes = sides(Holder::Caller, &|transfer| transfer.from == contract && transfer.to != contract);
        let gives = sides(Holder::Callee, &|transfer| transfer.to == contract && transfer.from != contract);
        (!takes.is_empty() || !gives.is_empty()).then(|| Self { call: call.clone(), takes, gives })
    }

    /// Whether it is the same function, taking the same tokens, with amounts from the same view.
    fn is_like(&self, other: &Self) -> bool {
        let tokens = |exchange: &Self| exchange.takes.iter().map(|side| side.token).collect::<Vec<_>>();
        let views = |exchange: &Self| {
            exchange.call.live.iter().find_map(|live| match &live.source {
                Source::View { target, data, .. } => Some((*target, data.clone())),
                Source::Balance { .. } | Source::Result { .. } | Source::Step { .. } => None,
            })
        };
        self.call.function == other.call.function && tokens(self) == tokens(other) && views(self) == views(other)
    }

    /// Whether it is known which arguments say how much.
    fn states_amounts(&self) -> bool {
        self.takes.iter().chain(&self.gives).any(|side| side.amount.is_some())
    }

    /// How good an example it is: that it gives more, and that more of its amounts are known to be arguments.
    fn merit(&self) -> (usize, usize) {
        let known = self.takes.iter().chain(&self.gives).filter(|side| side.amount.is_some()).count();
        (self.gives.len(), known)
    }

    /// Whether tokens were taken.
    pub(super) fn pays(&self) -> bool {
        !self.takes.is_empty()
    }

    /// Whether tokens were taken and none given.
    pub(super) fn is_payment(&self) -> bool {
        self.pays() && self.gives.is_empty()
    }

    /// Whether it is a plain transfer of the token at `callee`.
    pub(super) fn is_gift(&self, callee: Address) -> bool {
        self.is_payment() && self.takes.iter().all(|side| side.token == callee && !side.other.is_zero())
    }

    /// Whether tokens were taken and others given.
    pub(super) fn is_trade(&self) -> bool {
        self.pays() && !self.gives.is_empty()
    }

    /// Puts `receiver` in the place of who got what it took.
    pub(super) fn redirect(&self, call: &mut ActionCall, receiver: Address) {
        visit_addresses(&mut call.arguments, &mut |named| {
            if self.takes.iter().any(|side| side.other == *named) {
                *named = receiver;
            }
        });
    }

    /// Whether it takes one of `tokens`.
    pub(super) fn takes_any(&self, tokens: &BTreeSet<Address>) -> bool {
        self.takes.iter().any(|side| tokens.contains(&side.token))
    }

    /// The tokens that it gives.
    pub(super) fn given(&self) -> impl Iterator<Item = Address> {
        self.gives.iter().map(|side| side.token)
    }

    pub(super) fn takes(&self, token: Address) -> bool {
        self.takes.iter().any(|side| side.token == token)
    }

    /// The call with shares of what is held by then: of what it takes, the attacker's; of what it gives, the callee's. `share` says
    /// which in basis points, and whether that is only a bound.
    pub(super) fn call(&self, share: &mut dyn FnMut(Holder) -> (u32, Fit)) -> ActionCall {
        let mut call = self.call.clone();
        let sides = self.takes.iter().map(|side| (Holder::Caller, side));
        let mut stated = BTreeSet::new();
        for (of, side) in sides.chain(self.gives.iter().map(|side| (Holder::Callee, side))) {
            // Where one amount says both, as with the first shares of a vault, what is taken has to be there.
            if let Some(spot) = side.amount.clone().filter(|spot| stated.insert(spot.clone())) {
                let token = (side.token != NATIVE).then_some(side.token);
                let (bps, fit) = share(of);
                let source = Source::Balance { of, token, bps };
                call.live.retain(|live| live.spot != spot);
                call.live.push(Live { spot, source, fit });
            }
        }
        call
    }

    /// Whether it turns something that `other` gave into something that `other` took.
    fn undoes(&self, other: &Self) -> bool {
        let meet =
            |one: &[Side], other: &[Side]| one.iter().any(|side| other.iter().any(|each| each.token == side.token));
        meet(&self.takes, &other.gives) && meet(&self.gives, &other.takes)
    }
}

/// One of some exchanges: mostly one whose amounts are known to be arguments, and often one of the best examples, which are few beside
/// those that differ by the views that they ask.
fn pick<'a>(those: Vec<&'a Exchange>, rng: &mut CaseRng) -> Option<&'a Exchange> {
    let those_that = |is_wanted: &dyn Fn(&Exchange) -> bool| -> Vec<_> {
        those.iter().copied().filter(|exchange| is_wanted(exchange)).collect()
    };
    let best = those.iter().map(|exchange| exchange.merit()).max()?;
    let known = those_that(&|exchange| exchange.states_amounts());
    let among = match rng.random_range(0..8_u32) {
        0..4 => those_that(&|exchange| exchange.merit() == best),
        4..7 if !known.is_empty() => known,
        _ => those,
    };
    among.get(rng.random_range(0..among.len().max(1))).copied()
}

/// The argument of `call` that stated how much `transfer` moved: by its number, or as a share of what `of` holds of the token.
fn stating(call: &ActionCall, of: Holder, transfer: &Transfer) -> Option<Spot> {
    let amount = transfer.amount;
    let shared = call.live.iter().find(|live| match &live.source {
        Source::Balance { of: holder, token, .. } => *holder == of && token.unwrap_or(NATIVE) == transfer.token,
        Source::View { .. } | Source::Result { .. } | Source::Step { .. } => false,
    });
    let states = |spot: &Spot| {
        let is_live = call.live.iter().any(|live| live.spot == *spot);
        let is_equal = matches!(spot.of(&call.arguments), Some(DynSolValue::Uint(number, _)) if *number == amount);
        !is_live && is_equal && amount >= U256::from(LEAST_AMOUNT)
    };
    shared.map(|live| live.spot.clone()).or_else(|| Spot::all(&call.arguments).into_iter().find(states))
}

/// Tokens that calls of one function took and gave.
#[derive(Debug, Clone, Default)]
struct Tokens {
    taken: BTreeSet<Address>,
    given: BTreeSet<Address>,
}

/// What calls were seen to take and to give, each kind once: scripts whose actions fit together are drawn from it.
#[derive(Debug, Clone, Default)]
pub struct Exchanges {
    list: Vec<Exchange>,
    /// Functions in it, with what they take and give.
    functions: BTreeMap<usize, Tokens>,
    /// Functions that call the attacker's contract back.
    returns: BTreeSet<usize>,
    /// Functions that have ended well in some script.
    succeeded: BTreeSet<usize>,
}

impl Exchanges {
    /// Whether an exchange shows something that is not known.
    pub fn is_news(&self, exchange: &Exchange) -> bool {
        match self.list.iter().find(|known| known.is_like(exchange)) {
            Some(known) => known.merit() < exchange.merit(),
            None => self.list.len() < MAX_EXCHANGES,
        }
    }

    /// Remembers an exchange that is news.
    pub fn learn(&mut self, exchange: &Exchange) {
        if !self.is_news(exchange) {
            return;
        }
        let tokens = self.functions.entry(exchange.call.function).or_default();
        tokens.taken.extend(exchange.takes.iter().map(|side| side.token));
        tokens.given.extend(exchange.gives.iter().map(|side| side.token));
        match self.list.iter_mut().find(|known| known.is_like(exchange)) {
            Some(known) => known.clone_from(exchange),
            None => self.list.push(exchange.clone()),
        }
    }

    /// Whether nobody knows yet that a function calls back.
    pub fn is_unknown_return(&self, function: usize) -> bool {
        !self.returns.contains(&function)
    }

    /// Remembers that a function calls the attacker's contract back.
    pub fn learn_return(&mut self, function: usize) {
        self.returns.insert(function);
    }

    /// Remembers that a call of a function ended well in a script.
    pub fn learn_success(&mut self, function: usize) {
        self.succeeded.insert(function);
    }

    /// Whether a call of a function has ended well in some script.
    pub(super) fn has_succeeded(&self, function: usize) -> bool {
        self.succeeded.contains(&function)
    }

    /// How many functions are known to move tokens.
    pub(super) fn moving(&self) -> usize {
        self.functions.len()
    }

    /// Whether a function is known to call the attacker's contract back.
    pub(super) fn calls_back(&self, function: usize) -> bool {
        self.returns.contains(&function)
    }

    /// An exchange, of one function as likely as of another one.
    pub(super) fn draw(&self, rng: &mut CaseRng) -> Option<&Exchange> {
        let at = rng.random_range(0..self.functions.len().max(1));
        let function = *self.functions.keys().nth(at)?;
        pick(self.list.iter().filter(|exchange| exchange.call.function == function).collect(), rng)
    }

    /// The same of those that are `wanted`.
    pub(super) fn draw_that(&self, wanted: &dyn Fn(&Exchange) -> bool, rng: &mut CaseRng) -> Option<&Exchange> {
        let fitting: Vec<_> = self.list.iter().filter(|exchange| wanted(exchange)).collect();
        let functions: BTreeSet<_> = fitting.iter().map(|exchange| exchange.call.function).collect();
        let function = *functions.iter().nth(rng.random_range(0..functions.len().max(1)))?;
        pick(fitting.into_iter().filter(|exchange| exchange.call.function == function).collect(), rng)
    }

    /// Tokens that a script is known to have by then beside what its contract began with.
    pub(super) fn held(&self, script: &[Action]) -> BTreeSet<Address> {
        let mut held = BTreeSet::new();
        Action::visit(script, &mut |call| {
            held.extend(self.functions.get(&call.function).into_iter().flat_map(|tokens| &tokens.given));
        });
        held
    }

    /// Tokens that a script is known to take before it is given any of them.
    pub(super) fn needed(&self, script: &[Action]) -> BTreeSet<Address> {
        let (mut held, mut needed) = (BTreeSet::new(), BTreeSet::new());
        Action::visit(script, &mut |call| {
            let Some(Tokens { taken, given }) = self.functions.get(&call.function) else { return };
            needed.extend(taken.difference(&held).copied());
            held.extend(given);
        });
        needed
    }

    /// A token that calls of `function` are known to take, other than `callee`, which may be a share of what they pay out.
    pub(super) fn draw_taken(&self, function: usize, callee: Address, rng: &mut CaseRng) -> Option<Address> {
        let taken = &self.functions.get(&function)?.taken;
        let others: Vec<_> = taken.iter().filter(|token| **token != callee).collect();
        others.get(rng.random_range(0..others.len().max(1))).copied().copied()
    }

    /// Whether a function is known to move tokens of the attacker's contract.
    pub(super) fn moves(&self, function: usize) -> bool {
        self.functions.contains_key(&function)
    }

    /// A call that turns all that calls of `function` give into what they take, as a withdrawal or a swap back does.
    pub(super) fn closing(&self, function: usize, rng: &mut CaseRng) -> Option<ActionCall> {
        let fitting: Vec<_> = self.list.iter().filter(|exchange| exchange.call.function == function).collect();
        self.undo(fitting.get(rng.random_range(0..fitting.len().max(1)))?, rng)
    }

    /// A call that turns all that is held of something into `token`, to pay it back.
    pub(super) fn giving(&self, token: Address, rng: &mut CaseRng) -> Option<ActionCall> {
        let gives = |exchange: &&Exchange| exchange.gives.iter().any(|side| side.token == token);
        Some(pick(self.list.iter().filter(gives).collect(), rng)?.call(&mut all))
    }

    /// What gives a token that `payment` took, from the account that got it or by a call of a contract that `is_same` as the one that
    /// took it; with the argument that says how much where one does, and the token.
    pub(super) fn withdrawal(
        &self,
        payment: &Exchange,
        is_same: impl Fn(&Exchange) -> bool,
        rng: &mut CaseRng,
    ) -> Option<(&Exchange, Option<Spot>, Address)> {
        let returned = |other: &Exchange| {
            let is_same = is_same(other);
            let pays = |side: &Side| {
                // What is burned and what is minted have nobody in common.
                let is_from = |paid: &Side| paid.other == side.other && !side.other.is_zero();
                let is_paid = |paid: &Side| paid.token == side.token && (is_same || is_from(paid));
                payment.takes.iter().any(is_paid) && !other.takes(side.token)
            };
            other.gives.iter().find(|side| pays(side)).cloned()
        };
        let fitting = self.list.iter().filter(|other| returned(other).is_some());
        let drawn = pick(fitting.collect(), rng)?;
        let Side { token, amount, .. } = returned(drawn)?;
        Some((drawn, amount, token))
    }

    /// What takes a token for another one, for one of those that are missing where there is such a one.
    pub(super) fn sale(&self, token: Address, missing: &BTreeSet<Address>, rng: &mut CaseRng) -> Option<&Exchange> {
        let fitting =
            || self.list.iter().filter(|other| other.takes(token) && other.given().any(|given| given != token));
        let direct: Vec<_> = fitting().filter(|other| other.given().any(|given| missing.contains(&given))).collect();
        pick(if direct.is_empty() { fitting().collect() } else { direct }, rng)
    }

    /// A call that turns all that `exchange` gave into what it took, as a swap back does.
    pub(super) fn undo(&self, exchange: &Exchange, rng: &mut CaseRng) -> Option<ActionCall> {
        let drawn = pick(self.list.iter().filter(|other| other.undoes(exchange)).collect(), rng)?;
        Some(drawn.call(&mut all))
    }
}

#[cfg(test)]
mod tests {
    use super::{Exchange, Exchanges};
    use crate::{
        generate,
        protocol::Transfer,
        sequence::{ActionCall, Fit, Holder, Live, Source, Spot},
    };
    use alloy_dyn_abi::DynSolValue::{Bool, Uint};
    use alloy_primitives::{Address, U256};

    const HOME: Address = Address::repeat_byte(1);
    const POOL: Address = Address::repeat_byte(2);
    const GEM: Address = Address::repeat_byte(3);
    const CASH: Address = Address::repeat_byte(4);

    /// A swap of 5,000 of one token for 2,000 of another one.
    fn swap(token: Address, other: Address) -> Exchange {
        let arguments = vec![Bool(token == GEM), Uint(U256::from(5_000), 256)];
        let call = ActionCall {
            function: 7,
            instance: None,
            arguments,
            live: Vec::new(),
            value: U256::ZERO,
            callback: Vec::new(),
        };
        let transfers = [
            Transfer { token, from: HOME, to: POOL, amount: U256::from(5_000) },
            Transfer { token: other, from: POOL, to: HOME, amount: U256::from(2_000) },
        ];
        Exchange::of(&call, HOME, &transfers).expect("tokens moved")
    }

    #[test]
    fn a_swap_is_undone_by_the_swap_back_of_all_that_it_gave() {
        let mut exchanges = Exchanges::default();
        exchanges.learn(&swap(CASH, GEM));
        exchanges.learn(&swap(GEM, CASH));
        let back = exchanges.undo(&swap(CASH, GEM), &mut generate::case_rng(&[7; 32])).expect("there is a way back");
        assert_eq!(back.arguments[0], Bool(true));
        let source = Source::Balance { of: Holder::Caller, token: Some(GEM), bps: 10_000 };
        assert_eq!(back.live, vec![Live { spot: Spot::from(1), source, fit: Fit::Most }]);
    }

    #[test]
    fn the_same_taken_for_more_is_a_better_example() {
        let mut exchanges = Exchanges::default();
        let mut vain = swap(CASH, GEM);
        vain.gives.clear();
        exchanges.learn(&vain);
        assert!(!exchanges.is_news(&vain));
        exchanges.learn(&swap(CASH, GEM));
        assert!(!exchanges.is_news(&swap(CASH, GEM)));
        assert_eq!(exchanges.list, vec![swap(CASH, GEM)]);
    }

    #[test]
    fn what_moves_nothing_is_no_exchange() {
        let call = ActionCall {
            function: 7,
            instance: None,
            arguments: Vec::new(),
            live: Vec::new(),
            value: U256::ZERO,
            callback: Vec::new(),
        };
        let circle = Transfer { token: GEM, from: HOME, to: HOME, amount: U256::ONE };
        assert_eq!(Exchange::of(&call, HOME, &[circle]), None);
    }
}
