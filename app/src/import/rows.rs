//! A page of a file's rows with one outcome.

use super::{
    model::{PAGE_ROWS, RowView, ValueChange},
    texts, words,
};
use crate::{session::use_language, texts::number};
use domain::{import::RowOutcome, language::Language};
use leptos::prelude::*;

/// Rows with one outcome, and links to those before and after.
#[component]
pub(super) fn Rows(list: RowOutcome, from: u32, total: u32, rows: Vec<RowView>) -> impl IntoView {
    let language = use_language();
    if rows.is_empty() {
        return view! { <p class="empty">{texts::no_rows(language)}</p> }.into_any();
    }
    let last = from + u32::try_from(rows.len()).unwrap_or_default();
    let path = |from: u32| format!("?show={list}&from={from}#rows");
    let previous = (from > 0).then(|| path(from.saturating_sub(PAGE_ROWS)));
    let next = (last < total).then(|| path(last));
    view! {
        <table class="lines">
            <thead>
                <tr>
                    <th scope="col">{texts::row(language)}</th>
                    <th scope="col">{texts::employee(language)}</th>
                    <th scope="col">{if list == RowOutcome::Refused { texts::reasons(language) } else { texts::values(language) }}</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| view! { <Row row/> }).collect_view()}</tbody>
        </table>
        <nav class="row-pages" aria-label=texts::pages(language)>
            <span>{texts::from_to_of(language, &number(language, u64::from(from) + 1), &number(language, u64::from(last)), &number(language, u64::from(total)))}</span>
            {previous.map(|path| view! { " "<a href=path>{texts::previous(language)}</a> })}
            {next.map(|path| view! { " "<a href=path>{texts::next(language)}</a> })}
        </nav>
    }
    .into_any()
}

#[component]
fn Row(row: RowView) -> impl IntoView {
    let language = use_language();
    let RowView { row, title, employee, changes, problems } = row;
    let title = match employee {
        Some(employee) => view! { <a href=format!("/administration/users/{employee}")>{title}</a> }.into_any(),
        None => title.into_any(),
    };
    let lines: Vec<String> = problems
        .into_iter()
        .map(|problem| words::row_problem(language, problem))
        .chain(changes.iter().map(|change| in_words(language, change)))
        .collect();
    view! {
        <tr>
            <td>{row.to_string()}</td>
            <td>{title}</td>
            <td><ul class="row-lines">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul></td>
        </tr>
    }
}

fn in_words(language: Language, change: &ValueChange) -> String {
    let column = words::column(language, change.column);
    let value = |value: &str| words::value(language, change.column, value);
    match (change.from.as_str(), change.to.as_str()) {
        ("", to) => texts::new_value(language, &column, &value(to)),
        (from, "") => texts::cleared_value(language, &column, &value(from)),
        (from, to) => texts::changed_value(language, &column, &value(from), &value(to)),
    }
}
