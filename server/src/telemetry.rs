//! Logs: no address, token or body is ever written to them.

use crate::config::LogFormat;
use std::{
    env,
    io::{IsTerminal, stderr},
    panic,
};
use tracing_subscriber::EnvFilter;

/// What is logged where `RUST_LOG` says nothing.
const USUAL: &str = "info,sqlx=warn,lettre=off";

/// Starts logging to stderr; `RUST_LOG` chooses what.
pub fn start(format: LogFormat) {
    let asked = env::var_os("RUST_LOG").unwrap_or_default();
    let asked = asked.to_string_lossy();
    let chosen = chosen(&asked);
    let is_understood = chosen.is_some();
    let filter = chosen.unwrap_or_else(|| EnvFilter::new(USUAL));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(stderr().is_terminal());
    let started = match format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    // A second start in one process, as in tests, keeps the first.
    if started.is_ok() {
        panic::set_hook(Box::new(|panic| tell_of(panic.location())));
    }
    if !is_understood {
        tracing::warn!(RUST_LOG = %asked, "RUST_LOG is not understood, and the usual is logged: {USUAL}");
    }
}

/// What was asked for, the usual where nothing was; none where it is not understood.
fn chosen(asked: &str) -> Option<EnvFilter> {
    EnvFilter::try_new(if asked.trim().is_empty() { USUAL } else { asked }).ok()
}

/// Tells of a panic where it happened, and no more: its words may name anything.
fn tell_of(place: Option<&panic::Location<'_>>) {
    let (file, line) = place.map_or(("somewhere", 0), |place| (place.file(), place.line()));
    tracing::error!(file, line, "a panic");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asked_for_is_the_usual_and_nonsense_is_not_taken_for_it() {
        for (asked, logged) in [("", Some(USUAL)), (" ", Some(USUAL)), ("debug", Some("debug")), ("server=loud", None)] {
            let logged = logged.map(|logged| EnvFilter::new(logged).to_string());
            assert_eq!(chosen(asked).map(|filter| filter.to_string()), logged, "{asked:?}");
        }
    }
}
