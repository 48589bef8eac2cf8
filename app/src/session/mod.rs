//! Who is there: the viewer of a page, signing in and out, and the proof of a permission.

pub mod api;
mod page;
#[cfg(feature = "ssr")]
mod proof;
#[cfg(feature = "ssr")]
pub mod service;
mod texts;
mod way_back;

pub use page::SignInPage;
#[cfg(feature = "ssr")]
pub use proof::{Administrator, Client, SignedIn, administrator, signed_in};

pub use way_back::{sign_in_path, sign_in_where_needed, use_address, use_sign_in_path};

use domain::{ids::EmployeeId, language::Language, role::Role};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Whoever looks at a page, as both sides know them. It permits nothing: permission is proved on the server.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Viewer {
    /// The language of the page.
    pub language: Language,
    /// Who is signed in.
    pub me: Option<Me>,
    /// What administrators must know of how this server is set up.
    pub notices: Notices,
}

/// Somebody who is signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Me {
    /// The employee.
    pub id: EmployeeId,
    /// First and last name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The organisation's name.
    pub organisation: String,
}

/// What administrators must know of how this server is set up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Notices {
    /// There is neither a relay nor a mailbox: messages wait.
    pub mail_waits: bool,
    /// Messages are kept in the built-in mailbox.
    pub mail_is_kept: bool,
    /// The outbox is held: nothing leaves until whoever runs this server confirms it.
    #[serde(default)]
    pub outbox_is_held: bool,
    /// Real mail leaves with links that open on this machine only.
    pub links_are_local: bool,
    /// The sender of organisations that have set none.
    #[serde(default)]
    pub usual_sender: String,
}

/// The language of the page.
pub fn use_language() -> Language {
    use_context::<Viewer>().map(|viewer| viewer.language).unwrap_or_default()
}
