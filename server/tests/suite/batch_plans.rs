//! How accepting a batch is planned.

use crate::{common::Database, house::administrator};
use app::batches::model::{Audience, Proposal};
use domain::{batch::BatchAction, role::Role};
use server::{
    batches::store::{self, Acceptance},
    db,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

#[sqlx::test(migrations = false)]
async fn of_people_who_are_in_no_statistics_each_is_read_a_few_times(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let organisation = database.organisation("First").await;
    let by = administrator(&database, organisation, "Boss").await;
    database.execute("analyze").await;
    // As after an import a moment ago.
    sqlx::query(
        "with made as (
             insert into employees (organisation_id, first_name, last_name, email, email_normalised, search_text)
             select $1, 'Pat', n::text, 'p' || n || '@example.org', 'p' || n || '@example.org', '' from generate_series(1, 20000) n
             returning organisation_id, id, last_name)
         insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended)
         select organisation_id, id, last_name, '', true, false from made",
    )
    .bind(organisation.0)
    .execute(&database.owner)
    .await
    .unwrap();
    let everybody: Vec<i64> = sqlx::query_scalar("select employee_id from standings").fetch_all(&database.owner).await.unwrap();
    for (number, some) in [300, 3_800].into_iter().enumerate() {
        let mut transaction = db::begin(&database.pool, organisation).await.unwrap();
        let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Chosen(Vec::new()));
        let key = format!("00000000-0000-4000-8000-00000000000{number}").parse().unwrap();
        let batch = store::insert(&mut transaction, organisation, by.employee(), &proposal, key).await.unwrap().unwrap();
        let acceptance = Acceptance { batch, by: by.employee(), hold_seconds: 0, priority: 5, shown_at: None };
        let ids = &everybody[..some];
        store::split(&mut transaction, organisation, ids, &proposal, Role::Owner).await.unwrap();
        let (people, _) = store::accept(&mut transaction, organisation, ids, &proposal, Role::Owner, &acceptance).await.unwrap();
        let read: i64 = sqlx::query_scalar("select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_xact_user_tables")
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
        assert_eq!(usize::try_from(people).unwrap(), some);
        // Whoever reads everybody for each of some reads millions.
        assert!(read < 500_000, "{read} rows read for {some}");
    }
}
