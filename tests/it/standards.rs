//! What a standard says of each call is found where a contract does not keep it, and nowhere else: by the id that says so.

use crate::support::{options, search};
use heist::{
    campaign::{self, Event, Progress, Sink},
    protocol::Protocol,
};
use std::{fs, io, path::Path};

/// Flaws of `tests/data/packs/standards/Standards.sol`, and the id that catches each.
const FLAWS: [(u32, &str); 74] = [
    (1, "ERC20-BASE-005"),
    (2, "ERC20-BASE-006"),
    (3, "ERC20-BASE-007"),
    (4, "ERC20-BASE-008"),
    (5, "ERC20-BASE-009"),
    (6, "ERC20-BASE-010"),
    (7, "ERC20-BASE-011"),
    (8, "ERC20-BASE-012"),
    (9, "ERC20-BASE-013"),
    (10, "ERC20-BASE-014"),
    (11, "ERC20-BASE-015"),
    (12, "ERC20-BASE-016"),
    (13, "ERC20-BASE-017"),
    (14, "ERC20-BURNABLE-001"),
    (15, "ERC20-BURNABLE-002"),
    (16, "ERC20-BURNABLE-003"),
    (17, "ERC20-MINTABLE-001"),
    (18, "ERC20-PAUSABLE-002"),
    (19, "ERC20-PAUSABLE-001"),
    (20, "ERC20-ALLOWANCE-001"),
    (21, "ERC20-ALLOWANCE-002"),
    (22, "ERC20-BASE-004"),
    (23, "ERC20-SPLIT-TRANSFER"),
    (56, "ERC4626-001"),
    (57, "ERC4626-002"),
    (65, "ERC4626-003"),
    (64, "ERC4626-004"),
    (58, "ERC4626-005"),
    (59, "ERC4626-006"),
    (60, "ERC4626-007"),
    (61, "ERC4626-008"),
    (30, "ERC4626-009"),
    (31, "ERC4626-010"),
    (32, "ERC4626-011"),
    (33, "ERC4626-012"),
    (36, "ERC4626-013"),
    (37, "ERC4626-014"),
    (38, "ERC4626-015"),
    (39, "ERC4626-016"),
    (40, "ERC4626-017"),
    (41, "ERC4626-018"),
    (42, "ERC4626-019"),
    (43, "ERC4626-020"),
    (44, "ERC4626-021"),
    (45, "ERC4626-022"),
    (46, "ERC4626-023"),
    (47, "ERC4626-024"),
    (48, "ERC4626-025"),
    (49, "ERC4626-026"),
    (50, "ERC4626-027"),
    (51, "ERC4626-028"),
    (52, "ERC4626-029"),
    (53, "ERC4626-030"),
    (54, "ERC4626-031"),
    (55, "ERC4626-032"),
    (62, "ERC4626-034"),
    (34, "ERC4626-035"),
    (35, "ERC4626-036"),
    (63, "VAULT-ROUND-TRIP"),
    (70, "ERC721-BASE-001"),
    (72, "ERC721-BASE-003"),
    (73, "ERC721-BASE-004"),
    (74, "ERC721-BASE-005"),
    (79, "ERC721-BASE-006"),
    (75, "ERC721-BASE-007"),
    (76, "ERC721-BASE-008"),
    (77, "ERC721-BASE-009"),
    (78, "ERC721-BASE-010"),
    (82, "ERC721-BURNABLE-001"),
    (90, "ERC721-MINTABLE-001"),
    (91, "ERC721-MINTABLE-002"),
    (24, "EVENTS-001"),
    (93, "EVENTS-002"),
    (94, "ERC721-BASE-011"),
];
/// Flaws that show only once a token is gone.
const AFTER_THE_END: [(u32, &str); 5] = [
    (83, "ERC721-BURNABLE-002"),
    (84, "ERC721-BURNABLE-003"),
    (85, "ERC721-BURNABLE-004"),
    (86, "ERC721-BURNABLE-005"),
    (72, "ERC721-BURNABLE-006"),
];
/// What a standard leaves open: a token that returns false, and one that takes a fee.
const OPEN: [u32; 3] = [0, 100, 101];

/// Ids that look at nothing which calls change where a contract keeps them.
const CONSTANT: [&str; 4] = ["ERC4626-005", "ERC4626-006", "ERC721-BASE-001", "ERC721-BASE-003"];

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/packs/standards"))
}

