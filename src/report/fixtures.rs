//! Hand-made findings, events and a protocol over which every format is tested.

use super::{Collector, RUN_FORMAT, RunOrigin, RunProtocol, RunRecord};
use crate::{
    campaign::{
        Event, FINDING_FORMAT, Finding, FindingKind, FunctionSummary, Gain, InvariantStatus, InvariantSummary,
        LossRecord, ProfitRecord, ProtocolSummary, ReasonSummary, ScenarioSummary,
    },
    evm::{Block, Settings, World},
    protocol::{
        Actor, ActorKind, Artifact, Bounds, Bytecode, CampaignSettings, Contract, DebugInfo, Economics, Origin, Place,
        Protocol, Severity, Vocabulary,
    },
    sequence::{ActionRecord, AttackRecord, CallRecord, LiveRecord, MarketRecord, MoveKind, StepRecord},
};
use alloy_primitives::{Address, B256};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

fn call(from: &str, place: (&str, &str), arguments: &Value, time: (u64, u64)) -> StepRecord {
    StepRecord::Call(CallRecord {
        blocks: time.0,
        seconds: time.1,
        from: from.to_owned(),
        contract: place.0.to_owned(),
        instance: None,
        function: place.1.to_owned(),
        arguments: arguments.as_array().unwrap().clone(),
        value: "0".to_owned(),
        calldata: "0x".to_owned(),
    })
}

fn action(place: (&str, &str), arguments: &Value, live: Vec<LiveRecord>) -> ActionRecord {
    ActionRecord::Call {
        contract: place.0.to_owned(),
        instance: None,
        function: place.1.to_owned(),
        arguments: arguments.as_array().unwrap().clone(),
        live,
        value: "0".to_owned(),
        callback: Vec::new(),
    }
}

pub(crate) fn invariant_finding() -> Finding {
    Finding {
        format: FINDING_FORMAT,
        id: "vault-first-depositor-vault-001-0a1b2c3d".to_owned(),
        rule: "VAULT-001".to_owned(),
        kind: FindingKind::Invariant,
        protocol: "vault/first-depositor".to_owned(),
        title: "Shares are worth what was deposited".to_owned(),
        severity: Severity::Critical,
        contracts: vec!["vault".to_owned()],
        predicate: "sum(x in holders, vault.claims(x)) <= vault.backing()".to_owned(),
        evidence:
            "sum(x in holders, vault.claims(x)) = 1500000000000000000000, vault.backing() = 1000000000000000000000: \
                   short by 500000000000000000000"
                .to_owned(),
        location: None,
        expected: None,
        scenario: None,
        steps: vec![
            call("alice", ("token", "transfer(address,uint256)"), &json!(["bob", "1000000000000000000000"]), (0, 0)),
            call("bob", ("vault", "deposit(uint256,address)"), &json!(["1", "bob"]), (1, 7 * 86_400)),
            StepRecord::Call(CallRecord {
                blocks: 0,
                seconds: 5_400,
                from: "attacker".to_owned(),
                contract: "vault".to_owned(),
                instance: None,
                function: "donate(bytes,string)".to_owned(),
                arguments: vec![json!("0xdeadbeef"), json!("memo \u{1b}[31m")],
                value: "1500000000000000000".to_owned(),
                calldata: "0x".to_owned(),
            }),
            StepRecord::Market(MarketRecord {
                blocks: 1,
                seconds: 12,
                feed: "feed".to_owned(),
                kind: MoveKind::Jump,
                price: Some("500000000000000000".to_owned()),
            }),
        ],
        original_steps: 23,
        profit: None,
        seed: 42,
        case: 1_234,
        calls: 23_456,
        version: "0.1.0".to_owned(),
        protocol_hash: "0x01".to_owned(),
        code_hashes: BTreeMap::from([("vault".to_owned(), "0x02".to_owned())]),
    }
}

