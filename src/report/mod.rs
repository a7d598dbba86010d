//! Events and findings in, outputs out: one file per format. Knows events and findings as data; must not know how a campaign
//! runs, nor decide exit codes.
//!
//! [`Reporter`] is the campaign's sink: it writes each event where it belongs (`events.jsonl`, `findings/`, `corpus/`, stdout)
//! and collects what [`RunSummary`] needs. The rest are renderers: data in, text out.

mod amount;
mod annotations;
mod atomic;
mod caveats;
mod console;
mod corpus;
mod decode;
mod escape;
mod findings;
mod folder;
mod jsonl;
mod junit;
mod lcov;
mod markdown;
mod progress;
mod reporter;
mod rules;
mod run;
mod sarif;
mod solidity;
mod summary;
mod trace;
mod zoo;

#[cfg(test)]
mod fixtures;

pub use amount::{amount, amount_with_base_units, percent, thousands};
pub use annotations::render_annotations;
pub use atomic::write_atomically;
pub use console::{Look, render_finding, render_run, render_table, severity_name};
pub use corpus::{CorpusError, CorpusFile, read_corpus};
pub use escape::{clip, escape};
pub use findings::{FindingFileError, read_finding, read_findings};
pub use folder::{Folder, FolderError};
pub use jsonl::EventLog;
pub use junit::render_junit;
pub use lcov::render_lcov;
pub use markdown::{MAX_MARKDOWN, render_markdown};
pub use progress::{ProgressStyle, Ticker};
pub use reporter::{Companions, Reporter, ReporterSettings};
pub use rules::{RuleText, rules_of};
pub use run::{RUN_FORMAT, RunOrigin, RunProtocol, RunRecord, read_run};
pub use sarif::{DeclaredIn, Folders, SarifRun, render_sarif};
pub use solidity::{render_step, render_steps};
pub use summary::{
    Collector, DefectEntry, FindingEntry, FrontierEntry, FunctionEntry, InvariantEntry, OptimumEntry, ProfitEntry,
    ProtocolEntry, RunSummary, SUMMARY_FORMAT, ScenarioEntry,
};
pub use trace::{Section, render_traces};
