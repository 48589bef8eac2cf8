//! Where messages go: to a real relay, or into the built-in mailbox.

use super::{
    dialogue::DialogueError,
    mailbox::Mailbox,
    relay::{ConnectError, Relay},
    smtp::{Connection, Envelope, SendError, dotted},
};
use domain::ids::{OrganisationId, SendId};

/// Where messages go.
pub enum Transport {
    /// By SMTP to a relay.
    Relay(Box<Relay>),
    /// Into the built-in mailbox.
    Mailbox(Mailbox),
}

/// A way to hand over messages, one after the other.
pub enum Channel {
    /// A connection to the relay.
    Relay(Box<Connection>),
    /// The built-in mailbox.
    Mailbox(Mailbox),
}

impl Transport {
    /// Opens a way to hand over messages.
    pub async fn open(&self) -> Result<Channel, ConnectError> {
        Ok(match self {
            Self::Relay(relay) => Channel::Relay(Box::new(relay.connect().await?)),
            Self::Mailbox(mailbox) => Channel::Mailbox(mailbox.clone()),
        })
    }

    /// Whether messages stay here, so that they are kept and not sent.
    pub fn keeps(&self) -> bool {
        matches!(self, Self::Mailbox(_))
    }
}

impl Channel {
    /// Whether a further message may be handed over.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Relay(connection) => connection.is_whole(),
            Self::Mailbox(_) => true,
        }
    }

    /// Whether messages were handed over before.
    pub fn is_used(&self) -> bool {
        match self {
            Self::Relay(connection) => connection.is_used(),
            Self::Mailbox(_) => false,
        }
    }

    /// Whether it has carried as many messages as it shall.
    pub fn is_spent(&self) -> bool {
        match self {
            Self::Relay(connection) => connection.is_spent(),
            Self::Mailbox(_) => false,
        }
    }

    /// Asks whether a message may come. May be abandoned at any point: nothing has left.
    pub async fn offer(&mut self, envelope: &Envelope) -> Result<(), SendError> {
        match self {
            Self::Relay(connection) => connection.offer(envelope).await,
            Self::Mailbox(_) => Ok(()),
        }
    }

    /// Hands over the message that was offered. Gives the relay's answer, if there is a relay.
    pub async fn deliver(&mut self, organisation: OrganisationId, send: SendId, message: &[u8]) -> Result<Option<String>, SendError> {
        match self {
            Self::Relay(connection) => Ok(Some(connection.deliver(&dotted(message)).await?.to_string())),
            Self::Mailbox(mailbox) => {
                let kept = mailbox.keep(organisation, send, message).await;
                kept.map(|()| None).map_err(|error| SendError::Lost(DialogueError::Network(error)))
            }
        }
    }

    /// Takes leave.
    pub async fn close(self) {
        if let Self::Relay(connection) = self {
            connection.quit().await;
        }
    }
}
