//! Delivery where the relay is there and says nothing: it is noticed, and once it talks again nobody waits for those who wait.

use crate::crowd::{Crowd, to};
use domain::delivery::Concern;
use server::{
    mail::smtp::Timeouts,
    outbox::{RelayState, Settings, Worker},
};
use sink::relay::{Act, Moment, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

const PEOPLE: usize = 40;
const CONNECTIONS: u16 = 3;

/// Silent at one moment of each dialogue; then it talks to whoever comes, and never again to those who came before.
async fn is_survived(options: PgConnectOptions, is_silent_at: fn(&Moment) -> bool) {
    let crowd = Crowd::new(options, i32::try_from(PEOPLE).unwrap()).await;
    let relay = Relay::start(move |moment| if is_silent_at(moment) { Act::Wait(Duration::from_hours(1)) } else { Act::Accept }).await;
    let settings = crowd.settings(to(&relay, Timeouts::default()), CONNECTIONS);
    let worker = Worker::new(Settings { patience: Duration::from_secs(1), ..settings });
    let mut state = worker.relay_state();
    let seen = async {
        let silent = |state: &RelayState| matches!(state, RelayState::Trouble { concern: Concern::Silent, failures, .. } if *failures >= 2);
        timeout(Duration::from_secs(30), state.wait_for(silent)).await.unwrap().unwrap();
        assert!(relay.connections() > usize::from(CONNECTIONS), "it is tried over further connections");
        relay.change(|_| Act::Accept);
        let before = relay.connections();
        // Those that the relay has left without an answer are still waited for.
        let left_alone = |connections| i64::try_from(connections).unwrap();
        while crowd.value::<i64>("select count(*) from sends where state = 'sent'").await + left_alone(before) < left_alone(PEOPLE) {
            sleep(Duration::from_millis(20)).await;
        }
        assert!(state.wait_for(|state| *state == RelayState::Working).await.is_ok());
        assert!(relay.connections() <= before + usize::from(CONNECTIONS) + 2, "no more connections than before, but for those");
    };
    let run = worker.run(CancellationToken::new());
    tokio::select! {
        () = run => unreachable!("nobody stops it"),
        seen = timeout(Duration::from_mins(1), seen) => seen.unwrap(),
    }
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
    assert_eq!(crowd.value::<i64>("select count(*) from attempts where outcome <> 'accepted'").await, 0);
}

#[sqlx::test(migrations = false)]
async fn a_relay_that_did_not_greet(_: PgPoolOptions, options: PgConnectOptions) {
    is_survived(options, |moment| *moment == Moment::Greeting).await;
}

#[sqlx::test(migrations = false)]
async fn a_relay_that_did_not_answer_the_recipient(_: PgPoolOptions, options: PgConnectOptions) {
    is_survived(options, |moment| matches!(moment, Moment::Recipient(_))).await;
}

#[sqlx::test(migrations = false)]
async fn a_relay_that_did_not_answer_the_message(_: PgPoolOptions, options: PgConnectOptions) {
    is_survived(options, |moment| matches!(moment, Moment::Message(_))).await;
}
