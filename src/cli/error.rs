use super::{exit::Outcome, terminal::one_line};
use crate::{
    campaign::CampaignError,
    protocol::ProtocolError,
    report::{CorpusError, FindingFileError, FolderError},
};
use std::{error::Error as _, io, path::PathBuf};

/// Why a command could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// Nothing goes by this name.
    #[error("there is no {what} `{name}`")]
    Unknown { what: &'static str, name: String, nearest: Option<String> },
    /// Several things begin with this name.
    #[error("`{name}` is the beginning of {} ids", .ids.len())]
    Ambiguous { name: String, ids: Vec<String> },
    /// The path is not there.
    #[error("there is no file or folder `{}`", .path.display())]
    Missing { path: PathBuf, bundled: bool },
    /// A folder without a project.
    #[error("there is no heist.toml, foundry.toml, echidna.yaml or medusa.json in `{}`, and no heist.toml in a folder below it", .path.display())]
    NoProject { path: PathBuf },
    /// A set-up is asked for where there is no Foundry project.
    #[error("there is no foundry.toml in `{}`, so there is no set-up to run", .path.display())]
    NoFoundry { path: PathBuf },
    /// A project of another tool, whose suites are not read yet.
    #[error("`{file}` is here, but heist does not run the suites of {tool} yet, and there is no heist.toml")]
    Suite { file: String, tool: &'static str, artifacts: &'static str },
    /// Two protocols of a workspace have one id.
    #[error("two protocols are called `{id}`")]
    Twice { id: String },
    /// An invariant of a pack has this id.
    #[error("`{id}` is an invariant of a pack")]
    OfPack { id: String },
    /// The configuration cannot be changed.
    #[error("cannot change `{}`", .path.display())]
    Unchangeable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The protocol of a finding is not known.
    #[error("it is not known where the protocol `{protocol}` of {file} is")]
    Homeless { protocol: String, file: String },
    /// There is no forge to build with.
    #[error("there is no forge on PATH to build `{}` with", .folder.display())]
    NoForge { folder: PathBuf },
    /// There is no forge to run tests with.
    #[error("there is no forge on PATH to run the tests with; they are written")]
    NoForgeToRun,
    /// forge did not build a project.
    #[error("forge did not build `{}`: {why}", .folder.display())]
    Build { folder: PathBuf, why: String },
    /// A protocol cannot be loaded.
    #[error(transparent)]
    Protocol(#[from] Box<ProtocolError>),
    /// A file is not a finding.
    #[error(transparent)]
    Finding(#[from] FindingFileError),
    /// A corpus cannot be read.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// The run folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The campaign cannot run.
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    /// The results cannot be written.
    #[error("cannot write the results")]
    Output(#[source] io::Error),
}

impl CliError {
    /// What the user can do about it.
    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Unknown { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::Unknown { what, .. } => match *what {
                "invariant or scenario" => "see `heist list invariants` and `heist list scenarios`".to_owned(),
                "finding" => "see `heist findings list`".to_owned(),
                what => format!("see `heist list {what}s`"),
            },
            Self::Ambiguous { ids, .. } => format!("say more of it: {}", ids.join(", ")),
            Self::Missing { bundled: true, path } => {
                format!("to run a bundled protocol, say `heist run --protocol {}`", path.display())
            }
            Self::Missing { .. }
            | Self::Output(_)
            | Self::Finding(FindingFileError::Unreadable { .. })
            | Self::Campaign(CampaignError::Threads(_) | CampaignError::Sink(_)) => return None,
            Self::Campaign(CampaignError::Configuration { help, .. }) => help.clone(),
            Self::NoProject { .. } => {
                "name a folder that has one; docs/configuration.md says how to write it".to_owned()
            }
            Self::NoFoundry { .. } => {
                "name the folder of a Foundry project before `--setup`; docs/suites.md says what becomes of it"
                    .to_owned()
            }
            Self::NoForge { .. } => "install Foundry, or take `--build always` away to run what is built".to_owned(),
            Self::NoForgeToRun => "install Foundry, or take `--check` away".to_owned(),
            Self::Build { .. } => {
                "run `forge build` in the project's folder until it passes; `--build never` runs what was built before"
                    .to_owned()
            }
            Self::Suite { artifacts, .. } => format!(
                "write a heist.toml beside it that takes the compiled contracts (`artifacts = [\"{artifacts}\"]`) and \
                 deploys them in [[setup]] steps; docs/configuration.md has every key"
            ),
            Self::OfPack { id } => {
                format!("choose another id; to replace the pack's, write an [[invariant]] `{id}` by hand, as `heist explain {id}` says")
            }
            Self::Unchangeable { .. } => "choose another name, or make it a file that can be written".to_owned(),
            Self::Twice { .. } => "give each its own `id` in [protocol], or run them one by one".to_owned(),
            Self::Homeless { .. } => {
                "name its folder with `--project PATH`, or a bundled protocol with `--protocol ID`".to_owned()
            }
            Self::Protocol(error) => error.help(),
            Self::Finding(FindingFileError::Format { .. }) => "use the version of heist that wrote it".to_owned(),
            Self::Finding(FindingFileError::None { .. }) => {
                "name a run folder (such as heist-out), its folder `findings`, or one file of it".to_owned()
            }
            Self::Finding(FindingFileError::Malformed { .. } | FindingFileError::TooLong { .. }) => {
                "findings are the files `findings/*.json` of a run folder, as heist wrote them".to_owned()
            }
            Self::Corpus(CorpusError::Unreadable { .. }) => {
                "name a run folder (such as heist-out.old), or a corpus of Echidna or Medusa".to_owned()
            }
            Self::Corpus(CorpusError::Malformed { .. }) => {
                "correct the file, or take it out of the corpus: it is not a sequence as heist, Echidna or Medusa write it"
                    .to_owned()
            }
            Self::Corpus(CorpusError::TooLarge { .. }) => "name a part of it".to_owned(),
            Self::Folder(FolderError::Locked { .. }) => {
                "wait for it to end, or write elsewhere with `--out DIR`".to_owned()
            }
            Self::Folder(FolderError::Foreign { .. } | FolderError::Nameless { .. }) => {
                "name a folder of its own with `--out DIR`".to_owned()
            }
            Self::Folder(FolderError::Io { .. }) => "name a folder that can be written with `--out DIR`".to_owned(),
            Self::Campaign(CampaignError::FalseAtStart { .. }) => {
                "correct the set-up, or the invariant; `heist explain ID` says what it means".to_owned()
            }
            Self::Campaign(CampaignError::NothingToCheck) => {
                "bind roles in heist.toml, write an [[invariant]], or widen --invariant and --scenario".to_owned()
            }
        })
    }

    /// The error, its causes and what to do, for the terminal.
    pub(super) fn describe(&self) -> String {
        let mut text = self.to_string();
        let mut lines = vec![format!("error: {}", one_line(&text))];
        let mut cause = self.source();
        while let Some(error) = cause {
            let next = error.to_string();
            // Some errors say what their cause says.
            if !text.contains(&next) {
                lines.push(format!("  cause: {}", one_line(&next)));
                text = next;
            }
            cause = error.source();
        }
        lines.extend(self.help().map(|help| format!("  help: {}", one_line(&help))));
        lines.join("\n")
    }

    /// What it means for the exit code.
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Protocol(error) if error.is_target_failure() => Outcome::TargetFailed,
            Self::Protocol(_)
            | Self::Unknown { .. }
            | Self::Ambiguous { .. }
            | Self::Missing { .. }
            | Self::NoProject { .. }
            | Self::NoFoundry { .. }
            | Self::NoForge { .. }
            | Self::NoForgeToRun
            | Self::Suite { .. }
            | Self::Twice { .. }
            | Self::OfPack { .. }
            | Self::Unchangeable { .. }
            | Self::Homeless { .. }
            | Self::Finding(_)
            | Self::Corpus(_)
            | Self::Folder(_)
            | Self::Campaign(CampaignError::Configuration { .. }) => Outcome::Usage,
            Self::Build { .. } | Self::Campaign(CampaignError::FalseAtStart { .. }) => Outcome::TargetFailed,
            Self::Campaign(CampaignError::NothingToCheck) => Outcome::NothingToCheck,
            Self::Campaign(CampaignError::Threads(_) | CampaignError::Sink(_)) | Self::Output(_) => Outcome::Internal,
        }
    }
}

impl From<ProtocolError> for CliError {
    fn from(error: ProtocolError) -> Self {
        Self::Protocol(Box::new(error))
    }
}
