//! What the examination finds, and that it leaves everything as it was.

use crate::common::Database;
use domain::language::Language;
use server::{
    config::Config,
    doctor::{self, Verdict},
    secret::SecretKey,
    startup::Opened,
};
use sink::relay::{Act, Moment, Relay};
use sqlx::{
    ConnectOptions, Connection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::sync::{Arc, Mutex};

fn config(options: &PgConnectOptions, relay: &Relay, key: &str) -> Config {
    let database = options.to_url_lossy().to_string();
    let given = [("DATABASE_URL", database.as_str()), ("SMTP_URL", &relay.url()), ("LATCHKEY_SECRET_KEY", key)];
    Config::read(given.map(|(name, value)| (name.into(), value.into()))).unwrap()
}

/// What does not work, in words.
async fn complaints(config: &Config) -> Vec<String> {
    let findings = doctor::examine(config, Language::English).await;
    // The tests' PostgreSQL does not write to disk as it should.
    let bad = findings.into_iter().filter(|finding| finding.verdict == Verdict::Bad && !finding.words.contains("fsync"));
    bad.map(|finding| finding.words).collect()
}

#[sqlx::test(migrations = false)]
async fn a_sound_installation_has_no_complaint_and_gets_no_message(_: PgPoolOptions, options: PgConnectOptions) {
    let moments = Arc::new(Mutex::new(Vec::new()));
    let seen = moments.clone();
    let relay = Relay::start(move |moment| {
        seen.lock().unwrap().push(format!("{moment:?}"));
        Act::Accept
    })
    .await;
    let config = config(&options, &relay, &SecretKey::generate());
    Opened::open(&config).await.unwrap().close().await;
    let database = Database::new(options).await;
    database.organisation("First").await;
    database.execute("update settings set sender_address = 'people@example.org'").await;
    assert_eq!(complaints(&config).await, Vec::<String>::new());
    // As a backup that is read into the same database leaves it, while processes run.
    database.execute("update installation set table_oid = 1").await;
    let held = complaints(&config).await;
    assert!(held.len() == 1 && held[0].contains("latchkey outbox release"), "{held:#?}");
    database.execute("update installation set table_oid = tableoid").await;
    let said: Vec<String> = doctor::examine(&config, Language::French).await.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|line| line == "✓ Le relais accepte people@example.org comme expéditeur."), "{said:#?}");
    assert!(moments.lock().unwrap().iter().all(|moment| !moment.starts_with("Recipient") && !moment.starts_with("Message")));
    assert_eq!(relay.accepted(), 0);
}

#[sqlx::test(migrations = false)]
async fn each_complaint_names_what_is_wrong(_: PgPoolOptions, options: PgConnectOptions) {
    let relay = Relay::start(|moment| match moment {
        Moment::Sender(_) => Act::Say("550 5.7.1 not yours"),
        _ => Act::Accept,
    })
    .await;
    let config_with = |key: &str| config(&options, &relay, key);
    Opened::open(&config_with(&SecretKey::generate())).await.unwrap().close().await;
    let database = Database::new(options.clone()).await;
    database.execute("update installation set outbox_held_at = now()").await;
    database.execute("select report_worker(gen_random_uuid(), 'here', 1, '1', 1, false, 'silent', 'it says nothing')").await;
    let complaints_now = complaints(&config_with(&SecretKey::generate())).await;
    for part in ["another secret key", "latchkey outbox release", "it says nothing", "latchkey@localhost: 550 5.7.1 not yours"] {
        assert!(complaints_now.iter().any(|complaint| complaint.contains(part)), "{part}: {complaints_now:#?}");
    }
    let config = config_with(&SecretKey::generate());
    let said = doctor::examine(&config, Language::English).await;
    assert!(!said.iter().any(|finding| finding.words.starts_with("Delivery runs")), "nothing leaves: {said:#?}");
    relay.change(|moment| if matches!(moment, Moment::Sender(_)) { Act::SayAndClose("421 4.7.0 too much") } else { Act::Accept });
    let said = doctor::examine(&config, Language::English).await;
    assert!(said.iter().any(|finding| finding.verdict == Verdict::Note && finding.words.contains("421 4.7.0 too much")), "{said:#?}");
    relay.change(|_| Act::SayAndClose("554 5.7.1 not from there"));
    assert!(
        complaints(&config)
            .await
            .iter()
            .any(|complaint| complaint.starts_with("No dialogue with 127.0.0.1 on port") && complaint.contains("not from there"))
    );
    relay.go_down().await;
    assert!(complaints(&config).await.iter().any(|complaint| complaint.contains("cannot be reached") && complaint.contains("127.0.0.1")));
    let french = doctor::examine(&config, Language::French).await;
    let told = "la connexion est refusée : rien n’écoute à cette adresse. Vérifiez SMTP_URL";
    assert!(french.iter().any(|finding| finding.words.replace('\u{a0}', " ").contains(told)), "{french:#?}");
}

