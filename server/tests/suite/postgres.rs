//! The embedded PostgreSQL, really started in a folder of its own, killed, adopted and stopped.

use std::{
    env, fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use server::postgres::{EmbeddedPostgres, PostgresError};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::time::sleep;

/// Tells the child below which data folder to hold.
const HOLD: &str = "HOLD_DATA_FOLDER";

/// A folder that PostgreSQL's account may pass when root runs the tests.
fn scratch() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).unwrap();
    folder
}

async fn start(data: &Path) -> EmbeddedPostgres {
    EmbeddedPostgres::start(data, None).await.unwrap()
}

async fn connect(postgres: &EmbeddedPostgres) -> PgConnection {
    PgConnection::connect_with(&postgres.connect_options()).await.unwrap()
}

/// Keeps one row, to be looked for later.
async fn keep(postgres: &EmbeddedPostgres) {
    let mut connection = connect(postgres).await;
    sqlx::raw_sql("create table kept (word text); insert into kept values ('still here')").execute(&mut connection).await.unwrap();
}

async fn assert_kept(postgres: &EmbeddedPostgres) {
    let mut connection = connect(postgres).await;
    assert_eq!(sqlx::query_scalar::<_, String>("select word from kept").fetch_one(&mut connection).await.unwrap(), "still here");
}

fn server_pid(data: &Path) -> Option<u32> {
    let file = fs::read_to_string(data.join("postgres/postmaster.pid")).ok()?;
    file.lines().next()?.trim().parse().ok()
}

fn kill(pid: u32) {
    assert!(Command::new("sh").args(["-c", &format!("kill -9 {pid}")]).status().unwrap().success());
}

/// A process that started the server and can be killed without taking the tests along: this program again, with the next test only.
fn holder(data: &Path) -> Child {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "postgres::hold_when_told_to"]).env(HOLD, data).stdout(Stdio::null());
    child.spawn().unwrap()
}

#[tokio::test]
async fn hold_when_told_to() {
    if let Some(data) = env::var_os(HOLD) {
        let postgres = start(Path::new(&data)).await;
        keep(&postgres).await;
        fs::write(Path::new(&data).join("held"), "").unwrap();
        sleep(Duration::from_mins(1)).await;
    }
}

/// Starts the server in another process, which is killed.
async fn left_alone(data: &Path) {
    let mut child = holder(data);
    while !data.join("held").exists() {
        assert!(child.try_wait().unwrap().is_none(), "the holder ended early");
        sleep(Duration::from_millis(20)).await;
    }
    kill(child.id());
    child.wait().unwrap();
}

#[tokio::test]
async fn the_role_owns_its_database_and_is_no_superuser() {
    let data = scratch();
    let postgres = start(data.path()).await;
    let mut connection = connect(&postgres).await;
    let rights: (bool, bool, bool) =
        sqlx::query_as("select rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(rights, (false, true, false));
    sqlx::raw_sql("create extension pg_trgm; create role another nologin").execute(&mut connection).await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, String>("show fsync").fetch_one(&mut connection).await.unwrap(), "on");
    let collation: String =
        sqlx::query_scalar("select datcollate from pg_database where datname = 'latchkey'").fetch_one(&mut connection).await.unwrap();
    assert_eq!(collation, "C.UTF-8");

    for intruder in [postgres.connect_options().password("a guess"), postgres.connect_options().username("postgres")] {
        assert!(PgConnection::connect_with(&intruder).await.is_err());
    }
    let mode = |name: &str| fs::metadata(data.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode("postgres"), mode("postgres.socket"), mode("postgres.password")], [0o700, 0o700, 0o600]);
    postgres.stop().await;
}

#[tokio::test]
async fn a_stopped_server_is_gone_and_its_rows_are_not() {
    let data = scratch();
    let postgres = start(data.path()).await;
    keep(&postgres).await;
    postgres.stop().await;
    assert_eq!(server_pid(data.path()), None);
    let postgres = start(data.path()).await;
    assert_kept(&postgres).await;
    postgres.stop().await;
}

