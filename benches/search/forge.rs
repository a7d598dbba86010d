//! forge over the same maze: one invariant that never fails, so that it keeps going, and a file to which each run appends the
//! flags of the contract, for every run starts from the base state.

use crate::{
    maze::{Actor, LONGEST_WAIT, START},
    project::{Project, benches, run, start, write},
};
use alloy_primitives::U256;
use serde_json::Value;
use std::{fs, path::PathBuf, process::Command};

/// How forge draws sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Mode {
    /// Afresh each time, its default.
    Plain,
    /// Guided by edges, with a corpus (`corpus_dir`).
    Guided,
}

/// What a run of forge is asked to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    pub(crate) mode: Mode,
    pub(crate) calls: u64,
    /// Calls of one of its runs.
    pub(crate) depth: u64,
    /// How long Heist took.
    pub(crate) seconds: f64,
}

/// Targets that forge reached.
#[derive(Debug, Clone)]
pub(crate) struct Forged {
    pub(crate) mode: Mode,
    pub(crate) calls: u64,
    pub(crate) seconds: f64,
    /// With as many calls as Heist.
    pub(crate) equal_calls: usize,
    /// With as many seconds as Heist.
    pub(crate) equal_seconds: usize,
}

/// The flags after each run, with the seconds since the start.
type Runs = Vec<(f64, U256)>;

impl Mode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Guided => "guided",
        }
    }
}

/// Runs forge with as many calls as Heist; where that took less time, once more with as much time.
pub(crate) fn search(project: &Project, job: Job) -> Result<Forged, String> {
    let (calls, runs) = test(project, job, None)?;
    let seconds = runs.last().map_or(0.0, |(seconds, _)| *seconds);
    let timed = if seconds < job.seconds { test(project, job, Some(job.seconds))?.1 } else { runs.clone() };
    let targets = project.maze.targets.len();
    Ok(Forged {
        mode: job.mode,
        calls,
        seconds,
        equal_calls: union(&runs, f64::INFINITY, targets),
        equal_seconds: union(&timed, job.seconds, targets),
    })
}

/// Distinct targets of the runs that ended in time.
fn union(runs: &Runs, seconds: f64, targets: usize) -> usize {
    let all = runs.iter().filter(|(end, _)| *end <= seconds).fold(U256::ZERO, |all, (_, reached)| all | *reached);
    (0..targets).filter(|target| all.bit(*target)).count()
}

/// One `forge test`: the calls that it made and what its runs reached.
fn test(project: &Project, job: Job, limit: Option<f64>) -> Result<(u64, Runs), String> {
    let folder = prepare(project, job, limit)?;
    let mut command = Command::new(binary()?);
    command.current_dir(&folder).args(["test", "--threads", "1", "--json", "--fuzz-seed"]);
    let printed = run(command.arg(project.seed.to_string()))?;
    let calls =
        calls(&printed).ok_or_else(|| format!("forge printed no result of one invariant:\n{}", start(&printed)))?;
    let text = fs::read_to_string(folder.join("reached.txt")).map_err(|error| format!("no flags by forge: {error}"))?;
    let mut lines = text.lines().filter_map(line);
    let (_, start) = lines.next().ok_or("forge wrote no start")?;
    let runs = lines.map(|(reached, time)| (time.saturating_sub(start) as f64 / 1_000.0, reached)).collect();
    Ok((calls, runs))
}

/// `FLAGS MILLISECONDS`.
fn line(line: &str) -> Option<(U256, u64)> {
    let (flags, time) = line.split_once(' ')?;
    Some((U256::from_str_radix(flags, 10).ok()?, time.parse().ok()?))
}

/// The calls of the suite's only test, if it passed. Beside the results there may be lines of metrics.
fn calls(printed: &str) -> Option<u64> {
    let results = printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let suite = results.flat_map(suites).find(|suite| suite["test_results"].is_object())?;
    let test = suite["test_results"].as_object()?.values().next()?;
    (test["status"] == "Success").then(|| test["kind"]["Invariant"]["calls"].as_u64())?
}

