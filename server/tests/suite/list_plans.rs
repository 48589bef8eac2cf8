//! How PostgreSQL answers the list's statements: by index, whatever the filter, the order and the place.

use crate::{
    common::Database,
    list::{INVENTED, invent},
};
use domain::{
    ids::OrganisationId,
    listing::{Criteria, Filter, Sort},
};
use server::{
    db,
    employees::list::store::{self, From, push_counts, push_page},
};
use sqlx::{
    PgConnection, Postgres, QueryBuilder,
    postgres::{PgConnectOptions, PgPoolOptions},
};

const PEOPLE: i32 = 20_000;

async fn plan(connection: &mut PgConnection, mut query: QueryBuilder<Postgres>) -> String {
    let lines: Vec<String> = query.build_query_scalar().fetch_all(connection).await.unwrap();
    lines.join("\n")
}

fn explain() -> QueryBuilder<Postgres> {
    QueryBuilder::new("explain (costs off) ")
}

async fn page_plan(connection: &mut PgConnection, organisation: OrganisationId, status: Filter, sort: Sort, from: &From) -> String {
    let mut query = explain();
    push_page(&mut query, organisation, &Criteria { status, search: String::new() }, sort, from);
    plan(connection, query).await
}

#[sqlx::test(migrations = false)]
async fn every_page_is_read_by_index(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let own = database.organisation("Own").await;
    invent(&database, own, PEOPLE).await;
    let mut transaction = db::begin(&database.pool, own).await.unwrap();
    for status in Filter::ALL {
        for sort in Sort::ALL {
            let criteria = Criteria { status: *status, search: String::new() };
            let first = store::page(&mut transaction, own, &criteria, *sort, &From::Start).await.unwrap();
            let key = first.rows.last().unwrap().key(*sort);
            for from in [From::Start, From::End, From::After(key.clone()), From::Before(key)] {
                let plan = page_plan(&mut transaction, own, *status, *sort, &from).await;
                assert!(!plan.contains("Seq Scan on") && !plan.contains("Offset"), "{status} by {sort}: {plan}");
                assert!(plan.contains("Limit"), "{status} by {sort}: {plan}");
            }
        }
    }
}

#[sqlx::test(migrations = false)]
async fn a_page_reads_little_more_than_it_shows_wherever_it_is(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let own = database.organisation("Own").await;
    invent(&database, own, PEOPLE).await;
    let mut transaction = db::begin(&database.pool, own).await.unwrap();
    for status in [Filter::All, Filter::NotInvited, Filter::Active, Filter::Cancelled] {
        for sort in Sort::ALL {
            let criteria = Criteria { status, search: String::new() };
            let mut from = From::Start;
            for _ in 0..4 {
                let rows = store::page(&mut transaction, own, &criteria, *sort, &from).await.unwrap();
                from = From::After(rows.rows.last().unwrap().key(*sort));
            }
            let From::After(key) = &from else { return };
            for from in [From::Start, From::End, From::Before(key.clone()), from] {
                let mut query = QueryBuilder::new("explain (analyze, costs off, timing off, summary off) ");
                push_page(&mut query, own, &criteria, *sort, &from);
                let plan = plan(&mut transaction, query).await;
                let read = plan.lines().filter(|line| line.contains("standings")).filter_map(actual_rows).fold(0.0, f64::max);
                let skipped = plan.lines().filter_map(skipped_rows).fold(0.0, f64::max);
                assert!(read <= 60.0 && skipped <= 60.0, "{status} by {sort}, {from:?}: {plan}");
            }
        }
    }
}

#[sqlx::test(migrations = false)]
async fn whoever_fills_an_empty_table_reads_each_row_of_it_once(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let (own, other) = (database.organisation("Own").await, database.organisation("Other").await);
    let mut transaction = database.owner.begin().await.unwrap();
    // The first one of each plans for the others.
    for (organisation, people) in [(other, 1), (own, 2_000)] {
        sqlx::query(INVENTED).bind(organisation.0).bind(people).execute(&mut *transaction).await.unwrap();
        sqlx::query("update standings set activated_at = null, cancelled_at = null, invitation_id = 1, last_sent_at = clock_timestamp()")
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    let read: i64 =
        sqlx::query_scalar("select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'standing_dates'")
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
    assert!(read < 2_001 * 3, "{read} rows read");
}

#[sqlx::test(migrations = false)]
async fn a_batch_that_just_changed_everybody_misleads_no_plan(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let own = database.organisation("Own").await;
    invent(&database, own, PEOPLE).await;
    // What the statistics say from now on was true before this.
    database
        .execute("update standings set activated_at = null, cancelled_at = null, invitation_id = 1, last_sent_at = clock_timestamp()")
        .await;
    let mut transaction = db::begin_in_order(&database.pool, own).await.unwrap();
    for status in [Filter::All, Filter::Pending] {
        for sort in Sort::ALL {
            let mut query = QueryBuilder::new("explain (analyze, costs off, timing off, summary off) ");
            push_page(&mut query, own, &Criteria { status, search: String::new() }, *sort, &From::Start);
            let plan = plan(&mut transaction, query).await;
            let read = plan.lines().filter(|line| line.contains("standing")).filter_map(actual_rows).fold(0.0, f64::max);
            assert!(read <= 60.0, "{status} by {sort}: {plan}");
        }
    }
}

fn skipped_rows(line: &str) -> Option<f64> {
    line.split("Rows Removed by Filter: ").nth(1)?.parse().ok()
}

fn actual_rows(line: &str) -> Option<f64> {
    line.split("actual rows=").nth(1)?.split(' ').next()?.parse().ok()
}

#[sqlx::test(migrations = false)]
async fn neither_search_nor_counts_scan_the_wide_rows(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let own = database.organisation("Own").await;
    invent(&database, own, PEOPLE).await;
    let mut transaction = db::begin(&database.pool, own).await.unwrap();
    let mut query = explain();
    push_counts(&mut query, own, "");
    let counts = plan(&mut transaction, query).await;
    assert!(!counts.contains("employees"), "{counts}");
    for search in ["p1234", "f3 l5 p77", "de"] {
        let criteria = Criteria { status: Filter::All, search: search.to_owned() };
        store::page(&mut transaction, own, &criteria, Sort::Name, &From::Start).await.unwrap();
    }
    // What a function does is in no plan, but counted in the transaction.
    let (scans, rows): (i64, i64) = sqlx::query_as("select seq_scan, idx_scan from pg_stat_xact_user_tables where relname = 'employees'")
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    assert_eq!(scans, 0, "{rows} index scans");
}
