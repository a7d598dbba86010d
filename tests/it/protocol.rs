use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, Bytes, U256, keccak256};
use heist::protocol::{
    Actor, ActorKind, Config, Entry, FileError, Files, Judgement, Protocol, ProtocolError, Severity,
};
use std::{borrow::Cow, collections::BTreeMap};

/// Compiled from tests/data/protocol/src.
pub(crate) const SOLC: &str = include_str!("../data/protocol/solc.json");

/// A project in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryFiles(BTreeMap<String, Vec<u8>>);

impl MemoryFiles {
    pub(crate) fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.0.insert(path.to_owned(), content.into());
        self
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<Option<Cow<'_, [u8]>>, FileError> {
        Ok(self.0.get(path).map(|bytes| Cow::Borrowed(bytes.as_slice())))
    }

    fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, FileError> {
        let prefix = format!("{folder}/");
        let mut entries: Vec<Entry> = Vec::new();
        for rest in self.0.keys().filter_map(|path| path.strip_prefix(&prefix)) {
            let (name, is_folder) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
            let entry = Entry { path: format!("{prefix}{name}"), is_folder };
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        Ok((!entries.is_empty()).then_some(entries))
    }
}

/// Loads a `heist.toml` beside the compiled fixtures.
pub(crate) fn load(config: &str) -> Result<Protocol, ProtocolError> {
    Protocol::from_files(
        "test",
        &MemoryFiles::default().with("heist.toml", config).with("artifacts/solc.json", SOLC),
        None,
    )
}

fn view(protocol: &Protocol, contract: &str, signature: &str, arguments: &[DynSolValue]) -> Bytes {
    let mut data = keccak256(signature)[..4].to_vec();
    data.extend(DynSolValue::Tuple(arguments.to_vec()).abi_encode_params());
    let to = protocol.contract(contract).unwrap().address;
    protocol.machine().view(Address::ZERO, to, data.into()).unwrap()
}

fn number(protocol: &Protocol, contract: &str, signature: &str, arguments: &[DynSolValue]) -> U256 {
    U256::from_be_slice(&view(protocol, contract, signature, arguments)[..32])
}

const FULL: &str = r#"
[protocol]
title = "Everything at once"
evm_version = "cancun"
block = 100
timestamp = 1_000_000

[actors.admin]
kind = "admin"
balance = "5 ether"
[actors.zoe]
kind = "user"
fuzz = false
[actors.mallory]
kind = "attacker"
[actors.alice]
kind = "user"
address = "0x00000000000000000000000000000000000A11cE"

[[setup]]
deploy = "Gold"
arguments = ["Gold", "GLD", "1e24"]
value = "1 ether"
fuzz = ["transfer", "approve(address, uint256)"]
weights = { transfer = 5 }

[[setup]]
call = "gold.mint"
arguments = ["alice", "1000 ether"]

[[setup]]
advance = { blocks = 2, seconds = "0.5 minutes" }

[[setup]]
deploy = "test/Kit.sol:Kit"
name = "kit"

[[setup]]
call = "kit.settings"
arguments = [{ owner = "gold", salt = "0x0000000000000000000000000000000000000000000000000000000000000007", limits = [[1, "0x10"], { low = 2, high = 1e3 }] }]
[[setup]]
call = "kit.words"
arguments = [-5, true, "0xbeef", "alice"]
value = 3
from = "alice"
[[setup]]
call = "kit.three"
arguments = [[1, "2 days", 3]]
[[setup]]
call = "kit.over(address,uint256)"
arguments = ["0x0000000000000000000000000000000000000009", 1]
[[setup]]
call = "kit.makePair"
arguments = ["gold"]

[[setup]]
attach = "Pair"
at = "kit.pairAt"
arguments = [0]
fuzz = []

[[role]]
contract = "gold"
role = "token"
[[role]]
contract = "kit"
role = "feed"
views = { "claims(x)" = "kit.highs()", "backing()" = "1" }
move = { function = "setPrice", price = "price_", from = "admin" }

[economics]
reference = "gold"
prices = { gold = "1 ether", eth = 2e18 }
threshold = "0.5 ether"

[campaign]
steps = 12
scenarios = ["flash-loan"]

[[invariant]]
id = "ONE"
expression = "gold.totalSupply() > 0"

[[invariant]]
id = "TWO"
title = "Second"
on = "call"
roles = ["token"]
severity = "critical"
explain = "why"
expression = """
  true"""
"#;

