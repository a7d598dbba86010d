//! The machine: world state, execution and instrumentation. The only module that names revm; it knows neither protocols nor
//! invariants.
//!
//! A [`World`] is the frozen base state, shared by every worker behind an `Arc`. A [`Machine`] is one reused EVM whose journal
//! is the overlay over that base: [`Machine::reset`] drops the overlay, [`Machine::snapshot`] keeps it. Hooks in the instruction
//! table write edges, comparison operands and storage writes into the machine's [`Recorder`]; everything else runs at full
//! speed. [`Machine::trace`] runs a message with a tracing inspector instead, for replay; [`Machine::cover`] notes which instructions run.

mod boundary;
mod cheatcodes;
mod cheating;
mod comparison;
mod coverage;
mod crypto;
mod database;
mod instructions;
mod machine;
mod message;
mod notes;
mod observer;
mod recorder;
mod spec;
mod supposition;
mod surroundings;
mod tape;
mod trace;
mod view;
mod watched;
mod world;

pub use boundary::Boundary;
pub use cheatcodes::{CHEATCODE_ERROR, CHEATCODES, CONSOLE, Cheatcodes, Creation, FAILURE_SLOT};
pub use comparison::{Comparison, ComparisonKind, Site};
pub use coverage::{CodeId, Coverage, Executed};
pub use machine::{Block, Execution, Limits, Machine, Message, Settings, Snapshot, Status};
pub use recorder::{Comparing, Edge, Nearer, Read, Recorder};
pub use spec::{DEFAULT_EVM_VERSION, EvmVersion, UnknownEvmVersion};
pub use supposition::Supposed;
pub use surroundings::{FileEntry, FileInfo, Room, StorageVariable, Surroundings};
pub use tape::Act;
pub use trace::{CallKind, CodePath, Frame, Item, StorageChange, Trace};
pub use view::ViewError;
pub use world::{Account, BaseState, World};
