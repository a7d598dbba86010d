use super::{
    arguments::ReplayArguments,
    error::CliError,
    exit::{Outcome, Tally},
    home::Loader,
    terminal::{self, Terminal},
};
use crate::{
    campaign::{self, Replay, ReplayStatus},
    protocol::Protocol,
    report::{Section, escape, read_findings, render_traces},
};
use console::Style;
use std::path::Path;

/// `heist replay`.
pub(super) fn replay(arguments: &ReplayArguments, terminal: &Terminal) -> Result<Outcome, CliError> {
    // All files are read before the first one runs: a folder with a broken file is not half replayed.
    let findings = read_findings(&arguments.path)?;
    let mut loader = Loader::new(&arguments.home);
    let mut tally = Tally::default();
    for (file, finding) in &findings {
        let protocol = loader.protocol(file, finding)?;
        if protocol.id == finding.protocol && protocol.hash.to_string() != finding.protocol_hash {
            terminal.note(&format!("{} has changed since {} was found", protocol.id, file.display()));
        }
        let replay = campaign::replay(protocol, finding);
        match replay.status {
            ReplayStatus::Reproduced { .. } => tally.reproduced += 1,
            ReplayStatus::Fixed { .. } => tally.fixed += 1,
            ReplayStatus::NotApplicable { .. } => tally.not_applicable += 1,
        }
        terminal::print(&render(&replay, file, protocol, *terminal))?;
    }
    if findings.len() > 1 {
        let Tally { reproduced, fixed, not_applicable } = tally;
        terminal::print(&format!("{reproduced} reproduced, {fixed} fixed, {not_applicable} not applicable\n"))?;
    }
    Ok(Outcome::Replayed(tally))
}

fn render(replay: &Replay, file: &Path, protocol: &Protocol, terminal: Terminal) -> String {
    let (style, word, text) = match &replay.status {
        ReplayStatus::Reproduced { evidence } => (Style::new().red().bold(), "reproduced", evidence),
        ReplayStatus::Fixed { why } => (Style::new().green().bold(), "fixed", why),
        ReplayStatus::NotApplicable { why } => (Style::new().yellow().bold(), "not applicable", why),
    };
    let mut lines = format!(
        "{}: {} on {}: {}\n",
        style.force_styling(terminal.look.color).apply_to(word),
        escape(&file.display().to_string()),
        escape(&protocol.id),
        terminal::one_line(text)
    );
    if !terminal.quiet && !replay.traces.is_empty() {
        let sections: Vec<_> = replay
            .traces
            .iter()
            .map(|step| Section { step: &step.step, execution: Some(&step.execution), trace: &step.trace })
            .collect();
        lines.push('\n');
        lines.push_str(&render_traces(protocol, &sections));
        lines.push('\n');
    }
    lines
}
