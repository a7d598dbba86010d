//! Assertions that fail with their operands in words.

use super::{
    Answer, Cheat, DONE, Failure,
    decimal::{Number, apart, scaled},
    interface::VmCalls,
};
use alloy_primitives::{Address, B256, Bytes, I256, U256, U512, hex};

/// A value as messages show it.
pub(super) trait Shown {
    fn show(&self) -> String;
}

macro_rules! shown {
    ($($kind:ty: $show:expr),*) => {$(
        impl Shown for $kind {
            fn show(&self) -> String {
                let show: fn(&$kind) -> String = $show;
                show(self)
            }
        }
    )*};
}

shown! {
    bool: ToString::to_string,
    U256: ToString::to_string,
    I256: ToString::to_string,
    Address: ToString::to_string,
    B256: ToString::to_string,
    String: Clone::clone,
    Bytes: |bytes| hex::encode_prefixed(bytes)
}

impl<T: Shown> Shown for Vec<T> {
    fn show(&self) -> String {
        format!("[{}]", self.iter().map(Shown::show).collect::<Vec<_>>().join(", "))
    }
}

impl Cheat<'_> {
    /// Fails unless `holds`, with `reason` before what is wrong.
    fn check(&mut self, holds: bool, reason: Option<&str>, wrong: impl FnOnce() -> String) -> Answer {
        if holds {
            return DONE;
        }
        let failure = Failure::from(format!("{}: {}", reason.unwrap_or("assertion failed"), wrong()));
        self.fail(failure)
    }

    fn truth(&mut self, holds: bool, reason: Option<&str>) -> Answer {
        if holds { DONE } else { self.fail(Failure::from(reason.unwrap_or("assertion failed"))) }
    }

    /// An assertion has failed: that is remembered, for it may be caught on its way.
    fn fail(&mut self, failure: Failure) -> Answer {
        self.cheats.assertion = Some(failure.data());
        Err(failure)
    }

    fn compare<T: Shown>(
        &mut self,
        holds: bool,
        (left, opposite, right): (&T, &str, &T),
        reason: Option<&str>,
    ) -> Answer {
        self.check(holds, reason, || format!("{} {opposite} {}", left.show(), right.show()))
    }
}

/// Calls with the operands `left` and `right`: each pair of variants without and with a reason.
macro_rules! pairs {
    ($cheat:ident, $call:ident, $holds:tt, $opposite:literal: $($plain:ident $reasoned:ident)*) => {
        match $call {
            $(
                VmCalls::$plain(call) => {
                    return Some($cheat.compare(call.left $holds call.right, (&call.left, $opposite, &call.right), None));
                }
                VmCalls::$reasoned(call) => {
                    let operands = (&call.left, $opposite, &call.right);
                    return Some($cheat.compare(call.left $holds call.right, operands, Some(&call.reason)));
                }
            )*
            _ => {}
        }
    };
}

/// The same with operands that are shown with a decimal point.
macro_rules! decimals {
    ($cheat:ident, $call:ident, $holds:tt, $opposite:literal: $($plain:ident $reasoned:ident)*) => {
        match $call {
            $(
                VmCalls::$plain(call) => {
                    let show = || format!("{} {} {}", scaled(call.left, call.decimals), $opposite, scaled(call.right, call.decimals));
                    return Some($cheat.check(call.left $holds call.right, None, show));
                }
                VmCalls::$reasoned(call) => {
                    let show = || format!("{} {} {}", scaled(call.left, call.decimals), $opposite, scaled(call.right, call.decimals));
                    return Some($cheat.check(call.left $holds call.right, Some(&call.reason), show));
                }
            )*
            _ => {}
        }
    };
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    match call {
        VmCalls::assertTrue_0(call) => return Some(cheat.truth(call.condition, None)),
        VmCalls::assertTrue_1(call) => return Some(cheat.truth(call.condition, Some(&call.reason))),
        VmCalls::assertFalse_0(call) => return Some(cheat.truth(!call.condition, None)),
        VmCalls::assertFalse_1(call) => return Some(cheat.truth(!call.condition, Some(&call.reason))),
        _ => {}
    }
    pairs!(cheat, call, ==, "!=":
        assertEq_0 assertEq_1 assertEq_2 assertEq_3 assertEq_4 assertEq_5 assertEq_6 assertEq_7 assertEq_8 assertEq_9
        assertEq_10 assertEq_11 assertEq_12 assertEq_13 assertEq_14 assertEq_15 assertEq_16 assertEq_17
        assertEq_18 assertEq_19 assertEq_20 assertEq_21 assertEq_22 assertEq_23 assertEq_24 assertEq_25
        assertEq_26 assertEq_27);
    None
}

pub(super) fn answer_not_equal(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    pairs!(cheat, call, !=, "==":
        assertNotEq_0 assertNotEq_1 assertNotEq_2 assertNotEq_3 assertNotEq_4 assertNotEq_5 assertNotEq_6 assertNotEq_7
        assertNotEq_8 assertNotEq_9 assertNotEq_10 assertNotEq_11 assertNotEq_12 assertNotEq_13 assertNotEq_14 assertNotEq_15
        assertNotEq_16 assertNotEq_17 assertNotEq_18 assertNotEq_19 assertNotEq_20 assertNotEq_21 assertNotEq_22
        assertNotEq_23 assertNotEq_24 assertNotEq_25 assertNotEq_26 assertNotEq_27);
    None
}

