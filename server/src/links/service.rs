//! Looking at links.

use super::{
    cookie,
    store::{self, LinkRow},
};
use crate::{
    db,
    employees::event_store::{NewEvent, insert_event},
    failure::Failed,
    link::Token,
    local_time::local_time,
    reset::request::{self, Helped},
    secret::SecretKey,
    throttle::{Admission, Attempt, Deed},
};
use app::{
    error::AppError,
    links::{DeadLink, GoodLink, Opened, Purpose, SentBefore, service::LinkService},
    session::{Client, SignedIn},
};
use domain::{
    email::masked,
    event::EventKind,
    ids::{EmployeeId, InvitationId},
    language::Language,
    link::{self, DeadEnd},
    password,
    person::full_name,
    time::Timestamp,
};
use http::HeaderMap;
use sqlx::{PgConnection, PgPool};

/// Links, on PostgreSQL.
#[derive(Clone)]
pub struct Links {
    /// The bound pool.
    pub pool: PgPool,
    /// Makes the tokens.
    pub key: SecretKey,
    /// Whether cookies are for https only.
    pub https: bool,
}

impl Links {
    /// Reads the send of a token; none where the token is not believed, or is for something else.
    pub async fn believed(&self, connection: &mut PgConnection, purpose: Purpose, token: &Token) -> sqlx::Result<Option<LinkRow>> {
        let row = store::find(connection, token.organisation, token.send).await?;
        Ok(row.filter(|row| token.verify(&self.key, &row.seed) && row.purpose() == Some(purpose)))
    }

    /// Notes that somebody, perhaps a mail scanner, opened a link. Gives the language of the person it is for, where one is set
    /// and the link is believed.
    pub async fn note_opened(&self, purpose: Purpose, token: &Token) -> sqlx::Result<Option<Language>> {
        let mut transaction = db::begin(&self.pool, token.organisation).await?;
        let Some(row) = self.believed(&mut transaction, purpose, token).await? else { return Ok(None) };
        if store::note_opened(&mut transaction, token.organisation, token.send).await? {
            let event = NewEvent {
                invitation: row.invitation_id.map(InvitationId),
                send: Some(token.send),
                ..NewEvent::about(EventKind::LinkOpened, None, EmployeeId(row.employee_id))
            };
            insert_event(&mut transaction, token.organisation, event).await?;
        }
        transaction.commit().await?;
        Ok(row.language.and_then(|language| language.parse().ok()))
    }
}

/// Whether a link does what it is for; with the reason where it does not.
pub fn judge(purpose: Purpose, row: &LinkRow) -> Result<(), DeadEnd> {
    match purpose {
        Purpose::Activation => link::activation(row.facts()),
        Purpose::Reset => link::reset(row.facts()),
    }
}

#[async_trait::async_trait]
impl LinkService for Links {
    async fn look(
        &self,
        headers: &HeaderMap,
        signed_in: Option<&SignedIn>,
        purpose: Purpose,
        short_name: &str,
    ) -> Result<Opened, AppError> {
        let kept = cookie::find(self.https, headers, short_name);
        let Some((text, token)) = kept.and_then(|text| Some((text, Token::parse(text)?))) else {
            return Ok(Opened::Dead(DeadLink::unknown()));
        };
        let mut transaction = db::begin(&self.pool, token.organisation).await.failed()?;
        let row = self.believed(&mut transaction, purpose, &token).await.failed()?;
        let Some(row) = row else { return Ok(Opened::Dead(DeadLink::unknown())) };
        let opened = match judge(purpose, &row) {
            Ok(()) => Opened::Good(good(purpose, text, &token, row, signed_in)),
            Err(reason) if reason.fresh_link_helps() => {
                let employee = EmployeeId(row.employee_id);
                let before = request::sent_before(&mut transaction, token.organisation, employee).await.failed()?;
                Opened::Dead(dead(reason, text, row, before))
            }
            Err(reason) => Opened::Dead(dead(reason, text, row, None)),
        };
        transaction.commit().await.failed()?;
        Ok(opened)
    }

    async fn send_fresh(&self, client: &Client, purpose: Purpose, text: &str) -> Result<String, AppError> {
        let page = self.page(purpose, text);
        let Some(token) = Token::parse(text) else { return Ok(page) };
        let mut transaction = db::begin(&self.pool, token.organisation).await.failed()?;
        let row = self.believed(&mut transaction, purpose, &token).await.failed()?;
        transaction.commit().await.failed()?;
        let Some(row) = row else { return Ok(page) };
        if !judge(purpose, &row).is_err_and(DeadEnd::fresh_link_helps) {
            return Ok(page);
        }
        let attempt = Attempt::new(Deed::Mail, &format!("link of {}", row.employee_id), &client.network);
        if attempt.admit(&self.pool).await.failed()? != Admission::Admitted {
            return Err(AppError::TooManyRequests);
        }
        let helped = request::send_what_helps(&self.pool, token.organisation, EmployeeId(row.employee_id)).await.failed()?;
        let done = match helped {
            Helped::Queued => "link-sent",
            Helped::SentBefore => "link-sent-before",
            Helped::Nothing => "link-not-sent",
        };
        Ok(format!("{page}?done={done}"))
    }

    fn page(&self, purpose: Purpose, token: &str) -> String {
        purpose.page(&cookie::short_name(token))
    }
}

fn good(purpose: Purpose, text: &str, token: &Token, row: LinkRow, signed_in: Option<&SignedIn>) -> GoodLink {
    // A new password ends no session of anybody else.
    let somebody_else = purpose == Purpose::Activation && is_somebody_else(signed_in, token, &row);
    GoodLink {
        token: text.to_owned(),
        name: full_name(&row.first_name, &row.last_name),
        role: row.person().role,
        own_words: password::own_words(&row.first_name, &row.last_name, row.email.as_deref(), &row.organisation),
        organisation: row.organisation,
        identifier: row.identifier,
        somebody_else,
    }
}

/// Whether the browser's session is another person's than the link.
pub fn is_somebody_else(signed_in: Option<&SignedIn>, token: &Token, row: &LinkRow) -> bool {
    signed_in.is_some_and(|me| (me.organisation, me.employee) != (token.organisation, EmployeeId(row.employee_id)))
}

fn dead(reason: DeadEnd, text: &str, row: LinkRow, before: Option<(bool, String)>) -> DeadLink {
    let at = if reason == DeadEnd::Superseded { row.newer_at } else { row.expires_at };
    // Of a link that was sent elsewhere, its reader may not be the employee.
    let sent_elsewhere = reason == DeadEnd::AddressChanged;
    let before = before.map(|(on_its_way, address)| SentBefore { on_its_way, address: (!sent_elsewhere).then(|| masked(&address)) });
    DeadLink {
        reason,
        token: text.to_owned(),
        organisation: Some(row.organisation),
        contact: row.contact,
        at: at.map(|at| local_time(Timestamp(at.timestamp_micros()), &row.time_zone)),
        newer_address: row.newer_address.filter(|_| reason == DeadEnd::Superseded).map(|address| masked(&address)),
        before,
    }
}
