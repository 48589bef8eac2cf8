//! Rows in an order, beyond a key: as many index scans as it takes, each of which ends after what was asked for.
//!
//! The indexes of `standings` begin with the phase, and none is without: writing to fewer is what makes accepting and delivering
//! fast. Everybody in an order is the four phases, each in that order.

use super::{
    criteria::push_criteria,
    key::Key,
    order::{expressions, push_beyond, push_beyond_sharing, push_order},
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
    let phases = if searched || scan.criteria.status != Filter::All { vec![None] } else { PHASES.map(Some).to_vec() };
    let shared = if searched || scan.key.is_none() { vec![None] } else { (0..expressions(scan.sort).len()).map(Some).collect() };
    query.push("select s.* from (");
    for (number, (phase, shared)) in phases.iter().flat_map(|phase| shared.iter().map(move |shared| (*phase, *shared))).enumerate() {
        query.push(if number == 0 { "(" } else { " union all (" });
        query.push("select s.* from employee_statuses s where s.organisation_id = ").push_bind(scan.organisation.0);
        if let Some(phase) = phase {
            query.push(" and s.phase = '").push(phase).push("'");
        }
        push_criteria(query, scan.criteria);
        match (scan.key, shared) {
            (Some(key), Some(shared)) => push_beyond_sharing(query, scan.sort, key, scan.backwards, shared),
            (Some(key), None) => push_beyond(query, scan.sort, key, scan.backwards),
            (None, _) => {}
        }
        push_limit(query, scan);
        query.push(")");
    }
    query.push(") s");
    push_limit(query, scan);
}

fn push_limit(query: &mut QueryBuilder<Postgres>, scan: &Scan<'_>) {
    push_order(query, scan.sort, scan.backwards);
    query.push(" limit ").push_bind(scan.most);
}
