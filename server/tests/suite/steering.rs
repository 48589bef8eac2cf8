//! Batches on their way: paused, resumed, stopped, ended; what whoever started them is told.

use crate::{
    crowd::{claim, counts, finish},
    house::acting,
    launch::Launch,
};
use app::{
    batches::{
        model::Audience,
        progress::{BatchState, Steered, Wait, Whose},
        service::BatchService,
    },
    error::AppError,
};
use domain::{
    batch::{BatchAction, OutcomeFilter, Steer},
    delivery::Concern,
    listing::Criteria,
    pace::Pace,
    role::Role,
};
use mail_parser::MessageParser;
use server::outbox::outcome::Outcome;
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
    assert_eq!(launch.show(&by, batch).await.line.state, BatchState::Paused);
    // A message to one person passes it.
    let somebody = launch.crowd.database.employee(by.organisation(), "Somebody").await;
    launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(vec![somebody])).await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 1);
    assert_eq!(launch.batches.steer(&by, batch, Steer::Resume).await, Ok(Steered::Done));
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 4);
    let events = launch.crowd.events().await;
    assert_eq!((events["batch_paused"], events["batch_resumed"]), (1, 1));
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
async fn whoever_is_busy_with_somebody_holds_up_the_end_of_no_other_batch(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let (stopped, other, relay) = (launch.batch(&by, 2).await, launch.batch(&by, 2).await, Relay::accepting().await);
    launch.crowd.database.execute("update batches set stopped_at = now() where id = (select min(id) from batches)").await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let mut somebody = launch.crowd.owner().begin().await.unwrap();
    let of_stopped = "select from standings where employee_id in (select employee_id from sends where batch_id = (select min(id) from batches)) for update";
    sqlx::query(of_stopped).execute(&mut *somebody).await.unwrap();
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let states = async |batch| launch.show(&by, batch).await.line.over_at.is_some();
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

#[sqlx::test(migrations = false)]
async fn whoever_started_a_batch_is_told_once_that_it_has_ended(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let relay = Relay::start(|moment: &Moment| match moment {
        Moment::Recipient(to) if to.ends_with("x2@example.org") => Act::Say("550 5.1.1 no such user"),
        _ => Act::Accept,
    })
    .await;
    let mut people = Vec::new();
    for name in ["Px0", "Px1", "Px2", "Nowhere"] {
        people.push(launch.crowd.database.employee(by.organisation(), name).await);
    }
    launch
        .crowd
        .database
        .execute(
            "update employees set email = null, email_normalised = null, employee_number = '7' where last_name = 'Nowhere';
             update standings t set has_email = false from employees e where e.id = t.employee_id and e.email is null",
        )
        .await;
    let batch = launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(people)).await;
    launch.crowd.time_passes().await;
    assert!(matches!(launch.show(&by, batch).await.wait, Some(Wait::Worker)));
    for _ in 0..3 {
        launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    }
    let to_boss: Vec<Vec<u8>> =
        relay.received().into_iter().filter(|message| message.recipient.starts_with("boss")).map(|message| message.bytes).collect();
    assert_eq!(to_boss.len(), 1);
    let told = MessageParser::new().parse(&to_boss[0]).unwrap();
    assert_eq!(told.subject(), Some("Your batch has ended: 2 sent, 1 failed"));
    let words = told.body_text(0).unwrap();
    assert!(words.contains("Why messages failed: the mailbox does not exist (1)."), "{words}");
    assert!(words.contains("Skipped: 1 person has no email address."), "{words}");
    assert!(words.contains(&format!("/administration/batches/{batch}")));
    let view = launch.show(&by, batch).await;
    assert!(view.may_retry);
    assert_eq!(view.line.state, BatchState::Ended);
    assert_eq!((view.line.messages.sent, view.line.messages.failed, view.line.messages.open), (2, 1, 0));

    assert!(view.line.over_at.is_some());
}

#[sqlx::test(migrations = false)]
async fn whoever_started_a_batch_is_told_that_it_has_waited_for_an_hour(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let relay = Relay::start(|moment: &Moment| match moment {
        Moment::Recipient(to) if to.starts_with("boss") => Act::Accept,
        Moment::Recipient(_) => Act::Say("450 4.2.0 later"),
        _ => Act::Accept,
    })
    .await;
    launch.batch(&by, 2).await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 0);
    launch
        .crowd
        .database
        .execute("update batches set watched_at = watched_at - interval '61 minutes', stuck_since = stuck_since - interval '61 minutes'")
        .await;
    for _ in 0..2 {
        launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    }
    assert_eq!(relay.accepted(), 1);
    assert!(String::from_utf8(relay.received()[0].bytes.clone()).unwrap().contains("Subject: Your batch is waiting: 2 waiting"));
}

