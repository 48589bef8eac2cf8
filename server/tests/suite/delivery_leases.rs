//! Leases: what a dead worker held is taken up, what a living one holds is not, whoever is slow and whatever somebody else holds.

use crate::crowd::{Crowd, claim, counts, finish};
use server::outbox::{
    LEASE,
    outcome::{Outcome, Tried},
    store,
};
use sink::relay::Relay;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;

const LEASES_RUN_OUT: &str = "update leases set until = now() - interval '1 second'";

#[sqlx::test(migrations = false)]
async fn what_a_dead_worker_held_is_taken_up_and_it_can_acknowledge_nothing_any_more(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 5).await, Relay::accepting().await);
    let dead = claim(&crowd, 3).await;
    assert_eq!(dead.len(), 3);
    let worker = crowd.worker(&relay);
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 2), ("sending", 3)]), "not while the lease runs");
    crowd.database.execute("update outbox set expires_at = expires_at - interval '3 days' where held").await;
    crowd.database.execute(LEASES_RUN_OUT).await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 5)]));
    assert_eq!(crowd.value::<i64>("select count(distinct expires_at) from sends").await, 2, "a copy keeps the first one's date");
    assert_eq!(finish(&crowd, &dead, &Outcome::cannot_render()).await, 0);
    assert_eq!(crowd.states().await, counts([("sent", 5)]));
    assert_eq!(crowd.value::<i64>("select count(*) from attempts").await, 5);
}

#[sqlx::test(migrations = false)]
async fn a_copy_that_would_be_dead_on_arrival_is_dated_anew(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 2).await, Relay::accepting().await);
    assert_eq!(claim(&crowd, 2).await.len(), 2);
    let long_ago = "update outbox set dated_at = dated_at - interval '1 hour';
                    update outbox set expires_at = now() - interval '1 minute' where send_id = (select min(send_id) from outbox)";
    crowd.database.execute(long_ago).await;
    crowd.database.execute(LEASES_RUN_OUT).await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 2)]));
    let anew = "select array_agg(s.dated_at > now() - interval '1 minute' and v.dated_at = s.dated_at order by s.id)
                from sends s join send_values v on v.send_id = s.id";
    assert_eq!(crowd.value::<Vec<bool>>(anew).await, [true, false]);
    assert!(crowd.value::<bool>("select bool_and(expires_at > now()) from invitations").await);
}

#[sqlx::test(migrations = false)]
async fn a_copy_does_not_come_from_a_sender_that_was_changed_since(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 2).await, Relay::accepting().await);
    assert_eq!(claim(&crowd, 2).await.len(), 2);
    crowd.database.execute("update settings set sender_address = 'other@example.org'").await;
    crowd.database.execute(LEASES_RUN_OUT).await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    let received = relay.received();
    assert_eq!(received.len(), 2);
    assert!(received.iter().all(|message| String::from_utf8_lossy(&message.bytes).contains("<other@example.org>")));
}

#[sqlx::test(migrations = false)]
async fn a_late_acknowledgement_counts_while_nobody_else_has_claimed(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 2).await, Relay::accepting().await);
    let slow = claim(&crowd, 2).await;
    crowd.database.execute(LEASES_RUN_OUT).await;
    let mut connection = crowd.database.pool.acquire().await.unwrap();
    assert_eq!(store::release_expired(&mut connection).await.unwrap(), 2);
    assert_eq!(finish(&crowd, &slow, &Outcome::sent(None)).await, 2);
    assert_eq!(finish(&crowd, &slow, &Outcome::sent(None)).await, 0, "written once, whatever is asked twice");
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!((crowd.states().await, relay.received().len()), (counts([("sent", 2)]), 0));
}

#[sqlx::test(migrations = false)]
async fn a_renewed_lease_goes_on_and_a_lost_one_does_not(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 2).await;
    let held: Vec<_> = claim(&crowd, 2).await.iter().map(|one| (one.organisation, one.send, one.number)).collect();
    crowd.database.execute("update outbox set lease_number = lease_number + 1 where send_id = (select min(send_id) from outbox)").await;
    let mut connection = crowd.database.pool.acquire().await.unwrap();
    assert_eq!(store::renew(&mut connection, &held, LEASE).await.unwrap(), [held[1].1]);
}

