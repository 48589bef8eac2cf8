//! Configuration: read once from the environment, checked whole, refused with one line per mistake.

mod base_url;
mod mistake;
mod network;

pub use base_url::BaseUrl;
pub use mistake::{Mistake, Wrong};
pub use network::Network;

use crate::{mail::relay_url::SmtpUrl, secret::SecretKey};
use domain::{email::EmailAddress, pace::Pace};
use std::{collections::BTreeMap, ffi::OsString, net::SocketAddr, num::NonZeroU32, path::PathBuf};

/// Everything that the environment decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// PostgreSQL; unset: the embedded one.
    pub database_url: Option<String>,
    /// The relay; unset: the mailbox, where the database is embedded too.
    pub smtp_url: Option<SmtpUrl>,
    /// The public address, without a slash at the end.
    pub base_url: BaseUrl,
    /// The secret key, where it was given.
    pub secret_key: Option<SecretKey>,
    /// Sender of an organisation that has set none.
    pub mail_from: Option<String>,
    /// The data folder.
    pub data: PathBuf,
    /// A private CA for relay and database.
    pub ca_file: Option<PathBuf>,
    /// The embedded server's programs.
    pub postgres_bin: Option<PathBuf>,
    /// SMTP connections at once.
    pub workers: u16,
    /// Messages over one SMTP connection at most; unset: as many as the relay takes.
    pub messages_per_connection: Option<NonZeroU32>,
    /// How much the relay takes, for all workers together.
    pub relay_pace: Pace,
    /// Networks whose `X-Forwarded-*` counts.
    pub trusted_proxies: Vec<Network>,
    /// Where metrics are served.
    pub metrics_addr: Option<SocketAddr>,
    /// How logs are written.
    pub log: LogFormat,
    /// Where it listens.
    pub site_addr: SocketAddr,
}

/// What is wrong with the configuration, a line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError(pub Vec<Mistake>);

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

const KNOWN: [&str; 17] = [
    "DATABASE_URL",
    "SMTP_URL",
    "LEPTOS_SITE_ADDR",
    "LATCHKEY_BASE_URL",
    "LATCHKEY_SECRET_KEY",
    "LATCHKEY_SECRET_KEY_FILE",
    "LATCHKEY_MAIL_FROM",
    "LATCHKEY_DATA",
    "LATCHKEY_CA_FILE",
    "LATCHKEY_POSTGRES_BIN",
    "LATCHKEY_WORKERS",
    "LATCHKEY_MESSAGES_PER_CONNECTION",
    "LATCHKEY_RELAY_PACE",
    "LATCHKEY_TRUSTED_PROXIES",
    "LATCHKEY_METRICS_ADDR",
    "LATCHKEY_LOG",
    "LATCHKEY_ALLOW_HTTP",
];

