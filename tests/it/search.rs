//! What steers the search, on a door behind an equation in two words, a hash told by an event, and a second that must be met,
//! and on a chain whose last link asks for another first one.

use crate::support::{options, search};
use heist::{
    campaign::{self, Event, Executor, Features, Options, Progress, Sink},
    protocol::Protocol,
    sequence::{Sequence, StepRecord},
};
use std::{fs, io, path::Path};

/// Calls within which the door opens; by chance alone its equation has odds of one in 2^64.
const CALLS: u64 = 40_000;

fn door() -> Protocol {
    load("door")
}

fn load(name: &str) -> Protocol {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/search").join(name);
    Protocol::load(&project, None).expect("the project loads")
}

#[test]
fn comparisons_open_what_chance_does_not() {
    let protocol = door();
    for seed in 1..=3 {
        let (_, found) = search(&protocol, &options(seed, CALLS));
        assert_eq!(found.findings.len(), 1, "seed {seed}");
        assert_eq!(found.findings[0].steps.len(), 3, "seed {seed}");
    }
    let blind = Options { features: Features::none(), ..options(1, CALLS) };
    let (summary, found) = search(&protocol, &blind);
    assert!(found.findings.is_empty() && summary.calls >= CALLS);
}

/// The last link fits 2^64 of 2^256 first links, and each first link 256 of as many second ones.
#[test]
fn an_earlier_call_is_made_again_until_the_last_one_fits() {
    let protocol = load("chain");
    for seed in 1..=3 {
        let (_, found) = search(&protocol, &options(seed, CALLS));
        assert_eq!(found.findings.len(), 1, "seed {seed}");
        // What is of no use to the last call is not in it.
        let functions: Vec<_> = found.findings[0].steps.iter().flat_map(StepRecord::functions).collect();
        assert_eq!(functions.len(), 3, "seed {seed}: {functions:?}");
    }
    let blind = Options { features: Features { comparisons: false, ..Features::all() }, ..options(1, CALLS) };
    let (summary, found) = search(&protocol, &blind);
    assert!(found.findings.is_empty() && summary.calls >= CALLS);
}

/// A reservoir of the bench of margins: each call lets out at most 1,000, and filling it takes all of them back.
fn reservoir() -> Protocol {
    reservoir_that_states(
        "[[invariant]]\nid = \"LEVEL\"\ntitle = \"It is never empty\"\nexpression = \"reservoir.level() > 40000\"\n",
    )
}