#[sqlx::test(migrations = false)]
async fn what_somebody_else_holds_keeps_no_other_from_being_renewed_and_finished(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 2).await;
    let held: Vec<_> = claim(&crowd, 2).await.iter().map(|one| (one.organisation, one.send, one.number)).collect();
    let (both, second) = ([(held[0].0, held[0].1), (held[1].0, held[1].1)], held[1].1);
    let mut connection = crowd.database.pool.acquire().await.unwrap();
    for part in [
        "select from sends where id = $1 for update",
        "select from outbox where send_id = $1 for update",
        "select from standings t join sends s on s.employee_id = t.employee_id where s.id = $1 for update of t",
        "select from employees e join sends s on s.employee_id = e.id where s.id = $1 for update of e",
        "select from invitations i join sends s on s.invitation_id = i.id where s.id = $1 for update of i",
    ] {
        let mut somebody = crowd.owner().begin().await.unwrap();
        sqlx::query(part).bind(held[0].1.0).execute(&mut *somebody).await.unwrap();
        assert_eq!(store::nobody_holds(&mut connection, &both).await.unwrap(), [second], "{part}");
        assert_eq!(store::renew(&mut connection, &held, LEASE).await.unwrap().len(), 2, "{part}");
        somebody.rollback().await.unwrap();
        assert_eq!(store::nobody_holds(&mut connection, &both).await.unwrap().len(), 2);
    }
    crowd.database.execute(LEASES_RUN_OUT).await;
    for part in ["select from sends where id = $1 for update", "select from outbox where send_id = $1 for update"] {
        let mut somebody = crowd.owner().begin().await.unwrap();
        sqlx::query(part).bind(held[0].1.0).execute(&mut *somebody).await.unwrap();
        assert!(store::release_expired(&mut connection).await.unwrap() < 2, "{part}");
        somebody.rollback().await.unwrap();
    }
    store::release_expired(&mut connection).await.unwrap();
    assert_eq!(crowd.states().await, counts([("queued", 2)]), "what was passed over is taken up the next time");
}

#[sqlx::test(migrations = false)]
async fn what_became_of_somebody_who_was_removed_meanwhile_can_be_written(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 2).await;
    let held: Vec<_> = claim(&crowd, 2).await.iter().map(|one| (one.organisation, one.send)).collect();
    crowd
        .database
        .execute(
            "update employees set removed_at = now() where email = 'p1@example.org';
             delete from standings t using employees e where e.id = t.employee_id and e.removed_at is not null",
        )
        .await;
    let mut connection = crowd.database.pool.acquire().await.unwrap();
    assert_eq!(store::nobody_holds(&mut connection, &held).await.unwrap().len(), 2);
}

#[sqlx::test(migrations = false)]
async fn what_a_worker_let_go_without_a_word_is_taken_up_though_it_renews_the_rest(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 3).await;
    let held: Vec<_> = claim(&crowd, 3).await.iter().map(|one| (one.organisation, one.send, one.number)).collect();
    let mut connection = crowd.database.pool.acquire().await.unwrap();
    assert_eq!(store::renew(&mut connection, &held[..2], LEASE).await.unwrap().len(), 2);
    assert_eq!(store::release_expired(&mut connection).await.unwrap(), 1);
    assert_eq!(crowd.states().await, counts([("sending", 2), ("queued", 1)]));
    assert_eq!(store::renew(&mut connection, &held[..2], LEASE).await.unwrap().len(), 2);
}

#[sqlx::test(migrations = false)]
async fn a_row_that_somebody_holds_keeps_no_other_from_being_claimed(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 3).await;
    crowd.database.execute("update employees set suspended_at = now() where email = 'p1@example.org'").await;
    let mut somebody = crowd.owner().begin().await.unwrap();
    sqlx::query("select from sends where address = 'p1@example.org' for update").execute(&mut *somebody).await.unwrap();
    assert_eq!(claim(&crowd, 3).await.len(), 2);
    somebody.rollback().await.unwrap();
    assert_eq!(claim(&crowd, 3).await.len(), 0);
    assert_eq!(crowd.states().await, counts([("sending", 2), ("dropped suspended", 1)]));
}

#[sqlx::test(migrations = false)]
async fn an_acknowledgement_that_is_written_twice_counts_once(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 1).await;
    let held = claim(&crowd, 1).await;
    let later = Outcome::unanswered(Tried { attempts: 0, for_long: Duration::ZERO, jitter: 0.5 });
    assert_eq!(finish(&crowd, &held, &later).await, 1);
    assert_eq!(finish(&crowd, &held, &later).await, 0);
    assert_eq!(crowd.value::<i64>("select count(*) from attempts").await, 1);
    assert_eq!(crowd.events().await, counts([("deferred", 1)]));
}

#[sqlx::test(migrations = false)]
async fn what_comes_back_after_its_batch_was_stopped_is_dropped(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 2).await, Relay::accepting().await);
    crowd.batch(crowd.organisation, "p").await;
    let held = claim(&crowd, 1).await;
    crowd
        .database
        .execute(
            "update batches set stopped_at = now();
             update sends set state = 'dropped', reason = 'stopped', finished_at = now()",
        )
        .await;
    finish(&crowd, &held, &Outcome::returned()).await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    // Whoever keeps house notices in the next round, and tells whoever started it.
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(crowd.value::<i64>("select count(*) from batches where ended_at is null").await, 0);
    assert_eq!(crowd.value::<i64>("select count(*) from sends where state = 'dropped' and reason = 'stopped'").await, 2);
    assert_eq!(crowd.value::<i64>("select count(*) from sends where state = 'sent' and kind <> 'notice'").await, 0);
}

