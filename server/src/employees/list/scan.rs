//! Rows in an order, beyond a key: as many index scans as it takes, each of which ends after what was asked for.
//!
//! The indexes of `standings` and `standing_dates` begin with the phase, and none is without: writing to fewer is what makes
//! accepting and delivering fast. Everybody in an order is the four phases, each in that order.

use super::{
    criteria::{dated_condition, push_criteria},
    key::Key,
    order::{by_date, columns, push_beyond, push_beyond_sharing, push_order},
};
use domain::{
    ids::OrganisationId,
    listing::{Criteria, Filter, Sort},
};
use sqlx::{Postgres, QueryBuilder};

const PHASES: [&str; 4] = ["active", "cancelled", "live", "not_invited"];

/// Which rows are read, and how many.
pub(super) struct Scan<'a> {
    pub(super) organisation: OrganisationId,
    pub(super) criteria: &'a Criteria,
    pub(super) sort: Sort,
    /// Beyond this one.
    pub(super) key: Option<&'a Key>,
    /// From the end.
    pub(super) backwards: bool,
    pub(super) most: i64,
}

/// Adds a statement that gives rows of `employee_statuses`.
pub(super) fn push_scan(query: &mut QueryBuilder<Postgres>, scan: &Scan<'_>) {
    // A search has found few, which are sorted whatever the index.
    let searched = !scan.criteria.search.trim().is_empty();
    let everybody = scan.criteria.status == Filter::All && !searched;
    let phases = match dated_condition(scan.criteria.status) {
        _ if everybody => PHASES.map(|phase| Some((phase, ""))).to_vec(),
        Some(dated) if !searched => vec![Some(dated)],
        _ => vec![None],
    };
    if by_date(scan.sort) && phases != [None] {
        query.push("select s.* from (");
        push_branches(query, scan, &phases, |query, phase| {
            query.push("select d.* from standing_dates d where d.organisation_id = ").push_bind(scan.organisation.0);
            if let Some((phase, dated)) = phase {
                query.push(" and d.phase = '").push(phase).push("'").push(dated);
            }
            "d"
        });
        query.push(") d join employee_statuses s on s.organisation_id = d.organisation_id and s.employee_id = d.employee_id");
    } else {
        push_branches(query, scan, if everybody { &phases } else { &[None] }, |query, phase| {
            query.push("select s.* from employee_statuses s where s.organisation_id = ").push_bind(scan.organisation.0);
            if let Some((phase, _)) = phase {
                query.push(" and s.phase = '").push(phase).push("'");
            }
            push_criteria(query, scan.criteria);
            "s"
        });
    }
}

/// Adds the statement of all branches together: one for each phase, and for each number of values that are shared with the key.
/// `push_rows` adds where the rows of a branch come from, and says what a row is called there.
fn push_branches<'a>(
    query: &mut QueryBuilder<Postgres>,
    scan: &Scan<'_>,
    phases: &[Option<(&'a str, &'a str)>],
    push_rows: impl Fn(&mut QueryBuilder<Postgres>, Option<(&'a str, &'a str)>) -> &'static str,
) {
    let whole = scan.key.is_none() || !scan.criteria.search.trim().is_empty();
    let shared = if whole { vec![None] } else { (0..columns(scan.sort).len()).map(Some).collect() };
    query.push("select r.* from (");
    for (number, (phase, shared)) in phases.iter().flat_map(|phase| shared.iter().map(move |shared| (*phase, *shared))).enumerate() {
        query.push(if number == 0 { "(" } else { " union all (" });
        let row = push_rows(query, phase);
        match (scan.key, shared) {
            (Some(key), Some(shared)) => push_beyond_sharing(query, row, scan.sort, key, scan.backwards, shared),
            (Some(key), None) => push_beyond(query, row, scan.sort, key, scan.backwards),
            (None, _) => {}
        }
        push_limit(query, row, scan);
        query.push(")");
    }
    query.push(") r");
    push_limit(query, "r", scan);
}

fn push_limit(query: &mut QueryBuilder<Postgres>, row: &str, scan: &Scan<'_>) {
    push_order(query, row, scan.sort, scan.backwards);
    query.push(" limit ").push_bind(scan.most);
}
