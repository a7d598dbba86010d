//! `forge build`, where a project is not built. forge is the user's own program, but a project's files must not make it run others:
//! what they name is looked at first, unless the user says that they may.

use super::{
    arguments::BuildMode,
    error::CliError,
    terminal::{complain, one_line},
};
use crate::protocol::{ProtocolError, SuiteProject};
use serde_json::Value;
use std::{
    env, fs, io,
    path::{Component, Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// Lines of forge's output that are repeated when it fails.
const MAX_LINES: usize = 40;
/// How long nothing is said, and how often something is then.
const SILENCE: Duration = Duration::from_secs(2);
const PERIOD: Duration = Duration::from_secs(10);
/// Variables by which the user, not the project, names a compiler.
const COMPILERS: [&str; 4] = ["FOUNDRY_SOLC", "FOUNDRY_SOLC_VERSION", "DAPP_SOLC", "DAPP_SOLC_VERSION"];

/// Builds a project that needs it, and says whether it did.
///
/// # Errors
///
/// When forge fails, or is asked for and not there.
pub(super) fn build(
    folder: &Path,
    opened: &Result<SuiteProject, ProtocolError>,
    mode: BuildMode,
) -> Result<bool, CliError> {
    let Some(why) = reason(opened, mode) else { return Ok(false) };
    let absolute = folder.canonicalize().map_err(|error| failed(folder, error.to_string()))?;
    let Some(forge) = find(&absolute) else {
        return if mode == BuildMode::Always {
            Err(CliError::NoForge { folder: folder.to_owned() })
        } else {
            Ok(false)
        };
    };
    let forge = Forge { program: forge, folder: absolute, is_trusted: mode == BuildMode::Always };
    if let Some(doubt) = forge.doubt().map_err(|why| failed(folder, why))? {
        let what = "`heist run --build always` or `forge build` builds it all the same";
        complain(&format!("heist: {}", one_line(&format!("{}: {why}, but {doubt}: {what}", folder.display()))));
        return Ok(false);
    }
    complain(&format!("heist: {}", one_line(&format!("{}: {why}: forge builds it", folder.display()))));
    forge.build().map_err(|why| failed(folder, why))?;
    Ok(true)
}

fn failed(folder: &Path, why: String) -> CliError {
    CliError::Build { folder: folder.to_owned(), why }
}

/// Why a project has to be built, in words.
fn reason(opened: &Result<SuiteProject, ProtocolError>, mode: BuildMode) -> Option<String> {
    match (mode, opened) {
        (BuildMode::Never, _) => None,
        (BuildMode::Always, _) => Some("asked for".to_owned()),
        (BuildMode::Auto, Ok(project)) => project.newer().map(str::to_owned),
        (BuildMode::Auto, Err(error)) => error.is_not_built().then(|| "it is not built".to_owned()),
    }
}

/// The forge of PATH. What lies in the project, or where the current folder decides, is not the user's.
pub(super) fn find(project: &Path) -> Option<PathBuf> {
    let name = format!("forge{}", env::consts::EXE_SUFFIX);
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH")?).filter(|folder| folder.is_absolute()).collect();
    let programs = folders.into_iter().map(|folder| folder.join(&name)).filter(|program| program.is_file());
    programs.filter_map(|program| program.canonicalize().ok()).find(|program| !program.starts_with(project))
}

/// A forge, and what it builds.
struct Forge {
    program: PathBuf,
    folder: PathBuf,
    /// Whether the user vouches for the project.
    is_trusted: bool,
}

impl Forge {
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(name).arg("--root").arg(&self.folder).stdin(Stdio::null());
        if self.is_trusted {
            command.current_dir(&self.folder);
        } else {
            // A `.env` of the current folder would set variables, and git would run what the project's own git configuration names.
            command.current_dir(self.folder.ancestors().last().unwrap_or(&self.folder));
            command.env("GIT_DIR", self.folder.join(".no-git-for-heist")).env("FOUNDRY_OFFLINE", "true");
        }
        command
    }

    /// What makes the project one that only its user should have built, in words.
    fn doubt(&self) -> Result<Option<String>, String> {
        if self.is_trusted {
            return Ok(None);
        }
        let output = self.command("config").arg("--json").output().map_err(|error| self.unable(&error))?;
        if !output.status.success() {
            return Err(told(&output));
        }
        let config: Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("`forge config --json` is not JSON: {error}"))?;
        let is_users = COMPILERS.iter().any(|name| env::var_os(name).is_some());
        Ok(doubt(&config, is_users).or_else(|| self.link_below(&config)))
    }

    /// A link where forge would write: it may lead out of the project.
    fn link_below(&self, config: &Value) -> Option<String> {
        let out = config.get("out").and_then(Value::as_str).unwrap_or("out");
        let cache = config.get("cache_path").and_then(Value::as_str).unwrap_or("cache");
        let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let below = fs::read_dir(self.folder.join(out)).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut written = [out, cache].map(|path| self.folder.join(path)).into_iter().chain(below);
        written.find(|path| is_link(path)).map(|path| format!("`{}` is a link", path.display()))
    }

    fn build(&self) -> Result<(), String> {
        let mut command = self.command("build");
        let (sender, receiver) = mpsc::channel();
        let runner = thread::spawn(move || {
            // Nobody listens only when this thread has ended.
            let _ = sender.send(command.output());
        });
        let start = Instant::now();
        let mut wait = SILENCE;
        let output = loop {
            match receiver.recv_timeout(wait) {
                Ok(output) => break output,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    complain(&format!("heist: forge builds for {} s", start.elapsed().as_secs()));
                    wait = PERIOD;
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break Err(io::Error::other("it could not be waited for")),
            }
        };
        // It has sent its last word.
        let _ = runner.join();
        match output {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(told(&output)),
            Err(error) => Err(self.unable(&error)),
        }
    }

    fn unable(&self, error: &io::Error) -> String {
        format!("`{}` cannot be run: {error}", self.program.display())
    }
}