impl Config {
    /// Reads the environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(std::env::vars_os())
    }

    /// Reads variables, each once; an empty one counts as unset.
    pub fn read(given: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, ConfigError> {
        let (mut variables, mut mistakes) = (BTreeMap::new(), Vec::new());
        for (name, value) in given {
            // What is not ours may hold what it likes.
            let Some(name) = name.to_str().filter(|name| name.starts_with("LATCHKEY_") || KNOWN.contains(name)) else { continue };
            match value.into_string() {
                _ if !KNOWN.contains(&name) => mistakes.push(Wrong::Unknown.with(name)),
                Ok(value) => drop(variables.insert(name.to_owned(), value)),
                Err(_) => mistakes.push(Wrong::NotUtf8.with(name)),
            }
        }
        let get = |name: &str| variables.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        macro_rules! read {
            ($name:literal, $read:expr) => {
                get($name).and_then(|value| match $read(value) {
                    Ok(read) => Some(read),
                    Err(wrong) => {
                        mistakes.push(Wrong::from(wrong).with($name));
                        None
                    }
                })
            };
        }
        let database_url = read!("DATABASE_URL", read_database_url);
        let smtp_url = read!("SMTP_URL", str::parse::<SmtpUrl>);
        let allow_http = read!("LATCHKEY_ALLOW_HTTP", |value: &str| match value {
            "1" => Ok(true),
            "0" => Ok(false),
            _ => Err(Wrong::NotASwitch),
        });
        let allow_http = allow_http.unwrap_or_default();
        let base_url = read!("LATCHKEY_BASE_URL", |value| BaseUrl::parse(value, allow_http));
        let site_addr =
            read!("LEPTOS_SITE_ADDR", |value: &str| value.parse::<SocketAddr>().map_err(|_| Wrong::NotAnAddress("127.0.0.1:3000")));
        let mut secret_key = read!("LATCHKEY_SECRET_KEY", SecretKey::parse);
        let key_file = read!("LATCHKEY_SECRET_KEY_FILE", read_key_file);
        if get("LATCHKEY_SECRET_KEY").is_some() && get("LATCHKEY_SECRET_KEY_FILE").is_some() {
            mistakes.push(Wrong::SetTwice("LATCHKEY_SECRET_KEY_FILE").with("LATCHKEY_SECRET_KEY"));
        }
        secret_key = secret_key.or(key_file);
        let mail_from = read!("LATCHKEY_MAIL_FROM", |value| EmailAddress::parse(value).map(|email| email.as_written().to_owned()));
        let workers = read!("LATCHKEY_WORKERS", |value: &str| match value.parse() {
            Ok(workers @ 1..=64) => Ok(workers),
            _ => Err(Wrong::NotUpTo(64)),
        });
        let messages_per_connection =
            read!("LATCHKEY_MESSAGES_PER_CONNECTION", |value: &str| value.parse::<NonZeroU32>().map_err(|_| Wrong::NotANumber));
        let relay_pace = read!("LATCHKEY_RELAY_PACE", str::parse::<Pace>);
        let trusted_proxies =
            read!("LATCHKEY_TRUSTED_PROXIES", |value: &str| value.split(',').map(Network::parse).collect::<Result<Vec<_>, _>>());
        let metrics_addr =
            read!("LATCHKEY_METRICS_ADDR", |value: &str| value.parse::<SocketAddr>().map_err(|_| Wrong::NotAnAddress("127.0.0.1:9000")));
        let log = read!("LATCHKEY_LOG", |value: &str| match value {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err(Wrong::NotAChoice("text", "json")),
        });
        let ca_file = read!("LATCHKEY_CA_FILE", readable_file);
        let postgres_bin = read!("LATCHKEY_POSTGRES_BIN", folder);
        let data = get("LATCHKEY_DATA").map_or_else(default_data, PathBuf::from);

        if database_url.is_some() && get("LATCHKEY_SECRET_KEY").is_none() && get("LATCHKEY_SECRET_KEY_FILE").is_none() {
            mistakes.push(Wrong::KeyMissing.with("LATCHKEY_SECRET_KEY"));
        }
        let site_addr = site_addr.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000)));
        let mailbox = database_url.is_none() && smtp_url.is_none();
        if mailbox && !site_addr.ip().is_loopback() {
            mistakes.push(Wrong::MailboxBeyond(site_addr).with("LEPTOS_SITE_ADDR"));
        }
        if !mistakes.is_empty() {
            return Err(ConfigError(mistakes));
        }
        // An address that is listened on beyond this machine is not yet one that anybody is told.
        let base_url = base_url.unwrap_or_else(|| {
            let here = if site_addr.ip().is_loopback() { site_addr } else { SocketAddr::from(([127, 0, 0, 1], site_addr.port())) };
            BaseUrl { text: format!("http://{here}"), https: false, loopback: true }
        });
        Ok(Self {
            database_url,
            smtp_url,
            base_url,
            secret_key,
            mail_from,
            data,
            ca_file,
            postgres_bin,
            workers: workers.unwrap_or(4),
            messages_per_connection,
            relay_pace: relay_pace.unwrap_or_default(),
            trusted_proxies: trusted_proxies.unwrap_or_default(),
            metrics_addr,
            log: log.unwrap_or_default(),
            site_addr,
        })
    }

    /// Whether outgoing mail is kept in the built-in mailbox.
    pub fn keeps_mail(&self) -> bool {
        self.database_url.is_none() && self.smtp_url.is_none()
    }
}

