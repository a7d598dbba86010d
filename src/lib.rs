//! Heist.
pub mod evm;
pub mod invariant;
pub mod protocol;
pub mod sequence;
