//! A property test of one's own over sequences of calls on real contracts: `cargo run --release --example property`.
//!
//! It shows how to draw sequences with proptest, run them, and let proptest shrink what fails.

use heist::{
    campaign::Executor,
    gallery, generate,
    protocol::Protocol,
    sequence::{Sequence, Step},
};
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use std::{cell::RefCell, error::Error};

/// A sequence in one line.
fn line(protocol: &Protocol, sequence: &Sequence) -> String {
    let calls = sequence.steps.iter().filter_map(|step| match step {
        Step::Call(call) => {
            let function = &protocol.functions[call.function];
            let sender = protocol.name_of(call.sender).unwrap_or("somebody");
            Some(format!("{sender}: {}.{}", protocol.contracts[function.contract].name, function.abi.name))
        }
        Step::Attack(_) | Step::Market(_) => None,
    });
    calls.collect::<Vec<_>>().join("; ")
}

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), Box<dyn Error>> {
    // A protocol of one's own: `Protocol::load(Path::new("my/project"), None)?`.
    let protocol = gallery::load("token")?;
    let executor = RefCell::new(Executor::for_protocol(&protocol)?);
    let config = Config { cases: 2_000, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let result = TestRunner::new(config).run(&generate::sequences(&protocol, 1..=40), |sequence| {
        let outcome = executor.borrow_mut().run(sequence);
        if outcome.violations.is_empty() { Ok(()) } else { Err(TestCaseError::fail("an invariant is violated")) }
    });
    match result {
        Err(TestError::Fail(reason, minimal)) => println!("{reason}: {}", line(&protocol, &minimal)),
        other => println!("{other:?}"),
    }
    Ok(())
}
