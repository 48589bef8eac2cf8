//! What every command does first: find or start the database, migrate it, and check the key.

use crate::{
    config::Config,
    db::{self, DatabaseError},
    outbox::home::{self, Home},
    postgres::{EmbeddedPostgres, PostgresError},
    secret::{Purpose, SecretKey, SecretKeyError},
};
use sqlx::{
    ConnectOptions, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgSslMode},
};
use std::{
    fs,
    io::Write,
    net::IpAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Connections to the database of one process, beside those of a worker in it: those of requests, that of the listener, and one each for
/// who asks whether it is ready, where pages are served and where metrics are.
pub const CONNECTIONS: u32 = 20;

/// How long connections may take to end. What a database that says nothing keeps open ends with the process.
const CLOSING: Duration = Duration::from_secs(3);

/// How long the embedded PostgreSQL may take to come up once the command has been asked to stop: before it is there, nobody can stop it.
const COMING_UP: Duration = Duration::from_secs(20);

/// An open database, with the key that belongs to it.
pub struct Opened {
    /// The bound pool.
    pub pool: PgPool,
    /// For listening to notifications, outside the pool.
    pub options: PgConnectOptions,
    /// The secret key.
    pub key: SecretKey,
    home: Home,
    embedded: Option<EmbeddedPostgres>,
}

/// Why a command cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The embedded PostgreSQL.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The database belongs to another key.
    #[error("this database was made with another secret key; with this one no link that was sent would work")]
    OtherKey,
    /// The key file.
    #[error("the key file {0} cannot be read or written: {1}")]
    KeyFile(PathBuf, #[source] std::io::Error),
    /// The key file holds no key.
    #[error("the key file {0} holds no key: {1}")]
    KeyFileContent(PathBuf, #[source] SecretKeyError),
    /// `DATABASE_URL` cannot be read.
    #[error("DATABASE_URL cannot be read: {0}")]
    Url(#[source] sqlx::Error),
}

impl Opened {
    /// Opens the database of this configuration. Where the embedded one runs already, joins it.
    pub async fn open(config: &Config) -> Result<Self, StartError> {
        if let Some(url) = &config.database_url {
            return Self::finish(given(url, config)?, None, config, false).await;
        }
        let embedded = match EmbeddedPostgres::join(&config.data).await? {
            Some(running) => running,
            None => EmbeddedPostgres::start(&config.data, config.postgres_bin.as_deref()).await?,
        };
        Self::finish(embedded.connect_options(), Some(embedded), config, false).await
    }

    /// Opens the database for serving: the embedded one is started, or taken over where it lives on after a kill. `hold`: nothing
    /// leaves until a person confirms.
    pub async fn open_for_serving(config: &Config, hold: bool) -> Result<Self, StartError> {
        if let Some(url) = &config.database_url {
            return Self::finish(given(url, config)?, None, config, hold).await;
        }
        let embedded = EmbeddedPostgres::start(&config.data, config.postgres_bin.as_deref()).await?;
        Self::finish(embedded.connect_options(), Some(embedded), config, hold).await
    }

    /// Opens, unless asked to stop meanwhile: none then, and what had been started is stopped again.
    pub async fn unless_stopped(
        stop: &CancellationToken,
        config: &Config,
        opening: impl Future<Output = Result<Self, StartError>>,
    ) -> Result<Option<Self>, StartError> {
        let mut opening = pin!(opening);
        if let Some(opened) = stop.run_until_cancelled(opening.as_mut()).await {
            return opened.map(Some);
        }
        if config.database_url.is_none()
            && let Ok(Ok(opened)) = timeout(COMING_UP, opening).await
        {
            opened.close().await;
        }
        Ok(None)
    }

    /// Lets messages leave again that were held.
    pub async fn release_outbox(&self) -> Result<bool, StartError> {
        let mut connection = self.options.connect().await.map_err(DatabaseError::connecting)?;
        Ok(home::release(&mut connection).await.map_err(DatabaseError::Other)?)
    }

    async fn finish(
        options: PgConnectOptions,
        embedded: Option<EmbeddedPostgres>,
        config: &Config,
        hold: bool,
    ) -> Result<Self, StartError> {
        db::migrate(&options).await?;
        let key = match &config.secret_key {
            Some(key) => key.clone(),
            None => key_in(&config.data)?,
        };
        claim_with_key(&options, &key).await?;
        let home = check_home(&options, hold).await?;
        let pool = db::bound_pool(options.clone(), CONNECTIONS - 3).await?;
        Ok(Self { pool, options, key, home, embedded })
    }

    /// Logs where nothing leaves, for those who are to deliver.
    pub fn warn_where_held(&self) {
        match self.home {
            Home::Same => {}
            Home::Copy => tracing::warn!("nothing leaves: this database looks like a copy; confirm with: latchkey outbox release"),
            Home::Held => tracing::warn!("nothing leaves: the outbox is held; let it go with: latchkey outbox release"),
        }
    }

    /// Closes the connections, within bounds, and stops the embedded server where this process started it.
    pub async fn close(self) {
        if timeout(CLOSING, self.pool.close()).await.is_err() {
            tracing::warn!("connections to the database did not end in time");
        }
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

fn given(url: &str, config: &Config) -> Result<PgConnectOptions, StartError> {
    let options: PgConnectOptions = url.parse().map_err(StartError::Url)?;
    let options = protected(options, config.ca_file.is_some());
    Ok(match &config.ca_file {
        Some(file) => options.ssl_root_cert(file),
        None => options,
    })
}

/// Beyond this machine, and wherever a CA was named, only a server with a trusted certificate of its name is talked to, unless the
/// URL says `sslmode=disable` or names another way of checking; sqlx would fall back to no TLS at all.
fn protected(options: PgConnectOptions, ca_is_named: bool) -> PgConnectOptions {
    let host = options.get_host();
    let is_here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match options.get_ssl_mode() {
        PgSslMode::Allow | PgSslMode::Prefer if is_here && !ca_is_named => options,
        PgSslMode::Allow | PgSslMode::Prefer | PgSslMode::Require => options.ssl_mode(PgSslMode::VerifyFull),
        PgSslMode::Disable | PgSslMode::VerifyCa | PgSslMode::VerifyFull => options,
    }
}

/// The key in the data folder; made at the first start.
fn key_in(data: &Path) -> Result<SecretKey, StartError> {
    let path = data.join("secret.key");
    let failed = |error| StartError::KeyFile(path.clone(), error);
    if !path.try_exists().map_err(failed)? {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
        file.write_all(SecretKey::generate().as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    }
    read_key(&path)
}

fn read_key(path: &Path) -> Result<SecretKey, StartError> {
    let text = fs::read_to_string(path).map_err(|error| StartError::KeyFile(path.to_owned(), error))?;
    SecretKey::parse(&text).map_err(|error| StartError::KeyFileContent(path.to_owned(), error))
}

async fn check_home(options: &PgConnectOptions, hold: bool) -> Result<Home, StartError> {
    let mut connection = options.connect().await.map_err(DatabaseError::connecting)?;
    Ok(home::check(&mut connection, hold).await.map_err(DatabaseError::Other)?)
}

/// Leaves the key's check value in the database at the first start, and compares it at every other one.
async fn claim_with_key(options: &PgConnectOptions, key: &SecretKey) -> Result<(), StartError> {
    let check = key.mac(Purpose::KeyCheck, &[]);
    let mut connection = options.connect().await.map_err(DatabaseError::connecting)?;
    sqlx::query("insert into installation (key_check) values ($1) on conflict do nothing")
        .bind(check.as_slice())
        .execute(&mut connection)
        .await
        .map_err(DatabaseError::Other)?;
    compare(&mut connection, &check).await
}

async fn compare(connection: &mut PgConnection, check: &[u8]) -> Result<(), StartError> {
    let stored: Option<Vec<u8>> =
        sqlx::query_scalar("select key_check from installation").fetch_optional(connection).await.map_err(DatabaseError::Other)?;
    if stored.is_none_or(|stored| stored == check) { Ok(()) } else { Err(StartError::OtherKey) }
}

/// Whether the configured key is the database's, or the first.
pub async fn check_key(connection: &mut PgConnection, config: &Config) -> Result<(), StartError> {
    let path = config.data.join("secret.key");
    let key = match &config.secret_key {
        Some(key) => key.clone(),
        None => read_key(&path)?,
    };
    compare(connection, &key.mac(Purpose::KeyCheck, &[])).await
}

/// How to connect to the database of a configuration; none where it is embedded and not running.
pub async fn running(config: &Config) -> Result<Option<PgConnectOptions>, StartError> {
    match &config.database_url {
        Some(url) => Ok(Some(given(url, config)?)),
        None => Ok(EmbeddedPostgres::join(&config.data).await?.map(|embedded| embedded.connect_options())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_elsewhere_shows_a_certificate_or_is_not_talked_to() {
        let mode = |url: &str, ca: bool| format!("{:?}", protected(url.parse().unwrap(), ca).get_ssl_mode());
        assert_eq!(mode("postgres://u@db.example.org/d", false), "VerifyFull");
        assert_eq!(mode("postgres://u@db.example.org/d?sslmode=require", false), "VerifyFull");
        assert_eq!(mode("postgres://u@db.example.org/d?sslmode=verify-ca", false), "VerifyCa");
        assert_eq!(mode("postgres://u@db.example.org/d?sslmode=disable", false), "Disable");
        for here in ["postgres://u@127.0.0.1/d", "postgres://u@[::1]/d", "postgres://u@localhost/d?host=/run/postgresql"] {
            assert_eq!(mode(here, false), "Prefer", "{here}");
        }
        assert_eq!(mode("postgres://u@127.0.0.1/d", true), "VerifyFull");
    }
}
