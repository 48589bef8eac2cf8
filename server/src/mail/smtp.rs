//! One SMTP connection to the relay (RFC 5321).
//!
//! The dialogue is our own and only the spelling of the commands is lettre's, since its connection reads without a limit of
//! time, ends on a refusal without telling which command was refused, takes a reply in Latin-1 for a broken network, keeps
//! what stood in its buffer before `STARTTLS`, and leaves Nagle's algorithm on.

use super::{
    dialogue::{Dialogue, DialogueError},
    relay::Extensions,
    reply::Reply,
};
use lettre::{
    Address,
    address::AddressError,
    transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset},
};
use memchr::memmem;
use std::{num::NonZeroU32, time::Duration};

/// How long each step may take. The defaults are those of RFC 5321, section 4.5.3.2, shorter where no message is at stake.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Reaching one address of the relay.
    pub connect: Duration,
    /// The TLS handshake, the greeting, EHLO and signing in: each.
    pub greeting: Duration,
    /// MAIL and RCPT: each.
    pub command: Duration,
    /// DATA.
    pub data: Duration,
    /// Handing over the message.
    pub block: Duration,
    /// The answer after the final dot. Long, since giving up too early makes a second copy.
    pub answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: Duration::from_mins(1),
            command: Duration::from_mins(5),
            data: Duration::from_mins(2),
            block: Duration::from_mins(3),
            answer: Duration::from_mins(10),
        }
    }
}

impl Timeouts {
    /// One limit for every step, for a dialogue in which no message is at stake.
    pub fn of(limit: Duration) -> Self {
        Self { connect: limit, greeting: limit, command: limit, data: limit, block: limit, answer: limit }
    }
}

/// Sender and recipient as the relay is told them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub(super) sender: Address,
    pub(super) recipient: Address,
}

impl Envelope {
    /// Checks both addresses; their domains are in ASCII.
    pub fn new(sender: &str, recipient: &str) -> Result<Self, AddressError> {
        Ok(Self { sender: sender.parse()?, recipient: recipient.parse()? })
    }
}

/// Why a message did not leave, told by what it concerns.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The connection ended before the final dot: nothing has left. Concerns nobody yet.
    #[error(transparent)]
    Lost(DialogueError),
    /// The relay wishes to close the connection (421) before the final dot: nothing has left. Concerns nobody yet.
    #[error("the relay is closing the connection: {0}")]
    Closing(Reply),
    /// MAIL FROM was refused, or what came after it for who sends: concerns everybody who sends from there.
    #[error("the relay refused the sender: {0}")]
    Sender(Reply),
    /// RCPT TO was refused: concerns this person.
    #[error("the relay refused the recipient: {0}")]
    Recipient(Reply),
    /// DATA, or the message itself, was refused: concerns this message.
    #[error("the relay refused the message: {0}")]
    Message(Reply),
    /// No answer came after the final dot: nobody knows whether the message has left.
    #[error("the relay did not answer after the message: {0}")]
    Unanswered(DialogueError),
}

impl SendError {
    /// Whether it ended since nothing was said.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::Lost(error) | Self::Unanswered(error) if error.is_silence())
    }

    /// Relays judge a sender as late as they like.
    fn of_whom_it_is(self) -> Self {
        match self {
            Self::Recipient(reply) | Self::Message(reply) if reply.is_about_sender() => Self::Sender(reply),
            error => error,
        }
    }
}

