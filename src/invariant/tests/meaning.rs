use super::{ODD, compile, number, odd, set, source, value, verdict};
use crate::{
    invariant::{Checks, InvariantSet, Problem, StepFacts, Type, Undecided, Value, value_at_base},
    protocol::{Judgement, Pack, Place},
};
use alloy_primitives::{Address, aliases::I512};
use std::sync::Arc;

#[test]
fn values_of_the_base_state() {
    for (text, expected) in [
        ("gold.totalSupply()", 1000),
        ("gold.balanceOf(alice) - gold.balanceOf(bob) * 2", 1000),
        ("Purse(gold).totalSupply()", 1000),
        ("ERC20(odd.self()).totalSupply() + 0 * 1", i64::MIN),
        ("Purse(true ? gold : silver).totalSupply()", 1000),
        ("sum(x in actors, gold.balanceOf(x))", 1000),
        ("count(x in holders, gold.balanceOf(x) > 0)", 1),
        ("max(x in actors, gold.balanceOf(x))", 1000),
        ("min(x in actors, gold.balanceOf(x))", 0),
        ("balance(gold)", 1000),
        ("gold.purseOf(gold)", 1000),
        ("minted(gold) + burned(gold)", 0),
        ("initial(gold.totalSupply()) * 3", 3000),
        ("gold.worth(alice)", 2000),
        ("gold.worth(gold.totalSupply() > 3 ? alice : bob)", 2000),
        ("gold.cap()", 10_000),
        ("gold.twice(alice)", 2000),
        ("odd.many()", 11),
        ("odd.many().0", 11),
        ("odd.many().2", 33),
        ("odd.list().1", 44),
        ("odd.note()", 55),
        ("odd.note().2 == odd ? 1 : 2", 1),
        ("odd.tag()", 0x0102_0304),
        ("odd.debt()", -3),
        ("odd.f(4)", 5),
        ("odd.f(alice)", 1000),
        ("odd.f(true) ? 1 : 0", 0),
        ("odd.tiny(255)", 255),
        ("odd.half(-7)", -3),
        ("odd.half(gold.balanceOf(bob) - 7)", -3),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("mulDiv(gold.totalSupply(), 7, 3)", 2333),
        ("mulDivUp(gold.totalSupply(), 7, 3)", 2334),
        ("mulDivUp(gold.totalSupply(), 6, 3)", 2000),
        ("mulDivUp(0 - gold.totalSupply(), 7, 3)", -2334),
        ("min(gold.balanceOf(bob), 5) + max(gold.totalSupply(), 5)", 1000),
        ("min(x in actors, min(gold.balanceOf(x), 7))", 0),
        ("abs(gold.balanceOf(bob) - gold.totalSupply())", 1000),
        ("abs(abs(-4) - 7)", 3),
        ("near(gold.totalSupply(), 990, 10) ? 1 : 0", 1),
        ("near(gold.totalSupply(), 990, 9) ? 1 : 0", 0),
        ("try(ERC20(odd.self()).totalSupply(), 8)", 8),
        ("try(gold.totalSupply() / gold.balanceOf(bob), try(1 / gold.balanceOf(bob), -3))", -3),
        ("try(gold.totalSupply(), 8)", 1000),
        ("block.timestamp - block.timestamp + block.number - block.number", 0),
        ("address(0) == address(0x0) && address(gold) == gold ? 1 : 0", 1),
    ] {
        if expected == i64::MIN {
            // The name resolves; the contract behind the cast does not have the function.
            assert_eq!(value(text), Err(Undecided::Reverted), "{text}");
        } else {
            assert_eq!(value(text), Ok(Value::Integer(number(expected))), "{text}");
        }
    }
}

