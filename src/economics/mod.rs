//! What an attacker gained: amounts of every asset before and after, valued at pre-attack prices. Knows protocols and machines;
//! must not know scheduling.

mod losses;
mod valuation;

pub use losses::Loss;
pub use valuation::{Assessment, Asset, AssetChange, Profit, Valuation, ValuationError};
