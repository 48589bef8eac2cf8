//! What logs hold, and what they must not.

use crate::launch::Launch;
use app::batches::{model::Audience, service::BatchService};
use domain::{
    batch::{BatchAction, Steer},
    pace::Pace,
};
use serde_json::Value;
use sink::relay::{Act, Moment, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};
use tracing_subscriber::EnvFilter;

/// What was logged so far.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[sqlx::test(migrations = false)]
async fn logs_of_delivery_hold_no_address_no_link_and_no_message(_: PgPoolOptions, options: PgConnectOptions) {
    let lines = Lines::default();
    let writer = lines.clone();
    let filter = EnvFilter::new("debug,sqlx=warn");
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(move || writer.clone()).init();
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let relay = Relay::start(|moment: &Moment| match moment {
        Moment::Recipient(to) if to.starts_with("gone") => {
            Act::Say("550 5.1.1 <gone@example.org>: no such user; see https://example.org/?gone")
        }
        Moment::Recipient(to) if to.starts_with("grey") => Act::Say("450 4.2.0 <grey@example.org>: greylisted"),
        Moment::Message(to) if to.starts_with("lost") => Act::TakeAndClose,
        Moment::Message(to) if to.starts_with("spam") => Act::Say("554 5.7.1 Hello Test spam@example.org, this looks like spam"),
        _ => Act::Accept,
    })
    .await;
    let mut people = Vec::new();
    for name in ["Fine", "Gone", "Grey", "Lost", "Spam"] {
        people.push(launch.crowd.database.employee(by.organisation(), name).await);
    }
    let batch = launch.press(&by, BatchAction::SendCredentials, Audience::Chosen(people)).await;
    launch.crowd.time_passes().await;
    let worker = launch.worker(&relay, Pace::default());
    worker.run_until_idle().await.unwrap();
    relay.change(|_| Act::SayAndClose("421 4.3.2 <people@example.org> go away"));
    launch.crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    launch.batches.steer(&by, batch, Steer::Stop).await.unwrap();

    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for told in ["a batch was accepted", "a batch was steered", "refused"] {
        assert!(logged.contains(told), "{told}: {logged}");
    }
    for line in logged.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok_and(|line| line["level"].is_string()), "{line}");
        for secret in ["@", "/activate/", "Subject:", "https://", "no such user", "greylisted"] {
            assert!(!line.contains(secret), "{line}");
        }
    }
}