#[test]
fn margins_combine() {
    for (text, margin) in [
        ("gold.totalSupply() <= 1500", 500),
        ("gold.totalSupply() <= 1500 && gold.totalSupply() >= 900", 100),
        ("gold.totalSupply() <= 900 && gold.totalSupply() >= 800", -100),
        ("gold.totalSupply() <= 900 || gold.totalSupply() >= 800", 200),
        ("!(gold.totalSupply() <= 900)", 99),
        ("gold.open()", 0),
        ("!gold.open()", -1),
        ("gold.open() == false", -1),
        ("gold == silver", -1),
        ("gold != silver", 0),
        ("all(x in actors, gold.balanceOf(x) <= 999)", -1),
        ("any(x in actors, gold.balanceOf(x) >= 400)", 600),
        ("any(x in actors, gold.balanceOf(x) >= 1400)", -400),
        ("any(x in actors, all(y in actors, gold.balanceOf(y) >= 7))", -7),
        ("gold.open() ? 3 < 10 : 1 > 2", 6),
        ("false || 5 >= 2", 3),
        ("true || 5 >= 2", 0),
        ("near(gold.totalSupply(), 993, 10)", 3),
        ("near(993, gold.totalSupply(), 5)", -2),
        ("try(1 / gold.balanceOf(bob) > 0, gold.totalSupply() <= 1004)", 4),
    ] {
        let found = verdict(text);
        assert_eq!(found.margin, number(margin), "{text}");
        assert_eq!(found.holds, margin >= 0, "{text}");
    }
    assert_eq!(verdict("all(x in holders, all(y in actors, x != y || gold.balanceOf(x) < 1001))").margin, number(0));
    assert_eq!(verdict("all(x in actors, gold.balanceOf(x) < 1001)").margin, number(0));
}

#[test]
fn what_has_no_value_is_undecided() {
    use Undecided as U;
    for (text, reason) in [
        ("Liar(odd).flag()", U::Malformed),
        ("Liar(odd).owner() == gold", U::Malformed),
        ("Liar(odd).small() == 0", U::Malformed),
        ("Liar(odd).nothing() == 0", U::Short),
        ("Liar(odd).fails() == 0", U::Reverted),
        ("Liar(odd).gone() == 0", U::Reverted),
        ("Liar(alice).small() == 0", U::Short),
        ("odd.spins2() == 0", U::Halted),
        ("1 / (gold.totalSupply() - 1000) == 0", U::DivisionByZero),
        ("1 % gold.balanceOf(bob) == 0", U::DivisionByZero),
        ("gold.totalSupply() * 1e150 * 1e150 == 0", U::Overflow),
        ("odd.tiny(gold.totalSupply()) == 0", U::OutOfRange),
        ("odd.tiny(-gold.totalSupply()) == 0", U::OutOfRange),
        ("odd.half(gold.totalSupply() * 33) == 0", U::OutOfRange),
        ("Liar(odd).fails() == 0 || true", U::Reverted),
        ("all(x in actors, Liar(x).small() > 0)", U::Short),
        ("sum(x in actors, Liar(x).small()) > 0", U::Short),
    ] {
        let text = text.replace("odd.spins2()", "Liar(odd).spins()");
        assert_eq!(value(&text), Err(reason), "{text}");
    }
    // What decides first decides.
    assert!(verdict("true || Liar(odd).fails() == 0").holds);
    assert!(!verdict("gold.totalSupply() == 1 && Liar(odd).fails() == 0").holds);
    assert!(!verdict("all(x in actors, x == alice ? gold.balanceOf(x) == 0 : Liar(x).small() > 0)").holds);
    assert!(verdict("any(x in actors, x == alice ? gold.balanceOf(x) > 0 : Liar(x).small() > 0)").holds);
}

#[test]
fn a_view_that_writes_changes_nothing() {
    let mut protocol = odd();
    let set = set(&mut protocol, &["Liar(odd).bump() == 6 && odd.counter() == 5"], &[]);
    let mut checks = Checks::new(Arc::new(protocol.clone()), Arc::new(set));
    assert_eq!(checks.broken_at_start(), None);
    let mut machine = protocol.machine();
    checks.reset();
    for _ in 0..3 {
        machine.advance(1, 1);
        checks.after(&mut machine, &StepFacts { time_moved: true, ..StepFacts::default() }, &[]);
        assert!(checks.violated().is_empty());
    }
    assert_eq!(machine.merge_into((*protocol.world).clone()).hash(), protocol.world.hash());
}

