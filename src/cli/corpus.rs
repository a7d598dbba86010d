use super::{error::CliError, exit::Outcome, target::Target, terminal::Terminal};
use crate::{
    campaign::{self, Import, Imports},
    protocol::Protocol,
    report::{CorpusFile, RunOrigin, read_corpus, read_run, write_atomically},
    sequence::{CorpusFormat, Sequence, StepRecord, read_foreign, write_foreign},
};
use alloy_primitives::{hex, keccak256};
use clap::{Args, Subcommand, ValueEnum};
use std::{
    fs,
    path::{Path, PathBuf},
};

const CORPUS_EXAMPLES: &str = "\
Examples:
  heist corpus export heist-out --to echidna --into echidna-corpus
  heist corpus export heist-out --to medusa --into medusa-corpus --project ../my-protocol
  heist run . --corpus echidna-corpus                        The other way";

#[derive(Debug, Args)]
#[command(after_help = CORPUS_EXAMPLES)]
pub(super) struct CorpusArguments {
    #[command(subcommand)]
    pub(super) command: CorpusCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum CorpusCommand {
    /// Write kept sequences as another tool keeps them
    Export(ExportArguments),
}

#[derive(Debug, Args)]
#[command(after_help = CORPUS_EXAMPLES)]
pub(super) struct ExportArguments {
    /// A run folder, or a folder or file of kept sequences
    #[arg(value_name = "DIR")]
    pub(super) run: PathBuf,
    /// Whose format
    #[arg(long, value_enum, value_name = "TOOL")]
    pub(super) to: ExportFormat,
    /// Folder of the other tool's corpus; what is there stays
    #[arg(long, value_name = "DIR")]
    pub(super) into: PathBuf,
    /// The project; default: the one that the run used
    #[arg(long, value_name = "PATH")]
    pub(super) project: Option<PathBuf>,
    /// Only these protocols; `*` stands for any text
    #[arg(long, value_name = "GLOB")]
    pub(super) protocol: Vec<String>,
}

/// A tool that keeps sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// Files coverage/*.txt
    Echidna,
    /// Files call_sequences/*.json
    Medusa,
}

/// `heist corpus`.
pub(super) fn corpus(arguments: &CorpusArguments, terminal: &Terminal) -> Result<Outcome, CliError> {
    match &arguments.command {
        CorpusCommand::Export(arguments) => export(arguments, terminal),
    }
}

/// What protocols begin with: the sequences below `paths`.
pub(super) fn imports(paths: &[PathBuf], protocols: &[Protocol]) -> Result<Imports, CliError> {
    let mut imports = Imports::default();
    for path in paths {
        for file in read_corpus(path)? {
            for protocol in protocols {
                let Some(steps) = steps(&file, protocol, protocols.len() == 1) else { continue };
                let import: &mut Import = imports.entry(protocol.id.clone()).or_default();
                import.add(protocol, &steps);
            }
        }
    }
    Ok(imports)
}

/// The steps of a file that are meant for a protocol; one that is `alone` takes what was another's, too.
fn steps(file: &CorpusFile, protocol: &Protocol, alone: bool) -> Option<Vec<StepRecord>> {
    match file {
        CorpusFile::Own { protocol: id, steps } => (alone || *id == protocol.id).then(|| steps.clone()),
        CorpusFile::Foreign(value) => protocol.suite.as_ref().and_then(|_| read_foreign(protocol, value)),
    }
}

fn export(arguments: &ExportArguments, terminal: &Terminal) -> Result<Outcome, CliError> {
    let run = read_run(&arguments.run);
    let recorded = run.and_then(|run| run.protocols.into_iter().next()).map(|protocol| protocol.origin);
    let target = match (&arguments.project, recorded) {
        (None, Some(RunOrigin::Setup { folder, contract })) => Target::SetUp(folder, contract),
        (None, Some(RunOrigin::Folder(folder))) => Target::find(Some(&folder))?,
        (project, _) => Target::find(project.as_deref())?,
    };
    let protocols = target.load(&arguments.protocol)?;
    let (format, place) = match arguments.to {
        ExportFormat::Echidna => (CorpusFormat::Echidna, ("coverage", "txt")),
        ExportFormat::Medusa => (CorpusFormat::Medusa, ("call_sequences", "json")),
    };
    let (mut written, mut other) = (0, 0);
    for file in read_corpus(&arguments.run)? {
        for protocol in &protocols {
            let Some(steps) = steps(&file, protocol, protocols.len() == 1) else { continue };
            let sequence = campaign::placed(protocol, Sequence::fit(protocol, &steps).sequence);
            match write_foreign(protocol, &sequence, format).filter(|_| !sequence.steps.is_empty()) {
                Some(value) => {
                    write(&arguments.into, place, &value)?;
                    written += 1;
                }
                None => other += 1,
            }
        }
    }
    terminal.note(&format!("{written} sequences are in {}", arguments.into.display()));
    if other > 0 {
        terminal.note(&format!(
            "{other} sequences have steps that other tools do not know, or that the project does not have"
        ));
    }
    Ok(if written > 0 { Outcome::Done } else { Outcome::NothingToCheck })
}

/// Writes a sequence under a name that its content gives it.
fn write(into: &Path, (folder, extension): (&str, &str), value: &serde_json::Value) -> Result<(), CliError> {
    let bytes = serde_json::to_vec(value).map_err(|error| CliError::Output(error.into()))?;
    let folder = into.join(folder);
    fs::create_dir_all(&folder).map_err(CliError::Output)?;
    let name = hex::encode(&keccak256(&bytes)[..8]);
    write_atomically(&folder.join(format!("{name}.{extension}")), &bytes).map_err(CliError::Output)
}
