//! Delivery where the relay refuses a sender: its organisation waits, is told why, and goes on by itself; nobody else notices.

use crate::{
    crowd::{counts, to},
    house::acting,
    launch::Launch,
};
use app::{
    batches::{progress::Wait, service::BatchService},
    session::Administrator,
};
use domain::{delivery::Concern, ids::OrganisationId, pace::Pace, role::Role};
use server::{mail::smtp::Timeouts, outbox::RelayState};
use sink::relay::{Act, Moment, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

const REFUSED: &str = "people@mistyped.example";

/// A relay that refuses one sender, and counts how often.
async fn choosy() -> (Relay, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let relay = Relay::start(move |moment| match moment {
        Moment::Sender(sender) if sender == REFUSED => {
            count.fetch_add(1, Ordering::Relaxed);
            Act::Say("550 5.7.1 <people@mistyped.example>: not your domain")
        }
        _ => Act::Accept,
    })
    .await;
    (relay, asked)
}

async fn sends_from(launch: &Launch, organisation: OrganisationId, sender: &str) {
    let query = sqlx::query("update settings set sender_address = $2 where organisation_id = $1").bind(organisation.0).bind(sender);
    query.execute(launch.crowd.owner()).await.unwrap();
}

/// A batch to thirty people, from the sender that is refused.
async fn launch_from_there(options: PgConnectOptions) -> Launch {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    sends_from(&launch, by.organisation(), REFUSED).await;
    launch.batch(&by, 30).await;
    launch
}

#[sqlx::test(migrations = false)]
async fn a_refused_sender_holds_up_its_organisation_alone(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let mill = launch.administrator(launch.crowd.organisation).await;
    let bakery = launch.administrator(launch.crowd.database.organisation("Bakery").await).await;
    sends_from(&launch, mill.organisation(), REFUSED).await;
    let (held_up, other) = (launch.batch(&mill, 30).await, launch.batch(&bakery, 30).await);
    let (relay, asked) = choosy().await;
    let worker = launch.crowd.worker_to(to(&relay, Timeouts::default()), 4);
    worker.run_until_idle().await.unwrap();
    assert_eq!(*worker.relay_state().borrow(), RelayState::Working);
    assert_eq!(launch.crowd.states().await, counts([("queued", 30), ("sent", 30)]));
    // One of each lane at first, and one for each try since.
    let tries = usize::try_from(launch.crowd.value::<i32>("select failures from refused_senders").await).unwrap();
    assert!(asked.load(Ordering::Relaxed) < 4 + tries, "whoever was claimed with it is not offered: {asked:?}");
    assert_eq!(launch.crowd.value::<i64>("select count(*) from sends where state = 'queued' and attempts > 0").await, 0);

    // As if it ran on.
    launch.crowd.database.execute("select report_worker(gen_random_uuid(), 'here', 1, '1', 1, false, null, null)").await;
    let Some(Wait::Relay { concern: Concern::Sender, words, .. }) = launch.show(&mill, held_up).await.wait else { panic!("it says why") };
    assert!(words.contains("not your domain") && !words.contains("people@"), "{words}");
    assert_eq!(launch.show(&bakery, other).await.wait, None);

    // Another sender is tried at once.
    sends_from(&launch, mill.organisation(), "people@mill.example").await;
    launch.crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(launch.crowd.value::<i64>("select count(*) from sends where batch_id is not null and state = 'sent'").await, 60);
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
    // It is remembered, to its own owner.
    let trouble = async |by: &Administrator| {
        let owner = acting(by.organisation(), by.employee(), Role::Owner);
        launch.batches.delivery(&owner).await.unwrap().trouble
    };
    let remembered = trouble(&mill).await.unwrap();
    assert!(remembered.concern == Concern::Sender && remembered.words.contains("not your domain"), "{remembered:?}");
    assert_eq!(trouble(&bakery).await, None);
}

#[sqlx::test(migrations = false)]
async fn a_refused_sender_is_tried_with_one_message_until_it_is_taken(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = launch_from_there(options).await;
    let (relay, asked) = choosy().await;
    let worker = launch.crowd.worker(&relay);
    for tries in 1..4 {
        worker.run_until_idle().await.unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), tries);
        assert_eq!(launch.crowd.value::<i32>("select failures from refused_senders").await, i32::try_from(tries).unwrap());
        launch.crowd.database.execute("update refused_senders set next_try = clock_timestamp() + interval '1 hour'").await;
        worker.run_until_idle().await.unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), tries, "not before its time");
        launch.crowd.database.execute("update refused_senders set next_try = clock_timestamp()").await;
    }
    relay.change(|_| Act::Accept);
    worker.run_until_idle().await.unwrap();
    assert_eq!(launch.crowd.value::<i64>("select count(*) from refused_senders where failures = 3").await, 0);
    // Whoever was set back leaves as well.
    launch.crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(launch.crowd.value::<i64>("select count(*) from sends where batch_id is not null and state = 'sent'").await, 30);
    assert_eq!(launch.crowd.value::<i64>("select count(*) from refused_senders").await, 0);
}

#[sqlx::test(migrations = false)]
async fn delivery_goes_on_by_itself_once_the_sender_is_taken(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = launch_from_there(options).await;
    let (relay, asked) = choosy().await;
    let (worker, stop) = (launch.worker(&relay, Pace::default()), CancellationToken::new());
    let seen = async {
        while asked.load(Ordering::Relaxed) < 2 {
            sleep(Duration::from_millis(20)).await;
        }
        relay.change(|_| Act::Accept);
        while relay.accepted() < 28 {
            sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
    };
    timeout(Duration::from_secs(30), async { tokio::join!(worker.run(stop.clone()), seen) }).await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn a_sender_that_is_refused_late_or_for_now_fails_nobody_and_holds_up_no_other(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = launch_from_there(options).await;
    let recipient: fn(&Moment) -> bool = |moment| matches!(moment, Moment::Recipient(_));
    let sender: fn(&Moment) -> bool = |moment| matches!(moment, Moment::Sender(_));
    let message: fn(&Moment) -> bool = |moment| matches!(moment, Moment::Message(_));
    for (when, reply) in [
        (recipient, "553 5.7.1 <people@mistyped.example>: Sender address rejected: not owned by user latchkey"),
        (recipient, "450 4.1.8 <people@mistyped.example>: Sender address rejected: Domain not found"),
        (sender, "450 4.1.8 <people@mistyped.example>: Sender address rejected: Domain not found"),
        (message, "550 5.1.8 Access denied, bad outbound sender"),
    ] {
        let relay = Relay::start(move |moment| if when(moment) { Act::Say(reply) } else { Act::Accept }).await;
        let worker = launch.worker(&relay, Pace::default());
        worker.run_until_idle().await.unwrap();
        assert_eq!(launch.crowd.states().await, counts([("queued", 30)]), "{reply}");
        assert_eq!(launch.crowd.value::<String>("select words from refused_senders").await[..3], reply[..3]);
        assert_eq!(*worker.relay_state().borrow(), RelayState::Working, "{reply}");
        launch.crowd.database.execute("delete from refused_senders").await;
        launch.crowd.time_passes().await;
    }
}
