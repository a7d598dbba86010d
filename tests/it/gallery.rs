//! Every planted bug is found by the rule that should find it, and nothing is found in the mended twins.

use crate::support::{options, search};
use heist::{
    campaign::{ReplayStatus, replay},
    gallery,
};

/// Protocol, and the rules that show its planted class.
const PLANTED: [(&str, &[&str]); 9] = [
    ("amm", &["AMM-K", "ATK-PROFIT"]),
    ("fees", &["FEES-001", "FEES-002"]),
    ("governance", &["ATK-GOVERNANCE"]),
    ("lending", &["ATK-ORACLE", "ATK-FLASH-LOAN"]),
    ("savings", &["ATK-VICTIM"]),
    ("stablecoin", &["COLLATERAL-003"]),
    ("staking", &["COLLATERAL-001"]),
    ("token", &["SUPPLY-003", "SUPPLY-004"]),
    ("vault", &["ATK-FLASH-LOAN", "COLLATERAL-001"]),
];
/// Most steps of a minimal sequence.
const MOST_STEPS: usize = 6;

#[test]
fn the_gallery_holds_each_protocol_and_its_twin() {
    let expected: Vec<String> = PLANTED.iter().flat_map(|(id, _)| [(*id).to_owned(), format!("{id}-fixed")]).collect();
    assert_eq!(gallery::ids(), expected);
}

#[test]
fn every_planted_bug_is_found_replays_and_is_gone_in_the_twin() {
    for (id, rules) in PLANTED {
        let protocol = gallery::load(id).expect("a gallery protocol loads");
        let twin = gallery::load(&format!("{id}-fixed")).expect("a gallery protocol loads");
        let (summary, found) = search(&protocol, &options(1, 200_000));
        assert_eq!(found.defects, Vec::<String>::new(), "{id}");
        let when: Vec<_> = found.findings.iter().map(|finding| finding.calls).collect();
        assert!(when.is_sorted() && when.iter().all(|calls| (1..=summary.calls).contains(calls)), "{id}: {when:?}");
        let planted: Vec<_> = found.findings.iter().filter(|finding| rules.contains(&finding.rule.as_str())).collect();
        assert!(
            !planted.is_empty(),
            "{id}: found only {:?}",
            found.findings.iter().map(|f| &f.rule).collect::<Vec<_>>()
        );
        assert!(planted.iter().any(|finding| finding.steps.len() <= MOST_STEPS), "{id}: too long");
        for finding in &found.findings {
            let again = replay(&protocol, finding).status;
            assert!(matches!(again, ReplayStatus::Reproduced { .. }), "{id}: {} gives {again:?}", finding.id);
            let mended = replay(&twin, finding).status;
            assert!(matches!(mended, ReplayStatus::Fixed { .. }), "{id}: {} on the twin gives {mended:?}", finding.id);
        }
    }
}

#[test]
fn nothing_is_found_in_a_mended_twin() {
    for (id, _) in PLANTED {
        let protocol = gallery::load(&format!("{id}-fixed")).expect("a gallery protocol loads");
        for seed in [1, 2] {
            let (summary, found) = search(&protocol, &options(seed, 60_000));
            assert_eq!(found.findings, Vec::new(), "{id}-fixed at seed {seed}");
            assert_eq!(found.defects, Vec::<String>::new(), "{id}-fixed at seed {seed}");
            assert!(summary.calls >= 60_000);
        }
    }
}