#[test]
fn a_whole_configuration_becomes_a_frozen_protocol() {
    let protocol = load(FULL).unwrap();
    assert_eq!((protocol.id.as_str(), protocol.title.as_str()), ("test", "Everything at once"));
    let names: Vec<_> = protocol.actors.iter().map(|actor| (actor.name.as_str(), actor.kind, actor.fuzz)).collect();
    let expected = [
        ("admin", ActorKind::Admin, false),
        ("zoe", ActorKind::User, false),
        ("mallory", ActorKind::Attacker, true),
        ("alice", ActorKind::User, true),
    ];
    assert_eq!(names, expected, "actors keep the order of the file");
    assert_eq!(protocol.actors[1].address, Actor::derived_address("zoe"));
    let alice = protocol.address_of("alice").unwrap();
    assert_eq!(alice, "0x00000000000000000000000000000000000A11cE".parse::<Address>().unwrap());
    let contracts: Vec<_> = protocol.contracts.iter().map(|contract| contract.name.as_str()).collect();
    assert_eq!(contracts, ["gold", "kit", "pair"]);
    assert_eq!((protocol.block.number, protocol.block.timestamp), (102, 1_000_030));

    let ether = U256::from(10).pow(U256::from(18));
    let mut machine = protocol.machine();
    assert_eq!(machine.balance(protocol.address_of("gold").unwrap()), ether);
    assert_eq!(machine.balance(protocol.address_of("admin").unwrap()), ether * U256::from(4));
    assert_eq!(machine.balance(alice), ether * U256::from(1000) - U256::from(3));
    let held = number(&protocol, "gold", "balanceOf(address)", &[DynSolValue::Address(alice)]);
    assert_eq!(held, ether * U256::from(1000));
    assert_eq!(number(&protocol, "kit", "highs()", &[]), U256::from(10), "the last `over` wins");
    let two_days = number(&protocol, "kit", "triple(uint256)", &[DynSolValue::Uint(U256::ONE, 256)]);
    assert_eq!(two_days, U256::from(172_800));
    let seen: DynSolType = "(address,bytes32,int64,bool,bytes,string)".parse().unwrap();
    let seen = seen.abi_decode_params(&view(&protocol, "kit", "seen()", &[])).unwrap();
    let seen = seen.as_tuple().unwrap();
    assert_eq!(seen[0], DynSolValue::Address(protocol.address_of("gold").unwrap()));
    assert_eq!(seen[2].as_int().unwrap().0.as_i64(), -5);
    assert_eq!(seen[5], DynSolValue::String("alice".into()), "a string is not a name");
    for contract in &protocol.contracts {
        assert_eq!(contract.code_hash, keccak256(machine.code(contract.address)), "{}", contract.name);
    }
}

#[test]
fn functions_roles_and_valuation_follow_the_file() {
    let protocol = load(FULL).unwrap();
    let functions: Vec<_> = protocol
        .functions
        .iter()
        .map(|function| (function.contract, function.abi.signature(), function.weight, function.is_payable()))
        .filter(|(contract, ..)| *contract != 1)
        .collect();
    let expected = [
        (0, "approve(address,uint256)".to_owned(), 1, false),
        (0, "mint(address,uint256)".to_owned(), 0, false),
        (0, "transfer(address,uint256)".to_owned(), 5, false),
        (2, "poke()".to_owned(), 0, false),
    ];
    assert_eq!(functions, expected);
    let overloads: Vec<_> = protocol.functions.iter().filter(|one| one.abi.name == "over").collect();
    let signatures: Vec<_> = overloads.iter().map(|one| one.abi.signature()).collect();
    assert_eq!(signatures, ["over(address,uint256)", "over(uint256)", "over(uint256,uint256)"]);

    let feed = protocol.with_role("feed").next().unwrap();
    let movement = feed.movement.as_ref().unwrap();
    assert_eq!(protocol.functions[movement.function].abi.name, "setPrice");
    assert_eq!((movement.price, movement.from), (0, protocol.address_of("admin").unwrap()));
    let claims = feed.views.iter().find(|view| view.name == "claims").unwrap();
    assert_eq!((claims.parameters.as_slice(), claims.body.as_str()), (&["x".to_owned()][..], "kit.highs()"));
    assert_eq!(protocol.economics.reference.as_deref(), Some("gold"));
    assert_eq!(protocol.economics.prices["eth"], "2000000000000000000");
    assert_eq!(protocol.economics.prices["gold"], "1 ether");
    assert_eq!(protocol.economics.threshold, U256::from(500_000_000_000_000_000_u64));
    assert_eq!((protocol.campaign.steps, protocol.campaign.scenarios.clone()), (12, Some(vec!["flash-loan".into()])));
    let [one, two] = protocol.invariants.as_slice() else { panic!("two invariants") };
    assert_eq!((one.on, one.severity, one.title.as_str()), (Judgement::State, Severity::High, "ONE"));
    assert_eq!(
        (two.on, two.severity, two.roles.as_slice()),
        (Judgement::Call, Severity::Critical, &["token".into()][..])
    );
    // `expression = "` of ONE: the content starts behind the quote; that of TWO on the line below the quotes.
    let line = FULL.lines().position(|line| line.contains("gold.totalSupply() > 0")).unwrap() + 1;
    assert_eq!(one.place.to_string(), format!("heist.toml:{line}:15"));
    let line = FULL.lines().position(|line| line == "  true\"\"\"").unwrap() + 1;
    assert_eq!(two.place.to_string(), format!("heist.toml:{line}:1"));
    for name in ["ERC20", "ERC721", "ERC4626", "Feed", "Lender", "Gold", "Kit"] {
        assert!(protocol.interfaces.contains_key(name), "{name}");
    }
}

