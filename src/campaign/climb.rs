//! Local search over the amounts of a script: what almost pays is often too little. Amounts are scaled one at a time while the
//! attacker is better off; the optimum usually lies where the next step would revert.

use crate::{
    generate::CaseRng,
    sequence::{Action, Live, Sequence, Source, Step},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::U256;
use proptest::prelude::RngExt;

/// Factors that are tried, as numerator and denominator: large ones find the order of magnitude, small ones the boundary.
const FACTORS: [(u32, u32); 8] = [(10, 1), (4, 1), (2, 1), (3, 2), (11, 10), (9, 10), (1, 2), (1, 10)];

/// One change of one amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    amount: usize,
    factor: (u32, u32),
}

/// A random move; none when there is nothing to scale.
pub(super) fn draw(sequence: &Sequence, rng: &mut CaseRng) -> Option<Move> {
    let count = visit(&mut sequence.clone(), &mut |_, _| {});
    (count > 0)
        .then(|| Move { amount: rng.random_range(0..count), factor: FACTORS[rng.random_range(0..FACTORS.len())] })
}

/// The sequence after a move; none when nothing changes.
pub(super) fn apply(sequence: &Sequence, step: Move) -> Option<Sequence> {
    let mut moved = sequence.clone();
    let (times, over) = step.factor;
    visit(&mut moved, &mut |index, amount| {
        if index != step.amount {
            return;
        }
        match amount {
            Amount::Number(number) => {
                *number = number.checked_mul(U256::from(times)).map_or(*number, |scaled| scaled / U256::from(over));
            }
            Amount::Share(bps) => *bps = (*bps * times / over).clamp(1, 10_000),
        }
    });
    (moved != *sequence).then_some(moved)
}

enum Amount<'a> {
    Number(&'a mut U256),
    Share(&'a mut u32),
}

/// Shows every amount to `see`, in order, and returns how many there are.
fn visit(sequence: &mut Sequence, see: &mut dyn FnMut(usize, Amount<'_>)) -> usize {
    let mut count = 0;
    for step in &mut sequence.steps {
        match step {
            Step::Call(call) => visit_call(&mut call.arguments, &mut call.live, &mut count, see),
            Step::Attack(attack) => visit_actions(&mut attack.actions, &mut count, see),
            Step::Market(_) => {}
        }
    }
    count
}

fn visit_actions(actions: &mut [Action], count: &mut usize, see: &mut dyn FnMut(usize, Amount<'_>)) {
    for action in actions {
        match action {
            Action::Call(call) => visit_call(&mut call.arguments, &mut call.live, count, see),
            Action::Loan(loan) => {
                see(*count, Amount::Number(&mut loan.amount));
                *count += 1;
                visit_actions(&mut loan.body, count, see);
            }
        }
    }
}

fn visit_call(
    arguments: &mut [DynSolValue],
    live: &mut [Live],
    count: &mut usize,
    see: &mut dyn FnMut(usize, Amount<'_>),
) {
    for (index, argument) in arguments.iter_mut().enumerate() {
        if let Some(live) = live.iter_mut().find(|live| live.argument == index) {
            if let Source::Balance { bps, .. } = &mut live.source {
                see(*count, Amount::Share(bps));
                *count += 1;
            }
        } else if let DynSolValue::Uint(number, 96..) = argument
            && !number.is_zero()
        {
            see(*count, Amount::Number(number));
            *count += 1;
        }
    }
}
