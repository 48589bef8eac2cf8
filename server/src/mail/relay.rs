//! The relay: how a connection to it is opened, protected and signed in to.

use super::{
    dialogue::{Dialogue, DialogueError, Stream},
    relay_url::{Credentials, Security, SmtpUrl},
    reply::Reply,
    smtp::{Connection, Timeouts},
    tls::{self, TlsSetupError},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use std::{io, net::IpAddr, num::NonZeroU32, path::Path, time::Duration};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// Why no connection to the relay came about. Each of these concerns everybody.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// It cannot be reached.
    #[error("the relay cannot be reached: {0}")]
    Unreachable(io::Error),
    /// TLS did not come about: an untrusted certificate, another name.
    #[error("no trusted TLS connection to the relay: {0}")]
    Tls(io::Error),
    /// STARTTLS is required and not offered; a man in the middle may have taken it away.
    #[error("the relay does not offer STARTTLS, which SMTP_URL requires")]
    NoStartTls,
    /// It refuses to talk.
    #[error("the relay refuses the connection: {0}")]
    Refused(Reply),
    /// It refuses user or password.
    #[error("the relay refuses the sign-in: {0}")]
    Authentication(Reply),
    /// It offers no way to sign in that is known here (AUTH PLAIN and LOGIN are).
    #[error("the relay offers no way to sign in")]
    NoAuthentication,
    /// The dialogue broke off.
    #[error(transparent)]
    Dialogue(#[from] DialogueError),
}

impl ConnectError {
    /// Whether it ended since nothing was said.
    pub fn is_silence(&self) -> bool {
        match self {
            Self::Unreachable(error) | Self::Tls(error) => error.kind() == io::ErrorKind::TimedOut,
            Self::Dialogue(error) => error.is_silence(),
            Self::NoStartTls | Self::Refused(_) | Self::Authentication(_) | Self::NoAuthentication => false,
        }
    }
}

/// What the relay offers (RFC 5321, section 4.1.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    pub(super) pipelining: bool,
    starttls: bool,
    plain: bool,
    login: bool,
}

impl Extensions {
    fn from_reply(reply: &Reply) -> Self {
        let mut offered = Self::default();
        // The first line is the relay's name; some write AUTH=LOGIN as before RFC 2554.
        for line in reply.lines.iter().skip(1).map(|line| line.to_ascii_uppercase()) {
            let mut words = line.split([' ', '=']);
            match words.next() {
                Some("PIPELINING") => offered.pipelining = true,
                Some("STARTTLS") => offered.starttls = true,
                Some("AUTH") => {
                    for mechanism in words {
                        offered.plain |= mechanism == "PLAIN";
                        offered.login |= mechanism == "LOGIN";
                    }
                }
                _ => {}
            }
        }
        offered
    }
}

/// While an answer is waited for it is asked now and then whether the other side still knows of the connection: one that has
/// forgotten it ends it, which a wait of ten minutes would not notice. One that says nothing is borne with for as long as an answer is
/// waited for.
fn keepalive() -> TcpKeepalive {
    TcpKeepalive::new().with_time(Duration::from_secs(15)).with_interval(Duration::from_secs(10)).with_retries(60)
}

/// A relay that connections can be opened to.
pub struct Relay {
    url: SmtpUrl,
    server_name: Option<ServerName<'static>>,
    tls: Option<TlsConnector>,
    hello: String,
    timeouts: Timeouts,
    messages_per_connection: Option<NonZeroU32>,
}

impl Relay {
    /// Prepares TLS where the URL asks for it. `host` is this installation's public name, for EHLO.
    pub fn new(url: SmtpUrl, host: &str, ca_file: Option<&Path>) -> Result<Self, TlsSetupError> {
        let tls = if url.security == Security::None { None } else { Some(tls::connector(ca_file)?) };
        let server_name = ServerName::try_from(url.host.clone()).ok();
        Ok(Self { url, server_name, tls, hello: hello_name(host), timeouts: Timeouts::default(), messages_per_connection: None })
    }

    /// The same with other limits of time.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// The same with so many messages over one connection at most; none: as many as the relay takes.
    #[must_use]
    pub fn with_messages_per_connection(self, most: Option<NonZeroU32>) -> Self {
        Self { messages_per_connection: most, ..self }
    }

    /// Opens a connection and signs in.
    pub async fn connect(&self) -> Result<Connection, ConnectError> {
        let mut stream: Box<dyn Stream> = Box::new(self.reach().await?);
        if self.url.security == Security::Implicit {
            stream = self.protected(stream).await?;
        }
        let mut dialogue = Dialogue::new(stream);
        let greeting = dialogue.read(self.timeouts.greeting).await?;
        if !greeting.is_positive() {
            return Err(ConnectError::Refused(greeting));
        }
        let mut extensions = self.introduce(&mut dialogue).await?;
        if self.url.security == Security::StartTls {
            if !extensions.starttls {
                return Err(ConnectError::NoStartTls);
            }
            let reply = self.ask(&mut dialogue, "STARTTLS\r\n").await?;
            if !reply.is_positive() {
                return Err(ConnectError::Refused(reply));
            }
            dialogue = Dialogue::new(self.protected(dialogue.into_stream()?).await?);
            // What was offered before TLS is forgotten (RFC 3207, section 4.2).
            extensions = self.introduce(&mut dialogue).await?;
        }
        if let Some(credentials) = &self.url.credentials {
            self.sign_in(&mut dialogue, extensions, credentials).await?;
        }
        Ok(Connection::new(dialogue, extensions, self.timeouts).for_at_most(self.messages_per_connection))
    }

