//! Strategies as somebody else's test uses them.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use heist::{
    campaign::Executor,
    gallery,
    generate::{self, Audience, Dictionary, Generator, Palette},
    sequence::{Sequence, Step},
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};

fn kinds() -> Vec<DynSolType> {
    let texts = [
        "uint8",
        "uint112",
        "uint256",
        "int8",
        "int128",
        "int256",
        "address",
        "bool",
        "bytes",
        "bytes1",
        "bytes4",
        "bytes32",
        "string",
        "uint256[]",
        "address[3]",
        "(uint256,address,bytes)",
        "(bool,(int24,string)[])[2]",
        "uint8[][]",
    ];
    texts.map(|text| text.parse().expect("a type")).into()
}

#[test]
fn every_abi_type_is_drawn_well_formed_and_shrinks_to_its_simplest_value() {
    let protocol = gallery::load("token-fixed").expect("a gallery protocol loads");
    let palette = Palette::new(&protocol, Audience::Everyone);
    let dictionary = Dictionary::default();
    let generator = Generator::new(&palette, &dictionary);
    for kind in kinds() {
        let mut runner = TestRunner::deterministic();
        for _ in 0..200 {
            let strategy = generate::values(generator, kind.clone());
            let mut tree = strategy.new_tree(&mut runner).expect("a value can always be drawn");
            let value = tree.current();
            assert!(kind.matches(&value), "{value:?} is no {kind}");
            let encoded = value.abi_encode();
            assert_eq!(kind.abi_decode(&encoded).expect("it decodes"), value, "{kind}");
            // Accepting every simplification must end, at a value that cannot be simplified.
            let mut steps = 0;
            while tree.simplify() {
                steps += 1;
                assert!(steps < 10_000, "{kind} does not stop shrinking from {value:?}");
            }
            assert!(generate::simpler_values(&tree.current()).is_empty());
        }
    }
}

/// Steps that call `name`.
fn calls_of(protocol: &heist::protocol::Protocol, sequence: &Sequence, name: &str) -> usize {
    let is = |step: &&Step| matches!(step, Step::Call(call) if protocol.functions[call.function].abi.name == name);
    sequence.steps.iter().filter(is).count()
}

#[test]
fn a_failing_property_over_sequences_shrinks_to_the_steps_that_matter() {
    let protocol = gallery::load("token-fixed").expect("a gallery protocol loads");
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 500, failure_persistence: None, ..Config::default() },
        generate::case_rng(&[3; 32]),
    );
    let strategy = generate::sequences(&protocol, 1..=40);
    let result = runner.run(&strategy, |sequence| {
        if calls_of(&protocol, &sequence, "transfer") >= 2 { Err(TestCaseError::fail("two transfers")) } else { Ok(()) }
    });
    let Err(TestError::Fail(_, minimal)) = result else { panic!("two transfers are drawn: {result:?}") };
    assert_eq!(minimal.steps.len(), 2);
    for step in &minimal.steps {
        let Step::Call(call) = step else { panic!("only calls are drawn") };
        assert!(call.advance.is_zero() && call.value.is_zero());
        assert_eq!(call.sender, protocol.actors.iter().find(|actor| actor.fuzz).expect("somebody calls").address);
        assert!(call.arguments.iter().all(|value| !matches!(value, DynSolValue::Uint(number, _) if !number.is_zero())));
    }
}

#[test]
fn a_sequence_of_the_planted_bug_fails_a_property_test_on_real_contracts() {
    let protocol = gallery::load("token").expect("a gallery protocol loads");
    let executor = std::cell::RefCell::new(Executor::for_protocol(&protocol).expect("the packs fit"));
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 5_000, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() },
        generate::case_rng(&[5; 32]),
    );
    let strategy = generate::sequences(&protocol, 1..=40);
    let result = runner.run(&strategy, |sequence| {
        let outcome = executor.borrow_mut().run(sequence);
        if outcome.violations.is_empty() { Ok(()) } else { Err(TestCaseError::fail("an invariant is violated")) }
    });
    let Err(TestError::Fail(_, minimal)) = result else { panic!("the planted bug is found: {result:?}") };
    assert!(minimal.steps.len() <= 2, "{minimal:?}");
}
