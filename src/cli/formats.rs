//! What other tools read of a run: code scanning, CI servers, a job's page.

use super::{exit::Exit, target::suite_files, terminal};
use crate::{
    campaign::Finding,
    protocol::{CONFIG_FILE, Origin, Protocol},
    report::{
        DeclaredIn, Folder, Folders, RunSummary, SarifRun, render_annotations, render_junit, render_markdown,
        render_sarif, rules_of,
    },
};
use jiff::civil::Date;
use std::{
    env,
    fs::OpenOptions,
    io::{self, Write as _},
    iter,
    path::{Path, absolute},
};

/// Writes `results.sarif`, `junit.xml` and `summary.md`; within GitHub Actions the page of the job too, and annotations on stderr.
pub(super) fn write(
    folder: &Folder,
    (summary, findings): (&RunSummary, &[Finding]),
    protocols: &[Protocol],
    today: Date,
) -> io::Result<()> {
    let folders = folders(protocols);
    let run = SarifRun {
        exit_code: summary.exit_code,
        is_complete: [Exit::Held, Exit::Findings].map(Exit::code).contains(&summary.exit_code),
        today,
        folders: &folders,
    };
    let sarif = render_sarif(findings, &rules_of(findings, protocols), run);
    let page = render_markdown(summary, findings, today);
    folder.write_text("results.sarif", &(serde_json::to_string_pretty(&sarif)? + "\n"))?;
    folder.write_text("junit.xml", &render_junit(summary, findings, today).map_err(io::Error::other)?)?;
    folder.write_text("summary.md", &page)?;
    if env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        for line in render_annotations(findings, &folders, today) {
            terminal::complain(&line);
        }
        if let Some(path) = env::var_os("GITHUB_STEP_SUMMARY") {
            OpenOptions::new().create(true).append(true).open(path)?.write_all(page.as_bytes())?;
        }
    }
    Ok(())
}

/// Where protocols are declared, as seen from the current folder; those that are embedded, or elsewhere, have no place.
fn folders(protocols: &[Protocol]) -> Folders {
    let here = env::current_dir().unwrap_or_default();
    let place = |protocol: &Protocol| {
        let folder = match &protocol.origin {
            Origin::Bundled(_) => return None,
            Origin::Folder(folder) | Origin::Setup { folder, .. } => absolute(folder).ok()?,
        };
        let file = iter::once(CONFIG_FILE).chain(suite_files()).find(|name| folder.join(name).is_file())?;
        let parts = folder.strip_prefix(&here).ok().map(Path::components)?;
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        Some((protocol.id.clone(), DeclaredIn { folder: parts.join("/"), file: file.to_owned() }))
    };
    protocols.iter().filter_map(place).collect()
}
