//! Heist rehearses the robbery of a DeFi protocol: it fuzzes invariants and plays economic attacks against compiled EVM
//! contracts, in process and in parallel.
//!
//! Data flows one way. Artifacts and a `heist.toml` become a [`protocol::Protocol`] with a frozen base state. A campaign
//! ([`campaign::run`]) draws sequences of calls, attacks and market moves ([`generate`], [`scenario`]), executes them
//! ([`evm`]), judges invariants ([`invariant`]) and profit ([`economics`]), and emits events, which reports consume.
//! `ARCHITECTURE.md` is the map.

pub mod campaign;
pub mod cli;
pub mod economics;
pub mod evm;
pub mod export;
pub mod gallery;
pub mod generate;
pub mod glob;
pub mod invariant;
pub mod protocol;
pub mod report;
pub mod scenario;
pub mod sequence;
