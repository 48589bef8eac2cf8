//! Forgotten passwords, and one's own account.

use crate::{
    activation::signed_in,
    door::{Door, GOOD, client},
};
use app::{
    account::service::{AccountService, ChangeOutcome},
    links::{
        Opened, Purpose,
        service::{LinkOutcome, LinkService},
    },
    reset::service::{ForgotOutcome, ResetService},
    session::service::{SessionService, SignInOutcome},
};
use domain::language::Language;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::sync::Arc;

const NEW: &str = "quatre girafes dans le brouillard";
const SESSIONS: &str = "select count(*) from sessions where organisation_id = $1 and employee_id = $2";
const NOTICES: &str = "select count(*) from sends where organisation_id = $1 and employee_id = $2 and notice = 'password_changed'";

#[sqlx::test(migrations = false)]
async fn forgetting_helps_each_kind_of_person_and_says_the_same_to_all(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let active = door.active("Active").await;
    let (pending, _) = door.invited("Pending").await;
    let (expired, _) = door.invited("Expired").await;
    let (cancelled, _) = door.invited("Cancelled").await;
    let suspended = door.active("Suspended").await;
    let bare = door.database.employee(door.organisation, "Bare").await;
    let removed = door.active("Removed").await;
    door.database
        .execute(
            "update sends set created_at = now() - interval '1 hour', finished_at = now() - interval '1 hour';
             update invitations set expires_at = now() - interval '1 hour' where employee_id = (select id from employees where last_name = 'Expired');
             update invitations set cancelled_at = now() where employee_id = (select id from employees where last_name = 'Cancelled');
             update employees set suspended_at = now() where last_name = 'Suspended';
             update employees set removed_at = now() where last_name = 'Removed'",
        )
        .await;
    for name in ["active", "pending", "expired", "cancelled", "suspended", "bare", "removed", "nobody"] {
        let outcome = door.resets.forgot(&client("a"), &format!("{name}@example.org")).await.unwrap();
        assert_eq!(outcome, ForgotOutcome::Requested, "{name}");
    }
    assert_eq!(door.queued(active).await, ["reset"]);
    assert_eq!(door.queued(pending).await, ["resend"]);
    assert_eq!(door.queued(expired).await, ["resend"]);
    for nothing in [cancelled, suspended, bare, removed] {
        assert_eq!(door.queued(nothing).await, Vec::<String>::new());
    }
    assert_eq!(door.events(active, "link_requested").await, 1);
    let strange = door.resets.forgot(&client("a"), "\0 ' or 1=1 --\r\n").await.unwrap();
    assert_eq!(strange, ForgotOutcome::Requested);
}

#[sqlx::test(migrations = false)]
async fn a_number_does_as_well_and_those_who_share_an_address_get_one_each(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (first, second) = (door.active("First").await, door.active("Second").await);
    door.database
        .execute(
            "update sends set created_at = now() - interval '1 hour', finished_at = now() - interval '1 hour';
             update employees set employee_number = '00' || id, email = 'ward@example.org', email_normalised = 'ward@example.org'",
        )
        .await;
    door.resets.forgot(&client("a"), "ward@example.org").await.unwrap();
    assert_eq!(door.queued(first).await, ["reset"]);
    assert_eq!(door.queued(second).await, ["reset"]);
    // Their passwords are the same: the number tells them apart.
    let outcome = door.sessions.sign_in(&client("a"), "ward@example.org", GOOD).await.unwrap();
    assert!(matches!(outcome, SignInOutcome::NumberNeeded));
    let outcome = door.sessions.sign_in(&client("a"), &format!("00{second}@acme"), GOOD).await.unwrap();
    assert!(matches!(outcome, SignInOutcome::SignedIn(_)));
    assert_eq!(door.count(second, "select count(*) from sessions where organisation_id = $1 and employee_id = $2").await, 2);

    door.database.execute("delete from sends where employee_id = (select min(id) from employees)").await;
    door.resets.forgot(&client("a"), &format!("00{first}")).await.unwrap();
    assert_eq!(door.queued(first).await, ["reset"]);
    door.number(first, &format!("E{first}")).await;
    door.database.execute("delete from sends").await;
    door.resets.forgot(&client("a"), &format!("e{first}")).await.unwrap();
    assert_eq!(door.queued(first).await, ["reset"], "capital or small");
    door.number(first, &format!("00{first}")).await;
    let (_, token) = door.sent(first, "reset").await;
    let Opened::Good(link) = door.look(Purpose::Reset, &token, None).await else { panic!("dead") };
    assert_eq!(link.identifier, format!("00{first}"), "the shared address does not tell who it is");
}

