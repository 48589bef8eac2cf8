//! The permission walk: every registered page, server function and form, as everybody. One without an entry here fails.

use crate::scene::Scene;
use axum::body::Body;
use domain::role::Role;
use http::{Method, Request, StatusCode, header};
use server::http::{
    forms::Forms,
    router::{pages, routes},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::collections::BTreeSet;
use tower::ServiceExt;

/// Who may come this far. Everybody else is turned away: to the sign-in page, with 401 or with 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Everybody,
    SignedIn,
    Auditors,
    Administrators,
    Owners,
}

impl Door {
    fn opens_for(self, role: Option<Role>) -> bool {
        match self {
            Self::Everybody => true,
            Self::SignedIn => role.is_some(),
            Self::Auditors => role >= Some(Role::Auditor),
            Self::Administrators => role >= Some(Role::Administrator),
            Self::Owners => role == Some(Role::Owner),
        }
    }
}

/// Pages, with who may see them. `:id` and `:batch` stand for an employee and a batch of the first organisation.
const PAGES: &[(&str, &str, Door)] = &[
    ("/", "/", Door::SignedIn),
    ("/account", "/account", Door::SignedIn),
    ("/{*any}", "/nowhere", Door::Everybody),
    ("/sign-in", "/sign-in", Door::Everybody),
    ("/forgot-password", "/forgot-password", Door::Everybody),
    ("/activate", "/activate", Door::Everybody),
    ("/activate/form/{link}", "/activate/form/abc", Door::Everybody),
    ("/reset-password", "/reset-password", Door::Everybody),
    ("/reset-password/form/{link}", "/reset-password/form/abc", Door::Everybody),
    ("/administration/users/import", "/administration/users/import", Door::Administrators),
    ("/administration/users/import/{check}", "/administration/users/import/00000000-0000-4000-8000-000000000000", Door::Administrators),
    ("/administration/users/{id}", "/administration/users/:id", Door::Auditors),
    ("/administration/users", "/administration/users", Door::Auditors),
    ("/administration/users/new", "/administration/users/new", Door::Administrators),
    ("/administration/users/{id}/edit", "/administration/users/:id/edit", Door::Administrators),
    ("/administration/users/{id}/suspend", "/administration/users/:id/suspend", Door::Administrators),
    ("/administration/users/{id}/restore", "/administration/users/:id/restore", Door::Administrators),
    ("/administration/users/{id}/remove", "/administration/users/:id/remove", Door::Administrators),
    ("/administration/settings", "/administration/settings", Door::Auditors),
    ("/administration/batches", "/administration/batches", Door::Auditors),
    ("/administration/batches/new", "/administration/batches/new?action=send_credentials&employee=:id", Door::Administrators),
    ("/administration/batches/{id}", "/administration/batches/:batch", Door::Auditors),
];

