//! A message from plain values: the same values, id and link always give the same bytes.

use super::{
    layout, quoted_printable,
    smtp::Envelope,
    wording::{Wording, wording},
};
use crate::local_time::local_time;
use domain::{
    batch::BatchAction,
    delivery::{Notice, SendKind},
    email::EmailAddress,
    ids::{BatchId, OrganisationId, SendId},
    language::Language,
    person,
    time::Timestamp,
};
use lettre::{
    Address,
    address::AddressError,
    message::{
        Body, Mailbox, MultiPart, SinglePart,
        header::{self, ContentTransferEncoding, ContentType, HeaderName, HeaderValue, Headers},
    },
};
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime};

/// The version of the templates, stored with each message's values. A change that would show an old message differently from
/// how it was sent gets a new number, and the old wording stays beside the new one; so does a new kind of message, which
/// workers of the version before then leave to others. The second brought notices about batches.
pub const TEMPLATE_VERSION: i32 = 2;

/// What a message is made of, but for its link. The names are those in `message_values`, and stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// What the message is.
    pub kind: SendKind,
    /// Which notice, where it is one.
    pub notice: Option<Notice>,
    /// The employee's language.
    pub language: Language,
    /// The organisation's name.
    pub organisation: String,
    /// The organisation's zone, an IANA name.
    pub time_zone: String,
    /// The name shown in From; unset: the organisation's.
    pub sender_name: Option<String>,
    /// The address in From, and the envelope's sender.
    pub sender_address: String,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<String>,
    /// Whom to ask, in the organisation's words.
    pub contact: Option<String>,
    /// The employee's first name.
    pub first_name: String,
    /// The employee's last name.
    pub last_name: String,
    /// What the employee signs in with.
    pub identifier: String,
    /// Where the message goes.
    pub address: String,
    /// When the message was dated.
    pub dated_at: Timestamp,
    /// When its link ends.
    pub expires_at: Option<Timestamp>,
    /// The batch that a notice is about.
    #[serde(default)]
    pub batch: Option<BatchFacts>,
}

/// How a batch stood when a notice about it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchFacts {
    /// The batch.
    pub id: BatchId,
    /// What it does.
    pub action: BatchAction,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// The size of the audience.
    pub people: u64,
    /// How many take part.
    pub receiving: u64,
    /// It was stopped.
    pub stopped: bool,
    /// Messages that have left, or are kept.
    pub sent: u64,
    /// They are kept in the built-in mailbox.
    pub kept: bool,
    /// Messages refused for good, or given up.
    pub failed: u64,
    /// Messages cancelled before they left.
    pub dropped: u64,
    /// Messages that wait.
    pub open: u64,
}

impl Values {
    /// The employee's name, on one line.
    pub fn name(&self) -> String {
        person::single_line(&person::full_name(&self.first_name, &self.last_name))
    }
}

/// What a reader sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part, a document of its own.
    pub html: String,
}

/// A message, ready to leave.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who sends it to whom.
    pub envelope: Envelope,
    /// The whole of it (RFC 5322), in ASCII, its lines ended by CR LF.
    pub bytes: Vec<u8>,
}

/// Why a message cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// One of the addresses cannot be written to.
    #[error("the {0} address cannot be written to: {1}")]
    Address(&'static str, AddressError),
    /// The domain of one of the addresses has no form in ASCII.
    #[error("the domain of the {0} address is none")]
    Domain(&'static str),
}

/// Subject, text and HTML as they were sent, the link left out; above the HTML stands who sent it to whom, and when, in the
/// language and the zone of whoever looks.
pub fn show(values: &Values, reader: Language, time_zone: &str) -> Shown {
    let wording = wording(values, None);
    let dated = app::texts::date_time(reader, &local_time(values.dated_at, time_zone));
    let lines = [
        (texts::from(reader), named(&wording.sender, &values.sender_address)),
        (texts::to(reader), named(&values.name(), &values.address)),
        (texts::subject(reader), wording.subject.clone()),
        (texts::date(reader), dated),
    ];
    let html = layout::html(values.language, &wording, &layout::head(reader, &lines));
    Shown { text: layout::text(&wording), html, subject: wording.subject }
}

/// A name with its address, as a reader's program shows it.
fn named(name: &str, address: &str) -> String {
    if name.is_empty() { address.to_owned() } else { format!("{name} <{address}>") }
}

mod texts {
    app::texts! {
        from() { en "From" fr "De" }
        to() { en "To" fr "À" }
        subject() { en "Subject" fr "Objet" }
        date() { en "Date" fr "Date" }
    }
}

/// The whole message.
pub fn render(organisation: OrganisationId, send: SendId, values: &Values, link: &str) -> Result<Message, RenderError> {
    let sender = address("sender", &values.sender_address)?;
    let recipient = address("recipient", &values.address)?;
    let envelope = Envelope { sender: sender.clone(), recipient: recipient.clone() };
    let wording = wording(values, Some(link));
    let mut headers = Headers::new();
    headers.set(header::Date::new(system_time(values.dated_at)));
    headers.set(header::From::from(lettre::message::Mailboxes::from(mailbox(&wording.sender, sender.clone()))));
    headers.set(header::To::from(lettre::message::Mailboxes::from(mailbox(&values.name(), recipient))));
    if let Some(reply_to) = &values.reply_to {
        headers.set(header::ReplyTo::from(lettre::message::Mailboxes::from(Mailbox::new(None, address("reply", reply_to)?))));
    }
    headers.set(header::Subject::from(wording.subject.clone()));
    headers.set(header::MessageId::from(format!("<{organisation}.{send}@{}>", sender.domain())));
    // RFC 3834: no automatic answers to this one, which Exchange only believes in words of its own.
    headers.insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    headers.insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All".to_owned()));
    headers.set(header::MIME_VERSION_1_0);
    let mut bytes = headers.to_string().into_bytes();
    bytes.extend(alternatives(organisation, send, values.language, &wording));
    Ok(Message { envelope, bytes })
}

/// Text and HTML as alternatives (RFC 2046, section 5.1.4).
fn alternatives(organisation: OrganisationId, send: SendId, language: Language, wording: &Wording) -> Vec<u8> {
    let part = |content_type: ContentType, content: String| {
        // Quoted-printable in any case: it never holds the boundary's "=_" (RFC 2045, section 6.7), whatever a name holds.
        let body = Body::dangerous_pre_encoded(quoted_printable::encode(&content), ContentTransferEncoding::QuotedPrintable);
        SinglePart::builder().header(content_type).body(body)
    };
    MultiPart::alternative()
        .boundary(format!("=_latchkey_{organisation}_{send}"))
        .singlepart(part(ContentType::TEXT_PLAIN, layout::text(wording)))
        .singlepart(part(ContentType::TEXT_HTML, layout::html(language, wording, "")))
        .formatted()
}

fn address(which: &'static str, written: &str) -> Result<Address, RenderError> {
    let ascii = EmailAddress::for_relay(written).ok_or(RenderError::Domain(which))?;
    ascii.parse().map_err(|error| RenderError::Address(which, error))
}

fn mailbox(name: &str, address: Address) -> Mailbox {
    let name = person::single_line(name);
    Mailbox::new(Some(name).filter(|name| !name.is_empty()), address)
}

fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or_default())
}

#[cfg(test)]
mod tests;
