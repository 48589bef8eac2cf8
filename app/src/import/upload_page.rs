//! `/administration/users/import`: the file field, and what a file may look like.

use super::{PATH, texts, words};
use crate::{
    error::AppError,
    session::{Viewer, use_language},
    ui::{failure::FailurePage, layout::Layout},
};
use domain::{
    import::{Column, FileProblem},
    language::Language,
    role::Permission,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

/// A file that was refused: provided as context by the server when it renders the page again.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct UploadRefused(pub FileProblem);

/// The page with the file field.
#[component]
pub fn ImportPage() -> impl IntoView {
    let language = use_language();
    let viewer = expect_context::<Viewer>();
    if !viewer.me.is_some_and(|me| Permission::AddEmployees.granted(me.role)) {
        return view! { <Layout><FailurePage error=AppError::Forbidden/></Layout> }.into_any();
    }
    view! {
        <Title text=texts::import_employees(language)/>
        <Layout>
            <h1>{texts::import_employees(language)}</h1>
            <p>{texts::introduction(language)}</p>
            <UploadForm/>
            <p><Template/></p>
            <Rules/>
        </Layout>
    }
    .into_any()
}

/// A plain form: the browser posts the file by itself, with and without JavaScript.
#[component]
fn UploadForm() -> impl IntoView {
    let language = use_language();
    let refused = SharedValue::new(use_context::<UploadRefused>).into_inner();
    let busy = RwSignal::new(false);
    // A page that the browser keeps and shows again must not look busy.
    #[cfg(feature = "hydrate")]
    {
        let handle = window_event_listener(leptos::ev::pageshow, move |_| busy.set(false));
        on_cleanup(move || handle.remove());
    }
    view! {
        <form method="post" action=PATH enctype="multipart/form-data" class="form" aria-busy=move || busy.get().to_string() on:submit=move |_| busy.set(true)>
            <div class="field">
                <label for="file">{texts::file(language)}</label>
                <p class="hint" id="file-hint">{texts::file_hint(language)}</p>
                <input type="file" id="file" name="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
                    aria-describedby="file-hint file-problem" aria-invalid=refused.map(|_| "true")/>
                <p class="problem" id="file-problem" role="alert">{refused.map(|UploadRefused(problem)| words::file_problem(language, problem))}</p>
            </div>
            <button class="primary">{texts::check_the_file(language)}</button>
            <span class="hint" role="status">{move || busy.get().then(|| texts::checking(language))}</span>
        </form>
    }
}

/// A file to begin with, in the language of the page; French spreadsheets expect semicolons.
#[component]
fn Template() -> impl IntoView {
    let language = use_language();
    let (path, name) = match language {
        Language::English => ("/employees-en.csv", "employees.csv"),
        Language::French => ("/employees-fr.csv", "employes.csv"),
    };
    view! { <a href=path download=name rel="external">{texts::template(language)}</a> }
}

#[component]
fn Rules() -> impl IntoView {
    let language = use_language();
    let columns = Column::ALL.iter().map(|column| {
        view! {
            <tr>
                <th scope="row">{words::column(language, *column)}</th>
                <td>{words::headings(*column)}</td>
            </tr>
        }
    });
    view! {
        <h2>{texts::columns(language)}</h2>
        <p>{texts::columns_rule(language)}</p>
        <table class="lines">
            <thead><tr><th scope="col">{texts::value(language)}</th><th scope="col">{texts::recognised_headings(language)}</th></tr></thead>
            <tbody>{columns.collect_view()}</tbody>
        </table>
        <h2>{texts::who_is_who(language)}</h2>
        <ul>
            <li>{texts::rule_matching(language)}</li>
            <li>{texts::rule_shared_address(language)}</li>
            <li>{texts::rule_empty(language)}</li>
            <li>{texts::rule_address(language)}</li>
            <li>{texts::rule_role(language)}</li>
            <li>{texts::rule_missing(language)}</li>
        </ul>
    }
}
