//! Delivery when the relay is in a mood: nothing is lost, nothing is failed that concerns everybody, copies are identical.

use crate::crowd::{Crowd, counts, impatient, to};
use domain::delivery::Concern;
use mail_parser::MessageParser;
use server::{mail::smtp::Timeouts, outbox::RelayState};
use sink::relay::{Act, Moment, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

fn concern(state: &RelayState) -> Option<Concern> {
    match state {
        RelayState::Working => None,
        RelayState::Trouble { concern, .. } => Some(*concern),
    }
}

/// Attempts were made, or sends taken up, that should not have been.
const BURNT: &str = "select count(*) from sends where attempts > 0 or taken_up_at is not null";

#[sqlx::test(migrations = false)]
async fn a_lost_answer_makes_an_identical_copy(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 10).await;
    let relay = Relay::start(|moment| match moment {
        Moment::Message(to) if to.starts_with("p3@") => Act::TakeAndClose,
        _ => Act::Accept,
    })
    .await;
    let worker = crowd.worker(&relay);
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 9), ("deferred no_answer", 1)]));
    // What changes meanwhile does not change the copy.
    crowd.database.execute("update employees set first_name = 'Other'; update settings set validity_days = 30").await;
    relay.change(|_| Act::Accept);
    crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 10)]));
    assert_eq!(relay.counted()["p3@example.org"], (2, 1));
    assert!(relay.counted().iter().all(|(to, counted)| to == "p3@example.org" || *counted == (1, 1)));
    assert_eq!(crowd.value::<i64>("select count(*) from attempts where outcome = 'unknown'").await, 1);
}

#[sqlx::test(migrations = false)]
async fn a_relay_that_is_down_burns_no_attempts(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 20).await, Relay::accepting().await);
    relay.go_down().await;
    let worker = crowd.worker(&relay);
    for _ in 0..3 {
        worker.run_until_idle().await.unwrap();
        assert_eq!(concern(&worker.relay_state().borrow()), Some(Concern::Connection));
        assert_eq!(crowd.states().await, counts([("queued", 20)]));
        assert_eq!(crowd.value::<i64>(BURNT).await, 0);
    }
    relay.come_back().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(*worker.relay_state().borrow(), RelayState::Working);
    assert_eq!(crowd.states().await, counts([("sent", 20)]));
    assert_eq!(crowd.value::<i64>("select max(attempts)::bigint from sends").await, 1);
}

#[sqlx::test(migrations = false)]
async fn a_relay_that_is_back_is_noticed_where_nothing_waits_for_it(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 1).await;
    let relay = Relay::accepting().await;
    relay.go_down().await;
    let worker = crowd.worker(&relay);
    worker.run_until_idle().await.unwrap();
    crowd.database.execute("update sends set state = 'dropped', finished_at = now()").await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(concern(&worker.relay_state().borrow()), Some(Concern::Connection));
    relay.come_back().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!((worker.relay_state().borrow().clone(), relay.accepted()), (RelayState::Working, 0));
}

#[sqlx::test(migrations = false)]
async fn an_outage_longer_than_the_validity_costs_nobody_a_day(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 5).await, Relay::accepting().await);
    crowd.database.execute("update settings set validity_days = 1").await;
    relay.go_down().await;
    let worker = crowd.worker(&relay);
    for _ in 0..5 {
        worker.run_until_idle().await.unwrap();
        crowd
            .database
            .execute(
                "update sends set created_at = created_at - interval '1 day', not_before = now() - interval '1 day',
                                  dated_at = dated_at - interval '1 day', expires_at = expires_at - interval '1 day'",
            )
            .await;
    }
    relay.come_back().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 5)]));
    let whole = "select count(*) from sends s join invitations i on i.id = s.invitation_id and i.expires_at = s.expires_at
                 where s.expires_at > now() + interval '1 day' and s.attempts = 1";
    assert_eq!(crowd.value::<i64>(whole).await, 5);
    assert_eq!(relay.counted().len(), 5);
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
    // The copy that arrives tells of the whole day as well.
    let days: Vec<String> =
        sqlx::query_scalar("select to_char(expires_at at time zone 'Europe/Paris', 'FMDD FMMonth YYYY') from sends order by address")
            .fetch_all(crowd.owner())
            .await
            .unwrap();
    let mut received = relay.received();
    received.sort();
    for (one, day) in received.iter().zip(days) {
        let text = MessageParser::new().parse(&one.bytes).unwrap().body_text(0).unwrap().into_owned();
        assert!(text.contains(&day), "{day}: {text}");
    }
}

