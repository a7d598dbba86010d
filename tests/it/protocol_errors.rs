use super::protocol::{MemoryFiles, SOLC, load};
use heist::protocol::{Protocol, ProtocolError, parse_invariants, parse_pack};
use std::path::Path;

pub(crate) const KIT: &str = "[[setup]]\ndeploy = \"Kit\"\n";

pub(crate) fn fails(config: &str) -> ProtocolError {
    match load(config) {
        Ok(_) => panic!("this must fail:\n{config}"),
        Err(error) => error,
    }
}

/// Checks message and a part of the help of each configuration.
pub(crate) fn check(table: &[(&str, &str, &str)], is_target_failure: bool) {
    for (config, message, help) in table {
        let error = fails(config);
        assert_eq!(error.to_string(), format!("heist.toml:{message}"), "{config}");
        assert!(error.help().contains(help), "{config}\nhelp: {}", error.help());
        assert_eq!(error.is_target_failure(), is_target_failure, "{config}");
    }
}

#[test]
fn what_is_no_configuration_is_said_with_its_place() {
    check(
        &[
            ("[protocol", "1:10: unclosed table, expected `]`", "docs/configuration.md"),
            ("[protocol]\nid = \"a\"\nid = \"b\"", "3:1: duplicate key", "docs"),
            ("[protocl]\n", "1:2: unknown key `protocl`", "write `protocol`"),
            ("[protocol]\nartifact = []\n", "2:1: unknown key `artifact`", "write `artifacts`"),
            ("[[setup]]\ndeploy = \"Kit\"\nargumets = []\n", "3:1: unknown key `argumets`", "write `arguments`"),
            ("[actors.a]\nkind = \"usr\"\n", "2:8: unknown word `usr`", "write `user`"),
            ("[actors.a]\n", "1:1: this table has no `kind`", "add `kind = ...`"),
            ("[protocol]\nid = 5\n", "2:6: expected a string, found an integer `5`", "write a string"),
            ("[[setup]]\ndeploy = [\"Kit\"]\n", "2:10: expected a string, found an array", "write a string"),
            (
                "[[setup]]\ndeploy = \"Kit\"\narguments = \"x\"",
                "3:13: expected an array, found a string \"x\"",
                "array",
            ),
            (
                "[protocol]\nid = \"a/b\"\n[[setup]]\ndeploy = \"Kit\"",
                "2:7: `a/b` is no name: letters, digits and `_`, not a digit first",
                "write `a_b`",
            ),
            (
                "[protocol]\nevm_version = \"cancn\"\n[[setup]]\ndeploy = \"Kit\"",
                "2:16: unknown EVM version `cancn`",
                "write `cancun`",
            ),
            (
                "[protocol]\nblock = -1\n[[setup]]\ndeploy = \"Kit\"",
                "2:9: `-1` does not fit the range of 0 to 9223372036854775807",
                "write an integer",
            ),
            (
                "[protocol]\ngas_per_call = 20\n[[setup]]\ndeploy = \"Kit\"",
                "2:16: `20` does not fit the range of 21000 to 100000000000",
                "integer",
            ),
            (
                "[campaign]\nsteps = 0.5\n[[setup]]\ndeploy = \"Kit\"",
                "2:9: `0.5` is not a whole number of base units",
                "exact",
            ),
            ("[campaign]\nsteps = \"many\"\n[[setup]]\ndeploy = \"Kit\"", "2:10: `many` is not a number", "integer"),
            ("", "1:1: no step deploys or attaches a contract", "[[setup]]"),
            ("[[setup]]\nadvance = {}\n", "1:1: no step deploys or attaches a contract", "deploy"),
        ],
        false,
    );
    let deep = format!("a = {}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(fails(&deep).to_string().contains("heist.toml:1:"));
    let control = fails("\u{1}\u{2}").to_string();
    assert!(control.starts_with("heist.toml:1:"), "{control}");
    let binary = MemoryFiles::default().with("heist.toml", [0xff_u8, 0xfe, 0]);
    let error = Protocol::from_files("x", &binary, None).unwrap_err();
    assert_eq!(error.to_string(), "heist.toml: not a text: byte 0 is not UTF-8");
}

#[test]
fn names_lead_to_one_thing_each() {
    let actors = "[actors.admin]\nkind = \"admin\"\n[actors.alice]\nkind = \"user\"\n";
    let with = |text: &str| format!("{actors}{text}");
    let two = format!("{KIT}{KIT}");
    let table = [
        (with("[[setup]]\ndeploy = \"Kit\"\nfrom = \"alicia\""), "7:9: unknown actor `alicia`", "write `alice`"),
        (
            with("[[setup]]\ndeploy = \"Kit\"\nname = \"alice\""),
            "7:9: actor `alice` exists already, on line 3",
            "name of its own",
        ),
        (two, "4:11: deployment `kit` exists already, on line 2", "name of its own"),
        (
            with("[[setup]]\ndeploy = \"Kit\"\nname = \"my kit\""),
            "7:9: `my kit` is no name: letters, digits and `_`, not a digit first",
            "write `my_kit`",
        ),
        (
            with("[[setup]]\ndeploy = \"Kit\"\nname = \"attack\""),
            "7:9: `attack` is a word of the expression language",
            "attack_",
        ),
        (with("[[setup]]\ndeploy = \"Kt\""), "6:11: no artifact is called `Kt`", "write `Kit`"),
        (
            with("[[setup]]\ndeploy = \"Kit\"\n[[setup]]\ncall = \"kt.three\""),
            "8:9: unknown deployment `kt`",
            "write `kit`",
        ),
        (
            with("[[setup]]\ndeploy = \"Kit\"\n[[setup]]\ncall = \"kit.thre\"\narguments = [1]"),
            "8:9: unknown function `thre`",
            "write `three`",
        ),
        (
            with("[[setup]]\ndeploy = \"Kit\"\n[[setup]]\ncall = \"kit\""),
            "8:9: expected a function of a deployment, `gold.mint`, found `kit`",
            "gold.mint",
        ),
        (
            with("[[setup]]\ndeploy = \"Kit\"\n[[setup]]\ncall = \"kit.over\"\narguments = [1, 2]"),
            "8:9: `Kit` has several functions `over`: over(address,uint256), over(uint256), over(uint256,uint256)",
            "write the whole signature",
        ),
        (
            "[actors.a]\nkind = \"attacker\"\n[actors.b]\nkind = \"attacker\"\n".to_owned(),
            "3:9: a second attacker, `b`, beside `a`",
            "make `b` a user",
        ),
        (
            "[actors.a]\nkind = \"user\"\n[[setup]]\ndeploy = \"Kit\"".to_owned(),
            "4:11: nobody sends this step: there is no actor of kind `admin`",
            "from = ",
        ),
        (
            "[actors.a]\nkind = \"admin\"\n[actors.b]\nkind = \"admin\"\n[[setup]]\ndeploy = \"Kit\"".to_owned(),
            "6:11: nobody sends this step: `a` and `b` are both of kind `admin`",
            "from = ",
        ),
        (
            "[actors.a]\nkind = \"user\"\naddress = \"0x12\"".to_owned(),
            "3:12: expected an address of 40 hex digits behind `0x`, found `0x12`",
            "40 hex",
        ),
    ];
    for (config, message, help) in &table {
        check(&[(config, message, help)], false);
    }
}

#[test]
fn deployments_use_what_is_there_before_them() {
    let pair = "[[setup]]\ndeploy = \"Pair\"\narguments = [\"TOKEN\"]\n";
    let later = format!("{}{KIT}", pair.replace("TOKEN", "kit"));
    let itself = pair.replace("TOKEN", "pair");
    let other = pair.replace("TOKEN", "pair").replace("arguments", "name = \"other\"\narguments");
    let cycle = format!("{}{other}", pair.replace("TOKEN", "other"));
    let unknown = pair.replace("TOKEN", "admn");
    check(
        &[
            (&later, "3:15: `kit` is deployed by a later step, on line 5", "move the step"),
            (&itself, "3:15: `pair` needs itself", "earlier deployment"),
            (
                &cycle,
                "3:15: `pair` needs `other`, which is deployed on line 6 and needs `pair`: a cycle",
                "with a `call` step",
            ),
            (&unknown, "3:15: unknown actor or deployment `admn`", "write `admin`"),
        ],
        false,
    );
}

#[test]
fn a_step_is_one_thing() {
    check(
        &[
            (
                "[[setup]]\ndeploy = \"Kit\"\ncall = \"kit.time\"",
                "1:1: a step has exactly one of `deploy`, `call`, `attach`, `advance`; this one has `deploy`, `call`",
                "of its own",
            ),
            (
                "[[setup]]\ndeploy = \"Kit\"\n[[setup]]\nname = \"x\"",
                "3:1: a step has exactly one of `deploy`, `call`, `attach`, `advance`; this one has none",
                "of its own",
            ),
            (
                "[[setup]]\ndeploy = \"Kit\"\nat = \"0x\"",
                "3:7: `at` has no meaning in a step that has `deploy`",
                "remove `at`",
            ),
            (
                "[[setup]]\ndeploy = \"Kit\"\n[[setup]]\ncall = \"kit.count\"\nname = \"x\"",
                "5:9: `name` has no meaning in a step that has `call`",
                "remove `name`",
            ),
            ("[[setup]]\nattach = \"Kit\"", "2:11: this `attach` step has no `at`", "add `at"),
            (
                "[[setup]]\nattach = \"Kit\"\nat = \"0x0000000000000000000000000000000000000001\"\narguments = [1]",
                "4:13: `arguments` has no meaning in a step that has `attach at an address`",
                "remove",
            ),
            (
                "[[setup]]\ndeploy = \"Kit\"\n[[setup]]\nadvance = { weeks = 1 }",
                "4:13: unknown key `weeks`",
                "write one of `blocks`, `seconds`",
            ),
            (
                "[[setup]]\ndeploy = \"Kit\"\n[[setup]]\nattach = \"Pair\"\nat = \"kit.time\"",
                "5:7: `kit.time()` does not return an address",
                "first result",
            ),
            (
                "[[setup]]\ndeploy = \"Kit\"\nvalue = 1",
                "2:11: `the constructor of Kit` is not payable, yet the step has a `value`",
                "remove `value`",
            ),
            (
                "[[setup]]\ndeploy = \"Kit\"\nvalue = \"1e60\"",
                "3:10: `1000000000000000000000000000000000000000000000000000000000000` does not fit uint128",
                "integer",
            ),
            (
                "[[setup]]\ndeploy = \"Unfinished\"",
                "2:11: `Unfinished` has no creation code: it is an interface or abstract",
                "attach",
            ),
            (
                "[[setup]]\ndeploy = \"Gold\"\narguments = [\"a\", \"b\"]",
                "2:11: `Gold` takes 3 arguments, 2 given",
                "`Gold(string name_, string symbol_, uint256 supply)`",
            ),
            ("[[setup]]\ndeploy = \"Pair\"", "2:11: `Pair` takes 1 argument, 0 given", "Pair(address token_)"),
            (
                "[[setup]]\ndeploy = \"Linked\"",
                "2:11: library `test/Linked.sol:MathLib` is not linked",
                "libraries = { \"test/Linked.sol:MathLib\"",
            ),
            (
                "[[setup]]\ndeploy = \"MathLib\"\n[[setup]]\ndeploy = \"Linked\"\nlibraries = { Mathlb = \"mathlib\" }",
                "5:25: unknown library `Mathlb`",
                "write `MathLib`",
            ),
            (
                "[[setup]]\ndeploy = \"Linked\"\nlibraries = { MathLib = \"mathlib\" }",
                "3:26: unknown deployment `mathlib`",
                "linked",
            ),
            ("[[setup]]\ndeploy = \"Kit\"\nfuzz = [\"thre\"]", "3:10: unknown function `thre`", "write `three`"),
            (
                "[[setup]]\ndeploy = \"Kit\"\nfuzz = [\"three(uint256[])\"]",
                "3:10: unknown function `three(uint256[])`",
                "write `three(uint256[3])`",
            ),
            (
                "[[setup]]\ndeploy = \"Kit\"\nfuzz = [\"count\"]",
                "3:10: `count` of `kit` does not change state",
                "views are not called",
            ),
            ("[[setup]]\ndeploy = \"Kit\"\nweights = { thre = 2 }", "3:13: unknown function `thre`", "write `three`"),
            (
                "[[setup]]\ndeploy = \"Kit\"\nweights = { three = -2 }",
                "3:21: `-2` does not fit the range of 0 to 1000000",
                "integer",
            ),
        ],
        false,
    );
}

#[test]
fn values_are_typed_by_the_abi() {
    let call = |function: &str, arguments: &str| {
        format!("{KIT}[[setup]]\ncall = \"kit.{function}\"\narguments = {arguments}\n")
    };
    let table = [
        (call("three", "[[1, 2]]"), "5:14: expected 3 values for `uint256[3]`, found 2", "3 values"),
        (call("three", "[5]"), "5:14: expected an array for `uint256[3]`, found a number", "array"),
        (call("three", "[[1, -2, 3]]"), "5:18: `-2` does not fit uint256", "integer"),
        (call("three", "[[1, 2, \"1 eth\"]]"), "5:22: unknown unit `eth`; did you mean `ether`", "0.5 ether"),
        (call("three", "[[1, 2, 1.5]]"), "5:21: `1.5` is not a whole number of base units", "exact"),
        (call("three", "[[1, 2, true]]"), "5:21: expected a number for `uint256`, found a boolean", "number"),
        (call("three", "[[1, 2, 1979-05-27]]"), "5:21: expected a value, found a date", "value"),
        (
            call("words", "[\"9223372036854775808\", true, \"0x\", \"\"]"),
            "5:15: `9223372036854775808` does not fit int64",
            "integer",
        ),
        (call("words", "[1, 1, \"0x\", \"\"]"), "5:17: expected `true` or `false`, found a number", "true"),
        (call("words", "[1, true, \"0xabc\", \"\"]"), "5:24: not hex: odd number of digits", "two hex digits"),
        (call("words", "[1, true, \"text\", \"\"]"), "5:24: `text` is a text; bytes is written in hex", "hex"),
        (call("words", "[1, true, \"0x\", 7]"), "5:29: expected a string, found a number", "string"),
        (call("setPrice", "[1, \"kit\"]"), "5:18: `kit` is the name of an address; bytes32 is written in hex", "hex"),
        (call("setPrice", "[1, \"0x12\"]"), "5:18: bytes32 has 32 bytes, this has 1", "hex digits"),
        (call("settings", "[{ owner = \"admin\", limits = [] }]"), "5:14: this `tuple` has no `salt`", "add `salt"),
        (
            call("settings", "[{ ownr = \"admin\", limits = [], salt = \"0x\" }]"),
            "5:16: unknown key `ownr`",
            "write `owner`",
        ),
        (call("settings", "[[\"admin\", [[1, \"0x1 zz\"]], \"0x\"]]"), "5:30: unknown unit `zz`", "integer"),
        (
            call("settings", "[[\"0x12\", [], \"0x\"]]"),
            "5:16: an address has 40 hex digits behind `0x`; this has 2 characters",
            "hex",
        ),
        (
            call("settings", "[[7, [], \"0x\"]]"),
            "5:15: expected an address: hex in quotes, or the name of an actor or a deployment, found a number",
            "address",
        ),
    ];
    for (config, message, help) in &table {
        check(&[(config, message, help)], false);
    }
}

#[test]
fn roles_prices_and_invariants_are_checked() {
    let with = |text: &str| format!("{KIT}{text}");
    let feed =
        |movement: &str| format!("{KIT}[[role]]\ncontract = \"kit\"\nrole = \"feed\"\nmove = {{ {movement} }}\n");
    let invariant = |text: &str| format!("{KIT}[[invariant]]\nid = \"A\"\n{text}");
    let table = [
        (with("[[role]]\ncontract = \"kti\"\nrole = \"feed\""), "4:13: unknown deployment `kti`", "write `kit`"),
        (with("[[role]]\ncontract = \"kit\"\nrole = \"valt\""), "5:9: unknown role `valt`", "write `vault`"),
        (with("[[role]]\ncontract = \"kit\""), "3:1: this table has no `role`", "add `role"),
        (
            with("[[role]]\ncontract = \"kit\"\nrole = \"feed\"\n[[role]]\ncontract = \"kit\"\nrole = \"feed\""),
            "7:13: `kit` is a feed already",
            "keep one",
        ),
        (
            with("[[role]]\ncontract = \"kit\"\nrole = \"vault\"\nviews = { \"claims(x\" = \"1\" }"),
            "6:12: expected a view with its parameters, `claims(x)` or `backing()`, found `claims(x`",
            "claims(x)",
        ),
        (feed("function = \"setPrise\", from = \"admin\""), "6:22: unknown function `setPrise`", "write `setPrice`"),
        (
            feed("function = \"setPrice\", price = \"prize_\", from = \"admin\""),
            "6:42: unknown parameter `prize_`",
            "write `price_`",
        ),
        (
            feed("function = \"setPrice\", from = \"admin\""),
            "6:22: `setPrice(uint256,bytes32)` has 2 parameters",
            "say which one",
        ),
        (
            feed("function = \"setPrice\", price = \"note\", from = \"admin\""),
            "6:22: parameter 2 of `setPrice(uint256,bytes32)` is no number",
            "the price",
        ),
        (
            feed("function = \"count\", from = \"admin\""),
            "6:22: `count()` of `kit` does not change state",
            "sets the price",
        ),
        (feed("function = \"setPrice\", from = \"admi\""), "6:41: unknown actor `admi`", "write `admin`"),
        (with("[economics]\nreference = \"gold\""), "4:14: unknown deployment `gold`", "write `kit`, the only one"),
        (with("[economics]\nprices = { kitt = 1 }"), "4:12: unknown deployment `kitt`", "write `kit`"),
        (
            with("[economics]\nprices = { kit = [] }"),
            "4:18: expected a number or an expression, found an array",
            "expression",
        ),
        (
            invariant("expression = \"1 > 0\"\n[[invariant]]\nid = \"A\"\nexpression = \"1 > 0\""),
            "7:7: invariant `A` exists already, on line 4",
            "name of its own",
        ),
        (invariant(""), "3:1: this table has no `expression`", "add `expression"),
        (invariant("expression = \"  \""), "5:15: invariant `A` has no `expression`", "add `expression"),
        (invariant("expression = \"1\"\nroles = [\"tken\"]"), "6:11: unknown role `tken`", "write `token`"),
        (invariant("expression = \"1\"\non = \"stat\""), "6:6: unknown word `stat`", "write `state`"),
        (invariant("expression = \"1\"\nseverity = \"hgh\""), "6:12: unknown word `hgh`", "write `high`"),
        (
            invariant("expression = \"1\"\n[[invariant]]\nid = \"../x\"\nexpression = \"1\""),
            "7:7: an id is made of letters, digits, `-`, `_` and `.`, at most a hundred",
            "RESERVES",
        ),
    ];
    for (config, message, help) in &table {
        check(&[(config, message, help)], false);
    }
}

#[test]
fn artifacts_that_are_missing_or_damaged_are_no_failure_of_the_target() {
    let config = "[protocol]\nartifacts = [\"A.json\", \"b\"]\n[[setup]]\ndeploy = \"A\"\n";
    let good = "{\"abi\": [], \"bytecode\": \"0x60015ff3\"}";
    for (files, expected) in [
        (MemoryFiles::default().with("A.json", good), "b: no such file or folder (named at heist.toml:2:25)"),
        (MemoryFiles::default().with("A.json", "{"), "A.json:1:1: the JSON is cut off (named at heist.toml:2:15)"),
        (
            MemoryFiles::default().with("A.json", good).with("b/x.txt", ""),
            "b: no artifact in this folder (named at heist.toml:2:25)",
        ),
        (
            MemoryFiles::default().with("A.json", good).with("b/A.json", good.replace("6001", "6002")),
            "heist.toml:4:11: 2 artifacts are called `A`: `A` (A.json), `A` (b/A.json)",
        ),
    ] {
        let error = Protocol::from_files("x", &files.with("heist.toml", config), None).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!error.is_target_failure());
        assert!(!error.help().is_empty());
    }
}

