//! Data of an execution: steps, calls, attacks, market moves, and sequences of them, in memory and in files. Knows protocols;
//! must not know how sequences are generated.

mod fit;
mod foreign;
mod json;
mod message;
mod payload;
mod record;
mod spot;
mod step;
mod words;

pub use fit::Fitted;
pub use foreign::{CorpusFormat, read_foreign, write_foreign};
pub use message::{MessageError, encode_actions, zero_value};
pub use payload::{PayloadWord, payload_words};
pub use record::{ActionRecord, AttackRecord, CallRecord, LiveRecord, MarketRecord, Misfit, RecordError, StepRecord};
pub use spot::Spot;
pub use step::{
    Action, ActionCall, Advance, Attack, Call, Fit, Holder, Instance, Live, Loan, MarketMove, MoveKind, Repeat,
    Sequence, Source, Step, share,
};
pub use words::{Place, Word};
