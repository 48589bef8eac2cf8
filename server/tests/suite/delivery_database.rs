//! Delivery when the database is in a mood: answers are lost on their way, connections fall silent or only read, somebody else
//! holds rows for long, and a crowd wants every connection.

use crate::{
    common::{Database, way},
    crowd::{Crowd, counts, to},
    house::administrator,
};
use app::{
    batches::{
        model::{Accepted, Audience, Proposal},
        service::BatchService,
    },
    error::AppError,
};
use domain::batch::BatchAction;
use server::{
    batches::service::Batches,
    db,
    mail::smtp::Timeouts,
    outbox::{UNWRITTEN, Worker},
};
use sink::{
    proxy::Fate,
    relay::{Act, Relay},
};
use sqlx::{
    Executor, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// A worker that reaches the database over this pool.
fn worker_over(crowd: &Crowd, relay: &Relay, pool: &PgPool, connections: u16) -> Worker {
    let mut settings = crowd.settings(to(relay, Timeouts::default()), connections);
    settings.pool = pool.clone();
    Worker::new(settings)
}

/// Works until so many are sent, and says how long that took.
async fn until_sent(crowd: &Crowd, worker: &Worker, people: i64) -> Duration {
    let (begun, stop) = (Instant::now(), CancellationToken::new());
    let watch = async {
        while crowd.states().await.get("sent") != Some(&people) {
            sleep(Duration::from_millis(50)).await;
        }
        stop.cancel();
    };
    let both = async { tokio::join!(worker.run(stop.clone()), watch) };
    timeout(Duration::from_mins(2), both).await.expect("it goes on by itself");
    begun.elapsed()
}

#[sqlx::test(migrations = false)]
async fn what_was_done_and_not_answered_is_done_once(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options.clone(), 400).await, Relay::accepting().await);
    let (mut claims, mut finishes) = (0, 0);
    let (proxy, pool) = way(&options, 8, move |statement| {
        claims += i32::from(statement.contains("take_up_sends"));
        finishes += i32::from(statement.contains("finish_sends"));
        let (claim, finish) = (statement.contains("take_up_sends") && claims == 3, statement.contains("finish_sends"));
        if claim || finish && finishes % 5 == 2 && finishes < 40 { Fate::LoseAnswer } else { Fate::Pass }
    })
    .await;
    let worker = worker_over(&crowd, &relay, &pool, 4);
    let claims_run_out = async {
        loop {
            sleep(Duration::from_millis(500)).await;
            crowd
                .database
                .execute("update leases set until = now() where number in (select lease_number from outbox where held and taken_up_at < now() - interval '4 seconds')")
                .await;
        }
    };
    tokio::select! {
        _ = until_sent(&crowd, &worker, 400) => {}
        () = claims_run_out => {}
    }
    assert!(proxy.broken() >= 5, "{}", proxy.broken());
    assert_eq!(relay.counted().len(), 400);
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)), "an acknowledgement that was written is not lost");
    assert_eq!(crowd.events().await, counts([("sent", 400)]));
    assert_eq!(crowd.value::<i64>("select count(*) from attempts").await, 400);
}

#[sqlx::test(migrations = false)]
async fn a_connection_that_falls_silent_is_given_up(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options.clone(), 300).await, Relay::accepting().await);
    let mut silenced = Vec::new();
    let (proxy, pool) = way(&options, 8, move |statement| {
        let parts = ["take_up_sends", "finish_sends", "report_worker", "next_send_due"];
        match parts.iter().find(|part| statement.contains(**part)) {
            Some(part) if !silenced.contains(part) => {
                silenced.push(part);
                Fate::Silence
            }
            _ => Fate::Pass,
        }
    })
    .await;
    let took = until_sent(&crowd, &worker_over(&crowd, &relay, &pool, 4), 300).await;
    assert!(proxy.broken() >= 2, "{}", proxy.broken());
    assert!(took > Duration::from_secs(5), "it was silent indeed: {took:?}");
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
}

