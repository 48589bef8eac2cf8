//! What the wire carries of one's own account.

use domain::{language::Language, role::Role};
use serde::{Deserialize, Serialize};

/// The start page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Home {
    /// What the credentials are for.
    pub destination: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
}

/// One's own account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    /// First and last name.
    pub name: String,
    /// The organisation's name.
    pub organisation: String,
    /// What the person signs in with.
    pub identifier: String,
    /// Decides how long a password must be.
    pub role: Role,
    /// What a password must not hold.
    pub own_words: Vec<String>,
    /// The language that was chosen; none: the browser's, then the organisation's.
    pub language: Option<Language>,
    /// Whom to ask.
    pub contact: Option<String>,
}
