//! Whose turn it is.

use crate::{
    crowd::{Crowd, claim, counts, finish, to},
    launch::Launch,
};
use app::batches::model::Audience;
use domain::{batch::BatchAction, delivery::SendKind, ids::EmployeeId, pace::Pace};
use server::{
    db,
    mail::smtp::Timeouts,
    outbox::{
        Worker,
        outcome::{Outcome, Tried},
    },
    reset::request::{Helped, send_what_helps},
};
use sink::relay::{Act, Moment, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

#[sqlx::test(migrations = false)]
async fn a_large_batch_of_one_organisation_does_not_hold_up_another(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let second = launch.crowd.database.organisation("Second").await;
    let other = launch.administrator(second).await;
    launch.batch(&by, 60).await;
    launch.batch(&other, 4).await;
    let relay = Relay::accepting().await;
    // So that claims are small, as they are with a slow relay.
    let worker = Worker::new(launch.crowd.settings(to(&relay, Timeouts::default()), 2));
    worker.run_until_idle().await.unwrap();
    let order: Vec<bool> = relay.received().iter().map(|message| message.recipient.contains(&format!("p{second}x"))).collect();
    let last = order.iter().rposition(|is_other| *is_other).unwrap();
    assert_eq!(order.iter().filter(|is_other| **is_other).count(), 4);
    assert!(last < 30, "{order:?}");
}

#[sqlx::test(migrations = false)]
async fn notices_by_the_thousand_take_turns_with_batches_and_keep_to_the_pace(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch
        .crowd
        .database
        .execute(
            "insert into sends (organisation_id, employee_id, kind, notice, address, language, priority)
             select organisation_id, id, 'notice', 'address_changed', 'old' || i || '@example.org', 'en', 5
             from employees, generate_series(1, 60) i",
        )
        .await;
    launch.batch(&by, 10).await;
    launch.pace(by.organisation(), Pace { per_day: Some(40), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let order: Vec<bool> = relay.received().iter().map(|message| message.recipient.starts_with('p')).collect();
    assert_eq!((order.len(), order.iter().filter(|is_batch| **is_batch).count()), (40, 10), "{order:?}");
}

#[sqlx::test(migrations = false)]
async fn where_one_leaves_at_a_time_notices_leave_turns_to_batches(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let notices = "insert into sends (organisation_id, employee_id, kind, notice, address, language, priority)
                   select organisation_id, id, 'notice', 'address_changed', 'old' || i || '@example.org', 'en', 5
                   from employees, generate_series(1, 60) i";
    launch.crowd.database.execute(notices).await;
    launch.batch(&by, 30).await;
    let mut of_batch = 0;
    for _ in 0..40 {
        let claimed = claim(&launch.crowd, 1).await.pop().unwrap();
        of_batch += usize::from(claimed.values.unwrap().kind != SendKind::Notice);
    }
    assert!((5..=30).contains(&of_batch), "{of_batch} of 40");
}

#[sqlx::test(migrations = false)]
async fn a_second_batch_counts_what_left_before_it_in_its_end(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.pace(by.organisation(), Pace { per_hour: Some(500), per_day: Some(10), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    launch.batch(&by, 6).await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    launch.crowd.database.execute("update pace_counts set minute = minute - interval '10 hours'").await;
    for (people, hours) in [(4, 0.0), (5, 14.0), (10, 14.0), (11, 24.0), (14, 24.0), (15, 38.0)] {
        let query = sqlx::query_scalar("select extract(epoch from last_leaves($1) - now())::float8 / 3600").bind(people);
        let mut transaction = db::begin(&launch.crowd.database.pool, by.organisation()).await.unwrap();
        let ours: f64 = query.fetch_one(&mut *transaction).await.unwrap();
        assert!((ours - hours).abs() < 0.05, "{people} {ours}");
    }
    // Of a limit that is lowered below what has left, room comes with the window, not with the first of these.
    launch.crowd.database.execute("insert into pace_counts select scope, minute + interval '4 hours', 6 from pace_counts").await;
    let until = "select extract(epoch from until - now())::float8 / 3600 from pace_state((select min(organisation_id) from settings), null, null, 5, now())";
    assert!((launch.crowd.value::<f64>(until).await - 18.0).abs() < 0.05);
    launch.crowd.database.execute("delete from pace_counts where minute > now() - interval '8 hours'").await;
    let batch = launch.batch(&by, 8).await;
    // As if a worker were there.
    launch.crowd.database.execute("select report_worker(gen_random_uuid(), 'here', 1, '1', 1, false, null, null)").await;
    let view = launch.show(&by, batch).await;
    assert!(view.expected_end.is_some(), "four of them leave later, and it says when");
}

#[sqlx::test(migrations = false)]
async fn what_is_due_again_does_not_wait_for_all_others_of_its_batch(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.batch(&by, 100).await;
    let refused = "update sends set state = 'deferred', reason = 'try_later', attempts = 1, not_before = now() where id % 2 = 0";
    launch.crowd.database.execute(refused).await;
    launch.pace(by.organisation(), Pace { per_day: Some(40), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let again: i64 = launch.crowd.value("select count(*) from sends where state = 'sent' and attempts = 2").await;
    assert_eq!(relay.accepted(), 40);
    assert!((1..=20).contains(&again), "{again}");
    launch.pace(by.organisation(), Pace::default()).await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 100);
}

#[sqlx::test(migrations = false)]
async fn who_is_waited_for_overtakes_a_batch(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.batch(&by, 30).await;
    let somebody = launch.crowd.database.employee(by.organisation(), "Somebody").await;
    launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(vec![somebody])).await;
    launch.pace(by.organisation(), Pace { per_day: Some(3), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.received()[0].recipient, "somebody@example.org");
    // It counts: two of the batch are left of the day.
    assert_eq!(relay.accepted(), 3);
}

#[sqlx::test(migrations = false)]
async fn who_is_waited_for_overtakes_what_was_claimed_before_the_relay_became_slow(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 2_000).await;
    let mut recipients = 0;
    let relay = Relay::start(move |moment| {
        recipients += usize::from(matches!(moment, Moment::Recipient(_)));
        if recipients > 1_000 && matches!(moment, Moment::Recipient(_)) { Act::Wait(Duration::from_millis(200)) } else { Act::Accept }
    })
    .await;
    let (worker, stop) = (crowd.worker_to(to(&relay, Timeouts::default()), 4), CancellationToken::new());
    let watch = async {
        while relay.accepted() < 1_000 {
            sleep(Duration::from_millis(10)).await;
        }
        let urgent = "insert into sends (organisation_id, employee_id, kind, notice, address, language, priority)
                      select organisation_id, min(id), 'notice', 'address_changed', 'urgent@example.org', 'en', 0 from employees group by 1";
        crowd.database.execute(urgent).await;
        let before = relay.accepted();
        while !relay.received().iter().any(|message| message.recipient == "urgent@example.org") {
            sleep(Duration::from_millis(50)).await;
        }
        assert!(relay.accepted() - before < 120, "{} overtook it", relay.accepted() - before);
        stop.cancel();
    };
    timeout(Duration::from_mins(2), async { tokio::join!(worker.run(stop.clone()), watch) }).await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn what_was_refused_for_now_and_comes_back_untouched_waits_as_before(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.batch(&by, 2).await;
    launch.crowd.database.execute("update sends set state = 'deferred', reason = 'try_later', attempts = 1").await;
    let tried = Tried { attempts: 1, for_long: Duration::ZERO, jitter: 0.5 };
    let (one, other) = (claim(&launch.crowd, 1).await, claim(&launch.crowd, 1).await);
    finish(&launch.crowd, &one, &Outcome::returned()).await;
    // Behind all others goes what may itself be why the relay is in trouble.
    finish(&launch.crowd, &other, &Outcome::set_back(Duration::from_secs(20), None, tried)).await;
    assert_eq!(launch.crowd.states().await, counts([("deferred try_later", 1), ("queued", 1)]));
    assert_eq!(launch.crowd.value::<i64>("select count(*) from outbox where deferred and not held").await, 1);
}

#[sqlx::test(migrations = false)]
async fn who_asks_for_help_gets_what_waits_for_them_in_a_batch(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.batch(&by, 10).await;
    launch.pace(by.organisation(), Pace { per_day: Some(1), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 1);
    let last: i64 = launch.crowd.value("select max(employee_id) from outbox").await;
    let helped = send_what_helps(&launch.crowd.database.pool, by.organisation(), EmployeeId(last)).await.unwrap();
    assert_eq!(helped, Helped::SentBefore);
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 2);
    let left: Vec<i64> = launch.crowd.value("select array_agg(employee_id order by finished_at) from sends where state = 'sent'").await;
    assert_eq!(left[1], last);
}

#[sqlx::test(migrations = false)]
async fn who_asks_for_help_overtakes_no_hold(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.batch(&by, 2).await;
    let held = "update batches set hold_until = now() + interval '1 minute';
                update sends set not_before = b.hold_until from batches b where b.id = sends.batch_id";
    launch.crowd.database.execute(held).await;
    let waits: i64 = launch.crowd.value("select max(employee_id) from outbox").await;
    let helped = send_what_helps(&launch.crowd.database.pool, by.organisation(), EmployeeId(waits)).await.unwrap();
    assert_eq!(helped, Helped::SentBefore);
    let relay = Relay::accepting().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 0);
}
