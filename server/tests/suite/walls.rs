//! Row-level security, as the bound role meets it.

use crate::common::Database;
use server::db;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

const TENANT_TABLES: &str = "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attname = 'organisation_id' order by 1";

#[sqlx::test(migrations = false)]
async fn every_table_of_an_organisation_is_walled(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let open: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attname = 'organisation_id' and not c.relrowsecurity",
    )
    .fetch_all(&database.owner)
    .await
    .unwrap();
    assert_eq!(open, Vec::<String>::new());
    let tables: Vec<String> = sqlx::query_scalar(TENANT_TABLES).fetch_all(&database.owner).await.unwrap();
    assert!(tables.len() >= 14, "{tables:?}");
}

#[sqlx::test(migrations = false)]
async fn without_an_organisation_nothing_is_seen_and_with_one_only_its_own(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let (first, second) = (database.organisation("First").await, database.organisation("Second").await);
    let (own, other) = (database.employee(first, "Own").await, database.employee(second, "Other").await);
    let seen: Vec<i64> = sqlx::query_scalar("select id from employees").fetch_all(&database.pool).await.unwrap();
    assert_eq!(seen, Vec::<i64>::new());

    let mut transaction = db::begin(&database.pool, first).await.unwrap();
    let seen: Vec<i64> = sqlx::query_scalar("select id from employees").fetch_all(&mut *transaction).await.unwrap();
    assert_eq!(seen, vec![own.0]);
    let changed = sqlx::query("update employees set title = 'x' where id = $1").bind(other.0).execute(&mut *transaction).await.unwrap();
    assert_eq!(changed.rows_affected(), 0);
    let smuggled =
        sqlx::query("insert into events (organisation_id, kind) values ($1, 'added')").bind(second.0).execute(&mut *transaction).await;
    assert!(smuggled.is_err());
}

#[sqlx::test(migrations = false)]
async fn history_cannot_be_rewritten(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let organisation = database.organisation("First").await;
    for statement in ["update events set kind = 'sent'", "delete from events", "delete from employees"] {
        let mut transaction = db::begin(&database.pool, organisation).await.unwrap();
        let refused = sqlx::query(statement).execute(&mut *transaction).await;
        assert!(refused.is_err(), "{statement}");
    }
}
