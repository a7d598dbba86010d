use super::{arguments::ExportArguments, check::check, error::CliError, exit::Outcome, home::Loader, terminal};
use crate::{
    campaign::FindingKind,
    export::foundry_test,
    report::{escape, read_findings, write_atomically},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// How the reasons end for which a test of a violation that stands alone is to fail; all others are of the way there.
const ASSERTED: [&str; 2] = [" does not hold", "an assertion fails"];

/// A test that was written.
struct Written {
    path: PathBuf,
    text: String,
    kind: FindingKind,
    evm_version: String,
}

impl Written {
    /// Whether it needs nothing of a project.
    fn stands_alone(&self) -> bool {
        !self.text.contains("\nimport ")
    }

    fn name(&self) -> PathBuf {
        self.path.file_name().map(PathBuf::from).unwrap_or_default()
    }
}

/// `heist export`.
pub(super) fn export(arguments: &ExportArguments) -> Result<Outcome, CliError> {
    // All files are read before the first one is written.
    let findings = read_findings(&arguments.path)?;
    let mut loader = Loader::new(&arguments.home);
    let (mut written, mut failed) = (Vec::new(), 0);
    for (file, finding) in &findings {
        let protocol = loader.protocol(file, finding)?;
        match foundry_test(protocol, finding) {
            Ok(text) => {
                let folder = arguments.out.as_deref().or_else(|| file.parent()).unwrap_or(Path::new("."));
                let unwritable = |source| CliError::Unchangeable { path: folder.to_owned(), source };
                fs::create_dir_all(folder).map_err(unwritable)?;
                let path = folder.join(file.file_stem().unwrap_or_default()).with_extension("t.sol");
                write_atomically(&path, text.as_bytes()).map_err(unwritable)?;
                if !arguments.check {
                    terminal::print(&format!("{}\n", escape(&path.display().to_string())))?;
                }
                let evm_version = protocol.settings.version.to_string();
                written.push(Written { path, text, kind: finding.kind, evm_version });
            }
            Err(error) => {
                failed += 1;
                let shown = escape(&file.display().to_string()).into_owned();
                let why = terminal::one_line(&error.to_string());
                terminal::complain(&format!("{shown} is not exported: {why}"));
            }
        }
    }
    if arguments.check {
        report(&written)?;
    }
    Ok(if failed > 0 { Outcome::NothingToCheck } else { Outcome::Done })
}

/// Runs tests with forge and says what they show.
fn report(written: &[Written]) -> Result<(), CliError> {
    let mut groups: BTreeMap<&str, Vec<(PathBuf, String)>> = BTreeMap::new();
    for test in written.iter().filter(|test| test.stands_alone()) {
        groups.entry(&test.evm_version).or_default().push((test.name(), test.text.clone()));
    }
    let mut verdicts = BTreeMap::new();
    for (evm_version, tests) in groups {
        verdicts.extend(check(&tests, evm_version)?);
    }
    for test in written {
        let verdict = verdicts.get(test.name().to_string_lossy().as_ref());
        let said = match (verdict, test.kind) {
            (None, _) => "not run: put it into the project whose set-up it inherits, and run `forge test`".to_owned(),
            (Some(Ok(())), FindingKind::Profit) => "forge proves the profit".to_owned(),
            (Some(Err(why)), FindingKind::Profit) => format!("forge does not see the profit: {why}"),
            (Some(Err(why)), _) if ASSERTED.iter().any(|end| why.ends_with(end)) => {
                format!("forge shows the violation: {why}")
            }
            (Some(Err(why)), _) => format!("forge does not come that far: {why}"),
            (Some(Ok(())), _) => "forge sees no violation".to_owned(),
        };
        let path = test.path.display().to_string();
        terminal::print(&format!("{}: {}\n", escape(&path), terminal::one_line(&said)))?;
    }
    Ok(())
}
