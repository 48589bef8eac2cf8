//! The PostgreSQL that the trials stand on, where it may be broken: `scripts/with-postgres` says where it lives.

use crate::setting::Result;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, postgres::PgConnectOptions};
use std::{
    ffi::OsStr,
    fmt, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::process::Command;

/// A fault that cannot be tried here.
#[derive(Debug)]
pub struct NotRun(pub String);

impl fmt::Display for NotRun {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "not run: {}", self.0)
    }
}

impl std::error::Error for NotRun {}

/// A PostgreSQL that may be broken.
pub struct Cluster {
    /// Its data folder.
    pub data: PathBuf,
    programs: PathBuf,
    user: u32,
    group: u32,
}

impl Cluster {
    /// The one that `scripts/with-postgres` started.
    pub fn find() -> Result<Self> {
        let of = |name: &str| {
            std::env::var_os(name).map(PathBuf::from).ok_or_else(|| NotRun("it breaks PostgreSQL, and needs one of its own".to_owned()))
        };
        let (data, programs) = (of("POSTGRES_DATA")?, of("POSTGRES_PROGRAMS")?);
        let owner = fs::metadata(&data)?;
        Ok(Self { data, programs, user: owner.uid(), group: owner.gid() })
    }

    /// Runs `pg_ctl` as the user whose folder it is.
    pub async fn control(&self, arguments: &[&str]) -> Result<()> {
        let log = self.data.with_file_name("log");
        let done = Command::new(self.programs.join("pg_ctl"))
            .args([OsStr::new("-s"), OsStr::new("-w"), OsStr::new("-D"), self.data.as_os_str(), OsStr::new("-l"), log.as_os_str()])
            .args(arguments)
            .current_dir("/")
            .env_clear()
            .uid(self.user)
            .gid(self.group)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .await?;
        if done.success() { Ok(()) } else { Err(format!("pg_ctl {arguments:?} failed; see {}", log.display()).into()) }
    }

    /// Its first process.
    pub fn postmaster(&self) -> Result<u32> {
        let file = fs::read_to_string(self.data.join("postmaster.pid"))?;
        Ok(file.lines().next().ok_or("postmaster.pid is empty")?.trim().parse()?)
    }

    /// All its processes, the first one first.
    pub fn processes(&self) -> Result<Vec<u32>> {
        let first = self.postmaster()?;
        let mut all = vec![first];
        for entry in fs::read_dir("/proc")?.flatten() {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let status = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            // The second word is a name in brackets, which may hold anything.
            let parent = status.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)).and_then(|word| word.parse().ok());
            if parent == Some(first) {
                all.push(id);
            }
        }
        Ok(all)
    }

    /// Runs statements as its superuser, and gives what the last one found.
    pub async fn ask(&self, sql: &str) -> Result<Option<i64>> {
        let options: PgConnectOptions = std::env::var("DATABASE_URL")?.parse()?;
        let mut connection = options.username("postgres").connect().await?;
        let found = connection.fetch_optional(AssertSqlSafe(sql.to_owned())).await?;
        connection.close().await?;
        Ok(found.and_then(|row| sqlx::Row::try_get(&row, 0).ok()))
    }

    /// Starts it where it ended by itself.
    pub async fn ensure_started(&self) -> Result<()> {
        if self.control(&["status"]).await.is_ok() { Ok(()) } else { self.control(&["start"]).await }
    }

    /// Moves the database to another tablespace, which nobody may watch.
    pub async fn move_database(&self, tablespace: &str) -> Result<()> {
        let options: PgConnectOptions = std::env::var("DATABASE_URL")?.parse()?;
        let mut connection = options.username("postgres").database("postgres").connect().await?;
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'latchkey'").await?;
        connection.execute(AssertSqlSafe(format!("alter database latchkey set tablespace {tablespace}"))).await?;
        Ok(connection.close().await?)
    }

    /// Gives a path to the user whose cluster it is.
    pub fn hand_over(&self, path: &Path) -> Result<()> {
        Ok(std::os::unix::fs::chown(path, Some(self.user), Some(self.group))?)
    }
}