fn read_database_url(value: &str) -> Result<String, Wrong> {
    let is_postgres = value.starts_with("postgres://") || value.starts_with("postgresql://");
    match value.parse::<sqlx::postgres::PgConnectOptions>() {
        Ok(_) if is_postgres => Ok(value.to_owned()),
        _ => Err(Wrong::NotADatabase),
    }
}

fn read_key_file(value: &str) -> Result<SecretKey, Wrong> {
    let text = std::fs::read_to_string(value).map_err(|error| Wrong::Unreadable(value.to_owned(), error))?;
    Ok(SecretKey::parse(&text)?)
}

fn readable_file(value: &str) -> Result<PathBuf, Wrong> {
    std::fs::File::open(value).map_err(|error| Wrong::Unreadable(value.to_owned(), error))?;
    Ok(PathBuf::from(value))
}

fn folder(value: &str) -> Result<PathBuf, Wrong> {
    if std::path::Path::new(value).is_dir() { Ok(PathBuf::from(value)) } else { Err(Wrong::NoFolder(value.to_owned())) }
}

fn default_data() -> PathBuf {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).or_else(home);
    data.map_or_else(|| PathBuf::from("/var/lib/latchkey"), |data| data.join("latchkey"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        Config::read(pairs.iter().map(|(name, value)| (name.into(), value.into())))
            .map_err(|error| error.0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn nothing_set_is_a_first_run_on_loopback() {
        let config = read(&[]).unwrap();
        assert!(config.keeps_mail());
        assert_eq!(config.base_url.text, "http://127.0.0.1:3000");
    }

    #[test]
    fn every_mistake_has_its_line() {
        let mistakes =
            read(&[("LATCHKEY_WORKER", "3"), ("LATCHKEY_WORKERS", "many"), ("LEPTOS_SITE_ADDR", "here"), ("DATABASE_URL", "mysql://x")])
                .unwrap_err();
        assert_eq!(mistakes.len(), 4, "{mistakes:?}");
    }

    #[test]
    fn what_is_not_utf_8_is_a_mistake_where_it_is_ours() {
        let bytes = <OsString as std::os::unix::ffi::OsStringExt>::from_vec(vec![0xff]);
        let mistakes = Config::read([("LATCHKEY_DATA".into(), bytes.clone())]).unwrap_err();
        assert_eq!(mistakes.to_string(), "LATCHKEY_DATA: not UTF-8");
        assert!(Config::read([("NAME".into(), bytes)]).is_ok());
    }

    #[test]
    fn a_given_database_needs_the_key() {
        assert!(read(&[("DATABASE_URL", "postgres://u@h/d")]).unwrap_err()[0].contains("LATCHKEY_SECRET_KEY"));
        assert!(read(&[("DATABASE_URL", "postgres://u@h/d"), ("LATCHKEY_SECRET_KEY", &SecretKey::generate())]).is_ok());
    }

    #[test]
    fn the_mailbox_stays_on_this_machine() {
        assert!(read(&[("LEPTOS_SITE_ADDR", "0.0.0.0:3000")]).unwrap_err()[0].contains("mailbox"));
    }

    #[test]
    fn listening_everywhere_makes_no_link_that_opens_nowhere() {
        let config = read(&[("LEPTOS_SITE_ADDR", "0.0.0.0:3452"), ("SMTP_URL", "smtp://relay.example.org:25")]).unwrap();
        assert_eq!((config.base_url.text.as_str(), config.base_url.loopback), ("http://127.0.0.1:3452", true));
    }

    #[test]
    fn an_http_address_elsewhere_must_be_wanted() {
        assert!(read(&[("LATCHKEY_BASE_URL", "http://latchkey.example.org")]).is_err());
        assert!(read(&[("LATCHKEY_BASE_URL", "http://latchkey.example.org"), ("LATCHKEY_ALLOW_HTTP", "1")]).is_ok());
        assert!(read(&[("LATCHKEY_BASE_URL", "https://latchkey.example.org/")]).unwrap().base_url.https);
        assert!(read(&[("LATCHKEY_BASE_URL", "https://latchkey.example.org/app")]).is_err());
        for (url, host) in [("https://latchkey.example.org:8443", "latchkey.example.org"), ("http://[::1]:3000", "::1")] {
            assert_eq!(read(&[("LATCHKEY_BASE_URL", url)]).unwrap().base_url.host(), host);
        }
    }
}
