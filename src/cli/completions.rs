use super::{
    arguments::{Arguments, CompletionsArguments},
    error::CliError,
    exit::Outcome,
    terminal,
};
use clap::CommandFactory as _;

/// `heist completions`.
pub(super) fn completions(arguments: &CompletionsArguments) -> Result<Outcome, CliError> {
    // Into memory first: clap_complete panics when stdout is closed.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "heist", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}
