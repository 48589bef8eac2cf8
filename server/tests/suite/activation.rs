//! Activation: what a link does, and what it does not.

use crate::door::{Door, GOOD, client};
use app::{
    activation::service::ActivationService,
    links::{
        Opened, Purpose, SentBefore,
        service::{LinkOutcome, LinkService},
    },
    session::{
        SignedIn,
        service::{SessionService, SignInOutcome},
    },
};
use domain::{
    ids::EmployeeId,
    language::Language,
    password::PasswordProblem::{self, OwnWords, TooCommon, TooShort},
    role::Role,
};
use server::link::Token;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

pub const SESSIONS: &str = "select count(*) from sessions where organisation_id = $1 and employee_id = $2";
pub const ACTIVE: &str = "select count(*) from standings where organisation_id = $1 and employee_id = $2 and phase = 'active'
     and exists (select from passwords p where p.employee_id = $2)
     and exists (select from invitations i where i.employee_id = $2 and i.accepted_at is not null)";

#[sqlx::test(migrations = false)]
async fn a_link_activates_once_and_signs_in(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (employee, token) = door.invited("Martin").await;
    let LinkOutcome::Done(cookies) = door.activations.activate(None, &token, GOOD).await.unwrap() else { panic!("not activated") };
    assert!(cookies.iter().any(|cookie| cookie.starts_with("latchkey-3000=")));
    assert!(cookies.iter().any(|cookie| cookie.starts_with("latchkey-link-") && cookie.contains("Max-Age=0")));
    assert_eq!(door.count(employee, ACTIVE).await, 1);
    assert_eq!(door.count(employee, SESSIONS).await, 1);
    assert_eq!(door.events(employee, "activated").await, 1);

    assert!(!door.activate(&token, GOOD).await);
    assert_eq!(door.fate(Purpose::Activation, &token).await, "used");
    let signed_in = door.sessions.sign_in(&client("a"), "Martin@Example.org", GOOD).await.unwrap();
    assert!(matches!(signed_in, SignInOutcome::SignedIn(_)));
}

#[sqlx::test(migrations = false)]
async fn opening_changes_nothing_but_one_line_of_history_a_day(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (employee, token) = door.invited("Martin").await;
    for _ in 0..3 {
        door.open(Purpose::Activation, &token).await;
        assert_eq!(door.fate(Purpose::Activation, &token).await, "good");
    }
    assert_eq!(door.events(employee, "link_opened").await, 1);
    assert_eq!(door.count(employee, ACTIVE).await, 0);
    assert_eq!(door.count(employee, SESSIONS).await, 0);
    door.database.execute("update sends set opened_at = opened_at - interval '1 day'").await;
    door.open(Purpose::Activation, &token).await;
    assert_eq!(door.events(employee, "link_opened").await, 2);
    // A link for something else is not this one.
    door.open(Purpose::Reset, &token).await;
    assert_eq!(door.fate(Purpose::Reset, &token).await, "unknown");
}

#[sqlx::test(migrations = false)]
async fn a_link_opens_in_the_language_of_its_person(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (_, token) = door.invited("Martin").await;
    assert_eq!(door.open(Purpose::Activation, &token).await, None);
    door.database.execute("update employees set language = 'fr'").await;
    assert_eq!(door.open(Purpose::Activation, &token).await, Some(Language::French));
    assert_eq!(door.open(Purpose::Reset, &token).await, None);
}

#[sqlx::test(migrations = false)]
async fn each_dead_end_is_told_and_activates_nobody(_: PgPoolOptions, options: PgConnectOptions) {
    let mut door = Door::new(options).await;
    for (fate, change) in [
        ("expired", "update sends set expires_at = clock_timestamp()"),
        ("unknown", "update sends set taken_up_at = null"),
        ("cancelled", "update invitations set cancelled_at = now()"),
        ("cancelled", "update invitations set withdrawn_at = now()"),
        ("used", "update invitations set accepted_at = now()"),
        ("used", "update employees set activated_at = now()"),
        ("suspended", "update employees set suspended_at = now()"),
        ("cancelled", "update employees set removed_at = now()"),
        ("address_changed", "update employees set email = 'other@example.org', email_normalised = 'other@example.org'"),
    ] {
        let (employee, token) = door.invited("Martin").await;
        assert_eq!(door.fate(Purpose::Activation, &token).await, "good");
        door.database.execute(change).await;
        assert_eq!(door.fate(Purpose::Activation, &token).await, fate, "{change}");
        assert!(!door.activate(&token, GOOD).await, "{change}");
        assert_eq!(door.count(employee, SESSIONS).await, 0);
        door.start_over().await;
    }
}

