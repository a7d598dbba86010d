use super::{
    arguments::{OutputArguments, ProgressMode, When},
    error::CliError,
};
use crate::report::{Look, ProgressStyle, escape};
use console::Term;
use std::io::{self, IsTerminal as _, Write as _};

/// How the program talks: colours, width, how much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    pub(super) look: Look,
    pub(super) quiet: bool,
    pub(super) verbose: u8,
}

impl Terminal {
    pub(super) fn new(arguments: &OutputArguments) -> Self {
        let color = match arguments.color {
            When::Always => true,
            When::Never => false,
            When::Auto => wants_color(),
        };
        let width = Term::stdout().size_checked().map_or(100, |(_, columns)| usize::from(columns));
        let look = Look { color, width, functions: arguments.verbose > 0 };
        Self { look, quiet: arguments.quiet, verbose: arguments.verbose }
    }

    /// Says something on stderr, unless the user wants quiet.
    pub(super) fn note(self, text: &str) {
        if !self.quiet {
            complain(&format!("heist: {}", escape(text)));
        }
    }

    pub(super) fn progress(self, mode: ProgressMode) -> ProgressStyle {
        match mode {
            ProgressMode::Bar => ProgressStyle::Bar,
            ProgressMode::Auto if self.quiet => ProgressStyle::None,
            ProgressMode::Auto if io::stderr().is_terminal() => ProgressStyle::Bar,
            ProgressMode::Line | ProgressMode::Auto => ProgressStyle::Line,
            ProgressMode::None => ProgressStyle::None,
        }
    }
}

/// A terminal that knows colours, and a user who has not declined them (https://no-color.org).
fn wants_color() -> bool {
    let declined = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !declined && console::colors_enabled()
}

/// Writes a line to stderr. When nobody reads it, nobody is there to be told.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Writes the result to stdout. A reader that has gone, as `head` does, is no error.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(CliError::Output),
    }
}

/// Text of several lines, each of them safe and the later ones set in.
pub(super) fn one_line(text: &str) -> String {
    text.trim_end().lines().map(|line| escape(line)).collect::<Vec<_>>().join("\n    ")
}