#[sqlx::test(migrations = false)]
async fn a_relay_that_comes_and_goes_loses_nobody(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 400).await, Relay::accepting().await);
    let (worker, stop) = (crowd.worker_to(to(&relay, Timeouts::default()), 4), CancellationToken::new());
    let run = async {
        timeout(Duration::from_mins(1), worker.run(stop.clone())).await.unwrap();
    };
    let moods = async {
        for part in 1..4 {
            while relay.received().len() < part * 100 {
                sleep(Duration::from_millis(1)).await;
            }
            relay.go_down().await;
            sleep(Duration::from_millis(200)).await;
            relay.come_back().await;
        }
        while crowd.states().await.get("sent") != Some(&400) {
            sleep(Duration::from_millis(50)).await;
            crowd.time_passes().await;
        }
        stop.cancel();
    };
    tokio::join!(run, moods);
    let counted = relay.counted();
    assert_eq!(counted.len(), 400);
    assert!(counted.values().all(|(_, different)| *different == 1));
    let again: usize = counted.values().map(|(copies, _)| copies - 1).sum();
    assert!(again <= 3 * 4, "at most what was under way on each connection: {again}");
}

#[sqlx::test(migrations = false)]
async fn a_relay_that_has_had_enough_concerns_everybody(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 20).await;
    let sender: fn(&Moment) -> bool = |moment| matches!(moment, Moment::Sender(_));
    let recipient: fn(&Moment) -> bool = |moment| matches!(moment, Moment::Recipient(_));
    let message: fn(&Moment) -> bool = |moment| matches!(moment, Moment::Message(_));
    for (when, reply) in [
        (sender, "450 4.7.1 too much mail"),
        (sender, "421 4.7.0 busy"),
        (recipient, "450 4.7.1 too many recipients"),
        (message, "421 4.7.0 Try again later, closing connection"),
    ] {
        let relay = Relay::start(move |moment| if when(moment) { Act::SayAndClose(reply) } else { Act::Accept }).await;
        let worker = crowd.worker(&relay);
        worker.run_until_idle().await.unwrap();
        assert_eq!(concern(&worker.relay_state().borrow()), Some(Concern::Later), "{reply}");
        assert_eq!(crowd.states().await, counts([("queued", 20)]));
        assert_eq!(crowd.value::<i64>("select max(attempts)::bigint from sends").await, 0);
        crowd.time_passes().await;
    }
    // Whoever looks is told what was said to the one that was tried.
    assert_eq!(crowd.value::<i64>("select count(*) from sends where reply = '421 4.7.0 Try again later, closing connection'").await, 1);
}

#[sqlx::test(migrations = false)]
async fn who_refuses_everybody_is_tried_on_and_does_not_fail_everybody(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 40).await;
    let relay = Relay::start(|moment| match moment {
        Moment::Recipient(_) => Act::Say("550 5.7.1 policy"),
        _ => Act::Accept,
    })
    .await;
    let worker = crowd.worker(&relay);
    for _ in 0..5 {
        worker.run_until_idle().await.unwrap();
        assert_eq!(concern(&worker.relay_state().borrow()), Some(Concern::Refusing));
        assert_eq!(crowd.states().await, counts([("failed refused", 9), ("queued", 31)]));
    }
    // Once it takes messages again, nobody waits for longer than half a minute.
    assert_eq!(crowd.value::<i64>("select count(*) from outbox where not_before > now() + interval '30 seconds'").await, 0);
    relay.change(|_| Act::Accept);
    worker.run_until_idle().await.unwrap();
    crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("failed refused", 9), ("sent", 31)]));
}

