//! A send as it was claimed, with what its message is made of.

use crate::mail::{
    render::{Mould, RenderError},
    values::{BatchFacts, Values},
};
use domain::{
    ids::{EmployeeId, OrganisationId, SendId},
    time::Timestamp,
};
use serde::Deserialize;
use sqlx::FromRow;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

/// A send that this process holds by a lease.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The send.
    pub send: SendId,
    /// Whom it is for.
    pub employee: EmployeeId,
    /// Its lease's number; whoever claims it later has a greater one.
    pub number: i64,
    /// The seed of its link.
    pub seed: Vec<u8>,
    /// Tries before.
    pub attempts: u32,
    /// How long ago it was first claimed.
    pub tried_for: Duration,
    /// What its message is made of.
    pub values: Result<Values, UnreadableValues>,
    /// The mould of its message and of all those claimed with it that say the same.
    pub mould: SharedMould,
}

/// A mould that is made by whoever needs it first.
type SharedMould = Arc<OnceLock<Result<Mould, RenderError>>>;

/// What a message is made of cannot be read: by another version, or damaged.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("what the message is made of cannot be read: {0}")]
pub struct UnreadableValues(String);

/// A row of `take_up_sends`.
#[derive(FromRow)]
pub(super) struct ClaimedRow {
    organisation_id: i64,
    send_id: i64,
    employee_id: i64,
    lease_number: i64,
    seed: Vec<u8>,
    attempts: i32,
    tried_for: f64,
    made_before: Option<String>,
    letterhead: Option<String>,
    kind: String,
    notice: Option<String>,
    language: String,
    address: String,
    first_name: String,
    last_name: String,
    identifier: String,
    dated_at: i64,
    expires_at: Option<i64>,
    batch: Option<String>,
}

/// What all messages of an organisation have in common.
#[derive(Deserialize)]
struct Letterhead {
    organisation: String,
    time_zone: String,
    sender_name: Option<String>,
    sender_address: String,
    reply_to: Option<String>,
    contact: Option<String>,
}

/// Reads rows in their order: a letterhead stands with the first of those that it is for.
pub(super) fn read(rows: Vec<ClaimedRow>) -> Vec<Claimed> {
    let mut letterhead = Err(UnreadableValues("no letterhead".to_owned()));
    let mut moulds = Vec::new();
    let claimed = rows.into_iter().map(|row| {
        if let Some(text) = &row.letterhead {
            letterhead = parsed(text);
        }
        let values = values(&row, &letterhead);
        let mould = values.as_ref().map_or_else(|_| SharedMould::default(), |values| shared(&mut moulds, values));
        Claimed {
            organisation: OrganisationId(row.organisation_id),
            send: SendId(row.send_id),
            employee: EmployeeId(row.employee_id),
            number: row.lease_number,
            attempts: u32::try_from(row.attempts).unwrap_or_default(),
            tried_for: Duration::try_from_secs_f64(row.tried_for).unwrap_or_default(),
            values,
            mould,
            seed: row.seed,
        }
    });
    claimed.collect()
}

/// The mould that serves these values, among those there are or a new one.
fn shared(moulds: &mut Vec<(Values, SharedMould)>, values: &Values) -> SharedMould {
    if let Some((_, mould)) = moulds.iter().find(|(others, _)| others.say_the_same(values)) {
        return Arc::clone(mould);
    }
    let mould = SharedMould::default();
    moulds.push((values.clone(), Arc::clone(&mould)));
    mould
}

fn values(row: &ClaimedRow, letterhead: &Result<Letterhead, UnreadableValues>) -> Result<Values, UnreadableValues> {
    if let Some(text) = &row.made_before {
        return parsed(text);
    }
    let common = letterhead.as_ref().map_err(Clone::clone)?;
    let unknown = |word: &str| UnreadableValues(format!("unknown word {word}"));
    Ok(Values {
        kind: row.kind.parse().map_err(|_| unknown(&row.kind))?,
        notice: row.notice.as_deref().map(|word| word.parse().map_err(|_| unknown(word))).transpose()?,
        language: row.language.parse().map_err(|_| unknown(&row.language))?,
        organisation: common.organisation.clone(),
        time_zone: common.time_zone.clone(),
        sender_name: common.sender_name.clone(),
        sender_address: common.sender_address.clone(),
        reply_to: common.reply_to.clone(),
        contact: common.contact.clone(),
        first_name: row.first_name.clone(),
        last_name: row.last_name.clone(),
        identifier: row.identifier.clone(),
        address: row.address.clone(),
        dated_at: Timestamp(row.dated_at),
        expires_at: row.expires_at.map(Timestamp),
        batch: row.batch.as_deref().map(parsed::<BatchFacts>).transpose()?,
    })
}

fn parsed<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, UnreadableValues> {
    serde_json::from_str(text).map_err(|error| UnreadableValues(error.to_string()))
}
