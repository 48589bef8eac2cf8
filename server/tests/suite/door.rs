//! Shared by the tests of getting in: the services, and messages with their links.

use crate::{
    common::Database,
    crowd::{settings, to},
};
use app::{
    links::{Opened, Purpose, service::LinkService},
    session::{Client, SignedIn},
};
use axum::http::{HeaderMap, HeaderValue, header};
use domain::{
    ids::{EmployeeId, OrganisationId, SendId},
    language::Language,
};
use server::{
    account::Accounts,
    activation::Activations,
    link::{self, Token},
    links::{Links, cookie},
    mail::smtp::Timeouts,
    outbox::Worker,
    reset::Resets,
    secret::SecretKey,
    session::{cookie::SessionCookie, password::Passwords, service::Sessions},
};
use sink::relay::Relay;
use sqlx::postgres::PgConnectOptions;
use std::time::Duration;

pub const GOOD: &str = "parapluie violet tonnerre biscuit";

/// The services behind the doors, on a database of their own.
pub struct Door {
    pub database: Database,
    pub organisation: OrganisationId,
    pub links: Links,
    pub activations: Activations,
    pub resets: Resets,
    pub sessions: Sessions,
    pub accounts: Accounts,
}

impl Door {
    pub async fn new(options: PgConnectOptions) -> Self {
        let database = Database::new(options).await;
        let organisation = database.organisation("Acme").await;
        let pool = database.pool.clone();
        let passwords = Passwords::new(4).unwrap();
        let cookie = SessionCookie::new(false, 3000);
        let links = Links { pool: pool.clone(), key: SecretKey::parse(&SecretKey::generate()).unwrap(), https: false };
        Self {
            activations: Activations { links: links.clone(), cookie: cookie.clone(), passwords: passwords.clone() },
            resets: Resets { links: links.clone(), passwords: passwords.clone(), answer_after: Duration::ZERO },
            sessions: Sessions { pool: pool.clone(), cookie: cookie.clone(), passwords: passwords.clone(), refuse_after: Duration::ZERO },
            accounts: Accounts { pool, cookie, passwords },
            links,
            organisation,
            database,
        }
    }

    /// Forgets everybody.
    pub async fn start_over(&mut self) {
        self.database.execute("truncate organisations, throttles cascade").await;
        self.organisation = self.database.organisation("Acme").await;
    }

    /// An employee with a live invitation and its first message, sent; the token of its link.
    pub async fn invited(&self, last_name: &str) -> (EmployeeId, String) {
        let employee = self.database.employee(self.organisation, last_name).await;
        sqlx::query("insert into invitations (organisation_id, employee_id, expires_at) values ($1, $2, now() + interval '14 days')")
            .bind(self.organisation.0)
            .bind(employee.0)
            .execute(&self.database.owner)
            .await
            .unwrap();
        let (_, token) = self.sent(employee, "invitation").await;
        self.refresh(employee).await;
        (employee, token)
    }

    /// An employee who is active, with the password [`GOOD`].
    pub async fn active(&self, last_name: &str) -> EmployeeId {
        let (employee, token) = self.invited(last_name).await;
        assert!(self.activate(&token, GOOD).await, "{last_name} could not activate");
        employee
    }

    /// A worker that delivers to this relay over two connections.
    pub fn worker(&self, relay: &Relay) -> Worker {
        Worker::new(settings(&self.database, &self.links.key, to(relay, Timeouts::default()), 2))
    }

    /// Gives somebody an employee number.
    pub async fn number(&self, employee: EmployeeId, number: &str) {
        sqlx::query("update employees set employee_number = $2 where id = $1")
            .bind(employee.0)
            .bind(number)
            .execute(&self.database.owner)
            .await
            .unwrap();
    }

    /// A message of a kind that was sent to the present address, and the token of its link.
    pub async fn sent(&self, employee: EmployeeId, kind: &str) -> (SendId, String) {
        let (id, seed): (i64, Vec<u8>) = sqlx::query_as(
            "insert into sends (organisation_id, employee_id, kind, invitation_id, address, language, priority, state, taken_up_at,
                                finished_at, expires_at, created_at)
             select e.organisation_id, e.id, $3,
                    case when $3 = 'reset' then null else (select max(id) from invitations i where i.employee_id = e.id) end,
                    e.email, 'en', 0, 'sent', now(), now(), now() + interval '1 hour', clock_timestamp()
             from employees e where e.organisation_id = $1 and e.id = $2 returning id, seed",
        )
        .bind(self.organisation.0)
        .bind(employee.0)
        .bind(kind)
        .fetch_one(&self.database.owner)
        .await
        .unwrap();
        (SendId(id), link::token(&self.links.key, self.organisation, SendId(id), &seed))
    }

    pub async fn refresh(&self, employee: EmployeeId) {
        sqlx::query("select refresh_standings($1, array[$2]::bigint[])")
            .bind(self.organisation.0)
            .bind(employee.0)
            .execute(&self.database.owner)
            .await
            .unwrap();
    }

    /// Whether a link activates, with nobody signed in.
    pub async fn activate(&self, token: &str, password: &str) -> bool {
        use app::{activation::service::ActivationService, links::service::LinkOutcome};
        matches!(self.activations.activate(None, token, password).await.unwrap(), LinkOutcome::Done(_))
    }

    /// What an opened link shows.
    pub async fn look(&self, purpose: Purpose, token: &str, signed_in: Option<&SignedIn>) -> Opened {
        self.links.look(&browser(purpose, token), signed_in, purpose, &cookie::short_name(token)).await.unwrap()
    }

    /// Why an opened link leads nowhere, as a word; or "good".
    pub async fn fate(&self, purpose: Purpose, token: &str) -> String {
        match self.look(purpose, token, None).await {
            Opened::Good(_) => "good".to_owned(),
            Opened::Dead(link) => link.reason.to_string(),
        }
    }

    /// Opens a link, as a click or a scanner does.
    pub async fn open(&self, purpose: Purpose, token: &str) -> Option<Language> {
        self.links.note_opened(purpose, &Token::parse(token)?).await.unwrap()
    }

    /// A number, from a query with the organisation as its first and the employee as its second argument.
    pub async fn count(&self, employee: EmployeeId, query: &'static str) -> i64 {
        sqlx::query_scalar(query).bind(self.organisation.0).bind(employee.0).fetch_one(&self.database.owner).await.unwrap()
    }

    /// How many lines of history of a kind somebody has.
    pub async fn events(&self, employee: EmployeeId, kind: &str) -> i64 {
        sqlx::query_scalar("select count(*) from events where employee_id = $1 and kind = $2")
            .bind(employee.0)
            .bind(kind)
            .fetch_one(&self.database.owner)
            .await
            .unwrap()
    }

    /// The kinds of the messages that wait for somebody.
    pub async fn queued(&self, employee: EmployeeId) -> Vec<String> {
        sqlx::query_scalar("select kind from sends where employee_id = $1 and state = 'queued' order by id")
            .bind(employee.0)
            .fetch_all(&self.database.owner)
            .await
            .unwrap()
    }
}

/// The headers of a browser in which a link was opened.
pub fn browser(purpose: Purpose, token: &str) -> HeaderMap {
    let kept = cookie::keep(false, purpose, token);
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, HeaderValue::from_str(kept.split(';').next().unwrap()).unwrap());
    headers
}

/// A network.
pub fn client(network: &str) -> Client {
    Client { network: network.to_owned() }
}
