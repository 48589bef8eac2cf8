//! How exactly a pace is kept, and how long somebody else's messages wait beside a large batch.

use crate::{
    delivery::{press, worker},
    setting::{Result, Setting},
};
use app::batches::{
    model::{Accepted, Audience, Proposal},
    service::BatchService,
};
use domain::{batch::BatchAction, ids::EmployeeId};
use server::{batches::service::Batches, outbox::Worker, precedence::Requests};
use sink::relay::Relay;
use std::time::{Duration, Instant};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

/// How many workers share a pace.
const WORKERS: usize = 2;
/// Paces, in messages a second.
const PACES: [i32; 4] = [2, 20, 200, 1_000];
/// For how long each is watched.
const WATCHED: i32 = 15;
/// How often one person of another organisation is written to.
const SINGLES: usize = 20;
/// Somebody else's own batch.
const SMALL: i32 = 200;

/// Measures each pace over a batch of its own, then a batch of `people` with others beside it.
pub async fn measure(people: i32) -> Result<()> {
    for pace in PACES {
        keep_pace(pace).await?;
    }
    beside(people).await
}

/// Workers of their own that deliver until `stop`.
fn work(setting: &Setting, relay: &Relay, stop: &CancellationToken) -> Result<JoinSet<()>> {
    let mut working = JoinSet::new();
    for _ in 0..WORKERS {
        let worker: Worker = worker(setting, relay, &Requests::default())?;
        let stop = stop.clone();
        working.spawn(async move { worker.run(stop).await });
    }
    Ok(working)
}

async fn keep_pace(pace: i32) -> Result<()> {
    let wanted = pace * WATCHED;
    let setting = Setting::new(wanted).await?;
    let set = "update settings set pace_per_second = $2 where organisation_id = $1";
    sqlx::query(set).bind(setting.organisation.0).bind(pace).execute(&setting.owner).await?;
    setting.hold_for(0).await?;
    let (relay, stop) = (Relay::counting().await, CancellationToken::new());
    let working = work(&setting, &relay, &stop)?;
    let arrived = async |number: usize| {
        while relay.accepted() < number {
            sleep(Duration::from_micros(500)).await;
        }
        Instant::now()
    };
    let all = usize::try_from(wanted)?;
    // The first ones leave before whoever pressed has an answer.
    let (pressed, first) = tokio::join!(press(&setting), arrived(1));
    pressed?;
    let taken = arrived(all).await - first;
    let rate = f64::from(wanted - 1) / taken.as_secs_f64();
    println!(
        "pace {pace:>5} a second     {rate:.2}, {:+.1} %, {wanted} messages by {WORKERS} workers",
        (rate / f64::from(pace) - 1.0) * 100.0
    );
    stop.cancel();
    working.join_all().await;
    setting.withdraw().await
}

async fn beside(people: i32) -> Result<()> {
    let (large, other) = (Setting::new(people).await?, Setting::new(SMALL + i32::try_from(SINGLES)?).await?);
    for setting in [&large, &other] {
        setting.hold_for(0).await?;
    }
    let (relay, stop) = (Relay::counting().await, CancellationToken::new());
    let working = work(&large, &relay, &stop)?;
    press(&large).await?;
    let begun = relay.accepted();
    let everybody: Vec<i64> = sqlx::query_scalar("select employee_id from standings where organisation_id = $1 order by employee_id")
        .bind(other.organisation.0)
        .fetch_all(&other.owner)
        .await?;
    let mut singles = Vec::new();
    for one in everybody.iter().take(SINGLES) {
        singles.push(send_to(&other, &[*one]).await?);
    }
    let small = send_to(&other, everybody.get(SINGLES..).unwrap_or_default()).await?;
    let meanwhile = relay.accepted() - begun;
    let still = usize::try_from(people)?.saturating_sub(relay.accepted());
    let longest = singles.iter().max().copied().unwrap_or_default();
    println!("beside a batch of       {people}, of which {meanwhile} left meanwhile and {still} were left");
    println!("one message of others   {:.0} ms at most of {SINGLES}", longest.as_secs_f64() * 1000.0);
    println!("their batch of {SMALL:<8} {:.1} s until the last", small.as_secs_f64());
    stop.cancel();
    working.join_all().await;
    large.withdraw().await?;
    other.withdraw().await
}

/// Sends credentials to some, and waits until all of them have left; how long that took from the press on.
async fn send_to(setting: &Setting, to: &[i64]) -> Result<Duration> {
    let batches = Batches { pool: setting.pool.clone() };
    let chosen = Audience::Chosen(to.iter().map(|id| EmployeeId(*id)).collect());
    let proposal = Proposal::new(BatchAction::SendCredentials, chosen);
    let split = batches.split(&setting.by, &proposal).await?;
    let begun = Instant::now();
    let accepted = batches.accept(&setting.by, &proposal, &split.shown()).await?;
    let Accepted::Batch { id, .. } = accepted else { return Err(format!("not accepted: {accepted:?}").into()) };
    let open = "select count(*) from outbox where batch_id = $1";
    while sqlx::query_scalar::<_, i64>(open).bind(id.0).fetch_one(&setting.owner).await? > 0 {
        sleep(Duration::from_millis(5)).await;
    }
    Ok(begun.elapsed())
}
