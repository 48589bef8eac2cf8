//! Delivery beside others: several workers, administrators who cancel and undo at the same moment.

use crate::crowd::{Crowd, claim, counts, finish, to};
use domain::{delivery::SendKind, ids::OrganisationId};
use server::{
    mail::smtp::Timeouts,
    outbox::{UNWRITTEN, outcome::Outcome},
};
use sink::relay::{Act, Moment, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

#[sqlx::test(migrations = false)]
async fn two_workers_share_without_a_second_copy(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 500).await, Relay::accepting().await);
    let (one, two) = (crowd.worker_to(to(&relay, Timeouts::default()), 3), crowd.worker_to(to(&relay, Timeouts::default()), 3));
    let (first, second) = tokio::join!(one.run_until_idle(), two.run_until_idle());
    first.and(second).unwrap();
    assert_eq!(relay.counted().len(), 500);
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
    assert_eq!(crowd.states().await, counts([("sent", 500)]));
}

#[sqlx::test(migrations = false)]
async fn what_has_lost_its_reason_is_dropped_with_the_reason(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 7).await, Relay::accepting().await);
    crowd
        .database
        .execute(
            "update employees set removed_at = now() where email = 'p1@example.org';
             update employees set suspended_at = now() where email = 'p2@example.org';
             update employees set activated_at = now() where email = 'p3@example.org';
             update employees set email = 'new@example.org', email_normalised = 'new@example.org' where email = 'p4@example.org';
             update invitations set cancelled_at = now() where employee_id = (select id from employees where email = 'p5@example.org');
             update invitations set withdrawn_at = now() where employee_id = (select id from employees where email = 'p6@example.org')",
        )
        .await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    let dropped = ["removed", "suspended", "activated", "address_changed", "cancelled", "undone"];
    let mut expected = counts([("sent", 1)]);
    expected.extend(dropped.map(|reason| (format!("dropped {reason}"), 1)));
    assert_eq!(crowd.states().await, expected);
    assert_eq!(crowd.events().await, counts([("sent", 1), ("dropped", 6)]));
    assert_eq!(relay.received().len(), 1);
}

#[sqlx::test(migrations = false)]
async fn what_is_sent_after_its_invitation_ended_is_told_truthfully_and_revives_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 2).await;
    let claimed = claim(&crowd, 2).await;
    crowd
        .database
        .execute(
            "update invitations set cancelled_at = now() where employee_id = (select id from employees where email = 'p1@example.org');
             update employees set email = 'new@example.org', email_normalised = 'new@example.org' where email = 'p2@example.org'",
        )
        .await;
    assert_eq!(finish(&crowd, &claimed, &Outcome::sent(None)).await, 2);
    assert_eq!(crowd.states().await, counts([("sent", 2)]));
    assert_eq!(crowd.value::<i64>("select count(*) from invitations where expires_at is null").await, 2);
    assert_eq!(crowd.value::<i64>("select count(*) from standings where expires_at is null and last_sent_at is not null").await, 2);
}

#[sqlx::test(migrations = false)]
async fn a_resend_takes_nothing_away_until_it_is_sent(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 1).await, Relay::accepting().await);
    let worker = crowd.worker(&relay);
    worker.run_until_idle().await.unwrap();
    crowd
        .database
        .execute(
            "update settings set validity_days = 60;
             insert into sends (organisation_id, employee_id, kind, invitation_id, address, language, priority)
             select organisation_id, employee_id, 'resend', invitation_id, address, language, 0 from sends",
        )
        .await;
    relay.change(|moment| if matches!(moment, Moment::Recipient(_)) { Act::Say("451 later") } else { Act::Accept });
    worker.run_until_idle().await.unwrap();
    let of = "select kind from sends s join invitations i on i.id = s.invitation_id and i.expires_at = s.expires_at";
    assert_eq!(crowd.value::<String>(of).await, SendKind::Invitation.as_str());
    relay.change(|_| Act::Accept);
    crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.value::<String>(of).await, SendKind::Resend.as_str());
    let stands = "select t.expires_at = i.expires_at from standings t join invitations i on i.id = t.invitation_id";
    assert!(crowd.value::<bool>(stands).await);
}

