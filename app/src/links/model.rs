//! What the wire carries of an opened link.

use domain::{link::DeadEnd, role::Role, time::LocalTime};
use serde::{Deserialize, Serialize};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// The first password.
    Activation,
    /// A new password.
    Reset,
}

impl Purpose {
    /// The path under which its links open.
    pub fn path(self) -> &'static str {
        match self {
            Self::Activation => "/activate",
            Self::Reset => "/reset-password",
        }
    }

    /// The page of an opened link, by the short name that the link has in this browser.
    pub fn page(self, short_name: &str) -> String {
        format!("{}/form/{short_name}", self.path())
    }
}

/// An opened link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Opened {
    /// It works.
    Good(GoodLink),
    /// It does not.
    Dead(DeadLink),
}

/// A link that works.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GoodLink {
    /// For the form behind it.
    pub token: String,
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
    /// Somebody else is signed in with this browser.
    pub somebody_else: bool,
}

/// A link that leads nowhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeadLink {
    /// Why.
    pub reason: DeadEnd,
    /// For asking for a fresh one, where that helps.
    pub token: String,
    /// The organisation's name, where the link was believed.
    pub organisation: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// When it expired, or when the newer message left.
    pub at: Option<LocalTime>,
    /// Where the newer message went, masked.
    pub newer_address: Option<String>,
    /// The message because of which no fresh one would be sent now.
    pub before: Option<SentBefore>,
}

/// A message that is on its way, or was sent so short a time ago that no other one is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentBefore {
    /// It has not left yet.
    pub on_its_way: bool,
    /// Where it goes, masked; none where whoever reads this may not know.
    pub address: Option<String>,
}

impl DeadLink {
    /// A link that no message of ours holds.
    pub fn unknown() -> Self {
        Self {
            reason: DeadEnd::Unknown,
            token: String::new(),
            organisation: None,
            contact: None,
            at: None,
            newer_address: None,
            before: None,
        }
    }
}
