//! What a sequence of a scenario did: what of its scripts ended well, what that paid and brought, read off the events of the
//! attacker's contract and the transfers between them.

use super::worker::Ground;
use crate::{
    evm::Execution,
    protocol::{NATIVE, Protocol, Transfer},
    scenario::Exchange,
    sequence::{Action, Advance, Live, Repeat, Sequence, Source, Step},
};
use alloy_primitives::{Address, B256, Log, U256, U512, aliases::I512, b256};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// `Executed(uint256,bool)`: the attacker's contract tells how each action of a script ended.
const EXECUTED: B256 = b256!("0xfa9788a6b2f6e96ab2d85a5b4ed3668e72b91e06c5eec6b3e87afd95fe536863");
/// `CalledBack(bool,uint256)`: a call has called the attacker's contract back, with so much of the native coin, and its body runs now
/// or not.
const CALLED_BACK: B256 = b256!("0x82c4d88c43c5c254d9aed36b8b081b513149d05f02d7d92cffc55e944d31d9b0");

/// What succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// A loan, or a repetition.
    Frame,
    /// A loan that was not paid back.
    Debt,
    /// A plain transfer of a token: which one is no difference worth another kind.
    Gift,
    /// A call of a function, by its index.
    Call(usize),
    /// A call that passed on what an earlier one returned: it acts on what the script made, and not on what was there.
    Linked(usize),
}

/// What a sequence did: its script without the actions that failed, and the functions that succeeded.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Deed {
    pub(super) sequence: Sequence,
    /// Functions that succeeded, sorted.
    pub(super) succeeded: Vec<Part>,
    /// What the attacker gained, at pre-attack prices; negative for a loss.
    pub(super) value: I512,
    /// What its script put at stake: the worth of all that its contract paid, at the same prices.
    pub(super) stake: I512,
    /// The most of that that was out at once: paid, and not brought back yet.
    pub(super) exposure: I512,
    /// What the script had of each account that it dealt with, less what it paid to it, at the same prices.
    pub(super) nets: BTreeMap<Address, I512>,
    /// What its actions took and gave.
    pub(super) exchanges: Vec<Exchange>,
    /// What its calls made of the holdings of its contract, by token, in base units.
    pub(super) holdings: BTreeMap<Address, I512>,
    /// The same call by call, in the order in which they ended.
    pub(super) flows: Vec<(usize, BTreeMap<Address, I512>)>,
    /// Calls behind it that turn what it left into what it took; its value counts with them.
    pub(super) exit: Vec<Action>,
    /// Functions that called the attacker's contract back.
    pub(super) returns: Vec<usize>,
}

impl Deed {
    /// The functions of which a call ended well, each once.
    pub(super) fn functions(&self) -> impl Iterator<Item = usize> {
        self.succeeded.iter().filter_map(|part| match part {
            Part::Call(function) => Some(*function),
            Part::Linked(function) => {
                self.succeeded.binary_search(&Part::Call(*function)).is_err().then_some(*function)
            }
            Part::Frame | Part::Debt | Part::Gift => None,
        })
    }

    /// Whether a script in it repeats, acts on callbacks or passes on what views and calls answer.
    pub(super) fn is_linked(&self) -> bool {
        fn links(action: &Action) -> bool {
            let own = match action {
                Action::Call(call) => {
                    let passes = |live: &Live| matches!(live.source, Source::View { .. } | Source::Result { .. });
                    !call.callback.is_empty() || call.live.iter().any(passes)
                }
                Action::Repeat(_) => true,
                Action::Loan(_) => false,
            };
            own || action.body().iter().any(links)
        }
        self.sequence.steps.iter().any(|step| matches!(step, Step::Attack(attack) if attack.actions.iter().any(links)))
    }
}

