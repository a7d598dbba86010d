//! Whether artifacts are older than their sources.

use std::{fs, path::Path, time::SystemTime};

/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 12;
/// Most files that are looked at.
const MAX_FILES: usize = 20_000;

/// Whether a source of the project was changed after the last artifact was written.
pub(super) fn is_stale(project: &Path, sources: &[String], out: &str) -> bool {
    let written = newest(&project.join(out), "json");
    let changed = sources.iter().filter_map(|folder| newest(&project.join(folder), "sol")).max();
    matches!((changed, written), (Some(changed), Some(written)) if changed > written)
}

/// When the youngest file with this extension was changed. Links are not followed: they may lead out of the project.
fn newest(folder: &Path, extension: &str) -> Option<SystemTime> {
    let mut folders = vec![(folder.to_owned(), 0)];
    let (mut youngest, mut count) = (None, 0);
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            count += 1;
            if count > MAX_FILES {
                return youngest;
            }
            let path = entry.path();
            if kind.is_dir() && depth < MAX_DEPTH {
                folders.push((path, depth + 1));
            } else if kind.is_file() && path.extension().is_some_and(|found| found == extension) {
                youngest = youngest.max(entry.metadata().and_then(|metadata| metadata.modified()).ok());
            }
        }
    }
    youngest
}
