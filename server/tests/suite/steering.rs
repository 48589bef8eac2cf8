//! Batches that are paused, resumed and stopped, whatever comes back meanwhile.

use crate::{
    crowd::{claim, counts, finish},
    launch::Launch,
};
use app::batches::{
    model::Audience,
    progress::{BatchState, Steered},
    service::BatchService,
};
use domain::{
    batch::{BatchAction, Steer},
    listing::Criteria,
    pace::Pace,
};
use server::outbox::outcome::{Outcome, Tried};
use sink::relay::{Act, Moment, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

#[sqlx::test(migrations = false)]
async fn a_paused_batch_stays_where_it_is_until_it_is_resumed(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let relay = Relay::accepting().await;
    let batch = launch.batch(&by, 3).await;
    assert_eq!(launch.batches.steer(&by, batch, Steer::Pause).await, Ok(Steered::Done));
    assert_eq!(launch.batches.steer(&by, batch, Steer::Pause).await, Ok(Steered::Done));
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 0);
    let line = launch.show(&by, batch).await.line;
    assert_eq!((line.state, line.since.is_some()), (BatchState::Paused, true));
    assert_eq!(line.steered_by, Some(format!("Test Boss{}", by.organisation())));
    // A message to one person passes it.
    let somebody = launch.crowd.database.employee(by.organisation(), "Somebody").await;
    launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(vec![somebody])).await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 1);
    assert_eq!(launch.batches.steer(&by, batch, Steer::Resume).await, Ok(Steered::Done));
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 4);
    assert_eq!(launch.show(&by, batch).await.line.steered_by, None);
    let events = launch.crowd.events().await;
    assert_eq!((events["batch_paused"], events["batch_resumed"]), (1, 1));
}

#[sqlx::test(migrations = false)]
async fn what_is_paused_while_it_is_held_can_still_be_undone(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let people =
        [launch.crowd.database.employee(by.organisation(), "A").await, launch.crowd.database.employee(by.organisation(), "B").await];
    let batch = launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(people.to_vec())).await;
    assert_eq!(launch.batches.steer(&by, batch, Steer::Pause).await, Ok(Steered::Done));
    let view = launch.show(&by, batch).await;
    assert_eq!((view.line.state, view.is_held), (BatchState::Paused, true));
    assert_eq!(launch.batches.steer(&by, batch, Steer::Undo).await, Ok(Steered::Done));
    let view = launch.show(&by, batch).await;
    assert_eq!((view.line.state, view.is_held, view.line.messages.dropped), (BatchState::Undone, false, 2));
    assert_eq!(view.line.steered_by, Some(format!("Test Boss{}", by.organisation())));
}

#[sqlx::test(migrations = false)]
async fn stopping_drops_what_has_not_left_and_makes_those_not_invited_again(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let batch = launch.batch(&by, 5).await;
    launch.pace(by.organisation(), Pace { per_day: Some(2), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 2);
    assert_eq!(launch.batches.steer(&by, batch, Steer::Stop).await, Ok(Steered::Done));
    assert_eq!(launch.crowd.states().await, counts([("sent", 2), ("dropped stopped", 3)]));
    let invited: i64 = launch.crowd.value("select count(*) from employee_statuses where status = 'not_invited'").await;
    assert_eq!(invited, 3);
    let view = launch.show(&by, batch).await;
    assert_eq!((view.line.state, view.line.messages.dropped), (BatchState::Stopped, 3));
    assert_eq!(view.line.steered_by, Some(format!("Test Boss{}", by.organisation())));
    assert!(view.outcomes.iter().all(|outcome| outcome.finished_at.is_some()));
    assert_eq!(launch.batches.steer(&by, batch, Steer::Resume).await, Ok(Steered::TooLate));
    assert_eq!(launch.batches.steer(&by, batch, Steer::Undo).await, Ok(Steered::TooLate));
    launch.pace(by.organisation(), Pace::default()).await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    // The message about its end.
    assert_eq!(relay.accepted(), 3);
}

#[sqlx::test(migrations = false)]
async fn a_paused_message_to_one_person_is_in_nobodys_way(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let somebody = launch.crowd.database.employee(by.organisation(), "Somebody").await;
    let relay = Relay::accepting().await;
    relay.go_down().await;
    let alone = launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(vec![somebody])).await;
    assert_eq!(launch.batches.steer(&by, alone, Steer::Pause).await, Ok(Steered::Done));
    assert!(launch.crowd.value::<bool>("select next_send_due() is null").await);
    launch.batch(&by, 3).await;
    launch.pace(by.organisation(), Pace { per_day: Some(4), ..Pace::default() }).await;
    let worker = launch.worker(&relay, Pace::default());
    worker.run_until_idle().await.unwrap();
    relay.come_back().await;
    launch.crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    launch.crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(launch.crowd.value::<i64>("select count(*) from sends where batch_id is not null and state = 'sent'").await, 3);
    assert_eq!(launch.batches.steer(&by, alone, Steer::Resume).await, Ok(Steered::Done));
    worker.run_until_idle().await.unwrap();
    assert_eq!(launch.crowd.value::<i64>("select count(*) from sends where state = 'sent' and address = 'somebody@example.org'").await, 1);
    // That it was picked and not sent never counted.
    let counted = launch.crowd.value::<i64>("select sum(messages) from pace_counts where scope > 0").await;
    assert_eq!(usize::try_from(counted).unwrap(), relay.accepted());
}

