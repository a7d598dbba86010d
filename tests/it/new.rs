//! `heist new`: what it writes works, and nothing that was there is lost.

use crate::{
    cli::{home, refuses, say},
    support::files,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A copy of a project of the gallery.
fn project(home: &Path) -> PathBuf {
    for (path, bytes) in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/token-fixed")) {
        let path = home.join("token").join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    home.join("token")
}

#[test]
fn a_new_invariant_is_appended_and_holds() {
    let home = home();
    let config = project(home.path()).join("heist.toml");
    let before = fs::read_to_string(&config).expect("a file");
    let (code, stdout, stderr) = say(home.path(), &["new", "invariant", "PURSE-1", "token"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("heist run token --invariant PURSE-1"), "{stdout}");
    let after = fs::read_to_string(&config).expect("a file");
    assert!(after.starts_with(&before) && after.contains("id = \"PURSE-1\""), "{after}");
    let place = format!("heist.toml:{}:", before.lines().count() + 2);
    assert!(stdout.contains(&place), "{stdout}");
    assert_eq!(after.lines().nth(before.lines().count() + 1), Some("[[invariant]]"));
    let run = ["run", "token", "--invariant", "PURSE-1", "--calls", "1000", "--progress", "none"];
    let (code, stdout, stderr) = say(home.path(), &run);
    assert!(code == 0 && stdout.contains("1 invariant"), "{stdout}{stderr}");
    let (code, stdout, _) = say(home.path(), &["explain", "PURSE-1", "token"]);
    assert!(code == 0 && stdout.contains("balance(gold) >= 0"), "{stdout}");
}

#[test]
fn an_id_that_is_taken_or_none_changes_nothing() {
    let home = home();
    let config = project(home.path()).join("heist.toml");
    let before = fs::read(&config).expect("a file");
    for (id, words) in [
        ("TOKEN-TRANSFER-NEUTRAL", "exists already, on line"),
        ("SUPPLY-001", "is an invariant of a pack"),
        ("two words", "an id is made of"),
        ("quoted\"", "heist.toml"),
    ] {
        refuses(home.path(), &["new", "invariant", id, "token"], &[words]);
        assert_eq!(fs::read(&config).expect("a file"), before);
    }
    refuses(home.path(), &["new", "invariant", "X", "nowhere"], &["no file or folder"]);
    refuses(home.path(), &["new", "invariant", "X"], &["heist.toml"]);
}
