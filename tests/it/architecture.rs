//! The map is true: every module that exists is in it, and every module in it exists.

use std::{collections::BTreeSet, fs, path::Path};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Modules directly under `src/`, as the map names them.
fn modules() -> BTreeSet<String> {
    let entries = fs::read_dir(root().join("src")).expect("src is there");
    entries
        .map(|entry| {
            let entry = entry.expect("readable");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            if entry.path().is_dir() { format!("{name}/") } else { name }
        })
        .filter(|name| name != "lib.rs")
        .collect()
}

#[test]
fn the_map_names_every_module_and_no_other() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the map is there");
    let floors =
        map.split("## Floors").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a section on floors");
    let named: BTreeSet<String> = floors
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| floor"))
        .flat_map(|line| line.split('|').nth(2).unwrap_or_default().split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect();
    assert_eq!(named, modules());
}

#[test]
fn only_the_engine_names_revm() {
    fn check(folder: &Path) {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                if !path.ends_with("evm") {
                    check(&path);
                }
            } else {
                let text = fs::read_to_string(&path).expect("a source in UTF-8");
                assert!(!text.contains("revm::"), "{} names revm", path.display());
            }
        }
    }
    check(&root().join("src"));
}

#[test]
fn every_folder_in_the_map_exists() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the map is there");
    let table = map.split("## Where things are").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a table");
    let paths = table.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('`').nth(1));
    let mut seen = 0;
    for path in paths {
        assert!(root().join(path).exists(), "{path} is in the map and not in the project");
        seen += 1;
    }
    assert!(seen >= 8, "the table of folders was read");
}