#[sqlx::test(migrations = false)]
async fn a_crowd_of_requests_makes_one_message(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Arc::new(Door::new(options).await);
    let employee = door.active("Martin").await;
    door.database.execute("update sends set created_at = now() - interval '1 hour', finished_at = now() - interval '1 hour'").await;
    let asked: Vec<_> = (0..20)
        .map(|network| {
            let door = door.clone();
            tokio::spawn(async move { door.resets.forgot(&client(&format!("network {network}")), "martin@example.org").await })
        })
        .collect();
    let mut admitted = 0;
    for each in asked {
        admitted += u32::from(each.await.unwrap().unwrap() == ForgotOutcome::Requested);
    }
    assert_eq!(door.queued(employee).await, ["reset"]);
    assert!((1..=7).contains(&admitted), "{admitted} were admitted");
}

#[sqlx::test(migrations = false)]
async fn a_reset_ends_all_sessions_and_tells_the_person(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let employee = door.active("Martin").await;
    let (_, token) = door.sent(employee, "reset").await;
    assert!(matches!(door.resets.reset(&token, "short").await.unwrap(), LinkOutcome::Refused(..)));
    assert!(matches!(door.resets.reset(&token, NEW).await.unwrap(), LinkOutcome::Done(_)));
    assert_eq!(door.count(employee, SESSIONS).await, 0);
    assert_eq!(door.count(employee, NOTICES).await, 1);
    assert_eq!(door.events(employee, "password_changed").await, 1);
    assert!(matches!(door.sessions.sign_in(&client("a"), "martin@example.org", GOOD).await.unwrap(), SignInOutcome::Wrong));
    assert!(matches!(door.sessions.sign_in(&client("a"), "martin@example.org", NEW).await.unwrap(), SignInOutcome::SignedIn(_)));
    assert!(matches!(door.resets.reset(&token, GOOD).await.unwrap(), LinkOutcome::LookAgain(_)));
    assert_eq!(door.fate(Purpose::Reset, &token).await, "used");
}