/// The last lines of what a program said.
pub(super) fn told(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).join("\n");
    let text = console::strip_ansi_codes(&text).into_owned();
    let lines: Vec<_> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let last = lines[lines.len().saturating_sub(MAX_LINES)..].join("\n");
    if last.is_empty() { format!("it ended with {}", output.status) } else { format!("it said\n{last}") }
}

/// What of forge's resolved configuration could run a program of the project, or write outside of it.
fn doubt(config: &Value, is_users_compiler: bool) -> Option<String> {
    let text = |pointer: &str| config.pointer(pointer).and_then(Value::as_str);
    let is_version = |text: &str| text.starts_with(|first: char| first.is_ascii_digit()) && !text.contains(['/', '\\']);
    if let Some(solc) = text("/solc").filter(|solc| !is_users_compiler && !is_version(solc)) {
        return Some(format!("its configuration names the compiler `{solc}`"));
    }
    if let Some(vyper) = text("/vyper/path") {
        return Some(format!("its configuration names the compiler `{vyper}`"));
    }
    if config.get("extra_args").and_then(Value::as_array).is_some_and(|arguments| !arguments.is_empty()) {
        return Some("its configuration has `extra_args` for the compiler".to_owned());
    }
    let is_within =
        |path: &str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let paths = ["out", "cache_path", "build_info_path"];
    let mut outside = paths.iter().filter_map(|key| Some((key, config.get(key)?.as_str()?)));
    let (key, path) = outside.find(|(_, path)| !is_within(path))?;
    Some(format!("its configuration writes `{key}` to `{path}`"))
}

#[cfg(test)]
mod tests {
    use super::doubt;
    use serde_json::json;

    #[test]
    fn what_could_run_or_write_elsewhere_is_doubted() {
        let plain = json!({"solc": null, "out": "out", "cache_path": "./cache", "vyper": {}, "extra_args": []});
        assert_eq!(doubt(&plain, false), None);
        assert_eq!(doubt(&json!({"solc": "0.8.20", "out": "build/out"}), false), None);
        assert_eq!(doubt(&json!({"solc": "/usr/bin/solc"}), true), None);
        for (config, word) in [
            (json!({"solc": "./evil"}), "./evil"),
            (json!({"solc": "evil"}), "evil"),
            (json!({"solc": "0/evil"}), "0/evil"),
            (json!({"vyper": {"path": "tools/vyper"}}), "tools/vyper"),
            (json!({"extra_args": ["--x"]}), "extra_args"),
            (json!({"out": "../out"}), "../out"),
            (json!({"cache_path": "/tmp/cache"}), "/tmp/cache"),
        ] {
            let doubt = doubt(&config, false);
            assert!(doubt.as_ref().is_some_and(|doubt| doubt.contains(word)), "{config}: {doubt:?}");
        }
        assert!(doubt(&json!({"vyper": {"path": "evil"}}), true).is_some());
    }
}
