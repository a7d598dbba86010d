use super::{
    Collector, Folder, ProgressStyle, RunSummary, Ticker,
    console::severity_name,
    escape::escape,
    folder::finding_file,
    jsonl::{EventLog, line},
    lcov::render_lcov,
};
use crate::campaign::{Dropped, Event, Finding, Progress, Sink};
use jiff::civil::Date;
use std::{
    fmt,
    io::{self, Write as _},
    sync::Arc,
};

/// Makes the texts that stand beside `findings/<id>.json`, each with its extension: what can be made of a finding.
pub type Companions<'a> = Box<dyn FnMut(&Finding) -> Vec<(&'static str, String)> + 'a>;

/// How a run is reported while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReporterSettings {
    /// Whether stdout carries the events, one a line.
    pub events_on_stdout: bool,
    /// Whether findings and defects are announced on stderr.
    pub announce: bool,
    /// Whether to say which scenarios do not run, and why.
    pub verbose: bool,
    /// How progress is shown.
    pub progress: ProgressStyle,
    /// The day that exceptions are looked at on.
    pub today: Date,
}

/// The sink of a campaign: run folder, stdout, stderr.
///
/// A finding is on disk before it is announced anywhere.
pub struct Reporter<'a> {
    folder: Folder,
    log: EventLog,
    collector: Collector,
    settings: ReporterSettings,
    ticker: Ticker,
    progress: Arc<Progress>,
    companions: Companions<'a>,
    stdout_closed: bool,
}

impl fmt::Debug for Reporter<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reporter").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl<'a> Reporter<'a> {
    /// A sink that writes to `folder` and shows `progress`.
    ///
    /// # Errors
    ///
    /// When the event log cannot be created.
    pub fn new(
        folder: Folder,
        settings: ReporterSettings,
        progress: Arc<Progress>,
        companions: Companions<'a>,
    ) -> io::Result<Self> {
        let log = folder.event_log()?;
        let ticker = Ticker::start(progress.clone(), settings.progress);
        Ok(Self {
            folder,
            log,
            collector: Collector::default(),
            settings,
            ticker,
            progress,
            companions,
            stdout_closed: false,
        })
    }

    /// The run folder.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Findings so far.
    pub fn findings(&self) -> &[Finding] {
        self.collector.findings()
    }

    /// Findings so far that nobody expects.
    pub fn counting(&self) -> usize {
        self.findings().iter().filter(|finding| finding.counts(self.settings.today)).count()
    }

    /// Whether something is accepted that was not seen.
    pub fn has_stale(&self) -> bool {
        self.collector.has_stale()
    }

    /// Ends the progress and writes `summary.json`, and what belongs to it.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn finish(&mut self, exit_code: u8) -> io::Result<RunSummary> {
        self.ticker.stop();
        let summary = self.collector.summary(exit_code, self.settings.today);
        self.folder.write_frontier(&summary.frontier)?;
        if !summary.coverage.is_empty() {
            self.folder.write_coverage(&render_lcov(&summary.coverage))?;
        }
        self.folder.write_summary(&summary)?;
        Ok(summary)
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        if !self.folder.write_finding(finding)? {
            return Ok(());
        }
        self.write_companions(finding)?;
        let file = self.folder.path().join(finding_file(&finding.id));
        self.announce(&format!(
            "found {} {} in {}: {} ({}){}",
            severity_name(finding.severity),
            finding.rule,
            finding.protocol,
            finding.title,
            file.display(),
            if finding.counts(self.settings.today) { "" } else { ", as expected" }
        ));
        Ok(())
    }

    fn enlarged(&mut self, finding: &Finding) -> io::Result<()> {
        self.folder.replace_finding(finding)?;
        self.write_companions(finding)?;
        let file = self.folder.path().join(finding_file(&finding.id));
        self.announce(&format!("{} in {} gains more now ({})", finding.rule, finding.protocol, file.display()));
        Ok(())
    }

    fn write_companions(&mut self, finding: &Finding) -> io::Result<()> {
        let texts = (self.companions)(finding);
        texts.iter().try_for_each(|(extension, text)| self.folder.write_beside(finding, extension, text))
    }

    fn announce(&self, text: &str) {
        if self.settings.announce {
            // Nobody reads stderr any more: the result is on disk.
            let _ = self.ticker.suspend(|| writeln!(io::stderr(), "heist: {}", escape(text)));
        }
    }

    fn echo(&mut self, event: &Event) -> io::Result<()> {
        if !self.settings.events_on_stdout || self.stdout_closed {
            return Ok(());
        }
        let line = line(event)?;
        let written = self.ticker.suspend(|| {
            let mut stdout = io::stdout().lock();
            stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush())
        });
        match written {
            // The reader has gone, as `head` does: the run ends in order.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.stdout_closed = true;
                self.progress.request_stop();
                Ok(())
            }
            other => other,
        }
    }
}