#[sqlx::test(migrations = false)]
async fn each_dead_end_of_a_reset_is_told_and_resets_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let mut door = Door::new(options).await;
    for (fate, change) in [
        ("expired", "update sends set expires_at = clock_timestamp() where kind = 'reset'"),
        ("unknown", "update sends set taken_up_at = null"),
        ("suspended", "update employees set suspended_at = now()"),
        ("cancelled", "update employees set removed_at = now()"),
        ("address_changed", "update employees set email = 'other@example.org', email_normalised = 'other@example.org'"),
        ("used", "update passwords set set_at = clock_timestamp()"),
        // By now the account is open again.
        (
            "expired",
            "insert into events (organisation_id, kind, employee_id) select organisation_id, 'suspended', employee_id from sends where kind = 'reset'",
        ),
        (
            "superseded",
            "insert into sends (organisation_id, employee_id, kind, address, language, priority, state, taken_up_at, finished_at, expires_at)
             select organisation_id, employee_id, 'reset', address, language, 0, 'sent', now(), now(), now() + interval '1 hour'
             from sends where kind = 'reset'",
        ),
    ] {
        door.start_over().await;
        let employee = door.active("Martin").await;
        let (_, token) = door.sent(employee, "reset").await;
        assert_eq!(door.fate(Purpose::Reset, &token).await, "good");
        door.database.execute(change).await;
        assert_eq!(door.fate(Purpose::Reset, &token).await, fate, "{change}");
        assert!(matches!(door.resets.reset(&token, NEW).await.unwrap(), LinkOutcome::LookAgain(_)), "{change}");
        assert_eq!(door.count(employee, SESSIONS).await, 1, "{change}");
    }
    // Where the address is another one by now, its letters are not told.
    door.start_over().await;
    let employee = door.active("Martin").await;
    let (_, token) = door.sent(employee, "reset").await;
    door.database
        .execute(
            "update sends set created_at = now() - interval '1 hour', finished_at = now() - interval '1 hour';
             update passwords set set_at = now() - interval '2 hours';
             update employees set email = 'other@example.org', email_normalised = 'other@example.org'",
        )
        .await;
    let Opened::Dead(dead) = door.look(Purpose::Reset, &token, None).await else { panic!("good") };
    assert_eq!(dead.newer_address, None);
    door.links.send_fresh(&client("a"), Purpose::Reset, &token).await.unwrap();
    assert_eq!(door.queued(employee).await, ["reset"]);
}

#[sqlx::test(migrations = false)]
async fn of_parallel_resets_one_wins(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Arc::new(Door::new(options).await);
    let employee = door.active("Martin").await;
    let (_, token) = door.sent(employee, "reset").await;
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (door, token) = (door.clone(), token.clone());
            tokio::spawn(async move { matches!(door.resets.reset(&token, NEW).await.unwrap(), LinkOutcome::Done(_)) })
        })
        .collect();
    let mut won = 0;
    for each in tries {
        won += u32::from(each.await.unwrap());
    }
    assert_eq!(won, 1);
    assert_eq!(door.count(employee, NOTICES).await, 1);
}

#[sqlx::test(migrations = false)]
async fn changing_the_password_needs_the_present_one_and_ends_the_other_sessions(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let employee = door.active("Martin").await;
    door.sessions.sign_in(&client("b"), "martin@example.org", GOOD).await.unwrap();
    assert_eq!(door.count(employee, SESSIONS).await, 2);
    let (_, token) = door.sent(employee, "reset").await;
    let me = signed_in(&door, employee);
    let change = async |current, new| door.accounts.change_password(&me, &client("a"), current, new).await.unwrap();
    assert!(matches!(change("another one altogether", NEW).await, ChangeOutcome::Wrong));
    assert!(matches!(change(GOOD, "martin is my name").await, ChangeOutcome::Refused(..)));
    door.database.execute("update standings set last_sign_in_at = now() - interval '1 hour'").await;
    assert!(matches!(change(GOOD, NEW).await, ChangeOutcome::Changed(_)));
    assert_eq!(door.count(employee, SESSIONS).await, 1);
    let signed_in_lately =
        "select count(*) from standings where organisation_id = $1 and employee_id = $2 and last_sign_in_at > now() - interval '1 minute'";
    assert_eq!(door.count(employee, signed_in_lately).await, 0);
    assert_eq!(door.count(employee, NOTICES).await, 1);
    assert_eq!(door.fate(Purpose::Reset, &token).await, "used");
    for _ in 0..5 {
        change("another one altogether", NEW).await;
    }
    assert!(matches!(change(NEW, GOOD).await, ChangeOutcome::Wait(_)));
}

#[sqlx::test(migrations = false)]
async fn a_language_is_chosen_and_unchosen(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let employee = door.active("Martin").await;
    let me = signed_in(&door, employee);
    for language in [Some(Language::French), Some(Language::French), None] {
        door.accounts.set_language(&me, language).await.unwrap();
        assert_eq!(door.accounts.account(&me).await.unwrap().language, language);
    }
    assert_eq!(door.events(employee, "edited").await, 2);
}
