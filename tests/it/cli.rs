//! The binary as people and scripts use it: help, exit codes, messages, streams.

mod folder;
mod replay;

use assert_cmd::Command;
use std::{fs, path::Path};
use tempfile::TempDir;

/// The binary in a folder of its own, without what the developer's environment says.
pub(crate) fn heist(home: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("heist"));
    command.current_dir(home);
    for name in ["CALLS", "TIME", "SEED", "THREADS", "OUT", "PROFILE", "FORMAT", "PROGRESS", "COLOR"] {
        command.env_remove(format!("HEIST_{name}"));
    }
    // Whether the developer has forge must not matter, nor may it touch fixtures.
    command.env("HEIST_BUILD", "never");
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    command
}

pub(crate) fn home() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Exit code, stdout and stderr of a command line.
pub(crate) fn say(home: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = heist(home).args(arguments).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
    (output.status.code().expect("no signal ends it"), text(output.stdout), text(output.stderr))
}

/// A refusal: exit code 2, nothing on stdout, an error with each of `words`.
pub(crate) fn refuses(home: &Path, arguments: &[&str], words: &[&str]) {
    let (code, stdout, stderr) = say(home, arguments);
    assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
    assert!(stderr.starts_with("error: "), "{arguments:?}: {stderr}");
    for word in words {
        assert!(stderr.contains(word), "{arguments:?} does not say `{word}`: {stderr}");
    }
    assert!(!stderr.chars().any(|each| each.is_control() && each != '\n'), "{stderr:?}");
}

