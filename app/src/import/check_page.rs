//! `/administration/users/import/{id}`: how a file was understood, what importing it would do, and what it did.

use super::{
    PATH,
    api::{Import, check},
    model::{CheckView, Counts, Imported},
    rows::Rows,
    texts, words,
};
use crate::{
    session::use_language,
    texts::date_time,
    ui::{failure::FailurePage, form::PostForm, layout::Layout},
};
use domain::{ids::EmployeeId, import::RowOutcome};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The people that one link resends to: addresses must not grow without bound.
const RESEND_AT_ONCE: usize = 1000;

/// A checked file.
#[component]
pub fn ImportCheckPage() -> impl IntoView {
    let language = use_language();
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || {
        let query = query.read();
        let list = query.get_str("show").and_then(|list| list.parse::<RowOutcome>().ok());
        let from = query.get_str("from").and_then(|from| from.parse::<u32>().ok()).unwrap_or_default();
        (params.read().get("check").unwrap_or_default(), list, from)
    };
    let found = Resource::new(asked, |(id, list, from)| async move { check(id.clone(), list, from).await.map(|view| (id, view)) });
    view! {
        <Title text=texts::import_employees(language)/>
        <Layout>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok((id, view)) => view! { <Check id view/> }.into_any(),
                        Err(error) => view! { <FailurePage error/> <p><a href=PATH>{texts::another_file(language)}</a></p> }.into_any(),
                    }
                })}
            </Transition>
        </Layout>
    }
}

#[component]
fn Check(id: String, view: CheckView) -> impl IntoView {
    let language = use_language();
    let changed = use_query_map().read_untracked().get_str("changed").is_some() && view.imported.is_none();
    let counts = view.counts;
    // What is the same already is no news; once imported, that is what was added and updated, too.
    let outcomes = [RowOutcome::Refused, RowOutcome::Created, RowOutcome::Updated];
    let outcomes = outcomes.iter().filter(|outcome| counts.of(**outcome) > 0);
    let (created, updated) = view.imported.as_ref().map(|imported| (imported.created, imported.updated)).unwrap_or_default();
    let unchanged = counts.unchanged.saturating_sub(created + updated);
    let listed = counts.of(view.list) > 0;
    let links = outcomes.map(|outcome| {
        let current = (*outcome == view.list).then_some("true");
        view! {
            <li><a class="filter" href=format!("?show={outcome}#rows") aria-current=current>{words::outcome(language, *outcome, counts.of(*outcome))}</a></li>
        }
    });
    view! {
        <h1>{texts::import_employees(language)}</h1>
        <p>{texts::of_column(language, &texts::file(language), &view.file_name)}</p>
        {changed.then(|| view! { <p class="notice" role="alert">{texts::changed_since(language)}</p> })}
        {match view.imported.clone() {
            Some(imported) => view! { <Done imported refused=counts.refused/> }.into_any(),
            None => view! { <Confirm id view=view.clone()/> }.into_any(),
        }}
        <Preview view=view.clone()/>
        {listed.then(|| view! {
            <h2 id="rows">{texts::rows(language)}</h2>
            <nav class="filters" aria-label=texts::rows(language)><ul>{links.collect_view()}</ul></nav>
            <Rows list=view.list from=view.from total=counts.of(view.list) rows=view.rows/>
        })}
        {(unchanged > 0).then(|| view! { <p class="hint">{texts::unchanged(language, u64::from(unchanged))}</p> })}
    }
}

/// What importing would do, and the button.
#[component]
fn Confirm(id: String, view: CheckView) -> impl IntoView {
    let language = use_language();
    let CheckView { counts, shown, kept_until, readdressed, .. } = view;
    let nothing = counts.created + counts.updated == 0;
    let told = words::counted(language, Counts { unchanged: 0, ..counts });
    view! {
        {(!told.is_empty()).then(|| view! { <p>{texts::summary(language, &told)}</p> })}
        {(readdressed > 0).then(|| view! { <p class="notice">{texts::readdressed(language, u64::from(readdressed))}</p> })}
        {if nothing {
            view! { <p><strong>{texts::nothing_to_import(language)}</strong></p> }.into_any()
        } else {
            view! {
                <PostForm<Import> class="inline">
                    <input type="hidden" name="check" value=id/>
                    <input type="hidden" name="shown" value=shown/>
                    <button class="primary">{texts::import(language)}</button>
                    " "<span class="hint">{texts::kept_until(language, &date_time(language, &kept_until))}</span>
                </PostForm<Import>>
            }.into_any()
        }}
        <p><a href=PATH>{texts::another_file(language)}</a></p>
    }
}

/// What the import did, the rows that it refused, and the way on.
#[component]
fn Done(imported: Imported, refused: u32) -> impl IntoView {
    let language = use_language();
    let Imported { created, updated, resend } = imported;
    let wanted = resend.len() as u64;
    let several = resend.len() > RESEND_AT_ONCE;
    let links = resend.chunks(RESEND_AT_ONCE).zip(0_u64..).map(|(people, at)| {
        let first = at * RESEND_AT_ONCE as u64 + 1;
        let which = several.then(|| texts::people_from_to(language, first, first + people.len() as u64 - 1));
        view! { <li><a class="button" href=resend_path(people)>{texts::resend_invitation(language)}{which}</a></li> }
    });
    let links = links.collect_view();
    view! {
        <div role="status">
            <p class="done">{texts::imported(language, &words::counted(language, Counts { refused, created, updated, unchanged: 0 }))}</p>
        </div>
        {(wanted > 0).then(|| view! {
            <p>{texts::resend_wanted(language, wanted)}</p>
            <ul class="resend">{links}</ul>
        })}
        {(created > 0).then(|| view! {
            <p><a class="button primary" href="/administration/users?status=not_invited">{texts::send_credentials(language)}</a></p>
        })}
        <p><a href="/administration/users">{texts::to_employees(language)}</a>" · "<a href=PATH>{texts::another_file(language)}</a></p>
    }
}

fn resend_path(people: &[EmployeeId]) -> String {
    let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
    format!("/administration/batches/new?action=resend_invitation&employee={}", ids.join(","))
}

/// Which column is what, with the first rows.
#[component]
fn Preview(view: CheckView) -> impl IntoView {
    let language = use_language();
    if view.imported.is_some() {
        return ().into_any();
    }
    let headings = view.headings.iter().map(|heading| view! { <th scope="col">{heading.text.clone()}</th> });
    let columns = view.headings.iter().map(|heading| match heading.column {
        Some(column) => view! { <td class="used">{words::column(language, column)}</td> }.into_any(),
        None => view! { <td>{texts::not_used(language)}</td> }.into_any(),
    });
    let width = view.headings.len();
    let rows = view.preview.iter().map(|cells| {
        let blank = std::iter::repeat_n(String::new(), width.saturating_sub(cells.len()));
        let cells = cells.iter().cloned().chain(blank).map(|cell| view! { <td>{cell}</td> });
        view! { <tr>{cells.collect_view()}</tr> }
    });
    view! {
        <h2>{texts::columns_found(language)}</h2>
        <div class="scroll" tabindex="0" role="region" aria-label=texts::columns_found(language)>
            <table class="lines preview">
                <thead><tr>{headings.collect_view()}</tr></thead>
                <tbody>
                    <tr class="recognised">{columns.collect_view()}</tr>
                    {rows.collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
