//! How gas is counted. As cheatcodes act at the borders of frames, what a frame used while counting was paused is given back
//! there; between two of them it sees its gas go down.

use super::{
    Answer, Cheat, DONE,
    frames::{Ended, interpreter_result},
    interface::{self, VmCalls},
};
use alloy_sol_types::SolValue;
use revm::{handler::FrameResult, interpreter};

/// Gas of the last call, and whether gas is counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Metering {
    last: Option<interface::Gas>,
    paused: Option<Paused>,
    order: Option<Order>,
    /// Gas that was given back in this message: no more than it began with, so that it ends.
    given: u64,
}

/// The frame whose gas stands still.
#[derive(Debug, Clone, Copy)]
struct Paused {
    depth: usize,
    /// What it had; none where that is not known.
    remaining: Option<u64>,
}

/// What the cheatcode that just ran wants of the frame that called it.
#[derive(Debug, Clone, Copy)]
enum Order {
    Pause,
    Resume,
    Reset,
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    let order = match call {
        C::pauseGasMetering(_) => Order::Pause,
        C::resumeGasMetering(_) => Order::Resume,
        C::resetGasMetering(_) => Order::Reset,
        C::lastCallGas(_) => {
            cheat.depends_on_everything();
            let last = cheat.cheats.gas.last.as_ref();
            return Some(last.map(SolValue::abi_encode).ok_or_else(|| "no external call was made yet".into()));
        }
        _ => return None,
    };
    cheat.cheats.gas.order = Some(order);
    Some(DONE)
}

impl Metering {
    /// Begins a message.
    pub(super) fn begin(&mut self) {
        *self = Self { last: self.last.take(), ..Self::default() };
    }

    /// Does what the cheatcode wanted with the gas of the frame that called it at `depth`, giving `forwarded` away.
    pub(super) fn settle(&mut self, gas: &mut interpreter::Gas, forwarded: u64, depth: usize) {
        let Some(order) = self.order.take() else { return };
        // What it has once the call has returned.
        let remaining = gas.remaining().saturating_add(forwarded);
        match order {
            Order::Pause if self.paused.is_none() => {
                self.paused = Some(Paused { depth: depth - 1, remaining: Some(remaining) });
            }
            Order::Pause => {}
            Order::Resume => {
                let Some(paused) = self.paused.take() else { return };
                let is_same = paused.depth == depth - 1;
                // A frame that was entered meanwhile had all that it was given.
                let before = if is_same { paused.remaining } else { Some(gas.limit()) };
                self.give(gas, before.unwrap_or_default().saturating_sub(remaining), forwarded);
            }
            Order::Reset => self.give(gas, gas.limit().saturating_sub(remaining), forwarded),
        }
    }

    /// Counts for a frame that has ended.
    pub(super) fn end(&mut self, ended: &Ended, result: &mut FrameResult) {
        let outcome = interpreter_result(result);
        if let Some(paused) = self.paused
            && ended.depth >= paused.depth
            && !outcome.is_halt()
        {
            let before = if ended.depth == paused.depth { paused.remaining } else { Some(outcome.gas.limit()) };
            let used = before.unwrap_or_default().saturating_sub(outcome.gas.remaining());
            self.give(&mut outcome.gas, used, 0);
            if ended.depth == paused.depth {
                // From here on its caller's stands still.
                self.paused = ended.depth.checked_sub(1).map(|depth| Paused { depth, remaining: None });
            }
        }
        if ended.is_creation() {
            return;
        }
        let gas = &outcome.gas;
        self.last = Some(interface::Gas {
            limit: gas.limit(),
            used: gas.limit().saturating_sub(gas.remaining()),
            memoryUsed: 0,
            refunded: gas.refunded(),
            remaining: gas.remaining(),
        });
    }

    /// Gives gas back; never more than the frame lacks once it has back what it gave away.
    fn give(&mut self, gas: &mut interpreter::Gas, amount: u64, forwarded: u64) {
        let lacks = gas.limit().saturating_sub(gas.remaining()).saturating_sub(forwarded);
        let amount = amount.min(lacks).min(MAX_GIVEN.saturating_sub(self.given));
        self.given += amount;
        gas.erase_cost(amount);
    }
}

/// Gas that a message may be given back.
const MAX_GIVEN: u64 = 1 << 30;
