//! Delivery without faults: everybody gets exactly one message, and what is written of it is true.

use crate::crowd::{Crowd, counts, to};
use domain::ids::OrganisationId;
use mail_parser::MessageParser;
use server::{
    link::Token,
    mail::{mailbox::Mailbox, relay::Relay as Towards, smtp::Timeouts, transport::Transport},
};
use sink::relay::{Act, Moment, Relay};
use sqlx::{
    Row,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{num::NonZeroU32, time::Duration};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

#[sqlx::test(migrations = false)]
async fn everybody_gets_exactly_one_message_and_its_link_is_theirs(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 300).await, Relay::accepting().await);
    crowd.worker_to(to(&relay, Timeouts::default()), 8).run_until_idle().await.unwrap();
    assert_eq!(relay.counted().len(), 300);
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
    assert!(relay.connections() <= 8);
    assert_eq!(crowd.states().await, counts([("sent", 300)]));
    assert_eq!(crowd.events().await, counts([("sent", 300)]));
    let row = sqlx::query(
        "select count(*) as attempts, min(outcome) as outcome, min(a.reply) as reply,
                (select count(*) from send_values) as kept_values,
                (select count(*) from invitations i join sends s on s.invitation_id = i.id where i.expires_at = s.expires_at) as dated,
                (select count(*) from standings t join sends s using (organisation_id, employee_id)
                 where t.expires_at = s.expires_at and t.last_sent_at = s.finished_at and not t.delivery_problem) as standing
         from attempts a",
    )
    .fetch_one(crowd.owner())
    .await
    .unwrap();
    let number = |name: &str| row.get::<i64, _>(name);
    assert_eq!((number("attempts"), number("kept_values"), number("dated"), number("standing")), (300, 300, 300, 300));
    assert_eq!((row.get("outcome"), row.get("reply")), ("accepted", "250 2.0.0 queued"));
    let one = &relay.received()[0];
    let token = Token::parse(one.link.strip_prefix("https://latchkey.example.org/activate/").unwrap()).unwrap();
    let (address, seed): (String, Vec<u8>) =
        sqlx::query_as("select address, seed from sends where id = $1").bind(token.send.0).fetch_one(crowd.owner()).await.unwrap();
    assert_eq!((address, token.organisation), (one.recipient.clone(), crowd.organisation));
    assert!(token.verify(&crowd.key, &seed));
    assert_eq!(one.message_id, format!("{}.{}@latchkey.example.org", crowd.organisation, token.send));
}

#[sqlx::test(migrations = false)]
async fn the_mailbox_keeps_and_says_so(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 3).await;
    let data = tempfile::tempdir().unwrap();
    let mailbox = Mailbox::open(data.path()).unwrap();
    crowd.worker_to(Transport::Mailbox(mailbox.clone()), 2).run_until_idle().await.unwrap();
    assert_eq!(mailbox.names().await.unwrap().len(), 3);
    assert_eq!(crowd.value::<i64>("select count(*) from sends where state = 'sent' and kept and reply is null").await, 3);
}

#[sqlx::test(migrations = false)]
async fn a_refused_recipient_fails_alone_and_becomes_a_delivery_problem(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 30).await;
    let relay = Relay::start(|moment| match moment {
        Moment::Recipient(to) if to.starts_with("p7@") => Act::Say("550 5.1.1 no such mailbox"),
        Moment::Message(to) if to.starts_with("p8@") => Act::Say("554 5.7.1 not wanted"),
        _ => Act::Accept,
    })
    .await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 28), ("failed mailbox_unknown", 1), ("failed refused", 1)]));
    assert_eq!(relay.connections(), 1, "a refusal costs no connection");
    assert_eq!(crowd.value::<i64>("select count(*) from standings where delivery_problem").await, 2);
    let replies = crowd.value::<String>("select string_agg(value, '; ' order by value) from event_values").await;
    assert_eq!(replies, "550 5.1.1 no such mailbox; 554 5.7.1 not wanted");
    assert_eq!(crowd.value::<i64>("select count(*) from invitations where expires_at is null").await, 2);
}

#[sqlx::test(migrations = false)]
async fn without_pipelining_it_goes_as_well(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 10).await;
    let relay = Relay::start_with(None, false, |moment| match moment {
        Moment::Recipient(to) if to.starts_with("p3@") => Act::Say("550 no"),
        _ => Act::Accept,
    })
    .await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 9), ("failed mailbox_unknown", 1)]));
}

#[sqlx::test(migrations = false)]
async fn a_connection_carries_no_more_than_it_shall(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 25).await, Relay::accepting().await);
    let towards = Towards::new(relay.url().parse().unwrap(), "latchkey.example.org", None).unwrap();
    let towards = towards.with_messages_per_connection(NonZeroU32::new(10));
    crowd.worker_to(Transport::Relay(Box::new(towards)), 1).run_until_idle().await.unwrap();
    assert_eq!((relay.accepted(), relay.connections()), (25, 3));
    assert_eq!(crowd.value::<i64>("select count(*) from attempts").await, 25);
}

#[sqlx::test(migrations = false)]
async fn what_is_refused_for_now_waits_and_is_sent_later(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 9).await;
    let relay = Relay::start(|moment| match moment {
        Moment::Recipient(to) if to.ends_with("3@example.org") => Act::Say("450 4.2.0 greylisted"),
        _ => Act::Accept,
    })
    .await;
    let worker = crowd.worker(&relay);
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 8), ("deferred try_later", 1)]));
    let wait: f64 =
        crowd.value("select extract(epoch from not_before - now())::double precision from sends where state = 'deferred'").await;
    assert!((40.0..80.0).contains(&wait), "{wait}");
    worker.run_until_idle().await.unwrap();
    assert_eq!(relay.received().len(), 8, "not before its time");
    relay.change(|_| Act::Accept);
    crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 9)]));
    assert_eq!(crowd.events().await, counts([("sent", 9), ("deferred", 1)]));
    assert!(relay.counted().values().all(|counted| *counted == (1, 1)));
}