#[sqlx::test(migrations = false)]
async fn what_comes_back_without_a_reason_to_leave_is_in_nobodys_way(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 3).await;
    let held = claim(&crowd, 3).await;
    let (moved, cancelled) = (held[0].employee.0, held[1].employee.0);
    let changes = format!(
        "update employees set email = 'moved@example.org', email_normalised = 'moved@example.org' where id = {moved};
         update invitations set cancelled_at = now() where employee_id = {cancelled}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(changes)).execute(crowd.owner()).await.unwrap();
    let later = Outcome::unanswered(Tried { attempts: 0, for_long: Duration::ZERO, jitter: 0.5 });
    finish(&crowd, &held[..1], &later).await;
    finish(&crowd, &held[1..], &Outcome::returned()).await;
    assert_eq!(crowd.states().await, counts([("dropped address_changed", 1), ("dropped cancelled", 1), ("queued", 1)]));
    assert_eq!(crowd.value::<i64>("select count(*) from outbox").await, 1);
    assert_eq!(crowd.events().await, counts([("deferred", 1), ("dropped", 2)]));
}

#[sqlx::test(migrations = false)]
async fn what_a_worker_holds_is_dropped_by_nobody_and_told_truthfully(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 3).await;
    let held = claim(&crowd, 2).await;
    crowd.database.execute("update sends set state = 'dropped', reason = 'cancelled', finished_at = now()").await;
    assert_eq!(crowd.states().await, counts([("sending", 2), ("dropped cancelled", 1)]));
    assert_eq!(finish(&crowd, &held, &Outcome::sent(None)).await, 2);
    assert_eq!(crowd.states().await, counts([("sent", 2), ("dropped cancelled", 1)]));
    assert_eq!(crowd.value::<i64>("select count(*) from outbox").await, 0);
}

#[sqlx::test(migrations = false)]
async fn what_is_open_stands_in_the_outbox_whoever_writes_it(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 4).await;
    let apart = "select count(*) from sends s full join outbox o on o.send_id = s.id
                 where coalesce(s.state in ('queued', 'deferred'), false) <> (o.send_id is not null)
                    or o.not_before <> s.not_before or o.deferred <> (s.state = 'deferred')";
    for change in [
        "update sends set state = 'deferred', not_before = now() + interval '1 hour' where address = 'p1@example.org'",
        "update sends set state = 'dropped', finished_at = now() where address <> 'p4@example.org'",
        "update sends set state = 'queued', finished_at = null, not_before = now() where address = 'p2@example.org'",
        "delete from sends where address = 'p4@example.org'",
    ] {
        crowd.database.execute(change).await;
        assert_eq!(crowd.value::<i64>(apart).await, 0, "{change}");
    }
    assert_eq!(crowd.value::<i64>("select count(*) from outbox").await, 1);
}

#[sqlx::test(migrations = false)]
async fn claiming_reads_no_more_of_the_outbox_than_it_takes(_: PgPoolOptions, options: PgConnectOptions) {
    // Planned while next to nothing waited, as when a batch comes into a quiet evening.
    let crowd = Crowd::new(options, 1).await;
    crowd.database.execute("analyze outbox").await;
    crowd.invite(crowd.organisation, "b", 3_000).await;
    crowd.batch(crowd.organisation, "b").await;
    let mut transaction = crowd.owner().begin().await.unwrap();
    let taken: i64 = sqlx::query_scalar("select count(*) from take_up_sends(50, 0, '20 s', 'x@example.org', 2)")
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    let (scans, rows): (i64, i64) = sqlx::query_as("select seq_scan, idx_tup_fetch from pg_stat_xact_user_tables where relname = 'outbox'")
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    assert_eq!((taken, scans), (50, 0));
    assert!(rows < 50 * 5, "{rows} rows read");
}

#[sqlx::test(migrations = false)]
async fn after_a_standstill_of_the_database_workers_have_a_moment_to_renew(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 2).await;
    claim(&crowd, 2).await;
    crowd.database.execute(LEASES_RUN_OUT).await;
    // Nobody has been seen for a while, though they were there.
    crowd
        .database
        .execute(
            "insert into workers (id, host, process, version, connections, keeps, seen_at)
             values (gen_random_uuid(), 'h', 1, '1', 1, false, clock_timestamp() - interval '30 seconds')",
        )
        .await;
    let mut connection = crowd.database.pool.acquire().await.unwrap();
    assert_eq!(store::release_expired(&mut connection).await.unwrap(), 0);
    crowd.database.execute("update workers set seen_at = clock_timestamp()").await;
    assert_eq!(store::release_expired(&mut connection).await.unwrap(), 2);
}
