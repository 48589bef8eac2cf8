//! A way to PostgreSQL that breaks off as its judge says: before a statement arrives, after it was done and before its answer
//! returns, or by falling silent.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split},
    net::{TcpListener, TcpStream, UnixStream},
    task::{JoinHandle, JoinSet},
};

/// What becomes of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives, and its answer returns.
    Pass,
    /// It never arrives; the connection breaks.
    LoseStatement,
    /// It is done to its end; the connection breaks before its answer returns.
    LoseAnswer,
    /// Nothing passes any more, and nobody is told.
    Silence,
}

type Judge = Box<dyn FnMut(&str) -> Fate + Send>;

struct Shared {
    judge: Mutex<Judge>,
    broken: AtomicUsize,
    server: Server,
}

enum Server {
    Socket(PathBuf),
    Address(String, u16),
}

/// The proxy. It ends with its test.
pub struct Proxy {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// A way to the server at this host and port, or in this folder of its socket.
    pub async fn start(host: &str, socket: Option<&Path>, port: u16, judge: impl FnMut(&str) -> Fate + Send + 'static) -> Self {
        let server = match socket {
            Some(folder) => Server::Socket(folder.join(format!(".s.PGSQL.{port}"))),
            None => Server::Address(host.to_owned(), port),
        };
        let shared = Arc::new(Shared { judge: Mutex::new(Box::new(judge)), broken: AtomicUsize::new(0), server });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Self { address, shared, listening }
    }

    /// Goes on with another judge.
    pub fn change(&self, judge: impl FnMut(&str) -> Fate + Send + 'static) {
        *self.shared.judge.lock().unwrap() = Box::new(judge);
    }

    /// How many statements did not pass.
    pub fn broken(&self) -> usize {
        self.shared.broken.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let client = accepted.unwrap().0;
                client.set_nodelay(true).unwrap();
                connections.spawn(serve(client, Arc::clone(&shared)));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves one client. A server that is not there, or goes away, ends it.
async fn serve(client: TcpStream, shared: Arc<Shared>) {
    match &shared.server {
        Server::Socket(path) => {
            if let Ok(server) = UnixStream::connect(path).await {
                join(client, server, &shared).await;
            }
        }
        Server::Address(host, port) => {
            if let Ok(server) = TcpStream::connect((host.as_str(), *port)).await {
                let _ = server.set_nodelay(true);
                join(client, server, &shared).await;
            }
        }
    }
}

async fn join(client: TcpStream, server: impl AsyncRead + AsyncWrite, shared: &Shared) {
    let ((from_client, to_client), (from_server, to_server)) = (split(client), split(server));
    let losing = AtomicBool::new(false);
    tokio::select! {
        _ = questions(from_client, to_server, shared, &losing) => {}
        _ = answers(from_server, to_client, &losing) => {}
    }
}

/// A message of the protocol with its type; the first ones of a connection have none.
async fn message(from: &mut (impl AsyncRead + Unpin), typed: bool) -> Option<(u8, Vec<u8>)> {
    let kind = if typed { from.read_u8().await.ok()? } else { 0 };
    let length = from.read_u32().await.ok()?;
    let mut body = vec![0; usize::try_from(length).ok()?.checked_sub(4)?];
    from.read_exact(&mut body).await.ok()?;
    Some((kind, body))
}

async fn pass_on(to: &mut (impl AsyncWrite + Unpin), kind: u8, body: &[u8]) -> Option<()> {
    let mut bytes = Vec::with_capacity(body.len() + 5);
    if kind != 0 {
        bytes.push(kind);
    }
    bytes.extend_from_slice(&u32::try_from(body.len() + 4).ok()?.to_be_bytes());
    bytes.extend_from_slice(body);
    to.write_all(&bytes).await.ok()?;
    to.flush().await.ok()
}

/// The text that begins at `start`, up to its zero, and where the next one begins.
fn text(body: &[u8], start: usize) -> (String, usize) {
    let rest = &body[start..];
    let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
    (String::from_utf8_lossy(&rest[..end]).into_owned(), start + end + 1)
}

async fn questions(
    mut client: ReadHalf<TcpStream>,
    mut server: WriteHalf<impl AsyncWrite>,
    shared: &Shared,
    losing: &AtomicBool,
) -> Option<()> {
    let (_, hello) = message(&mut client, false).await?;
    pass_on(&mut server, 0, &hello).await?;
    let mut prepared: HashMap<String, String> = HashMap::new();
    loop {
        let (kind, body) = message(&mut client, true).await?;
        let statement = match kind {
            b'P' => {
                let (name, next) = text(&body, 0);
                prepared.insert(name, text(&body, next).0);
                None
            }
            b'B' => prepared.get(&text(&body, text(&body, 0).1).0).cloned(),
            b'Q' => Some(text(&body, 0).0),
            _ => None,
        };
        let fate = statement.map_or(Fate::Pass, |statement| (shared.judge.lock().unwrap())(&statement));
        if fate != Fate::Pass {
            shared.broken.fetch_add(1, Ordering::Relaxed);
        }
        match fate {
            Fate::Pass => {}
            Fate::LoseStatement => return None,
            Fate::LoseAnswer => losing.store(true, Ordering::Release),
            Fate::Silence => loop {
                message(&mut client, true).await?;
            },
        }
        pass_on(&mut server, kind, &body).await?;
    }
}

async fn answers(mut server: ReadHalf<impl AsyncRead>, mut client: WriteHalf<TcpStream>, losing: &AtomicBool) -> Option<()> {
    loop {
        let (kind, body) = message(&mut server, true).await?;
        if !losing.load(Ordering::Acquire) {
            pass_on(&mut client, kind, &body).await?;
        } else if kind == b'Z' {
            // Done to its end: now it breaks.
            return None;
        }
    }
}
