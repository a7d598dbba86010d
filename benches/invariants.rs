//! What judging costs: incremental evaluation beside evaluation of everything after every call.
fn main() {}