#[test]
fn mistakes_are_explained_at_their_place() {
    let cases: [(&str, usize, &str); 57] = [
        ("gould.totalSupply() > 0", 1, "did you mean `gold`?"),
        ("gold.totalSuply() > 0", 1, "did you mean `totalSupply`?"),
        ("1 + gold.zzz()", 5, "no view `zzz`"),
        ("gold.balanceOf() > 0", 1, "with 0 argument(s)"),
        ("gold.balanceOf(1) > 0", 1, "known: balanceOf(address)"),
        ("gold.mint(alice, 1) == 0", 1, "changes state"),
        ("odd.name() == 1", 1, "no return value 0"),
        ("odd.many().3 == 1", 1, "no return value 3"),
        ("gold.worth(alice).1 == 1", 1, "no return value 1"),
        ("(1 + 2).1", 1, "the call of a view before it"),
        ("odd.self().balanceOf(odd) > 0", 1, "ERC20(vault.asset())"),
        ("alice.balanceOf(odd) > 0", 1, "is an address"),
        ("ERC2O(gold).totalSupply() > 0", 1, "did you mean `ERC20`?"),
        ("ERC20().totalSupply() > 0", 1, "one address"),
        ("ERC20(1).totalSupply() > 0", 7, "expected an address, found a number"),
        ("1 && true", 1, "expected true or false, found a number"),
        ("true + 1", 1, "expected a number, found true or false"),
        ("!1", 2, "expected true or false"),
        ("-alice", 2, "expected a number, found an address"),
        ("gold < silver", 1, "expected a number, found an address"),
        ("gold == 1", 9, "expected an address, found a number"),
        ("true ? 1 : alice", 12, "expected a number, found an address"),
        ("1 ? 1 : 2", 1, "expected true or false"),
        ("1 / 0", 1, "constant"),
        ("1e150 * 1e150", 1, "constant"),
        ("odd.tiny(256)", 10, "range"),
        ("sum(x in people, 1)", 10, "unknown name `people`"),
        ("sum(x in actors, x)", 18, "expected a number, found an address"),
        ("all(x in actors, 1)", 18, "expected true or false"),
        ("sum(old in actors, 1)", 1, "word of the language"),
        ("x", 1, "unknown name `x`"),
        ("sum(x in actors, 1) + balance(x)", 31, "unknown name `x`"),
        ("sender == alice", 1, "judged on calls"),
        ("called(gold.mint)", 1, "judged on calls"),
        ("old(1) == 1", 1, "on = \"call\""),
        ("initial(initial(1)) == 1", 9, "nested"),
        ("block.time > 0", 1, "did you mean `block.timestamp`?"),
        ("gold.totalSupply > 0", 1, "arguments in parentheses"),
        ("balance(alice, bob)", 1, "one argument"),
        ("mulDiv(1, 2) == 1", 11, "expected a ratio (bps), found a number"),
        ("mulDiv(1, true, 2) == 1", 11, "expected a number, found true or false"),
        ("mulDivUp(1, 2, 0) == 1", 1, "constant"),
        ("min(1) == 1", 1, "min(x in holders"),
        ("max() == 1", 1, "two numbers"),
        ("abs(alice) == 1", 5, "expected a number, found an address"),
        ("near(1, 2)", 1, "how far apart"),
        ("near(alice, 2, 3)", 6, "expected a number, found an address"),
        ("try(1)", 1, "without a value"),
        ("try(gold.totalSupply(), alice) == 1", 25, "expected a number, found an address"),
        ("sum(gold.totalSupply(), 1)", 9, "`in`"),
        ("balance(7)", 9, "expected an address"),
        ("address(gold.totalSupply())", 1, "160 bits"),
        ("address(1e60)", 1, "160 bits"),
        ("holders", 1, "unknown name `holders`"),
        ("minimum(1)", 1, "unknown name `minimum`"),
        ("gold.loop(alice)", 1, "defined by itself"),
        ("gold.paid(alice)", 1, "judged on calls"),
    ];
    for (text, column, fragment) in cases {
        let error = compile(text, Judgement::State).expect_err(text);
        let message = format!("{error} {}", error.help().unwrap_or_default());
        assert!(message.contains(fragment), "{text}: {message}");
        if error.place.file == "test" {
            assert_eq!(error.place.column, column, "{text}: {message}");
        } else {
            assert!(error.place.file.ends_with("heist.toml") && error.place.line > 30, "{text}: {message}");
        }
    }
    for (text, fragment) in [
        ("old(old(1)) == 1", "nested"),
        ("initial(gold.balanceOf(sender)) == 1", "base state"),
        ("initial(called(gold.mint))", "base state"),
        ("called(gold.mynt)", "did you mean `gold.mint`?"),
        ("called(gold.totalSupply)", "unknown name"),
        ("called(gold)", "a function of a contract"),
        ("called(gould.mint)", "did you mean `gold`?"),
        ("argument(gold.mint) == 1", "the name or number of its argument"),
        ("argument(gold.mint, amuont) == 1", "no argument `amuont`"),
        ("argument(gold.mint, 2) == 1", "no argument `2`"),
        ("argument(gold.mynt, amount) == 1", "did you mean `gold.mint`?"),
        ("argument(gold.mint, to) == 1", "expected an address, found a number"),
        ("initial(argument(gold.mint, amount)) == 1", "base state"),
        ("returned(gold.mint) == 1", "no return value 0"),
        ("returned(odd.bump).1 == 1", "no return value 1"),
        ("old(returned(odd.bump)) == 1", "too late"),
        ("returned() == 1", "a function of a contract"),
        ("msg.sender == alice", "did you mean"),
    ] {
        let error = compile(text, Judgement::Call).expect_err(text);
        let message = format!("{error} {}", error.help().unwrap_or_default());
        assert!(message.contains(fragment), "{text}: {message}");
    }
}

