//! Where the protocol of a finding is.

use super::{
    arguments::{BuildMode, HomeArguments},
    error::CliError,
    select,
    target::{Target, set_up},
};
use crate::{
    campaign::Finding,
    gallery,
    protocol::{Protocol, TokenSwap},
    report::{RunOrigin, read_run},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    slice,
};

/// Where a finding's protocol is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Home {
    Bundled(String),
    /// The protocol of this id in a project that the user names, or that the run used.
    Project(PathBuf, String),
    /// What the set-up of a contract of a project leaves behind.
    SetUp(PathBuf, String),
}

/// Loads each protocol once.
pub(super) struct Loader<'a> {
    arguments: &'a HomeArguments,
    loaded: BTreeMap<(Home, Option<TokenSwap>), Protocol>,
}

impl<'a> Loader<'a> {
    pub(super) fn new(arguments: &'a HomeArguments) -> Self {
        Self { arguments, loaded: BTreeMap::new() }
    }

    /// The protocol of a finding, which `file` holds.
    pub(super) fn protocol(&mut self, file: &Path, finding: &Finding) -> Result<&Protocol, CliError> {
        let home = self.home(file, finding)?;
        let swap = TokenSwap::of_id(&finding.protocol).map(|(_, swap)| swap);
        Ok(match self.loaded.entry((home, swap)) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let (home, swap) = entry.key();
                let mut protocol = load(home)?;
                if let Some(swap) = swap {
                    protocol = protocol.with_token(swap, &gallery::token(swap.kind)).ok_or_else(|| {
                        let known: Vec<_> = protocol.plain_tokens().into_iter().map(str::to_owned).collect();
                        select::unknown("token", &swap.token, &known)
                    })?;
                }
                entry.insert(protocol)
            }
        })
    }

    fn home(&self, file: &Path, finding: &Finding) -> Result<Home, CliError> {
        let base = TokenSwap::of_id(&finding.protocol).map_or(finding.protocol.as_str(), |(base, _)| base);
        let known = [gallery::ids(), gallery::catalogue()].concat();
        if let Some(id) = &self.arguments.protocol {
            return if known.contains(id) {
                Ok(Home::Bundled(id.clone()))
            } else {
                Err(select::unknown("protocol", id, &known))
            };
        }
        let origin = file.parent().and_then(Path::parent).and_then(|folder| {
            // `findings` alone has an empty parent, which is the current folder.
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let run = read_run(folder)?;
            run.protocols.into_iter().find(|protocol| protocol.id == finding.protocol)
        });
        let origin = origin.map(|protocol| protocol.origin);
        let project = self.arguments.project.clone();
        // A project that has moved still has its set-up.
        if let Some(contract) = &self.arguments.setup {
            let folder = project.or_else(|| origin.and_then(RunOrigin::folder));
            let folder = folder.unwrap_or_else(|| PathBuf::from("."));
            return Ok(Home::SetUp(folder, contract.clone()));
        }
        if let Some(path) = project {
            return Ok(match origin {
                Some(RunOrigin::Setup { contract, .. }) => Home::SetUp(path, contract),
                _ => Home::Project(path, base.to_owned()),
            });
        }
        match origin {
            Some(RunOrigin::Setup { folder, contract }) if folder.exists() => Ok(Home::SetUp(folder, contract)),
            Some(RunOrigin::Folder(path)) if path.exists() => Ok(Home::Project(path, base.to_owned())),
            Some(RunOrigin::Bundled(id)) if known.contains(&id) => Ok(Home::Bundled(id)),
            None if known.iter().any(|id| id == base) => Ok(Home::Bundled(base.to_owned())),
            _ => Err(CliError::Homeless { protocol: finding.protocol.clone(), file: file.display().to_string() }),
        }
    }
}

fn load(home: &Home) -> Result<Protocol, CliError> {
    match home {
        Home::Bundled(id) => Ok(gallery::load(id)?),
        Home::SetUp(path, contract) => {
            let Target::SetUp(folder, contract) = Target::find_with(Some(path), Some(contract))? else {
                return Err(CliError::NoFoundry { path: path.clone() });
            };
            Ok(set_up(&folder, &contract, BuildMode::Never)?.protocol)
        }
        Home::Project(path, id) => {
            let target = Target::find(Some(path))?;
            // A suite that cannot be set up does not keep the findings of another one from running.
            if matches!(target, Target::Suites(_))
                && let Some(protocol) = target.load(slice::from_ref(id)).ok().and_then(|mut loaded| loaded.pop())
            {
                return Ok(protocol);
            }
            let mut protocols = target.load(&[])?;
            let ids: Vec<_> = protocols.iter().map(|protocol| protocol.id.clone()).collect();
            let index = match protocols.len() {
                // A renamed project is still the one that the user names.
                1 => Some(0),
                _ => ids.iter().position(|each| each == id),
            };
            match index {
                Some(index) => Ok(protocols.swap_remove(index)),
                None => Err(select::unknown("protocol", id, &ids)),
            }
        }
    }
}
