//! Looking at batches: the list, and one with its outcomes.

use super::{
    outcome_store::{self, OutcomeRow},
    outlook_store::{self, OutlookRow},
    service::whole,
    store,
    view_store::{self, BatchRow},
};
use crate::{db, failure::Failed, local_time::local_time, mail::smtp::Timeouts};
use app::{
    batches::{
        model::{JustAccepted, Source},
        progress::{BatchLine, BatchState, BatchView, Looked, Messages, Outcome, Wait},
    },
    error::AppError,
    session::Administrator,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    batch::BatchAction,
    delivery::Concern,
    ids::{BatchId, EmployeeId},
    person::full_name,
    role::Permission,
    time::{LocalTime, Timestamp},
};
use sqlx::PgPool;
use std::str::FromStr;

/// Batches on a page of the list, and outcomes on a page of a batch.
const PAGE: i64 = 100;
/// What a pace spreads over less than this is no waiting.
const MOMENT: TimeDelta = TimeDelta::seconds(2);
/// A batch that has been leaving for less has no rate yet.
const BEGINNING: TimeDelta = TimeDelta::seconds(5);
/// So many messages that are put off, and none that is taken, are no longer each one's own trouble.
const PUT_OFF: i64 = 10;
/// Whoever waits longer than this for the relay's answer is told so.
pub(super) const LONG: TimeDelta = TimeDelta::seconds(30);

pub(super) async fn list(pool: &PgPool, by: &Administrator, before: Option<BatchId>) -> Result<Vec<BatchLine>, AppError> {
    let mut transaction = db::begin(pool, by.organisation()).await.failed()?;
    let outlook = outlook_store::outlook(&mut transaction).await.failed()?;
    let rows = view_store::list(&mut transaction, by.organisation(), before.map(|batch| batch.0), None, PAGE).await.failed()?;
    rows.into_iter().map(|row| line(&row, wait(&row, &outlook, by), by)).collect()
}

pub(super) async fn held(pool: &PgPool, by: &Administrator) -> Result<Option<JustAccepted>, AppError> {
    let mut transaction = db::begin(pool, by.organisation()).await.failed()?;
    let row = store::held(&mut transaction, by.organisation(), by.employee()).await.failed()?;
    row.map(|(id, action, receiving, held)| {
        Ok(JustAccepted {
            batch: BatchId(id),
            action: word(&action)?,
            receiving: u64::from(receiving.unsigned_abs()),
            hold_seconds: whole(held),
        })
    })
    .transpose()
}

pub(super) async fn show(pool: &PgPool, by: &Administrator, batch: BatchId, looked: Looked) -> Result<BatchView, AppError> {
    let organisation = by.organisation();
    let mut transaction = db::begin(pool, organisation).await.failed()?;
    // First, so that what uses up a limit is seen on its way.
    let outlook = outlook_store::outlook(&mut transaction).await.failed()?;
    let row = view_store::list(&mut transaction, organisation, None, Some(batch.0), 1).await.failed()?.pop().ok_or(AppError::NotFound)?;
    // What there is none of need not be looked for.
    let skipped = if row.people > row.receiving {
        outcome_store::skip_counts(&mut transaction, organisation, batch).await.failed()?
    } else {
        Vec::new()
    };
    let failed =
        if row.failed > 0 { outcome_store::failure_counts(&mut transaction, organisation, batch).await.failed()? } else { Vec::new() };
    let mut rows = outcome_store::outcomes(&mut transaction, organisation, batch, looked, PAGE + 1).await.failed()?;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or_default();
    if more {
        rows.pop();
    }
    let outcomes: Vec<Outcome> = rows.into_iter().map(|row| outcome(row, by)).collect::<Result<_, _>>()?;
    let wait = wait(&row, &outlook, by);
    let may_steer = Permission::ManageInvitations.granted(by.role());
    let together = outlook_store::leave_beside(&mut transaction, organisation, row.open.unsigned_abs(), Some(batch)).await.failed()?;
    let last_leaves = outlook_store::last_leaves(&mut transaction, together).await.failed()?;
    let (has_failed, resets) =
        if row.failed > 0 { outcome_store::has_failed(&mut transaction, organisation, batch).await.failed()? } else { (false, false) };
    let has_rest = row.stopped && row.dropped > 0 && outcome_store::has_stopped(&mut transaction, organisation, batch).await.failed()?;
    let mut relations = view_store::relations(&mut transaction, organisation, batch).await.failed()?;
    let made_of = relations.extract_if(.., |(_, _, is_source)| *is_source).next();
    Ok(BatchView {
        source: made_of.map(source).transpose()?,
        followed: relations.into_iter().map(source).collect::<Result<_, _>>()?,
        line: line(&row, wait.clone(), by)?,
        skipped: counts(&skipped)?,
        failed: counts(&failed)?,
        expected_end: expected_end(&row, &outlook, (together, last_leaves), wait.as_ref()).map(|end| local(end, by)),
        wait,
        pace: outlook.pace(),
        per_minute: per_minute(&row),
        may_steer,
        is_held: row.held > 0.0 && !is_over(&row),
        may_retry: may_steer && has_failed,
        may_send_rest: may_steer && has_rest,
        retries_resets: row.action == BatchAction::SendCredentials.as_str() && resets,
        next: more.then(|| outcomes.last().map(|last| last.employee)).flatten(),
        outcomes,
    })
}

