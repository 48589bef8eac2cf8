//! The embedded PostgreSQL: what a first trial needs no database administrator for.
//!
//! Everything of it lives in Latchkey's data folder (see [`folder`]) and listens on a socket there, nowhere else. Latchkey signs in as the
//! plain role `latchkey`, which owns the database `latchkey`, may create roles, and is no superuser; nobody else is let in.
//!
//! The server is a process of its own. When Latchkey is killed it lives on, and the next [`EmbeddedPostgres::start`] adopts it; when the
//! server is killed, the Latchkey that looks after it starts it again.

mod account;
mod cluster;
mod error;
mod folder;
mod process;
mod programs;

use std::{fs::File, path::Path, time::Duration};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::{task::JoinHandle, time::sleep};

pub use error::PostgresError;
pub use programs::OLDEST;
use {account::Account, folder::DataFolder, process::Server, programs::Programs};

/// The role that Latchkey signs in as, and the database that it owns.
const NAME: &str = "latchkey";

/// How often the server is looked at, so that it is started again when somebody has killed it.
const CARE: Duration = Duration::from_millis(500);

/// A running PostgreSQL in Latchkey's data folder.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    folder: DataFolder,
    password: String,
    keeper: Option<Keeper>,
}

/// What only the process has that looks after the server; one that joined has none.
#[derive(Debug)]
struct Keeper {
    server: Server,
    care: JoinHandle<()>,
    /// Locked for as long as this process lives, however it ends.
    _lock: File,
}

impl EmbeddedPostgres {
    /// Starts the server of the data folder, which is made at the first start, or adopts the one that an earlier Latchkey left behind.
    ///
    /// `programs` is the folder of PostgreSQL's programs; without it they are looked for.
    pub async fn start(data: &Path, programs: Option<&Path>) -> Result<Self, PostgresError> {
        let folder = DataFolder::create(data)?;
        let lock = folder.lock()?;
        let account = Account::for_cluster(&folder)?;
        account.must_reach(folder.root())?;
        let programs = Programs::find(programs, folder.cluster_version()?, &account)?;
        if folder.cluster_version()?.is_none() {
            cluster::create(&folder, &programs, &account).await?;
        }
        let password = folder.password()?;
        folder.create_sockets(&account)?;
        let server = Server::new(folder.clone(), programs, account);
        server.ensure_running().await?;
        let care = tokio::spawn(look_after(server.clone()));
        Ok(Self { folder, password, keeper: Some(Keeper { server, care, _lock: lock }) })
    }

    /// Attaches to the server of the data folder while it runs, for as long as whoever started it lets it run; `None` when none does.
    pub async fn join(data: &Path) -> Result<Option<Self>, PostgresError> {
        let Some(folder) = DataFolder::open(data)? else { return Ok(None) };
        if process::wait_while_starting(&folder).await? {
            let password = folder.password()?;
            return Ok(Some(Self { folder, password, keeper: None }));
        }
        Ok(None)
    }

    /// How to connect: by the socket, as the role that owns the database.
    pub fn connect_options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(self.folder.sockets())
            .port(folder::PORT)
            .username(NAME)
            .password(&self.password)
            .database(NAME)
            .ssl_mode(PgSslMode::Disable)
    }

    /// Stops the server (connections are ended, what is committed is safe) and waits for it, within bounds. One that was joined runs on.
    pub async fn stop(mut self) {
        if let Some(keeper) = self.keeper.take() {
            keeper.care.abort();
            keeper.server.stop().await;
        }
    }
}

impl Drop for EmbeddedPostgres {
    /// Whoever leaves early, by an error say, leaves no server behind; only [`EmbeddedPostgres::stop`] waits for its end.
    fn drop(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            keeper.care.abort();
            keeper.server.ask_to_stop();
        }
    }
}

async fn look_after(server: Server) {
    loop {
        sleep(CARE).await;
        if server.is_running() {
            continue;
        }
        tracing::warn!("the embedded PostgreSQL is gone: starting it again");
        if let Err(error) = server.ensure_running().await {
            tracing::error!(%error, "the embedded PostgreSQL cannot be started again; trying on");
            sleep(CARE * 10).await;
        }
    }
}