impl Sink for Reporter<'_> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Finding(finding) => self.finding(finding)?,
            Event::Enlarged(finding) => self.enlarged(finding)?,
            _ => {}
        }
        self.collector.take(event);
        self.log.write(event)?;
        match event {
            Event::Kept { protocol, entry, steps, .. } => self.folder.write_entry(protocol, entry, steps)?,
            Event::ProtocolEnded(summary) => {
                for optimum in &summary.optima {
                    self.folder.write_optimum(&summary.protocol, optimum)?;
                }
            }
            Event::Defect { protocol, case, message } => {
                self.announce(&format!("defect of heist in {protocol}, case {case}: {message}"));
            }
            Event::Imported { protocol, sequences, steps, dropped } => {
                self.announce(&format!("{protocol}: begins with {sequences} kept sequences of {steps} steps"));
                for (function, Dropped { count, why }) in dropped {
                    self.announce(&format!("{protocol}: {count} kept calls of {function} do not fit: {why}"));
                }
            }
            Event::Evicted { protocol, states, bytes, .. } if self.settings.verbose => {
                let left = bytes >> 20;
                self.announce(&format!(
                    "{protocol}: {states} kept states were dropped, {left} MiB are left; see --memory"
                ));
            }
            Event::Stalled { protocol, calls } if self.settings.verbose => {
                self.announce(&format!(
                    "{protocol}: nothing new for long at {calls} calls: searching wider and deeper"
                ));
            }
            Event::ProtocolStarted { protocol, skipped, .. } if self.settings.verbose => {
                for scenario in skipped {
                    self.announce(&format!("{protocol}: does not run {scenario}"));
                }
            }
            _ => {}
        }
        self.echo(event)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reporter, ReporterSettings};
    use crate::{
        campaign::{Event, Finding, Progress, Sink},
        report::{Folder, ProgressStyle, fixtures, read_findings},
    };
    use jiff::civil::Date;
    use std::{fs, sync::Arc};

    const QUIET: ReporterSettings = ReporterSettings {
        events_on_stdout: false,
        announce: false,
        verbose: false,
        progress: ProgressStyle::None,
        today: Date::MIN,
    };

    #[test]
    fn what_gains_more_takes_the_place_of_the_finding() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("out");
        let folder = Folder::open(&path).unwrap();
        let gains = |finding: &Finding| finding.profit.as_ref().unwrap().amount.clone();
        let companions = Box::new(move |finding: &Finding| vec![("trace.txt", gains(finding))]);
        let mut reporter = Reporter::new(folder, QUIET, Arc::new(Progress::default()), companions).unwrap();
        let small = fixtures::profit_finding();
        let mut large = small.clone();
        large.profit.as_mut().unwrap().amount = "987654321".to_owned();
        reporter.take(&Event::Finding(Box::new(small))).unwrap();
        reporter.take(&Event::Enlarged(Box::new(large.clone()))).unwrap();
        assert_eq!(reporter.findings(), [large.clone()]);
        assert_eq!(reporter.finish(1).unwrap().findings.len(), 1);
        let [(file, read)] = &read_findings(&path).unwrap()[..] else { panic!("there is one finding") };
        assert_eq!(*read, large);
        assert_eq!(fs::read_to_string(file.with_extension("trace.txt")).unwrap(), "987654321");
    }

    #[test]
    fn everything_that_happened_is_in_the_folder() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("out");
        let folder = Folder::open(&path).unwrap();
        let companions = Box::new(|_: &Finding| vec![("trace.txt", "tree\n".to_owned())]);
        let mut reporter = Reporter::new(folder, QUIET, Arc::new(Progress::default()), companions).unwrap();
        let events = fixtures::events();
        for event in &events {
            reporter.take(event).unwrap();
        }
        assert!(!path.join("summary.json").exists());
        let summary = reporter.finish(1).unwrap();
        let lines = fs::read_to_string(path.join("events.jsonl")).unwrap();
        assert_eq!(lines.lines().count(), events.len());
        for line in lines.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(value["event"].is_string(), "{line}");
        }
        for finding in &summary.findings {
            assert!(path.join(&finding.file).is_file());
            assert!(path.join(finding.file.replace(".json", ".trace.txt")).is_file());
        }
        let written: serde_json::Value = serde_json::from_slice(&fs::read(path.join("summary.json")).unwrap()).unwrap();
        assert_eq!(written["exit_code"], 1);
    }

    #[test]
    fn only_the_last_line_of_the_log_knows_the_time() {
        let times = |event: &Event| {
            let text = serde_json::to_string(event).unwrap();
            text.contains("seconds\":") && text.contains("elapsed")
        };
        let events = fixtures::events();
        assert_eq!(events.iter().filter(|event| times(event)).count(), 1);
    }

    #[test]
    fn a_full_disk_is_an_error_that_names_the_file() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("out");
        let folder = Folder::open(&path).unwrap();
        let mut reporter =
            Reporter::new(folder, QUIET, Arc::new(Progress::default()), Box::new(|_| Vec::new())).unwrap();
        fs::remove_dir_all(path.join("findings")).unwrap();
        let error = reporter.take(&Event::Finding(Box::new(fixtures::invariant_finding()))).unwrap_err();
        assert!(error.to_string().contains("findings"), "{error}");
    }
}
