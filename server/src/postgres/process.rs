//! The server as a process: found, started, waited for, stopped.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    path::Path,
    process::Stdio,
    time::Duration,
};

use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use super::{
    account::Account,
    error::PostgresError,
    folder::{DataFolder, PORT},
    programs::Programs,
};

const POLL: Duration = Duration::from_millis(20);

/// Recovery after a crash may take a while; a server that is not ready by then is left to itself, and the next start adopts it.
const READY: Duration = Duration::from_mins(5);

/// After a `kill -9` the old server's children hold on to its memory for a moment, and a new one refuses to start beside them.
const CHILDREN_LEAVE: Duration = Duration::from_secs(15);

/// How long a stop may take before the impolite one.
const STOP_SECONDS: u64 = 20;

/// What to run the server with.
#[derive(Clone, Debug)]
pub(super) struct Server {
    folder: DataFolder,
    programs: Programs,
    account: Account,
}

impl Server {
    pub(super) fn new(folder: DataFolder, programs: Programs, account: Account) -> Self {
        Self { folder, programs, account }
    }

    pub(super) fn is_running(&self) -> bool {
        State::of(&self.folder) != State::Gone
    }

    /// Adopts the server that runs, or starts one, and returns when it is ready.
    pub(super) async fn ensure_running(&self) -> Result<(), PostgresError> {
        let begin = Instant::now();
        let mut child: Option<Child> = None;
        while begin.elapsed() < READY {
            match State::of(&self.folder) {
                State::Ready => return Ok(()),
                State::Busy => {}
                State::Gone => match child.as_mut().map(Child::try_wait) {
                    None => child = Some(self.spawn()?),
                    Some(Ok(None)) => {}
                    Some(_) => {
                        let detail = self.last_words();
                        let worth_a_try = detail.contains("pre-existing shared memory") || detail.contains("already exists");
                        if !worth_a_try || begin.elapsed() > CHILDREN_LEAVE {
                            return Err(PostgresError::Start { detail, log: self.folder.log() });
                        }
                        child = None;
                        sleep(POLL * 10).await;
                    }
                },
            }
            sleep(POLL).await;
        }
        Err(PostgresError::NotReady { seconds: READY.as_secs(), log: self.folder.log() })
    }

    fn spawn(&self) -> Result<Child, PostgresError> {
        forget_reused_pid(&self.folder.cluster());
        let log = self.open_log()?;
        let errors = log.try_clone().map_err(PostgresError::folder(self.folder.log()))?;
        let mut command = self.account.command(&self.programs.path("postgres"));
        command.arg("-D").arg(self.folder.cluster()).arg("-k").arg(self.folder.sockets());
        command.args(["-p", &PORT.to_string(), "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"]);
        // In a group of its own Ctrl-C does not reach it before us.
        command.stdin(Stdio::null()).stdout(log).stderr(errors).process_group(0);
        command.spawn().map_err(|error| PostgresError::Program { program: "postgres", detail: error.to_string() })
    }

    /// A fresh log, so that the last words in it are those of this start; the one before is kept.
    fn open_log(&self) -> Result<File, PostgresError> {
        let path = self.folder.log();
        // There is none before the first start.
        fs::rename(&path, path.with_extension("log.1")).ok();
        OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(PostgresError::folder(path))
    }

    /// The last complaint in the log.
    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.folder.log()).unwrap_or_default();
        let complaint = log.lines().rev().find(|line| ["FATAL: ", "PANIC: "].iter().any(|level| line.contains(level)));
        complaint.or_else(|| log.lines().last()).unwrap_or("it said nothing").trim().to_owned()
    }

    /// Stops the server: politely, and where that takes too long, at once.
    pub(super) async fn stop(&self) {
        for mode in ["fast", "immediate"] {
            let mut command = self.stop_command(mode);
            command.args(["-w", "-t", &STOP_SECONDS.to_string()]);
            let ended = timeout(Duration::from_secs(STOP_SECONDS + 5), command.status()).await;
            if matches!(ended, Ok(Ok(status)) if status.success()) || !self.is_running() {
                return;
            }
            tracing::warn!(mode, "the embedded PostgreSQL did not stop");
        }
    }

    /// Asks the server to stop and does not wait.
    pub(super) fn ask_to_stop(&self) {
        if let Err(error) = self.stop_command("fast").arg("-W").as_std_mut().status() {
            tracing::warn!(%error, "the embedded PostgreSQL cannot be stopped");
        }
    }

    fn stop_command(&self, mode: &str) -> Command {
        let mut command = self.account.command(&self.programs.path("pg_ctl"));
        command.args(["stop", "-s", "-m", mode, "-D"]).arg(self.folder.cluster());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// Waits while the server comes up or goes down; whether it is ready then.
pub(super) async fn wait_while_starting(folder: &DataFolder) -> Result<bool, PostgresError> {
    let begin = Instant::now();
    while begin.elapsed() < READY {
        match State::of(folder) {
            State::Ready => return Ok(true),
            State::Gone => return Ok(false),
            State::Busy => sleep(POLL).await,
        }
    }
    Err(PostgresError::NotReady { seconds: READY.as_secs(), log: folder.log() })
}

/// How the server is, told by its `postmaster.pid`: `pg_ctl status` would refuse root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It takes connections.
    Ready,
    /// It starts, recovers or stops.
    Busy,
    /// There is none.
    Gone,
}

impl State {
    fn of(folder: &DataFolder) -> Self {
        let cluster = folder.cluster();
        let Some(file) = PidFile::read(&cluster) else { return Self::Gone };
        match (file.is_of_our_server(&cluster), file.ready) {
            (true, true) => Self::Ready,
            (true, false) => Self::Busy,
            (false, _) => Self::Gone,
        }
    }
}

struct PidFile {
    pid: u32,
    ready: bool,
}

impl PidFile {
    fn read(cluster: &Path) -> Option<Self> {
        let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let ready = lines.nth(6).is_some_and(|state| state.trim() == "ready");
        Some(Self { pid, ready })
    }

    /// The number alone says little: after a crash it may be somebody else's.
    fn is_of_our_server(&self, cluster: &Path) -> bool {
        self.command_line().split(|&byte| byte == 0).any(|argument| argument == cluster.as_os_str().as_bytes())
    }

    fn is_of_another_process(&self, cluster: &Path) -> bool {
        !self.command_line().is_empty() && !self.is_of_our_server(cluster)
    }

    /// The program and its arguments; nothing when there is no such process any more.
    fn command_line(&self) -> Vec<u8> {
        fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default()
    }
}

/// PostgreSQL trusts the number in a left-over `postmaster.pid` when any process of its account has it now, and would never start again.
/// That no server is left on the cluster it tells by its shared memory as well.
fn forget_reused_pid(cluster: &Path) {
    if PidFile::read(cluster).is_some_and(|file| file.is_of_another_process(cluster)) {
        fs::remove_file(cluster.join("postmaster.pid")).ok();
    }
}
