//! Scripts on credit. A loan that is not paid back fails with all that was done with it, so a script that only lacks its end would
//! look like one that does nothing. On credit the lender's tokens are handed over before the script, which runs without the loan's
//! frame, and what is owed behind it is part of how the attacker is left. Nothing is reported of such a run: it says what is worth
//! varying, and only real loans pay.

use super::{
    deed::{self, Deed},
    executor::Executor,
    exit,
    worker::Ground,
};
use crate::{
    evm::{Execution, Machine, Message},
    protocol::{balance_of, flash_fee, transfer_call},
    sequence::{Action, Attack, Loan, Repeat, Sequence, Step},
};
use alloy_primitives::{Address, U256};
use std::sync::Arc;

/// Loans of a sequence, those within others too.
pub(super) fn loans(sequence: &Sequence) -> Vec<&Loan> {
    let mut all = Vec::new();
    for step in &sequence.steps {
        if let Step::Attack(attack) = step {
            collect(&attack.actions, &mut all);
        }
    }
    all
}

fn collect<'a>(actions: &'a [Action], all: &mut Vec<&'a Loan>) {
    for action in actions {
        if let Action::Loan(loan) = action {
            all.push(loan);
        }
        collect(action.body(), all);
    }
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
pub(super) fn run(
    ground: &Ground,
    executor: &mut Executor,
    sequence: &Sequence,
    (exit, is_news): (exit::Draw<'_>, &dyn Fn(&Deed) -> bool),
) -> Option<(Deed, u64)> {
    let valuation = ground.valuation.as_ref()?;
    let home = ground.protocol.attacker_contract?;
    executor.begin();
    let machine = executor.machine();
    let mut executions = Vec::with_capacity(sequence.steps.len());
    let (mut open, mut debts) = (Vec::new(), Vec::new());
    let mut calls = 0;
    for step in &sequence.steps {
        repay_all(machine, &mut open, &mut debts, home)?;
        let advance = step.advance();
        machine.advance(advance.blocks, advance.seconds);
        let execution = if let Step::Attack(attack) = step {
            collect(&attack.actions, &mut open);
            for loan in &open {
                hand_over(machine, loan, home)?;
            }
            let unframed = Attack { actions: unframed(&attack.actions), ..*attack };
            send(machine, &Step::Attack(unframed), ground, &mut calls)
        } else {
            send(machine, step, ground, &mut calls)
        };
        executions.push(Arc::new(execution));
    }
    let mut done = deed::deed(sequence, &executions, ground, true);
    let mut value = |machine: &mut Machine| {
        let (mut open, mut debts) = (open.clone(), debts.clone());
        repay_all(machine, &mut open, &mut debts, home)?;
        let value = valuation.assess(machine).value;
        debts
            .iter()
            .try_fold(value, |value, (token, amount)| Some(value.saturating_sub(valuation.worth(*token, *amount)?)))
    };
    // Paying back changes the state that the ways out begin in.
    let left = machine.snapshot();
    done.value = value(machine)?;
    machine.restore(&left);
    calls += exit::run(ground, machine, (&mut done, is_news), exit, &mut value)?;
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

/// Pays loans back as far as the attacker's contract can, and adds what is left of them to its debts.
fn repay_all(
    machine: &mut Machine,
    open: &mut Vec<&Loan>,
    debts: &mut Vec<(Address, U256)>,
    home: Address,
) -> Option<()> {
    for loan in open.drain(..) {
        let left = repay(machine, loan, home)?;
        if !left.is_zero() {
            debts.push((loan.token, left));
        }
    }
    Some(())
}

/// Pays a loan and its fee back as far as the attacker's contract can; what is left of it.
fn repay(machine: &mut Machine, loan: &Loan, contract: Address) -> Option<U256> {
    let owed = loan.amount.checked_add(flash_fee(machine, loan.lender, loan.token, loan.amount)?)?;
    let paid = balance_of(machine, loan.token, contract)?.min(owed);
    transfer(machine, (contract, loan.lender), loan.token, paid);
    Some(owed - paid)
}

fn transfer(machine: &mut Machine, (from, to): (Address, Address), token: Address, amount: U256) {
    let data = transfer_call(to, amount);
    machine.execute(&Message { from, to: Some(token), data, value: U256::ZERO });
}

#[cfg(test)]
mod tests {
    use crate::{
        campaign::{Features, deed::Part, replay, worker::Worker},
        gallery, scenario,
        sequence::{Action, ActionCall, Advance, Attack, Loan, Sequence, Step},
    };
    use alloy_dyn_abi::DynSolValue;
    use alloy_primitives::{U256, aliases::I512};
    use std::sync::Arc;

    const ETHER: u128 = 1_000_000_000_000_000_000;

    /// Borrows half a million cash and leaves `kept` of them with the market.
    fn script(kept: u128) -> (Worker, super::Sequence, Arc<super::Ground>) {
        let protocol = gallery::load("lending-fixed").expect("a gallery protocol loads");
        let address = |name: &str| protocol.address_of(name).expect("it is deployed");
        let is_supply = |function: &crate::protocol::Function| {
            function.abi.name == "supply" && protocol.contracts[function.contract].name == "market"
        };
        let call = ActionCall {
            function: protocol.functions.iter().position(is_supply).expect("the market takes cash"),
            instance: None,
            arguments: vec![DynSolValue::Uint(U256::from(kept * ETHER), 256)],
            live: Vec::new(),
            value: U256::ZERO,
            callback: Vec::new(),
        };
        let amount = U256::from(500_000 * ETHER);
        let body = vec![Action::Call(call)];
        let loan = Loan { lender: address("lender"), token: address("cash"), amount, body };
        let attack = Attack {
            sender: protocol.attacker().expect("somebody attacks").address,
            contract: protocol.attacker_contract.expect("it has a contract"),
            actions: vec![Action::Loan(loan)],
            advance: Advance::default(),
        };
        let scenarios = scenario::of(&protocol).expect("it has none of its own");
        let ground = replay::ground(&protocol, Arc::clone(&scenarios[0]), 0).expect("there are prices");
        let ground = Arc::new(ground);
        (Worker::new(&ground, Features::none()), Sequence { steps: vec![Step::Attack(attack)] }, ground)
    }

    #[test]
    fn a_loan_that_is_not_paid_back_leaves_a_debt_with_its_fee() {
        let (mut worker, sequence, ground) = script(500_000);
        // For real the loan fails, and nothing has happened.
        let ran = worker.executor.rehearse(sequence.clone());
        let done = super::deed::deed(&ran.sequence, worker.executor.executions(), &ground, false);
        assert!(done.succeeded.is_empty() && super::loans(&done.sequence).is_empty());
        // On credit the cash is with the market, and 500,000 with a fee of 5 bps are owed, each worth one.
        let (deed, calls) = super::run(&ground, &mut worker.executor, &sequence, (&mut |_| Vec::new(), &|_| true))
            .expect("the lender has the cash");
        assert_eq!(deed.value, -I512::try_from(500_250 * ETHER).unwrap() * I512::try_from(ETHER).unwrap());
        assert_eq!((deed.sequence, calls), (sequence, 1));
        assert!(deed.succeeded.contains(&Part::Debt));
        let nets = deed.nets.values().fold(I512::ZERO, |sum, net| sum + *net);
        assert_eq!(nets, -deed.stake);
    }

    #[test]
    fn a_loan_that_is_paid_back_is_no_debt() {
        // A thousandth is kept: the attacker's own 5,000 cash pay for it, so that the loan is real.
        let (mut worker, sequence, ground) = script(500);
        let ran = worker.executor.rehearse(sequence);
        let done = super::deed::deed(&ran.sequence, worker.executor.executions(), &ground, false);
        assert_eq!(super::loans(&done.sequence).len(), 1);
        assert!(!done.succeeded.contains(&Part::Debt));
    }
}
