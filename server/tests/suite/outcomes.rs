//! What became of everybody in a batch: by reason, and retried.

use crate::{crowd::counts, launch::Launch};
use app::batches::{
    model::{Accepted, Audience, Proposal, Source},
    progress::{Looked, Steered, Why},
    service::BatchService,
};
use domain::{
    batch::{BatchAction, OutcomeFilter, Part, Steer},
    delivery::Reason,
    eligibility::Skip,
    ids::EmployeeId,
    listing::Criteria,
    pace::Pace,
};
use sink::relay::{Act, Moment, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

#[sqlx::test(migrations = false)]
async fn what_failed_is_told_by_reason_and_addresses_that_were_refused_are_retried_where_that_is_wanted(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let relay = Relay::start(|moment: &Moment| match moment {
        Moment::Recipient(to) if to.starts_with("gone") => Act::Say("550 5.1.1 no such user"),
        Moment::Recipient(to) if to.starts_with("full") => Act::Say("552 5.2.2 mailbox full"),
        _ => Act::Accept,
    })
    .await;
    let mut people = Vec::new();
    for name in ["Fine", "Gone1", "Gone2", "Full"] {
        people.push(launch.crowd.database.employee(by.organisation(), name).await);
    }
    let batch = launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(people.clone())).await;
    launch.crowd.time_passes().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();

    let looked = |why| Looked { filter: OutcomeFilter::Failed, why, after: None };
    let view = launch.batches.show(&by, batch, looked(None)).await.unwrap();
    assert_eq!(view.failed, [(Reason::MailboxUnknown, 2), (Reason::MailboxFull, 1)]);
    assert_eq!(view.outcomes.len(), 3);
    let view = launch.batches.show(&by, batch, looked(Some(Why::Failed(Reason::MailboxFull)))).await.unwrap();
    assert_eq!(view.outcomes.iter().map(|outcome| outcome.employee).collect::<Vec<_>>(), [people[3]]);
    assert!(view.outcomes[0].address.as_deref().is_some_and(|address| address.starts_with("full")));

    let retry = Proposal::new(BatchAction::ResendInvitation, Audience::FailedOf(batch, None));
    let split = launch.batches.split(&by, &retry).await.unwrap();
    assert_eq!((split.people, split.receiving, split.could_retry), (3, 1, 2));
    assert!(split.skipped.iter().any(|group| group.reason == Skip::AddressRefused && group.people == 2));
    let full = Proposal { audience: Audience::FailedOf(batch, Some(Reason::MailboxFull)), ..retry.clone() };
    assert_eq!(launch.batches.split(&by, &full).await.unwrap().people, 1);
    // Nobody chose this one.
    let gone = launch.crowd.database.employee(by.organisation(), "Gone3").await;
    let alone = launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(vec![gone])).await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let one = Proposal { audience: Audience::FailedOf(alone, None), ..retry.clone() };
    let split = launch.batches.split(&by, &one).await.unwrap();
    assert_eq!((split.people, split.receiving, split.could_retry), (1, 0, 1));

    let retry = Proposal { refused_too: true, ..retry };
    let split = launch.batches.split(&by, &retry).await.unwrap();
    assert_eq!((split.receiving, split.could_retry, split.skipped.len()), (3, 2, 0));
    let accepted = launch.batches.accept(&by, &retry, &split.shown()).await.unwrap();
    let Accepted::Batch { id, receiving: 3, .. } = accepted else { panic!("{accepted:?}") };
    assert_eq!(launch.batches.split(&by, &retry).await.unwrap().people, 0);
    assert!(!launch.show(&by, batch).await.may_retry);
    let made = |batch| Source { batch, part: Part::Failed };
    assert_eq!(launch.show(&by, id).await.source, Some(made(batch)));
    assert_eq!(launch.show(&by, batch).await.followed, [made(id)]);
    // What was undone was nothing.
    assert_eq!(launch.batches.steer(&by, id, Steer::Undo).await, Ok(Steered::Done));
    assert_eq!(launch.show(&by, batch).await.followed, []);
    // Of another organisation nothing is known here.
    let other = launch.administrator(launch.crowd.database.organisation("Other").await).await;
    let foreign = Proposal { audience: Audience::FailedOf(batch, None), ..retry };
    let split = launch.batches.split(&other, &foreign).await.unwrap();
    assert!(matches!(launch.batches.accept(&other, &foreign, &split.shown()).await, Ok(Accepted::Nobody(_))));
}

#[sqlx::test(migrations = false)]
async fn whom_the_relay_refused_by_its_policy_is_retried_without_being_asked_for_another_address(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let batch = launch.batch(&by, 2).await;
    let relay = Relay::start(|moment: &Moment| match moment {
        Moment::Message(_) => Act::Say("554 5.7.1 spam"),
        _ => Act::Accept,
    })
    .await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(launch.crowd.states().await, counts([("failed refused", 2)]));
    let retry = Proposal::new(BatchAction::ResendInvitation, Audience::FailedOf(batch, None));
    let split = launch.batches.split(&by, &retry).await.unwrap();
    assert_eq!((split.people, split.receiving, split.could_retry), (2, 2, 0));
}

