use super::{
    protocol::MemoryFiles,
    protocol_errors::{KIT, check, fails},
};
use heist::protocol::Protocol;

#[test]
fn a_set_up_that_fails_says_why_and_is_the_targets_fault() {
    let call = |how: u8| format!("{KIT}[[setup]]\ncall = \"kit.fail\"\narguments = [{how}]\n");
    let pull = format!(
        "[[setup]]\ndeploy = \"Gold\"\narguments = [\"\", \"\", 5]\n{KIT}[[setup]]\ncall = \"kit.pull\"\narguments = [\"gold\", 7]\n"
    );
    let table = [
        (call(0), "4:9: call kit.fail failed: it reverted: \"the vault\\u{1b}[31m is shut\"", "order of the steps"),
        (call(1), "4:9: call kit.fail failed: it reverted: Panic(0x01), an assertion failed", "order"),
        (call(2), "4:9: call kit.fail failed: it reverted: Panic(0x12), a division by zero", "order"),
        (call(3), "4:9: call kit.fail failed: it reverted: no reason given", "order"),
        (call(4), "4:9: call kit.fail failed: it halted: out of gas, 1000000000 units of it", "does not end"),
        (
            format!("{KIT}value = 1\n")
                .replace("Kit", "Gold")
                .replace("value", "arguments = [\"\", \"\", 1]\nvalue = \"9999 ether\"\n#"),
            "2:11: deploy Gold as gold failed: it was not a valid transaction: lack of funds (1000000000000000000000) for max fee (9999000000000000000000)",
            "larger `balance`",
        ),
        (
            format!("{KIT}[[setup]]\nattach = \"Pair\"\nat = \"kit.pairAt\"\narguments = [0]"),
            "4:11: attach Pair as pair failed: it reverted: Panic(0x32), an array index out of bounds",
            "order",
        ),
        (
            format!("{KIT}[[setup]]\nattach = \"Pair\"\nat = \"kit.nothing\""),
            "4:11: attach Pair as pair failed: there is no code at 0x0000000000000000000000000000000000000007",
            "earlier step",
        ),
        (
            "[[setup]]\nattach = \"Pair\"\nat = \"0x00000000000000000000000000000000000000ff\"".to_owned(),
            "2:11: attach Pair as pair failed: there is no code at 0x00000000000000000000000000000000000000ff",
            "earlier step",
        ),
        (
            "[protocol]\nevm_version = \"byzantium\"\n[[setup]]\ndeploy = \"Kit\"".to_owned()
                + "\n[[setup]]\ncall = \"kit.over\"\narguments = [1]",
            "4:11: deploy Kit as kit failed: it halted: an instruction that this EVM version does not have",
            "evm_version",
        ),
    ];
    for (config, message, help) in &table {
        check(&[(config, message, help)], true);
    }
    let error = fails(&pull);
    let message = error.to_string();
    assert!(message.starts_with("heist.toml:7:9: call kit.pull failed: it reverted: NotEnough(0x"), "{message}");
    assert!(message.ends_with(", 0, 7)"), "{message}");
}

#[test]
fn code_that_mainnet_would_refuse_is_refused() {
    // CODECOPY of nothing but zeros: returns `size` zero bytes as runtime code.
    let runtime = |size: u32| format!("0x62{size:06x}5ff3");
    let artifact = |code: &str| format!("{{\"abi\": [], \"bytecode\": \"{code}\"}}");
    let deploy = |code: &str| {
        let files = MemoryFiles::default()
            .with("heist.toml", "[[setup]]\ndeploy = \"X\"")
            .with("artifacts/X.json", artifact(code));
        Protocol::from_files("x", &files, None)
    };
    assert!(deploy(&runtime(24_576)).is_ok());
    for (code, message) in [
        (runtime(24_577), "its runtime code has more than 24,576 bytes, the limit of EIP-170"),
        (runtime(0), "there is no code at 0x"),
        (format!("0x{}", "00".repeat(49_153)), "its creation code has 49153 bytes, above the limit of EIP-3860"),
        ("0x60ef5f5360015ff3".to_owned(), "it halted: its runtime code begins with 0xEF, which EIP-3541 forbids"),
        ("0xfe".to_owned(), "it halted: the invalid instruction, which is how old compilers assert"),
        ("0x5b5f56".to_owned(), "it halted: out of gas, 1000000000 units of it"),
    ] {
        let error = deploy(&code).unwrap_err();
        assert!(error.is_target_failure());
        assert!(error.to_string().contains(message), "{error}");
    }
}
