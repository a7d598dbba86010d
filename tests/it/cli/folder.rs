//! The run folder as the next run, another process and a killed one find it.

use super::{home, refuses, say};
use serde_json::Value;
use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

const RUN: [&str; 7] = ["run", "--protocol", "vault-fixed", "--calls", "500", "--progress", "none"];

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("the file is there")).expect("it is JSON")
}

/// A long run that has begun.
fn begin(home: &Path) -> Child {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("heist"));
    command.args(["run", "--protocol", "vault-fixed", "--time", "10m", "--threads", "1", "--progress", "none"]);
    command.current_dir(home).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    let log = home.join("heist-out/events.jsonl");
    let deadline = Instant::now() + Duration::from_mins(1);
    while fs::read_to_string(&log).unwrap_or_default().lines().count() < 3 {
        if Instant::now() > deadline || child.try_wait().expect("it can be asked").is_some() {
            child.kill().expect("it can be killed");
            panic!("the run does not begin: {:?}", child.wait_with_output());
        }
        thread::sleep(Duration::from_millis(20));
    }
    child
}

#[test]
fn a_run_leaves_a_whole_folder_and_the_next_one_rotates_it() {
    let home = home();
    let path = home.path().join("heist-out");
    let (code, stdout, stderr) = say(home.path(), &[&RUN[..], &["--seed", "3"]].concat());
    assert!(stderr.contains("seed 3"), "{stderr}");
    assert!(stdout.contains("vault-fixed"), "{stdout}");
    let summary = read(&path.join("summary.json"));
    assert_eq!(summary["exit_code"], code);
    for key in ["format", "tool", "version", "seed", "threads", "calls", "cases", "elapsed_seconds", "calls_per_second"]
    {
        assert!(!summary[key].is_null(), "{key}");
    }
    for key in ["protocols", "invariants", "scenarios", "findings"] {
        assert!(summary[key].is_array(), "{key}");
    }
    let events = fs::read_to_string(path.join("events.jsonl")).expect("events are there");
    let events: Vec<Value> = events.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    assert_eq!(events.first().expect("events")["event"], "started");
    assert_eq!(events.last().expect("events")["event"], "ended");
    let kept = events.iter().filter(|event| event["event"] == "kept").count();
    let corpus = fs::read_dir(path.join("corpus/vault-fixed")).expect("the corpus is there").count();
    assert_eq!(kept, corpus);
    say(home.path(), &[&RUN[..], &["--seed", "4"]].concat());
    assert_eq!(read(&path.join("run.json"))["seed"], 4);
    assert_eq!(read(&home.path().join("heist-out.old/run.json"))["seed"], 3);
}

#[test]
fn events_on_stdout_are_those_of_the_log() {
    let home = home();
    let (_, stdout, _) = say(home.path(), &[&RUN[..], &["--format", "jsonl", "-q"]].concat());
    assert_eq!(stdout, fs::read_to_string(home.path().join("heist-out/events.jsonl")).expect("events are there"));
}

#[test]
fn quiet_says_nothing_on_stderr() {
    let home = home();
    let (_, stdout, stderr) = say(home.path(), &[&RUN[..], &["-q"]].concat());
    assert_eq!(stderr, "");
    assert!(!stdout.is_empty());
}

#[test]
fn what_is_not_a_run_folder_is_left_alone() {
    let home = home();
    fs::create_dir(home.path().join("thesis")).expect("writable");
    fs::write(home.path().join("thesis/chapter.txt"), "text").expect("writable");
    refuses(home.path(), &[&RUN[..], &["--out", "thesis"]].concat(), &["not a run folder", "--out"]);
    refuses(home.path(), &[&RUN[..], &["--out", "thesis/chapter.txt"]].concat(), &["not a run folder"]);
    assert_eq!(fs::read_to_string(home.path().join("thesis/chapter.txt")).expect("still there"), "text");
}

#[test]
fn a_folder_that_another_process_writes_to_is_refused() {
    let home = home();
    say(home.path(), &RUN);
    let lock = File::options().write(true).open(home.path().join("heist-out/heist.lock")).expect("the lock is there");
    lock.lock().expect("nobody holds it");
    refuses(home.path(), &RUN, &["another heist", "--out"]);
    drop(lock);
    assert_ne!(say(home.path(), &RUN).0, 2);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_in_order() {
    let home = home();
    let child = begin(home.path());
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill runs").success());
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    let summary = read(&home.path().join("heist-out/summary.json"));
    assert_eq!((&summary["interrupted"], &summary["exit_code"]), (&true.into(), &130.into()));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Interrupted"));
}

#[test]
fn a_killed_run_is_rotated_without_repair() {
    let home = home();
    let mut child = begin(home.path());
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(!home.path().join("heist-out/summary.json").exists());
    assert_ne!(say(home.path(), &RUN).0, 2);
    assert!(home.path().join("heist-out/summary.json").exists());
    assert!(home.path().join("heist-out.old/events.jsonl").exists());
}

#[test]
fn a_reader_of_events_that_goes_away_ends_the_run() {
    let home = home();
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("heist"));
    command.args(["run", "--protocol", "vault-fixed", "--time", "10m", "--format", "jsonl", "--progress", "none"]);
    command.current_dir(home.path()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("starts");
    drop(child.stdout.take());
    let code = child.wait().expect("ends").code();
    assert!(matches!(code, Some(130 | 1)), "{code:?}");
    assert!(home.path().join("heist-out/summary.json").exists());
}
