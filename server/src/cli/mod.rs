//! The command line.

mod causes;
pub mod employees;
mod french;
mod help;
pub mod language;
mod serve;
mod texts;

use crate::{
    config::{Config, ConfigError},
    doctor::{self, Verdict},
    mail::{relay::ConnectError, tls::TlsSetupError},
    owner::{self, NewOwner, OwnerError},
    session::password::Passwords,
    startup::{Opened, StartError},
};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use domain::language::Language;
use sqlx::PgPool;
use std::{io::Read, path::PathBuf, process::ExitCode};

/// Latchkey sends employees their login credentials and shows who has got in.
#[derive(Debug, Parser)]
#[command(name = "latchkey", version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

impl Arguments {
    /// Reads the command line. Where it is wrong, or asks for help, says so in a language and ends the process.
    pub fn read(language: Language) -> Self {
        let parsed = match language {
            Language::English => return Self::parse(),
            Language::French => help::in_french(Self::command()).try_get_matches().and_then(|matches| Self::from_arg_matches(&matches)),
        };
        parsed.unwrap_or_else(|error| match help::mistake(&error) {
            Some(told) => {
                complain(&format!("latchkey : {told}"));
                std::process::exit(MISUSED)
            }
            None => error.exit(),
        })
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the application and delivers mail.
    Serve {
        /// Make an organisation with some 500 invented employees, and print its owner's sign-in.
        #[arg(long)]
        demo: bool,
        /// Leave delivery to `latchkey worker`.
        #[arg(long)]
        no_worker: bool,
        /// Let nothing leave until `latchkey outbox release`, as for a copy of the database's files.
        #[arg(long)]
        hold_outbox: bool,
    },
    /// Delivers mail, and nothing else; any number of them may run.
    Worker,
    /// Brings the database up to date.
    Migrate,
    /// Examines configuration, database, clocks, names and relay, and says what to do; sends and changes nothing.
    Doctor,
    /// What waits to leave.
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Employees of organisations, many at once.
    #[command(subcommand)]
    Employees(EmployeesCommand),
    /// Owners of organisations.
    #[command(subcommand)]
    Owner(OwnerCommand),
}

#[derive(Debug, Subcommand)]
enum OutboxCommand {
    /// Lets messages leave again after a backup was restored, or after `serve --hold-outbox`.
    Release,
}

#[derive(Debug, Subcommand)]
enum OwnerCommand {
    /// Makes an owner, and the organisation where it is new; prints a one-time link unless a password is given.
    Add(OwnerAdd),
}

#[derive(Debug, Subcommand)]
enum EmployeesCommand {
    /// Adds and updates employees from a CSV file. Rows that are refused go to stderr with the reason, all others are imported,
    /// and the command ends with 3 instead of 0.
    Import {
        /// The file: commas, semicolons or tabs; the first row names the columns.
        file: PathBuf,
        /// The organisation's name or short name.
        #[arg(long)]
        organisation: String,
        /// Say what the import would do, and write nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Adds invented people at example.org and example.com, for trials and load tests.
    Invent {
        /// How many.
        people: u32,
        /// The organisation's name or short name.
        #[arg(long)]
        organisation: String,
        /// Invite, activate, suspend and so on some of them, as if it had happened; otherwise nobody has been invited.
        #[arg(long)]
        status_mix: bool,
    },
}

#[derive(Debug, Args)]
struct OwnerAdd {
    /// The organisation's name.
    #[arg(long)]
    organisation: String,
    /// The owner's email address.
    #[arg(long)]
    email: String,
    /// The owner's first name.
    #[arg(long)]
    first_name: String,
    /// The owner's last name.
    #[arg(long)]
    last_name: String,
    /// The language of a new organisation: en or fr.
    #[arg(long, default_value = "en")]
    language: Language,
    /// The time zone of a new organisation, such as Europe/Paris.
    #[arg(long, default_value = "Europe/Paris")]
    time_zone: String,
    /// Read the password from standard input instead of printing a link.
    #[arg(long)]
    password_stdin: bool,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The configuration is wrong.
    #[error("the configuration is wrong:\n{0}")]
    Config(#[from] ConfigError),
    /// It cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It cannot serve.
    #[error(transparent)]
    Serve(#[from] serve::ServeError),
    /// Employees cannot be imported or invented.
    #[error(transparent)]
    Employees(#[from] employees::EmployeesError),
    /// The owner cannot be made.
    #[error(transparent)]
    Owner(#[from] OwnerError),
    /// Standard input cannot be read.
    #[error("the password cannot be read from standard input: {0}")]
    Input(std::io::Error),
    /// The examination found something that will not work.
    #[error("something does not work, as marked with ✗")]
    Unwell,
    /// Hashing failed.
    #[error(transparent)]
    Hashing(#[from] crate::session::password::HashingFailed),
}

impl CommandError {
    /// What to tell whoever ran the command.
    pub fn told(&self, language: Language) -> String {
        match language {
            Language::English => self.to_string(),
            Language::French => french::told(self),
        }
    }
}

/// Why there is no dialogue with the relay.
pub(crate) fn relay_in_words(language: Language, error: &ConnectError) -> String {
    match language {
        Language::English => error.to_string(),
        Language::French => french::relay(error),
    }
}

/// The same of what TLS is set up with.
pub(crate) fn tls_in_words(language: Language, error: &TlsSetupError) -> String {
    match language {
        Language::English => error.to_string(),
        Language::French => french::tls(error),
    }
}

/// How a command ends that was given other words than it knows, as the parser ends it in English.
const MISUSED: i32 = 2;

/// How a command ends that has done only a part of what it was told.
const IN_PART: u8 = 3;

/// How a command ends that was told to stop before it had done what it was to do.
const STOPPED: ExitCode = ExitCode::FAILURE;

/// Runs a command, and tells what came of it in a language.
pub async fn run(arguments: Arguments, language: Language) -> Result<ExitCode, CommandError> {
    let config = Config::from_env()?;
    crate::telemetry::start(config.log);
    match arguments.command {
        Command::Serve { demo, no_worker, hold_outbox } => serve::serve(config, language, demo, !no_worker, hold_outbox).await?,
        Command::Worker => serve::work(config).await?,
        Command::Outbox(OutboxCommand::Release) => return release(&config, language).await,
        Command::Doctor => examine(&config, language).await?,
        Command::Migrate => return Ok(with_database(&config, async |_| ExitCode::SUCCESS).await?.unwrap_or(STOPPED)),
        Command::Employees(command) => return change_employees(&config, language, command).await,
        Command::Owner(OwnerCommand::Add(add)) => return owner_add(&config, language, add).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// Does something with the database; none where it was told to stop meanwhile. Either way what was started is stopped again.
async fn with_database<T>(config: &Config, work: impl AsyncFnOnce(&Opened) -> T) -> Result<Option<T>, StartError> {
    let stop = serve::stop_signal();
    let Some(opened) = Opened::unless_stopped(&stop, config, Box::pin(Opened::open(config))).await? else { return Ok(None) };
    let done = stop.run_until_cancelled(work(&opened)).await;
    opened.close().await;
    Ok(done)
}

async fn release(config: &Config, language: Language) -> Result<ExitCode, CommandError> {
    let released = with_database(config, async |opened| opened.release_outbox().await).await?;
    let Some(released) = released else { return Ok(STOPPED) };
    say(&if released? { texts::messages_leave(language) } else { texts::nothing_was_held(language) });
    Ok(ExitCode::SUCCESS)
}

async fn examine(config: &Config, language: Language) -> Result<(), CommandError> {
    let findings = doctor::examine(config, language).await;
    for finding in &findings {
        say(&finding.to_string());
    }
    if findings.iter().any(|finding| finding.verdict == Verdict::Bad) { Err(CommandError::Unwell) } else { Ok(()) }
}

async fn change_employees(config: &Config, language: Language, command: EmployeesCommand) -> Result<ExitCode, CommandError> {
    let done = with_database(config, async |opened| run_on_employees(&opened.pool, language, command).await).await?;
    Ok(done.transpose()?.unwrap_or(STOPPED))
}

async fn run_on_employees(pool: &PgPool, language: Language, command: EmployeesCommand) -> Result<ExitCode, employees::EmployeesError> {
    match command {
        EmployeesCommand::Import { file, organisation, dry_run } => {
            let organisation = employees::find_organisation(pool, &organisation).await?;
            let report = employees::import(pool, organisation, &file, dry_run).await?;
            let refusals = report.refusals(language);
            say(&report.told(language));
            if let Some(refusals) = &refusals {
                complain(refusals);
            }
            Ok(refusals.map_or(ExitCode::SUCCESS, |_| ExitCode::from(IN_PART)))
        }
        EmployeesCommand::Invent { people, organisation, status_mix } => {
            let organisation = employees::find_organisation(pool, &organisation).await?;
            employees::invent(pool, organisation, people, status_mix).await?;
            say(&texts::invented(language, u64::from(people)));
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn owner_add(config: &Config, language: Language, add: OwnerAdd) -> Result<ExitCode, CommandError> {
    let password = add.password_stdin.then(read_password).transpose().map_err(CommandError::Input)?;
    let passwords = Passwords::new(1)?;
    let new = NewOwner {
        organisation: &add.organisation,
        email: &add.email,
        first_name: &add.first_name,
        last_name: &add.last_name,
        language: add.language,
        time_zone: &add.time_zone,
        password: password.as_deref(),
    };
    let url = &config.base_url.text;
    let added = with_database(config, async |opened| owner::add(&opened.pool, &opened.key, &passwords, url, new).await).await?;
    let Some(added) = added else { return Ok(STOPPED) };
    match added? {
        Some(link) => say(&texts::open_link(language, &link)),
        None => say(&texts::owner_can_sign_in(language)),
    }
    Ok(ExitCode::SUCCESS)
}

fn read_password() -> Result<String, std::io::Error> {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password)?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}

/// Says what went wrong to whoever runs the command.
#[expect(clippy::print_stderr, reason = "what went wrong goes to stderr")]
fn complain(text: &str) {
    eprintln!("{text}");
}

/// Says something to whoever runs the command.
#[expect(clippy::print_stdout, reason = "what a command answers goes to stdout")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}