pub(crate) fn profit_finding() -> Finding {
    let deposit = action(
        ("vault", "deposit(uint256,address)"),
        &json!(["0", "attack"]),
        vec![LiveRecord::Balance {
            argument: 0,
            within: Vec::new(),
            token: "gold".to_owned(),
            bps: 10_000,
            fit: crate::sequence::Fit::Exact,
            of: crate::sequence::Holder::Caller,
        }],
    );
    let nested = ActionRecord::Loan {
        lender: "bank".to_owned(),
        token: "silver".to_owned(),
        amount: "999".to_owned(),
        body: vec![action(("silver", "approve(address,uint256)"), &json!(["pair", "999"]), Vec::new())],
    };
    let redeem = action(
        ("vault", "redeem(uint256,address,address)"),
        &json!(["0", "attack", "attack"]),
        vec![LiveRecord::Result {
            argument: 0,
            within: Vec::new(),
            contract: "vault".to_owned(),
            function: "deposit(uint256,address)".to_owned(),
            fit: crate::sequence::Fit::Exact,
        }],
    );
    let loan = ActionRecord::Loan {
        lender: "lender".to_owned(),
        token: "gold".to_owned(),
        amount: "500000000000000000000000".to_owned(),
        body: vec![deposit, nested, redeem],
    };
    let sync = action(("pair", "sync()"), &json!([]), Vec::new());
    let attack =
        |actions| StepRecord::Attack(AttackRecord { blocks: 0, seconds: 0, actions, calldata: "0x".to_owned() });
    Finding {
        id: "pool-spot-atk-oracle-spot-99aa00bb".to_owned(),
        rule: "ATK-ORACLE-SPOT".to_owned(),
        kind: FindingKind::Profit,
        protocol: "pool/spot".to_owned(),
        title: "A flash loan moves the price that the market reads".to_owned(),
        severity: Severity::High,
        contracts: vec!["pair".to_owned(), "market".to_owned()],
        predicate: "the attacker is not richer at pre-attack prices".to_owned(),
        evidence: "the attacker gains 12.5 gold".to_owned(),
        scenario: Some("oracle-manipulation".to_owned()),
        steps: vec![attack(vec![loan.clone()]), attack(vec![loan, sync])],
        original_steps: 5,
        profit: Some(ProfitRecord {
            token: "gold".to_owned(),
            amount: "12500000000000000000".to_owned(),
            gains: vec![
                Gain { asset: "gold".to_owned(), before: "0".to_owned(), after: "12499999999999999000".to_owned() },
                Gain { asset: "eth".to_owned(), before: "1000000000000000000".to_owned(), after: "7".to_owned() },
            ],
            losses: vec![LossRecord {
                account: "market".to_owned(),
                amount: Some("12600000000000000000".to_owned()),
                changes: vec![Gain {
                    asset: "gold".to_owned(),
                    before: "30000000000000000000".to_owned(),
                    after: "17400000000000000000".to_owned(),
                }],
            }],
            curve: None,
        }),
        ..invariant_finding()
    }
}

fn protocol_summary(id: &str, statuses: &[(&str, InvariantStatus)]) -> ProtocolSummary {
    ProtocolSummary {
        protocol: id.to_owned(),
        token: None,
        calls: 250_000,
        reverts: 31_250,
        cases: 16_000,
        edges: 1_204,
        corpus: 88,
        functions: vec![
            FunctionSummary {
                function: "vault.deposit(uint256,address)".to_owned(),
                calls: 120_000,
                reverts: 1_200,
                discards: 0,
                changes: 118_800,
                scripts: 4_100,
                reasons: vec![
                    ReasonSummary { reason: "ZeroShares()".to_owned(), calls: 1_100 },
                    ReasonSummary { reason: "\"paused\"".to_owned(), calls: 100 },
                ],
            },
            FunctionSummary {
                function: "vault.sweep(address)".to_owned(),
                calls: 9_000,
                reverts: 9_000,
                reasons: vec![ReasonSummary { reason: "NotOwner(address)".to_owned(), calls: 9_000 }],
                ..FunctionSummary::default()
            },
            FunctionSummary { function: "vault.pause()".to_owned(), ..FunctionSummary::default() },
        ],
        invariants: statuses
            .iter()
            .map(|(id, status)| InvariantSummary {
                id: (*id).to_owned(),
                contracts: vec!["vault".to_owned()],
                status: *status,
                evaluations: if *status == InvariantStatus::Vacuous { 0 } else { 9_000 },
            })
            .collect(),
        scenarios: vec![ScenarioSummary { id: "donation".to_owned(), cases: 8_000 }],
        optima: Vec::new(),
        unsupported: Vec::new(),
        accepted: Vec::new(),
        frontier: Vec::new(),
        coverage: Vec::new(),
    }
}

/// Events of a run with findings, a duplicate, a defect and vacuous invariants.
pub(crate) fn events() -> Vec<Event> {
    use InvariantStatus::{Held, Vacuous, Violated};
    let (vault, pool) = ("vault/first-depositor".to_owned(), "pool/spot".to_owned());
    vec![
        Event::Started { seed: 42, threads: 2, protocols: vec![vault.clone(), pool.clone()] },
        Event::ProtocolStarted {
            protocol: vault.clone(),
            invariants: vec!["VAULT-001(vault)".to_owned()],
            scenarios: vec!["donation".to_owned()],
            skipped: Vec::new(),
        },
        Event::Epoch { protocol: vault.clone(), cases: 512, calls: 8_000, edges: 900, corpus: 40 },
        Event::Kept {
            protocol: vault.clone(),
            case: 3,
            calls: 120,
            entry: "0a0b".to_owned(),
            edges: 12,
            steps: invariant_finding().steps,
        },
        Event::Finding(Box::new(invariant_finding())),
        Event::Finding(Box::new(Finding { case: 9_999, ..invariant_finding() })),
        Event::Defect {
            protocol: vault.clone(),
            case: 77,
            message: "a violation of VAULT-002 did not replay\u{1b}[2J".to_owned(),
        },
        Event::ProtocolEnded(Box::new(protocol_summary(
            &vault,
            &[("VAULT-001", Violated), ("VAULT-002", Held), ("SUPPLY-003", Vacuous)],
        ))),
        Event::Finding(Box::new(profit_finding())),
        Event::ProtocolEnded(Box::new(protocol_summary(&pool, &[("POOL-001", Held), ("POOL-002", Vacuous)]))),
        Event::Ended { interrupted: false, elapsed_seconds: 3.214_567_8 },
    ]
}

