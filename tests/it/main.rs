//! Tests through the public interface: the library as a dependant sees it, and the binary as a user runs it.
#![expect(clippy::unwrap_used, reason = "a test that meets what it does not expect should stop there")]

mod architecture;
mod attacker;
mod build;
mod catalogue;
mod cli;
mod crytic;
mod determinism;
mod engine;
mod expected;
mod export;
mod features;
mod formats;
mod gallery;
mod generation;
mod hostile;
mod kept;
mod malformed;
mod new;
mod overlay;
mod positions;
mod protocol;
mod protocol_artifacts;
mod protocol_errors;
mod protocol_setup;
mod reasons;
mod resumption;
mod roles;
mod scenarios;
mod search;
mod setup;
mod standards;
mod suites;
mod support;
mod waits;
mod zoo;
