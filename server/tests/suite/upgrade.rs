//! An upgrade while messages are on their way: what the version before has accepted leaves with the next.

use crate::crowd::{counts, to};
use crate::{common::Database, crowd::Crowd};
use domain::search;
use server::{db, mail::smtp::Timeouts, secret::SecretKey};
use sink::relay::Relay;
use sqlx::{
    ConnectOptions, Connection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;
use tokio::time::sleep;

/// The schema of the version that knew no steering.
const BEFORE_STEERING: i64 = 12;

#[sqlx::test(migrations = false)]
async fn a_batch_on_its_way_goes_on_after_the_upgrade(_: PgPoolOptions, options: PgConnectOptions) {
    let mut connection = options.connect().await.unwrap();
    db::ensure_role(&mut connection).await.unwrap();
    sqlx::migrate!().run_to(BEFORE_STEERING, &mut connection).await.unwrap();
    sqlx::raw_sql(
        "with o as (insert into organisations (name, short_name, language, time_zone) values ('Mill', 'mill', 'en', 'Europe/Paris') returning id),
              t as (insert into settings (organisation_id) select id from o),
              e as (insert into employees (organisation_id, first_name, last_name, email, email_normalised, search_text)
                    select o.id, 'Pat', 'P' || n, 'p' || n || '@example.org', 'p' || n || '@example.org', '' from o, generate_series(1, 4) n
                    returning organisation_id, id, email),
              s as (insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended)
                    select organisation_id, id, email, '', true, false from e),
              b as (insert into batches (organisation_id, action, created_by, idempotency_key, people, receiving)
                    select organisation_id, 'send_credentials', min(id), gen_random_uuid(), 3, 3 from e group by 1 returning organisation_id, id),
              i as (insert into invitations (organisation_id, employee_id, batch_id) select e.organisation_id, e.id, b.id from e, b returning *)
         insert into sends (organisation_id, employee_id, kind, invitation_id, batch_id, address, language, priority, state, attempts, finished_at)
         select i.organisation_id, i.employee_id, 'invitation', i.id, i.batch_id, e.email, 'en', 5,
                case e.email when 'p1@example.org' then 'sent' when 'p2@example.org' then 'deferred' else 'queued' end, 0,
                case e.email when 'p1@example.org' then now() end
         from i join e on e.id = i.employee_id;
         insert into batches (organisation_id, action, created_by, idempotency_key, people, receiving)
         select organisation_id, 'cancel_invitation', min(id), gen_random_uuid(), 3, 3 from employees group by 1",
    )
    .execute(&mut connection)
    .await
    .unwrap();

    let database = Database::new(options).await;
    let organisation =
        domain::ids::OrganisationId(sqlx::query_scalar("select id from organisations").fetch_one(&database.owner).await.unwrap());
    let crowd = Crowd { database, organisation, key: SecretKey::parse(&SecretKey::generate()).unwrap() };
    let ended: i64 = crowd.value("select count(*) from batches where ended_at is not null").await;
    assert_eq!(ended, 1);
    let relay = Relay::accepting().await;
    crowd.worker_to(to(&relay, Timeouts::default()), 2).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 3);
    assert_eq!(crowd.states().await, counts([("sent", 4)]));
}

/// The schema of the version whose outbox was a state of the sends.
const BEFORE_OUTBOX: i64 = 24;

/// What that version reads of a claim: organisation, send, employee, number of the lease, values.
type Row = (i64, i64, i64, i64, String);

fn column<T>(held: &[Row], pick: impl Fn(&Row) -> T) -> Vec<T> {
    held.iter().map(pick).collect()
}

