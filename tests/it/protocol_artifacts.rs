use super::protocol::{MemoryFiles, SOLC};
use alloy_primitives::{Address, U256};
use heist::evm::{Room, StorageVariable};
use heist::protocol::{Artifact, Artifacts, Files, FolderFiles, Library, Protocol, link};
use serde_json::{Value, json};

fn fixture(file: &str, name: &str) -> Value {
    let output: Value = serde_json::from_str(SOLC).unwrap();
    output["contracts"][format!("test/{file}")][name].clone()
}

fn one(value: &Value, file: &str) -> Artifact {
    let mut artifacts = Artifact::parse(value.to_string().as_bytes(), file).unwrap();
    assert_eq!(artifacts.len(), 1);
    artifacts.remove(0)
}

fn error(bytes: &[u8]) -> String {
    Artifact::parse(bytes, "X.json").unwrap_err().to_string()
}

fn read(files: &dyn Files, path: &str) -> Result<Artifacts, String> {
    let mut artifacts = Artifacts::default();
    artifacts.read(files, path).map_err(|error| error.to_string())?;
    Ok(artifacts)
}

#[test]
fn every_layout_gives_the_same_contract() {
    let kit = fixture("Kit.sol", "Kit");
    let (abi, hex) = (&kit["abi"], kit["evm"]["bytecode"]["object"].as_str().unwrap());
    let runtime = kit["evm"]["deployedBytecode"]["object"].as_str().unwrap();
    let prefixed = format!("0x{hex}");
    let target = json!({ "settings": { "compilationTarget": { "test/Kit.sol": "Kit" } } });
    let layouts = [
        (
            "out/Kit.sol/Kit.json",
            json!({
                "abi": abi, "bytecode": { "object": prefixed, "sourceMap": "", "linkReferences": {} },
                "deployedBytecode": { "object": format!("0x{runtime}"), "linkReferences": {}, "immutableReferences": {} },
                "methodIdentifiers": {}, "rawMetadata": "{}", "metadata": target, "id": 3,
            }),
        ),
        (
            "artifacts/test/Kit.sol/Kit.json",
            json!({
                "_format": "hh-sol-artifact-1", "contractName": "Kit", "sourceName": "test/Kit.sol", "abi": abi,
                "bytecode": prefixed, "deployedBytecode": format!("0x{runtime}"),
                "linkReferences": {}, "deployedLinkReferences": {},
            }),
        ),
        // The shape of @uniswap/v2-core 1.0.1: one contract of a solc 0.5 output, with its code repeated on top.
        (
            "build/Kit.json",
            json!({
                "abi": abi, "evm": kit["evm"], "metadata": target.to_string(), "interface": abi, "bytecode": hex,
            }),
        ),
        (
            "build/contracts/Kit.json",
            json!({
                "contractName": "Kit", "abi": abi, "metadata": "", "bytecode": prefixed, "deployedBytecode": runtime,
                "sourcePath": "test/Kit.sol", "networks": {}, "schemaVersion": "3.4.0", "ast": { "absolutePath": "x" },
            }),
        ),
        (
            "combined.json",
            json!({
                "contracts": { "test/Kit.sol:Kit": { "abi": abi.to_string(), "bin": hex, "bin-runtime": runtime } },
                "sourceList": ["test/Kit.sol"], "version": "0.5.16",
            }),
        ),
        ("Kit.json", json!({ "abi": abi, "bytecode": hex, "sourceName": "test/Kit.sol" })),
    ];
    let expected = Artifact::parse(SOLC.as_bytes(), "solc.json").unwrap();
    let expected = expected.iter().find(|artifact| artifact.name == "Kit").unwrap();
    for (file, layout) in &layouts {
        let artifact = one(layout, file);
        assert_eq!((artifact.name.as_str(), artifact.source.as_str()), ("Kit", "test/Kit.sol"), "{file}");
        assert_eq!(artifact.creation, expected.creation, "{file}");
        assert_eq!(artifact.abi, expected.abi, "{file}");
    }
    // All of them at once are one contract.
    let files = layouts.iter().enumerate().fold(MemoryFiles::default(), |files, (index, (file, layout))| {
        files.with(&format!("all/{index}/{file}"), layout.to_string())
    });
    let artifacts = read(&files, "all").unwrap();
    assert_eq!(artifacts.iter().count(), 1);
    assert!(artifacts.find("Kit.sol:Kit").is_ok());
}

