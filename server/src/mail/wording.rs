//! What each message says, in each language; how it is laid out is [`super::layout`]'s matter.

mod english;
mod french;

use super::{
    places,
    values::{BatchFacts, Values},
};
use crate::local_time::local_time;
use app::batches::words;
use domain::{
    delivery::{Notice, SendKind},
    language::Language,
    person,
    typography::typeset,
};

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
    pub(super) link: Link,
    /// Introduces the link written out.
    pub(super) written_out: String,
    /// Until when the link works, where it ends.
    pub(super) expiry: Option<String>,
}

/// Where the one thing to do leads.
#[derive(Debug)]
pub(super) enum Link {
    /// There.
    To(String),
    /// Nobody is told; this word stands in its place.
    LeftOut(&'static str),
}

impl Link {
    fn new(leaves: bool, left_out: &'static str) -> Self {
        if leaves { Self::To(places::LINK.to_string()) } else { Self::LeftOut(left_out) }
    }

    /// What is read in its place.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::To(link) => link,
            Self::LeftOut(word) => word,
        }
    }
}

impl Wording {
    /// With the spaces that the language asks for; names, identifiers and links stay as they are where they stand alone.
    fn typeset(self, language: Language) -> Self {
        let set = |text| typeset(language, text);
        let action = |action: Action| Action {
            label: set(action.label),
            link: action.link,
            written_out: set(action.written_out),
            expiry: action.expiry.map(set),
        };
        Self {
            sender: self.sender,
            subject: set(self.subject),
            greeting: set(self.greeting),
            paragraphs: self.paragraphs.into_iter().map(set).collect(),
            sign_in: self.sign_in.map(|(label, identifier)| (set(label), identifier)),
            action: self.action.map(action),
            questions: set(self.questions),
            not_me: (set(self.not_me.0), set(self.not_me.1)),
            footer: set(self.footer),
        }
    }
}

/// The values as the texts speak of them, each on one line.
struct Facts<'a> {
    values: &'a Values,
    /// Links lead somewhere.
    leaves: bool,
    name: String,
    organisation: String,
    identifier: String,
    contact: Option<String>,
    dated: String,
    expires: String,
    /// The batch that it is about, its action in words, and when it was started.
    batch: Option<(&'a BatchFacts, String, String)>,
}

impl Facts<'_> {
    /// Why messages of the batch failed, in words, each with how many they were; nothing where none is told.
    fn reasons(&self, number: impl Fn(u64) -> String) -> Option<String> {
        let reasons = self.batch.as_ref()?.0.reasons.as_ref().filter(|reasons| !reasons.is_empty())?;
        let each =
            reasons.iter().map(|(reason, messages)| format!("{} ({})", words::reason(self.values.language, *reason), number(*messages)));
        Some(each.collect::<Vec<_>>().join(", "))
    }

    /// Why people of the batch were skipped, in words with how many they were; nothing where none is told.
    fn skips(&self) -> Option<String> {
        let skips = self.batch.as_ref()?.0.skips.as_ref().filter(|skips| !skips.is_empty())?;
        let each = skips.iter().map(|(skip, people)| words::skipped(self.values.language, *skip, *people));
        let between = match self.values.language {
            Language::English => "; ",
            Language::French => " ; ",
        };
        Some(each.collect::<Vec<_>>().join(between))
    }
}

/// The words of a message, with [`places`] for those that are its own; with a link only where it leaves, and is not shown again.
pub(super) fn wording(values: &Values, leaves: bool) -> Wording {
    let date = |at| app::texts::date_time(values.language, &local_time(at, &values.time_zone));
    let facts = Facts {
        values,
        leaves,
        name: places::NAME.to_string(),
        organisation: person::single_line(&values.organisation),
        identifier: places::IDENTIFIER.to_string(),
        contact: values.contact.as_deref().map(person::single_line).filter(|contact| !contact.is_empty()),
        dated: date(values.dated_at),
        expires: values.expires_at.map(date).unwrap_or_default(),
        batch: values.batch.as_ref().map(|batch| (batch, words::action(values.language, batch.action), date(batch.created_at))),
    };
    let sender = values.sender_name.as_deref().map(person::single_line).filter(|name| !name.is_empty());
    let wording = match values.language {
        Language::English => english::wording(&facts),
        Language::French => french::wording(&facts),
    };
    Wording { sender: sender.unwrap_or(facts.organisation), ..wording.typeset(values.language) }
}

/// Whether the sign-in identifier belongs into the message: not at an old address, and not where it is about a batch.
fn has_account_facts(values: &Values) -> bool {
    values.kind != SendKind::Notice || values.notice == Some(Notice::PasswordChanged)
}
