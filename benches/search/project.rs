//! A maze as a project on disk: Solidity, `heist.toml`, and artifacts by npm's solc.

use crate::maze::{Actor, Maze, START, Shape};
use heist::protocol::Protocol;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Steps that a sequence of a campaign may have anyway.
const USUAL_STEPS: usize = 30;

/// Characters of another program's output in a message.
const MOST_OUTPUT: usize = 2_000;

/// A folder with a maze.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) maze: Maze,
    pub(crate) seed: u64,
    pub(crate) folder: PathBuf,
}

/// `benches/` of this package.
pub(crate) fn benches() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches")
}

/// Whether node can be run.
pub(crate) fn has_node() -> bool {
    let node = Command::new("node").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    node.is_ok_and(|status| status.success())
}

/// Installs solc and forge from npm where they are not there yet, as `benches/peers/run.sh` does.
pub(crate) fn install() -> Result<(), String> {
    let peers = benches().join("peers");
    if peers.join("node_modules/solc").is_dir() {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.arg("ci").arg("--prefix").arg(&peers);
    run(npm.args(["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])).map(|_| ())
}

/// Runs a command and returns what it printed.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("cannot run {name}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("{name} failed ({}):\n{}{}", output.status, start(&err), start(&out)))
}

/// As much of another program's output as a message may hold.
pub(crate) fn start(text: &str) -> String {
    text.chars().take(MOST_OUTPUT).collect()
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
    parent.and_then(|()| fs::write(path, text)).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

impl Project {
    /// Writes the project of a maze below `work`.
    pub(crate) fn write(maze: Maze, seed: u64, work: &Path, shape: &Shape) -> Result<Self, String> {
        let folder = work.join(format!("{}-{seed}", maze.class.name()));
        write(&folder.join("src/Maze.sol"), &maze.source)?;
        write(&folder.join("heist.toml"), &configuration(&maze, shape))?;
        Ok(Self { maze, seed, folder })
    }

    /// The protocol, deployed.
    pub(crate) fn load(&self) -> Result<Protocol, String> {
        Protocol::load(&self.folder, None).map_err(|error| error.to_string())
    }
}

/// Compiles projects, all in one node.
pub(crate) fn compile(projects: &[Project]) -> Result<(), String> {
    let folders = projects.iter().map(|project| &project.folder);
    run(Command::new("node").arg(benches().join("search/compile.mjs")).args(folders)).map(|_| ())
}

fn configuration(maze: &Maze, shape: &Shape) -> String {
    let name = maze.class.name();
    let steps = USUAL_STEPS.max(shape.loop_length.unwrap_or(0).max(shape.depth) + 10);
    let arguments: Vec<_> = maze.constructor.iter().map(|actor| format!("\"{}\"", actor.name())).collect();
    let actors: String = Actor::ALL.into_iter().map(actor).collect();
    let arguments = arguments.join(", ");
    format!(
        "[protocol]\nid = \"{name}\"\nevm_version = \"cancun\"\ntimestamp = {START}\n\n\
         [actors.admin]\nkind = \"admin\"\n{actors}\n\
         [[setup]]\ndeploy = \"Maze\"\narguments = [{arguments}]\n\n\
         [campaign]\nsteps = {steps}\nscenarios = []\n\n\
         [[invariant]]\nid = \"NO-DECOY\"\ntitle = \"What cannot be reached is not\"\nexpression = \"maze.decoys() == 0\"\n"
    )
}

fn actor(actor: Actor) -> String {
    format!("[actors.{}]\nkind = \"user\"\naddress = \"0x{:040x}\"\n", actor.name(), actor.word())
}