#[sqlx::test(migrations = false)]
async fn waiting_for_its_limit_alone_is_told_nobody_when_it_is_over(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.batch(&by, 4).await;
    launch.pace(by.organisation(), Pace { per_day: Some(2), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let hours = "update batches set created_at = created_at - interval '25 hours', hold_until = hold_until - interval '25 hours',
                                    watched_at = watched_at - interval '25 hours', stuck_since = stuck_since - interval '25 hours';
                 update sends set finished_at = finished_at - interval '25 hours'";
    launch.crowd.database.execute(hours).await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    launch.crowd.database.execute(hours).await;
    launch.crowd.database.execute("update pace_counts set minute = minute - interval '25 hours'").await;
    // It looks before anything leaves.
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 4);
    assert_eq!(launch.crowd.value::<i64>("select count(*) from sends where notice = 'batch_waits'").await, 0);
}

#[sqlx::test(migrations = false)]
async fn an_owner_sees_what_delivery_waits_for_and_nobody_else_does(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    assert_eq!(launch.batches.delivery(&by).await, Err(AppError::Forbidden));
    let owner = acting(by.organisation(), by.employee(), Role::Owner);
    let seen = async || launch.batches.delivery(&owner).await.unwrap();
    assert_eq!((seen().await.wait, seen().await.open), (Some(Wait::Worker), 0));
    let batch = launch.batch(&by, 3).await;
    let elsewhere = launch.crowd.database.organisation("Elsewhere").await;
    launch.crowd.invite(elsewhere, "e", 4).await;
    assert_eq!(seen().await.open, 3);

    let relay = Relay::start(|moment: &Moment| match moment {
        Moment::Recipient(_) => Act::Say("450 4.2.0 later"),
        _ => Act::Accept,
    })
    .await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let found = seen().await;
    assert_eq!((found.open, found.leaving, found.due_since), (3, false, None));
    assert!(found.refused.unwrap().words.contains("450 4.2.0 later"));
    let view = launch.batches.show(&by, batch, OutcomeFilter::Deferred.into()).await.unwrap();
    assert_eq!((view.line.messages.open, view.line.messages.deferred, view.outcomes.len()), (3, 3, 3));
    assert!(view.outcomes.iter().all(|outcome| outcome.next_try.is_some()));
    assert_eq!(launch.batches.show(&by, batch, OutcomeFilter::Open.into()).await.unwrap().outcomes, []);

    launch.crowd.time_passes().await;
    // As if it ran on.
    assert_eq!(seen().await.trouble, None);
    for concern in ["'connection', 'it was down'", "null, null"] {
        let report = format!("select report_worker('00000000-0000-4000-8000-000000000001', 'here', 1, '1', 1, false, {concern})");
        sqlx::raw_sql(sqlx::AssertSqlSafe(report)).execute(&launch.crowd.database.owner).await.unwrap();
    }
    let found = seen().await;
    assert!(found.wait.is_none() && found.leaving && found.due_since.is_some());
    assert!(found.trouble.is_some_and(|trouble| trouble.concern == Concern::Connection && trouble.words == "it was down"));
    // Another process has trouble where this one has none.
    launch
        .crowd
        .database
        .execute("select report_worker(gen_random_uuid(), 'there', 1, '1', 1, false, 'connection', 'not from here')")
        .await;
    let found = seen().await;
    assert_eq!((found.workers, found.troubled, found.wait), (2, 1, None));
    launch.pace(by.organisation(), Pace { per_day: Some(1), ..Pace::default() }).await;
    launch.crowd.database.execute("select pace_take(organisation_id, null, null, 1, 1) from settings").await;
    let Some(Wait::Limit { whose: Whose::Organisation, limit, .. }) = seen().await.wait else { panic!("{:?}", seen().await) };
    assert_eq!(limit.per_day, Some(1));
    launch.batches.steer(&by, batch, Steer::Pause).await.unwrap();
    let found = seen().await;
    assert_eq!((found.wait, found.open, found.leaving, found.due_since), (None, 3, false, None));
}

#[sqlx::test(migrations = false)]
async fn the_last_messages_wait_for_an_answer_and_say_so(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let batch = launch.batch(&by, 3).await;
    launch.crowd.database.execute("select report_worker(gen_random_uuid(), 'here', 1, '1', 1, false, null, null)").await;
    let wait = async || launch.show(&by, batch).await.wait;
    assert_eq!(claim(&launch.crowd, 2).await.len(), 2);
    launch.crowd.database.execute("update outbox set dated_at = dated_at - interval '1 minute' where held").await;
    assert_eq!(wait().await, None, "another one may leave");
    assert_eq!(claim(&launch.crowd, 2).await.len(), 1);
    assert_eq!(wait().await, None, "that is no time");
    launch.crowd.database.execute("update outbox set dated_at = dated_at - interval '1 minute'").await;
    let view = launch.show(&by, batch).await;
    assert!(matches!(view.wait, Some(Wait::Answer { messages: 3, .. })), "{:?}", view.wait);
    assert_eq!((view.line.state, view.expected_end), (BatchState::Waiting, None));
    assert_eq!(launch.batches.steer(&by, batch, Steer::Stop).await, Ok(Steered::Done));
    let view = launch.show(&by, batch).await;
    assert!(matches!((view.line.state, view.wait), (BatchState::Stopped, Some(Wait::Answer { messages: 3, .. }))));
    launch.crowd.database.execute("update outbox set dated_at = dated_at - interval '10 minutes'").await;
    assert_eq!(wait().await, None, "it is over");
}
