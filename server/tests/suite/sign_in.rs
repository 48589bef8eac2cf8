//! Guessing passwords: slowed, and told nothing.

use crate::door::{Door, GOOD, client};
use app::session::service::{SessionService, SignInOutcome};
use server::throttle::{self, Admission, Attempt, Deed};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

#[sqlx::test(migrations = false)]
async fn guessing_is_slowed_for_known_and_unknown_alike_and_success_forgets(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    door.active("Martin").await;
    for identifier in ["martin@example.org", "nobody@example.org"] {
        for _ in 0..5 {
            assert!(matches!(door.sessions.sign_in(&client("a"), identifier, "wrong").await.unwrap(), SignInOutcome::Wrong));
        }
        let outcome = door.sessions.sign_in(&client("a"), identifier, GOOD).await.unwrap();
        assert!(matches!(outcome, SignInOutcome::Wait(1..=2)), "{identifier}");
    }
    // From elsewhere the owner gets in, which forgets the account's failures and those of that network.
    let outcome = door.sessions.sign_in(&client("b"), "martin@example.org", GOOD).await.unwrap();
    assert!(matches!(outcome, SignInOutcome::SignedIn(_)));
    door.database.execute("update throttles set last_at = last_at - interval '3 seconds'").await;
    let outcome = door.sessions.sign_in(&client("a"), "martin@example.org", GOOD).await.unwrap();
    assert!(matches!(outcome, SignInOutcome::SignedIn(_)));
}

#[sqlx::test(migrations = false)]
async fn parallel_guesses_do_not_slip_through(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Arc::new(Door::new(options).await);
    let pool = door.database.pool.clone();
    let guesses: Vec<_> = (0..60)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move { Attempt::new(Deed::Password, "martin@example.org", "a").admit(&pool).await.unwrap() })
        })
        .collect();
    let mut admitted = 0;
    for guess in guesses {
        admitted += u32::from(guess.await.unwrap() == Admission::Admitted);
    }
    // Five at once; slow machines may see a second pass meanwhile.
    assert!((5..=7).contains(&admitted), "{admitted} were admitted");
}

#[sqlx::test(migrations = false)]
async fn delays_grow_and_what_an_outsider_can_cause_stays_short(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let pool = &door.database.pool;
    // An outsider tries from many networks; all waits are moved into the past.
    for network in 0..40 {
        let attempt = Attempt::new(Deed::Password, "martin@example.org", &format!("network {network}"));
        assert_eq!(attempt.admit(pool).await.unwrap(), Admission::Admitted, "{network}");
        door.database.execute("update throttles set last_at = last_at - interval '40 seconds'").await;
    }
    let own = Attempt::new(Deed::Password, "martin@example.org", "own network");
    assert_eq!(own.admit(pool).await.unwrap(), Admission::Admitted);
    let Admission::Wait(seconds) = own.admit(pool).await.unwrap() else { panic!("no delay") };
    assert!((20..=30).contains(&seconds), "{seconds}");

    // From one network the delay grows to a quarter of an hour, and no further.
    let attempt = Attempt::new(Deed::Password, "june@example.org", "a");
    let mut longest = 0;
    for _ in 0..30 {
        if let Admission::Wait(seconds) = attempt.admit(pool).await.unwrap() {
            longest = longest.max(seconds);
            door.database.execute("update throttles set last_at = last_at - interval '901 seconds'").await;
        }
    }
    assert!((890..=900).contains(&longest), "{longest}");
}