#[test]
fn a_foundry_file_of_one_of_several_compilers_keeps_its_name() {
    let artifact = one(&json!({ "abi": [], "bytecode": { "object": "0x00" } }), "out/Kit.sol/Kit.0.8.20.json");
    assert_eq!((artifact.name.as_str(), artifact.source.as_str()), ("Kit", "Kit.sol"));
}

#[test]
fn placeholders_of_every_age_are_holes() {
    let address = Address::repeat_byte(0xab);
    let code = |hole: &str| one(&json!({ "abi": [], "bytecode": format!("0x6000{hole}6001") }), "X.json").creation;
    let old_name = format!("__{:_<38}", "MathLib");
    let old_file = format!("__{:_<38}", "test/Linked.sol:MathLib");
    let cut = "__a/rather/long/path/to/a/Library.sol:Math";
    let hash = &alloy_primitives::hex::encode(alloy_primitives::keccak256("test/Linked.sol:MathLib"))[..34];
    let hashed = format!("__${hash}$__");
    let names = [
        (old_name.as_str(), "MathLib"),
        (&old_file, "MathLib"),
        (&old_file, "Linked.sol:MathLib"),
        (&cut[..40], "a/rather/long/path/to/a/Library.sol:MathLib"),
        (&hashed, "test/Linked.sol:MathLib"),
    ];
    for (hole, name) in names {
        let bytecode = code(hole);
        assert_eq!((bytecode.links.len(), bytecode.links[0].offset), (1, 2), "{hole}");
        let linked = link(&bytecode, &[Library { name: name.to_owned(), address }]).unwrap();
        assert_eq!(linked[2..22], address[..], "{hole}");
        assert_eq!((linked[..2].to_vec(), linked[22..].to_vec()), (vec![0x60, 0], vec![0x60, 1]));
        assert!(link(&bytecode, &[Library { name: "Other".into(), address }]).is_err(), "{hole}");
    }
    let error = link(&code(&old_name), &[]).unwrap_err();
    assert_eq!(error.to_string(), "library `MathLib` is not linked");
    assert!(error.help().contains("libraries = { \"MathLib\" = "), "{}", error.help());
}

