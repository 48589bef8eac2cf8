//! What a refusal looks like from outside: a page in words, or the one error that crosses the wire.

use crate::scene::{Answer, Scene};
use domain::role::Role;
use http::{Method, StatusCode, header};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

impl Scene {
    fn owner(&self) -> &str {
        &self.sessions[&Some(Role::Owner)]
    }
}

fn assert_page(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    assert!(answer.body.contains(words), "{}", answer.body);
    assert!(answer.headers.contains_key(header::CONTENT_SECURITY_POLICY) && answer.headers.contains_key("x-request-id"));
}

#[sqlx::test(migrations = false)]
async fn without_the_database_every_page_says_so(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    scene.database.pool.close().await;
    let down = StatusCode::SERVICE_UNAVAILABLE;
    let page = scene.ask(scene.owner(), Method::GET, "/administration/users?search=x", "").await;
    assert_page(&page, down, "does not answer right now");
    assert!(page.body.contains(r#"href="/administration/users?search=x""#), "{}", page.body);
    assert_eq!(page.headers[header::RETRY_AFTER], "5");
    let form = scene.ask(scene.owner(), Method::POST, "/administration/users/new", "form=/api/add-employee&first_name=A").await;
    assert_page(&form, down, "what you typed is still there");
    let french = scene.ask(scene.owner(), Method::GET, "/administration/users?language=fr", "").await;
    assert_page(&french, down, "ne répond pas");
    // Somebody without a session gets the form again, with what was typed.
    let form = scene.ask("", Method::POST, "/sign-in", "form=/api/sign-in&identifier=jane%40example.org&password=x").await;
    assert_page(&form, down, "does not answer right now");
    assert!(form.body.contains("jane@example.org"), "{}", form.body);
    let call = scene.ask(scene.owner(), Method::POST, "/api/home", "{}").await;
    assert_eq!((call.status, call.body.as_str()), (down, r#""Unavailable""#));
}

#[sqlx::test(migrations = false)]
async fn whoever_is_signed_in_is_led_past_the_sign_in_page(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    for (path, expected) in [
        ("/sign-in", "/"),
        ("/sign-in?next=/administration/users%3Fsearch%3Dx", "/administration/users?search=x"),
        ("/sign-in?next=//evil.example", "/"),
    ] {
        assert_eq!(scene.ask(scene.owner(), Method::GET, path, "").await.headers[header::LOCATION], expected, "{path}");
        assert_eq!(scene.ask("", Method::GET, path, "").await.status, StatusCode::OK);
    }
    assert_eq!(scene.ask(scene.owner(), Method::GET, "/sign-in?done=password-set", "").await.status, StatusCode::OK);
}

#[sqlx::test(migrations = false)]
async fn what_a_page_asks_by_itself_does_not_keep_its_session(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    scene.database.execute("update sessions set seen_at = now() - interval '1 hour'").await;
    let seen = async || {
        let seen = "select count(*) from sessions where seen_at > now() - interval '1 minute'";
        sqlx::query_scalar::<_, i64>(seen).fetch_one(&scene.database.owner).await.unwrap()
    };
    for path in ["/api/batches", "/api/delivery"] {
        assert_eq!(scene.ask(scene.owner(), Method::POST, path, "{}").await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(seen().await, 0);
    assert_eq!(scene.ask(scene.owner(), Method::GET, "/administration/batches", "").await.status, StatusCode::OK);
    assert_eq!(seen().await, 1);
}

#[sqlx::test(migrations = false)]
async fn what_cannot_be_read_is_refused_in_words(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let long = format!("form=/api/sign-in&identifier={}", "x".repeat(300_000));
    assert_page(&scene.ask("", Method::POST, "/sign-in", &long).await, StatusCode::PAYLOAD_TOO_LARGE, "more than can be taken");
    assert_page(&scene.ask("", Method::POST, "/sign-in", "form=nothing").await, StatusCode::BAD_REQUEST, "could not be read");
    assert_page(&scene.ask("", Method::GET, "/dev/mailbox/9-9", "").await, StatusCode::NOT_FOUND, "Page not found");
    for damaged in ["/administration/messages/x", "/administration/messages/%ff", "/administration/batches/%ff/report"] {
        assert_page(&scene.ask(scene.owner(), Method::GET, damaged, "").await, StatusCode::NOT_FOUND, "<title>Page not found</title>");
    }
    assert!(scene.ask("", Method::GET, "/activate/%ff", "").await.status.is_redirection());
    let member = &scene.sessions[&Some(Role::Member)];
    assert_page(&scene.ask(member, Method::GET, "/administration/users/export", "").await, StatusCode::FORBIDDEN, "role does not allow");

    for (path, body, status, error) in [
        ("/api/profile", r#"{"id":"#, StatusCode::BAD_REQUEST, r#""BadRequest""#),
        ("/api/profile", r#"{"id":"seven"}"#, StatusCode::BAD_REQUEST, r#""BadRequest""#),
        ("/api/nowhere", "{}", StatusCode::NOT_FOUND, r#""NotFound""#),
        ("/api/profile", &format!(r#"{{"id":"{}"}}"#, "7".repeat(1_100_000)), StatusCode::PAYLOAD_TOO_LARGE, r#""TooLarge""#),
    ] {
        let answer = scene.ask(scene.owner(), Method::POST, path, body).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, error), "{path} {}", body.len());
    }
}
