use crate::{
    invariant::language::{MAX_NESTING, Render, SyntaxError, locate, parse},
    protocol::Place,
};
use proptest::prelude::*;

/// As it is read: fully determined by precedence.
fn shown(text: &str) -> String {
    let expression = parse(text).unwrap_or_else(|(error, offset)| panic!("{text}: {error} at {offset}"));
    Render { expression: &expression, names: &|_| None }.to_string()
}

#[test]
fn numbers_are_exact() {
    for (text, value) in [
        ("0", "0"),
        ("007", "7"),
        ("1_000", "1000"),
        ("0xff", "255"),
        ("0XfF", "255"),
        ("0xdead_beef", "3735928559"),
        ("1e18", "1000000000000000000"),
        ("1E+3", "1000"),
        ("1.5e1", "15"),
        ("1500e-2", "15"),
        ("1 wei", "1"),
        ("3 gwei", "3000000000"),
        ("0.5 ether", "500000000000000000"),
        ("1e-18 ether", "1"),
        ("2 seconds", "2"),
        ("1.5 minutes", "90"),
        ("1hours", "3600"),
        ("0.5 days", "43200"),
        ("2 weeks", "1209600"),
        ("5 bps", "5 bps"),
        ("12.50bps", "12.5 bps"),
        ("1e-14 bps", "0.00000000000001 bps"),
        ("10_000 bps", "10000 bps"),
        ("0.000", "0"),
        ("0e999999999", "0"),
    ] {
        assert_eq!(shown(text), value, "{text}");
    }
}

#[test]
fn operators_bind_as_in_solidity() {
    for (text, same) in [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("a / b * c % d", "((a / b) * c) % d"),
        ("a < b == c < d", "(a < b) == (c < d)"),
        ("a == b && c || d", "((a == b) && c) || d"),
        ("a || b && c", "a || (b && c)"),
        ("!a && b", "(!a) && b"),
        ("-a * b", "(-a) * b"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("a || b ? c : d", "(a || b) ? c : d"),
        ("- -1", "-(-1)"),
        ("f(x).1 + 2", "(f(x).1) + 2"),
        ("a.b(c).0", "(a.b(c)).0"),
    ] {
        assert_eq!(parse_plain(text), parse_plain(same), "{text}");
    }
    // Where the grouping matters it is printed.
    assert_eq!(shown("(1+2)*3"), "(1 + 2) * 3");
    assert_eq!(shown("1-(2-3)"), "1 - (2 - 3)");
    assert_eq!(shown("!(a&&b)"), "!(a && b)");
    assert_eq!(
        shown("sum( x in holders , t.balanceOf( x ) )<=t.totalSupply()"),
        "sum(x in holders, t.balanceOf(x)) <= t.totalSupply()"
    );
}

/// The tree without offsets, which parentheses move.
fn parse_plain(text: &str) -> String {
    let debug = format!("{:?}", parse(text).unwrap());
    let mut plain = String::new();
    let mut rest = debug.as_str();
    while let Some(at) = rest.find("offset: ") {
        plain.push_str(&rest[..at]);
        rest = rest[at + 8..].trim_start_matches(|letter: char| letter.is_ascii_digit());
    }
    plain + rest
}

#[test]
fn what_cannot_be_read_is_pointed_at() {
    for (text, column) in [
        ("", 1),
        ("   ", 4),
        ("1 +", 4),
        ("+ 1", 1),
        ("(1", 3),
        ("1)", 2),
        ("1 2", 3),
        ("a b", 3),
        ("a.", 3),
        ("a.-", 3),
        ("f(1,", 5),
        ("f(1 2)", 5),
        ("f(,1)", 3),
        ("a ? b", 6),
        ("a ? : b", 5),
        ("a : b", 3),
        ("a = b", 3),
        ("a & b", 3),
        ("a | b", 3),
        ("a ** b", 4),
        ("sum(x, y)", 6),
        ("sum(x in)", 9),
        ("sum(x in holders)", 17),
        ("sum(1 in holders, x)", 5),
        ("all(x in holders, )", 19),
        ("count(a, b)", 8),
        ("12abc", 1),
        ("1 + 0x", 5),
        ("0xfg", 1),
        ("1__0", 1),
        ("1_", 1),
        ("1e", 1),
        ("1e-", 1),
        ("1.5", 1),
        ("1e-1", 1),
        ("0.1 wei", 1),
        ("1e-15 bps", 1),
        ("1e155", 1),
        ("1e99999999999999999999", 1),
        ("2 + 5e200 ether", 5),
        ("\"text", 1),
        ("'a'", 1),
        ("a @ b", 3),
        ("a # b", 3),
        ("[1]", 1),
        ("{}", 1),
        ("a; b", 2),
        ("é", 1),
        ("a + \u{1F980}", 5),
        ("a\u{0}b", 2),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", 1),
    ] {
        let (error, offset) = parse(text).expect_err(text);
        let found = locate(&Place { file: "f".into(), line: 3, column: 1 }, text, offset);
        assert_eq!((found.line, found.column), (3, column), "{text}: {error}");
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn a_place_in_a_text_of_several_lines_is_found() {
    let start = Place { file: "heist.toml".into(), line: 10, column: 15 };
    let text = "a +\n  é + @";
    assert_eq!(locate(&start, text, 2), Place { file: "heist.toml".into(), line: 10, column: 17 });
    let at = text.find('@').unwrap();
    assert_eq!(locate(&start, text, at), Place { file: "heist.toml".into(), line: 11, column: 7 });
    assert_eq!(locate(&start, text, 9999).line, 11);
    assert_eq!(locate(&Place::default(), text, at).line, 0);
}

#[test]
fn lengths_and_depths_are_bounded() {
    let long = format!("1{}", " + 1".repeat(25_000));
    assert!(matches!(parse(&long), Err((SyntaxError::TooLong { .. }, 0))));
    for bomb in [
        "(".repeat(10_000),
        "!".repeat(10_000),
        "-".repeat(10_000),
        "f(".repeat(5_000),
        "a?".repeat(5_000),
        "all(x in actors,".repeat(1_000),
        format!("a{}", ".b".repeat(5_000)),
        format!("1{}", "+1".repeat(5_000)),
    ] {
        assert!(matches!(parse(&bomb), Err((SyntaxError::TooDeep, _))), "{}", &bomb[..20]);
    }
    let deep = format!("{}1{}", "(".repeat(MAX_NESTING - 1), ")".repeat(MAX_NESTING - 1));
    assert!(parse(&deep).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_likely_text_makes_it_panic(text in "([a-c0-9 ._()!<>=&|?:,+*/%x-]|sum|all|in|holders|ether| bps|0x|e1|events){0,60}") {
        if let Ok(expression) = parse(&text) {
            // What is printed reads back as itself.
            let printed = Render { expression: &expression, names: &|_| None }.to_string();
            prop_assert_eq!(shown(&printed), printed);
        }
    }
}