#[test]
fn help_and_version_are_results() {
    let home = home();
    let (code, stdout, stderr) = say(home.path(), &["--help"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("Exit codes:"), "{stdout}");
    for command in ["run", "replay", "export", "findings", "corpus", "list", "new", "explain", "completions"] {
        let (code, text, _) = say(home.path(), &[command, "--help"]);
        assert_eq!(code, 0);
        assert!(text.contains("Examples:") && stdout.contains(command), "{text}");
    }
    let (code, stdout, _) = say(home.path(), &["--version"]);
    assert_eq!((code, stdout.trim()), (0, concat!("heist ", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn what_is_not_understood_is_refused_on_stderr() {
    let home = home();
    let (code, stdout, stderr) = say(home.path(), &[]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("Usage:"));
    refuses(home.path(), &["rnu"], &["unrecognized subcommand"]);
    refuses(home.path(), &["run", "--sead", "1"], &["--seed"]);
    for value in ["0", "-5", "many", "1.5", "1e99"] {
        refuses(home.path(), &["run", &format!("--calls={value}")], &["1_000_000"]);
    }
    refuses(home.path(), &["run", "--time", "90"], &["90s"]);
    refuses(home.path(), &["run", "--seed", "x"], &["whole number"]);
    refuses(home.path(), &["run", "--threads", "0"], &["1..=1024"]);
    refuses(home.path(), &["run", "--profile", "fast"], &["default", "ci", "deep"]);
    refuses(home.path(), &["list"], &["<WHAT>"]);
    refuses(home.path(), &["list", "bugs"], &["protocols", "invariants", "scenarios"]);
    refuses(home.path(), &["run", "-q", "-v"], &["cannot be used"]);
    assert_eq!(fs::read_dir(home.path()).expect("readable").count(), 0, "a refusal leaves nothing behind");
}

#[test]
fn the_environment_is_read_and_flags_win() {
    let home = home();
    let output = heist(home.path()).args(["run"]).env("HEIST_CALLS", "lots").output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    let run = |flags: &[&str]| {
        let mut command = heist(home.path());
        command.args(["run", "--protocol", "vault-fixed", "--progress", "none"]).args(flags);
        command.env("HEIST_CALLS", "600").env("HEIST_SEED", "5").env("HEIST_OUT", "env-out");
        command.output().expect("runs");
    };
    let read = |folder: &str| -> serde_json::Value {
        let bytes = fs::read(home.path().join(folder).join("run.json")).expect("run.json is there");
        serde_json::from_slice(&bytes).expect("it is JSON")
    };
    run(&[]);
    assert_eq!((&read("env-out")["seed"], &read("env-out")["calls"]), (&5.into(), &600.into()));
    run(&["--seed", "7", "--out", "flag-out", "--calls", "5e2"]);
    assert_eq!((&read("flag-out")["seed"], &read("flag-out")["calls"]), (&7.into(), &500.into()));
    assert_eq!(read("flag-out")["protocols"][0]["origin"]["bundled"], "vault-fixed");
}

#[test]
fn completions_are_written_for_each_shell() {
    let home = home();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, stdout, _) = say(home.path(), &["completions", shell]);
        assert_eq!(code, 0);
        assert!(stdout.contains("heist") && stdout.contains("replay"), "{shell}");
    }
    refuses(home.path(), &["completions", "csh"], &["bash"]);
}

#[test]
fn paths_without_a_project_are_refused_with_what_to_do() {
    let home = home();
    let path = home.path();
    refuses(path, &["run", "nowhere"], &["no file or folder `nowhere`"]);
    refuses(path, &["run", "vault"], &["--protocol vault"]);
    fs::create_dir(path.join("empty")).expect("writable");
    refuses(path, &["run", "empty"], &["no heist.toml", "docs/configuration.md"]);
    for (file, tool) in [("hardhat.config.ts", "Hardhat"), ("hardhat.config.js", "Hardhat")] {
        let folder = path.join(format!("with-{file}"));
        fs::create_dir(&folder).expect("writable");
        fs::write(folder.join(file), "").expect("writable");
        refuses(path, &["run", &format!("with-{file}")], &[tool, "heist.toml", "artifacts = "]);
        refuses(&folder, &["run"], &[tool]);
        refuses(&folder, &["list", "protocols"], &[tool]);
    }
    fs::write(path.join("empty/heist.toml"), "[protocol]\nid = 7\n").expect("writable");
    refuses(path, &["run", "empty"], &["heist.toml:2"]);
    refuses(path, &["run", "empty/heist.toml"], &["heist.toml:2"]);
    // The folder above is a workspace now.
    refuses(path, &["run", "."], &["heist.toml:2"]);
    assert!(!path.join("heist-out").exists());
}

/// Copies an example project to `to`.
pub(super) fn copy_example(id: &str, to: &Path) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts").join(id);
    fs::create_dir_all(to.join("artifacts")).expect("writable");
    fs::copy(example.join("heist.toml"), to.join("heist.toml")).expect("the example is there");
    for entry in fs::read_dir(example.join("artifacts")).expect("the artifacts are there") {
        let file = entry.expect("readable").path();
        let name = file.file_name().expect("a file has a name");
        fs::copy(&file, to.join("artifacts").join(name)).expect("writable");
    }
}

#[test]
fn a_folder_of_projects_runs_all_of_them_or_those_that_are_named() {
    let home = home();
    copy_example("vault-fixed", &home.path().join("all/one"));
    copy_example("amm", &home.path().join("all/two"));
    let run = ["run", "all", "--calls", "300", "--progress", "none", "--seed", "1"];
    let protocols = || {
        let bytes = fs::read(home.path().join("heist-out/run.json")).expect("run.json is there");
        let run: serde_json::Value = serde_json::from_slice(&bytes).expect("it is JSON");
        run["protocols"].as_array().expect("an array").clone()
    };
    say(home.path(), &run);
    assert_eq!(protocols().len(), 2);
    say(home.path(), &[&run[..], &["--protocol", "am*"]].concat());
    assert_eq!(protocols().len(), 1);
    assert!(protocols()[0]["origin"]["folder"].as_str().is_some_and(|folder| folder.ends_with("two")));
    refuses(home.path(), &[&run[..], &["--protocol", "anm"]].concat(), &["did you mean `amm`"]);
    copy_example("amm", &home.path().join("all/three"));
    refuses(home.path(), &run, &["two protocols are called `amm`"]);
}

#[test]
fn names_that_mean_nothing_are_refused_with_the_nearest() {
    let home = home();
    refuses(home.path(), &["run", "--protocol", "valut"], &["no protocol `valut`", "did you mean `vault`"]);
    refuses(home.path(), &["run", "--protocol", "zzzzzzzz*"], &["heist list protocols"]);
    let few = ["run", "--protocol", "vault-fixed"];
    refuses(home.path(), &[&few[..], &["--scenario", "flash-laon"]].concat(), &["flash-loan"]);
    refuses(home.path(), &[&few[..], &["--invariant", "NONE-OF-THEM"]].concat(), &["no invariant"]);
    refuses(home.path(), &["explain", "governence"], &["governance"]);
    refuses(home.path(), &["explain", "\u{1b}[2J"], &["\\u{1b}"]);
    assert!(!home.path().join("heist-out").exists());
}

#[test]
fn tags_are_listed_and_select_what_is_judged() {
    let home = home();
    let (code, text, _) = say(home.path(), &["list", "invariants"]);
    assert!(code == 0 && text.contains("tags") && text.contains("solvency"), "{text}");
    let (_, json, _) = say(home.path(), &["list", "invariants", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let supply = rows.as_array().expect("a list").iter().find(|row| row["id"] == "SUPPLY-001").expect("a pack's");
    assert_eq!(supply["tags"], serde_json::json!(["supply"]));
    let arguments =
        ["run", "--protocol", "token-fixed", "--invariant", "tag:sup*", "--calls", "2000", "--progress", "none"];
    let (code, stdout, stderr) = say(home.path(), &arguments);
    assert_eq!(code, 0, "{stdout}{stderr}");
    let summary = fs::read(home.path().join("heist-out/summary.json")).expect("a summary");
    let summary: serde_json::Value = serde_json::from_slice(&summary).expect("JSON");
    let ids: Vec<_> = summary["invariants"].as_array().expect("a list").iter().map(|each| &each["id"]).collect();
    assert_eq!(ids, ["SUPPLY-001", "SUPPLY-002", "SUPPLY-003", "SUPPLY-004"]);
    refuses(home.path(), &["run", "--invariant", "tag:suply"], &["did you mean `tag:supply`"]);
}

#[test]
fn lists_are_tables_and_json() {
    let home = home();
    let (code, stdout, stderr) = say(home.path(), &["list", "protocols"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("vault-fixed"), "{stdout}");
    for what in ["protocols", "invariants", "scenarios"] {
        let (code, stdout, _) = say(home.path(), &["list", what, "--format", "json"]);
        let value: serde_json::Value = serde_json::from_str(&stdout).expect("it is JSON");
        assert!(code == 0 && value.is_array(), "{what}");
        let ids = value.as_array().expect("an array").iter().all(|each| each["id"].is_string());
        assert!(ids, "{what}: {stdout}");
    }
}

#[test]
fn explanations_are_plain_unless_colour_is_asked_for() {
    let home = home();
    let (code, plain, _) = say(home.path(), &["explain", "flash-loan"]);
    assert_eq!(code, 0);
    assert!(plain.contains("severity") && !plain.contains('\u{1b}'), "{plain}");
    let (_, colored, _) = say(home.path(), &["explain", "FLASH-LOAN", "--color", "always"]);
    assert!(colored.contains("\u{1b}["), "{colored}");
    let output =
        heist(home.path()).args(["explain", "flash-loan"]).env("HEIST_COLOR", "always").output().expect("runs");
    assert!(output.stdout.contains(&0x1b));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = home();
    for arguments in [["list", "protocols"], ["completions", "bash"], ["explain", "flash-loan"]] {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("heist"));
        command.args(arguments).current_dir(home.path());
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.spawn().expect("starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("ends");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