#[sqlx::test(migrations = false)]
async fn after_three_days_it_is_given_up(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 1).await, Relay::start(|_| Act::Accept).await);
    relay.change(|moment| if matches!(moment, Moment::Recipient(_)) { Act::Say("451 later") } else { Act::Accept });
    let worker = crowd.worker(&relay);
    worker.run_until_idle().await.unwrap();
    crowd.database.execute("update sends set taken_up_at = now() - interval '3 days', attempts = 20").await;
    crowd.time_passes().await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("failed gave_up", 1)]));
    assert_eq!(crowd.value::<String>("select reply from sends").await, "451 later");
}

#[sqlx::test(migrations = false)]
async fn the_first_message_leaves_when_the_hold_ends(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 0).await, Relay::accepting().await);
    let (worker, stop) = (crowd.worker(&relay), CancellationToken::new());
    let (run, ()) = tokio::join!(timeout(Duration::from_secs(20), worker.run(stop.clone())), async {
        crowd.invite_held(crowd.organisation, "held", 1, 1.5).await;
        while crowd.states().await != counts([("sent", 1)]) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
    });
    run.unwrap();
    let late: f64 = crowd.value("select extract(epoch from taken_up_at - not_before)::double precision from sends").await;
    assert!((0.0..1.0).contains(&late), "{late}");
}

#[sqlx::test(migrations = false)]
async fn an_invitation_ends_with_a_day_of_its_organisation_and_the_mail_says_so(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 0).await, Relay::accepting().await);
    for (name, zone, days) in [("East", "Pacific/Kiritimati", 1), ("West", "America/Los_Angeles", 90), ("Nowhere", "Moon/Base", 14)] {
        let organisation = crowd.database.organisation(name).await;
        sqlx::query("update organisations set time_zone = $2 where id = $1")
            .bind(organisation.0)
            .bind(zone)
            .execute(crowd.owner())
            .await
            .unwrap();
        sqlx::query("update settings set validity_days = $2 where organisation_id = $1")
            .bind(organisation.0)
            .bind(days)
            .execute(crowd.owner())
            .await
            .unwrap();
        crowd.invite(organisation, &name.to_lowercase(), 1).await;
    }
    crowd.worker(&relay).run_until_idle().await.unwrap();
    let ends: Vec<(String, i32, String)> = sqlx::query_as(
        "select o.name, ((i.expires_at at time zone z.zone)::date - (now() at time zone z.zone)::date)::integer,
                to_char(i.expires_at at time zone z.zone, 'HH24:MI:SS')
         from invitations i join organisations o on o.id = i.organisation_id
         cross join lateral (select case when o.name = 'Nowhere' then 'UTC' else o.time_zone end as zone) z order by 1",
    )
    .fetch_all(crowd.owner())
    .await
    .unwrap();
    let end = |name: &str, days| (name.to_owned(), days, "23:59:59".to_owned());
    assert_eq!(ends, [end("East", 1), end("Nowhere", 14), end("West", 90)]);
    let east = relay.received().into_iter().find(|one| one.recipient.starts_with("east")).unwrap();
    let text = MessageParser::new().parse(&east.bytes).unwrap().body_text(0).unwrap().into_owned();
    assert!(text.contains("23:59 UTC+14:00"), "{text}");
}

#[sqlx::test(migrations = false)]
async fn the_more_urgent_goes_first_and_a_reset_lives_an_hour(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 20).await, Relay::accepting().await);
    crowd
        .database
        .execute(
            "update employees set activated_at = now() where email = 'p20@example.org';
             update sends set state = 'dropped', finished_at = now() where address = 'p20@example.org';
             insert into sends (organisation_id, employee_id, kind, address, language, priority)
             select organisation_id, id, 'reset', email, 'fr', 0 from employees where email = 'p20@example.org'",
        )
        .await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    let first = &relay.received()[0];
    assert_eq!(first.recipient, "p20@example.org");
    assert!(first.link.starts_with("https://latchkey.example.org/reset-password/"));
    let minutes: f64 =
        crowd.value("select extract(epoch from expires_at - taken_up_at)::double precision / 60 from sends where kind = 'reset'").await;
    assert!((59.0..=60.0).contains(&minutes), "{minutes}");
}

#[sqlx::test(migrations = false)]
async fn who_shares_an_address_is_told_the_number(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 3).await, Relay::accepting().await);
    let other = crowd.database.organisation("Other").await;
    crowd.invite(OrganisationId(other.0), "q", 1).await;
    crowd
        .database
        .execute(
            "update employees set employee_number = right(split_part(email, '@', 1), 1) where email like 'p%' or email like 'q%';
             update employees set email = 'ward@example.org', email_normalised = 'ward@example.org' where email in ('p1@example.org', 'p2@example.org');
             update sends set address = 'ward@example.org' where address in ('p1@example.org', 'p2@example.org')",
        )
        .await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    let identifiers: Vec<(String, String)> =
        sqlx::query_as("select last_name, identifier from send_values order by 1").fetch_all(crowd.owner()).await.unwrap();
    let pair = |name: &str, identifier: &str| (name.to_owned(), identifier.to_owned());
    assert_eq!(identifiers, [pair("p1", "1@mill"), pair("p2", "2"), pair("p3", "p3@example.org"), pair("q1", "q1@example.org")]);
}
