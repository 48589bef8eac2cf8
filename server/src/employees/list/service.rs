//! Reading the list.

use super::{
    key::Key,
    store::{self, From, PageRow, PageRows},
};
use crate::{db, failure::Failed, local_time::local_time};
use app::{
    employees::list::{
        model::{Counts, EmployeePage, EmployeeRow},
        service::EmployeeList,
    },
    error::AppError,
    session::Administrator,
};
use chrono::{DateTime, Utc};
use domain::{
    batch::BatchAction,
    eligibility::{Candidate, Request, Verdict, verdict},
    ids::EmployeeId,
    invitation::Status,
    listing::{Listing, PAGE_SIZE, Place},
    person::full_name,
    role::{Permission, Role},
    time::{LocalTime, Timestamp},
};
use sqlx::{PgConnection, PgPool};

/// The list, on PostgreSQL.
#[derive(Clone)]
pub struct Lists {
    /// The bound pool.
    pub pool: PgPool,
}

#[async_trait::async_trait]
impl EmployeeList for Lists {
    async fn page(&self, administrator: &Administrator, listing: &Listing) -> Result<EmployeePage, AppError> {
        // A search is answered by an index of another kind, and what it found is sorted.
        let searched = !listing.criteria.search.trim().is_empty();
        let organisation = administrator.organisation();
        let begun = if searched { db::begin(&self.pool, organisation).await } else { db::begin_in_order(&self.pool, organisation).await };
        let mut transaction = begun.failed()?;
        let (from, rows) = nearest(&mut transaction, administrator, listing).await.failed()?;
        let anybody_invited =
            !rows.rows.is_empty() || store::anybody_invited(&mut transaction, administrator.organisation()).await.failed()?;
        // It only read: nobody waits for its end.
        drop(transaction);
        let (precedes, follows) = match from {
            From::Start => (false, rows.more),
            From::After(_) => (true, rows.more),
            From::Before(_) => (rows.more, true),
            From::End => (rows.more, false),
        };
        let key = |row: Option<&PageRow>| row.map(|row| row.key(listing.sort).encode());
        Ok(EmployeePage {
            before: if precedes { key(rows.rows.first()) } else { None },
            after: if follows { key(rows.rows.last()) } else { None },
            rows: rows.rows.into_iter().map(|row| shown(row, administrator)).collect(),
            anybody_invited,
        })
    }

    async fn counts(&self, administrator: &Administrator, search: &str) -> Result<Counts, AppError> {
        let mut transaction = db::begin(&self.pool, administrator.organisation()).await.failed()?;
        let counts = store::counts(&mut transaction, administrator.organisation(), search).await.failed()?;
        Ok(Counts(counts.into_iter().map(|(filter, count)| (filter, u64::try_from(count).unwrap_or_default())).collect()))
    }
}

/// Reads the page that was asked for, or the nearest: rows move and vanish between two clicks.
async fn nearest(connection: &mut PgConnection, administrator: &Administrator, listing: &Listing) -> sqlx::Result<(From, PageRows)> {
    let asked = match &listing.place {
        Place::First => From::Start,
        Place::Last => From::End,
        Place::After(key) => Key::decode(key, listing.sort).map_or(From::Start, From::After),
        Place::Before(key) => Key::decode(key, listing.sort).map_or(From::Start, From::Before),
    };
    let organisation = administrator.organisation();
    let rows = store::page(connection, organisation, &listing.criteria, listing.sort, &asked).await?;
    let instead = match asked {
        From::After(_) if rows.rows.is_empty() => From::End,
        From::Before(_) if rows.rows.len() < usize::from(PAGE_SIZE) => From::Start,
        asked => return Ok((asked, rows)),
    };
    let rows = store::page(connection, organisation, &listing.criteria, listing.sort, &instead).await?;
    Ok((instead, rows))
}

/// A row as the administrator sees it.
fn shown(row: PageRow, administrator: &Administrator) -> EmployeeRow {
    let local = |at: Option<DateTime<Utc>>| -> Option<LocalTime> {
        at.map(|at| local_time(Timestamp(at.timestamp_micros()), administrator.time_zone()))
    };
    let status = row.status.parse().unwrap_or(Status::NotInvited);
    EmployeeRow {
        id: EmployeeId(row.employee_id),
        name: full_name(&row.first_name, &row.last_name),
        status,
        expires: if matches!(status, Status::Pending | Status::Expired) { local(row.expires_at) } else { None },
        suspended: row.suspended,
        problem: row.delivery_problem.then(|| row.problem.as_deref().and_then(|reason| reason.parse().ok())),
        on_its_way: row.on_its_way,
        last_sent: local(row.last_sent_at),
        last_sign_in: local(row.last_sign_in_at),
        actions: offered(&row, status, administrator.role()),
        email: row.email,
        department: row.department,
    }
}

/// The actions that fit where the person stands. What passes by itself (a message on its way, the cool-down) is told when asked.
fn offered(row: &PageRow, status: Status, own_role: Role) -> Vec<BatchAction> {
    if !Permission::ManageInvitations.granted(own_role) {
        return Vec::new();
    }
    let candidate = Candidate {
        status,
        role: row.role.parse().unwrap_or(Role::Owner),
        suspended: row.suspended,
        has_email: row.email.is_some(),
        on_its_way: false,
        just_sent: false,
        address_refused: false,
    };
    let fits = |action: BatchAction| {
        let request = Request { action, resend_too: false, reset_too: false, refused_too: true, own_role };
        !matches!(verdict(request, candidate), Verdict::Skip(_))
    };
    BatchAction::ALL.iter().copied().filter(|action| fits(*action)).collect()
}
