//! A migrated database of its own for each test, seen as the application sees it.

use domain::ids::{EmployeeId, OrganisationId};
use server::db;
use sink::proxy::{Fate, Proxy};
use sqlx::{
    ConnectOptions, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::path::PathBuf;

/// A test's database.
pub struct Database {
    /// Connections that took the bound role, as the application's do.
    pub pool: PgPool,
    /// Connections of the tables' owner, for moving stored times and looking at everything.
    pub owner: PgPool,
}

impl Database {
    /// Migrates the empty database that `#[sqlx::test(migrations = false)]` made.
    pub async fn new(options: PgConnectOptions) -> Self {
        db::migrate(&options).await.unwrap();
        let owner = PgPoolOptions::new().max_connections(4).connect_with(options.clone()).await.unwrap();
        let pool = db::bound_pool(options, 16).await.unwrap();
        Self { pool, owner }
    }

    /// An organisation with its settings.
    pub async fn organisation(&self, name: &str) -> OrganisationId {
        let id = sqlx::query_scalar("select create_organisation($1, $2, 'en', 'Europe/Paris')")
            .bind(name)
            .bind(name.to_lowercase())
            .fetch_one(&self.owner)
            .await
            .unwrap();
        OrganisationId(id)
    }

    /// An employee with a last name, and an address made of it.
    pub async fn employee(&self, organisation: OrganisationId, last_name: &str) -> EmployeeId {
        let email = format!("{}@example.org", last_name.to_lowercase());
        let id = sqlx::query_scalar(
            "with made as (
                 insert into employees (organisation_id, first_name, last_name, email, email_normalised, search_text)
                 values ($1, 'Test', $2, $3, $3, $4) returning organisation_id, id)
             insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended)
             select organisation_id, id, $4, '', true, false from made returning employee_id",
        )
        .bind(organisation.0)
        .bind(last_name)
        .bind(&email)
        .bind(last_name.to_lowercase())
        .fetch_one(&self.owner)
        .await
        .unwrap();
        EmployeeId(id)
    }

    /// Runs statements as the owner, for moving stored times and the like.
    pub async fn execute(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&self.owner).await.unwrap();
    }

    /// Waits until somebody waits for a lock.
    pub async fn wait_for_a_lock(&self) {
        let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        for _ in 0..2_000 {
            if sqlx::query_scalar::<_, i64>(waiting).fetch_one(&self.owner).await.unwrap() > 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("nobody waits for a lock");
    }
}

/// A way to a test's database that breaks as its judge says, and a pool that goes it.
pub async fn way(options: &PgConnectOptions, connections: u32, judge: impl FnMut(&str) -> Fate + Send + 'static) -> (Proxy, PgPool) {
    let socket = options.get_socket().map(PathBuf::as_path);
    let proxy = Proxy::start(options.get_host(), socket, options.get_port(), judge).await;
    let mut url = options.to_url_lossy();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(proxy.address.port())).unwrap();
    url.set_query(Some("sslmode=disable"));
    let pool = db::bound_pool(url.as_str().parse().unwrap(), connections).await.unwrap();
    (proxy, pool)
}
