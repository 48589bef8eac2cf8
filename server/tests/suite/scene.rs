//! The application whole, with two organisations and somebody of every role, for asking it over HTTP.

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
        live::Live,
        router::router,
    },
    mail::mailbox::Mailbox,
    precedence::Requests,
    secret::SecretKey,
    session::{cookie::SessionCookie, password::Passwords, store::insert_session},
};
use sqlx::{PgPool, postgres::PgConnectOptions};
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// The application with two organisations, a session for everybody, and something of the first to ask for.
pub struct Scene {
    pub app: Router,
    pub cookie: SessionCookie,
    pub sessions: BTreeMap<Option<Role>, String>,
    pub stranger: String,
    pub organisation: OrganisationId,
    pub employee: EmployeeId,
    pub batch: i64,
    pub send: i64,
    pub mailbox: Mailbox,
    pub database: Database,
    pub requests: Requests,
    pub key: SecretKey,
    _folder: tempfile::TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Whether somebody was told to sign in, or that they may not.
    pub fn turned_away(&self) -> bool {
        let to_sign_in = self.headers.get(header::LOCATION).is_some_and(|to| to.to_str().unwrap().starts_with("/sign-in"));
        matches!(self.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) || self.status.is_redirection() && to_sign_in
    }
}

impl Scene {
    /// On a database of its own.
    pub async fn new(options: PgConnectOptions) -> Self {
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
        let requests = Requests::default();
        let folder = tempfile::tempdir().unwrap();
        let mailbox = Mailbox::open(folder.path()).unwrap();
        let app = router(state(&database.pool, &key, &cookie, &requests), false, Some(&mailbox));
        Self {
            app,
            cookie,
            sessions,
            stranger,
            organisation: first,
            employee,
            batch,
            send,
            mailbox,
            database,
            requests,
            key,
            _folder: folder,
        }
    }

    /// A further server on the same database, with connections of its own.
    pub async fn another_server(&self, options: PgConnectOptions) -> Router {
        let pool = db::bound_pool(options, 16).await.unwrap();
        router(state(&pool, &self.key, &self.cookie, &Requests::default()), false, Some(&self.mailbox))
    }

    /// A text with the ids of the first organisation in it.
    pub fn fill(&self, text: &str) -> String {
        text.replace(":id", &self.employee.to_string()).replace(":batch", &self.batch.to_string()).replace(":send", &self.send.to_string())
    }

    /// Asks as a session would.
    pub async fn ask(&self, session: &str, method: Method, path: &str, body: &str) -> Answer {
        let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        self.send(session, method, path, kind, body).await
    }

    /// The same, with a body of any type.
    pub async fn send(&self, session: &str, method: Method, path: &str, kind: &str, body: &str) -> Answer {
        self.send_to(&self.app, session, method, path, kind, body).await
    }

    /// The same, to another server.
    pub async fn send_to(&self, server: &Router, session: &str, method: Method, path: &str, kind: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(self.fill(path))
            .header(header::COOKIE, self.cookie.set(session))
            .header(header::CONTENT_TYPE, kind)
            .header(header::ACCEPT, if path.starts_with("/api/") { "application/json" } else { "text/html" })
            .body(Body::from(self.fill(body)))
            .unwrap();
        let response = server.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream of events has no end.
        let endless = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if endless { axum::body::Bytes::default() } else { to_bytes(body, usize::MAX).await.unwrap() };
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

/// What one server has.
fn state(pool: &PgPool, key: &SecretKey, cookie: &SessionCookie, requests: &Requests) -> AppState {
    AppState {
        leptos: LeptosOptions::builder().output_name("latchkey").build(),
        pool: pool.clone(),
        requests: requests.clone(),
        cookie: cookie.clone(),
        notices: Notices::default(),
        trusted_proxies: [].into(),
        live: Live::start(pool.clone(), CancellationToken::new()),
        services: Services::new(pool, key, false, cookie.clone(), Passwords::new(1).unwrap()),
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
