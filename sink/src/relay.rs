//! The relay: refuses, delays, falls silent, breaks off as its script says.

use crate::dialogue::serve;
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_rustls::TlsAcceptor;

/// A point of the dialogue at which the relay says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    Greeting,
    Authentication,
    Sender(String),
    Recipient(String),
    Data,
    /// The beginning of a message to this recipient: here the relay waits, or closes.
    Body(String),
    /// The final dot of a message to this recipient.
    Message(String),
}

/// What the relay does.
#[derive(Clone, Debug)]
pub enum Act {
    /// What is usual; a message counts as received.
    Accept,
    /// Answers so, and goes on.
    Say(&'static str),
    /// Answers so, and closes.
    SayAndClose(&'static str),
    /// Closes without an answer.
    Close,
    /// Counts the message as received, and closes before the answer.
    TakeAndClose,
    /// Waits, then does what is usual.
    Wait(Duration),
}

/// A message as it was received.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Received {
    pub recipient: String,
    pub message_id: String,
    pub link: String,
    pub bytes: Vec<u8>,
}

pub(crate) type Script = Box<dyn FnMut(&Moment) -> Act + Send>;

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) script: Mutex<Script>,
    pub(crate) received: Mutex<Vec<Received>>,
    pub(crate) keep: bool,
    pub(crate) accepted: AtomicUsize,
    pub(crate) connections: Mutex<usize>,
    pub(crate) tls: Option<(TlsAcceptor, Tls)>,
    pub(crate) pipelining: bool,
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    First,
    AfterStartTls,
}

/// The relay. It ends with its test.
pub struct Relay {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl Relay {
    /// A relay without TLS.
    pub async fn start(script: impl FnMut(&Moment) -> Act + Send + 'static) -> Self {
        Self::start_with(None, true, script).await
    }

    /// A relay that accepts everything, counts it, and keeps none of it.
    pub async fn counting() -> Self {
        Self::begin(None, true, false, |_: &Moment| Act::Accept).await
    }

    /// A relay that accepts everything.
    pub async fn accepting() -> Self {
        Self::start(|_| Act::Accept).await
    }

    pub async fn start_with(
        tls: Option<(TlsAcceptor, Tls)>,
        pipelining: bool,
        script: impl FnMut(&Moment) -> Act + Send + 'static,
    ) -> Self {
        Self::begin(tls, pipelining, true, script).await
    }

    async fn begin(
        tls: Option<(TlsAcceptor, Tls)>,
        pipelining: bool,
        keep: bool,
        script: impl FnMut(&Moment) -> Act + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            script: Mutex::new(Box::new(script)),
            received: Mutex::default(),
            keep,
            accepted: AtomicUsize::new(0),
            connections: Mutex::new(0),
            tls,
            pipelining,
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let relay = Self { address: listener.local_addr().unwrap(), shared, listening: Mutex::new(None) };
        relay.listen(listener);
        relay
    }

    fn listen(&self, listener: TcpListener) {
        let shared = Arc::clone(&self.shared);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let shared = Arc::clone(&shared);
                        *shared.connections.lock().unwrap() += 1;
                        connections.spawn(async move { serve(accepted.unwrap().0, shared).await });
                    }
                    Some(_) = connections.join_next() => {}
                }
            }
        });
        *self.listening.lock().unwrap() = Some(task);
    }

    /// Breaks every connection off and takes no more.
    pub async fn go_down(&self) {
        let task = self.listening.lock().unwrap().take().unwrap();
        task.abort();
        let _ = task.await;
    }

    /// Is there again, on the same port.
    pub async fn come_back(&self) {
        self.listen(TcpListener::bind(self.address).await.unwrap());
    }

    /// Goes on with another script.
    pub fn change(&self, script: impl FnMut(&Moment) -> Act + Send + 'static) {
        *self.shared.script.lock().unwrap() = Box::new(script);
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Everything received, in order.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// How many messages were received.
    pub fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::Relaxed)
    }

    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }

    /// How often each recipient received something, and how many different messages those were.
    pub fn counted(&self) -> BTreeMap<String, (usize, usize)> {
        let mut all: BTreeMap<String, Vec<Received>> = BTreeMap::new();
        for one in self.received() {
            all.entry(one.recipient.clone()).or_default().push(one);
        }
        let different = |mut copies: Vec<Received>| {
            copies.sort();
            copies.dedup();
            copies.len()
        };
        all.into_iter().map(|(recipient, copies)| (recipient, (copies.len(), different(copies)))).collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(task) = self.listening.lock().unwrap().take() {
            task.abort();
        }
    }
}
