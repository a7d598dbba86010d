use super::amount::{percent, thousands};
use crate::campaign::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle as BarStyle};
use std::{
    fmt,
    io::{self, Write as _},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How often a bar is drawn.
const BAR_EVERY: Duration = Duration::from_millis(200);
/// How often a line is written.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// How progress is shown, on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressStyle {
    /// A bar that is redrawn.
    Bar,
    /// A line now and then.
    Line,
    /// Not at all.
    None,
}

/// One thread that reads a campaign's [`Progress`] and shows it. It ends when this is dropped.
pub struct Ticker {
    shared: Arc<Shared>,
    bar: Option<ProgressBar>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Ticker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ticker").field("running", &self.thread.is_some()).finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct Shared {
    ended: Mutex<bool>,
    changed: Condvar,
    /// Held while somebody writes to stderr.
    output: Mutex<()>,
}

impl Ticker {
    /// Begins to show `progress`.
    pub fn start(progress: Arc<Progress>, style: ProgressStyle) -> Self {
        let shared = Arc::new(Shared::default());
        let bar = (style == ProgressStyle::Bar).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            bar.set_style(bar_style(progress.budget.load(Relaxed) > 0));
            bar
        });
        let every = if style == ProgressStyle::Bar { BAR_EVERY } else { LINE_EVERY };
        let thread = (style != ProgressStyle::None).then(|| {
            let (shared, bar) = (shared.clone(), bar.clone());
            thread::spawn(move || run(&shared, bar.as_ref(), &progress, every))
        });
        Self { shared, bar, thread }
    }

    /// Runs `write`, which writes to the terminal, without the bar in its way.
    pub fn suspend<R>(&self, write: impl FnOnce() -> R) -> R {
        let _output = self.shared.output.lock().unwrap_or_else(PoisonError::into_inner);
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Ends the thread and removes the bar.
    pub fn stop(&mut self) {
        *self.shared.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A ticker that panicked has nothing to say about the campaign.
            let _ = thread.join();
        }
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop();
    }
}

fn bar_style(bounded: bool) -> BarStyle {
    let template =
        if bounded { "{elapsed_precise} [{bar:24}] {percent:>3}% {msg}" } else { "{elapsed_precise} {spinner} {msg}" };
    BarStyle::with_template(template).unwrap_or_else(|_| BarStyle::default_bar()).progress_chars("=> ")
}

fn run(shared: &Shared, bar: Option<&ProgressBar>, progress: &Progress, every: Duration) {
    let mut gauge = Gauge::new(Instant::now());
    let mut bounded = progress.budget.load(Relaxed) > 0;
    loop {
        let ended = shared.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let (ended, _) =
            shared.changed.wait_timeout_while(ended, every, |ended| !*ended).unwrap_or_else(PoisonError::into_inner);
        if *ended {
            return;
        }
        drop(ended);
        let text = gauge.read(progress, Instant::now());
        let _output = shared.output.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bar {
            let budget = progress.budget.load(Relaxed);
            if budget > 0 {
                if !bounded {
                    bounded = true;
                    bar.set_style(bar_style(true));
                }
                bar.set_length(budget);
                bar.set_position(progress.calls.load(Relaxed).min(budget));
            }
            bar.set_message(text);
            bar.tick();
        } else {
            // Nobody reads stderr any more: nothing to do about it.
            let _ = writeln!(io::stderr(), "heist: {text}");
        }
    }
}

/// Turns counters into speed and ages.
#[derive(Debug)]
struct Gauge {
    started: Instant,
    before: (Instant, u64),
    last_edge: u64,
    edge_at: Instant,
}

impl Gauge {
    fn new(now: Instant) -> Self {
        Self { started: now, before: (now, 0), last_edge: 0, edge_at: now }
    }

    fn read(&mut self, progress: &Progress, now: Instant) -> String {
        let load = |counter: &AtomicU64| counter.load(Relaxed);
        let (calls, last_edge) = (load(&progress.calls), load(&progress.last_edge));
        let seconds = now.duration_since(self.before.0).as_secs_f64();
        let speed = if seconds > 0.0 { calls.saturating_sub(self.before.1) as f64 / seconds } else { 0.0 };
        self.before = (now, calls);
        if last_edge != self.last_edge {
            (self.last_edge, self.edge_at) = (last_edge, now);
        }
        format!(
            "{} s, {} calls, {}/s, {} edges (last new {} s ago), corpus {}, reverts {}, findings {}",
            now.duration_since(self.started).as_secs(),
            thousands(calls),
            thousands(speed.round() as u64),
            thousands(load(&progress.edges)),
            now.duration_since(self.edge_at).as_secs(),
            thousands(load(&progress.corpus)),
            percent(load(&progress.reverts), calls),
            load(&progress.findings)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Gauge, ProgressStyle, Ticker};
    use crate::campaign::Progress;
    use std::{
        sync::{Arc, atomic::Ordering::Relaxed},
        time::{Duration, Instant},
    };

    #[test]
    fn the_gauge_shows_speed_since_the_last_look_and_the_age_of_the_last_edge() {
        let start = Instant::now();
        let progress = Progress::default();
        let mut gauge = Gauge::new(start);
        progress.calls.store(1_000, Relaxed);
        progress.last_edge.store(900, Relaxed);
        progress.edges.store(42, Relaxed);
        gauge.read(&progress, start + Duration::from_secs(1));
        progress.calls.store(21_000, Relaxed);
        progress.reverts.store(2_100, Relaxed);
        let text = gauge.read(&progress, start + Duration::from_secs(11));
        assert_eq!(
            text,
            "11 s, 21,000 calls, 2,000/s, 42 edges (last new 10 s ago), corpus 0, reverts 10.0 %, findings 0"
        );
    }

    #[test]
    fn a_ticker_ends_at_once_and_lets_others_write() {
        for style in [ProgressStyle::Bar, ProgressStyle::Line, ProgressStyle::None] {
            let started = Instant::now();
            let mut ticker = Ticker::start(Arc::new(Progress::default()), style);
            assert_eq!(ticker.suspend(|| 7), 7);
            ticker.stop();
            assert!(started.elapsed() < Duration::from_secs(5));
        }
    }
}
