//! Heist.
fn main() {}
