//! The Employees page, and the memory of a process that serves it and delivers a batch meanwhile, beside both at rest.

use crate::{
    delivery::{press, worker},
    page::p95,
    setting::{Result, Setting, ratio},
};
use app::employees::list::service::EmployeeList;
use domain::listing::{Criteria, Filter, Listing, Place, Sort};
use server::{employees::list::service::Lists, precedence::Requests};
use sink::relay::Relay;
use std::time::{Duration, Instant};
use tokio::{runtime::Builder, time::sleep};
use tokio_util::sync::CancellationToken;

/// How long pages are read at rest.
const AT_REST: Duration = Duration::from_secs(20);
/// The pause between two pages, as of somebody who clicks fast.
const PAUSE: Duration = Duration::from_millis(20);
/// The pages that are read, in turn.
const KINDS: [(&str, Filter, Sort); 6] = [
    ("all by name", Filter::All, Sort::Name),
    ("all by last sent", Filter::All, Sort::Sent),
    ("not invited by name", Filter::NotInvited, Sort::Name),
    ("not invited by sent", Filter::NotInvited, Sort::Sent),
    ("pending by name", Filter::Pending, Sort::Name),
    ("pending by last sent", Filter::Pending, Sort::Sent),
];

/// Measures one batch of `people`; `apart`, with a worker that hears of requests through the database alone, as one of another process.
pub async fn measure(people: i32, apart: bool) -> Result<()> {
    let setting = Setting::new(people).await?;
    // In a thread of its own: whoever serves pages is not the relay.
    let elsewhere = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let relay = elsewhere.spawn(Relay::counting()).await?;
    let requests = Requests::default();
    let telling = tokio::spawn(requests.clone().tell(setting.pool.clone(), CancellationToken::new()));
    let worker = worker(&setting, &relay, &if apart { Requests::default() } else { requests.clone() })?;
    let delivering = tokio::spawn(async move { worker.run(CancellationToken::new()).await });
    // What the worker needs at its start is not counted.
    sleep(Duration::from_secs(2)).await;
    let rest = Instant::now();
    let idle = read_pages(&setting, &requests, || Ok(rest.elapsed() < AT_REST)).await?;
    let memory_idle = memory("VmRSS")?;
    setting.hold_for(5).await?;
    press(&setting).await?;
    let first = first_message(&setting, &relay).await?;
    let begun = Instant::now();
    let all = usize::try_from(people)?;
    let busy = read_pages(&setting, &requests, || Ok(relay.accepted() < all)).await?;
    let taken = begun.elapsed();
    let memory_busy = memory("VmHWM")?;
    println!("people                  {people}, delivered in {:.1} s", taken.as_secs_f64());
    println!("first message           {:.0} ms after the end of the hold", first * 1000.0);
    println!("first page, p95         {:.1} ms of {} pages", p95(&busy).as_secs_f64() * 1000.0, busy.len());
    println!("at rest                 {:.1} ms of {} pages", p95(&idle).as_secs_f64() * 1000.0, idle.len());
    println!("busy / rest             {:.1}", ratio(p95(&busy), p95(&idle)));
    for (kind, (name, ..)) in KINDS.iter().enumerate() {
        let [of_busy, of_idle] =
            [&busy, &idle].map(|pages| p95(&pages.iter().skip(kind).step_by(KINDS.len()).copied().collect::<Vec<_>>()));
        println!("  {name:<22}{:.1} ms, at rest {:.1} ms", of_busy.as_secs_f64() * 1000.0, of_idle.as_secs_f64() * 1000.0);
    }
    println!("memory, most            {memory_busy} MB");
    println!("at rest                 {memory_idle} MB");
    delivering.abort();
    telling.abort();
    elsewhere.shutdown_background();
    Ok(())
}

/// How long after the end of the hold the first message arrives, in seconds.
async fn first_message(setting: &Setting, relay: &Relay) -> Result<f64> {
    let left = "select extract(epoch from hold_until - clock_timestamp())::float8 from batches where organisation_id = $1";
    let left: f64 = sqlx::query_scalar(left).bind(setting.organisation.0).fetch_one(&setting.owner).await?;
    let begun = Instant::now();
    while relay.accepted() == 0 {
        sleep(Duration::from_millis(1)).await;
    }
    Ok(begun.elapsed().as_secs_f64() - left)
}

/// Reads first pages of several kinds, one after the other.
async fn read_pages(setting: &Setting, requests: &Requests, mut more: impl FnMut() -> Result<bool>) -> Result<Vec<Duration>> {
    let lists = Lists { pool: setting.pool.clone() };
    let mut taken = Vec::new();
    while more()? {
        for (_, status, sort) in KINDS {
            let criteria = Criteria { status, search: String::new() };
            let begun = Instant::now();
            let unanswered = requests.begin();
            lists.page(&setting.by, &Listing { criteria, sort, place: Place::First }).await?;
            drop(unanswered);
            taken.push(begun.elapsed());
            sleep(PAUSE).await;
        }
    }
    Ok(taken)
}

/// What this process uses, in megabytes; the kernel counts in kB.
fn memory(what: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)).ok_or("no such figure")?;
    let kilobytes: u64 = line.trim_matches(|c: char| !c.is_ascii_digit()).parse()?;
    Ok(kilobytes / 1024)
}
