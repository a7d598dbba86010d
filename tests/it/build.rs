//! `heist run` on projects that are not built. A stand-in for forge says what it was asked; `.ci/conformance` has the real one.
#![cfg(unix)]

use crate::{cli::heist, support::files};
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A project that is built when its `forge` is asked to, and what that forge says of its configuration.
struct Scene {
    home: TempDir,
}

impl Scene {
    fn new(config: &str) -> Self {
        let scene = Self { home: crate::cli::home() };
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/foundry/features");
        for (path, bytes) in files(&data) {
            let to = if path.starts_with("out") { scene.path("built") } else { scene.path("project") }.join(path);
            fs::create_dir_all(to.parent().expect("it has a folder")).expect("a folder");
            fs::write(to, bytes).expect("a file");
        }
        fs::write(scene.path("config.json"), config).expect("a file");
        scene.forge("bin", "cp -r \"$HOME_OF_TEST/built/out\" \"$3/\"");
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Puts a forge into a folder; `build` is what it does when asked to.
    fn forge(&self, folder: &str, build: &str) {
        let script = format!(
            "#!/bin/sh\necho \"$PWD $*\" >> \"$HOME_OF_TEST/asked\"\nif [ \"$1\" = config ]; then cat \"$HOME_OF_TEST/config.json\"; exit; fi\n{build}\n"
        );
        let path = self.path(folder).join("forge");
        fs::create_dir_all(self.path(folder)).expect("a folder");
        fs::write(&path, script).expect("a file");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }

    /// Exit code and stderr of a run with this PATH, and what forge was asked since the last one.
    fn run(&self, path: &str, options: &[&str]) -> (i32, String, String) {
        let _ = fs::remove_file(self.path("asked"));
        let project = self.path("project");
        let mut command = heist(self.home.path());
        command.env_remove("HEIST_BUILD").env("HOME_OF_TEST", self.home.path()).env("PATH", path);
        let budget = ["--protocol", "InlineNothingTest", "--calls", "500", "--seed", "1", "--progress", "none"];
        let output = command.arg("run").arg(project).args(budget).args(options).output().expect("it runs");
        let stderr = String::from_utf8(output.stderr).expect("a text");
        (output.status.code().expect("no signal"), stderr, fs::read_to_string(self.path("asked")).unwrap_or_default())
    }

    fn path_with(&self, folder: &str) -> String {
        format!("{}:/usr/bin:/bin", self.path(folder).display())
    }
}

#[test]
fn what_is_missing_or_old_is_built_and_what_is_not_is_left() {
    let scene = Scene::new("{}");
    let path = scene.path_with("bin");
    let (code, stderr, asked) = scene.run(&path, &[]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("it is not built: forge builds it"), "{stderr}");
    // From where no file of the project says what happens.
    let project = scene.path("project").canonicalize().expect("it is there");
    assert_eq!(asked, format!("/ config --root {0} --json\n/ build --root {0}\n", project.display()));
    let (code, stderr, asked) = scene.run(&path, &[]);
    assert_eq!((code, asked.as_str()), (0, ""), "{stderr}");

    let source = scene.path("project/src/Boxes.sol");
    let text = fs::read_to_string(&source).expect("it is there");
    fs::write(&source, text + "\n").expect("a file");
    let (_, stderr, asked) = scene.run(&path, &["--build", "never"]);
    assert!(
        asked.is_empty() && stderr.contains("`src/Boxes.sol` has changed") && stderr.contains("run `forge build`"),
        "{stderr}"
    );
    let (code, stderr, asked) = scene.run(&path, &[]);
    assert!(
        code == 0 && asked.contains("build") && stderr.contains("has changed since it was compiled: forge builds it"),
        "{stderr}"
    );
}

#[test]
fn a_project_that_names_programs_is_built_only_when_that_is_asked_for() {
    for (config, words) in [
        (r#"{"solc": "./evil"}"#, "names the compiler `./evil`"),
        (r#"{"vyper": {"path": "evil"}}"#, "names the compiler `evil`"),
        (r#"{"out": "/tmp/elsewhere"}"#, "writes `out` to `/tmp/elsewhere`"),
    ] {
        let scene = Scene::new(config);
        let path = scene.path_with("bin");
        let (code, stderr, asked) = scene.run(&path, &[]);
        assert!(!asked.contains("build"), "{asked}");
        assert!(code == 2 && stderr.contains(words) && stderr.contains("--build always"), "{stderr}");
        let (code, stderr, asked) = scene.run(&path, &["--build", "always"]);
        assert!(code == 0 && asked.contains("build") && !asked.contains("config"), "{stderr}");
    }
    let scene = Scene::new("{}");
    fs::create_dir_all(scene.path("elsewhere")).expect("a folder");
    std::os::unix::fs::symlink(scene.path("elsewhere"), scene.path("project/cache")).expect("a link");
    let (_, stderr, asked) = scene.run(&scene.path_with("bin"), &[]);
    assert!(!asked.contains("build") && stderr.contains("is a link"), "{stderr}");
}

#[test]
fn only_a_forge_that_is_the_users_is_run() {
    let scene = Scene::new("{}");
    scene.forge("project/tools", "exit 0");
    for path in [scene.path_with("project/tools"), "tools:.:/usr/bin:/bin".to_owned(), "/usr/bin:/bin".to_owned()] {
        let (code, stderr, asked) = scene.run(&path, &[]);
        assert_eq!((code, asked.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains("the project is not built") && stderr.contains("run `forge build`"), "{stderr}");
    }
    let (code, stderr, _) = scene.run("/usr/bin:/bin", &["--build", "always"]);
    assert!(code == 2 && stderr.contains("no forge on PATH"), "{stderr}");
}

#[test]
fn a_build_that_fails_ends_the_run_with_what_forge_said() {
    let scene = Scene::new("{}");
    scene.forge("bin", "printf 'Compiler run failed:\\033[31m no semicolon\\n' >&2; exit 1");
    let (code, stderr, _) = scene.run(&scene.path_with("bin"), &[]);
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains("Compiler run failed: no semicolon") && stderr.contains("--build never"), "{stderr}");
    assert!(!stderr.contains('\u{1b}') && !scene.path("heist-out").exists(), "{stderr:?}");
    // What a forge calls success is looked at all the same.
    scene.forge("bin", "exit 0");
    let (code, stderr, _) = scene.run(&scene.path_with("bin"), &[]);
    assert!(code == 2 && stderr.contains("the project is not built"), "{stderr}");
    fs::write(scene.path("config.json"), "not JSON").expect("a file");
    let (code, stderr, _) = scene.run(&scene.path_with("bin"), &[]);
    assert!(code == 3 && stderr.contains("is not JSON"), "{stderr}");
}

#[test]
fn a_build_that_takes_long_says_so() {
    let scene = Scene::new("{}");
    scene.forge("bin", "sleep 3; cp -r \"$HOME_OF_TEST/built/out\" \"$3/\"");
    let (code, stderr, _) = scene.run(&scene.path_with("bin"), &[]);
    assert!(code == 0 && stderr.contains("forge builds for 2 s"), "{stderr}");
}