/// Takes a batch back as the service does it: its row first, and only while nothing of it was taken up.
async fn undo(crowd: &Crowd, batch: i64) -> bool {
    let mut transaction = crowd.owner().begin().await.unwrap();
    sqlx::query("select 1 from batches where id = $1 for update").bind(batch).execute(&mut *transaction).await.unwrap();
    let begun: bool = sqlx::query_scalar("select exists (select from outbox where batch_id = $1 and taken_up_at is not null)")
        .bind(batch)
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    if !begun {
        sqlx::query("update sends set state = 'dropped', reason = 'undone', finished_at = clock_timestamp() where batch_id = $1")
            .bind(batch)
            .execute(&mut *transaction)
            .await
            .unwrap();
        sqlx::query("update batches set undone_at = clock_timestamp() where id = $1").bind(batch).execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
    !begun
}

async fn batch(crowd: &Crowd, organisation: OrganisationId, round: i32) -> i64 {
    crowd.invite(organisation, &format!("b{round}x"), 3).await;
    crowd.batch(organisation, &format!("b{round}x")).await
}

#[sqlx::test(migrations = false)]
async fn undo_and_claim_never_both_have_a_batch(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 0).await;
    for round in 0..40 {
        let batch = batch(&crowd, crowd.organisation, round).await;
        let (was_undone, claimed) = tokio::join!(undo(&crowd, batch), async {
            sleep(Duration::from_micros(u64::try_from(round).unwrap() * 100)).await;
            claim(&crowd, 10).await
        });
        assert_eq!(claimed.len(), if was_undone { 0 } else { 3 }, "round {round}");
        finish(&crowd, &claimed, &Outcome::sent(None)).await;
    }
    assert_eq!(crowd.states().await.values().sum::<i64>(), 120);
}

#[sqlx::test(migrations = false)]
async fn while_somebody_undoes_one_batch_the_others_leave(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 4).await, Relay::accepting().await);
    let batch = batch(&crowd, crowd.organisation, 0).await;
    let mut undoing = crowd.owner().begin().await.unwrap();
    sqlx::query("select 1 from batches where id = $1 for update").bind(batch).execute(&mut *undoing).await.unwrap();
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 4), ("queued", 3)]));
    undoing.rollback().await.unwrap();
    crowd.worker(&relay).run_until_idle().await.unwrap();
    // The notice that the batch has ended may be queued by now, or not yet.
    assert_eq!(crowd.value::<i64>("select count(*) from sends where kind <> 'notice' and state = 'sent'").await, 7);
}

#[sqlx::test(migrations = false)]
async fn database_connections_that_are_cut_lose_nobody(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 600).await, Relay::accepting().await);
    let (worker, stop) = (crowd.worker_to(to(&relay, Timeouts::default()), 4), CancellationToken::new());
    let mut cuts = 0;
    let cutting = async {
        while crowd.states().await.get("sent") != Some(&600) {
            if cuts < 5 {
                // The test's own connections stay.
                crowd.database.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ~ '(take_up|finish)_sends' and pid <> pg_backend_pid()").await;
                cuts += 1;
            }
            sleep(Duration::from_millis(40)).await;
            // A claim whose answer was cut off is taken up when its lease has run out.
            crowd
                .database
                .execute("update leases set until = now() where number in (select lease_number from outbox where held and taken_up_at < now() - interval '3 seconds')")
                .await;
        }
        stop.cancel();
    };
    tokio::join!(async { timeout(Duration::from_mins(1), worker.run(stop.clone())).await.unwrap() }, cutting);
    let counted = relay.counted();
    assert_eq!(counted.len(), 600);
    assert!(counted.values().all(|(_, different)| *different == 1));
    let again: usize = counted.values().map(|(copies, _)| copies - 1).sum();
    assert!(again <= 5 * UNWRITTEN, "{again}");
}

#[sqlx::test(migrations = false)]
async fn an_expiry_is_recorded_once_and_again_after_a_resend(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 2).await, Relay::accepting().await);
    let worker = crowd.worker(&relay);
    worker.run_until_idle().await.unwrap();
    crowd
        .database
        .execute(
            "update invitations set expires_at = now() - interval '1 second';
             select refresh_standings(1, array(select id from employees))",
        )
        .await;
    for _ in 0..2 {
        worker.run_until_idle().await.unwrap();
        assert_eq!(crowd.events().await, counts([("sent", 2), ("expired", 2)]));
    }
    crowd
        .database
        .execute(
            "insert into sends (organisation_id, employee_id, kind, invitation_id, address, language, priority)
             select organisation_id, employee_id, 'resend', invitation_id, address, language, 0 from sends",
        )
        .await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.value::<i64>("select count(*) from invitations where expiry_noted_at is null").await, 2);
}
