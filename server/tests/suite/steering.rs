//! Batches on their way: paused, resumed, stopped, ended; whose turn it is; at which pace.

use crate::crowd::{Crowd, counts, to};
use app::{
    batches::{
        model::{Accepted, Audience, Proposal},
        progress::{BatchState, BatchView, Steered, Wait},
        service::BatchService,
    },
    session::{Administrator, SignedIn},
};
use domain::{
    batch::{BatchAction, OutcomeFilter, Steer},
    eligibility::Skip,
    ids::{BatchId, OrganisationId},
    language::Language,
    listing::Criteria,
    pace::Pace,
    role::{Permission, Role},
};
use server::{
    batches::service::Batches,
    mail::smtp::Timeouts,
    outbox::{Settings, Worker},
};
use sink::relay::{Act, Moment, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// An organisation with people whom nobody has invited, and its administrator.
struct House {
    crowd: Crowd,
    batches: Batches,
}

impl House {
    async fn new(options: PgConnectOptions) -> Self {
        let crowd = Crowd::new(options, 0).await;
        let batches = Batches { pool: crowd.database.pool.clone() };
        Self { crowd, batches }
    }

    async fn administrator(&self, organisation: OrganisationId) -> Administrator {
        let employee = self.crowd.database.employee(organisation, &format!("Boss{organisation}")).await;
        sqlx::query("update employees set role = 'administrator', activated_at = now() where id = $1")
            .bind(employee.0)
            .execute(self.crowd.owner())
            .await
            .unwrap();
        sqlx::query("select refresh_standings($1, array[$2])")
            .bind(organisation.0)
            .bind(employee.0)
            .execute(self.crowd.owner())
            .await
            .unwrap();
        let signed_in = SignedIn {
            organisation,
            employee,
            role: Role::Administrator,
            language: Language::English,
            time_zone: "Europe/Paris".to_owned(),
            session: [0; 32],
        };
        signed_in.authorise(Permission::ManageInvitations).unwrap()
    }

    /// A batch to so many new people, its hold over.
    async fn batch(&self, by: &Administrator, people: usize) -> BatchId {
        let mut ids = Vec::new();
        for number in 0..people {
            let name = format!("P{}x{}x{number}", by.organisation(), self.crowd.value::<i64>("select count(*) from employees").await);
            ids.push(self.crowd.database.employee(by.organisation(), &name).await);
        }
        let batch = self.press(by, BatchAction::SendCredentials, Audience::Chosen(ids)).await;
        self.crowd.database.execute("update batches set hold_until = now() - interval '1 second' where hold_until > now()").await;
        self.crowd.time_passes().await;
        batch
    }

    async fn press(&self, by: &Administrator, action: BatchAction, audience: Audience) -> BatchId {
        let proposal = Proposal::new(action, audience);
        let split = self.batches.split(by, &proposal).await.unwrap();
        match self.batches.accept(by, &proposal, split.receiving, &split.key).await.unwrap() {
            Accepted::Batch { id, .. } => id,
            other => panic!("{other:?}"),
        }
    }

    async fn show(&self, by: &Administrator, batch: BatchId) -> BatchView {
        self.batches.show(by, batch, OutcomeFilter::All, None).await.unwrap()
    }

    fn worker(&self, relay: &Relay, pace: Pace) -> Worker {
        Worker::new(Settings { pace, ..self.crowd.settings(to(relay, Timeouts::default()), 2) })
    }

    async fn pace(&self, organisation: OrganisationId, pace: Pace) {
        let number = |most: Option<u32>| most.map(|most| i32::try_from(most).unwrap());
        sqlx::query("update settings set pace_per_second = $2, pace_per_hour = $3, pace_per_day = $4 where organisation_id = $1")
            .bind(organisation.0)
            .bind(number(pace.per_second))
            .bind(number(pace.per_hour))
            .bind(number(pace.per_day))
            .execute(self.crowd.owner())
            .await
            .unwrap();
    }
}

#[sqlx::test(migrations = false)]
async fn a_paused_batch_stays_where_it_is_until_it_is_resumed(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let by = house.administrator(house.crowd.organisation).await;
    let relay = Relay::accepting().await;
    let batch = house.batch(&by, 3).await;
    assert_eq!(house.batches.steer(&by, batch, Steer::Pause).await, Ok(Steered::Done));
    assert_eq!(house.batches.steer(&by, batch, Steer::Pause).await, Ok(Steered::Done));
    house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 0);
    assert_eq!(house.show(&by, batch).await.line.state, BatchState::Paused);
    // A message to one person passes it.
    let somebody = house.crowd.database.employee(by.organisation(), "Somebody").await;
    house.press(&by, BatchAction::SendCredentials, Audience::Chosen(vec![somebody])).await;
    house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 1);
    assert_eq!(house.batches.steer(&by, batch, Steer::Resume).await, Ok(Steered::Done));
    house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 4);
    let events = house.crowd.events().await;
    assert_eq!((events["batch_paused"], events["batch_resumed"]), (1, 1));
}