fn source((batch, part, _): (i64, String, bool)) -> Result<Source, AppError> {
    Ok(Source { batch: BatchId(batch), part: word(&part)? })
}

fn counts<W: FromStr>(counts: &[(String, i64)]) -> Result<Vec<(W, u64)>, AppError> {
    counts.iter().map(|(text, count)| Ok((word(text)?, count.unsigned_abs()))).collect()
}

pub(super) fn local(at: DateTime<Utc>, by: &Administrator) -> LocalTime {
    local_time(Timestamp(at.timestamp_micros()), by.time_zone())
}

fn is_over(row: &BatchRow) -> bool {
    row.undone || row.stopped || row.ended
}

fn line(row: &BatchRow, wait: Option<Wait>, by: &Administrator) -> Result<BatchLine, AppError> {
    let state = match whole(row.held) {
        _ if row.undone => BatchState::Undone,
        _ if row.stopped => BatchState::Stopped,
        _ if row.ended => BatchState::Ended,
        _ if row.paused => BatchState::Paused,
        held @ 1.. => BatchState::Held(held),
        0 if wait.is_some() => BatchState::Waiting,
        0 => BatchState::Running,
    };
    let count = |count: i64| count.unsigned_abs();
    Ok(BatchLine {
        id: BatchId(row.id),
        action: word(&row.action)?,
        created_by: full_name(&row.first_name, &row.last_name),
        created_at: local(row.created_at, by),
        since: row.since.map(|at| local(at, by)),
        steered_by: row.steered_last_name.as_ref().map(|last| full_name(row.steered_first_name.as_deref().unwrap_or_default(), last)),
        wait,
        people: u64::from(row.people.unsigned_abs()),
        receiving: u64::from(row.receiving.unsigned_abs()),
        state,
        messages: Messages {
            open: count(row.open),
            deferred: count(row.deferred),
            sent: count(row.sent),
            failed: count(row.failed),
            dropped: count(row.dropped),
            kept: row.kept,
        },
    })
}

/// What a batch on its way waits for, where that is not its turn.
fn wait(row: &BatchRow, outlook: &OutlookRow, by: &Administrator) -> Option<Wait> {
    if row.stopped {
        return answers_wait(row, by);
    }
    if is_over(row) || row.paused || row.held > 0.0 || row.open == 0 {
        return None;
    }
    everybodys_wait(outlook, Some(row.leaves_from), by).or_else(|| match row.next {
        _ if row.sending => acceptances_wait(row),
        Some(next) if next > row.now + MOMENT => Some(Wait::Retry(local(next, by))),
        Some(_) => paces_wait(outlook, by).or_else(|| acceptances_wait(row)),
        None => answers_wait(row, by),
    })
}

/// A relay that puts off one message after the other and takes none.
fn acceptances_wait(row: &BatchRow) -> Option<Wait> {
    let none_is_taken = row.lately == 0 && row.now - row.leaves_from > TimeDelta::minutes(1);
    (none_is_taken && row.deferred >= PUT_OFF).then(|| Wait::Acceptance(row.deferred.unsigned_abs()))
}

/// The answer to what has been handed over and is all that is left, where it is a long time coming.
fn answers_wait(row: &BatchRow, by: &Administrator) -> Option<Wait> {
    answer_to(row.open, row.last_made, row.now, by)
}