#[test]
fn a_parameter_that_is_computed_late_cannot_be_captured() {
    let mut protocol = odd();
    let view = &mut protocol.roles[0].views[0];
    (view.name, view.body) = ("late".into(), "old(gold.balanceOf(x))".into());
    protocol.roles[0].views[0].parameters = vec!["x".into()];
    let errors = |text: &str| {
        let mut protocol = protocol.clone();
        protocol.invariants = vec![source("A", Judgement::Call, text)];
        InvariantSet::new(&protocol, &Pack::default()).err().map(|errors| errors[0].problem.clone())
    };
    assert_eq!(errors("gold.late(sender) >= 0 && all(x in actors, gold.late(x) >= 0)"), None);
    assert_eq!(errors("gold.late(odd.self()) >= 0"), Some(Problem::LateParameter { name: "x".into() }));
}

#[test]
fn views_within_views_stay_bounded() {
    let mut protocol = odd();
    let template = protocol.roles[0].views[0].clone();
    protocol.roles[0].views = (0..40)
        .map(|level| crate::protocol::RoleView {
            name: format!("v{level}"),
            parameters: vec!["x".into()],
            body: if level == 39 { "1".into() } else { format!("gold.v{}(x) + gold.v{}(x)", level + 1, level + 1) },
            ..template.clone()
        })
        .collect();
    protocol.invariants = vec![source("BOMB", Judgement::State, "gold.v0(alice) == 0")];
    let errors = InvariantSet::new(&protocol, &Pack::default()).unwrap_err();
    assert_eq!(errors[0].problem, Problem::TooLarge);
}

#[test]
fn the_base_value_is_a_number() {
    assert_eq!(value_at_base(&ODD, "gold.totalSupply() * 1 ether / 1000"), Ok(number(1_000_000_000_000_000_000)));
    assert!(value_at_base(&ODD, "gold.open()").unwrap_err().to_string().contains("expected a number"));
    assert!(value_at_base(&ODD, "1 +").unwrap_err().to_string().contains("expected a value"));
    assert!(value_at_base(&ODD, "Liar(odd).fails()").unwrap_err().to_string().contains("reverted"));
}

#[test]
fn deep_trees_and_large_folds_end() {
    let chain = format!("0{}", " + gold.choice()".repeat(120));
    assert_eq!(value(&chain), Ok(Value::Integer(I512::ZERO)));
    let nested = "sum(a in holders, sum(b in holders, sum(c in holders, sum(d in holders, sum(e in holders, 1)))))";
    assert_eq!(value(nested).map(|_| ()), Ok(()));
    let more = format!("sum(f in holders, sum(g in holders, sum(h in holders, {nested})))");
    assert_eq!(value(&more), Err(Undecided::TooMuch));
}

#[test]
fn types_are_known() {
    assert_eq!(compile("gold", Judgement::State).unwrap().kind, Type::Address);
    assert_eq!(compile("1", Judgement::State).unwrap().kind, Type::Integer);
    assert_eq!(compile("1 == 1", Judgement::State).unwrap().kind, Type::Boolean);
    assert_eq!(
        value("0x000000000000000000000000000000000000dead"),
        Ok(Value::Address(Address::left_padding_from(&[0xde, 0xad])))
    );
    assert_eq!(Place::default().line, 0);
}
