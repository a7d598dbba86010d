//! A call that fails is drawn anew.

use super::{
    Answer, Cheat, Cheats, DISCARDED, DONE,
    expect_revert::fits_reason,
    frames::{Ended, interpreter_result},
    interface::{PotentialRevert, VmCalls},
};
use alloy_primitives::{Address, Bytes};
use revm::{handler::FrameResult, interpreter::InstructionResult};

/// The next call is assumed not to revert.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Assumption {
    depth: usize,
    /// In which ways it must not; none: in any.
    reasons: Vec<Reason>,
    reverted_by: Option<Address>,
}

/// A way in which a call may fail.
#[derive(Debug, Clone, PartialEq)]
struct Reason {
    reverter: Option<Address>,
    /// Only the selector counts.
    partial: bool,
    data: Bytes,
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    Some(match call {
        C::assumeNoRevert_0(_) => assume(cheat, &[]),
        C::assumeNoRevert_1(call) => assume(cheat, std::slice::from_ref(&call.potential)),
        C::assumeNoRevert_2(call) => assume(cheat, &call.potentials),
        _ => return None,
    })
}

fn assume(cheat: &mut Cheat<'_>, potentials: &[PotentialRevert]) -> Answer {
    let lasting = &mut cheat.cheats.lasting;
    if lasting.assumption.is_some() {
        return Err("you must make another external call prior to calling assumeNoRevert again".into());
    }
    let reason = |potential: &PotentialRevert| Reason {
        reverter: Some(potential.reverter).filter(|reverter| !reverter.is_zero()),
        partial: potential.partialMatch,
        data: potential.revertData.clone(),
    };
    let reasons = potentials.iter().map(reason).collect();
    lasting.assumption = Some(Assumption { depth: cheat.depth, reasons, reverted_by: None });
    DONE
}

impl Cheats {
    /// Compares a frame that has ended with what was assumed. True when it was the one, and reverted.
    pub(super) fn meet_assumption(&mut self, ended: &Ended, is_cheatcode: bool, result: &mut FrameResult) -> bool {
        let (Some(assumption), Some(target)) = (&mut self.lasting.assumption, ended.target) else { return false };
        let outcome = interpreter_result(result);
        if outcome.is_revert() && assumption.reverted_by.is_none() {
            assumption.reverted_by = Some(target);
        }
        if ended.depth > assumption.depth || is_cheatcode {
            return false;
        }
        let Some(assumption) = self.lasting.assumption.take().filter(|_| outcome.is_revert()) else { return false };
        let Assumption { reasons, reverted_by, .. } = assumption;
        let fits = |reason: &Reason| {
            let by = reason.reverter.is_none_or(|reverter| reverted_by.is_none_or(|actual| actual == reverter));
            by && fits_reason(&reason.data, reason.partial, false, &outcome.output)
        };
        if reasons.is_empty() || reasons.iter().any(fits) {
            outcome.output = Bytes::from_static(DISCARDED);
        }
        outcome.result = InstructionResult::Revert;
        true
    }
}
