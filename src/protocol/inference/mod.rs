//! Roles and prices that nobody declared: from ABIs, from ERC-165, and from what contracts do when they are asked in the base
//! state. Knows machines and contracts; must not know where contracts came from.
//!
//! A guess that is wrong costs more than one that is missing: what is merely likely is shown and drives nothing.

mod bridges;
mod collections;
mod control;
mod credit;
mod economy;
mod free;
mod oracles;
mod payouts;
mod probe;
mod roles;
mod tokens;
mod trade;
mod venues;

pub use economy::{InferredEconomy, InferredPrice};
pub use roles::{InferredRole, Sureness};

pub(super) use economy::infer as economy;
pub(super) use free::gives_for_nothing;
pub(super) use probe::{MAX_MESSAGES, MAX_ROLE_MESSAGES, PROBE_GAS, Probe, stranger};
pub(super) use roles::infer as roles;
