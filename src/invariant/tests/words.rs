//! Words that a project adds, and ratios.

use super::{number, odd, place, value, value_in};
use crate::{
    invariant::{
        InvariantSet, Value,
        check::{self, Request},
        value_at_base,
    },
    protocol::{Constant, Judgement, Pack, Place, Protocol},
};
use alloy_primitives::aliases::I512;
use num_bigint::BigInt;
use proptest::prelude::*;

/// The protocol of the fixtures with constants, each on a line of its own.
fn with_constants(constants: &[(&str, &str)]) -> Protocol {
    let mut protocol = odd();
    let constant = |(line, (name, text)): (usize, &(&str, &str))| Constant {
        name: (*name).into(),
        text: (*text).into(),
        place: Place { file: "heist.toml".into(), line: line + 1, column: 9 },
    };
    protocol.vocabulary.constants = constants.iter().enumerate().map(constant).collect();
    protocol
}

#[test]
fn constants_stand_for_their_values() {
    let protocol = with_constants(&[
        ("MAX", "5"),
        ("TWICE", "2 * MAX"),
        ("LOSS", "5 bps"),
        ("WHO", "alice"),
        ("HALF", "min(MAX, 3) - abs(-1)"),
        ("gold_", "false"),
    ]);
    for (text, expected) in [
        ("gold.totalSupply() - MAX", 995),
        ("TWICE + HALF", 12),
        ("gold.balanceOf(WHO)", 1000),
        ("gold.worth(WHO)", 2000),
        ("mulDiv(1e4, LOSS)", 5),
        ("gold_ ? 1 : 2", 2),
        // What a fold binds comes first.
        ("sum(WHO in actors, gold.balanceOf(WHO) + MAX)", 1020),
    ] {
        assert_eq!(value_in(&protocol, text), Ok(Value::Integer(number(expected))), "{text}");
    }
    assert_eq!(value_at_base(&protocol, "TWICE * 1 ether"), Ok(number(10) * number(1_000_000_000_000_000_000)));
    assert!(value_at_base(&protocol, "LOSS").unwrap_err().to_string().contains("found a ratio"));
}

#[test]
fn mistakes_in_constants_are_told_whether_they_are_used_or_not() {
    for (text, column, fragment) in [
        ("1 +", 12, "expected a value"),
        ("gold.totalSupply()", 9, "cannot depend on a state"),
        ("3 < 4", 9, "is a number, an address, a ratio or a truth"),
        ("1 + unknown", 13, "unknown name `unknown`"),
        ("sender", 9, "judged on calls"),
        ("1 / 0", 9, "no result"),
        ("BAD + 1", 9, "`BAD` is defined by itself"),
        ("1 + GOOD", 14, "`BAD` is defined by itself"),
        ("5 bps + 1", 9, "expected a number, found a ratio"),
    ] {
        let protocol = with_constants(&[("GOOD", "1 + 1 - BAD"), ("BAD", text)]);
        let errors = InvariantSet::new(&protocol, &Pack::default()).unwrap_err();
        assert!(errors.iter().any(|error| error.to_string().contains(fragment)), "{text}: {errors:?}");
        let error = errors.iter().find(|error| error.place.line == if column == 14 { 1 } else { 2 }).expect(text);
        if column != 14 {
            assert_eq!(error.place.column, column, "{text}: {error}");
        }
    }
    let errors = InvariantSet::new(&with_constants(&[("near", "1")]), &Pack::default()).unwrap_err();
    assert!(errors[0].to_string().contains("word of the language"), "{}", errors[0]);
}

#[test]
fn a_ratio_is_a_part_of_a_number() {
    for (text, expected) in [
        ("mulDiv(1000, 25 bps)", 2),
        ("mulDivUp(1000, 25 bps)", 3),
        ("mulDiv(-1000, 25 bps)", -2),
        ("mulDiv(gold.totalSupply(), gold.open() ? 10 bps : 20 bps)", 1),
        ("near(1000, 995, 50 bps) ? 1 : 0", 1),
        ("near(1000, 994, 50 bps) ? 1 : 0", 0),
        ("near(-1000, -995, 50 bps) ? 1 : 0", 1),
        ("near(9999, 9998, 1 bps) ? 1 : 0", 0),
        ("near(20_000, 19_999, 0.5 bps) ? 1 : 0", 1),
        ("near(gold.totalSupply(), 0, 10_000 bps) ? 1 : 0", 1),
    ] {
        assert_eq!(value(text), Ok(Value::Integer(number(expected))), "{text}");
    }
    for (text, column, fragment) in [
        ("5 bps + 1", 1, "expected a number, found a ratio (bps)"),
        ("1 + 5 bps", 5, "expected a number, found a ratio (bps)"),
        ("-5 bps", 2, "expected a number, found a ratio (bps)"),
        ("near(1 bps, 2, 3)", 6, "expected a number, found a ratio (bps)"),
        ("gold.balanceOf(5 bps)", 1, "no overload"),
        ("mulDiv(1, 5 bps, 2)", 11, "expected a number, found a ratio (bps)"),
        ("mulDiv(5 bps, 5 bps)", 8, "expected a number, found a ratio (bps)"),
        ("5 bps < 6 bps", 1, "expected a number"),
    ] {
        let request = Request { text, place: &place(), on: Judgement::State, roles: &[], kind: None, views: &[] };
        let error = check::compile(&odd(), &request).expect_err(text);
        assert!(error.to_string().contains(fragment), "{text}: {error}");
        assert_eq!(error.place.column, column, "{text}: {error}");
    }
}

proptest! {
    #[test]
    fn near_in_basis_points_is_exact(a in -100_000..100_000_i64, distance in -200..200_i64, tenths in 0..400_i64) {
        let b = a + distance;
        let text = format!("near({a} + gold.balanceOf(bob), {b}, {}.{} bps)", tenths / 10, tenths % 10);
        let larger = BigInt::from(a.abs().max(b.abs()));
        let holds = BigInt::from(distance.abs()) * 100_000 <= larger.clone() * tenths;
        let part: BigInt = larger * tenths / 100_000;
        let margin: I512 = (part - BigInt::from(distance.abs())).to_string().parse().unwrap();
        prop_assert_eq!(value(&text), Ok(Value::Boolean(margin)));
        prop_assert_eq!(!margin.is_negative(), holds);
    }
}
