//! Exported tests, run by the user's forge in a project of their own.

use super::{build, error::CliError};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What forge says of each test by the name of its file: nothing where it passes, else what fails and why.
///
/// # Errors
///
/// When there is no forge, it cannot be run, or a test does not compile.
pub(super) fn check(
    tests: &[(PathBuf, String)],
    evm_version: &str,
) -> Result<BTreeMap<String, Result<(), String>>, CliError> {
    let home = tempfile::tempdir().map_err(CliError::Output)?;
    let folder = home.path();
    let forge = build::find(folder).ok_or(CliError::NoForgeToRun)?;
    lay_out(folder, tests, evm_version).map_err(CliError::Output)?;
    let failed = |why: String| CliError::Build { folder: folder.to_owned(), why };
    let mut command = Command::new(&forge);
    command.args(["test", "--json", "--root"]).arg(folder).current_dir(folder).stdin(Stdio::null());
    let output = command.output().map_err(|error| failed(format!("`{}` cannot be run: {error}", forge.display())))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let report: Value = serde_json::from_str(text.get(text.find('{').unwrap_or_default()..).unwrap_or_default())
        .map_err(|_| failed(build::told(&output)))?;
    let mut verdicts = BTreeMap::new();
    for (suite, result) in report.as_object().into_iter().flatten() {
        let file = Path::new(suite.split(':').next().unwrap_or_default()).file_name();
        let name = file.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for (test, result) in result.get("test_results").and_then(Value::as_object).into_iter().flatten() {
            let reason = result.get("reason").and_then(Value::as_str).unwrap_or("it fails");
            let passes = result.get("status").and_then(Value::as_str) == Some("Success");
            let verdict = if passes { Ok(()) } else { Err(format!("{}: {reason}", test.trim_end_matches("()"))) };
            verdicts.insert(name.clone(), verdict);
        }
    }
    Ok(verdicts)
}

fn lay_out(folder: &Path, tests: &[(PathBuf, String)], evm_version: &str) -> io::Result<()> {
    let config =
        format!("[profile.default]\nsrc = \"src\"\ntest = \"test\"\nlibs = []\nevm_version = \"{evm_version}\"\n");
    fs::write(folder.join("foundry.toml"), config)?;
    fs::create_dir(folder.join("src"))?;
    fs::create_dir(folder.join("test"))?;
    tests.iter().try_for_each(|(name, text)| fs::write(folder.join("test").join(name), text))
}
