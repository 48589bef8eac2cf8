//! A message from plain values: the same values, id and link always give the same bytes.

use super::{
    layout,
    places::{Encoded, Own},
    smtp::Envelope,
    values::Values,
    wording::wording,
};
use crate::local_time::local_time;
use domain::{
    email::EmailAddress,
    ids::{OrganisationId, SendId},
    language::Language,
    person,
    time::Timestamp,
};
use lettre::{
    Address,
    address::AddressError,
    message::{
        Mailbox, Mailboxes,
        header::{self, HeaderName, HeaderValue, Headers},
    },
};
use std::time::{Duration, SystemTime};

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
    let (wording, own) = (wording(values, false), Own::new(values, ""));
    let dated = app::texts::date_time(reader, &local_time(values.dated_at, time_zone));
    let lines = [
        (texts::from(reader), named(&wording.sender, &values.sender_address)),
        (texts::to(reader), named(&values.name(), &values.address)),
        (texts::subject(reader), wording.subject.clone()),
        (texts::date(reader), dated),
    ];
    let html = layout::html(values.language, &wording, &layout::head(reader, &lines));
    Shown { text: own.put_into(&layout::text(&wording)), html: own.escaped().put_into(&html), subject: wording.subject }
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

/// What messages have in common that say the same to many people; each is poured into it.
#[derive(Debug)]
pub struct Mould {
    sender: Address,
    /// Headers before the recipient, between the recipient and the id, and behind the id.
    headers: [String; 3],
    text: Encoded,
    html: Encoded,
}

impl Mould {
    /// The mould of a message and of all that say the same.
    pub fn new(values: &Values) -> Result<Self, RenderError> {
        let wording = wording(values, true);
        let sender = address("sender", &values.sender_address)?;
        let (mut first, mut between, mut behind) = (Headers::new(), Headers::new(), Headers::new());
        first.set(header::Date::new(system_time(values.dated_at)));
        first.set(header::From::from(Mailboxes::from(mailbox(&wording.sender, sender.clone()))));
        if let Some(reply_to) = &values.reply_to {
            between.set(header::ReplyTo::from(Mailboxes::from(Mailbox::new(None, address("reply", reply_to)?))));
        }
        between.set(header::Subject::from(wording.subject.clone()));
        // RFC 3834: no automatic answers to this one, which Exchange only believes in words of its own.
        behind.insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
        behind.insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All".to_owned()));
        behind.set(header::MIME_VERSION_1_0);
        Ok(Self {
            sender,
            headers: [first, between, behind].map(|headers| headers.to_string()),
            text: Encoded::new(&layout::text(&wording)),
            html: Encoded::new(&layout::html(values.language, &wording, "")),
        })
    }

    /// The whole message for one person: text and HTML as alternatives (RFC 2046, section 5.1.4).
    pub fn message(&self, organisation: OrganisationId, send: SendId, values: &Values, link: &str) -> Result<Message, RenderError> {
        let recipient = address("recipient", &values.address)?;
        let mut to = Headers::new();
        to.set(header::To::from(Mailboxes::from(mailbox(&values.name(), recipient.clone()))));
        let [first, between, behind] = &self.headers;
        let domain = self.sender.domain();
        // Quoted-printable never holds the boundary's "=_" (RFC 2045, section 6.7), whatever a name holds.
        let boundary = format!("=_latchkey_{organisation}_{send}");
        let mut bytes = format!(
            "{first}{to}{between}Message-ID: <{organisation}.{send}@{domain}>\r\n{behind}\
             Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n"
        )
        .into_bytes();
        let own = Own::new(values, link);
        for (content_type, part, own) in [("text/plain", &self.text, &own), ("text/html", &self.html, &own.escaped())] {
            let head = format!(
                "--{boundary}\r\nContent-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            );
            bytes.extend_from_slice(head.as_bytes());
            part.write(own, &mut bytes);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Ok(Message { envelope: Envelope { sender: self.sender.clone(), recipient }, bytes })
    }
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