#[sqlx::test(migrations = false)]
async fn a_worker_of_the_version_before_goes_on_with_what_it_holds_and_takes_more(_: PgPoolOptions, options: PgConnectOptions) {
    let mut connection = options.connect().await.unwrap();
    db::ensure_role(&mut connection).await.unwrap();
    sqlx::migrate!().run_to(BEFORE_OUTBOX, &mut connection).await.unwrap();
    sqlx::raw_sql(
        "with o as (insert into organisations (name, short_name, language, time_zone) values ('Mill', 'mill', 'en', 'Europe/Paris') returning id),
              t as (insert into settings (organisation_id) select id from o),
              e as (insert into employees (organisation_id, first_name, last_name, email, email_normalised, search_text)
                    select o.id, 'Pat', 'P' || n, 'p' || n || '@example.org', 'p' || n || '@example.org', '' from o, generate_series(1, 4) n
                    returning organisation_id, id, email),
              i as (insert into invitations (organisation_id, employee_id) select organisation_id, id from e returning *),
              s as (insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended, invitation_id)
                    select e.organisation_id, e.id, email, '', true, false, i.id from e join i on i.employee_id = e.id)
         insert into sends (organisation_id, employee_id, kind, invitation_id, address, language, priority)
         select i.organisation_id, i.employee_id, 'invitation', i.id, e.email, 'en', 5 from i join e on e.id = i.employee_id order by e.email",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    // One that has only begun to claim, and waits for the migration, takes nothing by the rules of before.
    let mut late = options.connect().await.unwrap();
    let mut migration = options.connect().await.unwrap();
    // As that version's worker asks.
    let claim =
        "select organisation_id, send_id, employee_id, lease_number, template_values from claim_sends($1, 0, '20 s', 'x@example.org', 2)";
    let before: Vec<Row> = sqlx::query_as(claim).bind(2).fetch_all(&mut connection).await.unwrap();
    let mut holding = migration.begin().await.unwrap();
    sqlx::query("lock table sends in share mode").execute(&mut *holding).await.unwrap();
    let (migrated, overtaken) = tokio::join!(
        async {
            let migrated = async { sqlx::migrate!().run(&mut connection).await };
            let release = async {
                sleep(Duration::from_millis(500)).await;
                holding.rollback().await
            };
            let (migrated, released) = tokio::join!(migrated, release);
            released.unwrap();
            migrated
        },
        async {
            sleep(Duration::from_millis(250)).await;
            sqlx::query_as::<_, Row>(claim).bind(9).fetch_all(&mut late).await
        }
    );
    migrated.unwrap();
    if let Ok(rows) = overtaken {
        assert!(rows.is_empty(), "{rows:?}");
    }
    let after: Vec<Row> = sqlx::query_as(claim).bind(9).fetch_all(&mut connection).await.unwrap();
    assert_eq!((before.len(), after.len()), (2, 2));
    let held: Vec<_> = before.into_iter().chain(after).collect();
    for (.., values) in &held {
        serde_json::from_str::<server::mail::values::Values>(values).unwrap();
    }
    let renewed: Vec<i64> = sqlx::query_scalar("select renew_sends($1, $2, $3, '20 s')")
        .bind(column(&held, |row| row.0))
        .bind(column(&held, |row| row.1))
        .bind(column(&held, |row| row.3))
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(renewed.len(), 4);
    let finished: i64 = sqlx::query_scalar("select finish_sends($1, $2, $3, $4, $5, $6, $7, $8, $9, false)")
        .bind(column(&held, |row| row.0))
        .bind(column(&held, |row| row.1))
        .bind(column(&held, |row| row.2))
        .bind(column(&held, |row| row.3))
        .bind(column(&held, |_| "sent"))
        .bind(column(&held, |_| "accepted"))
        .bind(column(&held, |_| None::<f64>))
        .bind(column(&held, |_| None::<&str>))
        .bind(column(&held, |_| Some("250 ok")))
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(finished, 4);
    let whole: i64 = sqlx::query_scalar(
        "select count(*) from sends s join invitations i on i.id = s.invitation_id and i.expires_at = s.expires_at
         join standing_dates d on d.employee_id = s.employee_id and d.ends_at = s.expires_at and d.sent_rank = s.finished_at
         where s.state = 'sent' and s.taken_up_at is not null and message_values(s.organisation_id, s.id) ->> 'address' = s.address
           and not exists (select from outbox)",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(whole, 4);
}

/// The schema of the version that took every apostrophe for another one.
const BEFORE_SPELLING: i64 = 21;

#[sqlx::test(migrations = false)]
async fn names_folded_before_are_found_and_sorted_as_those_folded_now(_: PgPoolOptions, options: PgConnectOptions) {
    let mut connection = options.connect().await.unwrap();
    db::ensure_role(&mut connection).await.unwrap();
    sqlx::migrate!().run_to(BEFORE_SPELLING, &mut connection).await.unwrap();
    sqlx::raw_sql(
        "with o as (insert into organisations (name, short_name, language, time_zone) values ('Mill', 'mill', 'en', 'Europe/Paris') returning id),
              e as (insert into employees (organisation_id, first_name, last_name, search_text)
                    select o.id, 'Ægir', 'D’Arc', ' ægir d’arc' from o returning organisation_id, id)
         insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended)
         select organisation_id, id, 'd’arc' || chr(31) || 'ægir', 'søvn', false, false from e",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    sqlx::migrate!().run(&mut connection).await.unwrap();
    let folded: (String, String, String) =
        sqlx::query_as("select e.search_text, s.sort_name, s.sort_department from employees e join standings s on s.employee_id = e.id")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(folded, (" aegir d'arc".to_owned(), search::sort_key("D’Arc", "Ægir"), search::fold("søvn")));
}