/// A method, how it is asked, and who may.
type Entry = (Method, &'static str, Door);

/// Routes beside the pages: each method that they take, with who may use it and how it is asked. Any other one is not allowed.
const ROUTES: &[(&str, &[Entry])] = &[
    ("/healthz", &[(Method::GET, "/healthz", Door::Everybody)]),
    ("/readyz", &[(Method::GET, "/readyz", Door::Everybody)]),
    ("/api/{*function}", &[(Method::POST, "/api/nowhere", Door::Everybody)]),
    ("/activate/{token}", &[(Method::GET, "/activate/abc", Door::Everybody)]),
    ("/reset-password/{token}", &[(Method::GET, "/reset-password/abc", Door::Everybody)]),
    ("/administration", &[(Method::GET, "/administration", Door::SignedIn)]),
    ("/administration/events", &[(Method::GET, "/administration/events", Door::Auditors)]),
    ("/administration/messages/{id}", &[(Method::GET, "/administration/messages/:send", Door::Auditors)]),
    (
        "/administration/users/export",
        &[(Method::GET, "/administration/users/export", Door::Auditors), (Method::POST, "/administration/users/export", Door::Auditors)],
    ),
    ("/administration/batches/{id}/report", &[(Method::GET, "/administration/batches/:batch/report", Door::Auditors)]),
    // These exist only where mail stays on this machine.
    ("/dev/mailbox", &[(Method::GET, "/dev/mailbox", Door::Everybody)]),
    ("/dev/mailbox/{name}", &[(Method::GET, "/dev/mailbox/1-1", Door::Everybody)]),
    ("/dev/mailbox/{name}/html", &[(Method::GET, "/dev/mailbox/1-1/html", Door::Everybody)]),
];

/// Server functions by the end of their path, with who may call them and a request about the first organisation. A body that
/// begins with a brace is JSON, another one a form. In this order, since some end what the others need.
const FUNCTIONS: &[(&str, Door, &str)] = &[
    ("sign-in", Door::Everybody, "identifier=nobody&password=wrong"),
    ("forgot-password", Door::Everybody, "identifier=nobody"),
    ("activate", Door::Everybody, "token=x&new_password=violet kettle stranger&repeated_password=violet kettle stranger"),
    ("reset-password", Door::Everybody, "token=x&new_password=violet kettle stranger&repeated_password=violet kettle stranger"),
    ("opened-link", Door::Everybody, r#"{"purpose":"Activation","short_name":"x"}"#),
    ("fresh-activation-link", Door::Everybody, "token=x"),
    ("fresh-reset-link", Door::Everybody, "token=x"),
    ("home", Door::SignedIn, "{}"),
    ("account", Door::SignedIn, "{}"),
    ("set-language", Door::SignedIn, "language=en"),
    ("change-password", Door::SignedIn, "current_password=wrong&new_password=short&repeated_password=short"),
    ("employees", Door::Auditors, r#"{"listing":{"criteria":{"status":"all","search":""},"sort":"name","place":"First"}}"#),
    ("employee-counts", Door::Auditors, r#"{"search":""}"#),
    ("profile", Door::Auditors, r#"{"id"::id}"#),
    ("history", Door::Auditors, r#"{"id"::id,"before":null}"#),
    ("new-employee-form", Door::Administrators, ""),
    ("edit-employee-form", Door::Administrators, "id=:id"),
    ("add-employee", Door::Administrators, "first_name=New&last_name=Person&employee_number=N1"),
    ("edit-employee", Door::Administrators, "id=:id&first_name=Test&last_name=Wanted&email=wanted@example.org"),
    ("account-to-change", Door::Administrators, "id=:id"),
    ("import-check", Door::Administrators, r#"{"id":"00000000-0000-4000-8000-000000000000","list":null,"from":0}"#),
    ("import", Door::Administrators, "check=00000000-0000-4000-8000-000000000000&shown=x"),
    (
        "batch-propose",
        Door::Administrators,
        r#"{"proposal":{"action":"send_credentials","audience":{"Chosen":[:id]},"resend_too":false,"reset_too":false}}"#,
    ),
    (
        "batch-skipped",
        Door::Administrators,
        r#"{"proposal":{"action":"send_credentials","audience":{"Chosen":[:id]},"resend_too":false,"reset_too":false},
            "reason":"already_active","after":null}"#,
    ),
    (
        "batch-accept",
        Door::Administrators,
        r#"{"proposal":{"action":"cancel_invitation","audience":{"Chosen":[:id]},"resend_too":false,"reset_too":false},
            "shown":0,"key":"00000000-0000-4000-8000-000000000000"}"#,
    ),
    ("batch-accept-form", Door::Administrators, "action=cancel_invitation&employees=:id&key=00000000-0000-4000-8000-000000000001"),
    ("held-batch", Door::Auditors, "{}"),
    ("batch-steer", Door::Administrators, r#"{"batch"::batch,"steer":"pause"}"#),
    ("batch-steer-form", Door::Administrators, "batch=:batch&steer=pause"),
    ("delivery", Door::Owners, "{}"),
    ("batches", Door::Auditors, ""),
    ("batch", Door::Auditors, "batch=:batch"),
    ("settings", Door::Auditors, ""),
    ("change-settings", Door::Administrators, "name=First"),
    ("suspend-employee", Door::Administrators, "id=:id"),
    ("restore-employee", Door::Administrators, "id=:id"),
    ("remove-employee", Door::Administrators, "id=:id"),
    ("leave-for-link", Door::Everybody, "token=x"),
    ("sign-out", Door::Everybody, ""),
];

/// A selection leaves out whoever does not exist, instead of failing for it.
const SELECTIONS: &[&str] = &["/api/batch-propose", "/api/batch-skipped", "/api/batch-accept", "/api/batch-accept-form"];

/// Checks one request as everybody, and with the owner of the other organisation.
async fn walk(scene: &Scene, name: &str, door: Door, method: Method, path: &str, body: &str) {
    for (role, session) in &scene.sessions {
        let answer = scene.ask(session, method.clone(), path, body).await;
        assert_eq!(answer.turned_away(), !door.opens_for(*role), "{name} as {role:?}: {} {}", answer.status, answer.body);
        assert!(answer.status != StatusCode::INTERNAL_SERVER_ERROR, "{name} as {role:?}: {}", answer.body);
    }
    let answer = scene.ask(&scene.stranger, method, path, body).await;
    assert!(!answer.body.contains("Wanted"), "{name} shows another organisation's employee");
    let asked = format!("{path}{body}");
    if [":id", ":batch", ":send"].iter().any(|id| asked.contains(id)) && !SELECTIONS.contains(&path) && !path.contains('?') {
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name} with another organisation's id: {}", answer.body);
    }
}

#[sqlx::test(migrations = false)]
async fn every_page_opens_for_those_it_is_for(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let registered: BTreeSet<String> = pages().iter().map(|page| page.path().to_owned()).collect();
    let known: BTreeSet<String> = PAGES.iter().map(|(page, ..)| (*page).to_owned()).collect();
    assert_eq!(registered, known, "pages and entries differ");
    for (name, path, door) in PAGES {
        walk(&scene, name, *door, Method::GET, path, "").await;
    }
}

#[sqlx::test(migrations = false)]
async fn every_other_route_opens_for_those_it_is_for(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let registered: BTreeSet<&str> = routes(&scene.database.pool, Some(&scene.mailbox)).into_iter().map(|(route, _)| route).collect();
    let known: BTreeSet<&str> = ROUTES.iter().map(|(route, _)| *route).collect();
    assert_eq!(registered, known, "routes and entries differ");
    for (route, entries) in ROUTES {
        for (method, path, door) in *entries {
            walk(&scene, route, *door, method.clone(), path, "").await;
        }
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            if entries.iter().all(|(taken, ..)| *taken != method) {
                let answer = scene.ask(&scene.sessions[&Some(Role::Owner)], method.clone(), entries[0].1, "").await;
                assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {route}");
            }
        }
    }
}

#[sqlx::test(migrations = false)]
async fn a_file_is_taken_from_those_who_may_import(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let file = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nnumber\r\n17\r\n--x--\r\n";
    for (role, session) in &scene.sessions {
        let answer = scene.send(session, Method::POST, app::import::PATH, "multipart/form-data; boundary=x", file).await;
        let door = Door::Administrators;
        assert_eq!(answer.turned_away(), !door.opens_for(*role), "as {role:?}: {} {}", answer.status, answer.body);
        assert_eq!(
            answer.status == StatusCode::SEE_OTHER && !answer.turned_away(),
            door.opens_for(*role),
            "as {role:?}: {}",
            answer.status
        );
    }
}

#[sqlx::test(migrations = false)]
async fn every_server_function_answers_those_it_is_for(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let registered: BTreeSet<String> = server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let known: BTreeSet<String> = FUNCTIONS.iter().map(|(name, ..)| format!("/api/{name}")).collect();
    assert_eq!(registered, known, "server functions and entries differ");
    let forms: BTreeSet<String> = Forms::all().paths().map(str::to_owned).collect();
    assert!(forms.is_subset(&known), "{forms:?}");
    for (name, door, body) in FUNCTIONS {
        walk(&scene, name, *door, Method::POST, &format!("/api/{name}"), body).await;
        if forms.contains(&format!("/api/{name}")) {
            let plain = format!("form=/api/{name}&{body}");
            for (role, session) in &scene.sessions {
                let answer = scene.ask(session, Method::POST, "/sign-in", &plain).await;
                let away = answer.turned_away() && !["sign-in", "sign-out", "leave-for-link"].contains(name);
                assert!(away || door.opens_for(*role), "{name} by a plain form as {role:?}: {} {}", answer.status, answer.body);
            }
        }
    }
}

#[sqlx::test(migrations = false)]
async fn a_form_of_another_site_changes_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    for (path, body) in [("/api/sign-out", ""), ("/account", "form=/api/sign-out")] {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::COOKIE, scene.cookie.set(&scene.sessions[&Some(Role::Owner)]))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "cross-site")
            .body(Body::from(body))
            .unwrap();
        assert_eq!(scene.app.clone().oneshot(request).await.unwrap().status(), StatusCode::FORBIDDEN, "{path}");
    }
}
