//! Lines to and from the relay, every step under its own limit.

use super::reply::Reply;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    time::timeout,
};

/// What a dialogue runs over: TCP, or TLS over it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

/// Why a dialogue ended. Nothing more can be said over its connection.
#[derive(Debug, thiserror::Error)]
pub enum DialogueError {
    /// The relay closed the connection.
    #[error("the relay closed the connection")]
    Closed,
    /// No answer came in time.
    #[error("the relay did not answer within {} s", .0.as_secs())]
    Silent(Duration),
    /// What came is not SMTP.
    #[error("what the relay answered is not SMTP")]
    Garbled,
    /// The network failed.
    #[error("the connection failed: {0}")]
    Network(#[from] io::Error),
}

impl DialogueError {
    /// Whether it ended since nothing was said.
    pub fn is_silence(&self) -> bool {
        match self {
            Self::Silent(_) => true,
            Self::Network(error) => error.kind() == io::ErrorKind::TimedOut,
            Self::Closed | Self::Garbled => false,
        }
    }
}

/// No line is longer (RFC 5321, section 4.5.3.1.5, says 512); a longer one is not SMTP.
const LONGEST_LINE: usize = 4096;
/// No reply has more lines.
const MOST_LINES: usize = 100;

/// One side of a conversation with the relay.
pub(super) struct Dialogue {
    stream: BufReader<Box<dyn Stream>>,
}

impl Dialogue {
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        Self { stream: BufReader::with_capacity(2048, stream) }
    }

    /// The stream, for putting TLS over it. Refused where the relay already said more than it was asked: whatever stands in
    /// the buffer was not protected, and would be taken for an answer under TLS (CVE-2011-0411 and its kin).
    pub(super) fn into_stream(self) -> Result<Box<dyn Stream>, DialogueError> {
        if self.stream.buffer().is_empty() { Ok(self.stream.into_inner()) } else { Err(DialogueError::Garbled) }
    }

    /// Writes all of it.
    pub(super) async fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<(), DialogueError> {
        let stream = self.stream.get_mut();
        timeout(limit, async {
            stream.write_all(bytes).await?;
            stream.flush().await
        })
        .await
        .map_err(|_| DialogueError::Silent(limit))??;
        Ok(())
    }

    /// Reads a whole reply.
    pub(super) async fn read(&mut self, limit: Duration) -> Result<Reply, DialogueError> {
        timeout(limit, self.read_lines()).await.map_err(|_| DialogueError::Silent(limit))?
    }

    async fn read_lines(&mut self) -> Result<Reply, DialogueError> {
        let (mut reply, mut last) = self.read_line().await?;
        for _ in 1..MOST_LINES {
            if last {
                return Ok(reply);
            }
            let (line, ends) = self.read_line().await?;
            if !reply.append(line) {
                break;
            }
            last = ends;
        }
        Err(DialogueError::Garbled)
    }

    /// Reads a line of a reply, and whether it is the last one.
    async fn read_line(&mut self) -> Result<(Reply, bool), DialogueError> {
        let mut line = Vec::new();
        loop {
            let bytes = self.stream.fill_buf().await?;
            if bytes.is_empty() {
                return Err(DialogueError::Closed);
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(bytes.len(), |end| end + 1);
            line.extend_from_slice(&bytes[..taken]);
            self.stream.consume(taken);
            if line.len() > LONGEST_LINE {
                return Err(DialogueError::Garbled);
            }
            if end.is_some() {
                return Reply::from_line(line.trim_ascii_end()).ok_or(DialogueError::Garbled);
            }
        }
    }
}
