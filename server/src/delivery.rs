//! Delivery, as the configuration wants it: to the relay, into the mailbox, or not at all.

use crate::{
    config::Config,
    mail::{mailbox::Mailbox, relay::Relay, tls::TlsSetupError, transport::Transport},
    outbox::{PATIENCE, Settings, Worker},
    precedence::Requests,
    startup::Opened,
};
use std::{io, path::PathBuf};

/// Why delivery cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The mailbox's folder.
    #[error("the mailbox in {0} cannot be opened: {1}")]
    Mailbox(PathBuf, #[source] io::Error),
    /// The certificates.
    #[error(transparent)]
    Tls(#[from] TlsSetupError),
}

/// The built-in mailbox, where there is one.
pub fn mailbox(config: &Config) -> Result<Option<Mailbox>, DeliveryError> {
    let opened = config.keeps_mail().then(|| Mailbox::open(&config.data)).transpose();
    opened.map_err(|error| DeliveryError::Mailbox(config.data.clone(), error))
}

/// A worker that has not begun, and gives way to `requests`; none where messages wait.
pub fn worker(config: &Config, opened: &Opened, requests: Requests) -> Result<Option<Worker>, DeliveryError> {
    let transport = match (&config.smtp_url, mailbox(config)?) {
        (Some(url), _) => {
            let relay = Relay::new(url.clone(), config.base_url.host(), config.ca_file.as_deref())?;
            Transport::Relay(Box::new(relay.with_messages_per_connection(config.messages_per_connection)))
        }
        (None, Some(mailbox)) => Transport::Mailbox(mailbox),
        (None, None) => return Ok(None),
    };
    Ok(Some(Worker::new(Settings {
        pool: opened.pool.clone(),
        transport,
        key: opened.key.clone(),
        base_url: config.base_url.text.clone(),
        sender: usual_sender(config),
        connections: config.workers,
        pace: config.relay_pace,
        patience: PATIENCE,
        requests,
    })))
}

/// The sender of organisations that have set none: the one that is configured, else one on the public host, or on this machine.
pub fn usual_sender(config: &Config) -> String {
    config.mail_from.clone().unwrap_or_else(|| default_sender(config.base_url.host()))
}

fn default_sender(host: &str) -> String {
    let domain = if host.parse::<std::net::Ipv4Addr>().is_ok() || host.contains(':') { "localhost" } else { host };
    format!("latchkey@{domain}")
}