#[sqlx::test(migrations = false)]
async fn a_newer_message_supersedes_only_once_it_was_sent(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (employee, old) = door.invited("Martin").await;
    let (_, new) = door.sent(employee, "resend").await;
    door.database
        .execute("update sends set state = 'queued', finished_at = null where kind = 'resend'; update outbox set held = true")
        .await;
    assert_eq!(door.fate(Purpose::Activation, &old).await, "good");
    door.database.execute("update sends set state = 'sent', finished_at = now() where kind = 'resend'; delete from outbox").await;
    let Opened::Dead(dead) = door.look(Purpose::Activation, &old, None).await else { panic!("still good") };
    assert_eq!(dead.reason.as_str(), "superseded");
    assert_eq!(dead.newer_address.as_deref(), Some("m•••@example.org"));
    assert!(dead.at.is_some());
    assert!(!door.activate(&old, GOOD).await);
    assert!(door.activate(&new, GOOD).await);
}

#[sqlx::test(migrations = false)]
async fn a_dead_end_sends_a_fresh_link_to_the_address_on_file(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (employee, token) = door.invited("Martin").await;
    door.links.send_fresh(&client("a"), Purpose::Activation, &token).await.unwrap();
    assert_eq!(door.queued(employee).await, Vec::<String>::new(), "the link is good");
    door.database
        .execute("update sends set expires_at = now(), created_at = now() - interval '1 hour', finished_at = now() - interval '1 hour'; update settings set contact = 'the desk'")
        .await;
    let page = door.links.send_fresh(&client("a"), Purpose::Activation, &token).await.unwrap();
    assert!(page.ends_with("?done=link-sent"), "{page}");
    for _ in 0..2 {
        let page = door.links.send_fresh(&client("a"), Purpose::Activation, &token).await.unwrap();
        assert!(page.ends_with("?done=link-sent-before"), "{page}");
    }
    assert_eq!(door.queued(employee).await, ["resend"]);
    assert_eq!(door.events(employee, "link_requested").await, 1);
    assert!(door.links.send_fresh(&client("a"), Purpose::Activation, &token).await.is_err(), "asked too often");
    let Opened::Dead(dead) = door.look(Purpose::Activation, &token, None).await else { panic!("still good") };
    assert_eq!((dead.contact.as_deref(), dead.organisation.as_deref()), (Some("the desk"), Some("Acme")));
}

#[sqlx::test(migrations = false)]
async fn a_dead_end_tells_of_the_message_because_of_which_none_is_sent(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let before = async |token: &str| match door.look(Purpose::Activation, token, None).await {
        Opened::Dead(dead) => dead.before,
        Opened::Good(_) => panic!("still good"),
    };
    let ask = async |token: &str| door.links.send_fresh(&client("a"), Purpose::Activation, token).await.unwrap();
    let (employee, token) = door.invited("Martin").await;
    let address = Some("m•••@example.org".to_owned());
    door.database.execute("update sends set expires_at = now()").await;
    assert_eq!(
        before(&token).await,
        Some(SentBefore { on_its_way: false, address: address.clone() }),
        "the expired one itself left just now"
    );
    assert!(ask(&token).await.ends_with("?done=link-sent-before"));
    assert!(door.queued(employee).await.is_empty());
    door.database.execute("update sends set created_at = now() - interval '3 minutes', finished_at = now() - interval '3 minutes'").await;
    assert_eq!(before(&token).await, None);
    assert!(ask(&token).await.ends_with("?done=link-sent"));
    assert_eq!(before(&token).await, Some(SentBefore { on_its_way: true, address }));
    // Whoever holds a link that was sent elsewhere may be a stranger to the present address.
    door.database.execute("update sends set address = 'old@example.org' where kind = 'invitation'").await;
    assert_eq!(before(&token).await, Some(SentBefore { on_its_way: true, address: None }));
    door.database.execute("update employees set email = null, email_normalised = null").await;
    assert_eq!(before(&token).await, None);
    assert!(ask(&token).await.ends_with("?done=link-not-sent"));
}

