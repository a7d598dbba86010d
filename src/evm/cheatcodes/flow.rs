//! Whether a test goes on.

use super::{Answer, Cheat, DISCARDED, DONE, Failure, SKIPPED, interface::VmCalls};
use alloy_sol_types::SolValue;

pub(super) fn answer(_cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    Some(match call {
        C::assume(call) => {
            if call.condition {
                DONE
            } else {
                Err(Failure::Raw(DISCARDED))
            }
        }
        C::skip_0(call) if !call.condition => DONE,
        C::skip_1(call) if !call.condition => DONE,
        C::skip_0(_) | C::skip_1(_) => Err(Failure::Raw(SKIPPED)),
        // Nobody waits, nobody debugs, and traces show everything.
        C::sleep(_) | C::breakpoint_0(_) | C::breakpoint_1(_) | C::pauseTracing(_) | C::resumeTracing(_) => DONE,
        // As `forge test` has it: the group of tests is 0, the command itself 1.
        C::isContext(call) => Ok((call.context < 2).abi_encode()),
        _ => return None,
    })
}
