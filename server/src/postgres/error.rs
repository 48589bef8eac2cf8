//! What can be wrong with the embedded PostgreSQL, in words that say what to do.

use std::{io, path::PathBuf};

use super::programs;

/// Why the embedded PostgreSQL does not run.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// The data folder, or something in it, cannot be made, read or written.
    #[error("the data folder cannot be used: {}: {source}; LATCHKEY_DATA may name another", .path.display())]
    Folder {
        /// What could not be made, read or written.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Another process looks after the server of this data folder.
    #[error("another Latchkey is running on the data folder {}", .0.display())]
    InUse(PathBuf),
    /// The path leaves no room for the name of a socket.
    #[error("the path {} is too long for PostgreSQL's socket by {excess} bytes: let LATCHKEY_DATA name a folder with a shorter one", .path.display())]
    PathTooLong {
        /// The folder of the socket.
        path: PathBuf,
        /// By how much it is too long.
        excess: usize,
    },
    /// PostgreSQL does not run as root, and the account that it runs as cannot get to a folder.
    #[error(
        "PostgreSQL cannot run as root and runs as {account:?}, which may not enter {}: allow it with `chmod o+x {0}`, \
         or let LATCHKEY_DATA name a folder elsewhere, /var/lib/latchkey for example", .path.display()
    )]
    Unreachable {
        /// The account that PostgreSQL runs as.
        account: String,
        /// The outermost folder that it may not enter.
        path: PathBuf,
    },
    /// Root has no account to run PostgreSQL as.
    #[error("PostgreSQL cannot run as root, and this machine has neither an account `postgres` nor `nobody`")]
    NoAccount,
    /// PostgreSQL is not installed, or not where it was looked for.
    #[error(
        "PostgreSQL is not installed (looked in /usr/lib/postgresql and PATH): install it (Debian: apt-get install postgresql), \
         let LATCHKEY_POSTGRES_BIN name the folder of its programs, or DATABASE_URL a database"
    )]
    NoPrograms,
    /// The folder that was named holds no PostgreSQL.
    #[error("LATCHKEY_POSTGRES_BIN: {} does not hold PostgreSQL's programs initdb, postgres and pg_ctl, or they do not run here", .0.display())]
    NotPrograms(PathBuf),
    /// PostgreSQL is there, but in a version that does not do.
    #[error("PostgreSQL {found} was found, but Latchkey needs {} or newer", programs::OLDEST)]
    TooOld {
        /// The version that was found.
        found: u32,
    },
    /// The cluster was made by another version than those installed.
    #[error(
        "the database in the data folder was made by PostgreSQL {cluster}, of which the programs were not found: \
         install that version, or let LATCHKEY_POSTGRES_BIN name the folder of its programs"
    )]
    OtherVersion {
        /// The version that made the cluster.
        cluster: u32,
    },
    /// The contributed extensions are missing.
    #[error("the PostgreSQL in {} comes without the extension pg_trgm: install its contributed extensions (postgresql-contrib)", .0.display())]
    NoTrigrams(PathBuf),
    /// A program of PostgreSQL does not run or ends with an error.
    #[error("{program} failed: {detail}")]
    Program {
        /// Its name.
        program: &'static str,
        /// What it said.
        detail: String,
    },
    /// The server ended instead of getting ready.
    #[error("PostgreSQL does not start: {detail}; all of its log is in {}", .log.display())]
    Start {
        /// Its last words.
        detail: String,
        /// Where the rest stands.
        log: PathBuf,
    },
    /// The server is still not ready; the next start waits on.
    #[error("PostgreSQL is not ready yet after {seconds} seconds, perhaps recovering from a crash: try again later; its log is in {}", .log.display())]
    NotReady {
        /// How long it was waited for.
        seconds: u64,
        /// Its log.
        log: PathBuf,
    },
}

impl PostgresError {
    /// For `map_err`: something went wrong with this file or folder.
    pub(super) fn folder(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Folder { path, source }
    }
}
