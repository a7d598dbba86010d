//! Heist.
pub mod evm;
pub mod protocol;
pub mod sequence;
