//! What the judging of invariants adds to the calls of a protocol, and what single evaluations cost.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use heist::{
    generate::{self, Audience, Dictionary, Generator, Palette},
    invariant::{Checks, Formula, Ledger, Memory, Mode, Scene, StepFacts},
    protocol::{Place, Protocol},
    sequence::{Sequence, Step},
};
use std::{fs, hint::black_box, path::Path};

/// Cases of one measured run.
const CASES: u8 = 32;

fn load(id: &str) -> Protocol {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts").join(id);
    Protocol::load(&folder, None).expect("a protocol of the gallery loads")
}

fn draw(protocol: &Protocol) -> Vec<Sequence> {
    let palette = Palette::new(protocol, Audience::Everyone);
    let dictionary = Dictionary::default();
    let generator = Generator::new(&palette, &dictionary);
    let sequence = |seed| generator.draw_sequence(protocol, 30..=30, &mut generate::case_rng(&[seed; 32]));
    (0..CASES).map(sequence).collect()
}

fn run(protocol: &Protocol, sequences: &[Sequence], checks: &mut Option<Checks>) -> usize {
    let mut machine = protocol.machine();
    let mut violations = 0;
    for sequence in sequences {
        machine.reset();
        if let Some(checks) = checks {
            checks.reset();
        }
        for step in &sequence.steps {
            let advance = step.advance();
            machine.advance(advance.blocks, advance.seconds);
            let Ok(Some(message)) = step.message(protocol) else { continue };
            let function = if let Step::Call(call) = step { Some(call.function) } else { None };
            let mut facts = StepFacts {
                sender: Some(message.from),
                function,
                input: message.data.clone(),
                value: message.value,
                ..StepFacts::default()
            };
            if let Some(checks) = checks {
                checks.before(&mut machine, &facts);
            }
            let execution = machine.execute(&message);
            facts.succeeded = execution.succeeded();
            facts.output = execution.output.clone();
            if let Some(checks) = checks {
                checks.after(&mut machine, &facts, &execution.logs);
                violations += checks.violated().len();
            }
        }
    }
    violations
}

fn judging(criterion: &mut Criterion) {
    for id in ["amm-fixed", "vault-fixed", "stablecoin-fixed"] {
        let protocol = load(id);
        let sequences = draw(&protocol);
        let steps: usize = sequences.iter().map(|sequence| sequence.steps.len()).sum();
        let mut group = criterion.benchmark_group(format!("judging {id}"));
        group.sample_size(20).throughput(Throughput::Elements(steps as u64));
        group.bench_function("calls alone", |bencher| {
            bencher.iter(|| black_box(run(&protocol, &sequences, &mut None)));
        });
        for (name, mode) in [("calls and checks", Mode::Incremental), ("calls and checks, always", Mode::Always)] {
            let checks = Checks::for_protocol(&protocol, &[]).expect("the gallery's invariants compile");
            let mut checks = Some(checks.with_mode(mode));
            group.bench_function(name, |bencher| {
                bencher.iter(|| black_box(run(&protocol, &sequences, &mut checks)));
            });
        }
        group.finish();
    }
}

fn evaluation(criterion: &mut Criterion) {
    let protocol = load("amm-fixed");
    let mut machine = protocol.machine();
    let ledger = Ledger::new(&protocol);
    let memory = Memory::default();
    let mut group = criterion.benchmark_group("evaluation without cache");
    for text in
        ["gold.totalSupply()", "gold.totalSupply() <= gold.balanceOf(pair)", "1 + block.number < 2 * block.timestamp"]
    {
        let formula = Formula::new(&protocol, text, &Place::default()).expect("the expression compiles");
        group.bench_function(text, |bencher| {
            bencher.iter(|| black_box(formula.value(&mut Scene::new(&mut machine, &protocol, &ledger), &memory)));
        });
    }
    group.finish();
}

