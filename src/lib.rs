//! Heist.
pub mod campaign;
pub mod evm;
pub mod generate;
pub mod protocol;
pub mod report;
pub mod sequence;
