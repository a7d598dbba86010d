use super::atomic::named;
use crate::campaign::Event;
use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// `events.jsonl`: one event a line, in the file when [`EventLog::write`] returns.
#[derive(Debug)]
pub struct EventLog {
    path: PathBuf,
    file: File,
}

impl EventLog {
    /// Begins a new log at `path`.
    ///
    /// # Errors
    ///
    /// When the file cannot be created.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = File::create(path).map_err(|error| named(path, &error))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Adds a line.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&mut self, event: &Event) -> io::Result<()> {
        // One write a line: a killed process leaves whole lines.
        self.file.write_all(line(event)?.as_bytes()).map_err(|error| named(&self.path, &error))
    }
}

/// An event as a line, its end included.
pub(super) fn line(event: &Event) -> io::Result<String> {
    let mut line = serde_json::to_string(event)?;
    line.push('\n');
    Ok(line)
}
