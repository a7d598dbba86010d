//! The interface that suites call: names and signatures of Foundry's cheatcodes, from which decoders are generated.

mod refused;
mod tools;
mod vm;

pub(super) use tools::{DirEntry, FsMetadata, Tools::ToolsCalls};
pub(super) use vm::{AccountAccess, ChainInfo, Gas, Log, PotentialRevert, StorageAccess, Vm::VmCalls, Wallet};

use alloy_sol_types::SolInterface;
use refused::{Forks::ForksCalls, Others::OthersCalls, Programs::ProgramsCalls};

alloy_sol_types::sol! {
    /// What a cheatcode reverts with.
    error CheatcodeError(string message);
}

/// A call of a cheatcode that is answered.
pub(super) enum Call {
    Vm(Box<VmCalls>),
    Tools(Box<ToolsCalls>),
}

impl Call {
    /// Reads calldata; none where it is not the call of a cheatcode that is answered.
    pub(super) fn decode(data: &[u8]) -> Option<Self> {
        let vm = VmCalls::abi_decode(data).map(|call| Self::Vm(Box::new(call)));
        vm.or_else(|_| ToolsCalls::abi_decode(data).map(|call| Self::Tools(Box::new(call)))).ok()
    }
}

/// What a cheatcode is called, whether it is answered or not.
pub(super) fn signature(selector: [u8; 4]) -> Option<&'static str> {
    VmCalls::signature_by_selector(selector)
        .or_else(|| ToolsCalls::signature_by_selector(selector))
        .or_else(|| ForksCalls::signature_by_selector(selector))
        .or_else(|| ProgramsCalls::signature_by_selector(selector))
        .or_else(|| OthersCalls::signature_by_selector(selector))
}

/// Why a cheatcode is refused, where there is more to say than that it is.
pub(super) fn why_refused(selector: [u8; 4]) -> Option<&'static str> {
    if ForksCalls::valid_selector(selector) {
        return Some("there is no support for forks and other networks");
    }
    ProgramsCalls::valid_selector(selector).then_some("a suite may neither run programs nor ask people")
}
