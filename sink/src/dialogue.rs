//! One side of an SMTP dialogue (RFC 5321), as the relay's script wants it.

use crate::relay::{Act, Moment, Received, Shared, Tls};
use mail_parser::MessageParser;
use std::sync::{Arc, atomic::Ordering};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::sleep,
};

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// One side of a dialogue.
struct Connection {
    stream: BufReader<Box<dyn Stream>>,
    shared: Arc<Shared>,
    /// Answers to commands that came together leave together (RFC 2920, section 3.2).
    answers: String,
}

/// Talks to one client until it goes away.
pub(crate) async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    stream.set_nodelay(true).unwrap();
    let implicit = shared.tls.as_ref().filter(|(_, when)| *when == Tls::First).map(|(acceptor, _)| acceptor.clone());
    let stream: Box<dyn Stream> = match implicit {
        Some(acceptor) => match acceptor.accept(stream).await {
            Ok(stream) => Box::new(stream),
            Err(_) => return,
        },
        None => Box::new(stream),
    };
    let mut connection = Connection { stream: BufReader::new(stream), shared, answers: String::new() };
    // A client that goes away ends it.
    let _ = connection.talk().await;
}

impl Connection {
    async fn talk(&mut self) -> Option<()> {
        let (mut recipient, mut encrypted) = (String::new(), false);
        self.act(&Moment::Greeting, "220 relay.example.org ESMTP").await?;
        loop {
            let line = self.line().await?;
            let command = line.split([' ', ':']).next()?.to_ascii_uppercase();
            match command.as_str() {
                "EHLO" => self.say(&self.extensions(encrypted)).await?,
                "STARTTLS" => {
                    self.say("220 go ahead").await?;
                    self.encrypt().await?;
                    encrypted = true;
                }
                "AUTH" => self.act(&Moment::Authentication, "235 2.7.0 welcome").await.map(|_| ())?,
                "MAIL" => self.act(&Moment::Sender(path(&line)), "250 2.1.0 OK").await.map(|_| ())?,
                "RCPT" => {
                    // DATA sent together with a refused recipient is refused too.
                    recipient = path(&line);
                    if !self.act(&Moment::Recipient(recipient.clone()), "250 2.1.5 OK").await? {
                        recipient.clear();
                    }
                }
                "DATA" if recipient.is_empty() => self.say("503 5.5.1 no recipient").await?,
                "DATA" => {
                    if self.act(&Moment::Data, "354 go ahead").await? {
                        let recipient = std::mem::take(&mut recipient);
                        let bytes = self.message(&recipient).await?;
                        self.receive(recipient, bytes).await?;
                    }
                }
                "RSET" | "NOOP" => self.say("250 2.0.0 OK").await?,
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    return None;
                }
                _ => self.say("502 5.5.2 unknown").await?,
            }
        }
    }

    fn extensions(&self, encrypted: bool) -> String {
        let mut lines = vec!["relay.example.org"];
        lines.extend(self.shared.pipelining.then_some("PIPELINING"));
        match self.shared.tls.as_ref().map(|(_, when)| *when) {
            Some(Tls::AfterStartTls) if !encrypted => lines.push("STARTTLS"),
            Some(_) => lines.push("AUTH PLAIN LOGIN"),
            None => {}
        }
        let last = lines.pop().unwrap();
        let mut lines: Vec<String> = lines.iter().map(|line| format!("250-{line}")).collect();
        lines.push(format!("250 {last}"));
        lines.join("\r\n")
    }

    async fn encrypt(&mut self) -> Option<()> {
        self.flush().await?;
        let (acceptor, _) = self.shared.tls.clone()?;
        let (nowhere, _) = tokio::io::duplex(1);
        let stream = std::mem::replace(&mut self.stream, BufReader::new(Box::new(nowhere)));
        self.stream = BufReader::new(Box::new(acceptor.accept(stream.into_inner()).await.ok()?));
        Some(())
    }

    /// Does what the script says; the usual is `usual`. Says whether that was positive; nothing where the connection ends.
    async fn act(&mut self, moment: &Moment, usual: &'static str) -> Option<bool> {
        let act = (self.shared.script.lock().unwrap())(moment);
        if !matches!(act, Act::Accept | Act::Say(_)) {
            self.flush().await?;
        }
        match act {
            Act::Say(reply) => {
                self.say(reply).await?;
                Some(reply.starts_with(['2', '3']))
            }
            Act::SayAndClose(reply) => {
                self.say(reply).await?;
                self.flush().await?;
                None
            }
            Act::Close | Act::TakeAndClose => None,
            Act::Wait(pause) => {
                sleep(pause).await;
                self.say(usual).await?;
                Some(true)
            }
            Act::Accept => {
                self.say(usual).await?;
                Some(true)
            }
        }
    }

    async fn receive(&mut self, recipient: String, bytes: Vec<u8>) -> Option<()> {
        let moment = Moment::Message(recipient.clone());
        let act = (self.shared.script.lock().unwrap())(&moment);
        if matches!(act, Act::Accept | Act::Wait(_) | Act::TakeAndClose) {
            self.shared.accepted.fetch_add(1, Ordering::Relaxed);
            if self.shared.keep {
                self.shared.received.lock().unwrap().push(read(recipient, bytes));
            }
        }
        match act {
            Act::Say(reply) => self.say(reply).await,
            Act::SayAndClose(reply) => {
                self.say(reply).await?;
                self.flush().await?;
                None
            }
            Act::Close | Act::TakeAndClose => None,
            Act::Wait(pause) => {
                sleep(pause).await;
                self.say("250 2.0.0 queued").await
            }
            Act::Accept => self.say("250 2.0.0 queued").await,
        }
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        (self.stream.read_line(&mut line).await.ok()? > 0).then(|| line.trim_end().to_owned())
    }

    /// The message, its doubled dots undone.
    async fn message(&mut self, recipient: &str) -> Option<Vec<u8>> {
        let mut message = Vec::new();
        let act = (self.shared.script.lock().unwrap())(&Moment::Body(recipient.to_owned()));
        match act {
            Act::Accept => {}
            Act::Wait(pause) => sleep(pause).await,
            Act::Say(_) | Act::SayAndClose(_) | Act::Close | Act::TakeAndClose => return None,
        }
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await.ok()? == 0 {
                return None;
            }
            if line == b".\r\n" {
                return Some(message);
            }
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    async fn say(&mut self, reply: &str) -> Option<()> {
        self.answers.push_str(reply);
        self.answers.push_str("\r\n");
        if self.stream.buffer().is_empty() { self.flush().await } else { Some(()) }
    }

    async fn flush(&mut self) -> Option<()> {
        self.stream.get_mut().write_all(self.answers.as_bytes()).await.ok()?;
        self.answers.clear();
        self.stream.get_mut().flush().await.ok()
    }
}

fn path(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

fn read(recipient: String, bytes: Vec<u8>) -> Received {
    let message = MessageParser::new().parse(&bytes).unwrap();
    let text = message.body_text(0).unwrap();
    let link = text.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_default().to_owned();
    let message_id = message.message_id().unwrap().to_owned();
    Received { recipient, message_id, link, bytes }
}
