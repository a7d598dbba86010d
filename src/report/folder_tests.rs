use super::{Folder, FolderError, LOCK, safe};
use crate::report::fixtures;
use std::{fs, path::Path};

fn begin(path: &Path, seed: u64) -> Folder {
    let folder = Folder::open(path).unwrap();
    folder.write_run(&fixtures::run_record(seed)).unwrap();
    folder
}

fn seed(path: &Path) -> u64 {
    super::read_run(path).unwrap().seed
}

#[test]
fn the_previous_run_is_kept_as_old_and_the_one_before_goes() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("heist-out");
    let old = home.path().join("heist-out.old");
    for number in 1..=3 {
        drop(begin(&path, number));
    }
    assert_eq!((seed(&path), seed(&old)), (3, 2));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
}

#[test]
fn a_second_instance_is_refused_and_disturbs_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("out");
    let first = begin(&path, 1);
    assert!(matches!(Folder::open(&path), Err(FolderError::Locked { .. })));
    assert_eq!(seed(&path), 1);
    drop(first);
    drop(begin(&path, 2));
    assert_eq!(seed(&path), 2);
}

#[test]
fn a_folder_with_something_else_in_it_is_never_moved() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("out");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("thesis.txt"), "years of work").unwrap();
    fs::write(path.join("run.json"), "{\"tool\": \"another\"}").unwrap();
    assert!(matches!(Folder::open(&path), Err(FolderError::Foreign { .. })));
    assert!(path.join("thesis.txt").exists());
    let file = home.path().join("file");
    fs::write(&file, "text").unwrap();
    assert!(matches!(Folder::open(&file), Err(FolderError::Foreign { .. })));
}

#[test]
fn a_foreign_folder_in_the_place_of_the_old_run_is_never_removed() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("out");
    drop(begin(&path, 1));
    fs::create_dir(home.path().join("out.old")).unwrap();
    fs::write(home.path().join("out.old/precious"), "x").unwrap();
    assert!(matches!(Folder::open(&path), Err(FolderError::Foreign { .. })));
    assert_eq!(seed(&path), 1);
    assert!(home.path().join("out.old/precious").exists());
}

#[test]
fn a_run_that_was_killed_at_any_time_is_no_obstacle() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("out");
    // Killed between making the folder and its lock.
    fs::create_dir(&path).unwrap();
    drop(begin(&path, 1));
    // Killed before `run.json`: the older run stays in `.old`.
    drop(begin(&path, 2));
    fs::remove_file(path.join("run.json")).unwrap();
    drop(begin(&path, 3));
    assert_eq!((seed(&path), seed(&home.path().join("out.old"))), (3, 1));
    // Killed while a file was written.
    fs::write(path.join("findings/.x.json.tmp"), "{\"for").unwrap();
    // Killed while the old run was being removed.
    fs::remove_file(home.path().join("out.old/run.json")).unwrap();
    drop(begin(&path, 4));
    assert_eq!((seed(&path), seed(&home.path().join("out.old"))), (4, 3));
    // A copy without the lock, as a CI cache may restore it.
    fs::remove_file(path.join(LOCK)).unwrap();
    drop(begin(&path, 5));
    assert_eq!((seed(&path), seed(&home.path().join("out.old"))), (5, 4));
}

#[test]
fn the_first_finding_of_an_id_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let mut folder = begin(&home.path().join("out"), 1);
    let mut finding = fixtures::invariant_finding();
    assert!(folder.write_finding(&finding).unwrap());
    let file = folder.path().join(super::finding_file(&finding.id));
    let before = fs::read(&file).unwrap();
    finding.case += 1;
    assert!(!folder.write_finding(&finding).unwrap());
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn corpus_entries_lie_under_their_protocol() {
    let home = tempfile::tempdir().unwrap();
    let folder = begin(&home.path().join("out"), 1);
    let steps = fixtures::invariant_finding().steps;
    folder.write_entry("pool/spot", "00a1.json", &steps).unwrap();
    let text = fs::read_to_string(folder.path().join("corpus/pool-spot/00a1.json")).unwrap();
    assert!(text.contains("\"protocol\": \"pool/spot\""), "{text}");
}

#[test]
fn no_name_leaves_its_folder() {
    assert_eq!(safe("pool/spot-price"), "pool-spot-price");
    for name in ["../../etc/passwd", "..", "", "a\0b", "C:\\x", "\u{1b}[2J", &"long".repeat(100)] {
        let safe = safe(name);
        assert!(safe.len() < 130 && !safe.starts_with('.') && !safe.is_empty(), "{safe}");
        assert!(safe.chars().all(|each| each.is_ascii_alphanumeric() || "-_.+".contains(each)), "{safe}");
    }
    assert_ne!(safe("a b"), safe("a\tb"));
}