pub(super) fn answer_numbers(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    pairs!(cheat, call, <, ">=": assertLt_0 assertLt_1 assertLt_2 assertLt_3);
    pairs!(cheat, call, <=, ">": assertLe_0 assertLe_1 assertLe_2 assertLe_3);
    pairs!(cheat, call, >, "<=": assertGt_0 assertGt_1 assertGt_2 assertGt_3);
    pairs!(cheat, call, >=, "<": assertGe_0 assertGe_1 assertGe_2 assertGe_3);
    decimals!(cheat, call, ==, "!=": assertEqDecimal_0 assertEqDecimal_1 assertEqDecimal_2 assertEqDecimal_3);
    decimals!(cheat, call, !=, "==": assertNotEqDecimal_0 assertNotEqDecimal_1 assertNotEqDecimal_2 assertNotEqDecimal_3);
    decimals!(cheat, call, <, ">=": assertLtDecimal_0 assertLtDecimal_1 assertLtDecimal_2 assertLtDecimal_3);
    decimals!(cheat, call, <=, ">": assertLeDecimal_0 assertLeDecimal_1 assertLeDecimal_2 assertLeDecimal_3);
    decimals!(cheat, call, >, "<=": assertGtDecimal_0 assertGtDecimal_1 assertGtDecimal_2 assertGtDecimal_3);
    decimals!(cheat, call, >=, "<": assertGeDecimal_0 assertGeDecimal_1 assertGeDecimal_2 assertGeDecimal_3);
    answer_near(cheat, call)
}

/// Two numbers that may differ by a little.
struct Near<'a, T> {
    left: T,
    right: T,
    most: U256,
    decimals: U256,
    reason: Option<&'a str>,
}

fn answer_near(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    const NONE: U256 = U256::ZERO;
    macro_rules! near {
        ($judge:ident, $call:ident, $decimals:expr, $reason:expr) => {{
            let (left, right, most) = ($call.left, $call.right, $call.most);
            $judge(cheat, &Near { left, right, most, decimals: $decimals, reason: $reason })
        }};
    }
    Some(match call {
        VmCalls::assertApproxEqAbs_0(call) => near!(absolute, call, NONE, None),
        VmCalls::assertApproxEqAbs_1(call) => near!(absolute, call, NONE, Some(&call.reason)),
        VmCalls::assertApproxEqAbs_2(call) => near!(absolute, call, NONE, None),
        VmCalls::assertApproxEqAbs_3(call) => near!(absolute, call, NONE, Some(&call.reason)),
        VmCalls::assertApproxEqAbsDecimal_0(call) => near!(absolute, call, call.decimals, None),
        VmCalls::assertApproxEqAbsDecimal_1(call) => near!(absolute, call, call.decimals, Some(&call.reason)),
        VmCalls::assertApproxEqAbsDecimal_2(call) => near!(absolute, call, call.decimals, None),
        VmCalls::assertApproxEqAbsDecimal_3(call) => near!(absolute, call, call.decimals, Some(&call.reason)),
        VmCalls::assertApproxEqRel_0(call) => near!(relative, call, NONE, None),
        VmCalls::assertApproxEqRel_1(call) => near!(relative, call, NONE, Some(&call.reason)),
        VmCalls::assertApproxEqRel_2(call) => near!(relative, call, NONE, None),
        VmCalls::assertApproxEqRel_3(call) => near!(relative, call, NONE, Some(&call.reason)),
        VmCalls::assertApproxEqRelDecimal_0(call) => near!(relative, call, call.decimals, None),
        VmCalls::assertApproxEqRelDecimal_1(call) => near!(relative, call, call.decimals, Some(&call.reason)),
        VmCalls::assertApproxEqRelDecimal_2(call) => near!(relative, call, call.decimals, None),
        VmCalls::assertApproxEqRelDecimal_3(call) => near!(relative, call, call.decimals, Some(&call.reason)),
        _ => return None,
    })
}

fn absolute<T: Number>(cheat: &mut Cheat<'_>, near: &Near<'_, T>) -> Answer {
    let Near { left, right, most, decimals, reason } = near;
    let delta = apart(*left, *right);
    cheat.check(delta <= *most, *reason, || {
        format!(
            "{} !~= {} (max delta: {}, real delta: {})",
            scaled(*left, *decimals),
            scaled(*right, *decimals),
            scaled(*most, *decimals),
            scaled(delta, *decimals)
        )
    })
}

/// The difference as a share of the right one, of which 1e18 is all.
fn relative<T: Number>(cheat: &mut Cheat<'_>, near: &Near<'_, T>) -> Answer {
    let Near { left, right, most, decimals, reason } = near;
    let (delta, right_size) = (apart(*left, *right), right.magnitude());
    let one = U256::from(10).pow(U256::from(18));
    let shown = || format!("{} !~= {}", scaled(*left, *decimals), scaled(*right, *decimals));
    let limit = || scaled(*most, U256::from(16));
    if right_size.is_zero() {
        return cheat.check(delta.is_zero(), *reason, || {
            format!("{} (max delta: {}%, real delta: undefined)", shown(), limit())
        });
    }
    let share = U512::from(delta) * U512::from(one) / U512::from(right_size);
    if share > U512::from(U256::MAX) {
        return cheat
            .fail(Failure::from(format!("{}: overflow in delta calculation", reason.unwrap_or("assertion failed"))));
    }
    let share = U256::from(share);
    cheat.check(share <= *most, *reason, || {
        format!("{} (max delta: {}%, real delta: {}%)", shown(), limit(), scaled(share, U256::from(16)))
    })
}