#[sqlx::test(migrations = false)]
async fn stopping_drops_what_has_not_left_and_makes_those_not_invited_again(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let by = house.administrator(house.crowd.organisation).await;
    let batch = house.batch(&by, 5).await;
    house.pace(by.organisation(), Pace { per_day: Some(2), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 2);
    assert_eq!(house.batches.steer(&by, batch, Steer::Stop).await, Ok(Steered::Done));
    assert_eq!(house.crowd.states().await, counts([("sent", 2), ("dropped stopped", 3)]));
    let invited: i64 = house.crowd.value("select count(*) from employee_statuses where status = 'not_invited'").await;
    assert_eq!(invited, 3);
    let view = house.show(&by, batch).await;
    assert_eq!((view.line.state, view.line.messages.dropped), (BatchState::Stopped, 3));
    assert_eq!(house.batches.steer(&by, batch, Steer::Resume).await, Ok(Steered::TooLate));
    assert_eq!(house.batches.steer(&by, batch, Steer::Undo).await, Ok(Steered::TooLate));
    house.pace(by.organisation(), Pace::default()).await;
    house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    // The message about its end.
    assert_eq!(relay.accepted(), 3);
}

#[sqlx::test(migrations = false)]
async fn whoever_started_a_batch_is_told_once_that_it_has_ended(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let by = house.administrator(house.crowd.organisation).await;
    let relay = Relay::start(|moment: &Moment| match moment {
        Moment::Recipient(to) if to.ends_with("x2@example.org") => Act::Say("550 5.1.1 no such user"),
        _ => Act::Accept,
    })
    .await;
    let batch = house.batch(&by, 3).await;
    assert!(matches!(house.show(&by, batch).await.wait, Some(Wait::Worker)));
    for _ in 0..3 {
        house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    }
    let to_boss: Vec<String> = relay
        .received()
        .into_iter()
        .filter(|message| message.recipient.starts_with("boss"))
        .map(|message| String::from_utf8(message.bytes).unwrap())
        .collect();
    assert_eq!(to_boss.len(), 1);
    assert!(to_boss[0].contains("Subject: Your batch has ended: 2 sent, 1 failed"), "{}", to_boss[0]);
    assert!(to_boss[0].contains(&format!("/administration/batches/{batch}")));
    let view = house.show(&by, batch).await;
    assert_eq!(view.line.state, BatchState::Ended);
    assert_eq!((view.line.messages.sent, view.line.messages.failed, view.line.messages.open), (2, 1, 0));

    let failed = house.batches.show(&by, batch, OutcomeFilter::Failed, None).await.unwrap().outcomes;
    assert_eq!(failed.len(), 1);
    // In any other selection they are skipped; whoever retries them means it.
    let proposal = Proposal::new(BatchAction::ResendInvitation, Audience::Matching(Criteria::default()));
    house.crowd.database.execute("update sends set finished_at = finished_at - interval '1 hour' where finished_at is not null").await;
    let split = house.batches.split(&by, &proposal).await.unwrap();
    assert!(split.skipped.iter().any(|group| group.reason == Skip::AddressRefused && group.people == 1));
    let split = house.batches.split(&by, &Proposal::new(BatchAction::ResendInvitation, Audience::FailedOf(batch))).await.unwrap();
    assert_eq!((split.people, split.receiving), (1, 1));
    house.press(&by, BatchAction::ResendInvitation, Audience::FailedOf(batch)).await;
    let split = house.batches.split(&by, &Proposal::new(BatchAction::ResendInvitation, Audience::FailedOf(batch))).await.unwrap();
    assert_eq!(split.people, 0);
}

#[sqlx::test(migrations = false)]
async fn whoever_started_a_batch_is_told_that_it_has_waited_for_an_hour(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let by = house.administrator(house.crowd.organisation).await;
    let relay = Relay::start(|moment: &Moment| match moment {
        Moment::Recipient(to) if to.starts_with("boss") => Act::Accept,
        Moment::Recipient(_) => Act::Say("450 4.2.0 later"),
        _ => Act::Accept,
    })
    .await;
    house.batch(&by, 2).await;
    house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 0);
    house
        .crowd
        .database
        .execute("update batches set created_at = created_at - interval '61 minutes', hold_until = hold_until - interval '61 minutes'")
        .await;
    for _ in 0..2 {
        house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    }
    assert_eq!(relay.accepted(), 1);
    assert!(String::from_utf8(relay.received()[0].bytes.clone()).unwrap().contains("Subject: Your batch is waiting: 2 waiting"));
}