fn reservoir_that_states(invariants: &str) -> Protocol {
    let artifact = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/margins/reservoir/artifacts/Reservoir.json");
    let artifact = fs::read_to_string(artifact).expect("the artifact is there");
    let configuration = "[protocol]\nid = \"reservoir\"\nevm_version = \"cancun\"\nartifacts = [\"artifacts\"]\n\
        [actors.admin]\nkind = \"admin\"\n[actors.alice]\nkind = \"user\"\n[campaign]\nsteps = 40\nscenarios = []\n\
        [[setup]]\ndeploy = \"Reservoir\"\narguments = [\"60000\", \"1000\"]\n";
    let configuration = format!("{configuration}{invariants}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("artifacts")).expect("a folder of artifacts");
    for (name, text) in [("heist.toml", configuration.as_str()), ("artifacts/Reservoir.json", artifact.as_str())] {
        fs::write(folder.path().join(name), text).expect("a file of the project");
    }
    Protocol::load(folder.path(), None).expect("the project loads")
}

#[test]
fn margins_lead_where_many_small_steps_go() {
    let protocol = reservoir();
    for seed in 1..=3 {
        let (_, found) = search(&protocol, &options(seed, CALLS));
        // From 60,000 to 40,000 by 1,000 a call: no fewer than 20 calls, and none of them is another's undoing.
        assert_eq!(found.findings.iter().map(|finding| finding.steps.len()).min(), Some(20), "seed {seed}");
    }
    let blind = Options { features: Features { margins: false, ..Features::all() }, ..options(1, CALLS) };
    let (summary, found) = search(&protocol, &blind);
    assert!(found.findings.is_empty() && summary.calls >= CALLS);
}

#[test]
fn a_call_that_an_invariant_does_not_speak_of_is_not_near_its_violation() {
    let protocol = reservoir_that_states(
        "[[invariant]]\nid = \"DRIP\"\ntitle = \"A drip leaves something\"\non = \"call\"\n\
        expression = \"!called(reservoir.drip) || reservoir.level() > 0\"\n",
    );
    let mut executor = Executor::for_protocol(&protocol).expect("the invariant fits").with_features(Features::all());
    let mut heights = |function: &str, arguments: &[&str]| {
        let record = serde_json::json!({
            "step": "call", "from": "alice", "contract": "reservoir", "function": function, "arguments": arguments, "calldata": "0x",
        });
        let record = serde_json::from_value(record).expect("a step");
        let outcome = executor.run(Sequence::from_records(&protocol, &[record]).expect("the step fits"));
        outcome.heights.iter().map(|height| height.value.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(heights("fill()", &[]), [""; 0]);
    // Of 60,000, 1,000 are let out, and one less is the distance to nothing.
    assert_eq!(heights("drip(uint256)", &["1000"]), ["-58999"]);
}

#[test]
fn the_frontier_tells_what_was_never_seen() {
    let protocol = door();
    let (summary, _) = search(&protocol, &options(1, 500));
    let open = &summary.protocols[0].frontier;
    assert!(open.iter().any(|outcome| outcome.movable && outcome.contract == "door"), "{open:?}");
    // The nearest come first among those that calls can move.
    let distances = open.iter().filter(|outcome| outcome.movable).map(|outcome| outcome.distance.parse::<u128>());
    let distances: Vec<_> = distances.map(|distance| distance.unwrap_or(u128::MAX)).collect();
    assert!(distances.is_sorted(), "{distances:?}");
}

/// Notes what is said about kept states.
#[derive(Default)]
struct Evictions(Vec<usize>, usize);

impl Sink for Evictions {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Evicted { bytes, .. } => self.0.push(*bytes),
            Event::Finding(_) => self.1 += 1,
            _ => {}
        }
        Ok(())
    }
}

#[test]
fn without_memory_for_states_sequences_still_lead_there() {
    // States of the reservoir are kept for its margin.
    for protocol in [door(), reservoir()] {
        let mut sink = Evictions::default();
        let options = Options { memory: 10_000, ..options(1, CALLS) };
        campaign::run(std::slice::from_ref(&protocol), &options, &mut sink, &Progress::default()).expect("it runs");
        let Evictions(left, findings) = sink;
        assert!(!left.is_empty() && left.iter().all(|bytes| *bytes <= 10_000), "{}: {left:?}", protocol.id);
        assert!(findings >= 1, "{}", protocol.id);
    }
}

/// Cases and calls at the end of each epoch.
#[derive(Default)]
struct Epochs(Vec<(u64, u64)>);

impl Sink for Epochs {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        if let Event::Epoch { cases, calls, .. } = event {
            self.0.push((*cases, *calls));
        }
        Ok(())
    }
}

#[test]
fn a_64th_of_the_calls_only_draws_sequences() {
    let protocol = door();
    let mut sink = Epochs::default();
    campaign::run(std::slice::from_ref(&protocol), &options(1, 64 * 500), &mut sink, &Progress::default())
        .expect("it runs");
    let (first, later): (Vec<_>, Vec<_>) = sink.0.iter().partition(|(_, calls)| *calls < 500);
    // A case that draws makes at most as many calls as a sequence has steps; trims and digs make many more.
    let steps = protocol.campaign.steps as u64;
    assert!(!first.is_empty() && first.iter().all(|(cases, calls)| *calls <= cases * steps), "{first:?}");
    let costs = later.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0).max(1));
    let drawn = first.iter().map(|(cases, calls)| calls / cases).max();
    assert!(costs.max() > drawn.map(|cost| 2 * cost), "{first:?} {later:?}");
}