pub(crate) fn collected() -> Collector {
    let mut collector = Collector::default();
    for event in &events() {
        collector.take(event);
    }
    collector
}

/// A run without findings.
pub(crate) fn clean() -> Collector {
    let mut collector = Collector::default();
    for event in events().iter().filter(|event| !matches!(event, Event::Finding(_) | Event::Defect { .. })) {
        collector.take(event);
    }
    collector
}

pub(crate) fn run_record(seed: u64) -> RunRecord {
    RunRecord {
        format: RUN_FORMAT,
        tool: "heist".to_owned(),
        version: "0.1.0".to_owned(),
        seed,
        threads: 2,
        calls: Some(250_000),
        time_seconds: None,
        profile: "default".to_owned(),
        scenarios: Vec::new(),
        invariants: Vec::new(),
        corpora: Vec::new(),
        protocols: vec![RunProtocol {
            id: "pool/spot".to_owned(),
            hash: "0x01".to_owned(),
            origin: RunOrigin::Bundled("pool/spot".to_owned()),
        }],
    }
}

const ABI: &str = r#"[
  {"type":"function","name":"transfer","stateMutability":"nonpayable",
   "inputs":[{"name":"to","type":"address"},{"name":"amount","type":"uint256"}],"outputs":[{"name":"","type":"bool"}]},
  {"type":"function","name":"balanceOf","stateMutability":"view",
   "inputs":[{"name":"owner","type":"address"}],"outputs":[{"name":"","type":"uint256"}]},
  {"type":"function","name":"deposit","stateMutability":"payable","inputs":[],"outputs":[]},
  {"type":"event","name":"Transfer","anonymous":false,"inputs":[
   {"name":"from","type":"address","indexed":true},{"name":"value","type":"uint256","indexed":false},
   {"name":"to","type":"address","indexed":true}]},
  {"type":"error","name":"Insufficient","inputs":[{"name":"have","type":"uint256"},{"name":"want","type":"uint256"}]}
]"#;

pub(crate) const ALICE: Address = Address::repeat_byte(0xa1);
pub(crate) const BOB: Address = Address::repeat_byte(0xb0);
pub(crate) const TOKEN: Address = Address::repeat_byte(0x70);

/// A protocol with names and an ABI, and without code.
pub(crate) fn protocol() -> Protocol {
    let place = Place { file: "Token.json".to_owned(), line: 0, column: 0 };
    let artifact = Artifact {
        name: "Token".to_owned(),
        source: String::new(),
        abi: serde_json::from_str(ABI).unwrap(),
        creation: Bytecode::default(),
        runtime: Bytecode::default(),
        variables: None,
        layout: None,
        debug: DebugInfo::default(),
        place,
    };
    let actor = |name: &str, address| Actor { name: name.to_owned(), address, kind: ActorKind::User, fuzz: true };
    Protocol {
        id: "token".to_owned(),
        title: "A token".to_owned(),
        origin: Origin::Bundled("token".to_owned()),
        contracts: vec![Contract {
            name: "token".to_owned(),
            address: TOKEN,
            artifact: Arc::new(artifact),
            code_hash: B256::ZERO,
            created: false,
        }],
        actors: vec![actor("alice", ALICE), actor("bob", BOB)],
        rehearsed: Vec::new(),
        functions: Vec::new(),
        inferred: Vec::new(),
        roles: Vec::new(),
        interfaces: BTreeMap::new(),
        economics: Economics::default(),
        campaign: CampaignSettings {
            zoo: false,
            steps: 30,
            time_passes: true,
            bounds: Bounds::default(),
            scenarios: None,
            scenario_places: Vec::new(),
        },
        expected: Vec::new(),
        intents: Vec::new(),
        token: None,
        scenarios: Vec::new(),
        invariants: Vec::new(),
        vocabulary: Vocabulary::default(),
        attacker_contract: None,
        world: World::default().freeze(),
        block: Block { number: 1, timestamp: 1 },
        settings: Settings::default(),
        suite: None,
        sources: Arc::default(),
        set_up: Arc::default(),
        recipe: None,
        hash: B256::ZERO,
    }
}
