//! The SQL of an export: the same people as in the list, a piece at a time, with everything that is known of them.

use super::{
    key::Key,
    order::{push_beyond, push_order},
    scan::{Scan, push_scan},
};
use chrono::{DateTime, Utc};
use domain::{
    ids::OrganisationId,
    listing::{Criteria, Sort},
};
use sqlx::{FromRow, PgConnection, QueryBuilder};

/// Whom an export is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// These employees.
    Chosen(Vec<i64>),
    /// Everybody who matches.
    Matching(Criteria),
}

/// A line of an export.
#[derive(FromRow)]
pub(super) struct ExportRow {
    employee_id: i64,
    sort_name: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) email: Option<String>,
    pub(super) employee_number: Option<String>,
    pub(super) department: Option<String>,
    pub(super) site: Option<String>,
    pub(super) title: Option<String>,
    pub(super) status: String,
    pub(super) suspended: bool,
    pub(super) delivery_problem: bool,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) last_sent_at: Option<DateTime<Utc>>,
    pub(super) last_sign_in_at: Option<DateTime<Utc>>,
}

impl ExportRow {
    pub(super) fn key(&self) -> Key {
        Key::Name(self.sort_name.clone(), self.employee_id)
    }
}

/// Reads the next lines of an export, by name.
pub(super) async fn export(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    wanted: &Wanted,
    after: Option<&Key>,
    lines: i64,
) -> sqlx::Result<Vec<ExportRow>> {
    let mut query = QueryBuilder::new("with piece as (");
    match wanted {
        Wanted::Chosen(ids) => {
            query.push("select s.* from employee_statuses s where s.organisation_id = ").push_bind(organisation.0);
            query.push(" and s.employee_id = any(").push_bind(ids.clone()).push(")");
            if let Some(key) = after {
                push_beyond(&mut query, "s", Sort::Name, key, false);
            }
        }
        Wanted::Matching(criteria) => {
            push_scan(&mut query, &Scan { organisation, criteria, sort: Sort::Name, key: after, backwards: false, most: lines });
        }
    }
    query.push(
        ") select s.employee_id, s.sort_name, e.first_name, e.last_name, e.email, e.employee_number, e.department, e.site, e.title,
                s.status, s.suspended, s.delivery_problem, s.expires_at, s.last_sent_at, s.last_sign_in_at
         from piece s join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id",
    );
    push_order(&mut query, "s", Sort::Name, false);
    query.push(" limit ").push_bind(lines);
    query.build_query_as().fetch_all(connection).await
}
