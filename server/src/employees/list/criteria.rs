//! Which employees a filter and a search mean, as conditions over the view `employee_statuses`: for pages, counts, exports and
//! the audience of a batch alike.

use domain::{
    listing::{Criteria, Filter},
    search,
};
use sqlx::{Postgres, QueryBuilder};

/// The condition of a filter over a row `s` of `employee_statuses`. Each is one that an index of `standings` serves.
pub(super) fn filter_condition(filter: Filter) -> &'static str {
    match filter {
        Filter::All => "true",
        Filter::NotInvited => "s.phase = 'not_invited'",
        Filter::Pending => "s.is_pending",
        Filter::Active => "s.phase = 'active'",
        Filter::Expired => "s.is_expired",
        Filter::Cancelled => "s.phase = 'cancelled'",
        Filter::DeliveryProblem => "s.delivery_problem",
        Filter::NoEmailAddress => "not s.has_email",
        Filter::Suspended => "s.suspended",
    }
}

/// A filter that `standing_dates` can tell: its phase, and what it says of the expiry of a row `d` besides.
pub(super) fn dated_condition(filter: Filter) -> Option<(&'static str, &'static str)> {
    match filter {
        Filter::NotInvited => Some(("not_invited", "")),
        Filter::Pending => Some(("live", " and d.ends_at > now()")),
        Filter::Expired => Some(("live", " and d.ends_at <= now()")),
        Filter::Active => Some(("active", "")),
        Filter::Cancelled => Some(("cancelled", "")),
        Filter::All | Filter::DeliveryProblem | Filter::NoEmailAddress | Filter::Suspended => None,
    }
}

/// Adds the conditions of some criteria over a row `s` of `employee_statuses`, each with its leading `and`.
pub fn push_criteria(query: &mut QueryBuilder<Postgres>, criteria: &Criteria) {
    if criteria.status != Filter::All {
        query.push(" and ").push(filter_condition(criteria.status));
    }
    push_search(query, &criteria.search);
}

/// Adds the condition of a search, where there is one.
pub(super) fn push_search(query: &mut QueryBuilder<Postgres>, typed: &str) {
    let patterns = search::patterns(&typed.replace('\0', ""));
    if !patterns.is_empty() {
        query.push(" and s.employee_id in (select search_employees(").push_bind(patterns).push("))");
    }
}
