//! `/administration/users`: owns the address bar and what is read from the server.

use super::{
    address,
    api::{count_employees, list_employees},
    people::People,
    texts,
};
use crate::{
    session::{Viewer, use_language},
    ui::{failure::Failure, layout::Layout},
};
use domain::role::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, components::Redirect, hooks::use_query_map};

/// `/administration/users`.
#[component]
pub fn EmployeesPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    let may_add = expect_context::<Viewer>().me.is_some_and(|me| Permission::AddEmployees.granted(me.role));
    let listing = Memo::new(move |_| address::read(&query.read()));
    // What the page begins with; from then on `State` reads, so that rows, focus and selection stay while it does.
    let page = Resource::new(|| (), move |()| list_employees(listing.get_untracked()));
    let counts = Resource::new(|| (), move |()| count_employees(listing.get_untracked().criteria.search));
    let corrected = Memo::new(move |_| address::corrected(&query.read()));
    let in_its_place = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
    view! {
        {move || corrected.get().map(|path| view! { <Redirect path options=in_its_place.clone()/> })}
        <Title text=texts::employees(language)/>
        <Layout>
            <div class="page-head">
                <h1>{texts::employees(language)}</h1>
                {may_add.then(|| view! {
                    <p class="page-actions">
                        <a class="button" href="/administration/users/import">{texts::import(language)}</a>
                        <a class="button primary" href="/administration/users/new">{texts::add_employee(language)}</a>
                    </p>
                })}
            </div>
            <Suspense fallback=move || view! { <p class="loading" aria-busy="true">{texts::loading(language)}</p> }>
                {move || Suspend::new(async move {
                    match (page.await, counts.await) {
                        (Ok(page), Ok(counts)) => view! { <People listing page counts/> }.into_any(),
                        (Err(error), _) | (_, Err(error)) => view! {
                            <Failure error/>
                            <p><a class="button" href="" rel="external">{texts::try_again(language)}</a></p>
                        }.into_any(),
                    }
                })}
            </Suspense>
        </Layout>
    }
}