/// Cases of the crowd, which take long when everything is judged anew.
const CROWD_CASES: usize = 8;
/// Users of the crowd.
const USERS: usize = 97;
/// What is stated of each token, and of the minter, with a name and how it is judged.
const OF_TOKENS: [(&str, &str, &str); 12] = [
    ("SUM", "state", "sum(a in actors, T.balanceOf(a)) <= T.totalSupply()"),
    ("EACH", "state", "all(a in actors, T.balanceOf(a) <= T.totalSupply())"),
    ("MOST", "state", "max(a in actors, T.balanceOf(a)) <= T.totalSupply()"),
    ("LEAST", "state", "min(a in actors, T.balanceOf(a)) <= T.totalSupply()"),
    ("HOLDERS", "state", "count(a in actors, T.balanceOf(a) > 0) <= 101"),
    ("SELF", "state", "all(a in actors, T.allowance(a, a) == 0)"),
    ("LOCKED", "state", "all(a in actors, T.balanceOf(a) + T.balanceOf(minter) <= T.totalSupply() || a == minter)"),
    ("OTHERS", "call", "all(a in actors, a == sender || T.allowance(a, minter) == old(T.allowance(a, minter)))"),
    ("LOSERS", "call", "count(a in actors, T.balanceOf(a) < old(T.balanceOf(a))) <= 2"),
    ("GAINERS", "call", "count(a in actors, T.balanceOf(a) > old(T.balanceOf(a))) <= 2"),
    ("GREW", "call", "sum(a in actors, T.balanceOf(a)) - old(sum(a in actors, T.balanceOf(a))) <= T.totalSupply()"),
    ("ZERO", "state", "T.balanceOf(0x0000000000000000000000000000000000000000) == 0"),
];
const OF_MINTER: [(&str, &str, &str); 16] = [
    ("DEBTS", "state", "sum(a in actors, minter.debt(a)) == minter.totalDebt()"),
    ("DEBT", "state", "all(a in actors, minter.debt(a) <= minter.totalDebt())"),
    ("LARGEST", "state", "max(a in actors, minter.debt(a)) <= minter.totalDebt()"),
    ("DEBTORS", "state", "count(a in actors, minter.debt(a) > 0) <= 100"),
    ("LOCKS", "state", "sum(a in actors, minter.locked(a)) == minter.totalLocked()"),
    ("LOCK", "state", "all(a in actors, minter.locked(a) <= minter.totalLocked())"),
    ("DEEPEST", "state", "max(a in actors, minter.locked(a)) <= minter.totalLocked()"),
    ("LOCKERS", "state", "count(a in actors, minter.locked(a) > 0) <= 100"),
    ("BACKED", "state", "all(a in actors, minter.debt(a) == 0 || minter.locked(a) > 0)"),
    ("VALUE", "state", "sum(a in actors, minter.collateral(a)) >= sum(a in actors, minter.debt(a))"),
    ("HELD", "state", "gem.balanceOf(minter) >= minter.totalLocked()"),
    ("ISSUED", "state", "stable.totalSupply() <= minter.totalDebt()"),
    ("OWED", "call", "count(a in actors, minter.debt(a) != old(minter.debt(a))) <= 1"),
    ("MOVED", "call", "count(a in actors, minter.locked(a) != old(minter.locked(a))) <= 1"),
    (
        "OWN-LOCK",
        "call",
        "called(minter.liquidate) || all(a in actors, a == sender || minter.locked(a) == old(minter.locked(a)))",
    ),
    (
        "OWN-DEBT",
        "call",
        "called(minter.liquidate) || all(a in actors, a == sender || minter.debt(a) == old(minter.debt(a)))",
    ),
];

/// The stablecoin of the gallery with a hundred actors, all of whom hold gems, and forty invariants.
fn crowd() -> Protocol {
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/stablecoin-fixed");
    let text = fs::read_to_string(gallery.join("heist.toml")).expect("the gallery is there");
    let (stated, _) = text.split_once("[[invariant]]").expect("the gallery states invariants");
    let users = (0..USERS).map(|user| {
        let step = |call: &str, arguments: &str, from: &str| {
            format!("[[setup]]\ncall = \"{call}\"\narguments = [{arguments}]\n{from}\n")
        };
        let from = format!("from = \"user{user}\"");
        format!("[actors.user{user}]\nkind = \"user\"\n")
            + &step("gem.mint", &format!("\"user{user}\", \"1000 ether\""), "")
            + &step("gem.approve", "\"minter\", \"1e60\"", &from)
            + &step("stable.approve", "\"minter\", \"1e60\"", &from)
    });
    let of_tokens = ["gem", "stable"].into_iter().flat_map(|token| {
        let stated = |(id, on, text): &(&str, &'static str, &str)| {
            (format!("{}-{id}", token.to_uppercase()), *on, text.replace("T.", &format!("{token}.")))
        };
        OF_TOKENS.iter().map(stated).collect::<Vec<_>>()
    });
    let of_minter = OF_MINTER.iter().map(|(id, on, text)| ((*id).to_owned(), *on, (*text).to_owned()));
    let invariants = of_tokens.chain(of_minter).map(|(id, on, text)| {
        format!(
            "[[invariant]]\nid = \"CROWD-{id}\"\ntitle = \"Of the crowd\"\non = \"{on}\"\nexpression = \"{text}\"\n"
        )
    });
    let text: String = std::iter::once(stated.to_owned()).chain(users).chain(invariants).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("artifacts")).expect("a folder of artifacts");
    for entry in fs::read_dir(gallery.join("artifacts")).expect("the gallery has artifacts") {
        let path = entry.expect("an artifact").path();
        let name = path.file_name().expect("a file");
        fs::copy(&path, folder.path().join("artifacts").join(name)).expect("an artifact is copied");
    }
    fs::write(folder.path().join("heist.toml"), text).expect("the project is written");
    Protocol::load(folder.path(), None).expect("the crowd loads")
}

/// Only the forty invariants of the crowd; calls a second in both modes.
fn many_invariants_and_actors(criterion: &mut Criterion) {
    let protocol = crowd();
    let mut sequences = draw(&protocol);
    sequences.truncate(CROWD_CASES);
    let steps: usize = sequences.iter().map(|sequence| sequence.steps.len()).sum();
    let wanted = ["CROWD-*".to_owned()];
    let mut group = criterion.benchmark_group("40 invariants, 100 actors");
    group.sample_size(10).throughput(Throughput::Elements(steps as u64));
    for (name, mode) in [("incremental", Mode::Incremental), ("anew", Mode::Always)] {
        let checks = Checks::for_protocol(&protocol, &wanted).expect("the invariants compile").with_mode(mode);
        assert_eq!(checks.len(), 40);
        let mut checks = Some(checks);
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(run(&protocol, &sequences, &mut checks)));
        });
        assert_eq!(checks.expect("it is there").discrepancies(), &[] as &[String]);
    }
    group.finish();
}

criterion_group!(benches, judging, evaluation, many_invariants_and_actors);
criterion_main!(benches);
