//! What became of everybody in a batch: by reason, and retried.

use crate::launch::Launch;
use app::batches::{
    model::{Accepted, Audience, Proposal},
    progress::{Looked, Why},
    service::BatchService,
};
use domain::{
    batch::{BatchAction, OutcomeFilter},
    delivery::Reason,
    eligibility::Skip,
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

    let retry = Proposal::new(BatchAction::ResendInvitation, Audience::FailedOf(batch));
    let split = launch.batches.split(&by, &retry).await.unwrap();
    assert_eq!((split.people, split.receiving, split.could_retry), (3, 1, 2));
    assert!(split.skipped.iter().any(|group| group.reason == Skip::AddressRefused && group.people == 2));
    let retry = Proposal { refused_too: true, ..retry };
    let split = launch.batches.split(&by, &retry).await.unwrap();
    assert_eq!((split.receiving, split.could_retry, split.skipped.len()), (3, 2, 0));
    let accepted = launch.batches.accept(&by, &retry, &split.shown()).await.unwrap();
    assert!(matches!(accepted, Accepted::Batch { receiving: 3, .. }), "{accepted:?}");
    assert_eq!(launch.batches.split(&by, &retry).await.unwrap().people, 0);
    assert!(!launch.show(&by, batch).await.may_retry);
}