#[sqlx::test(migrations = false)]
async fn told_to_stop_it_does_not_wait_for_a_database_that_is_away(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options.clone(), 1_500).await, Relay::accepting().await);
    // It goes away once much is claimed at once, so that there is more to give back than is written at once.
    let away = Arc::new(AtomicBool::new(false));
    let is_away = Arc::clone(&away);
    let (_proxy, pool) = way(&options, 8, move |statement| {
        if is_away.load(Ordering::Relaxed) && statement.contains("finish_sends") { Fate::LoseStatement } else { Fate::Pass }
    })
    .await;
    let (worker, stop) = (worker_over(&crowd, &relay, &pool, 4), CancellationToken::new());
    let held = async || crowd.value::<i64>("select count(*) from outbox where held").await;
    let stopping = async {
        while held().await < 200 {
            sleep(Duration::from_millis(1)).await;
        }
        away.store(true, Ordering::Relaxed);
        sleep(Duration::from_secs(1)).await;
        stop.cancel();
    };
    timeout(Duration::from_secs(30), async { tokio::join!(worker.run(stop.clone()), stopping) }).await.expect("it ends");
    let sent = usize::try_from(crowd.value::<i64>("select count(*) from sends where state = 'sent'").await).unwrap();
    assert!(relay.accepted() - sent <= UNWRITTEN, "whoever takes them up sends identical copies");
    assert!(held().await > 64);
}

#[sqlx::test(migrations = false)]
async fn a_batch_whose_acceptance_was_not_answered_is_found_by_its_key(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options.clone(), 0).await;
    let (database, organisation) = (&crowd.database, crowd.organisation);
    let by = administrator(database, organisation, "Boss").await;
    let mut people = Vec::new();
    for number in 0..25 {
        people.push(database.employee(organisation, &format!("Person{number}")).await);
    }
    for (fate, batches_after) in [(Fate::LoseStatement, 0_i64), (Fate::LoseAnswer, 1)] {
        let mut once = Some(fate);
        let (_proxy, pool) =
            way(&options, 8, move |statement| if statement == "COMMIT" { once.take().unwrap_or(Fate::Pass) } else { Fate::Pass }).await;
        let batches = Batches { pool };
        let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Chosen(people.clone()));
        let split = batches.split(&by, &proposal).await.unwrap();
        let count = || sqlx::query_scalar::<_, i64>("select count(*) from batches").fetch_one(&database.owner);
        assert!(matches!(batches.accept(&by, &proposal, &split.shown()).await, Err(AppError::Unavailable)));
        assert_eq!(count().await.unwrap(), batches_after);
        let again = batches.accept(&by, &proposal, &split.shown()).await.unwrap();
        assert!(matches!(again, Accepted::Batch { receiving: 25, .. }), "{again:?}");
        assert_eq!(count().await.unwrap(), 1);
        assert_eq!(sqlx::query_scalar::<_, i64>("select count(*) from sends").fetch_one(&database.owner).await.unwrap(), 25);
        let relay = Relay::accepting().await;
        crowd.time_passes().await;
        crowd.worker(&relay).run_until_idle().await.unwrap();
        assert_eq!(relay.counted().len(), 25, "{:?}", relay.counted());
        assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
        database.execute("truncate batches, sends, invitations, outbox cascade; select refresh_standings(min(organisation_id), array_agg(id)) from employees").await;
    }
}

#[sqlx::test(migrations = false)]
async fn what_only_reads_is_not_handed_out_for_longer_than_the_server_only_reads(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options.clone()).await;
    database
        .execute("do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$")
        .await;
    let pool = db::bound_pool(options, 4).await.unwrap();
    let write = || sqlx::query("select pg_notify('x', ''), set_relay_pace(1, null, null)").execute(&pool);
    assert_eq!(write().await.unwrap_err().as_database_error().unwrap().code().unwrap(), "25006");
    database
        .execute(
            "set default_transaction_read_only = off;
             do $$ begin execute format('alter database %I reset default_transaction_read_only', current_database()); end $$",
        )
        .await;
    write().await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn while_somebody_holds_a_person_the_others_are_sent_and_acknowledged(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 300).await, Relay::accepting().await);
    let mut somebody = crowd.owner().begin().await.unwrap();
    sqlx::query("select from standings t join employees e on e.id = t.employee_id where e.email in ('p20@example.org', 'p200@example.org') for update of t")
        .execute(&mut *somebody)
        .await
        .unwrap();
    let (worker, stop) = (crowd.worker_to(to(&relay, Timeouts::default()), 4), CancellationToken::new());
    let watch = async {
        while crowd.states().await != counts([("sent", 298), ("sending", 2)]) {
            sleep(Duration::from_millis(50)).await;
        }
        sleep(Duration::from_secs(3)).await;
        assert_eq!(crowd.states().await, counts([("sent", 298), ("sending", 2)]));
        somebody.rollback().await.unwrap();
        while crowd.states().await != counts([("sent", 300)]) {
            sleep(Duration::from_millis(50)).await;
        }
        stop.cancel();
    };
    timeout(Duration::from_mins(1), async { tokio::join!(worker.run(stop.clone()), watch) }).await.unwrap();
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
}