#[test]
fn loading_twice_gives_the_same_hash_and_any_change_of_meaning_another() {
    let hash = |config: &str| load(config).unwrap().hash;
    let first = hash(FULL);
    assert_eq!(first, hash(FULL));
    assert_eq!(first, hash(&format!("# a comment\n{FULL}")));
    assert_ne!(first, hash(&FULL.replace("steps = 12", "steps = 13")));
    assert_ne!(first, hash(&FULL.replace("\"1000 ether\"]", "\"1001 ether\"]")));
    assert_ne!(first, hash(&FULL.replace("  true\"", "  false\"")));
}

#[test]
fn the_resolved_configuration_is_a_configuration_that_resolves_to_itself() {
    let config = Config::parse(FULL, "heist.toml", "test").unwrap();
    let text = config.to_toml();
    let again = Config::parse(&text, "shown.toml", "other").unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(again.to_toml(), text);
    assert_eq!(load(&text).unwrap().hash, load(FULL).unwrap().hash);
    let odd = "[[setup]]\ndeploy = \"Kit\"\narguments = [\"a\\u0007\\\"\\\\ \\n é\", [{ \"odd key\" = 1.5e3 }]]\n";
    let config = Config::parse(odd, "heist.toml", "test").unwrap();
    assert_eq!(Config::parse(&config.to_toml(), "shown.toml", "x").unwrap().to_toml(), config.to_toml());
}

#[test]
fn the_example_of_the_documentation_is_a_configuration() {
    let page = include_str!("../../docs/configuration.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let config = Config::parse(example, "docs/configuration.md", "docs").unwrap();
    assert!(config.setup.len() > 3);
    for role in heist::protocol::ROLES {
        assert!(page.contains(&format!("| `{role}` |")), "{role} is not in the table");
    }
    let rows = page.lines().filter(|line| line.starts_with("| `") && line.matches('|').count() == 5).count();
    assert_eq!(rows, heist::protocol::ROLES.len());
}

#[test]
fn defaults_make_the_smallest_configuration_a_protocol() {
    let protocol = load("[[setup]]\ndeploy = \"Kit\"\n").unwrap();
    let actors: Vec<_> = protocol.actors.iter().map(|actor| actor.name.as_str()).collect();
    assert_eq!(actors, ["admin", "attacker", "alice", "bob"]);
    assert_eq!(protocol.settings.chain_id, 31337);
    assert_eq!(protocol.settings.limits.gas_per_call, 16_777_216);
    assert_eq!((protocol.block.number, protocol.block.timestamp), (1, 1_700_000_000));
    assert_eq!((protocol.campaign.steps, protocol.campaign.scenarios), (30, None));
    assert_eq!(protocol.economics.threshold, U256::from(1_000_000_000_000_000_u64));
    assert!(protocol.functions.iter().all(|function| function.weight == 1));
    assert_eq!(protocol.attacker_contract, None);
}

#[test]
fn a_library_is_linked_by_its_short_and_by_its_full_name() {
    for name in ["MathLib", "test/Linked.sol:MathLib", "Linked.sol:MathLib"] {
        let config = format!(
            "[[setup]]\ndeploy = \"MathLib\"\n[[setup]]\ndeploy = \"Linked\"\nlibraries = {{ \"{name}\" = \"mathlib\" }}\n"
        );
        let protocol = load(&config).unwrap();
        let twice = number(&protocol, "linked", "twice(uint256)", &[DynSolValue::Uint(U256::from(21), 256)]);
        assert_eq!(twice, U256::from(42), "{name}");
    }
}

#[test]
fn the_attackers_contract_is_funded_and_allowed_to_spend() {
    let script = heist::gallery::attacker();
    let config = format!("{FULL}\n[[setup]]\ncall = \"gold.mint\"\narguments = [\"mallory\", 1001]\n");
    let files = MemoryFiles::default().with("heist.toml", config).with("artifacts/solc.json", SOLC);
    let protocol = Protocol::from_files("test", &files, Some(script)).unwrap();
    let (contract, owner) = (protocol.attacker_contract.unwrap(), protocol.attacker().unwrap().address);
    assert_eq!(protocol.address_of("attack"), Some(contract));
    let ether = U256::from(10).pow(U256::from(18));
    assert_eq!(protocol.machine().balance(contract), ether * U256::from(500));
    let held = |who| number(&protocol, "gold", "balanceOf(address)", &[DynSolValue::Address(who)]);
    assert_eq!((held(contract), held(owner)), (U256::from(500), U256::from(501)));
    let kit = DynSolValue::Address(protocol.address_of("kit").unwrap());
    for who in [contract, owner] {
        let allowed =
            number(&protocol, "gold", "allowance(address,address)", &[DynSolValue::Address(who), kit.clone()]);
        assert_eq!(allowed, U256::MAX);
    }
    assert!(protocol.contracts.iter().all(|one| one.address != contract), "it is no part of the protocol");
}
