//! Mazes: contracts that are drawn from a seed, with targets that are known to be reachable. The witness of a target is drawn
//! first and the guards are built so that it meets them. Knows Solidity; must not know who searches.

mod actors;
mod decimals;
mod draft;
mod flight;
mod function;
mod grid;
mod guard;
mod hashes;
mod keys;
mod loops;
mod param;
mod stairs;
mod term;
mod times;

pub(crate) use param::{Given, Kind};

use alloy_primitives::{U256, keccak256};
use draft::Draft;
use proptest::prelude::RngExt;

/// The generator's stream of random numbers.
pub(crate) type Rng = heist::generate::CaseRng;

/// Time of the base state, seconds since 1970.
pub(crate) const START: u64 = 1_700_000_000;
/// Seconds between blocks.
pub(crate) const BLOCK_TIME: u64 = 12;
/// The longest wait that a witness needs before a call, seconds.
pub(crate) const LONGEST_WAIT: u64 = 30 * 86_400;

/// What a maze is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Class {
    /// Walks over a shared position, through doors with guards over arguments and state.
    Grid,
    /// Ordered calls with different arguments.
    Stairs,
    /// The same call several times.
    Loops,
    /// Two or three senders in order.
    Actors,
    /// Exact times and narrow windows.
    Times,
    /// Keys that only an event or a return value tells.
    Keys,
    /// Truncation, rounding and scaled amounts.
    Decimals,
    /// Arguments that are hashes of earlier ones.
    Hashes,
}

impl Class {
    /// All of them, in the order of the tables.
    pub(crate) const ALL: [Self; 8] =
        [Self::Grid, Self::Stairs, Self::Loops, Self::Actors, Self::Times, Self::Keys, Self::Decimals, Self::Hashes];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Stairs => "stairs",
            Self::Loops => "loops",
            Self::Actors => "actors",
            Self::Times => "times",
            Self::Keys => "keys",
            Self::Decimals => "decimals",
            Self::Hashes => "hashes",
        }
    }
}

/// How large a maze is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Targets; at most 256.
    pub(crate) targets: usize,
    /// Calls to the deepest target.
    pub(crate) depth: usize,
    /// Most comparisons of one call, beside those that find the place in the maze. None leaves the order of calls alone, in classes
    /// that are about order.
    pub(crate) comparisons: usize,
    /// Calls of the longest loop; none: as `depth`.
    pub(crate) loop_length: Option<usize>,
}

impl Shape {
    /// The depth of a target: from 1 to the largest, evenly.
    fn depth_of(&self, target: usize, deepest: usize) -> usize {
        if self.targets < 2 { deepest } else { 1 + target * (deepest - 1) / (self.targets - 1) }
    }

    /// Comparisons of one call.
    fn draw_comparisons(&self, rng: &mut Rng) -> usize {
        rng.random_range(self.comparisons.min(1)..=self.comparisons)
    }
}

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    Alice,
    Bob,
    Carol,
}

impl Actor {
    pub(crate) const ALL: [Self; 3] = [Self::Alice, Self::Bob, Self::Carol];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Alice => "alice",
            Self::Bob => "bob",
            Self::Carol => "carol",
        }
    }

    /// The account, as a word.
    pub(crate) fn word(self) -> U256 {
        U256::from(match self {
            Self::Alice => 0xA11CE_u32,
            Self::Bob => 0xB0B,
            Self::Carol => 0xCA401,
        })
    }

    pub(crate) fn draw(rng: &mut Rng) -> Self {
        Self::ALL[rng.random_range(0..Self::ALL.len())]
    }
}

/// A call of a witness.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) sender: Actor,
    /// Name of the function; no two of a maze share one.
    pub(crate) function: String,
    pub(crate) arguments: Vec<(Kind, Given)>,
    /// Seconds that pass before it, with the blocks that fit.
    pub(crate) seconds: u64,
}

/// A place that can be reached; its number is its index in the maze.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The calls that reach it, for tests only: no search is told of them.
    pub(crate) witness: Vec<Call>,
}

/// A contract with its targets.
#[derive(Debug, Clone)]
pub(crate) struct Maze {
    pub(crate) class: Class,
    /// Solidity.
    pub(crate) source: String,
    /// Arguments of the constructor.
    pub(crate) constructor: Vec<Actor>,
    pub(crate) targets: Vec<Target>,
    /// How many places look like targets and cannot be reached.
    pub(crate) decoys: usize,
}

/// The maze of a seed.
pub(crate) fn generate(class: Class, seed: u64, shape: &Shape) -> Maze {
    let bytes = [&seed.to_be_bytes()[..], class.name().as_bytes()].concat();
    let mut rng = heist::generate::case_rng(&keccak256(bytes).0);
    let mut draft = Draft::default();
    let fill = match class {
        Class::Grid => grid::fill,
        Class::Stairs => stairs::fill,
        Class::Loops => loops::fill,
        Class::Actors => actors::fill,
        Class::Times => times::fill,
        Class::Keys => keys::fill,
        Class::Decimals => decimals::fill,
        Class::Hashes => hashes::fill,
    };
    fill(&mut draft, shape, &mut rng);
    draft.finish(class, seed, &mut rng)
}
