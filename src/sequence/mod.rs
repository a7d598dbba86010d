//! Data of an execution: steps, calls, attacks, market moves, and sequences of them. Knows protocols; must not know how
//! sequences are generated.

mod message;
mod step;

pub use message::{MessageError, encode_actions};
pub use step::{Action, ActionCall, Advance, Attack, Call, Live, Loan, MarketMove, MoveKind, Sequence, Source, Step};
