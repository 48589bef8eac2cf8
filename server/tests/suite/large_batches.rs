//! Large batches on a launch day, when all that PostgreSQL knows of is a few rows of a pilot.

use crate::launch::Launch;
use app::{
    batches::{model::Audience, progress::Steered, service::BatchService},
    session::Administrator,
};
use domain::{
    batch::{BatchAction, Steer},
    listing::Criteria,
};
use server::{
    batches::{service::Batches, steer_store::WITHDRAW},
    db,
    planning::plan_for,
};
use sqlx::{
    AssertSqlSafe,
    postgres::{PgConnectOptions, PgPoolOptions},
};

const PEOPLE: i32 = 2_000;

fn everybody() -> Audience {
    Audience::Matching(Criteria::default())
}

async fn add_everybody(launch: &Launch, by: &Administrator) {
    let many = "with made as (
             insert into employees (organisation_id, first_name, last_name, email, email_normalised, search_text)
             select $1, 'P', n::text, n || '@example.org', n || '@example.org', 'p ' || n from generate_series(1, $2) n returning id)
         insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended)
         select $1, id, 'p', '', true, false from made";
    sqlx::query(many).bind(by.organisation().0).bind(PEOPLE).execute(launch.crowd.owner()).await.unwrap();
}

/// Undone right after it was accepted, a batch is in no statistics: it must not look for each among all.
#[sqlx::test(migrations = false)]
async fn taking_back_many_looks_at_each_a_few_times(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    add_everybody(&launch, &by).await;
    let batch = launch.press(&by, BatchAction::SendCredentials, everybody()).await;
    let ids: Vec<i64> = launch.crowd.value("select array_agg(employee_id) from outbox").await;
    let mut transaction = db::begin(&launch.crowd.database.pool, by.organisation()).await.unwrap();
    assert!(plan_for(&mut transaction, ids.len()).await.unwrap());
    let explain = AssertSqlSafe(format!("explain (analyze, costs off, timing off, summary off) {WITHDRAW}"));
    let explain = sqlx::query_scalar::<_, String>(explain).persistent(false);
    let explain = explain.bind(by.organisation().0).bind(batch.0).bind(by.employee().0).bind("undone").bind(&ids);
    let plan = explain.fetch_all(&mut *transaction).await.unwrap();
    // Rows that a part of the plan gives, each time that it is gone through.
    let number = |line: &str, what: &str| line.split(what).nth(1)?.split([' ', ')', '.']).next()?.parse::<i32>().ok();
    let most = plan.iter().filter_map(|line| Some(number(line, "actual rows=")? * number(line, "loops=")?)).max().unwrap();
    assert!((PEOPLE..PEOPLE * 3).contains(&most), "{}", plan.join("\n"));
}

/// Whoever undoes it seconds later is planned for by what it wrote.
#[sqlx::test(migrations = false)]
async fn what_a_large_batch_wrote_is_in_the_statistics_at_once(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    // Another organisation's pilot is all that they tell of.
    let other = launch.administrator(launch.crowd.database.organisation("Other").await).await;
    launch.batch(&other, 60).await;
    launch.crowd.database.execute("vacuum analyze").await;
    let by = launch.administrator(launch.crowd.organisation).await;
    add_everybody(&launch, &by).await;
    let batch = launch.press(&by, BatchAction::SendCredentials, everybody()).await;
    for (table, column) in [("outbox", "batch_id"), ("sends", "batch_id"), ("invitations", "batch_id"), ("outcomes", "batch_id")] {
        let known = "select (reltuples >= $1 and exists (
                         select from pg_stats s where s.tablename = relname and s.attname = $2 and s.most_common_vals::text like '%' || $3 || '%'))
                     from pg_class where relname = $4 and relkind = 'r'";
        let known = sqlx::query_scalar::<_, bool>(known).bind(f64::from(PEOPLE)).bind(column).bind(batch.to_string()).bind(table);
        assert!(known.fetch_one(launch.crowd.owner()).await.unwrap(), "{table}");
    }
}

/// Triggers and foreign keys look for each row as was best when a connection last planned it.
#[sqlx::test(migrations = false)]
async fn a_connection_that_served_a_pilot_serves_the_launch(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options.clone()).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let batches = Batches { pool: db::bound_pool(options, 1).await.unwrap() };
    let launch = Launch { batches, ..launch };
    for round in 0..2 {
        for number in 0..8 {
            let somebody = launch.crowd.database.employee(by.organisation(), &format!("R{round}n{number}")).await;
            for action in [BatchAction::SendCredentials, BatchAction::CancelInvitation] {
                launch.press(&by, action, Audience::Chosen(vec![somebody])).await;
            }
        }
        if round == 0 {
            // So small that reading all is best.
            launch.crowd.database.execute("vacuum full").await;
            launch.crowd.database.execute("analyze").await;
        }
    }
    add_everybody(&launch, &by).await;
    let read = async || {
        sqlx::query("select pg_stat_force_next_flush()").execute(&launch.batches.pool).await.unwrap();
        let read = "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_user_tables";
        sqlx::query_scalar::<_, i64>(read).fetch_one(&launch.batches.pool).await.unwrap()
    };
    let before = read().await;
    let batch = launch.press(&by, BatchAction::SendCredentials, everybody()).await;
    let accepted = read().await;
    assert_eq!(launch.batches.steer(&by, batch, Steer::Undo).await, Ok(Steered::Done));
    let undone = read().await;
    for (what, rows) in [("accepting", accepted - before), ("undoing", undone - accepted)] {
        assert!((i64::from(PEOPLE)..i64::from(PEOPLE) * 300).contains(&rows), "{what}: {rows} rows read");
    }
}