#[sqlx::test(migrations = false)]
async fn a_sender_that_is_refused_after_the_recipient_and_one_worker_of_two_are_told_as_they_are(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let relay = Relay::accepting().await;
    let config = config(&options, &relay, &SecretKey::generate());
    Opened::open(&config).await.unwrap().close().await;
    let database = Database::new(options).await;
    database.organisation("First").await;
    let workers = "update settings set sender_address = 'people@example.org';
                   select report_worker(gen_random_uuid(), 'here', 1, '1', 1, false, 'connection', 'not from here');
                   select report_worker(gen_random_uuid(), 'there', 1, '1', 1, false, null, null)";
    database.execute(workers).await;
    let findings = doctor::examine(&config, Language::English).await;
    let some = findings.iter().find(|finding| finding.words.contains("not from here")).unwrap();
    assert_eq!(some.verdict, Verdict::Note, "{}", some.words);
    assert!(findings.iter().any(|finding| finding.words == "The relay takes messages from people@example.org."));
    let refusal =
        "insert into refused_senders (organisation_id, words, next_try) select id, '550 5.7.1 not yours', now() from organisations";
    database.execute(refusal).await;
    let refused = complaints(&config).await;
    assert!(refused.len() == 1 && refused[0].ends_with("whose messages wait: 550 5.7.1 not yours"), "{refused:#?}");
    let findings = doctor::examine(&config, Language::English).await;
    assert!(!findings.iter().any(|finding| finding.words.contains("takes messages from people@example.org")));
    database.execute("update settings set sender_address = null").await;
    database.execute(refusal).await;
    let findings = doctor::examine(&config, Language::English).await;
    assert!(!findings.iter().any(|finding| finding.words.contains("takes messages from")), "nor from the usual one, where that is refused");
}

#[sqlx::test(migrations = false)]
async fn an_empty_database_stays_empty(_: PgPoolOptions, options: PgConnectOptions) {
    let relay = Relay::accepting().await;
    assert_eq!(complaints(&config(&options, &relay, &SecretKey::generate())).await, Vec::<String>::new());
    let mut connection = options.connect().await.unwrap();
    let tables = "select count(*) from pg_class where relnamespace = 'public'::regnamespace";
    assert_eq!(sqlx::query_scalar::<_, i64>(tables).fetch_one(&mut connection).await.unwrap(), 0);
    connection.close().await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn a_database_that_does_not_exist_is_not_said_to_be_silent(_: PgPoolOptions, options: PgConnectOptions) {
    let relay = Relay::start(|_| Act::Accept).await;
    let config = config(&options.database("latchkey_nowhere"), &relay, &SecretKey::generate());
    let missing = "PostgreSQL refuses the connection: database \"latchkey_nowhere\" does not exist";
    assert_eq!(complaints(&config).await, [missing]);
    let Err(error) = Opened::open(&config).await else { panic!("it opened") };
    assert_eq!(error.to_string(), missing);
    let french = "✗ PostgreSQL refuse la connexion\u{a0}: la base de données indiquée n’existe pas";
    assert!(doctor::examine(&config, Language::French).await.iter().any(|finding| finding.to_string() == french));
}

#[sqlx::test(migrations = false)]
async fn a_backup_restored_without_the_role_s_rights_does_not_start(_: PgPoolOptions, options: PgConnectOptions) {
    let relay = Relay::accepting().await;
    let config = config(&options, &relay, &SecretKey::generate());
    Opened::open(&config).await.unwrap().close().await;
    let database = Database::new(options).await;
    // As `pg_restore` leaves it that could not grant anything.
    database.execute("revoke all on all tables in schema public from latchkey_app").await;
    let Err(error) = Opened::open(&config).await else { panic!("nobody could sign in") };
    assert!(error.to_string().contains("has no rights in this database"), "{error}");
    assert_eq!(complaints(&config).await, [error.to_string()]);
}

#[sqlx::test(migrations = false)]
async fn what_only_reads_or_is_somebody_else_s_is_told_before_the_first_start(_: PgPoolOptions, options: PgConnectOptions) {
    let relay = Relay::accepting().await;
    let config = config(&options, &relay, &SecretKey::generate());
    let mut connection = options.connect().await.unwrap();
    for statement in [
        "revoke create on schema public from pg_database_owner",
        "do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$",
    ] {
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    let told = complaints(&config).await;
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].contains("only reads here") && told[1].contains("let this user own it"), "{told:#?}");
}
