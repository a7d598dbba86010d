//! A panic becomes one message. The hook only remembers it: what a campaign catches becomes an event, not noise.

use std::{
    panic::{self, PanicHookInfo},
    sync::{Mutex, PoisonError},
};

static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Remembers panics from now on instead of printing them.
pub(super) fn install() {
    panic::set_hook(Box::new(|info| {
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(text(info));
    }));
}

fn text(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("panic");
    match info.location() {
        Some(place) => format!("{message} ({}:{})", place.file(), place.line()),
        None => message.to_owned(),
    }
}

/// The last panic, for the user.
pub(super) fn describe() -> String {
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
    let message = last.unwrap_or_else(|| "panic".to_owned());
    format!(
        "error: {}\n  this is a defect of heist, not of the target\n  help: report it with the command line and run.json of the run folder",
        super::terminal::one_line(&message)
    )
}