/// What `sequence` did, by the executions of its steps: those of itself, or those without the frames of its loans.
pub(super) fn deed(sequence: &Sequence, executions: &[Arc<Execution>], ground: &Ground, is_on_credit: bool) -> Deed {
    let mut deed = Deed::default();
    // Time before calls that failed.
    let mut waited = Advance::default();
    let mut out = I512::ZERO;
    for (step, execution) in sequence.steps.iter().zip(executions) {
        let mut step = step.clone();
        let idle = std::mem::take(&mut waited);
        let advance = step.advance_mut();
        *advance = Advance { blocks: advance.blocks + idle.blocks, seconds: advance.seconds + idle.seconds };
        match &mut step {
            Step::Call(call) if execution.succeeded() => {
                let transfers: Vec<_> = execution.logs.iter().filter_map(Transfer::of).collect();
                let is_gift = is_gift(&ground.protocol, call.function, call.sender, &transfers);
                deed.succeeded.push(if is_gift { Part::Gift } else { Part::Call(call.function) });
            }
            Step::Call(call) => {
                waited = call.advance;
                continue;
            }
            Step::Attack(attack) if execution.succeeded() => {
                let marks = marks(attack.contract, &execution.logs);
                let home = attack.contract;
                let out = &mut out;
                let mut telling = Telling { home, ground, marks: marks.into(), is_on_credit, out, deed: &mut deed };
                telling.prune(&mut attack.actions, None);
                if attack.actions.is_empty() {
                    waited = attack.advance;
                    continue;
                }
            }
            Step::Attack(_) | Step::Market(_) => {}
        }
        deed.sequence.steps.push(step);
    }
    deed.succeeded.sort_unstable();
    deed.succeeded.dedup();
    deed.returns.sort_unstable();
    deed.returns.dedup();
    deed
}

/// Whether a call of `function` only moved tokens of the contract that was called, away from `from`.
fn is_gift(protocol: &Protocol, function: usize, from: Address, transfers: &[Transfer]) -> bool {
    let called = protocol.contracts[protocol.functions[function].contract].address;
    let is_own = |transfer: &Transfer| transfer.token == called && transfer.from == from && !transfer.to.is_zero();
    !transfers.is_empty() && transfers.iter().all(is_own)
}

/// Whether a step ended well, and behind that whether each action of its script did, in the order in which they ended.
pub(super) fn went_well(execution: &Execution) -> impl Iterator<Item = bool> {
    let actions = execution.logs.iter().filter(|log| log.topics().first() == Some(&EXECUTED));
    std::iter::once(execution.succeeded()).chain(actions.map(|log| flag(log, 1)))
}

/// Whether a word of an event's data is true.
fn flag(log: &Log, word: usize) -> bool {
    log.data.data.get(32 * word + 31).is_some_and(|byte| *byte == 1)
}

/// What the events of a script tell, in order.
#[derive(Debug, PartialEq)]
enum Mark {
    /// Tokens moved.
    Moved(Transfer),
    /// A call came back with so much of the native coin, and its body runs now or not.
    Back(bool, U256),
    /// An action has ended, well or not.
    End(bool),
}

fn marks(contract: Address, logs: &[Log]) -> Vec<Mark> {
    let marks = logs.iter().filter_map(|log| match log.topics().first() {
        Some(topic) if log.address == contract && *topic == EXECUTED => Some(Mark::End(flag(log, 1))),
        Some(topic) if log.address == contract && *topic == CALLED_BACK => {
            let value = log.data.data.get(32..64).map(U256::from_be_slice).unwrap_or_default();
            Some(Mark::Back(flag(log, 0), value))
        }
        _ => Transfer::of(log).map(Mark::Moved),
    });
    marks.collect()
}

/// Reads the events of a script along its actions.
struct Telling<'a> {
    /// The attacker's contract.
    home: Address,
    ground: &'a Ground,
    marks: VecDeque<Mark>,
    /// Whether loans have no frames.
    is_on_credit: bool,
    /// What was paid and not brought back so far, at pre-attack prices; negative where more was brought.
    out: &'a mut I512,
    deed: &'a mut Deed,
}

