//! The relay: a dialogue up to, and without, a message.

use super::{Finding, PATIENCE, names::addresses, texts};
use crate::{
    cli,
    config::Config,
    mail::{
        relay::{ConnectError, Relay},
        relay_url::SmtpUrl,
        smtp::{SendError, SenderRefused, Timeouts},
    },
};
use domain::language::Language;
use std::net::IpAddr;

/// Talks to the relay as a worker would, and asks it about each sender.
pub async fn examine(config: &Config, senders: &[String], language: Language) -> Vec<Finding> {
    let Some(url) = &config.smtp_url else {
        let mail = if config.keeps_mail() { texts::mail_is_kept(language) } else { texts::mail_waits(language) };
        return vec![Finding::note(mail)];
    };
    let is_address = url.host.parse::<IpAddr>().is_ok();
    match addresses(&url.host, url.port).await {
        Ok(found) => {
            let name = (!is_address).then(|| Finding::good(texts::relay_resolves(language, &url.host, &found)));
            name.into_iter().chain(dialogue(config, url, senders, language).await).collect()
        }
        Err(error) => vec![Finding::bad(texts::relay_does_not_resolve(language, &url.host, &error))],
    }
}

async fn dialogue(config: &Config, url: &SmtpUrl, senders: &[String], language: Language) -> Vec<Finding> {
    let relay = match Relay::new(url.clone(), config.base_url.host(), config.ca_file.as_deref()) {
        Ok(relay) => relay.with_timeouts(Timeouts::of(PATIENCE)),
        Err(error) => return vec![Finding::bad(cli::tls_in_words(language, &error))],
    };
    let mut connection = match relay.connect().await {
        Ok(connection) => connection,
        Err(error) => {
            let told = cli::relay_in_words(language, &error);
            let words = match error {
                ConnectError::Unreachable(_) => texts::relay_is_away,
                ConnectError::Dialogue(_) if error.is_silence() => texts::relay_is_away,
                ConnectError::Authentication(_) => texts::relay_refuses,
                _ => texts::relay_fails,
            };
            return vec![Finding::bad(words(language, &url.host, url.port, told.trim_end_matches('.')))];
        }
    };
    let mut findings = vec![Finding::good(match (&url.credentials, url.is_protected()) {
        (Some(_), _) => texts::relay_signs_in(language, url.port),
        (None, true) => texts::relay_is_protected(language, url.port),
        (None, false) => texts::relay_is_plain(language, url.port),
    })];
    for sender in senders {
        findings.push(match connection.would_take_from(sender).await {
            Ok(()) => Finding::good(texts::sender_is_taken(language, sender)),
            Err(SenderRefused::Relay(SendError::Sender(reply) | SendError::Closing(reply))) if !reply.is_permanent() => {
                Finding::note(texts::sender_is_put_off(language, sender, &reply.to_string()))
            }
            Err(SenderRefused::Relay(SendError::Sender(reply))) => {
                Finding::bad(texts::sender_is_refused(language, sender, &reply.to_string()))
            }
            Err(error) => Finding::bad(texts::sender_is_refused(language, sender, &error.to_string())),
        });
        if !connection.is_whole() {
            break;
        }
    }
    connection.quit().await;
    findings
}
