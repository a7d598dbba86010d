//! Findings as workflow commands of GitHub Actions: each shows at the line that it is about, or at the file that declares the protocol.

use super::{escape::escape, sarif::Folders};
use crate::{campaign::Finding, protocol::Severity};
use jiff::civil::Date;
use std::cmp::Reverse;

/// What GitHub shows of a step: ten of each level.
const MOST: usize = 10;

/// A line for each finding that nobody accepts, the worst first, and one that counts those beyond what is shown.
pub fn render_annotations(findings: &[Finding], folders: &Folders, today: Date) -> Vec<String> {
    let mut counting: Vec<_> = findings.iter().filter(|finding| finding.counts(today)).collect();
    counting.sort_by_key(|finding| Reverse(finding.severity));
    let mut lines: Vec<_> = counting.iter().take(MOST).map(|finding| line(finding, folders)).collect();
    if counting.len() > MOST {
        lines.push(format!("::notice title=Heist::{} more findings are in the run folder", counting.len() - MOST));
    }
    lines
}

fn line(finding: &Finding, folders: &Folders) -> String {
    let level = match finding.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    };
    let mut properties = Vec::new();
    if let Some(folder) = folders.get(&finding.protocol) {
        let (file, at) = folder.place(finding);
        properties.push(format!("file={}", property(&file)));
        properties.push(format!("line={}", at.map_or(1, |at| at.line)));
        properties.extend(at.map(|at| format!("col={}", at.column)));
    }
    properties.push(format!("title={}", property(&format!("{}: {}", finding.rule, finding.title))));
    let message = format!("{}: {} ({})", finding.protocol, finding.evidence, finding.id);
    format!("::{level} {}::{}", properties.join(","), data(&message))
}

/// What stands behind the second pair of colons.
fn data(text: &str) -> String {
    escape(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands behind an equals sign.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{MOST, render_annotations};
    use crate::{
        campaign::ExpectedRecord,
        protocol::{Position, Severity},
        report::{DeclaredIn, Folders, fixtures},
    };
    use jiff::civil::Date;

    #[test]
    fn an_annotation_is_one_command_whatever_a_contract_says() {
        let mut finding = fixtures::invariant_finding();
        finding.location = Some(Position { file: "src/a,b.sol".to_owned(), line: 7, column: 3 });
        finding.title = "50% :: off\n::error::forged".to_owned();
        let place = DeclaredIn { folder: String::new(), file: "heist.toml".to_owned() };
        let folders: Folders = [(finding.protocol.clone(), place)].into_iter().collect();
        let lines = render_annotations(&[finding.clone()], &folders, Date::MIN);
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert!(
            line.starts_with("::error file=src/a%2Cb.sol,line=7,col=3,title=VAULT-001%3A 50%25 %3A%3A off\\n"),
            "{line}"
        );
        assert_eq!(line.lines().count(), 1);
        finding.expected = Some(ExpectedRecord { reason: "known".to_owned(), until: None });
        assert!(render_annotations(&[finding], &folders, Date::MIN).is_empty());
    }

    #[test]
    fn the_worst_are_shown_and_the_others_counted() {
        let mut findings = vec![fixtures::invariant_finding(); MOST + 2];
        for finding in &mut findings[..=MOST] {
            finding.severity = Severity::Low;
        }
        let lines = render_annotations(&findings, &Folders::new(), Date::MIN);
        assert!(lines[0].starts_with("::error title="), "{}", lines[0]);
        assert_eq!(lines.len(), MOST + 1);
        assert_eq!(lines[MOST], "::notice title=Heist::2 more findings are in the run folder");
    }
}