#[sqlx::test(migrations = false)]
async fn a_crowd_behind_one_address_is_no_attack(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let pool = &door.database.pool;
    for person in 0..1_000 {
        let attempt = Attempt::new(Deed::Password, &format!("person{person}@example.org"), "office");
        assert_eq!(attempt.admit(pool).await.unwrap(), Admission::Admitted, "{person}");
        attempt.succeeded(pool).await.unwrap();
    }
    let mut admitted = 0;
    for person in 0..400 {
        let attempt = Attempt::new(Deed::Password, &format!("guess{person}@example.org"), "office");
        admitted += u32::from(attempt.admit(pool).await.unwrap() == Admission::Admitted);
    }
    assert!((300..400).contains(&admitted), "{admitted} were admitted");
    door.database.execute("update throttles set last_at = last_at - interval '3 hours'").await;
    assert!(throttle::sweep(&mut pool.acquire().await.unwrap()).await.unwrap() > 300);
}

#[sqlx::test(migrations = false)]
async fn a_refusal_takes_as_long_for_nobody_one_or_several(_: PgPoolOptions, options: PgConnectOptions) {
    let mut door = Door::new(options).await;
    for name in ["First", "Second", "Third", "Martin"] {
        door.active(name).await;
    }
    door.database
        .execute(
            "update employees set employee_number = '00' || id, email = 'ward@example.org', email_normalised = 'ward@example.org'
             where last_name <> 'Martin'",
        )
        .await;
    door.sessions.refuse_after = Duration::from_secs(2);
    for identifier in ["nobody@example.org", "martin@example.org", "ward@example.org"] {
        let begin = Instant::now();
        assert!(matches!(door.sessions.sign_in(&client("a"), identifier, "wrong").await.unwrap(), SignInOutcome::Wrong));
        assert!(begin.elapsed() >= Duration::from_secs(2), "{identifier}: {:?}", begin.elapsed());
    }
}

#[sqlx::test(migrations = false)]
async fn a_number_is_typed_as_it_comes_and_the_very_one_goes_first(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let other = "quatre girafes dans le brouillard";
    let (capital, token) = door.invited("Capital").await;
    door.number(capital, "A17").await;
    assert!(door.activate(&token, GOOD).await);
    let begins = async |identifier: &str, password: &str| door.sessions.sign_in(&client("a"), identifier, password).await.unwrap();
    for typed in ["A17", "a17", " a17 ", "a17@ACME", "A17@acme"] {
        assert!(matches!(begins(typed, GOOD).await, SignInOutcome::SignedIn(_)), "{typed}");
    }
    for typed in ["a1", "a17@elsewhere"] {
        assert!(matches!(begins(typed, GOOD).await, SignInOutcome::Wrong), "{typed}");
    }

    let (small, token) = door.invited("Small").await;
    door.number(small, "a17").await;
    assert!(door.activate(&token, GOOD).await);
    // The same password: the number as it was typed says who is meant, and one that is neither's does not.
    for typed in ["a17", "A17"] {
        assert!(matches!(begins(typed, GOOD).await, SignInOutcome::SignedIn(_)), "{typed}");
    }
    let sessions = "select count(*) from sessions where organisation_id = $1 and employee_id = $2";
    assert_eq!(door.count(small, sessions).await, 2, "of the activation, and of a17");
    let hash = door.sessions.passwords.hash(other).await.unwrap();
    sqlx::query("update passwords set hash = $1 where employee_id = $2")
        .bind(hash)
        .bind(small.0)
        .execute(&door.database.owner)
        .await
        .unwrap();
    for (typed, password) in [("a17", GOOD), ("A17", other)] {
        assert!(matches!(begins(typed, password).await, SignInOutcome::SignedIn(_)), "{typed}");
    }
}

#[sqlx::test(migrations = false)]
async fn of_many_numbers_alike_the_very_one_is_among_the_five(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    for (at, number) in ["ABCD", "ABCd", "ABcD", "AbCD", "aBCD", "abcd"].into_iter().enumerate() {
        let (employee, token) = door.invited(&format!("Alike{at}")).await;
        door.number(employee, number).await;
        assert!(number != "abcd" || door.activate(&token, GOOD).await);
    }
    let outcome = door.sessions.sign_in(&client("a"), "abcd", GOOD).await.unwrap();
    assert!(matches!(outcome, SignInOutcome::SignedIn(_)));
}
