//! The first start: a cluster with one role and one database, and a door for that role only.

use std::{fs, process::Stdio};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::{io::AsyncWriteExt, process::Command};

use super::{NAME, account::Account, error::PostgresError, folder::DataFolder, programs::Programs};

/// What the check for the extension says when it is missing.
const NO_TRIGRAMS: &str = "pg_trgm is not available";

/// Makes the cluster aside and puts it in place when it is whole, so that an interrupted start leaves nothing half done.
pub(super) async fn create(folder: &DataFolder, programs: &Programs, account: &Account) -> Result<(), PostgresError> {
    let path = folder.create_new_cluster(account)?;
    let mut initdb = account.command(&programs.path("initdb"));
    initdb.arg("-D").arg(&path).args(["-U", "postgres", "-A", "reject", "-E", "UTF8", "--locale=C.UTF-8"]);
    initdb.args(["--data-checksums", "--no-instructions"]);
    run("initdb", initdb, "").await?;

    let password = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    folder.keep_password(&password)?;
    // In single-user mode nobody has to sign in, so that the superuser needs no password and can have none stolen.
    let mut single = account.command(&programs.path("postgres"));
    single.args(["--single", "-c", "exit_on_error=on", "-D"]).arg(&path).arg("postgres");
    run("postgres", single, &statements(&password)).await.map_err(|error| match error {
        PostgresError::Program { detail, .. } if detail.contains(NO_TRIGRAMS) => PostgresError::NoTrigrams(programs.folder().into()),
        error => error,
    })?;

    let doors = path.join("pg_hba.conf");
    fs::write(&doors, format!("local {NAME} {NAME} scram-sha-256\n")).map_err(PostgresError::folder(doors))?;
    folder.adopt_new_cluster()
}

/// One statement a line, as the single-user mode wants them.
fn statements(password: &str) -> String {
    format!(
        "do $$ begin if not exists (select from pg_available_extensions where name = 'pg_trgm') then raise '{NO_TRIGRAMS}'; end if; end $$\n\
         create role {NAME} login createrole password '{password}'\n\
         create database {NAME} owner {NAME}\n"
    )
}

/// Runs a program to its end, with this text as its input.
async fn run(program: &'static str, mut command: Command, input: &str) -> Result<(), PostgresError> {
    let failed = |detail: String| PostgresError::Program { program, detail };
    let talk = async {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes()).await?;
        }
        child.wait_with_output().await
    };
    let output = talk.await.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(failed(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim())))
}
