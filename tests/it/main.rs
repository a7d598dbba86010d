//! Tests through the public interface: the library as a dependant sees it, and the binary as a user runs it.

mod architecture;
mod cli;
mod determinism;
mod engine;
mod gallery;
mod generation;
mod hostile;
mod support;