fn suites(results: Value) -> Vec<Value> {
    match results {
        Value::Object(suites) => suites.into_iter().map(|(_, suite)| suite).collect(),
        _ => Vec::new(),
    }
}

/// forge's binary: `FORGE`, or that of the npm package for this platform.
fn binary() -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("FORGE") {
        return Ok(path.into());
    }
    let packages = fs::read_dir(benches().join("peers/node_modules/@foundry-rs"));
    let binaries = packages.into_iter().flatten().flatten().map(|package| package.path().join("bin/forge"));
    binaries.into_iter().find(|path| path.exists()).ok_or_else(|| {
        "npm has no forge for this platform in benches/peers; set FORGE to one, or pass --no-forge".to_owned()
    })
}

fn prepare(project: &Project, job: Job, limit: Option<f64>) -> Result<PathBuf, String> {
    let timed = if limit.is_some() { "-timed" } else { "" };
    let folder = project.folder.join(format!("forge-{}{timed}", job.mode.name()));
    // What an earlier run left would be read or replayed again.
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("cannot empty {}: {error}", folder.display()))?;
    }
    write(&folder.join("src/Maze.sol"), &project.maze.source)?;
    write(&folder.join("test/Maze.t.sol"), &suite(project))?;
    write(&folder.join("foundry.toml"), &configuration(job, limit))?;
    Ok(folder)
}

fn configuration(job: Job, limit: Option<f64>) -> String {
    let solc = benches().join("peers/solc.mjs");
    let runs = match limit {
        None => (job.calls / job.depth).max(1),
        Some(_) => u64::from(u32::MAX),
    };
    let timeout = limit.map_or_else(String::new, |limit| format!("timeout = {}\n", limit.ceil().max(1.0)));
    let corpus = if job.mode == Mode::Guided { "corpus_dir = \"corpus\"\n" } else { "" };
    // Time passes for forge between calls as it does for Heist.
    format!(
        "[profile.default]\nsrc = \"src\"\ntest = \"test\"\nlibs = []\nsolc = \"{}\"\noffline = true\n\
         optimizer = true\noptimizer_runs = 200\nevm_version = \"cancun\"\nbytecode_hash = \"none\"\n\
         fs_permissions = [{{ access = \"read-write\", path = \"./\" }}]\n\n\
         [invariant]\nruns = {runs}\ndepth = {}\nfail_on_revert = false\nshow_metrics = false\n\
         max_time_delay = {LONGEST_WAIT}\nmax_block_delay = {}\n{timeout}{corpus}",
        solc.display(),
        job.depth,
        LONGEST_WAIT / crate::maze::BLOCK_TIME,
    )
}

/// The suite. Decoys would fail the test.
fn suite(project: &Project) -> String {
    let account = |actor: &Actor| format!("address(0x{:x})", actor.word());
    let arguments: Vec<_> = project.maze.constructor.iter().map(account).collect();
    let senders: Vec<_> = Actor::ALL.iter().map(account).collect();
    SUITE
        .replace("$START", &START.to_string())
        .replace("$ARGUMENTS", &arguments.join(", "))
        .replace("$SENDERS", &senders.join(", "))
}

const SUITE: &str = r#"// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Maze} from "../src/Maze.sol";

interface Vm {
    function warp(uint256 timestamp) external;
    function unixTime() external view returns (uint256 milliseconds);
    function toString(uint256 value) external pure returns (string memory);
    function writeLine(string calldata path, string calldata line) external;
}

contract MazeTest {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    Maze private maze;

    function setUp() external {
        VM.warp($START);
        maze = new Maze($ARGUMENTS);
        note(0);
    }

    function invariant_nothing() external view {}

    function afterInvariant() external {
        require(maze.decoys() == 0, "a decoy was reached");
        note(maze.reached());
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(maze);
    }

    function targetSenders() external pure returns (address[] memory senders) {
        address[3] memory known = [$SENDERS];
        senders = new address[](3);
        for (uint256 index = 0; index < 3; index++) senders[index] = known[index];
    }

    function note(uint256 flags) private {
        VM.writeLine("reached.txt", string.concat(VM.toString(flags), " ", VM.toString(VM.unixTime())));
    }
}
"#;