#[test]
fn damaged_artifacts_say_what_and_where() {
    let deep = format!("{{\"abi\": [], \"metadata\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let table: [(&[u8], &str); 22] = [
        (b"", "X.json:1: the JSON is cut off"),
        (b"{\"abi\": [", "X.json:1:9: the JSON is cut off"),
        (b"{\n\"abi\": [],\n\"bytecode\": \"0x60", "X.json:3:17: the JSON is cut off"),
        (b"pragma solidity", "X.json:1:1: not JSON: expected value"),
        (b"{\"abi\": [],}", "X.json:1:12: not JSON: trailing comma"),
        (b"{\"abi\": []} x", "X.json:1:13: not JSON: trailing characters"),
        (b"\x7fELF\x02\xff\xfe", "X.json: not a text: byte 5 is not UTF-8"),
        (b"\0\0\0\0", "X.json:1:1: not JSON: expected value"),
        (b"[]", "X.json:1:1: not a compiled contract: an array, expected an object"),
        (b"42", "X.json:1:2: not a compiled contract: invalid type: integer `42`, expected an object"),
        (b"{\"abi\": 5}", "X.json:1:9: not a compiled contract: invalid type: integer `5`, expected an ABI, which is an array"),
        (b"{\"abi\": {}}", "X.json:1:10: not a compiled contract: invalid type: map, expected an ABI, which is an array"),
        (b"{\"abi\": \"x\"}", "X.json:1:11: not a compiled contract: the string holds no ABI: expected value"),
        (b"{\"abi\": [], \"bytecode\": 7}", "X.json:1:25: not a compiled contract: invalid type: integer `7`, expected hex code, or an object with `object`"),
        (b"{\"abi\": [], \"bytecode\": {\"object\": []}}", "X.json:1:35: not a compiled contract: invalid type: sequence, expected a string"),
        (b"{\"bytecode\": \"0x00\"}", "X.json: artifact of `X` has no `abi`"),
        (b"{\"abi\": [], \"bytecode\": \"0x123\"}", "X.json: `bytecode` of `X` is not hex: 3 digits, an odd number"),
        (b"{\"abi\": [], \"bytecode\": \"0x12zz\"}", "X.json: `bytecode` of `X` is not hex: `z` at digit 2"),
        ("{\"abi\": [], \"bytecode\": \"0x12é\"}".as_bytes(), "X.json: `bytecode` of `X` is not hex: `\\u{e9}` at digit 2"),
        (b"{\"abi\": [], \"bytecode\": {\"object\": \"0x6000\", \"linkReferences\": {\"a.sol\": {\"L\": [{\"start\": 99, \"length\": 20}]}}}}",
            "X.json: `bytecode` of `X` has a link reference at byte 99, which is no hole of its 2 bytes"),
        (b"{\"contracts\": {}, \"errors\": [{\"severity\": \"warning\", \"message\": \"w\"}, {\"severity\": \"error\", \"message\": \"m\", \"formattedMessage\": \"A.sol:1:1: ParserError\\n\"}]}",
            "X.json: the compiler reported an error: A.sol:1:1: ParserError"),
        (deep.as_bytes(), "X.json:1:151: not JSON: recursion limit exceeded"),
    ];
    for (bytes, expected) in table {
        assert_eq!(error(bytes), expected, "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(80)]));
    }
    assert!(error(b"{\"contracts\": {}}").contains("no contract"));
    assert!(error(b"{\"contracts\": {\"a.sol\": 3}}").contains("not a compiled contract"));
    assert!(error(b"{\"contracts\": {\"a.sol\": {\"A\": {}}}}").contains("has no `abi`"));
}

#[test]
fn absurd_types_neither_overflow_the_stack_nor_become_functions() {
    let function = |name: &str, kind: String| {
        json!({ "type": "function", "name": name, "stateMutability": "nonpayable", "outputs": [],
            "inputs": [{ "name": "x", "type": kind }] })
    };
    let kinds = [
        format!("uint256{}", "[]".repeat(100_000)),
        format!("{}uint256{}", "(".repeat(100_000), ")".repeat(100_000)),
        "uint256[99999999999]".to_owned(),
        "uint256[999][999][999]".to_owned(),
        "uint256[99999999999999999999999999]".to_owned(),
        "mapping(uint256 => uint256) storage".to_owned(),
        "uint7".to_owned(),
        String::new(),
    ];
    for kind in kinds {
        let shown: String = kind.chars().take(40).collect();
        let artifact =
            json!({ "abi": [function("odd", kind), function("plain", "uint256".into())], "bytecode": "0x60015ff3" });
        let Ok(_) = Artifact::parse(artifact.to_string().as_bytes(), "X.json") else { continue };
        let config = "[[setup]]\ndeploy = \"X\"\n";
        let files = MemoryFiles::default().with("heist.toml", config).with("artifacts/X.json", artifact.to_string());
        let protocol = Protocol::from_files("x", &files, None).unwrap();
        let names: Vec<_> = protocol.functions.iter().map(|function| function.abi.name.as_str()).collect();
        assert_eq!(names, ["plain"], "{shown}");
        let call = format!("{config}[[setup]]\ncall = \"x.odd\"\narguments = [1]\n");
        let files = MemoryFiles::default().with("heist.toml", call).with("artifacts/X.json", artifact.to_string());
        let error = Protocol::from_files("x", &files, None).unwrap_err();
        assert!(error.to_string().contains("`x.odd` has parameters that cannot be encoded"), "{shown}: {error}");
    }
}

#[test]
fn no_cut_of_an_artifact_panics() {
    let whole = SOLC.as_bytes();
    for end in (0..whole.len()).step_by(331) {
        assert!(Artifact::parse(&whole[..end], "X.json").is_err());
    }
}

#[test]
fn a_storage_layout_of_a_wrong_shape_is_none() {
    let kit = fixture("Kit.sol", "Kit");
    let code = json!({ "abi": kit["abi"], "bytecode": kit["evm"]["bytecode"]["object"] });
    let variables = |layout: Value| {
        let mut artifact = code.clone();
        artifact["storageLayout"] = layout;
        one(&artifact, "out/Kit.sol/Kit.json").variables
    };
    let layout = |slot: &str, encoding: &str, bytes: &str| {
        json!({
            "storage": [{ "astId": 1, "contract": "Kit", "label": "kept", "offset": 4, "slot": slot, "type": "t" }],
            "types": { "t": { "encoding": encoding, "label": "kind", "numberOfBytes": bytes } },
        })
    };
    let rooms = [
        ("inplace", "1", Room::Words(1)),
        ("inplace", "65", Room::Words(3)),
        ("inplace", &U256::MAX.to_string(), Room::Words(u64::MAX)),
        ("bytes", "32", Room::Text),
        ("mapping", "32", Room::Scattered),
        ("dynamic_array", "32", Room::Scattered),
    ];
    for (encoding, bytes, room) in rooms {
        let expected = StorageVariable { name: "kept".to_owned(), slot: U256::MAX, room };
        assert_eq!(variables(layout(&U256::MAX.to_string(), encoding, bytes)), Some(vec![expected]), "{encoding}");
    }
    assert_eq!(variables(json!({ "storage": [], "types": null })), Some(Vec::new()));
    let wrong = [
        layout("-1", "inplace", "32"),
        layout(&"9".repeat(99), "inplace", "32"),
        layout("0", "inplace", "many"),
        layout("0", "elsewhere", "32"),
        json!({ "storage": [{ "label": "kept", "slot": "0", "type": "t" }], "types": null }),
        json!({ "storage": { "label": "kept" } }),
        json!({}),
        json!([1]),
        json!("text"),
        Value::Null,
    ];
    for layout in wrong {
        assert_eq!(variables(layout.clone()), None, "{layout}");
    }
    assert_eq!(one(&code, "out/Kit.sol/Kit.json").variables, None);
}

#[test]
fn a_folder_skips_what_is_no_artifact_but_not_what_is_damaged() {
    let good = json!({ "abi": [], "bytecode": "0x00" }).to_string();
    let files = || {
        MemoryFiles::default()
            .with("out/A.sol/A.json", good.clone())
            .with("out/A.sol/A.dbg.json", "{\"buildInfo\": \"x\"}")
            .with("out/A.sol/A.metadata.json", "not even JSON")
            .with("out/build-info/1.json", "{\"abi\": 5}")
            .with("out/node_modules/x/package.json", "{\"abi\": 5}")
            .with("out/README.md", "text")
            .with("out/config.json", "{\"compilerOptions\": {}}")
            .with("out/list.json", "[1, 2]")
    };
    let artifacts = read(&files(), "out").unwrap();
    assert_eq!(artifacts.iter().map(|artifact| artifact.name.clone()).collect::<Vec<_>>(), ["A"]);
    let damaged = read(&files().with("out/B.json", "{\"abi\": []"), "out").unwrap_err();
    assert_eq!(damaged, "out/B.json:1:10: the JSON is cut off");
    let wrong = read(&files().with("out/B.json", "{\"abi\": 5}"), "out").unwrap_err();
    assert!(wrong.starts_with("out/B.json:1:9: not a compiled contract"), "{wrong}");
    // Named itself, each must be an artifact.
    for (path, expected) in [
        ("out/config.json", "out/config.json: artifact of `config.json` has no `abi`"),
        ("out/README.md", "out/README.md:1:2: not JSON: expected ident"),
        (
            "out/build-info",
            "out/build-info/1.json:1:9: not a compiled contract: invalid type: integer `5`, expected an ABI, which is an array",
        ),
        ("nowhere", "nowhere: no such file or folder"),
    ] {
        assert_eq!(read(&files(), path).unwrap_err(), expected);
    }
    let empty = MemoryFiles::default().with("out/README.md", "text");
    assert_eq!(read(&empty, "out").unwrap_err(), "out: no artifact in this folder");
    let deep = MemoryFiles::default().with(&format!("out/{}A.json", "d/".repeat(30)), good.clone());
    assert_eq!(read(&deep, "out").unwrap_err(), "out: folders below it are nested more than 16 deep");
}

#[test]
fn names_that_two_contracts_share_need_their_file() {
    let artifact = |source: &str, code: &str| {
        json!({ "contractName": "Token", "sourceName": source, "abi": [], "bytecode": code }).to_string()
    };
    let files = MemoryFiles::default()
        .with("out/1.json", artifact("src/a/Token.sol", "0x00"))
        .with("out/2.json", artifact("src/b/Token.sol", "0x01"));
    let artifacts = read(&files, "out").unwrap();
    let error = artifacts.find("Token").unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 artifacts are called `Token`: `src/a/Token.sol:Token` (out/1.json), `src/b/Token.sol:Token` (out/2.json)"
    );
    assert!(error.help().contains("write `src/a/Token.sol:Token`"), "{}", error.help());
    assert_eq!(artifacts.find("b/Token.sol:Token").unwrap().source, "src/b/Token.sol");
    assert!(artifacts.find("oken.sol:Token").is_err(), "a tail of the path begins at a folder");
    assert_eq!(artifacts.find("Tokn").unwrap_err().help(), "write `Token`");
    assert!(artifacts.interfaces().is_empty(), "an ambiguous name is no interface");
}

