//! Whether a test goes on.

use super::{Answer, Cheat, DISCARDED, DONE, Failure, SKIPPED, interface::Vm::VmCalls};

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
        _ => return None,
    })
}
