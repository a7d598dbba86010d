//! Folds over contracts with a role, and over values of fields.

use super::{
    ODD,
    events::{mistake, story},
    judging::{call, judged},
    number, value, verdict,
};
use crate::{
    invariant::{MAX_HOLDERS, Undecided, Value},
    protocol::Judgement,
};

#[test]
fn contracts_with_a_role_are_folded_over() {
    for (text, expected) in [
        ("sum(p in deployed(token), p.totalSupply())", 1500),
        ("count(p in deployed(token), p.balanceOf(alice) > 0)", 1),
        ("min(p in deployed(token), p.totalSupply())", 500),
        ("max(p in deployed(token), p.totalSupply()) - max(p in deployed(staking), p.backing())", 0),
        ("sum(p in deployed(staking), p.claims(alice) + p.twice(alice))", 3000),
        ("sum(p in deployed(token), sum(q in deployed(token), p == q ? 0 : p.totalSupply()))", 1500),
        ("sum(p in deployed(token), sum(x in actors, p.balanceOf(x)) + initial(p.totalSupply()))", 3000),
    ] {
        assert_eq!(value(text), Ok(Value::Integer(number(expected))), "{text}");
    }
    assert_eq!(verdict("all(p in deployed(token), p.totalSupply() <= 1200)").margin, number(200));
    assert_eq!(verdict("any(p in deployed(token), p.totalSupply() >= 1200)").margin, number(-200));
    let (_, texts) = judged(&["all(p in deployed(token), p.totalSupply() < 505)"], &[], &[call(1, "mint", 0, 5, 2)]);
    assert_eq!(texts, ["for p = gold: gold.totalSupply() = 1000 >= 505"]);
    let (_, texts) = judged(&["!any(p in deployed(token), p.totalSupply() == 505)"], &[], &[call(1, "mint", 0, 5, 2)]);
    assert_eq!(texts, ["for p = silver: silver.totalSupply() = 505 == 505"]);
}

#[test]
fn values_of_a_field_are_folded_over_once_each() {
    for (text, margin) in [
        // 3, 4, 5, 2 and 1, of which none comes twice; to alice, bob and the zero address.
        ("sum(v in values(gold.Transfer, value), v) >= 0", 15),
        ("count(x in values(gold.Transfer, to), true) >= 0", 3),
        ("count(x in values(gold.Transfer, 1), x == address(0)) >= 0", 1),
        ("sum(x in values(gold.Transfer, to), gold.balanceOf(x)) >= 0", 1010),
        ("max(v in values(silver.Transfer, 2), v) + min(v in values(gold.Transfer, 2), v) >= 0", 10),
    ] {
        let (checks, _) = judged(&[text], &[], &story());
        assert_eq!(checks.outcome(0).unwrap().unwrap().margin, number(margin), "{text}");
    }
    let (_, texts) = judged(&["all(v in values(gold.Transfer, value), v < 5)"], &[], &story());
    assert_eq!(texts, ["for v = 5: v = 5 >= 5"]);
}

#[test]
fn old_values_are_compared_for_what_was_known_then() {
    let rises = "all(x in values(gold.Transfer, to), gold.balanceOf(x) >= old(gold.balanceOf(x)))";
    let (checks, _) = judged(&[], &[rises], &story()[..4]);
    assert!(checks.outcome(0).unwrap().unwrap().holds);
    let (_, texts) = judged(&[], &[rises], &story());
    assert_eq!(texts, ["for x = alice: gold.balanceOf(x) = 1004 < old(gold.balanceOf(x)) = 1005"]);
}

#[test]
fn more_values_than_a_case_keeps_are_undecided() {
    let amounts = u64::try_from(MAX_HOLDERS).unwrap();
    let many: Vec<_> = (0..=amounts).map(|amount| call(0, "mint", 0, amount, 2)).collect();
    let text = ["count(v in values(gold.Transfer, value), true) >= 0"];
    assert_eq!(judged(&text, &[], &many[1..]).0.outcome(0).unwrap().unwrap().margin, number(256));
    assert_eq!(judged(&text, &[], &many).0.outcome(0), Some(Err(Undecided::TooManyEvents)));
}

#[test]
fn mistakes_in_sets_are_explained_at_their_place() {
    for (text, column, fragment) in [
        ("sum(p in deployed(tokn), 1)", 19, "did you mean `token`?"),
        ("sum(p in deployed(gold), 1)", 19, "no contract has the role `gold`"),
        ("sum(p in deployed(), 1)", 10, "a role, as in"),
        ("sum(p in deployed(1), 1)", 10, "a role, as in"),
        ("sum(p in deployed(token), p)", 27, "expected a number, found an address"),
        ("sum(p in deployed(token), p.limits())", 27, "did you mean `limit`?"),
        ("deployed(token)", 1, "unknown name `deployed`"),
        ("sum(v in values(gold.Transfer), 1)", 10, "as in `values(nft.Transfer, tokenId)`"),
        ("sum(v in values(gold.Transfer, valu), 1)", 32, "no field `valu`"),
        ("sum(v in values(gold.Transfer, 3), 1)", 32, "no field `3`"),
        ("sum(v in values(gold.Transfer, 1 + 1), 1)", 32, "as in `values(nft.Transfer, tokenId)`"),
        ("sum(v in values(gold.Transfre, value), 1)", 17, "did you mean `Transfer`?"),
        ("sum(v in values(gold.Transfer, to), v)", 37, "expected a number, found an address"),
        ("sum(v in values(gold.Transfer, value), initial(v))", 48, "too late"),
        ("initial(sum(v in values(gold.Transfer, value), v))", 18, "too late"),
        ("sum(values in actors, 1)", 1, "word of the language"),
    ] {
        let (found, message) = mistake(&ODD, text, Judgement::State);
        assert!(message.contains(fragment), "{text}: {message}");
        assert_eq!(found, column, "{text}: {message}");
    }
}
