//! `latchkey doctor`: whether this installation can do its work, and what to do where it cannot. It changes nothing and sends
//! nothing.

mod database;
mod domains;
mod names;
mod relay;
mod store;
mod texts;

use crate::{config::Config, delivery::usual_sender};
use domain::language::Language;
use std::{fmt, time::Duration};

/// How long any one question may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// Something will not work.
    Bad,
}

/// What was found out about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How it is.
    pub verdict: Verdict,
    /// In words, with what to do.
    pub words: String,
}

impl Finding {
    fn good(words: String) -> Self {
        Self { verdict: Verdict::Good, words }
    }

    fn note(words: String) -> Self {
        Self { verdict: Verdict::Note, words }
    }

    fn bad(words: String) -> Self {
        Self { verdict: Verdict::Bad, words }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.verdict {
            Verdict::Good => "✓",
            Verdict::Note => "·",
            Verdict::Bad => "✗",
        };
        write!(formatter, "{sign} {}", self.words)
    }
}

/// Examines everything that a configuration names: the public address, the database and the clocks, the relay, the senders' domains.
pub async fn examine(config: &Config, language: Language) -> Vec<Finding> {
    let mut findings = vec![Finding::good(texts::configuration(language))];
    findings.extend(names::public_address(config, language).await);
    let database = database::examine(config, language).await;
    findings.extend(database.findings);
    let usual = usual_sender(config);
    if config.smtp_url.is_some() && config.mail_from.is_none() {
        findings.push(Finding::note(texts::sender_is_unnamed(language, &usual)));
    }
    let others = database.senders.into_iter().filter(|sender| *sender != usual);
    let senders: Vec<String> = std::iter::once(usual.clone()).chain(others).collect();
    // Of what it is known to refuse after it was told the recipient only, MAIL tells nothing.
    findings.extend(relay::examine(config, &senders[usize::from(database.refuses_usual)..], language).await);
    if config.smtp_url.is_some() {
        findings.extend(domains::examine(&senders, language).await);
    }
    findings
}
