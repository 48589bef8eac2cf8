//! Many people with something in the outbox, and workers that deliver it.

use crate::common::Database;
use domain::{ids::OrganisationId, pace::Pace};
use server::{
    mail::{relay::Relay as Towards, smtp::Timeouts, transport::Transport},
    outbox::{
        LEASE, PATIENCE, Settings, Worker,
        claimed::Claimed,
        outcome::Outcome,
        store::{self, Finished},
    },
    precedence::Requests,
    secret::SecretKey,
};
use sink::relay::Relay;
use sqlx::{PgPool, Row, postgres::PgConnectOptions};
use std::{collections::BTreeMap, time::Duration};

/// An organisation whose people wait for their credentials.
pub struct Crowd {
    pub database: Database,
    pub organisation: OrganisationId,
    pub key: SecretKey,
}

impl Crowd {
    /// `n` invited people, `p1@example.org` and so on, each with a queued first message.
    pub async fn new(options: PgConnectOptions, n: i32) -> Self {
        let database = Database::new(options).await;
        let organisation = database.organisation("Mill").await;
        let crowd = Self { database, organisation, key: SecretKey::parse(&SecretKey::generate()).unwrap() };
        crowd.invite(organisation, "p", n).await;
        crowd
    }

    /// Further people, their addresses beginning with `prefix`.
    pub async fn invite(&self, organisation: OrganisationId, prefix: &str, n: i32) {
        self.invite_held(organisation, prefix, n, 0.0).await;
    }

    /// The same, their messages held for some seconds.
    pub async fn invite_held(&self, organisation: OrganisationId, prefix: &str, n: i32, seconds: f64) {
        sqlx::query(
            "with people as (
                 insert into employees (organisation_id, first_name, last_name, email, email_normalised, search_text)
                 select $1, 'Pat', $2 || i, $2 || i || '@example.org', $2 || i || '@example.org', '' from generate_series(1, $3) i
                 returning organisation_id, id, email
             ), invited as (
                 insert into invitations (organisation_id, employee_id) select organisation_id, id from people returning id, employee_id
             ), standing as (
                 insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended, invitation_id)
                 select organisation_id, p.id, email, '', true, false, i.id from people p join invited i on i.employee_id = p.id
             )
             insert into sends (organisation_id, employee_id, kind, invitation_id, address, language, priority, not_before)
             select organisation_id, p.id, 'invitation', i.id, email, 'en', 5, now() + make_interval(secs => $4)
             from people p join invited i on i.employee_id = p.id order by p.id",
        )
        .bind(organisation.0)
        .bind(prefix)
        .bind(n)
        .bind(seconds)
        .execute(&self.database.owner)
        .await
        .unwrap();
    }

    /// Makes one batch of an organisation's sends to addresses that begin with `prefix`.
    pub async fn batch(&self, organisation: OrganisationId, prefix: &str) -> i64 {
        sqlx::query_scalar(
            "with made as (
                 insert into batches (organisation_id, action, created_by, idempotency_key, people, receiving)
                 select $1, 'send_credentials', min(employee_id), gen_random_uuid(), count(*), count(*)
                 from sends where organisation_id = $1 and address like $2 returning id)
             update sends set batch_id = made.id from made where organisation_id = $1 and address like $2 returning batch_id",
        )
        .bind(organisation.0)
        .bind(format!("{prefix}%"))
        .fetch_one(self.owner())
        .await
        .unwrap()
    }

    /// A worker that delivers to this relay over one connection.
    pub fn worker(&self, relay: &Relay) -> Worker {
        self.worker_to(to(relay, Timeouts::default()), 1)
    }

    pub fn worker_to(&self, transport: Transport, connections: u16) -> Worker {
        Worker::new(self.settings(transport, connections))
    }

    pub fn settings(&self, transport: Transport, connections: u16) -> Settings {
        settings(&self.database, &self.key, transport, connections)
    }

    pub fn owner(&self) -> &PgPool {
        &self.database.owner
    }

    /// How many sends are in each state, with their reasons.
    pub async fn states(&self) -> BTreeMap<String, i64> {
        let rows = sqlx::query(
            "select concat_ws(' ', case when o.held then 'sending' else s.state end, s.reason) as word, count(*) as n
             from sends s left join outbox o on o.send_id = s.id group by 1",
        )
        .fetch_all(self.owner())
        .await
        .unwrap();
        rows.iter().map(|row| (row.get("word"), row.get("n"))).collect()
    }

    /// How many events of each kind there are.
    pub async fn events(&self) -> BTreeMap<String, i64> {
        let rows = sqlx::query("select kind, count(*) as n from events group by 1").fetch_all(self.owner()).await.unwrap();
        rows.iter().map(|row| (row.get("kind"), row.get("n"))).collect()
    }

    /// A single value.
    pub async fn value<T>(&self, sql: &'static str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        sqlx::query_scalar(sql).fetch_one(self.owner()).await.unwrap()
    }

    /// Makes everything that waits due, and ends the hold of batches. Whoever is acknowledged at this moment comes before or after it.
    pub async fn time_passes(&self) {
        self.database
            .execute(
                "select from standings order by organisation_id, employee_id for no key update;
                 update sends set not_before = now() - interval '1 second' where state in ('queued', 'deferred');
                 update batches set hold_until = now() - interval '1 second' where hold_until > now()",
            )
            .await;
    }
}

/// What a worker works with.
pub fn settings(database: &Database, key: &SecretKey, transport: Transport, connections: u16) -> Settings {
    Settings {
        pool: database.pool.clone(),
        transport,
        key: key.clone(),
        base_url: "https://latchkey.example.org".to_owned(),
        sender: "people@latchkey.example.org".to_owned(),
        connections,
        pace: Pace::default(),
        patience: PATIENCE,
        requests: Requests::default(),
    }
}

/// Claims as a worker does.
pub async fn claim(crowd: &Crowd, wanted: u16) -> Vec<Claimed> {
    let mut connection = crowd.database.pool.acquire().await.unwrap();
    store::claim(&mut connection, wanted, 0, LEASE, "people@latchkey.example.org").await.unwrap()
}

/// Acknowledges as a worker does; says how many were still held.
pub async fn finish(crowd: &Crowd, claimed: &[Claimed], outcome: &Outcome) -> u64 {
    let finished: Vec<Finished> = claimed
        .iter()
        .map(|one| Finished {
            organisation: one.organisation,
            send: one.send,
            employee: one.employee,
            number: one.number,
            outcome: outcome.clone(),
        })
        .collect();
    let mut connection = crowd.database.pool.acquire().await.unwrap();
    store::finish(&mut connection, &finished, false).await.unwrap()
}

/// The way to a relay of the tests.
pub fn to(relay: &Relay, timeouts: Timeouts) -> Transport {
    let towards = Towards::new(relay.url().parse().unwrap(), "latchkey.example.org", None).unwrap();
    Transport::Relay(Box::new(towards.with_timeouts(timeouts)))
}

/// Limits of time that do not keep a test waiting.
pub fn impatient() -> Timeouts {
    let short = Duration::from_millis(200);
    Timeouts { connect: short, greeting: short, command: short, data: short, block: short, answer: short }
}

/// Words with their numbers, as `states` and `events` give them.
pub fn counts<const N: usize>(words: [(&str, i64); N]) -> BTreeMap<String, i64> {
    words.into_iter().map(|(word, n)| (word.to_owned(), n)).collect()
}