/// The protocol with a flaw switched on.
fn with_flaw(flaw: u32) -> Protocol {
    let place = tempfile::tempdir().expect("a folder for the test");
    let text = fs::read_to_string(folder().join("heist.toml")).expect("the fixture is there");
    let text = text.replace("arguments = [0", &format!("arguments = [{flaw}"));
    let text = text.replace("name = \"cash\"\narguments = [", "name = \"cash\"\narguments = [1000");
    fs::write(place.path().join("heist.toml"), text).expect("the folder is writable");
    fs::create_dir(place.path().join("artifacts")).expect("the folder is writable");
    for name in ["Token.json", "Vault.json", "Collection.json"] {
        let (from, to) = (folder().join("artifacts").join(name), place.path().join("artifacts").join(name));
        fs::copy(from, to).expect("the artifact is there");
    }
    Protocol::load(place.path(), None).expect("the protocol loads")
}

#[test]
fn each_flaw_is_caught_by_the_id_that_speaks_of_it() {
    let mut missed = Vec::new();
    for (flaw, id) in FLAWS.into_iter().chain(AFTER_THE_END) {
        let protocol = with_flaw(flaw);
        // Of two functions that share their code, a search may try one only: that is chance. Flaw 77, for one,
        // was found by 35 of 60 seeds.
        let is_caught = (1..=10).any(|seed| {
            let mut options = options(seed, 40_000);
            options.invariants = vec![id.to_owned()];
            let (_, found) = search(&protocol, &options);
            assert_eq!(found.defects, Vec::<String>::new(), "{flaw}: {id}");
            found.findings.iter().any(|finding| finding.rule == id)
        });
        if !is_caught {
            missed.push((flaw, id));
        }
    }
    assert_eq!(missed, []);
}

#[test]
fn what_keeps_the_standard_or_what_it_leaves_open_is_left_alone() {
    for flaw in OPEN {
        let mut undecided: Option<Vec<&str>> = None;
        // Who may move an item of somebody else was decided once, or never, in 40,000 calls (one of four seeds): that is chance.
        for seed in 1..=8 {
            if undecided.as_ref().is_some_and(Vec::is_empty) && seed > 2 {
                break;
            }
            let (summary, found) = search(&with_flaw(flaw), &options(seed, 40_000));
            assert_eq!(found.findings, Vec::new(), "{flaw} at seed {seed}");
            assert_eq!(found.defects, Vec::<String>::new());
            let vacuous = |id: &str| {
                let of = summary.protocols[0].invariants.iter().filter(|status| status.id == id);
                of.map(|status| status.evaluations).sum::<u64>() == 0
            };
            let all = || FLAWS.iter().chain(&AFTER_THE_END).map(|(_, id)| *id).filter(|id| !CONSTANT.contains(id));
            let before = undecided.take().unwrap_or_else(|| all().collect());
            undecided = Some(before.into_iter().filter(|id| vacuous(id)).collect());
        }
        assert_eq!(undecided, Some(Vec::new()), "{flaw}");
    }
}

/// What a search kept and counted, as text.
#[derive(Default)]
struct Course(Vec<String>);

impl Sink for Course {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Kept { case, calls, entry, edges, .. } => self.0.push(format!("{case} {calls} {entry} {edges}")),
            Event::Epoch { cases, calls, edges, corpus, .. } => {
                self.0.push(format!("{cases} {calls} {edges} {corpus}"));
            }
            Event::ProtocolEnded(summary) => self.0.push(format!("{:?} {:?}", summary.functions, summary.frontier)),
            _ => {}
        }
        Ok(())
    }
}

#[test]
fn a_search_takes_the_same_course_with_and_without_probes() {
    let protocol = with_flaw(0);
    let course = |ids: &[&str], threads: usize| {
        let mut options = options(3, 30_000);
        options.invariants = ids.iter().map(|id| (*id).to_owned()).collect();
        options.threads = threads;
        // What is judged steers by its margins.
        options.features.margins = false;
        let mut course = Course::default();
        campaign::run(std::slice::from_ref(&protocol), &options, &mut course, &Progress::default()).expect("it runs");
        course.0
    };
    let without = course(&["SUPPLY-001"], 2);
    assert!(without.len() > 20);
    assert_eq!(course(&["SUPPLY-001", "ERC*", "VAULT-*"], 2), without);
    assert_eq!(course(&["SUPPLY-001", "ERC*", "VAULT-*"], 1), without);
}