#[sqlx::test(migrations = false)]
async fn a_day_s_limit_is_kept_by_all_workers_together_and_says_when_it_goes_on(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let by = house.administrator(house.crowd.organisation).await;
    house.pace(by.organisation(), Pace { per_hour: Some(7), per_day: Some(10), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    let batch = house.batch(&by, 20).await;
    let (one, other) = (house.worker(&relay, Pace::default()), house.worker(&relay, Pace::default()));
    let (a, b) = tokio::join!(one.run_until_idle(), other.run_until_idle());
    a.unwrap();
    b.unwrap();
    assert_eq!(relay.accepted(), 7);
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (worker, stop) = (house.worker(&relay, Pace::default()), stop.clone());
        async move { worker.run(stop).await }
    });
    tokio::time::timeout(Duration::from_secs(10), async {
        while !matches!(house.show(&by, batch).await.wait, Some(Wait::Pace(_))) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    stop.cancel();
    running.await.unwrap();
    let view = house.show(&by, batch).await;
    assert!(view.expected_end.is_some() || view.wait == Some(Wait::Worker));
    // An hour later the day's limit is what is left.
    house.crowd.database.execute("update pace_counts set minute = minute - interval '62 minutes'").await;
    house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 10);
    house.crowd.database.execute("update pace_counts set minute = minute - interval '25 hours'").await;
    house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 17);
}

#[sqlx::test(migrations = false)]
async fn a_low_pace_of_the_relay_is_kept_exactly(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let by = house.administrator(house.crowd.organisation).await;
    let relay = Relay::accepting().await;
    house.batch(&by, 40).await;
    let stop = CancellationToken::new();
    let pace = Pace { per_second: Some(10), ..Pace::default() };
    let begun = Instant::now();
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let (worker, stop) = (house.worker(&relay, pace), stop.clone());
            tokio::spawn(async move { worker.run(stop).await })
        })
        .collect();
    while relay.accepted() < 31 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let taken = begun.elapsed();
    stop.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    // Thirty after the first take three seconds; the bucket holds one more.
    assert!(taken > Duration::from_millis(2800), "{taken:?}");
}

#[sqlx::test(migrations = false)]
async fn a_large_batch_of_one_organisation_does_not_hold_up_another(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let by = house.administrator(house.crowd.organisation).await;
    let second = house.crowd.database.organisation("Second").await;
    let other = house.administrator(second).await;
    house.batch(&by, 60).await;
    house.batch(&other, 4).await;
    let relay = Relay::accepting().await;
    // So that claims are small, as they are with a slow relay.
    let worker = Worker::new(house.crowd.settings(to(&relay, Timeouts::default()), 2));
    worker.run_until_idle().await.unwrap();
    let order: Vec<bool> = relay.received().iter().map(|message| message.recipient.contains(&format!("p{second}x"))).collect();
    let last = order.iter().rposition(|is_other| *is_other).unwrap();
    assert_eq!(order.iter().filter(|is_other| **is_other).count(), 4);
    assert!(last < 30, "{order:?}");
}

#[sqlx::test(migrations = false)]
async fn who_is_waited_for_overtakes_a_batch(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let by = house.administrator(house.crowd.organisation).await;
    house.batch(&by, 30).await;
    let somebody = house.crowd.database.employee(by.organisation(), "Somebody").await;
    house.press(&by, BatchAction::SendCredentials, Audience::Chosen(vec![somebody])).await;
    house.pace(by.organisation(), Pace { per_day: Some(3), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    house.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.received()[0].recipient, "somebody@example.org");
    // It counts: two of the batch are left of the day.
    assert_eq!(relay.accepted(), 3);
}

#[sqlx::test(migrations = false)]
async fn what_was_given_back_does_not_count(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let by = house.administrator(house.crowd.organisation).await;
    house.pace(by.organisation(), Pace { per_day: Some(5), ..Pace::default() }).await;
    house.batch(&by, 5).await;
    let relay = Relay::accepting().await;
    relay.go_down().await;
    for _ in 0..3 {
        house.worker(&relay, Pace { per_hour: Some(5), ..Pace::default() }).run_until_idle().await.unwrap();
    }
    relay.come_back().await;
    house.worker(&relay, Pace { per_hour: Some(5), ..Pace::default() }).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 5);
}