#[test]
fn a_folder_or_a_file_on_disk_is_loaded_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("my-vault");
    std::fs::create_dir_all(project.join("artifacts")).unwrap();
    std::fs::write(project.join("artifacts/solc.json"), SOLC).unwrap();
    std::fs::write(project.join("heist.toml"), KIT).unwrap();
    std::fs::write(project.join("other.toml"), format!("{KIT}nme = 1")).unwrap();
    assert_eq!(Protocol::load(&project, None).unwrap().id, "my-vault");
    let by_file = Protocol::load(&project.join("heist.toml"), None).unwrap();
    assert_eq!(by_file.hash, Protocol::load(&project, None).unwrap().hash);
    let error = Protocol::load(&project.join("other.toml"), None).unwrap_err();
    assert_eq!(error.to_string(), format!("{}:3:1: unknown key `nme`", project.join("other.toml").display()));
    let error = Protocol::load(folder.path(), None).unwrap_err();
    assert_eq!(error.to_string(), format!("there is no `{}`", folder.path().join("heist.toml").display()));
    assert!(error.help().contains("heist.toml"));
    assert!(Protocol::load(Path::new("/no/such/place"), None).is_err());
    std::fs::write(project.join("heist.toml"), format!("[protocol]\nartifacts = [\"../x\"]\n{KIT}")).unwrap();
    let error = Protocol::load(&project, None).unwrap_err().to_string();
    assert!(error.contains("`../x` leaves the project's folder"), "{error}");
}

