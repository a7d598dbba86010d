//! One campaign over a protocol of the catalogue.

use heist::{
    campaign::{self, DEFAULT_MEMORY, Event, Features, Finding, Options, Progress, Sink},
    gallery,
    invariant::Mode,
};
use std::time::{Duration, Instant};

/// What a campaign came to.
#[derive(Debug)]
pub(crate) struct Searched {
    pub(crate) calls: u64,
    pub(crate) seconds: f64,
    /// The first profit, with the seconds after which it was found.
    pub(crate) profit: Option<(Finding, f64)>,
    /// Invariants that were violated, by their rules, each with the seconds after which that was found, in this order.
    pub(crate) violated: Vec<(String, f64)>,
}

impl Searched {
    /// The seconds until the first finding.
    pub(crate) fn first(&self) -> Option<f64> {
        let profit = self.profit.as_ref().map(|(_, seconds)| *seconds);
        let violation = self.violated.first().map(|(_, seconds)| *seconds);
        profit.into_iter().chain(violation).reduce(f64::min)
    }

    /// One line.
    pub(crate) fn words(&self) -> String {
        let found = match &self.profit {
            Some((finding, seconds)) => {
                let profit = finding.profit.as_ref().map_or_else(String::new, |profit| profit.amount.clone());
                format!("{} after {seconds:.1} s, profit {profit}", finding.rule)
            }
            None => "no profit".to_owned(),
        };
        let violated = self.violated.iter().map(|(rule, seconds)| format!(", {rule} after {seconds:.1} s"));
        format!("{found}{}; {} calls in {:.1} s", violated.collect::<String>(), self.calls, self.seconds)
    }
}

/// Notes findings, and ends the campaign with the first profit.
struct Collector<'a> {
    progress: &'a Progress,
    started: Instant,
    stops: bool,
    profit: Option<(Finding, f64)>,
    violated: Vec<(String, f64)>,
    defect: Option<String>,
}

impl Sink for Collector<'_> {
    fn take(&mut self, event: &Event) -> std::io::Result<()> {
        let seconds = self.started.elapsed().as_secs_f64();
        match event {
            Event::Finding(finding) if finding.profit.is_some() => {
                if self.profit.is_none() {
                    self.profit = Some((Finding::clone(finding), seconds));
                }
                if self.stops {
                    self.progress.request_stop();
                }
            }
            Event::Finding(finding) if self.violated.iter().all(|(rule, _)| *rule != finding.rule) => {
                self.violated.push((finding.rule.clone(), seconds));
            }
            Event::Defect { message, .. } => self.defect = Some(message.clone()),
            _ => {}
        }
        Ok(())
    }
}

/// Searches a protocol for `time`, until the first profit where it `stops`.
pub(crate) fn search(
    name: &str,
    seed: u64,
    (time, threads): (Duration, usize),
    (features, stops): (Features, bool),
) -> Result<Searched, String> {
    let protocol = gallery::load(&format!("attacks/{name}")).map_err(|error| error.to_string())?;
    let options = Options {
        seed,
        calls: None,
        time: Some(time),
        threads,
        scenarios: Vec::new(),
        invariants: Vec::new(),
        features,
        memory: DEFAULT_MEMORY,
        mode: Mode::Incremental,
    };
    let (started, progress) = (Instant::now(), Progress::default());
    let mut collector =
        Collector { progress: &progress, started, stops, profit: None, violated: Vec::new(), defect: None };
    let summary = campaign::run(std::slice::from_ref(&protocol), &options, &mut collector, &progress)
        .map_err(|error| format!("{name}: {error}"))?;
    if let Some(message) = collector.defect {
        return Err(format!("{name}: a defect: {message}"));
    }
    let Collector { profit, violated, .. } = collector;
    Ok(Searched { calls: summary.calls, seconds: started.elapsed().as_secs_f64(), profit, violated })
}