#[sqlx::test(migrations = false)]
async fn a_tampered_cut_or_foreign_token_is_unknown(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (employee, token) = door.invited("Martin").await;
    let mut tampered = token.clone().into_bytes();
    tampered[40] = if tampered[40] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).unwrap();
    assert!(Token::parse(&tampered).is_some());
    for bad in [tampered.as_str(), &token[..30], "", "../../etc/passwd", "\0"] {
        assert!(!door.activate(bad, GOOD).await, "{bad:?}");
        door.open(Purpose::Activation, bad).await;
    }
    assert_eq!(door.fate(Purpose::Activation, &tampered).await, "unknown");
    assert_eq!(door.events(employee, "link_opened").await, 0);
}

#[sqlx::test(migrations = false)]
async fn activation_drops_what_has_not_left(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (employee, token) = door.invited("Martin").await;
    door.sent(employee, "resend").await;
    door.database.execute("update sends set state = 'queued', finished_at = null, taken_up_at = null where kind = 'resend'").await;
    assert!(door.activate(&token, GOOD).await);
    let dropped =
        "select count(*) from sends where organisation_id = $1 and employee_id = $2 and state = 'dropped' and reason = 'activated'";
    assert_eq!(door.count(employee, dropped).await, 1);
    assert_eq!(door.events(employee, "dropped").await, 1);
}

#[sqlx::test(migrations = false)]
async fn a_password_that_is_refused_leaves_the_link_good(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (_, token) = door.invited("Lefevre").await;
    door.database.execute("update employees set first_name = 'Élodie', last_name = 'Lefèvre'").await;
    let refused: [(&str, PasswordProblem); 5] = [
        ("short", TooShort),
        ("elodie in the garden", OwnWords),
        ("XX LEFÈVRE yellow 77", OwnWords),
        ("acme rocket sledge 9", OwnWords),
        ("password123456", TooCommon),
    ];
    for (password, expected) in refused {
        let outcome = door.activations.activate(None, &token, password).await.unwrap();
        assert!(matches!(outcome, LinkOutcome::Refused(problem, 12) if problem == expected), "{password}");
    }
    door.database.execute("update employees set role = 'administrator'").await;
    let outcome = door.activations.activate(None, &token, "xq9 vTz 77 pk!").await.unwrap();
    assert!(matches!(outcome, LinkOutcome::Refused(TooShort, 15)));
    assert!(door.activate(&token, GOOD).await);
}

#[sqlx::test(migrations = false)]
async fn a_password_fits_however_the_keyboard_composes_it(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (_, token) = door.invited("Martin").await;
    assert!(door.activate(&token, "cafe\u{301} bleu tonnerre ﬁasco").await);
    let outcome = door.sessions.sign_in(&client("a"), "martin@example.org", "caf\u{e9} bleu tonnerre fiasco").await.unwrap();
    assert!(matches!(outcome, SignInOutcome::SignedIn(_)));
}

#[sqlx::test(migrations = false)]
async fn while_somebody_else_is_signed_in_it_asks_first(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let jane = door.active("Jane").await;
    let (_, token) = door.invited("Martin").await;
    let me = signed_in(&door, jane);
    let Opened::Good(link) = door.look(Purpose::Activation, &token, Some(&me)).await else { panic!("dead") };
    assert!(link.somebody_else);
    assert!(matches!(door.activations.activate(Some(&me), &token, GOOD).await.unwrap(), LinkOutcome::LookAgain(_)));
    assert_eq!(door.fate(Purpose::Activation, &token).await, "good");
    assert_eq!(door.count(jane, SESSIONS).await, 1);
    assert!(door.activate(&token, GOOD).await);
}

#[sqlx::test(migrations = false)]
async fn each_form_carries_its_own_token(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let (_, first) = door.invited("First").await;
    let (_, second) = door.invited("Second").await;
    for (token, name) in [(&first, "Test First"), (&second, "Test Second"), (&first, "Test First")] {
        let Opened::Good(link) = door.look(Purpose::Activation, token, None).await else { panic!("dead") };
        assert_eq!((link.name.as_str(), &link.token), (name, token));
    }
}

pub fn signed_in(door: &Door, employee: EmployeeId) -> SignedIn {
    SignedIn {
        organisation: door.organisation,
        employee,
        role: Role::Member,
        language: Language::English,
        time_zone: "UTC".to_owned(),
        session: [0; 32],
    }
}
