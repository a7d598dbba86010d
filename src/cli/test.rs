use super::{
    arguments::{BuildMode, TestArguments},
    error::CliError,
    exit::Outcome,
    target::open_suites,
    terminal,
};

/// `heist test`: verdicts of plain tests, one JSON object a line, to compare with forge's.
pub(super) fn test(arguments: &TestArguments) -> Result<Outcome, CliError> {
    let project = open_suites(&arguments.path, BuildMode::Never)?;
    for verdict in project.run_tests()? {
        let line = serde_json::to_string(&verdict).map_err(|error| CliError::Output(error.into()))?;
        terminal::print(&(line + "\n"))?;
    }
    Ok(Outcome::Done)
}
