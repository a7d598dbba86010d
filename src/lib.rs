//! Heist.
pub mod campaign;
pub mod cli;
pub mod economics;
pub mod evm;
pub mod gallery;
pub mod generate;
pub mod glob;
pub mod invariant;
pub mod protocol;
pub mod report;
pub mod scenario;
pub mod sequence;
