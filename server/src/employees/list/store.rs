//! The SQL of the list. A page is a keyset scan over the narrow rows; only its fifty people are looked up.

use super::{
    criteria::{filter_condition, push_search},
    key::Key,
    order::push_order,
    scan::{Scan, push_scan},
};
use chrono::{DateTime, Utc};
use domain::{
    ids::OrganisationId,
    listing::{Criteria, Filter, PAGE_SIZE, Sort},
};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder, Row, postgres::PgRow};

/// A row of a page.
#[derive(FromRow)]
pub struct PageRow {
    /// The employee.
    pub employee_id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The address as written.
    pub email: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// A role's word.
    pub role: String,
    /// A status's word.
    pub status: String,
    /// The account is suspended.
    pub suspended: bool,
    /// The latest send to the present address failed or bounced.
    pub delivery_problem: bool,
    /// Why, where there is a problem.
    pub problem: Option<String>,
    /// A message is queued, leaving, or waits for its next try.
    pub on_its_way: bool,
    /// The latest invitation's expiry.
    pub expires_at: Option<DateTime<Utc>>,
    /// A message was sent last.
    pub last_sent_at: Option<DateTime<Utc>>,
    /// The person signed in last.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    sort_name: String,
    department_rank: String,
}

/// A page, in the order that was asked for.
pub struct PageRows {
    /// Its rows, [`PAGE_SIZE`] at most.
    pub rows: Vec<PageRow>,
    /// There are more in the direction that was read.
    pub more: bool,
}

/// From where a page is read, and in which direction.
#[derive(Clone, Debug)]
pub enum From {
    /// From the start, onwards.
    Start,
    /// From the end, backwards.
    End,
    /// What follows a key.
    After(Key),
    /// What precedes a key, backwards.
    Before(Key),
}

impl From {
    fn backwards(&self) -> bool {
        matches!(self, Self::End | Self::Before(_))
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::After(key) | Self::Before(key) => Some(key),
            Self::Start | Self::End => None,
        }
    }
}

/// Adds the statement of a page: one row more than it shows, so that it is known whether there are more.
pub fn push_page(query: &mut QueryBuilder<Postgres>, organisation: OrganisationId, criteria: &Criteria, sort: Sort, from: &From) {
    query.push("with page as (");
    let most = i64::from(PAGE_SIZE) + 1;
    push_scan(query, &Scan { organisation, criteria, sort, key: from.key(), backwards: from.backwards(), most });
    query.push(
        ") select s.employee_id, e.first_name, e.last_name, e.email, e.department, e.role, s.status, s.suspended, s.delivery_problem,
              case when s.delivery_problem then (
                  select reason from sends
                  where organisation_id = s.organisation_id and employee_id = s.employee_id and state in ('failed', 'bounced')
                  order by id desc limit 1) end as problem,
              coalesce((select true from sends
                  where organisation_id = s.organisation_id and employee_id = s.employee_id
                    and invitation_id is not null and state in ('queued', 'sending', 'deferred') limit 1), false) as on_its_way,
              s.expires_at, s.last_sent_at, s.last_sign_in_at, s.sort_name, s.department_rank
         from page s join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id",
    );
    push_order(query, "s", sort, false);
}

/// Reads a page.
pub async fn page(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    criteria: &Criteria,
    sort: Sort,
    from: &From,
) -> sqlx::Result<PageRows> {
    let mut query = QueryBuilder::default();
    push_page(&mut query, organisation, criteria, sort, from);
    let mut rows: Vec<PageRow> = query.build_query_as().fetch_all(connection).await?;
    let more = rows.len() > usize::from(PAGE_SIZE);
    if more && from.backwards() {
        rows.remove(0);
    } else if more {
        rows.pop();
    }
    Ok(PageRows { rows, more })
}

impl PageRow {
    /// Where the row stands in an order.
    pub fn key(&self, sort: Sort) -> Key {
        let time = |at: Option<DateTime<Utc>>| Key::Time(sort, at.map(|at| at.timestamp_micros()), self.employee_id);
        match sort {
            Sort::Name => Key::Name(self.sort_name.clone(), self.employee_id),
            Sort::Department => Key::Department(self.department_rank.clone(), self.sort_name.clone(), self.employee_id),
            Sort::Sent => time(self.last_sent_at),
            Sort::Expires => time(self.expires_at.filter(|_| self.status == "pending" || self.status == "expired")),
            Sort::LastSignIn => time(self.last_sign_in_at),
        }
    }
}

/// Adds the statement that counts everybody under a search by every filter at once.
pub fn push_counts(query: &mut QueryBuilder<Postgres>, organisation: OrganisationId, search: &str) {
    query.push("select ");
    for (place, filter) in Filter::ALL.iter().enumerate() {
        query.push(if place == 0 { "" } else { ", " });
        query.push("count(*) filter (where ").push(filter_condition(*filter)).push(")");
    }
    query.push(" from employee_statuses s where s.organisation_id = ").push_bind(organisation.0);
    push_search(query, search);
}

/// How many employees each filter would show under a search.
pub(super) async fn counts(connection: &mut PgConnection, organisation: OrganisationId, search: &str) -> sqlx::Result<Vec<(Filter, i64)>> {
    let mut query = QueryBuilder::default();
    push_counts(&mut query, organisation, search);
    let row: PgRow = query.build().fetch_one(connection).await?;
    Filter::ALL.iter().enumerate().map(|(place, filter)| Ok((*filter, row.try_get(place)?))).collect()
}

/// Whether anybody of an organisation was ever invited.
pub(super) async fn anybody_invited(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from invitations where organisation_id = $1 and withdrawn_at is null)")
        .bind(organisation.0)
        .fetch_one(connection)
        .await
}
