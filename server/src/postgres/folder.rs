//! Where things lie in the data folder.
//!
//! | name | what |
//! | --- | --- |
//! | `postgres` | the cluster |
//! | `postgres.new` | one that is being made; what an interrupted first start leaves is thrown away |
//! | `postgres.socket` | the folder of the socket, which only PostgreSQL's account enters |
//! | `postgres.password` | the password of Latchkey's role |
//! | `postgres.log` | what the server says |
//! | `postgres.lock` | locked by the process that looks after the server |

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Write},
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, OpenOptionsExt, chown},
    },
    path::{Path, PathBuf},
};

use super::{
    account::{Account, running_as_root},
    error::PostgresError,
};

/// Names the socket; nothing listens on it as a port.
pub(super) const PORT: u16 = 5432;

/// The bytes that a socket's address has room for (108, one for its end).
const SOCKET_PATH: usize = 107;

/// The data folder; its path is absolute and free of links.
#[derive(Clone, Debug)]
pub(super) struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    /// The folder, made if it is not there.
    pub(super) fn create(path: &Path) -> Result<Self, PostgresError> {
        // PostgreSQL's account has to get through root's folder to its own; a person's folder is nobody else's business.
        let mode = if running_as_root() { 0o711 } else { 0o700 };
        DirBuilder::new().recursive(true).mode(mode).create(path).map_err(PostgresError::folder(path))?;
        let root = path.canonicalize().map_err(PostgresError::folder(path))?;
        let folder = Self { root };
        let socket = folder.sockets().join(format!(".s.PGSQL.{PORT}"));
        match socket.as_os_str().as_bytes().len().saturating_sub(SOCKET_PATH) {
            0 => Ok(folder),
            excess => Err(PostgresError::PathTooLong { path: folder.sockets(), excess }),
        }
    }

    /// The folder, if it is there.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, PostgresError> {
        match path.canonicalize() {
            Ok(root) => Ok(Some(Self { root })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PostgresError::folder(path)(error)),
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn cluster(&self) -> PathBuf {
        self.root.join("postgres")
    }

    pub(super) fn new_cluster(&self) -> PathBuf {
        self.root.join("postgres.new")
    }

    pub(super) fn sockets(&self) -> PathBuf {
        self.root.join("postgres.socket")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    fn password_file(&self) -> PathBuf {
        self.root.join("postgres.password")
    }

    /// The version of PostgreSQL that made the cluster; none when there is no cluster yet.
    pub(super) fn cluster_version(&self) -> Result<Option<u32>, PostgresError> {
        let path = self.cluster().join("PG_VERSION");
        match fs::read_to_string(&path) {
            Ok(text) => match text.trim().parse() {
                Ok(version) => Ok(Some(version)),
                Err(_) => Err(PostgresError::folder(path)(ErrorKind::InvalidData.into())),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PostgresError::folder(path)(error)),
        }
    }

    /// Makes this process the only one that looks after the server, until it ends, however it ends.
    pub(super) fn lock(&self) -> Result<File, PostgresError> {
        let path = self.root.join("postgres.lock");
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(PostgresError::folder(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(PostgresError::InUse(self.root.clone())),
            Err(TryLockError::Error(error)) => Err(PostgresError::folder(path)(error)),
        }
    }

    pub(super) fn password(&self) -> Result<String, PostgresError> {
        let path = self.password_file();
        fs::read_to_string(&path).map_err(PostgresError::folder(path))
    }

    pub(super) fn keep_password(&self, password: &str) -> Result<(), PostgresError> {
        let path = self.password_file();
        replace(&path, password).map_err(PostgresError::folder(path))
    }

    pub(super) fn create_sockets(&self, account: &Account) -> Result<(), PostgresError> {
        create_owned(&self.sockets(), account)
    }

    /// An empty folder for a new cluster.
    pub(super) fn create_new_cluster(&self, account: &Account) -> Result<PathBuf, PostgresError> {
        let path = self.new_cluster();
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(PostgresError::folder(path)(error)),
            _ => create_owned(&path, account)?,
        }
        Ok(path)
    }

    /// From now on the new cluster is the cluster.
    pub(super) fn adopt_new_cluster(&self) -> Result<(), PostgresError> {
        let settle = || {
            fs::rename(self.new_cluster(), self.cluster())?;
            File::open(&self.root)?.sync_all()
        };
        settle().map_err(PostgresError::folder(self.cluster()))
    }
}

/// A folder that only the account enters.
fn create_owned(path: &Path, account: &Account) -> Result<(), PostgresError> {
    let create = || {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        chown(path, Some(account.uid), Some(account.gid))
    };
    create().map_err(PostgresError::folder(path))
}

/// A file that only we read.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