/// The answer to so many messages, the last of which was made then, where it is a long time coming.
pub(super) fn answer_to(messages: i64, last_made: Option<DateTime<Utc>>, now: DateTime<Utc>, by: &Administrator) -> Option<Wait> {
    let made = last_made.filter(|made| *made < now - LONG)?;
    let until = made + TimeDelta::from_std(Timeouts::default().answer).ok()?;
    (until > now).then(|| Wait::Answer { messages: messages.unsigned_abs(), until: local(until, by) })
}

/// What a pace makes everything that is due wait for.
pub(super) fn paces_wait(outlook: &OutlookRow, by: &Administrator) -> Option<Wait> {
    let gate = outlook.later();
    (gate.until > outlook.now + MOMENT).then(|| Wait::Limit { whose: gate.whose, limit: gate.limit(), until: local(gate.until, by) })
}

/// What everybody's delivery waits for; told to whoever waits from a time on.
pub(super) fn everybodys_wait(outlook: &OutlookRow, from: Option<DateTime<Utc>>, by: &Administrator) -> Option<Wait> {
    match (&outlook.concern, outlook.concern_at) {
        _ if outlook.held => Some(Wait::Confirmation),
        _ if outlook.workers == 0 => Some(Wait::Worker),
        (Some(concern), Some(since)) => Some(Wait::Relay {
            concern: known(concern),
            words: outlook.words.clone().unwrap_or_default(),
            since: local(from.map_or(since, |from| from.max(since)), by),
        }),
        _ => None,
    }
}

/// A concern in this version's words: the worker may be of the next one, and know more of them.
pub(super) fn known(concern: &str) -> Concern {
    concern.parse().unwrap_or(Concern::Refusing)
}

/// The rate of the last 15 seconds where it is high enough to tell, from the first message on, so that what was waited for before is
/// not counted in; else that of the last minute. None where it is about to change.
fn per_minute(row: &BatchRow) -> u64 {
    let leaving = row.now - row.leaves_from;
    if leaving < BEGINNING {
        return 0;
    }
    let (left, seconds) = match (row.just_now, row.lately) {
        (15.., _) => (row.just_now, row.just_now_seconds.max(1.0)),
        // It has just begun again, or ceased.
        (_, 60..) => return 0,
        _ => (row.lately, leaving.as_seconds_f64().min(60.0)),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small and positive")]
    let rate = (left as f64 * 60.0 / seconds).round() as u64;
    rate
}

/// As the pace says, or, where the rate is far from that, at the rate; no sooner than the limits let the last one leave. `together`: its
/// messages and what leaves beside them. Nothing is expected of what waits for anything else.
fn expected_end(
    row: &BatchRow,
    outlook: &OutlookRow,
    (together, last_leaves): (u64, DateTime<Utc>),
    wait: Option<&Wait>,
) -> Option<DateTime<Utc>> {
    if is_over(row)
        || row.paused
        || row.open == 0
        || outlook.held
        || matches!(
            wait,
            Some(Wait::Confirmation | Wait::Worker | Wait::Relay { .. } | Wait::Answer { .. } | Wait::Retry(_) | Wait::Acceptance(_))
        )
    {
        return None;
    }
    let open = row.open.unsigned_abs();
    let by_pace = outlook.pace().seconds_for(together);
    let by_rate = (open * 60).checked_div(per_minute(row)).unwrap_or_default();
    let seconds = if by_rate > by_pace + by_pace / 2 { by_rate } else { by_pace };
    let begin = row.now.max(outlook.later().until);
    let end = begin.checked_add_signed(TimeDelta::seconds(i64::try_from(seconds).ok()?))?.max(last_leaves);
    (seconds > 0 || last_leaves > row.now + MOMENT).then_some(end)
}

pub(super) fn outcome(row: OutcomeRow, by: &Administrator) -> Result<Outcome, AppError> {
    Ok(Outcome {
        employee: EmployeeId(row.employee_id),
        name: full_name(&row.first_name, &row.last_name),
        address: row.address,
        skipped: row.skipped.as_deref().map(word).transpose()?,
        state: row.state.as_deref().map(word).transpose()?,
        reason: row.reason.as_deref().map(word).transpose()?,
        finished_at: row.finished_at.map(|at| local(at, by)),
        next_try: row.next_try.map(|at| local(at, by)),
        kept: row.kept.unwrap_or_default(),
        uncertain: row.uncertain.unwrap_or_default(),
        reply: row.reply,
    })
}

/// A word of a closed list, as the database holds it.
fn word<W: FromStr>(text: &str) -> Result<W, AppError> {
    text.parse().map_err(|_| {
        tracing::error!(word = text, "the database holds a word that this version does not know");
        AppError::Internal
    })
}
