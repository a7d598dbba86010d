//! Behaviour through the public interface, one module an area.
#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

mod protocol;
mod protocol_artifacts;
mod protocol_errors;
mod protocol_setup;
