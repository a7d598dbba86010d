//! Sequences out of randomness: ABI-typed values, calls, sequences, mutators and the dictionary they draw from, as proptest
//! strategies with shrinking. Knows protocols and sequences; must not know invariants.
//!
//! The same draws serve two callers: a campaign, which seeds one generator per case, and anyone's own `proptest!` test:
//!
//! ```no_run
//! use heist::{campaign::Executor, generate, protocol::Protocol};
//! use proptest::prelude::*;
//!
//! let protocol = Protocol::load(std::path::Path::new("contracts/token-fixed"), None)?;
//! proptest!(|(sequence in generate::sequences(&protocol, 1..=40))| {
//!     let mut executor = Executor::for_protocol(&protocol).expect("the invariants fit");
//!     prop_assert!(executor.run(sequence).violations.is_empty());
//! });
//! # Ok::<(), heist::protocol::ProtocolError>(())
//! ```

mod argument;
mod call;
mod dictionary;
mod flow;
mod imitate;
mod integer;
mod malleable;
mod mutate;
mod palette;
mod sequence;
mod simplify;
mod value;

pub(crate) use argument::is_id;
pub(crate) use call::draw_fit;
pub use call::{Calls, calls};
pub use dictionary::Dictionary;
pub use flow::{Access, Element, Flow, Following, Position, StorageClass};
pub use mutate::mutate;
pub(crate) use palette::draw_bps;
pub use palette::{Audience, Palette};
pub use sequence::{SequenceTree, Sequences, sequences};
pub use simplify::{Edit, edits, simpler_values};
pub use value::{Values, values};

use proptest::{
    prelude::RngExt,
    test_runner::{RngAlgorithm, TestRng},
};

/// The stream of random numbers of one case.
pub type CaseRng = TestRng;

/// The stream that belongs to a 32-byte seed.
pub fn case_rng(seed: &[u8; 32]) -> CaseRng {
    TestRng::from_seed(RngAlgorithm::ChaCha, seed)
}

/// An index, by weight.
pub(crate) fn draw_weighted(weights: &[u64], rng: &mut CaseRng) -> usize {
    let mut point = rng.random_range(0..weights.iter().sum::<u64>().max(1));
    let drawn = weights.iter().position(|weight| {
        let here = point < *weight;
        point = point.saturating_sub(*weight);
        here
    });
    drawn.unwrap_or_default()
}

/// Everything that a draw looks at.
#[derive(Debug, Clone, Copy)]
pub struct Generator<'a> {
    /// What the protocol offers: functions, senders, addresses, amounts.
    pub palette: &'a Palette,
    /// What was learned.
    pub dictionary: &'a Dictionary,
    /// Which functions read what others write, where it steers what follows a call.
    pub flow: Option<&'a Flow>,
    /// Whether amounts may be what views answer then.
    pub asks: bool,
}

impl<'a> Generator<'a> {
    /// Draws that no flow steers.
    pub fn new(palette: &'a Palette, dictionary: &'a Dictionary) -> Self {
        Self { palette, dictionary, flow: None, asks: false }
    }
}
