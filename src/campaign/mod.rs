//! Campaigns.
mod event;
mod finding;
mod progress;
pub use event::{Event, FunctionSummary, InvariantStatus, InvariantSummary, ProtocolSummary, ScenarioSummary, Sink};
pub use finding::{FINDING_FORMAT, Finding, FindingKind, Gain, ProfitRecord};
pub use progress::Progress;
