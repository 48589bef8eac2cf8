//! The permission walk: every registered page, server function and form, as everybody. One without an entry here fails.

use crate::common::Database;
use app::session::Notices;
use axum::{
    Router,
    body::{Body, to_bytes},
};
use domain::{
    ids::{EmployeeId, OrganisationId},
    role::Role,
};
use http::{HeaderMap, Method, Request, StatusCode, header};
use leptos::prelude::LeptosOptions;
use server::{
    db,
    http::{
        context::{AppState, Services},
        forms::Forms,
        live::Live,
        router::{pages, router},
    },
    secret::SecretKey,
    session::{cookie::SessionCookie, password::Passwords, store::insert_session},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::collections::{BTreeMap, BTreeSet};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Who may come this far. Everybody else is turned away: to the sign-in page, with 401 or with 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Everybody,
    SignedIn,
    Auditors,
    Administrators,
}

impl Door {
    fn opens_for(self, role: Option<Role>) -> bool {
        match self {
            Self::Everybody => true,
            Self::SignedIn => role.is_some(),
            Self::Auditors => role >= Some(Role::Auditor),
            Self::Administrators => role >= Some(Role::Administrator),
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

/// Routes beside the pages, all of them under the administration.
const ROUTES: &[(&str, Door)] = &[
    ("/administration/events", Door::Auditors),
    ("/administration/messages/:send", Door::Auditors),
    ("/administration/users/export", Door::Auditors),
    ("/administration/batches/:batch/report", Door::Auditors),
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
    ("add-employee", Door::Administrators, "first_name=New&last_name=Person"),
    ("edit-employee", Door::Administrators, "id=:id&first_name=Test&last_name=Wanted"),
    ("account-to-change", Door::Administrators, "id=:id"),
    ("import-check", Door::Administrators, r#"{"id":"00000000-0000-4000-8000-000000000000","list":null,"from":0}"#),
    ("import", Door::Administrators, "check=00000000-0000-4000-8000-000000000000&shown=x"),
    (
        "batch-propose",
        Door::Administrators,
        r#"{"proposal":{"action":"send_credentials","audience":{"Chosen":[:id]},"resend_too":false,"reset_too":false}}"#,
    ),
    (
        "batch-accept",
        Door::Administrators,
        r#"{"proposal":{"action":"cancel_invitation","audience":{"Chosen":[:id]},"resend_too":false,"reset_too":false},
            "shown":0,"key":"00000000-0000-4000-8000-000000000000"}"#,
    ),
    ("batch-accept-form", Door::Administrators, "action=cancel_invitation&employees=:id&key=00000000-0000-4000-8000-000000000001"),
    ("batch-steer", Door::Administrators, r#"{"batch"::batch,"steer":"pause"}"#),
    ("batch-steer-form", Door::Administrators, "batch=:batch&steer=pause"),
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
const SELECTIONS: &[&str] = &["/api/batch-propose", "/api/batch-accept", "/api/batch-accept-form"];

/// The application with two organisations, a session for everybody, and something of the first to ask for.
struct Scene {
    app: Router,
    cookie: SessionCookie,
    sessions: BTreeMap<Option<Role>, String>,
    stranger: String,
    employee: EmployeeId,
    batch: i64,
    send: i64,
}

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn turned_away(&self) -> bool {
        let to_sign_in = self.headers.get(header::LOCATION).is_some_and(|to| to.to_str().unwrap().starts_with("/sign-in"));
        matches!(self.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) || self.status.is_redirection() && to_sign_in
    }
}

impl Scene {
    async fn new(options: PgConnectOptions) -> Self {
        let database = Database::new(options).await;
        let (first, second) = (database.organisation("First").await, database.organisation("Second").await);
        let cookie = SessionCookie::new(false, 3000);
        let mut sessions = BTreeMap::from([(None, String::new())]);
        for role in Role::ALL {
            sessions.insert(Some(*role), session(&database, &cookie, first, &format!("Own{role}"), *role).await);
        }
        let stranger = session(&database, &cookie, second, "Stranger", Role::Owner).await;
        let employee = database.employee(first, "Wanted").await;
        let batch = sqlx::query_scalar(
            "insert into batches (organisation_id, action, created_by, idempotency_key, people, receiving)
             values ($1, 'send_credentials', $2, gen_random_uuid(), 2, 2) returning id",
        )
        .bind(first.0)
        .bind(employee.0)
        .fetch_one(&database.owner)
        .await
        .unwrap();
        let send = sqlx::query_scalar(
            "insert into sends (organisation_id, employee_id, kind, address, language, priority)
             values ($1, $2, 'reset', 'wanted@example.org', 'en', 5) returning id",
        )
        .bind(first.0)
        .bind(employee.0)
        .fetch_one(&database.owner)
        .await
        .unwrap();
        let key = SecretKey::parse(&SecretKey::generate()).unwrap();
        let services = Services::new(&database.pool, &key, false, cookie.clone(), Passwords::new(1).unwrap());
        let state = AppState {
            leptos: LeptosOptions::builder().output_name("latchkey").build(),
            pool: database.pool.clone(),
            cookie: cookie.clone(),
            notices: Notices::default(),
            trusted_proxies: [].into(),
            live: Live::start(database.pool.clone(), CancellationToken::new()),
            services,
        };
        Self { app: router(state, false, None), cookie, sessions, stranger, employee, batch, send }
    }

    fn fill(&self, text: &str) -> String {
        text.replace(":id", &self.employee.to_string()).replace(":batch", &self.batch.to_string()).replace(":send", &self.send.to_string())
    }

    async fn ask(&self, session: &str, method: Method, path: &str, body: &str) -> Answer {
        let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let request = Request::builder()
            .method(method)
            .uri(self.fill(path))
            .header(header::COOKIE, self.cookie.set(session))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(self.fill(body)))
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream of events has no end.
        let endless = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if endless { axum::body::Bytes::default() } else { to_bytes(body, usize::MAX).await.unwrap() };
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Checks one request as everybody, and with the owner of the other organisation.
    async fn walk(&self, name: &str, door: Door, method: Method, path: &str, body: &str) {
        for (role, session) in &self.sessions {
            let answer = self.ask(session, method.clone(), path, body).await;
            assert_eq!(answer.turned_away(), !door.opens_for(*role), "{name} as {role:?}: {} {}", answer.status, answer.body);
            assert!(answer.status != StatusCode::INTERNAL_SERVER_ERROR, "{name} as {role:?}: {}", answer.body);
        }
        let answer = self.ask(&self.stranger, method, path, body).await;
        assert!(!answer.body.contains("Wanted"), "{name} shows another organisation's employee");
        let asked = format!("{path}{body}");
        if [":id", ":batch", ":send"].iter().any(|id| asked.contains(id)) && !SELECTIONS.contains(&path) && !path.contains('?') {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name} with another organisation's id: {}", answer.body);
        }
    }
}

async fn session(database: &Database, cookie: &SessionCookie, organisation: OrganisationId, name: &str, role: Role) -> String {
    let employee = database.employee(organisation, name).await;
    sqlx::query("update employees set role = $2, activated_at = now() where id = $1")
        .bind(employee.0)
        .bind(role.as_str())
        .execute(&database.owner)
        .await
        .unwrap();
    let _ = cookie;
    let new = SessionCookie::generate();
    let mut transaction = db::begin(&database.pool, organisation).await.unwrap();
    assert!(insert_session(&mut transaction, organisation, employee, &new.hash).await.unwrap());
    transaction.commit().await.unwrap();
    new.value
}

#[sqlx::test(migrations = false)]
async fn every_page_opens_for_those_it_is_for(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let registered: BTreeSet<String> = pages().iter().map(|page| page.path().to_owned()).collect();
    let known: BTreeSet<String> = PAGES.iter().map(|(page, ..)| (*page).to_owned()).collect();
    assert_eq!(registered, known, "pages and entries differ");
    for (name, path, door) in PAGES {
        scene.walk(name, *door, Method::GET, path, "").await;
    }
    for (path, door) in ROUTES {
        scene.walk(path, *door, Method::GET, path, "").await;
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
        scene.walk(name, *door, Method::POST, &format!("/api/{name}"), body).await;
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
