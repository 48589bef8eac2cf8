//! Orders of the list, and places in them, as SQL over a row `s` of `employee_statuses`.

use super::key::Key;
use chrono::{DateTime, Utc};
use domain::listing::Sort;
use sqlx::{Postgres, QueryBuilder};

/// The expressions of an order; plain columns, since under a policy the planner mistrusts most functions. An index of `standings` has each of them.
pub(super) fn expressions(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Name => &["s.sort_name", "s.employee_id"],
        Sort::Department => &["s.department_rank", "s.sort_name", "s.employee_id"],
        Sort::Sent => &["s.sent_rank", "s.employee_id"],
        Sort::Expires => &["s.ends_at", "s.employee_id"],
        Sort::LastSignIn => &["s.sign_in_rank", "s.employee_id"],
    }
}

/// Whether an order begins with the greatest: the latest times first. Those without a time come last in any order.
fn descends(sort: Sort) -> bool {
    matches!(sort, Sort::Sent | Sort::LastSignIn)
}

/// Adds an order, forwards or backwards.
pub(super) fn push_order(query: &mut QueryBuilder<Postgres>, sort: Sort, backwards: bool) {
    let direction = if descends(sort) == backwards { " asc" } else { " desc" };
    query.push(" order by ");
    for (place, expression) in expressions(sort).iter().enumerate() {
        query.push(if place == 0 { "" } else { ", " }).push(expression).push(direction);
    }
}

/// Adds the condition that a row lies beyond a key.
pub(super) fn push_beyond(query: &mut QueryBuilder<Postgres>, sort: Sort, key: &Key, backwards: bool) {
    query.push(" and (").push(expressions(sort).join(", ")).push(") ").push(comparison(sort, backwards)).push(" (");
    for place in 0..expressions(sort).len() {
        query.push(if place == 0 { "" } else { ", " });
        push_value(query, sort, key, place);
    }
    query.push(")");
}

/// Adds the condition that a row has the first values of a key and lies beyond it by the next. All of these together are
/// [`push_beyond`]; apart, the planner knows of each how many rows it means, even where thousands share a value.
pub(super) fn push_beyond_sharing(query: &mut QueryBuilder<Postgres>, sort: Sort, key: &Key, backwards: bool, shared: usize) {
    for (place, expression) in expressions(sort).iter().enumerate().take(shared + 1) {
        let comparison = if place < shared { "=" } else { comparison(sort, backwards) };
        query.push(" and ").push(expression).push(" ").push(comparison).push(" ");
        push_value(query, sort, key, place);
    }
}

fn comparison(sort: Sort, backwards: bool) -> &'static str {
    if descends(sort) == backwards { ">" } else { "<" }
}

fn push_value(query: &mut QueryBuilder<Postgres>, sort: Sort, key: &Key, place: usize) {
    match (key, place) {
        (Key::Name(name, _), 0) | (Key::Department(_, name, _), 1) => query.push_bind(name.clone()),
        (Key::Department(rank, _, _), 0) => query.push_bind(rank.clone()),
        (Key::Time(_, Some(at), _), 0) => query.push_bind(DateTime::<Utc>::from_timestamp_micros(*at)),
        (Key::Time(_, None, _), 0) => query.push(if descends(sort) { "'-infinity'::timestamptz" } else { "'infinity'::timestamptz" }),
        (Key::Name(_, id) | Key::Department(_, _, id) | Key::Time(_, _, id), _) => query.push_bind(*id),
    };
}
