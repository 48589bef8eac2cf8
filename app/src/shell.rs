//! The document around every page, and the routes.

use crate::{
    account::{HomePage, MyAccountPage},
    activation::ActivationPage,
    batches::{BatchPage, BatchesPage, NewBatchPage},
    employees::{
        account::AccountPage,
        edit::{AddPage, EditPage},
        edit_model::AccountChange,
        list::EmployeesPage,
        profile::ProfilePage,
    },
    error::AppError,
    import::{ImportCheckPage, ImportPage},
    reset::{ForgotPasswordPage, ResetPage},
    session::{SignInPage, Viewer},
    settings::SettingsPage,
    ui::{failure::FailurePage, layout::Door},
};
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// The document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let language = crate::session::use_language();
    view! {
        <!DOCTYPE html>
        <html lang=language.as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <leptos_meta::HashedStylesheet options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body><App/></body>
        </html>
    }
}

/// The application: who looks, and the routes.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let viewer = SharedValue::new(|| use_context::<Viewer>().unwrap_or_default()).into_inner();
    provide_context(viewer);
    view! {
        <Router>
            <Routes fallback=|| ()>
                <Route path=path!("/sign-in") view=|| view! { <SignInPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/users/import") view=|| view! { <ImportPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/users/import/:check") view=|| view! { <ImportCheckPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/batches") view=|| view! { <BatchesPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/batches/new") view=|| view! { <NewBatchPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/batches/:id") view=|| view! { <BatchPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/users/new") view=|| view! { <AddPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/users/:id") view=|| view! { <ProfilePage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/users/:id/edit") view=|| view! { <EditPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/users/:id/suspend") view=|| view! { <AccountPage change=AccountChange::Suspend/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/users/:id/restore") view=|| view! { <AccountPage change=AccountChange::Restore/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/users/:id/remove") view=|| view! { <AccountPage change=AccountChange::Remove/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/") view=|| view! { <HomePage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/account") view=|| view! { <MyAccountPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/activate") view=|| view! { <ActivationPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/activate/form/:link") view=|| view! { <ActivationPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/forgot-password") view=|| view! { <ForgotPasswordPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/reset-password") view=|| view! { <ResetPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/reset-password/form/:link") view=|| view! { <ResetPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/users") view=|| view! { <EmployeesPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/administration/settings") view=|| view! { <SettingsPage/> }.into_any() ssr=SsrMode::Async/>
                <Route path=path!("/*any") view=|| view! { <Door><FailurePage error=AppError::NotFound/></Door> }.into_any() ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}