#[test]
fn packs_are_read_as_configurations_are() {
    let text = "[[invariant]]\nid = \"A-1\"\nexpression = '''\nx > 0'''\nroles = [\"vault\"]\n\n[[view]]\nrole = \"vault\"\nname = \"claims(x)\"\nexpression = \"vault.balanceOf(x)\"\n";
    let pack = parse_pack(text, "invariants/vault.toml").unwrap();
    assert_eq!(pack.invariants, parse_invariants(text, "invariants/vault.toml").unwrap());
    assert_eq!(pack.invariants[0].place.to_string(), "invariants/vault.toml:4:1");
    assert_eq!((pack.views[0].role.as_str(), pack.views[0].view.signature().as_str()), ("vault", "claims(x)"));
    assert_eq!(pack.views[0].view.place.to_string(), "invariants/vault.toml:10:15");
    for (text, expected) in [
        ("[[invariants]]", "p.toml:1:3: unknown key `invariants`"),
        ("[[invariant]]\nid = \"A\"\nexpresion = \"1\"", "p.toml:3:1: unknown key `expresion`"),
        ("[[view]]\nrole = \"valt\"\nname = \"f()\"\nexpression = \"1\"", "p.toml:2:9: unknown role `valt`"),
    ] {
        assert_eq!(parse_invariants(text, "p.toml").unwrap_err().to_string(), expected);
    }
}

