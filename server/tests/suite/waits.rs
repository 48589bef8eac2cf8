//! What batches and delivery wait for, and who is told: of waits, of troubles, of the end.

use crate::{crowd::claim, house::acting, launch::Launch};
use app::{
    batches::{
        model::{Audience, Proposal},
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
use sink::relay::{Act, Moment, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

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

    assert!(view.line.since.is_some());
    assert_eq!(view.line.steered_by, None, "it ended by itself");
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
    // Somebody resumed it long ago; that it stands still is seen only now.
    launch.crowd.database.execute("update batches set moved_at = now() - interval '2 hours'").await;
    for _ in 0..2 {
        launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    }
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
    assert!(String::from_utf8(relay.received()[0].bytes.clone()).unwrap().contains("Subject: Your batch has had to wait: 2 waiting"));
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
    let everybody = Proposal::new(BatchAction::SendCredentials, Audience::Matching(Criteria::default()));
    assert_eq!(launch.batches.split(&by, &everybody).await.unwrap().wait, Some(Wait::Worker));
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
    let refused = "update sends s set state = 'deferred', reason = 'try_later', not_before = now() + interval '1 hour'
                   from outbox o where o.send_id = s.id and not o.held";
    launch.crowd.database.execute(refused).await;
    assert!(matches!(wait().await, Some(Wait::Retry(_))), "all others wait");
    let again =
        "update sends s set state = 'queued', reason = null, not_before = now() from outbox o where o.send_id = s.id and not o.held";
    launch.crowd.database.execute(again).await;
    assert_eq!(claim(&launch.crowd, 2).await.len(), 1);
    assert_eq!(wait().await, None, "that is no time");
    launch.crowd.database.execute("update outbox set dated_at = dated_at - interval '1 minute'").await;
    let view = launch.show(&by, batch).await;
    assert!(matches!(view.wait, Some(Wait::Answer { messages: 3, .. })), "{:?}", view.wait);
    assert_eq!((view.line.state, view.expected_end), (BatchState::Waiting, None));
    assert_eq!(launch.batches.list(&by, None).await.unwrap()[0].wait, view.wait, "the list says it as well");
    let owner = acting(by.organisation(), by.employee(), Role::Owner);
    let panel = launch.batches.delivery(&owner).await.unwrap();
    assert!(matches!(panel.wait, Some(Wait::Answer { messages: 3, .. })), "{panel:?}");
    assert_eq!(launch.batches.steer(&by, batch, Steer::Stop).await, Ok(Steered::Done));
    let view = launch.show(&by, batch).await;
    assert!(matches!((view.line.state, view.wait), (BatchState::Stopped, Some(Wait::Answer { messages: 3, .. }))));
    launch.crowd.database.execute("update outbox set dated_at = dated_at - interval '10 minutes'").await;
    assert_eq!(wait().await, None, "it is over");
}

#[sqlx::test(migrations = false)]
async fn a_relay_that_puts_everything_off_is_told_of(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let batch = launch.batch(&by, 15).await;
    let relay = Relay::start(|moment| match moment {
        Moment::Recipient(_) => Act::Say("451 4.7.1 greylisted"),
        _ => Act::Accept,
    })
    .await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    launch.crowd.database.execute("select report_worker(gen_random_uuid(), 'here', 1, '1', 1, false, null, null)").await;
    let others = "update batches set created_at = created_at - interval '1 hour', hold_until = hold_until - interval '1 hour';
                  update sends set state = 'queued', reason = null, not_before = now() where id in (select id from sends order by id limit 3)";
    launch.crowd.database.execute(others).await;
    let view = launch.show(&by, batch).await;
    assert_eq!((view.wait, view.line.state, view.expected_end), (Some(Wait::Acceptance(12)), BatchState::Waiting, None));
}

#[sqlx::test(migrations = false)]
async fn a_rate_counts_nothing_from_before_a_pause(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let batch = launch.batch(&by, 40).await;
    launch.pace(by.organisation(), Pace { per_day: Some(30), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let before = "update batches set created_at = created_at - interval '1 minute', hold_until = hold_until - interval '1 minute';
                  update sends set finished_at = now() - interval '12 seconds' where state = 'sent'";
    launch.crowd.database.execute(before).await;
    assert!(launch.show(&by, batch).await.per_minute > 60);
    for steer in [Steer::Pause, Steer::Resume] {
        launch.batches.steer(&by, batch, steer).await.unwrap();
    }
    launch.crowd.database.execute("update batches set moved_at = now() - interval '8 seconds'").await;
    assert_eq!(launch.show(&by, batch).await.per_minute, 0);
}