#[tokio::test]
async fn a_server_that_outlives_its_latchkey_is_adopted() {
    let data = scratch();
    left_alone(data.path()).await;
    let orphan = server_pid(data.path()).unwrap();
    let postgres = start(data.path()).await;
    assert_eq!(server_pid(data.path()), Some(orphan));
    assert_kept(&postgres).await;
    postgres.stop().await;
    assert_eq!(server_pid(data.path()), None);
}

#[tokio::test]
async fn after_both_are_killed_the_next_start_recovers() {
    let data = scratch();
    left_alone(data.path()).await;
    kill(server_pid(data.path()).unwrap());
    let postgres = start(data.path()).await;
    assert_kept(&postgres).await;
    postgres.stop().await;
}

#[tokio::test]
async fn a_killed_server_is_started_again_under_way() {
    let data = scratch();
    let postgres = start(data.path()).await;
    keep(&postgres).await;
    let killed = server_pid(data.path());
    kill(killed.unwrap());
    while server_pid(data.path()) == killed || PgConnection::connect_with(&postgres.connect_options()).await.is_err() {
        sleep(Duration::from_millis(20)).await;
    }
    assert_kept(&postgres).await;
    postgres.stop().await;
}

#[tokio::test]
async fn a_server_is_joined_while_it_runs_and_only_then() {
    let data = scratch();
    let join = || EmbeddedPostgres::join(data.path());
    assert!(join().await.unwrap().is_none());
    let postgres = start(data.path()).await;
    keep(&postgres).await;
    let joined = join().await.unwrap().unwrap();
    assert_kept(&joined).await;
    joined.stop().await;
    assert_kept(&postgres).await;

    let second = EmbeddedPostgres::start(data.path(), None).await.unwrap_err();
    assert!(matches!(second, PostgresError::InUse(_)), "{second}");
    assert_kept(&postgres).await;
    postgres.stop().await;
    assert!(join().await.unwrap().is_none());
    assert!(EmbeddedPostgres::join(&data.path().join("nowhere")).await.unwrap().is_none());
}

#[tokio::test]
async fn whoever_leaves_early_leaves_no_server_behind() {
    let data = scratch();
    drop(start(data.path()).await);
    while server_pid(data.path()).is_some() {
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_interrupted_first_start_and_a_reused_process_number_do_no_harm() {
    let data = scratch();
    fs::create_dir(data.path().join("postgres.new")).unwrap();
    fs::write(data.path().join("postgres.new/PG_VERSION"), "15\n").unwrap();
    let postgres = start(data.path()).await;
    keep(&postgres).await;
    postgres.stop().await;
    fs::write(data.path().join("postgres/postmaster.pid"), format!("{}\n/elsewhere\n", std::process::id())).unwrap();
    let postgres = start(data.path()).await;
    assert_kept(&postgres).await;
    postgres.stop().await;
}

#[tokio::test]
async fn what_stands_in_the_way_is_named() {
    let data = scratch();
    let refused = async |data: &Path, programs: Option<&Path>| EmbeddedPostgres::start(data, programs).await.unwrap_err();

    let file = data.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [&file, &file.join("below"), Path::new("/proc/latchkey")] {
        let error = refused(path, None).await;
        assert!(matches!(error, PostgresError::Folder { .. }), "{error}");
    }
    let error = refused(&data.path().join("long/".repeat(30)), None).await;
    assert!(matches!(error, PostgresError::PathTooLong { .. }), "{error}");
    let error = refused(data.path(), Some(data.path())).await;
    assert!(matches!(error, PostgresError::NotPrograms(_)), "{error}");

    fs::create_dir(data.path().join("postgres")).unwrap();
    fs::write(data.path().join("postgres/PG_VERSION"), "99\n").unwrap();
    let error = refused(data.path(), None).await;
    assert!(matches!(error, PostgresError::OtherVersion { cluster: 99 }), "{error}");
}

#[tokio::test]
async fn root_is_told_which_folder_shuts_postgresql_out() {
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let shut = scratch();
    fs::set_permissions(shut.path(), fs::Permissions::from_mode(0o700)).unwrap();
    match EmbeddedPostgres::start(&shut.path().join("data"), None).await {
        Ok(postgres) => {
            assert!(!root);
            postgres.stop().await;
        }
        Err(PostgresError::Unreachable { path, .. }) => assert!(root && path == shut.path().canonicalize().unwrap()),
        Err(error) => panic!("{error}"),
    }
}