#[test]
fn words_of_a_project_are_checked() {
    let check_one = |text: &str, message: &str, help: &str| check(&[(&format!("{KIT}{text}"), message, help)], false);
    check_one("[constants]\nsum = 1\n", "4:1: `sum` is a word of the expression language", "sum_");
    check_one("[constants]\n\"a b\" = 1\n", "4:1: `a b` is no name: letters, digits and `_`, not a digit first", "a_b");
    check_one("[constants]\nkit = 1\n", "4:1: the name `kit` exists already, on line 2", "of its own");
    check_one(
        "[constants]\nX = [1]\n",
        "4:5: expected a number or an expression in quotes, found an array",
        "a number or an expression",
    );
    check_one("[[ghost]]\nname = \"g\"\non = \"Kit.x\"\n", "3:1: this table has no `add`", "add `add = ...`");
    check_one("[[ghost]]\nname = \"g\"\nin = \"Kit.x\"\n", "5:1: unknown key `in`", "write");
    check_one(
        "[constants]\ng = 1\n[[ghost]]\nname = \"g\"\non = \"Kit.x\"\nadd = 1\n",
        "6:9: the name `g` exists already, on line 4",
        "of its own",
    );
    check_one(
        "[[invariant]]\nid = \"A\"\nexpression = \"true\"\non = \"sequenc\"\n",
        "6:6: unknown word `sequenc`",
        "write `sequence`",
    );
}
