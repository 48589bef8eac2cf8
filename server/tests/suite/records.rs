//! Storing what is known of employees: numbers and lonely addresses are unique, whatever races.

use crate::common::Database;
use domain::{
    ids::{EmployeeId, OrganisationId},
    record::{EmployeeRecord, RawRecord},
    role::Role,
};
use server::{
    db,
    employees::record_store::{self, Taken},
};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

fn record(last_name: &str, email: &str, number: &str) -> EmployeeRecord {
    let raw =
        RawRecord { last_name: last_name.to_owned(), email: email.to_owned(), employee_number: number.to_owned(), ..RawRecord::default() };
    EmployeeRecord::read(&raw).unwrap()
}

async fn insert(pool: &PgPool, organisation: OrganisationId, records: &[EmployeeRecord]) -> Vec<Option<EmployeeId>> {
    let mut transaction = db::begin(pool, organisation).await.unwrap();
    let ids = record_store::insert_records(&mut transaction, organisation, Role::Member, records).await.unwrap();
    transaction.commit().await.unwrap();
    ids
}

#[sqlx::test(migrations = false)]
async fn each_record_learns_what_became_of_it(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let organisation = database.organisation("First").await;
    let records = [
        record("Alone", "shared@example.org", ""),
        record("Numbered", "Shared@example.org", "7"),
        record("Second alone", "SHARED@example.org", ""),
        record("Same number", "", "7"),
        record("Other number", "", "8"),
    ];
    let ids = insert(&database.pool, organisation, &records).await;
    assert_eq!(ids.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false, false, true]);
    let names: Vec<(String, String)> = sqlx::query_as(
        "select e.last_name, s.sort_name from employees e
         join standings s on s.organisation_id = e.organisation_id and s.employee_id = e.id
         where e.id = any($1) order by array_position($1, e.id)",
    )
    .bind(ids.iter().flatten().map(|id| id.0).collect::<Vec<_>>())
    .fetch_all(&database.owner)
    .await
    .unwrap();
    let expected = ["Alone", "Numbered", "Other number"].map(|name| (name.to_owned(), format!("{}\u{1f}", name.to_lowercase())));
    assert_eq!(names, expected);
}

#[sqlx::test(migrations = false)]
async fn of_twenty_identical_adds_one_is_stored(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let organisation = database.organisation("First").await;
    let mut adding = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let pool = database.pool.clone();
        adding.spawn(async move { insert(&pool, organisation, &[record("Doe", "jane@example.org", "7")]).await[0] });
    }
    let added = adding.join_all().await;
    assert_eq!(added.iter().flatten().count(), 1);
}

#[sqlx::test(migrations = false)]
async fn the_same_number_serves_in_two_organisations(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    for name in ["First", "Second"] {
        let organisation = database.organisation(name).await;
        assert!(insert(&database.pool, organisation, &[record("Doe", "jane@example.org", "7")]).await[0].is_some());
    }
}

#[sqlx::test(migrations = false)]
async fn an_edit_says_what_is_taken(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let organisation = database.organisation("First").await;
    let records = [record("Alone", "shared@example.org", ""), record("Numbered", "shared@example.org", "7"), record("Other", "", "8")];
    let ids = insert(&database.pool, organisation, &records).await;
    for (employee, now, expected) in [
        (ids[1], record("Numbered", "shared@example.org", ""), Err(Taken::Address)),
        (ids[2], record("Other", "", "7"), Err(Taken::Number)),
        (ids[2], record("Other", "shared@example.org", "8"), Ok(())),
    ] {
        let mut transaction = db::begin(&database.pool, organisation).await.unwrap();
        let updated = record_store::update_record(&mut transaction, organisation, employee.unwrap(), &now).await.unwrap();
        assert_eq!(updated, expected);
    }
}