    /// Reaches the first address of the relay that answers.
    async fn reach(&self) -> Result<TcpStream, ConnectError> {
        let limit = self.timeouts.connect;
        let late = || io::Error::from(io::ErrorKind::TimedOut);
        let addresses = timeout(limit, lookup_host((self.url.host.as_str(), self.url.port))).await;
        let addresses = addresses.unwrap_or_else(|_| Err(late())).map_err(ConnectError::Unreachable)?;
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for address in addresses {
            match timeout(limit, TcpStream::connect(address)).await.unwrap_or_else(|_| Err(late())) {
                Ok(stream) => {
                    // With Nagle's algorithm each message waits 40 ms for a delayed acknowledgement.
                    stream.set_nodelay(true).map_err(ConnectError::Unreachable)?;
                    if let Err(error) = SockRef::from(&stream).set_tcp_keepalive(&keepalive()) {
                        tracing::debug!(%error, "connections are not kept alive");
                    }
                    return Ok(stream);
                }
                Err(error) => last = error,
            }
        }
        Err(ConnectError::Unreachable(last))
    }

    /// Puts TLS over a stream.
    async fn protected(&self, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, ConnectError> {
        let (Some(tls), Some(name)) = (&self.tls, &self.server_name) else {
            return Err(ConnectError::Tls(io::Error::from(io::ErrorKind::InvalidInput)));
        };
        let handshake = timeout(self.timeouts.greeting, tls.connect(name.clone(), stream)).await;
        let stream = handshake.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(ConnectError::Tls)?;
        Ok(Box::new(stream))
    }

    async fn introduce(&self, dialogue: &mut Dialogue) -> Result<Extensions, ConnectError> {
        let reply = self.ask(dialogue, &format!("EHLO {}\r\n", self.hello)).await?;
        if reply.is_positive() { Ok(Extensions::from_reply(&reply)) } else { Err(ConnectError::Refused(reply)) }
    }

    /// AUTH PLAIN (RFC 4616), or LOGIN where only that is offered. `SmtpUrl` holds credentials only together with TLS.
    async fn sign_in(&self, dialogue: &mut Dialogue, offered: Extensions, credentials: &Credentials) -> Result<(), ConnectError> {
        let Credentials { user, password } = credentials;
        let steps = if offered.plain {
            vec![format!("AUTH PLAIN {}\r\n", STANDARD.encode(format!("\0{user}\0{password}")))]
        } else if offered.login {
            vec!["AUTH LOGIN\r\n".to_owned(), format!("{}\r\n", STANDARD.encode(user)), format!("{}\r\n", STANDARD.encode(password))]
        } else {
            return Err(ConnectError::NoAuthentication);
        };
        let mut reply = self.ask(dialogue, &steps[0]).await?;
        for step in &steps[1..] {
            if reply.code == 334 {
                reply = self.ask(dialogue, step).await?;
            }
        }
        if reply.is_positive() { Ok(()) } else { Err(ConnectError::Authentication(reply)) }
    }

    async fn ask(&self, dialogue: &mut Dialogue, command: &str) -> Result<Reply, ConnectError> {
        let limit: Duration = self.timeouts.greeting;
        dialogue.write(command.as_bytes(), limit).await?;
        Ok(dialogue.read(limit).await?)
    }
}

/// How this client names itself: a name, or an address as RFC 5321, section 4.1.3, writes it.
fn hello_name(host: &str) -> String {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(address)) => format!("[{address}]"),
        Ok(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Err(_) => idna::domain_to_ascii_strict(host).ok().filter(|name| !name.is_empty()).unwrap_or_else(|| "localhost".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_read_whatever_their_case_and_order() {
        let offered =
            |lines: &[&str]| Extensions::from_reply(&Reply { code: 250, lines: lines.iter().map(|line| (*line).to_owned()).collect() });
        assert_eq!(
            offered(&["relay.example.org", "PIPELINING", "SIZE 10240000", "StartTLS", "auth plain login", "8BITMIME"]),
            Extensions { pipelining: true, starttls: true, plain: true, login: true }
        );
        assert_eq!(offered(&["relay", "AUTH=LOGIN"]), Extensions { login: true, ..Extensions::default() });
        assert_eq!(offered(&["PIPELINING at your service", "SIZE 1"]), Extensions::default());
    }

    #[test]
    fn an_address_is_written_as_a_literal() {
        assert_eq!(hello_name("latchkey.example.org"), "latchkey.example.org");
        assert_eq!(hello_name("127.0.0.1"), "[127.0.0.1]");
        assert_eq!(hello_name("[::1]"), "[IPv6:::1]");
        assert_eq!(hello_name("a b"), "localhost");
    }
}
