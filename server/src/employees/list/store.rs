//! The SQL of the list. A page is a keyset scan over the narrow rows; only its fifty people are looked up.

use super::{
    criteria::{filter_condition, push_criteria, push_search},
    key::Key,
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
    sort_department: String,
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
pub(super) enum From {
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

/// The expressions of an order, over a row `s`; an index of `standings` has each of them.
fn order(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Name => &["s.sort_name", "s.employee_id"],
        Sort::Department => &["(s.sort_department = '')", "s.sort_department", "s.sort_name", "s.employee_id"],
        Sort::Sent => &["coalesce(s.last_sent_at, '-infinity')", "s.employee_id"],
        Sort::Expires => &["coalesce(s.expires_at, '-infinity')", "s.employee_id"],
        Sort::LastSignIn => &["coalesce(s.last_sign_in_at, '-infinity')", "s.employee_id"],
    }
}

/// Whether an order begins with the greatest: the latest times first.
fn descends(sort: Sort) -> bool {
    !matches!(sort, Sort::Name | Sort::Department)
}

fn push_order(query: &mut QueryBuilder<Postgres>, sort: Sort, backwards: bool) {
    let direction = if descends(sort) == backwards { " asc" } else { " desc" };
    query.push(" order by ");
    for (place, expression) in order(sort).iter().enumerate() {
        query.push(if place == 0 { "" } else { ", " }).push(expression).push(direction);
    }
}

fn push_key(query: &mut QueryBuilder<Postgres>, sort: Sort, key: &Key, backwards: bool) {
    let comparison = if descends(sort) == backwards { ") > (" } else { ") < (" };
    query.push(" and (").push(order(sort).join(", ")).push(comparison);
    match key {
        Key::Name(name, id) => query.push_bind(name.clone()).push(", ").push_bind(*id),
        Key::Department(department, name, id) => query
            .push_bind(department.is_empty())
            .push(", ")
            .push_bind(department.clone())
            .push(", ")
            .push_bind(name.clone())
            .push(", ")
            .push_bind(*id),
        Key::Time(_, at, id) => query
            .push("coalesce(")
            .push_bind(at.and_then(DateTime::<Utc>::from_timestamp_micros))
            .push(", '-infinity'::timestamptz), ")
            .push_bind(*id),
    };
    query.push(")");
}

/// The statement of a page: one row more than it shows, so that it is known whether there are more.
pub(super) fn page_query(organisation: OrganisationId, criteria: &Criteria, sort: Sort, from: &From) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("with page as (select s.* from employee_statuses s where s.organisation_id = ");
    query.push_bind(organisation.0);
    push_criteria(&mut query, criteria);
    if let Some(key) = from.key() {
        push_key(&mut query, sort, key, from.backwards());
    }
    push_order(&mut query, sort, from.backwards());
    query.push(" limit ").push_bind(i64::from(PAGE_SIZE) + 1);
    query.push(
        ") select s.employee_id, e.first_name, e.last_name, e.email, e.department, e.role, s.status, s.suspended, s.delivery_problem,
              case when s.delivery_problem then (
                  select reason from sends
                  where organisation_id = s.organisation_id and employee_id = s.employee_id and state in ('failed', 'bounced')
                  order by id desc limit 1) end as problem,
              exists (select from sends
                  where organisation_id = s.organisation_id and employee_id = s.employee_id
                    and invitation_id is not null and state in ('queued', 'sending', 'deferred')) as on_its_way,
              s.expires_at, s.last_sent_at, s.last_sign_in_at, s.sort_name, s.sort_department
         from page s join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id",
    );
    push_order(&mut query, sort, false);
    query
}

/// Reads a page.
pub(super) async fn page(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    criteria: &Criteria,
    sort: Sort,
    from: &From,
) -> sqlx::Result<PageRows> {
    let mut rows: Vec<PageRow> = page_query(organisation, criteria, sort, from).build_query_as().fetch_all(connection).await?;
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
    pub(super) fn key(&self, sort: Sort) -> Key {
        let time = |at: Option<DateTime<Utc>>| Key::Time(sort, at.map(|at| at.timestamp_micros()), self.employee_id);
        match sort {
            Sort::Name => Key::Name(self.sort_name.clone(), self.employee_id),
            Sort::Department => Key::Department(self.sort_department.clone(), self.sort_name.clone(), self.employee_id),
            Sort::Sent => time(self.last_sent_at),
            Sort::Expires => time(self.expires_at),
            Sort::LastSignIn => time(self.last_sign_in_at),
        }
    }
}

/// The statement that counts everybody under a search by every filter at once.
pub(super) fn counts_query(organisation: OrganisationId, search: &str) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select ");
    for (place, filter) in Filter::ALL.iter().enumerate() {
        query.push(if place == 0 { "" } else { ", " });
        query.push("count(*) filter (where ").push(filter_condition(*filter)).push(")");
    }
    query.push(" from employee_statuses s where s.organisation_id = ").push_bind(organisation.0);
    push_search(&mut query, search);
    query
}

/// How many employees each filter would show under a search.
pub(super) async fn counts(connection: &mut PgConnection, organisation: OrganisationId, search: &str) -> sqlx::Result<Vec<(Filter, i64)>> {
    let row: PgRow = counts_query(organisation, search).build().fetch_one(connection).await?;
    Filter::ALL.iter().enumerate().map(|(place, filter)| Ok((*filter, row.try_get(place)?))).collect()
}

/// Whether anybody of an organisation was ever invited.
pub(super) async fn anybody_invited(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from invitations where organisation_id = $1 and withdrawn_at is null)")
        .bind(organisation.0)
        .fetch_one(connection)
        .await
}
