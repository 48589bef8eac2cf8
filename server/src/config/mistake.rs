//! What can be wrong with a variable.

use crate::{mail::relay_url::SmtpUrlError, secret::SecretKeyError};
use domain::{email::EmailError, pace::NoPace};
use std::{io, net::SocketAddr};

/// A variable, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("{variable}: {wrong}")]
pub struct Mistake {
    /// The variable's name.
    pub variable: String,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What is wrong with a variable.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// Nobody reads it.
    #[error("no such setting")]
    Unknown,
    /// Its bytes are no text.
    #[error("not UTF-8")]
    NotUtf8,
    /// It switches something on or off.
    #[error("neither 1 nor 0")]
    NotASwitch,
    /// It is a choice of two words.
    #[error("neither {0} nor {1}")]
    NotAChoice(&'static str, &'static str),
    /// It is a number from one on.
    #[error("not a whole number from 1 on")]
    NotANumber,
    /// It is a number from one up to another.
    #[error("not a whole number from 1 to {0}")]
    NotUpTo(u16),
    /// It is an address to listen on.
    #[error("not an address such as {0}")]
    NotAnAddress(&'static str),
    /// It is a network.
    #[error("{0:?} is not a network such as 10.0.0.0/8")]
    NotANetwork(String),
    /// It is the URL of a database.
    #[error("not of the form postgres://USER:PASSWORD@HOST/DATABASE")]
    NotADatabase,
    /// It is a web address.
    #[error("not a web address such as https://latchkey.example.org")]
    NotAWebAddress,
    /// A web address without a path.
    #[error("without a path, such as https://latchkey.example.org")]
    WithPath,
    /// A web address that protects passwords.
    #[error("http would send passwords in clear; use https, or set LATCHKEY_ALLOW_HTTP=1")]
    PlainHttp,
    /// A web address of the web.
    #[error("begins with neither https:// nor http://")]
    NotHttp,
    /// It names a file that can be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(String, #[source] io::Error),
    /// It names a folder.
    #[error("{0} is no folder")]
    NoFolder(String),
    /// Another variable says the same.
    #[error("{0} is set as well; set one of the two")]
    SetTwice(&'static str),
    /// With a given database the key has to be given.
    #[error("this or LATCHKEY_SECRET_KEY_FILE is needed with DATABASE_URL; make a key with: openssl rand -base64 32")]
    KeyMissing,
    /// Everybody could read the mailbox.
    #[error("{0} is beyond this machine, and without SMTP_URL the mailbox with everybody's links would be too")]
    MailboxBeyond(SocketAddr),
    /// The key.
    #[error(transparent)]
    Key(#[from] SecretKeyError),
    /// The relay.
    #[error(transparent)]
    Relay(#[from] SmtpUrlError),
    /// The sender.
    #[error(transparent)]
    Sender(#[from] EmailError),
    /// The pace.
    #[error(transparent)]
    Pace(#[from] NoPace),
}

impl Wrong {
    /// As the mistake of a variable.
    pub(super) fn with(self, variable: &str) -> Mistake {
        Mistake { variable: variable.to_owned(), wrong: self }
    }
}