impl Telling<'_> {
    /// Drops the actions that failed, callbacks that did not come, and notes what the others did. What `lender` moves is the loan.
    fn prune(&mut self, actions: &mut Vec<Action>, lender: Option<Address>) {
        actions.retain_mut(|action| self.ended_well(action, lender));
    }

    fn ended_well(&mut self, action: &mut Action, lender: Option<Address>) -> bool {
        if let Action::Repeat(repeat) = action {
            self.repeated(repeat, lender);
            return matches!(self.marks.pop_front(), Some(Mark::End(true))) && !repeat.body.is_empty();
        }
        if self.is_on_credit
            && let Action::Loan(loan) = action
        {
            self.prune(&mut loan.body, lender);
            self.deed.succeeded.push(Part::Debt);
            return matches!(self.marks.pop_front(), Some(Mark::End(true))) && !loan.body.is_empty();
        }
        let mut transfers = Vec::new();
        let mut ran = false;
        while let Some(mark) = self.marks.pop_front() {
            match mark {
                Mark::Moved(transfer) => transfers.push(transfer),
                Mark::Back(runs, value) => {
                    if let Action::Call(call) = &*action {
                        self.deed.returns.push(call.function);
                        let from = self.callee(call.function);
                        transfers.push(Transfer { token: NATIVE, from, to: self.home, amount: value });
                    }
                    if runs {
                        ran = true;
                        let lender = if let Action::Loan(loan) = &*action { Some(loan.lender) } else { lender };
                        self.prune(action.body_mut(), lender);
                    }
                }
                Mark::End(false) => return false,
                Mark::End(true) => {
                    if let Action::Call(call) = &*action {
                        let (from, to) = (self.home, self.callee(call.function));
                        transfers.push(Transfer { token: NATIVE, from, to, amount: call.value });
                        transfers.retain(|transfer| !transfer.amount.is_zero() || transfer.token != NATIVE);
                    }
                    match action {
                        // Tokens that are given away, or moved from one of the attacker's pockets to the other one.
                        Action::Call(_) if !ran && !transfers.is_empty() && self.are_idle(&transfers) => return false,
                        Action::Call(call) => {
                            let is_linked = call.live.iter().any(|live| matches!(live.source, Source::Result { .. }));
                            let part = if is_linked { Part::Linked } else { Part::Call };
                            let is_gift = is_gift(&self.ground.protocol, call.function, self.home, &transfers);
                            self.deed.succeeded.push(if is_gift { Part::Gift } else { part(call.function) });
                            self.settle(call.function, &transfers);
                            transfers.retain(|transfer| Some(transfer.from) != lender);
                            self.deed.exchanges.extend(Exchange::of(call, self.home, &transfers));
                        }
                        Action::Loan(_) | Action::Repeat(_) => self.deed.succeeded.push(Part::Frame),
                    }
                    if !ran {
                        action.body_mut().clear();
                    }
                    return true;
                }
            }
        }
        false
    }

    fn callee(&self, function: usize) -> Address {
        let protocol = &self.ground.protocol;
        protocol.contracts[protocol.functions[function].contract].address
    }

    /// Notes what a call of `function` paid and brought. What was made, destroyed or sent to nobody that is known is the callee's.
    fn settle(&mut self, function: usize, transfers: &[Transfer]) {
        let callee = self.callee(function);
        let mut flows = BTreeMap::<_, I512>::new();
        let Ground { protocol, valuation, people, .. } = self.ground;
        for transfer in transfers {
            let worth = valuation.as_ref().and_then(|valuation| valuation.worth(transfer.token, transfer.amount));
            let worth = worth.unwrap_or_default();
            let (other, net) = match (transfer.from == self.home, transfer.to == self.home) {
                (true, false) => (transfer.to, -worth),
                (false, true) => (transfer.from, worth),
                _ => continue,
            };
            if net.is_negative() {
                self.deed.stake = self.deed.stake.saturating_add(worth);
            }
            *self.out = self.out.saturating_sub(net);
            self.deed.exposure = self.deed.exposure.max(*self.out);
            let amount = I512::from_raw(U512::from(transfer.amount));
            let moved = if transfer.to == self.home { amount } else { -amount };
            let flow = flows.entry(transfer.token).or_default();
            *flow = flow.saturating_add(moved);
            let held = self.deed.holdings.entry(transfer.token).or_default();
            *held = held.saturating_add(moved);
            let is_known = people.contains(&other) || protocol.contracts.iter().any(|each| each.address == other);
            let account = if is_known { other } else { callee };
            let sum = self.deed.nets.entry(account).or_default();
            *sum = sum.saturating_add(net);
        }
        self.deed.flows.push((function, flows));
    }

    fn are_idle(&self, transfers: &[Transfer]) -> bool {
        // Nothing can be had from an actor's account by giving it tokens.
        let is_vain = |to: &Address| *to == self.home || self.ground.people.contains(to);
        transfers
            .iter()
            .all(|transfer| transfer.amount.is_zero() || (transfer.from == self.home && is_vain(&transfer.to)))
    }

    /// Keeps of a repeated body what ended well in any round.
    fn repeated(&mut self, repeat: &mut Repeat, lender: Option<Address>) {
        let mut kept: Vec<Option<Action>> = vec![None; repeat.body.len()];
        for _ in 0..repeat.times {
            for (action, kept) in repeat.body.iter().zip(&mut kept) {
                let mut again = action.clone();
                if self.ended_well(&mut again, lender) {
                    kept.get_or_insert(again);
                }
            }
        }
        repeat.body = kept.into_iter().flatten().collect();
    }
}

#[cfg(test)]
mod tests {
    use super::{CALLED_BACK, EXECUTED};
    use alloy_primitives::keccak256;

    #[test]
    fn events_are_named_by_the_hashes_of_their_signatures() {
        assert_eq!(EXECUTED, keccak256("Executed(uint256,bool)"));
        assert_eq!(CALLED_BACK, keccak256("CalledBack(bool,uint256)"));
    }
}
