//! What each message says, in each language; how it is laid out is [`super::layout`]'s matter.

mod english;
mod french;

use super::render::Values;
use crate::local_time::local_time;
use domain::{language::Language, person};

/// A message in words. Nothing of it is escaped yet.
#[derive(Debug)]
pub(super) struct Wording {
    /// The name in From.
    pub(super) sender: String,
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) paragraphs: Vec<String>,
    /// What the employee signs in with, and how that is called.
    pub(super) sign_in: Option<(String, String)>,
    pub(super) action: Option<Action>,
    /// Whom to ask.
    pub(super) questions: String,
    /// What to do for whom this was not meant: a question and its answer.
    pub(super) not_me: (String, String),
    pub(super) footer: String,
}

/// The one thing to do.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) label: String,
    pub(super) link: String,
    /// Introduces the link written out.
    pub(super) written_out: String,
    /// Until when the link works.
    pub(super) expiry: String,
}

/// The values as the texts speak of them, each on one line.
struct Facts<'a> {
    values: &'a Values,
    link: &'a str,
    name: String,
    organisation: String,
    identifier: String,
    contact: Option<String>,
    dated: String,
    expires: String,
}

/// The words of a message.
pub(super) fn wording(values: &Values, link: &str) -> Wording {
    let date = |at| app::texts::date_time(values.language, &local_time(at, &values.time_zone));
    let facts = Facts {
        values,
        link,
        name: values.name(),
        organisation: person::single_line(&values.organisation),
        identifier: person::single_line(&values.identifier),
        contact: values.contact.as_deref().map(person::single_line).filter(|contact| !contact.is_empty()),
        dated: date(values.dated_at),
        expires: values.expires_at.map(date).unwrap_or_default(),
    };
    let sender = values.sender_name.as_deref().map(person::single_line).filter(|name| !name.is_empty());
    let wording = match values.language {
        Language::English => english::wording(&facts),
        Language::French => french::wording(&facts),
    };
    Wording { sender: sender.unwrap_or(facts.organisation), ..wording }
}