#[cfg(unix)]
#[test]
fn a_folder_on_disk_cannot_be_left() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("A.json"), "{\"abi\": [], \"bytecode\": \"0x00\"}").unwrap();
    let inside = tempfile::tempdir().unwrap();
    let link = |from: &str| std::os::unix::fs::symlink(outside.path(), inside.path().join(from)).unwrap();
    link("link");
    std::os::unix::fs::symlink(inside.path(), inside.path().join("loop")).unwrap();
    let files = FolderFiles::new(inside.path(), &[]).unwrap();
    let absolute = outside.path().join("A.json");
    let absolute = absolute.to_str().unwrap();
    for path in ["link/A.json", "../A.json", "a/../../A.json", absolute, "/etc/passwd"] {
        let error = read(&files, path).unwrap_err();
        assert!(error.ends_with("leaves the project's folder"), "{path}: {error}");
    }
    assert!(read(&files, "loop").unwrap_err().contains("leaves the project's folder"), "by the link in it");
    assert!(read(&files, "A.json").unwrap_err().contains("no such file"));
    let allowed = FolderFiles::new(inside.path(), &[outside.path().to_owned()]).unwrap();
    for path in ["link/A.json", absolute] {
        assert_eq!(read(&allowed, path).unwrap().iter().count(), 1, "{path}");
    }
    std::fs::remove_file(inside.path().join("link")).unwrap();
    assert!(read(&files, "loop").unwrap_err().contains("nested more than"));
}
