//! Reading about one employee.

use super::{
    history,
    profile_store::{self, ProfileRow, SendRow},
};
use crate::{db, failure::Failed, local_time::local_time};
use app::{
    employees::{
        profile_model::{History, LatestSend, Profile, Standing},
        profile_service::ProfileService,
    },
    error::AppError,
    session::Administrator,
};
use chrono::{DateTime, Utc};
use domain::{
    delivery::{DeliveryState, SendKind},
    ids::{EmployeeId, EventId},
    invitation::Status,
    person::full_name,
    time::{LocalTime, Timestamp},
};
use sqlx::PgPool;

/// Lines of history on a page.
const PAGE: usize = 100;

/// Reading about one employee, on PostgreSQL.
#[derive(Clone)]
pub struct Profiles {
    /// The bound pool.
    pub pool: PgPool,
}

/// The organisation's time zone, an IANA name.
#[derive(Clone, Copy)]
pub(super) struct Zone<'a>(&'a str);

impl Zone<'_> {
    pub(super) fn show(self, at: DateTime<Utc>) -> LocalTime {
        local_time(Timestamp(at.timestamp_micros()), self.0)
    }
}

#[async_trait::async_trait]
impl ProfileService for Profiles {
    async fn profile(&self, administrator: &Administrator, employee: EmployeeId) -> Result<Profile, AppError> {
        let organisation = administrator.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await.failed()?;
        let row = profile_store::find_profile(&mut transaction, organisation, employee).await.failed()?.ok_or(AppError::NotFound)?;
        let latest = profile_store::find_latest_send(&mut transaction, organisation, employee, false).await.failed()?;
        let problem = if row.delivery_problem {
            profile_store::find_latest_send(&mut transaction, organisation, employee, true).await.failed()?
        } else {
            None
        };
        let zone = Zone(administrator.time_zone());
        Ok(profile(employee, row, latest.and_then(|row| send(row, zone)), problem.and_then(|row| send(row, zone)), zone))
    }

    async fn history(&self, administrator: &Administrator, employee: EmployeeId, before: Option<EventId>) -> Result<History, AppError> {
        let organisation = administrator.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await.failed()?;
        profile_store::find_profile(&mut transaction, organisation, employee).await.failed()?.ok_or(AppError::NotFound)?;
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let rows = profile_store::find_lines(&mut transaction, organisation, employee, before, limit).await.failed()?;
        Ok(history::history(rows, PAGE, Zone(administrator.time_zone())))
    }
}

fn profile(employee: EmployeeId, row: ProfileRow, latest: Option<LatestSend>, problem: Option<LatestSend>, zone: Zone<'_>) -> Profile {
    let standing = standing(&row, zone);
    Profile {
        id: employee,
        name: full_name(&row.first_name, &row.last_name),
        email: row.email,
        employee_number: row.employee_number,
        department: row.department,
        site: row.site,
        title: row.title,
        language: row.language.and_then(|language| language.parse().ok()),
        organisation_language: row.organisation_language.parse().unwrap_or_default(),
        role: row.role.parse().unwrap_or_default(),
        added_at: zone.show(row.created_at),
        last_sign_in_at: row.last_sign_in_at.map(|at| zone.show(at)),
        suspended_since: row.suspended_at.map(|at| zone.show(at)),
        standing,
        latest,
        problem,
    }
}

/// The status is the database's; a date goes with each but one.
fn standing(row: &ProfileRow, zone: Zone<'_>) -> Standing {
    let status = row.status.parse().unwrap_or(Status::NotInvited);
    match (status, row.activated_at, row.cancelled_at, row.expires_at) {
        (Status::Active, Some(at), _, _) => Standing::Active(zone.show(at)),
        (Status::Cancelled, _, Some(at), _) => Standing::Cancelled(zone.show(at)),
        (Status::Expired, _, _, Some(at)) => Standing::Expired(zone.show(at)),
        (Status::Pending, _, _, expires) => Standing::Pending(expires.map(|at| zone.show(at))),
        _ => Standing::NotInvited,
    }
}

fn send(row: SendRow, zone: Zone<'_>) -> Option<LatestSend> {
    let (kind, state): (SendKind, DeliveryState) = (row.kind.parse().ok()?, row.state.parse().ok()?);
    let reason = row.reason.and_then(|reason| reason.parse().ok());
    Some(LatestSend { kind, state, kept: row.kept, address: row.address, at: zone.show(row.at), reason, reply: row.reply })
}
