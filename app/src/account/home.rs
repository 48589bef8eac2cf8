//! `/`.

use super::{Home, api::load_home, texts};
use crate::{
    session::Viewer,
    ui::{failure::FailurePage, layout::Layout},
};
use domain::role::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;

/// The start page of an employee; administrators go on to Employees.
#[component]
pub fn HomePage() -> impl IntoView {
    let viewer = expect_context::<Viewer>();
    if viewer.me.as_ref().is_some_and(|me| Permission::View.granted(me.role)) {
        return view! { <Redirect path="/administration/users"/> }.into_any();
    }
    let page = Resource::new(|| (), |()| load_home());
    view! {
        <Layout>
            <Suspense>
                {move || {
                    let viewer = viewer.clone();
                    Suspend::new(async move {
                        match page.await {
                            Ok(home) => view! { <Start viewer home/> }.into_any(),
                            Err(error) => view! { <FailurePage error/> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </Layout>
    }
    .into_any()
}

#[component]
fn Start(viewer: Viewer, home: Home) -> impl IntoView {
    let language = viewer.language;
    let (name, organisation) = viewer.me.map(|me| (me.name, me.organisation)).unwrap_or_default();
    view! {
        <Title text=texts::start(language)/>
        <h1>{texts::hello(language, &name)}</h1>
        <p>{texts::you_are_in(language, &organisation)}</p>
        {home.destination.map(|destination| view! {
            <p><a class="button primary large" href=destination rel="external noopener">{texts::go_on_to(language, &organisation)}</a></p>
        })}
        <p><a href="/account">{texts::my_account(language)}</a></p>
        {home.contact.map(|contact| view! { <p class="hint">{texts::whom_to_ask(language, &contact)}</p> })}
    }
}
