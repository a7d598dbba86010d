use super::{arguments::ExportArguments, error::CliError, exit::Outcome, home::Loader, terminal};
use crate::{
    export::foundry_test,
    report::{escape, read_findings, write_atomically},
};
use std::{fs, path::Path};

/// `heist export`.
pub(super) fn export(arguments: &ExportArguments) -> Result<Outcome, CliError> {
    // All files are read before the first one is written.
    let findings = read_findings(&arguments.path)?;
    let mut loader = Loader::new(&arguments.home);
    let mut failed = 0;
    for (file, finding) in &findings {
        let protocol = loader.protocol(file, finding)?;
        let shown = escape(&file.display().to_string()).into_owned();
        match foundry_test(protocol, finding) {
            Ok(test) => {
                let folder = arguments.out.as_deref().or_else(|| file.parent()).unwrap_or(Path::new("."));
                let unwritable = |source| CliError::Unchangeable { path: folder.to_owned(), source };
                fs::create_dir_all(folder).map_err(unwritable)?;
                let path = folder.join(file.file_stem().unwrap_or_default()).with_extension("t.sol");
                write_atomically(&path, test.as_bytes()).map_err(unwritable)?;
                terminal::print(&format!("{}\n", escape(&path.display().to_string())))?;
            }
            Err(error) => {
                failed += 1;
                terminal::complain(&format!("{shown} is not exported: {}", terminal::one_line(&error.to_string())));
            }
        }
    }
    Ok(if failed > 0 { Outcome::NothingToCheck } else { Outcome::Done })
}
