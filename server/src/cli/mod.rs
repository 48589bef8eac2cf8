//! The command line.

mod serve;

use crate::{
    config::{Config, ConfigError},
    owner::{self, NewOwner, OwnerError},
    session::password::Passwords,
    startup::{Opened, StartError},
};
use clap::{Args, Parser, Subcommand};
use domain::language::Language;
use std::io::Read;

/// Latchkey sends employees their login credentials and shows who has got in.
#[derive(Debug, Parser)]
#[command(name = "latchkey", version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
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
    },
    /// Delivers mail, and nothing else; any number of them may run.
    Worker,
    /// Brings the database up to date.
    Migrate,
    /// Owners of organisations.
    #[command(subcommand)]
    Owner(OwnerCommand),
}

#[derive(Debug, Subcommand)]
enum OwnerCommand {
    /// Makes an owner, and the organisation where it is new; prints a one-time link unless a password is given.
    Add(OwnerAdd),
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
    /// The owner cannot be made.
    #[error(transparent)]
    Owner(#[from] OwnerError),
    /// Standard input cannot be read.
    #[error("the password cannot be read from standard input: {0}")]
    Input(std::io::Error),
    /// Hashing failed.
    #[error(transparent)]
    Hashing(#[from] crate::session::password::HashingFailed),
}

/// Runs a command.
pub async fn run(arguments: Arguments) -> Result<(), CommandError> {
    crate::telemetry::start();
    let config = Config::from_env()?;
    match arguments.command {
        Command::Serve { demo, no_worker } => Ok(serve::serve(config, demo, !no_worker).await?),
        Command::Worker => Ok(serve::work(config).await?),
        Command::Migrate => {
            Opened::open(&config).await?.close().await;
            Ok(())
        }
        Command::Owner(OwnerCommand::Add(add)) => owner_add(&config, add).await,
    }
}

async fn owner_add(config: &Config, add: OwnerAdd) -> Result<(), CommandError> {
    let password = add.password_stdin.then(read_password).transpose().map_err(CommandError::Input)?;
    let passwords = Passwords::new(1)?;
    let opened = Opened::open(config).await?;
    let new = NewOwner {
        organisation: &add.organisation,
        email: &add.email,
        first_name: &add.first_name,
        last_name: &add.last_name,
        language: add.language,
        time_zone: &add.time_zone,
        password: password.as_deref(),
    };
    let added = owner::add(&opened.pool, &opened.key, &passwords, &config.base_url.text, new).await;
    opened.close().await;
    match added? {
        Some(link) => say(&format!("Open this link within a day; it works once:\n{link}")),
        None => say("The owner can sign in now."),
    }
    Ok(())
}

fn read_password() -> Result<String, std::io::Error> {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password)?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}

/// Says something to whoever runs the command.
#[expect(clippy::print_stdout, reason = "what a command answers goes to stdout")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}
