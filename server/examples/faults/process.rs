//! Workers and servers in processes of their own: how one is started, and signalled.

use crate::setting::Result;
use sink::relay::Relay;
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::process::{Child, Command};

/// Sends a signal to processes.
pub async fn signal_to(signal: &str, processes: &[u32]) -> Result<()> {
    let sent = Command::new("kill").arg(signal).args(processes.iter().map(u32::to_string)).status().await?;
    if sent.success() { Ok(()) } else { Err(format!("kill {signal} failed").into()) }
}

/// An address that nobody listens on.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Starts a worker or a whole server.
pub fn start(program: &Path, command: &str, relay: &Relay, key: &str, environment: &[(&'static str, String)]) -> Result<Child> {
    let child = Command::new(program)
        .arg(command)
        .env("LEPTOS_SITE_ADDR", free_address()?.to_string())
        .env("SMTP_URL", relay.url())
        .env("LATCHKEY_SECRET_KEY", key)
        .env("LATCHKEY_BASE_URL", "https://latchkey.example.org")
        .env("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "error".to_owned()))
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    Ok(child)
}

/// The server's program, two folders up from this one.
pub fn program() -> Result<PathBuf> {
    let examples = std::env::current_exe()?;
    let program = examples.ancestors().nth(2).ok_or("no folder above")?.join("latchkey");
    if program.exists() { Ok(program) } else { Err(format!("{} is missing", program.display()).into()) }
}
