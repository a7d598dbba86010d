use super::{
    arguments::{parse_day, parse_reason},
    error::CliError,
    exit::Outcome,
    new::behind,
    select::unknown,
    terminal,
};
use crate::{
    campaign::Finding,
    protocol::CONFIG_FILE,
    report::{amount, clip, escape, read_findings, read_run, render_table, severity_name, write_atomically},
};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use std::{
    cmp::Reverse,
    fs, io,
    path::{Path, PathBuf},
};

const FINDINGS_EXAMPLES: &str = "\
Examples:
  heist findings list
  heist findings accept vault-vault-001-0a1b2c3d --reason 'fixed in v2' --until 2027-03-31
  heist findings accept vault-vault-001 --reason 'by design' --run ci-out";

/// Characters of a title in the list.
const MAX_TITLE: usize = 60;

#[derive(Debug, Args)]
#[command(after_help = FINDINGS_EXAMPLES)]
pub(super) struct FindingsArguments {
    #[command(subcommand)]
    pub(super) command: FindingsCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum FindingsCommand {
    /// List the findings of a run, the worst first
    List {
        /// The run folder
        #[arg(value_name = "DIR", default_value = "heist-out")]
        run: PathBuf,
    },
    /// Accept a finding: it is found and reported from then on, and does not fail a run
    Accept(AcceptArguments),
}

#[derive(Debug, Args)]
#[command(after_help = FINDINGS_EXAMPLES)]
pub(super) struct AcceptArguments {
    /// Its id, or the beginning of it that no other finding has
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// Why it is accepted, for readers of the report
    #[arg(long, value_name = "TEXT", value_parser = parse_reason)]
    pub(super) reason: String,
    /// The last day on which it is; without it, always
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub(super) until: Option<Date>,
    /// The run folder that has it
    #[arg(long, value_name = "DIR", default_value = "heist-out")]
    pub(super) run: PathBuf,
    /// The project whose heist.toml accepts it; default: the one that the run used
    #[arg(long, value_name = "PATH")]
    pub(super) project: Option<PathBuf>,
}

/// `heist findings`.
pub(super) fn findings(arguments: &FindingsArguments) -> Result<Outcome, CliError> {
    match &arguments.command {
        FindingsCommand::List { run } => list(run),
        FindingsCommand::Accept(arguments) => accept(arguments),
    }
}

fn list(run: &Path) -> Result<Outcome, CliError> {
    let mut findings: Vec<_> = read_findings(run)?.into_iter().map(|(_, finding)| finding).collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let rows = findings.iter().map(|finding| {
        let profit = finding.profit.as_ref().map(|profit| amount(&profit.amount, &profit.token));
        let accepted = finding.expected.as_ref().map_or("", |_| "accepted");
        let cells = [
            severity_name(finding.severity).to_owned(),
            finding.id.clone(),
            clip(&finding.title, MAX_TITLE),
            profit.unwrap_or_default(),
            accepted.to_owned(),
        ];
        cells.map(|cell| escape(&cell).into_owned()).to_vec()
    });
    terminal::print(&(render_table(&["severity", "id", "title", "profit", ""], rows.collect()) + "\n"))?;
    Ok(Outcome::Done)
}

/// Appends an exception to the project's `heist.toml`; what is there stays as it is.
fn accept(arguments: &AcceptArguments) -> Result<Outcome, CliError> {
    let findings = read_findings(&arguments.run)?;
    let finding = named(&arguments.id, findings.iter().map(|(_, finding)| finding))?;
    let home = match &arguments.project {
        Some(path) => Some(path.clone()),
        None => read_run(&arguments.run).and_then(|run| {
            let of_finding = run.protocols.into_iter().find(|protocol| protocol.id == finding.protocol);
            of_finding.and_then(|protocol| protocol.origin.folder())
        }),
    };
    let Some(home) = home else {
        let file = arguments.run.display().to_string();
        return Err(CliError::Homeless { protocol: finding.protocol.clone(), file });
    };
    let file = if home.is_dir() { home.join(CONFIG_FILE) } else { home };
    let failed = |source| CliError::Unchangeable { path: file.clone(), source };
    // Beside suites there may be none yet.
    let text = match fs::read_to_string(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        other => other.map_err(failed)?,
    };
    let (block, line) = behind(&text, &exception(finding, arguments));
    let changed = text + &block;
    // Neither a file that was broken before nor one that this would break is written.
    changed.parse::<toml::Table>().map_err(|error| failed(io::Error::other(error.message().to_owned())))?;
    write_atomically(&file, changed.as_bytes()).map_err(failed)?;
    let until = arguments.until.map_or_else(String::new, |until| format!(" until {until}"));
    terminal::print(&format!(
        "{}:{line}: {} is accepted{until}; runs still report it, and do not fail for it\n",
        escape(&file.display().to_string()),
        escape(&finding.id)
    ))?;
    Ok(Outcome::Done)
}

/// The one finding whose id begins with `id`, or is that.
fn named<'f>(id: &str, findings: impl Iterator<Item = &'f Finding>) -> Result<&'f Finding, CliError> {
    let all: Vec<_> = findings.collect();
    let beginning: Vec<_> = all.iter().filter(|finding| !id.is_empty() && finding.id.starts_with(id)).collect();
    if let Some(exact) = all.iter().find(|finding| finding.id == id) {
        return Ok(exact);
    }
    match beginning[..] {
        [one] => Ok(one),
        [] => {
            let known: Vec<_> = all.iter().map(|finding| finding.id.clone()).collect();
            Err(unknown("finding", id, &known))
        }
        [..] => {
            let ids = beginning.iter().map(|finding| finding.id.clone()).collect();
            Err(CliError::Ambiguous { name: id.to_owned(), ids })
        }
    }
}

/// `[[expected]]`, with what the finding is as a comment.
fn exception(finding: &Finding, arguments: &AcceptArguments) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let until = arguments.until.map_or_else(String::new, |until| format!("until = \"{until}\"\n"));
    format!(
        "# {}, {}: {}\n[[expected]]\nfinding = {}\nreason = {}\n{until}",
        escape(&finding.rule),
        severity_name(finding.severity),
        escape(&finding.title),
        quoted(&finding.id),
        quoted(&arguments.reason)
    )
}