#[sqlx::test(migrations = false)]
async fn failed_resets_of_a_mixed_batch_are_retried_as_such(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let (new, active) =
        (launch.crowd.database.employee(by.organisation(), "New").await, launch.crowd.database.employee(by.organisation(), "Active").await);
    launch
        .crowd
        .database
        .execute(
            "update employees set activated_at = now() where last_name = 'Active';
             update standings s set activated_at = e.activated_at from employees e where e.id = s.employee_id",
        )
        .await;
    let proposal = Proposal { reset_too: true, ..Proposal::new(BatchAction::SendCredentials, Audience::Chosen(vec![new, active])) };
    let split = launch.batches.split(&by, &proposal).await.unwrap();
    let Accepted::Batch { id, receiving: 2, .. } = launch.batches.accept(&by, &proposal, &split.shown()).await.unwrap() else {
        panic!("both take part")
    };
    launch.crowd.time_passes().await;
    let relay = Relay::start(|moment: &Moment| match moment {
        Moment::Recipient(_) => Act::Say("552 5.2.2 full"),
        _ => Act::Accept,
    })
    .await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let view = launch.show(&by, id).await;
    assert!(view.may_retry && view.retries_resets);
    let retry = Proposal { resend_too: true, reset_too: true, ..Proposal::new(BatchAction::SendCredentials, Audience::FailedOf(id, None)) };
    assert_eq!(launch.batches.split(&by, &retry).await.unwrap().receiving, 2);

    // Whose invitation is cancelled by then gets no new one, and who is active by then no invitation.
    launch.press(&by, BatchAction::CancelInvitation, Audience::Chosen(vec![new])).await;
    assert_eq!(launch.batches.split(&by, &retry).await.unwrap().people, 1);
    launch.crowd.database.execute("update standings set activated_at = null").await;
    assert!(!launch.show(&by, id).await.may_retry);
}

/// Of whom nothing can have left is as before; of whom nobody knows is told so.
#[sqlx::test(migrations = false)]
async fn a_stopped_batch_leaves_alone_only_those_whom_a_message_may_have_reached(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let relay = Relay::start(|moment: &Moment| match moment {
        Moment::Recipient(to) if to.starts_with("grey") => Act::Say("450 4.2.0 greylisted"),
        Moment::Message(to) if to.starts_with("lost") => Act::TakeAndClose,
        _ => Act::Accept,
    })
    .await;
    let mut people = Vec::new();
    for name in ["Fine", "Grey", "Lost"] {
        people.push(launch.crowd.database.employee(by.organisation(), name).await);
    }
    let batch = launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(people.clone())).await;
    launch.crowd.time_passes().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let messages = launch.show(&by, batch).await.line.messages;
    assert_eq!((messages.sent, messages.open, messages.deferred), (1, 2, 2));
    assert_eq!(launch.batches.steer(&by, batch, Steer::Stop).await, Ok(Steered::Done));
    assert_eq!(launch.crowd.states().await, counts([("sent", 1), ("dropped stopped", 2)]));
    let outcomes = launch.show(&by, batch).await.outcomes;
    assert_eq!(outcomes.iter().map(|outcome| outcome.uncertain).collect::<Vec<_>>(), [false, false, true]);
    let uninvited = "select array_agg(employee_id) from employee_statuses where status = 'not_invited'";
    assert_eq!(launch.crowd.value::<Vec<i64>>(uninvited).await, [people[1].0]);
}

#[sqlx::test(migrations = false)]
async fn the_rest_of_a_stopped_batch_can_be_sent_to_nobody_else_and_not_twice(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    // Of whom an earlier invitation was cancelled is invited, too.
    launch.batch(&by, 6).await;
    launch.press(&by, BatchAction::CancelInvitation, Audience::Matching(Criteria::default())).await;
    let batch = launch.press(&by, BatchAction::SendCredentials, Audience::Matching(Criteria::default())).await;
    launch.crowd.time_passes().await;
    launch.pace(by.organisation(), Pace { per_day: Some(2), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert!(!launch.show(&by, batch).await.may_send_rest);
    assert_eq!(launch.batches.steer(&by, batch, Steer::Stop).await, Ok(Steered::Done));
    launch.pace(by.organisation(), Pace::default()).await;
    assert!(launch.show(&by, batch).await.may_send_rest);

    // Somebody of them gets a message of their own meanwhile.
    let not_reached = "select array_agg(employee_id order by employee_id) from sends where reason = 'stopped'";
    let not_reached: Vec<EmployeeId> = launch.crowd.value::<Vec<i64>>(not_reached).await.into_iter().map(EmployeeId).collect();
    launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(not_reached[..1].to_vec())).await;
    let rest = Audience::StoppedOf(batch);
    let split = launch.batches.split(&by, &Proposal::new(BatchAction::SendCredentials, rest.clone())).await.unwrap();
    let rest_of_it = not_reached.len() as u64 - 1;
    assert_eq!((split.people, split.receiving, rest_of_it >= 3), (rest_of_it, rest_of_it, true));
    // It is not offered for those alone who are suspended.
    launch.crowd.database.execute("update standings set suspended = true where activated_at is null").await;
    assert!(!launch.show(&by, batch).await.may_send_rest);
    launch.crowd.database.execute("update standings set suspended = false").await;
    let again = launch.press(&by, BatchAction::SendCredentials, rest.clone()).await;
    let made = |batch| Source { batch, part: Part::Stopped };
    assert_eq!((launch.show(&by, again).await.source, launch.show(&by, again).await.followed), (Some(made(batch)), Vec::new()));
    assert_eq!((launch.show(&by, batch).await.source, launch.show(&by, batch).await.followed), (None, vec![made(again)]));
    let outcomes = launch.show(&by, again).await.outcomes;
    assert_eq!(outcomes.iter().map(|outcome| outcome.employee).collect::<Vec<_>>(), not_reached[1..]);

    assert!(!launch.show(&by, batch).await.may_send_rest);
    assert_eq!(launch.batches.split(&by, &Proposal::new(BatchAction::SendCredentials, rest)).await.unwrap().people, 0);
    launch.crowd.time_passes().await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    let sent = "select count(distinct employee_id) = count(*) and count(*) = 6 from sends where kind <> 'notice' and state = 'sent'";
    assert!(launch.crowd.value::<bool>(sent).await);
}