#[sqlx::test(migrations = false)]
async fn what_comes_back_while_or_after_a_batch_is_stopped_leaves_nobody_invited(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let (batch, relay) = (launch.batch(&by, 4).await, Relay::accepting().await);
    let held = claim(&launch.crowd, 2).await;
    // Stopping waits for somebody who has the last one.
    let mut somebody = launch.crowd.owner().begin().await.unwrap();
    let last = "select from standings where employee_id = (select max(employee_id) from outbox) for update";
    sqlx::query(last).execute(&mut *somebody).await.unwrap();
    let meanwhile = async {
        while launch.crowd.value::<i64>("select count(*) from pg_locks where not granted").await == 0 {
            sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(finish(&launch.crowd, &held[..1], &Outcome::returned()).await, 1);
        somebody.rollback().await.unwrap();
    };
    let (stopped, ()) = tokio::join!(launch.batches.steer(&by, batch, Steer::Stop), meanwhile);
    assert_eq!(stopped, Ok(Steered::Done));
    finish(&launch.crowd, &held[1..], &Outcome::returned()).await;
    for _ in 0..2 {
        launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    }
    assert_eq!(launch.crowd.value::<i64>("select count(*) from employee_statuses where status = 'not_invited'").await, 4);
    let events = launch.crowd.events().await;
    assert_eq!((events["dropped"], events["withdrawn"]), (4, 4));
    let view = launch.show(&by, batch).await;
    assert_eq!((view.line.messages.dropped, view.line.messages.open), (4, 0));
    // They can be invited again.
    launch.press(&by, BatchAction::SendCredentials, Audience::Matching(Criteria::default())).await;
    assert_eq!(launch.crowd.value::<i64>("select count(*) from outbox where invitation_id is not null").await, 4);
}

#[sqlx::test(migrations = false)]
async fn what_is_left_of_a_stopped_batch_waits_for_no_limit_and_counts_towards_none(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.pace(by.organisation(), Pace { per_day: Some(2), ..Pace::default() }).await;
    let (batch, relay) = (launch.batch(&by, 4).await, Relay::accepting().await);
    let held = claim(&launch.crowd, 2).await;
    assert_eq!(launch.batches.steer(&by, batch, Steer::Stop).await, Ok(Steered::Done));
    let tried = Tried { attempts: 0, for_long: Duration::ZERO, jitter: 0.5 };
    finish(&launch.crowd, &held[..1], &Outcome::unanswered(tried)).await;
    finish(&launch.crowd, &held[1..], &Outcome::returned()).await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(launch.crowd.states().await, counts([("dropped stopped", 4), ("sent", 1)]), "whoever stopped it is told");
    // What may have left, and the message about the end.
    assert_eq!(launch.crowd.value::<i64>("select sum(messages) from pace_counts").await, 2);
    assert_eq!(launch.crowd.value::<i64>("select count(*) from batches where ended_at is null").await, 0);
}

#[sqlx::test(migrations = false)]
async fn whoever_is_busy_with_somebody_holds_up_the_end_of_no_other_batch(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let (stopped, other, relay) = (launch.batch(&by, 2).await, launch.batch(&by, 2).await, Relay::accepting().await);
    launch.crowd.database.execute("update batches set stopped_at = now() where id = (select min(id) from batches)").await;
    let mut somebody = launch.crowd.owner().begin().await.unwrap();
    let of_stopped = "select from standings where employee_id in (select employee_id from sends where batch_id = (select min(id) from batches)) for update";
    sqlx::query(of_stopped).execute(&mut *somebody).await.unwrap();
    for _ in 0..2 {
        launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    }
    let states = async |batch| launch.show(&by, batch).await.line.since.is_some();
    assert!(states(other).await);
    assert_eq!(launch.crowd.value::<i64>("select count(*) from batches where ended_at is null").await, 1);
    somebody.rollback().await.unwrap();
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(launch.crowd.value::<i64>("select count(*) from batches where ended_at is null").await, 0);
    let messages = [launch.show(&by, stopped).await.line.messages, launch.show(&by, other).await.line.messages];
    assert_eq!(messages.map(|messages| (messages.sent, messages.dropped, messages.open)), [(0, 2, 0), (2, 0, 0)]);
}

#[sqlx::test(migrations = false)]
async fn pausing_holds_back_what_was_claimed_and_not_begun(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let batch = launch.batch(&by, 150).await;
    let mut messages = 0;
    // So that much is claimed at once before it slows down.
    let relay = Relay::start(move |moment| {
        messages += i32::from(matches!(moment, Moment::Sender(_)));
        if messages > 40 { Act::Wait(Duration::from_millis(200)) } else { Act::Accept }
    })
    .await;
    let (worker, stop) = (launch.worker(&relay, Pace::default()), CancellationToken::new());
    let person = async {
        while relay.accepted() < 41 {
            sleep(Duration::from_millis(5)).await;
        }
        let held = async || launch.crowd.value::<i64>("select count(*) from outbox where held").await;
        assert!(held().await > 10, "there is something to give back");
        assert_eq!(launch.batches.steer(&by, batch, Steer::Pause).await, Ok(Steered::Done));
        while held().await > 0 {
            sleep(Duration::from_millis(20)).await;
        }
        // One on each connection was under way, and one may have been begun meanwhile.
        assert!(relay.accepted() < 50, "{}", relay.accepted());
        stop.cancel();
    };
    timeout(Duration::from_secs(30), async { tokio::join!(worker.run(stop.clone()), person) }).await.unwrap();
}