#[sqlx::test(migrations = false)]
async fn people_whose_addresses_do_not_exist_fail_however_many_they_are(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 30).await;
    let relay = Relay::start(|moment| match moment {
        Moment::Recipient(_) => Act::Say("550 5.1.1 no such user"),
        _ => Act::Accept,
    })
    .await;
    let worker = crowd.worker(&relay);
    let failed = async || crowd.states().await.get("failed mailbox_unknown").copied().unwrap_or_default();
    worker.run_until_idle().await.unwrap();
    // Ten in a row may be the relay's fault: from then on one is tried at a time.
    assert!((10..25).contains(&failed().await));
    assert_eq!(concern(&worker.relay_state().borrow()), Some(Concern::Refusing));
    // Whoever a person waits for is tried first, however many are passed over.
    crowd.database.execute("update sends set priority = 1 where address = 'p30@example.org'").await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.value::<String>("select state from sends where address = 'p30@example.org'").await, "failed");
    for _ in 0..20 {
        worker.run_until_idle().await.unwrap();
    }
    assert_eq!(crowd.states().await, counts([("failed mailbox_unknown", 30)]));
}

#[sqlx::test(migrations = false)]
async fn closing_between_messages_is_no_failure(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 30).await;
    let mut messages = 0;
    let relay = Relay::start(move |moment| {
        messages += i32::from(matches!(moment, Moment::Sender(_)));
        match moment {
            Moment::Sender(_) if messages % 4 == 2 => Act::Close,
            Moment::Sender(_) if messages % 4 == 0 => Act::SayAndClose("421 4.7.0 enough for now"),
            _ => Act::Accept,
        }
    })
    .await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 30)]));
    assert_eq!(crowd.value::<i64>("select count(*) from attempts").await, 30);
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
}

#[sqlx::test(migrations = false)]
async fn an_address_that_breaks_the_relay_does_not_hold_up_the_others(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 12).await;
    let relay = Relay::start(|moment| match moment {
        Moment::Recipient(to) if to.starts_with("p5@") => Act::Close,
        _ => Act::Accept,
    })
    .await;
    let worker = crowd.worker(&relay);
    for _ in 0..3 {
        worker.run_until_idle().await.unwrap();
    }
    assert_eq!(crowd.states().await, counts([("sent", 11), ("queued", 1)]));
    assert_eq!(*worker.relay_state().borrow(), RelayState::Working);
}

#[sqlx::test(migrations = false)]
async fn silence_before_the_dot_is_nobodys_fault_and_after_it_an_unknown_answer(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 2).await;
    let relay = Relay::start(|moment| if *moment == Moment::Data { Act::Wait(Duration::from_mins(1)) } else { Act::Accept }).await;
    let worker = crowd.worker_to(to(&relay, impatient()), 1);
    worker.run_until_idle().await.unwrap();
    assert_eq!(concern(&worker.relay_state().borrow()), Some(Concern::Silent));
    assert_eq!(crowd.value::<i64>("select count(*) from attempts").await, 0);
    relay.change(|moment| if matches!(moment, Moment::Message(_)) { Act::Wait(Duration::from_mins(1)) } else { Act::Accept });
    crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    // Whoever else waits is not handed to a relay that is silent.
    assert_eq!(crowd.states().await, counts([("deferred no_answer", 1), ("queued", 1)]));
}

#[sqlx::test(migrations = false)]
async fn a_message_that_cannot_be_made_fails_alone(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 5).await, Relay::accepting().await);
    crowd
        .database
        .execute(
            "update employees set email = 'nowhere', email_normalised = 'nowhere' where email = 'p2@example.org';
             update sends set address = 'nowhere' where address = 'p2@example.org'",
        )
        .await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 4), ("failed cannot_render", 1)]));
    assert_eq!(crowd.value::<i64>("select count(*) from attempts").await, 4);
}

#[sqlx::test(migrations = false)]
async fn told_to_stop_it_finishes_what_is_under_way_and_gives_the_rest_back(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 300).await, Relay::accepting().await);
    let (worker, stop) = (crowd.worker_to(to(&relay, Timeouts::default()), 4), CancellationToken::new());
    let stopping = async {
        while relay.received().len() < 50 {
            sleep(Duration::from_millis(1)).await;
        }
        stop.cancel();
    };
    tokio::join!(async { timeout(Duration::from_secs(20), worker.run(stop.clone())).await.unwrap() }, stopping);
    let states = crowd.states().await;
    assert_eq!(states.get("sending"), None);
    let sent = usize::try_from(states["sent"]).unwrap();
    assert!((50..300).contains(&sent), "{states:?}");
    assert_eq!(relay.received().len(), sent);
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(relay.counted().len(), 300);
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
}
