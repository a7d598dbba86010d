//! Scripts on credit. A loan that is not paid back fails with all that was done with it, so a script that only lacks its end would
//! look like one that does nothing. On credit the lender's tokens are handed over before the script, which runs without the loan's
//! frame, and what is owed behind it is part of how the attacker is left. Nothing is reported of such a run: it says what is worth
//! varying, and only real loans pay.

use super::{
    deed::{self, Deed},
    executor::Executor,
    worker::Ground,
};
use crate::{
    evm::{Execution, Machine, Message},
    protocol::{balance_of, flash_fee, transfer_call},
    sequence::{Action, Loan, Repeat, Sequence, Step},
};
use alloy_primitives::{Address, U256};
use std::sync::Arc;

/// What a script still owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Debt {
    /// The borrowed token.
    pub(super) token: Address,
    /// Base units, with the lender's fee.
    pub(super) amount: U256,
}

/// Loans of a sequence, those within others too.
pub(super) fn loans(sequence: &Sequence) -> Vec<&Loan> {
    fn collect<'a>(actions: &'a [Action], all: &mut Vec<&'a Loan>) {
        for action in actions {
            if let Action::Loan(loan) = action {
                all.push(loan);
            }
            collect(action.body(), all);
        }
    }
    let mut all = Vec::new();
    for step in &sequence.steps {
        if let Step::Attack(attack) = step {
            collect(&attack.actions, &mut all);
        }
    }
    all
}

/// The actions with each loan's body in its place, as one round, so that events tell of it as of the loan.
fn unframed(actions: &[Action]) -> Vec<Action> {
    let unframe = |action: &Action| {
        let mut action = match action {
            Action::Loan(loan) => Action::Repeat(Repeat { times: 1, body: loan.body.clone() }),
            other => other.clone(),
        };
        let body = unframed(action.body());
        *action.body_mut() = body;
        action
    };
    actions.iter().map(unframe).collect()
}

/// Runs a sequence whose loans fail on credit: what it did and how it leaves the attacker, debts included, and the messages it
/// took. None where a lender cannot hand over what it lends, or a debt has no price.
pub(super) fn run(ground: &Ground, executor: &mut Executor, sequence: &Sequence) -> Option<(Deed, u64)> {
    let valuation = ground.valuation.as_ref()?;
    executor.begin();
    let machine = executor.machine();
    let mut executions = Vec::with_capacity(sequence.steps.len());
    let mut debts = Vec::new();
    let mut calls = 0;
    for step in &sequence.steps {
        let advance = step.advance();
        machine.advance(advance.blocks, advance.seconds);
        let execution = if let Step::Attack(attack) = step {
            let one = Sequence { steps: vec![step.clone()] };
            let open = loans(&one);
            for loan in &open {
                hand_over(machine, loan, attack.contract)?;
            }
            let mut attack = attack.clone();
            attack.actions = unframed(&attack.actions);
            let contract = attack.contract;
            let execution = send(machine, &Step::Attack(attack), ground, &mut calls);
            for loan in open {
                debts.extend(repay(machine, loan, contract)?);
            }
            execution
        } else {
            send(machine, step, ground, &mut calls)
        };
        executions.push(Arc::new(execution));
    }
    let mut done = deed::deed(sequence, &executions, ground, true);
    done.value = valuation.assess(machine).value;
    for debt in debts {
        done.value = done.value.saturating_sub(valuation.worth(debt.token, debt.amount)?);
    }
    Some((done, calls))
}

fn send(machine: &mut Machine, step: &Step, ground: &Ground, calls: &mut u64) -> Execution {
    let Some(message) = step.message(&ground.protocol).ok().flatten() else {
        machine.pass();
        return super::executor::silence();
    };
    *calls += 1;
    machine.execute(&message)
}

/// Gives the attacker's contract what a lender lends.
fn hand_over(machine: &mut Machine, loan: &Loan, contract: Address) -> Option<()> {
    let held = balance_of(machine, loan.token, contract)?;
    transfer(machine, (loan.lender, contract), loan.token, loan.amount);
    (balance_of(machine, loan.token, contract)?.checked_sub(held)? == loan.amount).then_some(())
}

/// Pays a loan and its fee back as far as the attacker's contract can; what is left of it.
fn repay(machine: &mut Machine, loan: &Loan, contract: Address) -> Option<Option<Debt>> {
    let owed = loan.amount.checked_add(flash_fee(machine, loan.lender, loan.token, loan.amount)?)?;
    let paid = balance_of(machine, loan.token, contract)?.min(owed);
    transfer(machine, (contract, loan.lender), loan.token, paid);
    let left = owed - paid;
    Some((!left.is_zero()).then_some(Debt { token: loan.token, amount: left }))
}

fn transfer(machine: &mut Machine, (from, to): (Address, Address), token: Address, amount: U256) {
    let data = transfer_call(to, amount);
    machine.execute(&Message { from, to: Some(token), data, value: U256::ZERO });
}
