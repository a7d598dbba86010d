//! Whatever is written, the language answers with a value or with a message, and never panics.

use super::{ODD, compile, ghost, odd, place, source, value};
use crate::{
    invariant::{
        InvariantSet,
        language::{MAX_LENGTH, locate, parse},
    },
    protocol::{Constant, Judgement, Pack, Place, parse_invariants},
};
use proptest::prelude::*;

/// Words of the language, of the fixtures, and of neither.
const WORDS: &[&str] = &[
    "sum",
    "all",
    "any",
    "min",
    "max",
    "count",
    "old",
    "initial",
    "minted",
    "burned",
    "balance",
    "sender",
    "called",
    "block",
    "timestamp",
    "number",
    "actors",
    "holders",
    "events",
    "values",
    "deployed",
    "storage",
    "argument",
    "returned",
    "msg",
    "value",
    "mulDiv",
    "mulDivUp",
    "abs",
    "near",
    "try",
    "true",
    "false",
    "address",
    "in",
    "x",
    "e",
    "gold",
    "silver",
    "odd",
    "books",
    "alice",
    "attack",
    "token",
    "Transfer",
    "to",
    "mint",
    "amount",
    "balanceOf",
    "totalSupply",
    "loop",
    "worth",
    "debts",
    "positions",
    "debt",
    "Purse",
    "ERC20",
    "Liar",
    "fails",
    "LOSS",
    "ghosted",
    "keyed",
    "nothing",
    "0",
    "1",
    "7",
    "1e150",
    "0xff",
    "0x000000000000000000000000000000000000dead",
    "5 bps",
    "0.5 ether",
    "1e-1",
    "99999999999999999999999999999999999999",
    "\u{e9}",
    "\"",
    "'",
    "#",
    "@",
];

const SYMBOLS: [&str; 20] =
    ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")", ",", "."];

/// Texts that often begin well.
fn soup() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        3 => prop::sample::select(WORDS),
        3 => prop::sample::select(&SYMBOLS[..]),
        1 => prop::sample::select(&[
            "sum(x in holders, ", "all(e in events(gold.Transfer), e.", "old(", "initial(", "gold.balanceOf(",
            "storage(books, ", "values(gold.Transfer, ", "p in deployed(token), ", "near(1, 2, ", "mulDiv(", "try(",
        ][..]),
    ];
    prop::collection::vec(word, 0..24).prop_map(|words| words.join(" ").replace(" . ", "."))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn no_soup_of_words_makes_it_panic(text in soup(), on in 0..3_usize) {
        let on = [Judgement::State, Judgement::Call, Judgement::Sequence][on];
        let mut protocol = ODD.clone();
        protocol.vocabulary.constants =
            vec![Constant { name: "LOSS".into(), text: "5 bps".into(), place: Place::default() }];
        protocol.vocabulary.ghosts = [
            ghost(["ghosted", "gold.mint", "1", ""]),
            ghost(["keyed", "gold.Transfer", "e.value", "e.to"]),
        ].to_vec();
        protocol.invariants = vec![source("SOUP", on, &text)];
        if let Err(errors) = InvariantSet::new(&protocol, &Pack::default()) {
            for error in errors {
                // What is wrong is within the text, or right behind it.
                prop_assert!(error.place.file != "test" || error.place.column <= text.chars().count() + 1, "{}", error);
                prop_assert!(!error.to_string().is_empty());
            }
        }
        if compile(&text, Judgement::State).is_ok() {
            let _ = value(&text);
        }
    }

    #[test]
    fn no_soup_makes_a_ghost_or_a_constant_panic(text in soup(), key in soup()) {
        let mut protocol = odd();
        protocol.vocabulary.constants = vec![Constant { name: "SOUP".into(), text: text.clone(), place: place() }];
        protocol.vocabulary.ghosts = vec![ghost(["g", "gold.mint", &text, &key]), ghost(["h", &key, "1", ""])];
        let _ = InvariantSet::new(&protocol, &Pack::default());
    }
}

#[test]
fn texts_without_end_are_refused_at_once() {
    let (deep, wide) = ("(".repeat(50_000), "gold.totalSupply()+".repeat(6_000));
    let (number, name) = ("9".repeat(100_000), "a".repeat(100_000));
    for (text, fragment) in [
        (deep.clone() + "1", "more than 16384"),
        (wide, "more than 16384"),
        (number, "more than 16384"),
        (name, "more than 16384"),
        ("9".repeat(MAX_LENGTH - 1), "512 bits"),
        ("a".repeat(MAX_LENGTH - 1), "unknown name"),
        (deep[..MAX_LENGTH - 1].to_owned(), "nested too deeply"),
        ("0x".to_owned() + &"f".repeat(MAX_LENGTH - 2), "512 bits"),
        ("sum(x in deployed(token), ".repeat(30) + "1" + &")".repeat(30), "too large"),
    ] {
        let error = compile(&text, Judgement::State).expect_err(&text[..40]);
        assert!(error.to_string().contains(fragment), "{}: {error}", &text[..40]);
        assert_eq!(error.place.line, 1);
    }
}

#[test]
fn a_mistake_is_pointed_at_in_the_toml_line() {
    let config = |expression: &str| format!("[[invariant]]\nid = \"A\"\nexpression = {expression}\n");
    for (expression, line, column) in [
        ("\"gold.totalSuply() > 0\"", 3, 15),
        ("'1 + gold.totalSuply() > 0'", 3, 19),
        ("\"\"\"\n  1 +\n  gold.totalSuply() > 0\"\"\"", 5, 3),
        ("'''1 +\n  gold.totalSuply() > 0'''", 4, 3),
        ("\"1 + @\"", 3, 19),
        ("\"sum(x in holders, \"", 3, 33),
    ] {
        let mut protocol = odd();
        protocol.invariants = parse_invariants(&config(expression), "heist.toml").unwrap();
        let error = &InvariantSet::new(&protocol, &Pack::default()).unwrap_err()[0];
        assert_eq!((error.place.line, error.place.column), (line, column), "{expression}: {error}");
    }
    // What TOML itself refuses comes with its place too.
    for (expression, column) in
        [("\"1 + \\ud800\"", 19), ("\"1 + \\uzzzz\"", 19), ("\"1 > 0", 14), ("'1 > 0", 14), ("5", 14)]
    {
        let error = parse_invariants(&config(expression), "heist.toml").unwrap_err();
        assert_eq!(error.place.line, 3, "{expression}: {error}");
        assert!(error.place.column >= column, "{expression}: {error}");
    }
}

#[test]
fn errors_stay_within_the_text() {
    for text in ["", " ", "(", "gold.", "\u{1F980}", "1 +\n\n"] {
        let (_, offset) = parse(text).expect_err(text);
        assert!(offset <= text.len());
        assert!(locate(&place(), text, offset).line <= 3);
    }
}
