//! The command line: one file a command. Parses, calls the library, and maps what came of it to an exit code. Must not know the
//! EVM.

mod arguments;
mod build;
mod check;
mod completions;
mod corpus;
mod error;
mod exit;
mod explain;
mod export;
mod findings;
mod formats;
mod home;
mod list;
mod new;
mod panics;
mod plan;
mod replay;
mod run;
mod select;
mod target;
mod targets;
mod terminal;
mod test;

use arguments::{Arguments, Command};
use clap::Parser as _;
use error::CliError;
use exit::{Outcome, exit};
use std::{
    ffi::OsString,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};
use terminal::Terminal;

/// Runs the program with `arguments`, of which the first is its own name, and says how it ends.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    panics::install();
    let arguments: Vec<_> = arguments.into_iter().collect();
    let outcome = catch_unwind(AssertUnwindSafe(|| outcome(arguments))).unwrap_or_else(|_| {
        terminal::complain(&panics::describe());
        Outcome::Internal
    });
    exit(outcome).into()
}

fn outcome(arguments: Vec<OsString>) -> Outcome {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to stdout, errors to stderr; when neither is read, nobody is there to be told.
            let _ = error.print();
            return if error.use_stderr() { Outcome::Usage } else { Outcome::Done };
        }
    };
    let terminal = Terminal::new(&arguments.output);
    match run(&arguments.command, &terminal) {
        Ok(outcome) => outcome,
        Err(error) => {
            terminal::complain(&error.describe());
            error.outcome()
        }
    }
}

fn run(command: &Command, terminal: &Terminal) -> Result<Outcome, CliError> {
    match command {
        Command::Run(arguments) => run::run(arguments, terminal),
        Command::Corpus(arguments) => corpus::corpus(arguments, terminal),
        Command::Replay(arguments) => replay::replay(arguments, terminal),
        Command::Export(arguments) => export::export(arguments),
        Command::Findings(arguments) => findings::findings(arguments),
        Command::List(arguments) => list::list(arguments),
        Command::New(arguments) => new::new(arguments),
        Command::Explain(arguments) => explain::explain(arguments, terminal),
        Command::Test(arguments) => test::test(arguments),
        Command::Completions(arguments) => completions::completions(arguments),
    }
}
