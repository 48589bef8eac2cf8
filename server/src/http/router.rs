//! The router.

use super::{
    context::{AppState, contexts},
    forms::{self, Forms},
    headers, health, links, live, mailbox, viewer,
};
use crate::{batches::report::report, employees::list::export::export, import::upload, mail::mailbox::Mailbox};
use app::shell::{App, shell};
use axum::{
    Router,
    extract::{Request, State},
    middleware,
    routing::{get, post},
};
use http::StatusCode;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list, site_pkg_dir_service, site_pkg_dir_service_route_path};
use std::collections::HashSet;
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

/// What stands in the folder `public`.
const PUBLIC_FILES: [&str; 3] = ["/favicon.svg", "/employees-en.csv", "/employees-fr.csv"];

/// The paths of every page.
pub fn pages() -> Vec<AxumRouteListing> {
    generate_route_list(App)
}

/// The whole application.
pub fn router(state: AppState, https: bool, mailbox: Option<Mailbox>) -> Router {
    let pages = pages();
    let leptos = state.leptos.clone();
    let mut files = Router::new().route_service(&site_pkg_dir_service_route_path(&leptos), site_pkg_dir_service(&leptos));
    for file in PUBLIC_FILES {
        files = files.route_service(file, site_pkg_dir_service(&leptos));
    }
    // Every other path is a page, if only to say that there is none.
    let mut router = files
        .route("/api/{*function}", post(server_functions))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz).with_state(state.pool.clone()))
        .route("/administration/events", get(live::events))
        .route("/administration/users/export", get(export).post(export))
        .route("/administration/batches/{id}/report", get(report))
        .leptos_routes_with_context(&state, pages.clone(), contexts(state.clone()), move || shell(leptos.clone()));
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
    router = router.merge(crate::employees::message::routes());
    if let Some(mailbox) = mailbox {
        router = router.merge(mailbox::routes(mailbox));
    }
    router
        .merge(links::routes())
        .layer(middleware::from_fn_with_state(state.clone(), viewer::look))
        .layer(middleware::from_fn(move |request, next| headers::guard(https, request, next)))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::custom(|_| axum::response::IntoResponse::into_response(StatusCode::INTERNAL_SERVER_ERROR)))
        .with_state(state)
}

async fn server_functions(State(state): State<AppState>, request: Request) -> impl axum::response::IntoResponse {
    leptos_axum::handle_server_fns_with_context(contexts(state), request).await
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
