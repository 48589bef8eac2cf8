//! Orders of the list, and places in them, as SQL over a row of `employee_statuses`, or of `standing_dates`.

use super::key::Key;
use chrono::{DateTime, Utc};
use domain::listing::Sort;
use sqlx::{Postgres, QueryBuilder};

/// The columns of an order; nothing but columns, since under a policy the planner mistrusts most functions. An index of `standings`
/// has each of them, or one of `standing_dates` where [`by_date`].
pub(super) fn columns(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Name => &["sort_name", "employee_id"],
        Sort::Department => &["department_rank", "sort_name", "employee_id"],
        Sort::Sent => &["sent_rank", "employee_id"],
        Sort::Expires => &["ends_at", "employee_id"],
        Sort::LastSignIn => &["sign_in_rank", "employee_id"],
    }
}

/// Whether an order is one of those that `standing_dates` has the indexes of.
pub(super) fn by_date(sort: Sort) -> bool {
    matches!(sort, Sort::Sent | Sort::Expires)
}

/// Whether an order begins with the greatest: the latest times first. Those without a time come last in any order.
fn descends(sort: Sort) -> bool {
    matches!(sort, Sort::Sent | Sort::LastSignIn)
}

/// Adds an order of a row, forwards or backwards.
pub(super) fn push_order(query: &mut QueryBuilder<Postgres>, row: &str, sort: Sort, backwards: bool) {
    let direction = if descends(sort) == backwards { " asc" } else { " desc" };
    query.push(" order by ");
    for (place, column) in columns(sort).iter().enumerate() {
        query.push(if place == 0 { "" } else { ", " }).push(row).push(".").push(column).push(direction);
    }
}

/// Adds the condition that a row lies beyond a key.
pub(super) fn push_beyond(query: &mut QueryBuilder<Postgres>, row: &str, sort: Sort, key: &Key, backwards: bool) {
    query.push(" and (");
    for (place, column) in columns(sort).iter().enumerate() {
        query.push(if place == 0 { "" } else { ", " }).push(row).push(".").push(column);
    }
    query.push(") ").push(comparison(sort, backwards)).push(" (");
    for place in 0..columns(sort).len() {
        query.push(if place == 0 { "" } else { ", " });
        push_value(query, sort, key, place);
    }
    query.push(")");
}

/// Adds the condition that a row has the first values of a key and lies beyond it by the next. All of these together are
/// [`push_beyond`]; apart, the planner knows of each how many rows it means, even where thousands share a value.
pub(super) fn push_beyond_sharing(query: &mut QueryBuilder<Postgres>, row: &str, sort: Sort, key: &Key, backwards: bool, shared: usize) {
    for (place, column) in columns(sort).iter().enumerate().take(shared + 1) {
        let comparison = if place < shared { "=" } else { comparison(sort, backwards) };
        query.push(" and ").push(row).push(".").push(column).push(" ").push(comparison).push(" ");
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
