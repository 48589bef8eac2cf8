//! Accepting a batch, beside the bare `INSERT … SELECT` of the same rows into the same tables.

use crate::setting::{Result, Setting, median, ratio, seconds};
use app::batches::{
    model::{Accepted, Audience, Proposal},
    service::BatchService,
};
use domain::{batch::BatchAction, listing::Criteria};
use server::batches::service::Batches;
use std::time::Instant;

/// Measures alternately, undoing each time what was written.
pub async fn measure(people: i32, rounds: usize) -> Result<()> {
    let (mut ours, mut bare, mut splits) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let setting = Setting::new(people).await?;
        let batches = Batches { pool: setting.pool.clone() };
        let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Matching(Criteria::default()));
        let begun = Instant::now();
        let split = batches.split(&setting.by, &proposal).await?;
        splits.push(begun.elapsed());
        let begun = Instant::now();
        let accepted = batches.accept(&setting.by, &proposal, &split.shown()).await?;
        ours.push(begun.elapsed());
        if !matches!(accepted, Accepted::Batch { receiving, .. } if receiving == u64::from(people.unsigned_abs())) {
            return Err(format!("not accepted as a whole: {accepted:?}").into());
        }
        let copy = Setting::new(people).await?;
        sqlx::raw_sql("analyze invitations, sends, outcomes, events").execute(&copy.owner).await?;
        let begun = Instant::now();
        insert_the_same(&copy, &setting).await?;
        bare.push(begun.elapsed());
    }
    let (split, ours, bare) = (median(splits), median(ours), median(bare));
    println!("people            {people}");
    println!("split             {}", seconds(split));
    println!("accept            {}", seconds(ours));
    println!("bare insert       {}", seconds(bare));
    println!("accept / bare     {:.2}", ratio(ours, bare));
    Ok(())
}

/// The rows of one organisation once more for the people of another, as plainly as SQL can say it.
pub async fn insert_the_same(copy: &Setting, original: &Setting) -> Result<()> {
    let mut transaction = copy.owner.begin().await?;
    let shift: i64 = sqlx::query_scalar(
        "select (select min(id) from employees where organisation_id = $2) - (select min(id) from employees where organisation_id = $1)",
    )
    .bind(original.organisation.0)
    .bind(copy.organisation.0)
    .fetch_one(&mut *transaction)
    .await?;
    let batch: i64 = sqlx::query_scalar(
        "insert into batches (organisation_id, action, created_by, idempotency_key, people, receiving)
         select $2, action, created_by + $3, gen_random_uuid(), people, receiving from batches where organisation_id = $1 returning id",
    )
    .bind(original.organisation.0)
    .bind(copy.organisation.0)
    .bind(shift)
    .fetch_one(&mut *transaction)
    .await?;
    for statement in [
        "insert into invitations (organisation_id, employee_id, batch_id) select $2, employee_id + $3, $4 from invitations where organisation_id = $1",
        "insert into sends (organisation_id, employee_id, kind, invitation_id, batch_id, address, language, priority, not_before)
         select $2, m.employee_id + $3, m.kind, i.id, $4, m.address, m.language, m.priority, m.not_before
         from sends m join invitations i on i.organisation_id = $2 and i.employee_id = m.employee_id + $3 where m.organisation_id = $1",
        "insert into outcomes (organisation_id, batch_id, employee_id, send_id)
         select $2, $4, o.employee_id + $3, m.id
         from outcomes o join sends m on m.organisation_id = $2 and m.employee_id = o.employee_id + $3 where o.organisation_id = $1",
        "insert into events (organisation_id, kind, actor_id, employee_id, invitation_id, send_id, batch_id)
         select $2, e.kind, e.actor_id + $3, e.employee_id + $3, m.invitation_id, m.id, $4
         from events e join sends m on m.organisation_id = $2 and m.employee_id = e.employee_id + $3 where e.organisation_id = $1",
    ] {
        sqlx::query(statement)
            .bind(original.organisation.0)
            .bind(copy.organisation.0)
            .bind(shift)
            .bind(batch)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}