#[sqlx::test(migrations = false)]
async fn what_could_not_be_written_is_written_while_others_go_on_leaving(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 400).await, Relay::start(|_| Act::Wait(Duration::from_millis(20))).await);
    let mut somebody = crowd.owner().begin().await.unwrap();
    sqlx::query("select from standings t join employees e on e.id = t.employee_id where e.email = 'p5@example.org' for update of t")
        .execute(&mut *somebody)
        .await
        .unwrap();
    let (worker, stop) = (crowd.worker_to(to(&relay, Timeouts::default()), 4), CancellationToken::new());
    let held = "select count(*) from sends where address = 'p5@example.org' and state <> 'sent'";
    let watch = async {
        sleep(Duration::from_secs(2)).await;
        assert_eq!(crowd.value::<i64>(held).await, 1);
        somebody.rollback().await.unwrap();
        while crowd.value::<i64>(held).await > 0 {
            sleep(Duration::from_millis(50)).await;
        }
        assert!(crowd.value::<i64>("select count(*) from sends where state = 'queued'").await > 50, "others are still to leave");
        stop.cancel();
    };
    timeout(Duration::from_mins(1), async { tokio::join!(worker.run(stop.clone()), watch) }).await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn two_hundred_clients_and_one_connection_are_served_and_delivery_does_not_wait_for_them(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let (crowd, relay) = (Crowd::new(options.clone(), 200).await, Relay::accepting().await);
    let by = administrator(&crowd.database, crowd.organisation, "Boss").await;
    let mut people = Vec::new();
    for number in 0..60 {
        people.push(crowd.database.employee(crowd.organisation, &format!("Person{number}")).await);
    }
    let pool = db::bound_pool(options, 1).await.unwrap();
    let mut presses = JoinSet::new();
    for client in 0..200 {
        let (batches, by) = (Batches { pool: pool.clone() }, by.clone());
        let chosen = people[client % 50..client % 50 + 10].to_vec();
        presses.spawn(async move {
            let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Chosen(chosen));
            // On a slow machine some are told to try again.
            let split = loop {
                match batches.split(&by, &proposal).await {
                    Err(AppError::Unavailable) => {}
                    split => break split?,
                }
            };
            loop {
                match batches.accept(&by, &proposal, &split.shown()).await {
                    Err(AppError::Unavailable) => {}
                    accepted => break accepted,
                }
            }
        });
    }
    let worker = worker_over(&crowd, &relay, &pool, 4);
    let (_, answers) = tokio::join!(until_sent(&crowd, &worker, 200), presses.join_all());
    for answer in answers {
        assert!(matches!(answer, Ok(Accepted::Batch { .. } | Accepted::Nobody(_))), "{answer:?}");
    }
    crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(relay.counted().len(), 259, "each of fifty-nine chosen, and those before");
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
}

#[sqlx::test(migrations = false)]
async fn connections_that_fell_silent_are_replaced(_: PgPoolOptions, options: PgConnectOptions) {
    let _migrated = Database::new(options.clone()).await;
    let (proxy, pool) = way(&options, 8, |_| Fate::Pass).await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(pool.acquire().await.unwrap());
    }
    proxy.change(|_| Fate::Silence);
    let mut asking = JoinSet::new();
    for mut connection in held {
        // Whoever asks gives up.
        asking.spawn(async move { timeout(Duration::from_millis(200), connection.execute("select 1")).await.is_err() });
    }
    assert_eq!(asking.join_all().await, [true; 8]);
    proxy.change(|_| Fate::Pass);
    let begun = Instant::now();
    let answer: i32 = sqlx::query_scalar("select 1").fetch_one(&pool).await.unwrap();
    assert_eq!(answer, 1);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}
