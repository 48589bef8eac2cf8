//! The router.

use super::{
    context::{AppState, contexts},
    forms::{self, Forms},
    functions, headers, health, links, live, mailbox, patience, refusals, trace, viewer,
};
use crate::{
    batches::report::report,
    db,
    employees::{list::export::export, message},
    import::upload,
    mail::mailbox::Mailbox,
    precedence,
};
use app::shell::{App, shell};
use axum::{
    Router,
    extract::{Request, State},
    middleware,
    response::{IntoResponse, Redirect},
    routing::{MethodRouter, get, post},
};
use http::StatusCode;
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, generate_route_list, generate_route_list_with_exclusions, site_pkg_dir_service,
    site_pkg_dir_service_route_path,
};
use server_fn::axum::server_fn_paths;
use sqlx::PgPool;
use std::collections::HashSet;
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

/// What stands in the folder `public`.
const PUBLIC_FILES: [&str; 3] = ["/favicon.svg", "/employees-en.csv", "/employees-fr.csv"];

/// The paths of every page.
pub fn pages() -> Vec<AxumRouteListing> {
    generate_route_list(App)
}

/// The pages, as Leptos takes them so that it leaves the server functions to us.
fn without_functions() -> Vec<AxumRouteListing> {
    let functions = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    generate_route_list_with_exclusions(App, Some(functions))
}

/// The routes beside the pages and their files. Of `/api/…` there is one for all server functions.
pub fn routes(pool: &PgPool, mailbox: Option<&Mailbox>) -> Vec<(&'static str, MethodRouter<AppState>)> {
    let mut routes = vec![
        ("/healthz", get(health::healthz)),
        ("/readyz", get(health::readyz).with_state(db::one_beside(pool))),
        ("/api/{*function}", post(functions::call)),
        ("/administration", get(async || Redirect::to("/administration/users"))),
        ("/administration/events", get(live::events)),
        ("/administration/messages/{id}", get(message::show)),
        ("/administration/users/export", get(export).post(export)),
        ("/administration/batches/{id}/report", get(report)),
    ];
    routes.extend(links::routes());
    routes.extend(mailbox.map(mailbox::routes).into_iter().flatten());
    routes
}

/// The whole application.
pub fn router(state: AppState, https: bool, mailbox: Option<&Mailbox>) -> Router {
    let pages = pages();
    let leptos = state.leptos.clone();
    let mut router = Router::new().route_service(&site_pkg_dir_service_route_path(&leptos), site_pkg_dir_service(&leptos));
    for file in PUBLIC_FILES {
        router = router.route_service(file, site_pkg_dir_service(&leptos));
    }
    // Every other path is a page, if only to say that there is none.
    router = router.leptos_routes_with_context(&state, without_functions(), contexts(state.clone()), move || shell(leptos.clone()));
    let forms = Forms::all();
    let paths: HashSet<&str> = pages.iter().map(AxumRouteListing::path).collect();
    for path in paths {
        let (forms, takes_files) = (forms.clone(), path == app::import::PATH);
        let handler = async move |state: State<AppState>, request: Request| {
            if takes_files && upload::is_upload(&request) {
                upload::post(state, request).await
            } else {
                forms::post(state, forms, request).await
            }
        };
        router = router.route(path, post(handler));
    }
    for (path, route) in routes(&state.pool, mailbox) {
        router = router.route(path, route);
    }
    router
        .layer(CatchPanicLayer::custom(|_| {
            // The line before tells where, this one of which request.
            tracing::error!("a request ended in a panic");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }))
        .layer(middleware::from_fn_with_state(state.clone(), viewer::look))
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn_with_state(state.requests.clone(), precedence::count))
        .layer(middleware::from_fn(|request, next| patience::limit(patience::LONGEST, upload::is_upload, request, next)))
        .layer(middleware::from_fn(refusals::explain))
        .layer(middleware::from_fn(trace::trace))
        .layer(middleware::from_fn(move |request, next| headers::guard(https, request, next)))
        .with_state(state)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_public_file_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../public");
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|file| format!("/{}", file.unwrap().file_name().to_string_lossy())).collect();
        files.sort();
        let mut served = super::PUBLIC_FILES.map(str::to_owned);
        served.sort();
        assert_eq!(files, served);
    }
}
