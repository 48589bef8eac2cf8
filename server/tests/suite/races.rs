//! Activation, cancelling and resending at once, in every pair and all three, while a worker delivers, and many activations of one link: the
//! first wins, the others report what they found, the facts agree afterwards, and the relay got what they tell of.

use crate::{
    activation::{ACTIVE, SESSIONS, signed_in},
    door::{Door, GOOD},
};
use app::{
    batches::{
        model::{Accepted, Audience, Proposal, Shown},
        service::BatchService,
    },
    links::Purpose,
    session::Administrator,
};
use domain::{
    batch::BatchAction::{self, CancelInvitation as Cancel, ResendInvitation as Resend},
    ids::{EmployeeId, SendId},
    role::{Permission, Role},
};
use server::{batches::service::Batches, link};
use sink::relay::{Received, Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// What races in a round: activating, or not, beside what administrators press.
const RACES: [(bool, &[BatchAction]); 6] = [
    (true, &[Cancel]),
    (true, &[Resend]),
    (false, &[Cancel, Resend]),
    (true, &[Cancel, Resend]),
    (true, &[Resend, Cancel]),
    (false, &[Resend, Cancel]),
];

/// What an administrator pressed, without looking again where it changed meanwhile.
async fn press(door: &Door, by: &Administrator, action: BatchAction, employee: EmployeeId) {
    let batches = Batches { pool: door.database.pool.clone() };
    let proposal = Proposal::new(action, Audience::Chosen(vec![employee]));
    let split = batches.split(by, &proposal).await.unwrap();
    let accepted = batches.accept(by, &proposal, &Shown { receiving: 1, ..split.shown() }).await.unwrap();
    // Nobody: whoever was faster left nothing to do.
    assert!(matches!(accepted, Accepted::Batch { .. } | Accepted::Nobody(_)), "{accepted:?}");
}

/// A few, or as many as `scripts/faults races` asks for.
fn rounds() -> usize {
    std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(42)
}

/// How each copy is known at the relay: recipient, Message-ID and link.
type Copy = (String, String, String);

/// What the relay got, and how often.
fn arrived(relay: &Relay) -> BTreeMap<Copy, usize> {
    let mut copies = BTreeMap::new();
    for Received { recipient, message_id, link, .. } in relay.received() {
        *copies.entry((recipient, message_id, link)).or_default() += 1;
    }
    copies
}

/// What the database says was sent anew.
async fn told(door: &Door) -> BTreeMap<Copy, usize> {
    let sent: Vec<(String, i64, Vec<u8>)> = sqlx::query_as("select address, id, seed from sends where kind = 'resend' and state = 'sent'")
        .fetch_all(&door.database.owner)
        .await
        .unwrap();
    let copy = |(address, id, seed): (String, i64, Vec<u8>)| {
        let token = link::token(&door.links.key, door.organisation, SendId(id), &seed);
        let message_id = format!("{}.{id}@latchkey.example.org", door.organisation);
        ((address, message_id, format!("https://latchkey.example.org/activate/{token}")), 1)
    };
    sent.into_iter().map(copy).collect()
}

#[sqlx::test(migrations = false)]
#[expect(clippy::print_stdout, reason = "figures are printed")]
async fn of_racing_actions_the_first_wins_and_the_facts_agree(_: PgPoolOptions, options: PgConnectOptions) {
    let (door, relay, stop) = (Door::new(options).await, Relay::accepting().await, CancellationToken::new());
    let racing = async {
        let activations = race(&door).await;
        stop.cancel();
        activations
    };
    let worker = door.worker(&relay);
    let ((), activations) = tokio::join!(worker.run(stop.clone()), racing);
    assert!(activations > 0, "an activation wins now and then");
    let (arrived, told) = (arrived(&relay), told(&door).await);
    println!("{} rounds: {activations} activations, {} messages at the relay", rounds(), relay.accepted());
    assert_eq!(arrived, told);
    assert!(!told.is_empty());
}

/// Races again and again; says how many activations won.
async fn race(door: &Door) -> usize {
    let begun = Instant::now();
    let boss = door.active("Boss").await;
    let activation = begun.elapsed();
    sqlx::query("update employees set role = 'administrator' where id = $1").bind(boss.0).execute(&door.database.owner).await.unwrap();
    let mut session = signed_in(door, boss);
    session.role = Role::Administrator;
    let by = session.authorise(Permission::ManageInvitations).unwrap();
    let mut activations = 0;
    for (round, (activates, actions)) in RACES.into_iter().cycle().take(rounds()).enumerate() {
        let (employee, token) = door.invited(&format!("Racer{round}")).await;
        door.database
            .execute(
                "update sends set created_at = now() - interval '1 hour', finished_at = now() - interval '1 hour' where state = 'sent'",
            )
            .await;
        let (activated, (), ()) = tokio::join!(
            async { activates && door.activate(&token, GOOD).await },
            // Hashing takes a while: pressing comes before, during and after it.
            async {
                sleep(activation / 4 * u32::try_from(round / RACES.len() % 7).unwrap()).await;
                press(door, &by, actions[0], employee).await;
            },
            async {
                if let Some(action) = actions.get(1) {
                    press(door, &by, *action, employee).await;
                }
            },
        );
        activations += usize::from(activated);
        let left = async {
            while door.count(employee, "select count(*) from outbox where organisation_id = $1 and employee_id = $2").await > 0 {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(30), left).await.expect("what has won leaves, the rest is dropped");
        let facts = "select count(*) from employees e
             join standings s on s.employee_id = e.id
             join invitations i on i.employee_id = e.id
             where e.organisation_id = $1 and e.id = $2
               and (e.activated_at is not null) = (i.accepted_at is not null)
               and (e.activated_at is not null) = exists (select from passwords p where p.employee_id = e.id)
               and (e.activated_at is not null) = exists (select from sessions n where n.employee_id = e.id)
               and s.phase = case when e.activated_at is not null then 'active' when i.cancelled_at is not null then 'cancelled' else 'live' end
               and not (i.accepted_at is not null and i.cancelled_at is not null)";
        assert_eq!(door.count(employee, facts).await, 1, "round {round}: {actions:?}, activates: {activates}, activated: {activated}");
        assert_eq!(door.events(employee, "activated").await, i64::from(activated));
        // Whoever lost is told by what.
        let (fate, cancelled) = (door.fate(Purpose::Activation, &token).await, door.events(employee, "cancelled").await > 0);
        let expected = match (activated, cancelled) {
            (true, _) => "used",
            (false, true) => "cancelled",
            (false, false) => "superseded",
        };
        assert_eq!(fate, expected, "round {round}: {actions:?}, activates: {activates}");
    }
    activations
}

#[sqlx::test(migrations = false)]
async fn of_a_hundred_parallel_activations_one_wins(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Arc::new(Door::new(options).await);
    let (employee, _) = door.invited("Martin").await;
    // The link is that of a mail, and what is queued meanwhile comes to nothing.
    let relay = Relay::accepting().await;
    door.database.execute("update sends set state = 'queued', finished_at = null, taken_up_at = null, expires_at = null").await;
    door.worker(&relay).run_until_idle().await.unwrap();
    let token = relay.received()[0].link.rsplit('/').next().unwrap().to_owned();
    let (waiting, _) = door.sent(employee, "resend").await;
    door.database
        .execute("update sends set state = 'queued', finished_at = null, taken_up_at = null, expires_at = null where kind = 'resend'")
        .await;
    let tries: Vec<_> = (0..100)
        .map(|_| {
            let (door, token) = (door.clone(), token.clone());
            tokio::spawn(async move { door.activate(&token, GOOD).await })
        })
        .collect();
    let mut won = 0;
    for each in tries {
        won += u32::from(each.await.unwrap());
    }
    assert_eq!(won, 1);
    assert_eq!(door.events(employee, "activated").await, 1);
    assert_eq!(door.count(employee, SESSIONS).await, 1);
    assert_eq!(door.count(employee, ACTIVE).await, 1);
    let dropped: (String, Option<String>) =
        sqlx::query_as("select state, reason from sends where id = $1").bind(waiting.0).fetch_one(&door.database.owner).await.unwrap();
    assert_eq!(dropped, ("dropped".to_owned(), Some("activated".to_owned())));
    door.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(relay.counted(), BTreeMap::from([("martin@example.org".to_owned(), (1, 1))]));
}

#[sqlx::test(migrations = false)]
async fn an_activation_that_waits_finds_what_the_winner_did(_: PgPoolOptions, options: PgConnectOptions) {
    let mut door = Door::new(options).await;
    for (fate, change) in [
        ("cancelled", "update invitations set cancelled_at = clock_timestamp()"),
        ("suspended", "update employees set suspended_at = clock_timestamp()"),
        ("expired", "update sends set expires_at = clock_timestamp()"),
        (
            "superseded",
            "insert into sends (organisation_id, employee_id, kind, invitation_id, address, language, priority, state, taken_up_at, finished_at, expires_at)
             select organisation_id, employee_id, 'resend', invitation_id, address, language, 0, 'sent', now(), now(), now() + interval '1 day' from sends",
        ),
    ] {
        door.start_over().await;
        let (employee, token) = door.invited("Martin").await;
        // Another action holds the locks while the activation has been judged and hashes or waits.
        let mut winner = door.database.owner.begin().await.unwrap();
        sqlx::query("select from standings for update").execute(&mut *winner).await.unwrap();
        let wins = async {
            door.database.wait_for_a_lock().await;
            sqlx::query(change).execute(&mut *winner).await.unwrap();
            winner.commit().await.unwrap();
        };
        let (activated, ()) = tokio::join!(door.activate(&token, GOOD), wins);
        assert!(!activated, "{fate}");
        assert_eq!(door.fate(Purpose::Activation, &token).await, fate);
        assert_eq!(door.count(employee, ACTIVE).await, 0);
    }
}
