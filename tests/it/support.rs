//! What several areas need.

use heist::{
    campaign::{self, Event, Features, Finding, Options, Progress, Sink, Summary},
    invariant::Mode,
    protocol::Protocol,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Findings and defects of a campaign.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    pub(crate) findings: Vec<Finding>,
    pub(crate) defects: Vec<String>,
}

impl Sink for Collector {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Finding(finding) => self.findings.push((**finding).clone()),
            Event::Enlarged(finding) => {
                let known = self.findings.iter_mut().find(|known| known.id == finding.id);
                *known.expect("it was found before") = (**finding).clone();
            }
            Event::Defect { message, .. } => self.defects.push(message.clone()),
            _ => {}
        }
        Ok(())
    }
}

/// A finding of the bundled token that nobody ever found.
pub(crate) fn finding() -> Value {
    json!({
        "format": 1,
        "id": "token-supply-003-00000000",
        "rule": "SUPPLY-003",
        "kind": "invariant",
        "protocol": "token",
        "title": "A title",
        "severity": "high",
        "contracts": ["gold"],
        "predicate": "true",
        "evidence": "none",
        "scenario": null,
        "steps": [{
            "step": "call",
            "from": "alice",
            "contract": "gold",
            "function": "transfer(address,uint256)",
            "arguments": ["bob", "1"],
            "calldata": "0x"
        }],
        "original_steps": 3,
        "profit": null,
        "seed": 1,
        "case": 2,
        "version": "0.1.0",
        "protocol_hash": "0x00",
        "code_hashes": {}
    })
}

/// Options of a campaign over everything.
pub(crate) fn options(seed: u64, calls: u64) -> Options {
    Options {
        seed,
        calls: Some(calls),
        time: None,
        threads: 2,
        scenarios: Vec::new(),
        invariants: Vec::new(),
        features: Features::all(),
        memory: campaign::DEFAULT_MEMORY,
        mode: Mode::Incremental,
    }
}

/// Runs a campaign over one protocol.
pub(crate) fn search(protocol: &Protocol, options: &Options) -> (Summary, Collector) {
    let mut collector = Collector::default();
    let protocols = std::slice::from_ref(protocol);
    let summary = campaign::run(protocols, options, &mut collector, &Progress::default()).expect("the campaign runs");
    (summary, collector)
}

/// Every file below `folder`, by path.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() {
                walk(root, &path, files);
            } else {
                let name = path.strip_prefix(root).expect("walked from the root").to_owned();
                files.insert(name, fs::read(&path).expect("the file is readable"));
            }
        }
    }
    let mut found = BTreeMap::new();
    if folder.is_dir() {
        walk(folder, folder, &mut found);
    }
    found
}