/// Why a sender would not be taken.
#[derive(Debug, thiserror::Error)]
pub enum SenderRefused {
    /// No relay could take it.
    #[error("this is no address")]
    Address(#[from] AddressError),
    /// The relay refuses it.
    #[error(transparent)]
    Relay(#[from] SendError),
}

/// An open connection, signed in where the relay asks for it. Dropped on every error that is no plain refusal.
pub struct Connection {
    dialogue: Dialogue,
    timeouts: Timeouts,
    /// Commands may be sent together (RFC 2920): two round trips for a message instead of four.
    pipelining: bool,
    /// A refused transaction is still open, and is ended before the next one.
    unfinished: bool,
    /// No step was left half done.
    whole: bool,
    /// Messages that were offered over it.
    offered: u32,
    /// Messages that may be offered over it.
    most: Option<NonZeroU32>,
}

impl Connection {
    pub(super) fn new(dialogue: Dialogue, extensions: Extensions, timeouts: Timeouts) -> Self {
        Self { dialogue, timeouts, pipelining: extensions.pipelining, unfinished: false, whole: true, offered: 0, most: None }
    }

    /// The same, for so many messages at most.
    #[must_use]
    pub(super) fn for_at_most(self, most: Option<NonZeroU32>) -> Self {
        Self { most, ..self }
    }

    /// Whether it has carried as many messages as one connection shall.
    pub fn is_spent(&self) -> bool {
        self.most.is_some_and(|most| self.offered >= most.get())
    }

    /// Whether a further message may be offered.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether messages were offered before, so that its end may be the ordinary end of an idle connection.
    pub fn is_used(&self) -> bool {
        self.offered > 0
    }

    /// Offers a message: MAIL, RCPT, DATA. May be abandoned at any point; nothing has left before [`Self::deliver`].
    pub async fn offer(&mut self, envelope: &Envelope) -> Result<(), SendError> {
        self.whole = false;
        let offered = self.transaction(envelope).await;
        self.offered = self.offered.saturating_add(1);
        self.whole = match &offered {
            Ok(()) | Err(SendError::Message(_)) => true,
            Err(SendError::Sender(_)) => self.drain(2).await,
            Err(SendError::Recipient(_)) => self.drain(1).await,
            Err(_) => false,
        };
        offered.map_err(SendError::of_whom_it_is)
    }

    /// Asks whether messages from a sender would be taken, without offering one.
    pub async fn would_take_from(&mut self, sender: &str) -> Result<(), SenderRefused> {
        let mail = Mail::new(Some(sender.parse()?), Vec::new()).to_string();
        let limit = self.timeouts.command;
        self.whole = false;
        let mut answer = None;
        for command in [mail, Rset.to_string()] {
            self.dialogue.write(command.as_bytes(), limit).await.map_err(SendError::Lost)?;
            let reply = self.dialogue.read(limit).await.map_err(SendError::Lost)?;
            if reply.is_closing() {
                return Err(SendError::Closing(reply).into());
            }
            answer.get_or_insert(reply);
        }
        self.whole = true;
        match answer {
            Some(reply) if !reply.is_positive() => Err(SendError::Sender(reply).into()),
            _ => Ok(()),
        }
    }

    async fn transaction(&mut self, envelope: &Envelope) -> Result<(), SendError> {
        let reset = if self.unfinished { Rset.to_string() } else { String::new() };
        let mail = Mail::new(Some(envelope.sender.clone()), Vec::new()).to_string();
        let recipient = Rcpt::new(envelope.recipient.clone(), Vec::new()).to_string();
        let data = Data.to_string();
        let limit = self.timeouts.command;
        if self.pipelining {
            let together = [reset.as_str(), &mail, &recipient, &data].concat();
            self.dialogue.write(together.as_bytes(), limit).await.map_err(SendError::Lost)?;
        }
        if self.unfinished {
            self.ask(&reset, limit).await?;
            self.unfinished = false;
        }
        let reply = self.ask(&mail, limit).await?;
        if !reply.is_positive() {
            return Err(SendError::Sender(reply));
        }
        self.unfinished = true;
        let reply = self.ask(&recipient, limit).await?;
        if !reply.is_positive() {
            return Err(SendError::Recipient(reply));
        }
        let reply = self.ask(&data, self.timeouts.data).await?;
        if reply.code == 354 { Ok(()) } else { Err(SendError::Message(reply)) }
    }

    /// The reply to a command, which is sent first unless it was sent together with others.
    async fn ask(&mut self, command: &str, limit: Duration) -> Result<Reply, SendError> {
        if !self.pipelining {
            self.dialogue.write(command.as_bytes(), limit).await.map_err(SendError::Lost)?;
        }
        let reply = self.dialogue.read(limit).await.map_err(SendError::Lost)?;
        if reply.is_closing() { Err(SendError::Closing(reply)) } else { Ok(reply) }
    }

    /// Reads the refusals of commands that were sent together with a refused one; says whether the dialogue can go on. A relay
    /// that says 354 all the same waits for a message that nobody shall get (RFC 2920, section 3.1): it is left waiting.
    async fn drain(&mut self, commands: u8) -> bool {
        for _ in 0..if self.pipelining { commands } else { 0 } {
            match self.dialogue.read(self.timeouts.data).await {
                Ok(reply) if reply.code >= 400 && !reply.is_closing() => {}
                _ => return false,
            }
        }
        true
    }

    /// Hands over the message that was offered, as [`dotted`] made it, and waits for the answer.
    pub async fn deliver(&mut self, dotted: &[u8]) -> Result<Reply, SendError> {
        self.whole = false;
        // What failed to be written lacks its final dot.
        self.dialogue.write(dotted, self.timeouts.block).await.map_err(SendError::Lost)?;
        let reply = self.dialogue.read(self.timeouts.answer).await.map_err(SendError::Unanswered)?;
        self.unfinished = false;
        self.whole = !reply.is_closing();
        if reply.is_positive() { Ok(reply) } else { Err(SendError::Message(reply).of_whom_it_is()) }
    }

    /// Takes leave. Whether the relay answers does not matter.
    pub async fn quit(mut self) {
        if self.whole {
            let _ = self.dialogue.write(Quit.to_string().as_bytes(), Duration::from_secs(2)).await;
            let _ = self.dialogue.read(Duration::from_secs(2)).await;
        }
    }
}

/// A message as it goes over the wire: a dot doubled where it begins a line (RFC 5321, section 4.5.2), the final dot behind.
/// Its lines end with CR LF, as [`super::render`] makes them.
pub fn dotted(message: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(message.len() + 16);
    if message.starts_with(b".") {
        wire.push(b'.');
    }
    let mut begun = 0;
    for end in memmem::find_iter(message, b"\n.") {
        wire.extend_from_slice(&message[begun..=end]);
        wire.push(b'.');
        begun = end + 1;
    }
    wire.extend_from_slice(&message[begun..]);
    if !wire.ends_with(b"\r\n") {
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_at_the_beginning_of_lines_are_doubled_and_the_end_is_one_dot() {
        assert_eq!(dotted(b"a\r\n.b\r\n..\r\nc."), b"a\r\n..b\r\n...\r\nc.\r\n.\r\n");
        assert_eq!(dotted(b".\r\n"), b"..\r\n.\r\n");
    }

    #[test]
    fn an_address_cannot_smuggle_a_command() {
        for bad in ["a@example.org>\r\nRCPT TO:<b@example.org", "a@example.org\r\n", "a b@example.org", "a@example.org> SIZE=1"] {
            assert!(Envelope::new("sender@example.org", bad).is_err(), "{bad:?}");
        }
        assert!(Envelope::new("sender@example.org", "\"odd one\"@xn--bcher-kva.example").is_ok());
    }
}
