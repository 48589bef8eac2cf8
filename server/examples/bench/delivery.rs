//! Accepting and delivering a batch, beside the bare insert of its rows and a bare loop of lettre connections.

use crate::{
    accept::insert_the_same,
    setting::{Result, Setting, median, ratio, seconds},
};
use app::batches::{
    model::{Accepted, Audience, Proposal},
    service::BatchService,
};
use domain::{batch::BatchAction, listing::Criteria, pace::Pace};
use lettre::{
    address::Envelope,
    transport::smtp::{client::AsyncSmtpConnection, extension::ClientId},
};
use server::{
    batches::service::Batches,
    mail::{relay, transport::Transport},
    outbox::{PATIENCE, Settings, Worker},
    precedence::Requests,
    secret::SecretKey,
};
use sink::relay::Relay;
use std::time::{Duration, Instant};
use tokio::{net::TcpStream, task::JoinSet};

/// Connections to the relay at once, ours and the bare ones.
const CONNECTIONS: u16 = 16;

/// Measures alternately.
pub async fn measure(people: i32, rounds: usize) -> Result<()> {
    let (mut accepts, mut inserts, mut pumps, mut loops) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let message = a_message().await?;
    for _ in 0..rounds {
        let setting = Setting::new(people).await?;
        accepts.push(accept(&setting).await?);
        let copy = Setting::new(people).await?;
        // So that it is planned for as many as there are.
        sqlx::raw_sql("analyze invitations, sends, outcomes, events").execute(&copy.owner).await?;
        let begun = Instant::now();
        insert_the_same(&copy, &setting).await?;
        inserts.push(begun.elapsed());
        copy.withdraw().await?;
        pumps.push(pump(&setting, people).await?);
        loops.push(bare_loop(&message, people).await?);
    }
    let (accept, insert, pump, bare) = (median(accepts), median(inserts), median(pumps), median(loops));
    let rate = |taken: Duration| f64::from(people) / taken.as_secs_f64();
    println!("people              {people}");
    println!("accept              {}", seconds(accept));
    println!("bare insert         {}", seconds(insert));
    println!("accept / bare       {:.2}", ratio(accept, insert));
    println!("messages per second {:.0}", rate(pump));
    println!("bare loop           {:.0}", rate(bare));
    println!("ours / bare         {:.2}", ratio(bare, pump));
    Ok(())
}

/// Accepts a batch of everybody, due at once.
pub async fn accept(setting: &Setting) -> Result<Duration> {
    setting.hold_for(0).await?;
    press(setting).await
}

/// Accepts a batch of everybody.
pub async fn press(setting: &Setting) -> Result<Duration> {
    let batches = Batches { pool: setting.pool.clone() };
    let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Matching(Criteria::default()));
    let split = batches.split(&setting.by, &proposal).await?;
    let begun = Instant::now();
    match batches.accept(&setting.by, &proposal, &split.shown()).await? {
        Accepted::Batch { .. } => Ok(begun.elapsed()),
        other => Err(format!("not accepted: {other:?}").into()),
    }
}

async fn pump(setting: &Setting, people: i32) -> Result<Duration> {
    let relay = Relay::counting().await;
    let worker = worker(setting, &relay, &Requests::default())?;
    let begun = Instant::now();
    worker.run_until_idle().await?;
    let taken = begun.elapsed();
    let received = relay.accepted();
    // Whoever started the batch is told of its end.
    worker.run_until_idle().await?;
    if received == usize::try_from(people)? { Ok(taken) } else { Err(format!("{received} of {people} messages arrived").into()) }
}

/// A worker that gives way to `requests`.
pub fn worker(setting: &Setting, relay: &Relay, requests: &Requests) -> Result<Worker> {
    Ok(Worker::new(Settings {
        pool: setting.pool.clone(),
        transport: Transport::Relay(Box::new(relay::Relay::new(relay.url().parse()?, "latchkey.example.org", None)?)),
        key: SecretKey::parse(&SecretKey::generate())?,
        base_url: "https://latchkey.example.org".to_owned(),
        sender: "people@latchkey.example.org".to_owned(),
        connections: CONNECTIONS,
        pace: Pace::default(),
        patience: PATIENCE,
        requests: requests.clone(),
    }))
}

/// A message as it leaves.
async fn a_message() -> Result<Vec<u8>> {
    let (setting, relay) = (Setting::new(1).await?, Relay::accepting().await);
    accept(&setting).await?;
    worker(&setting, &relay, &Requests::default())?.run_until_idle().await?;
    Ok(relay.received().pop().ok_or("no message arrived")?.bytes)
}

/// As many messages over as many connections, and nothing else.
async fn bare_loop(message: &[u8], people: i32) -> Result<Duration> {
    let relay = Relay::counting().await;
    let envelope = Envelope::new(Some("people@latchkey.example.org".parse()?), vec!["somebody@example.org".parse()?])?;
    let begun = Instant::now();
    let mut connections = JoinSet::new();
    for number in 0..i32::from(CONNECTIONS) {
        let (address, envelope, message) = (relay.address, envelope.clone(), message.to_vec());
        let share = people / i32::from(CONNECTIONS) + i32::from(number < people % i32::from(CONNECTIONS));
        connections.spawn(async move {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let mut connection = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &ClientId::default()).await?;
            for _ in 0..share {
                connection.send(&envelope, &message).await?;
            }
            connection.quit().await?;
            Result::Ok(())
        });
    }
    while let Some(ended) = connections.join_next().await {
        ended??;
    }
    Ok(begun.elapsed())
}
