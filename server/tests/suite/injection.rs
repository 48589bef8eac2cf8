//! Words and addresses that would like to be headers, further recipients or SMTP commands, from the database to the relay.

use crate::crowd::{Crowd, counts};
use mail_parser::MessageParser;
use sink::relay::{Act, Moment, Relay};
use sqlx::{
    AssertSqlSafe,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::sync::{Arc, Mutex};

/// What somebody might write where a word is asked for.
const WORDS: [&str; 7] = [
    "Eve\r\nBcc: all@example.org",
    "Eve\nBcc: all@example.org",
    "Eve\rBcc: all@example.org",
    "Eve\r\n\r\n<b>hello</b>\r\n",
    "Eve\r\n.\r\nMAIL FROM:<eve@evil.example>\r\nRCPT TO:<all@example.org>\r\nDATA\r\n",
    ".",
    "\"Eve\" <eve@evil.example>, all@example.org",
];
/// Where words come from that reach a message.
const FIELDS: [&str; 6] = [
    "employees.first_name",
    "employees.last_name",
    "employees.employee_number",
    "organisations.name",
    "settings.sender_name",
    "settings.contact",
];
/// What somebody might write where an address is asked for.
const ADDRESSES: [&str; 4] = [
    "p1@example.org\r\nBcc: all@example.org",
    "p1@example.org>\r\nRCPT TO:<all@example.org",
    "p1@example.org> SIZE=1",
    "p1@example.org, all@example.org",
];
/// Where addresses come from that reach a message or its envelope.
const PLACES: [&str; 3] = ["employees.email", "settings.sender_address", "settings.reply_to"];

/// Writes a value where nothing has checked it, and sends a message from there.
async fn write(crowd: &Crowd, field: &str, value: &str) {
    crowd
        .database
        .execute(
            "truncate outbox, sends, invitations, standings, employees cascade;
             update organisations set name = 'Mill';
             update settings set sender_name = null, contact = null, sender_address = null, reply_to = null",
        )
        .await;
    crowd.invite(crowd.organisation, "p", 1).await;
    let (table, column) = field.split_once('.').unwrap();
    if column == "employee_number" {
        // Who shares an address signs in with the number.
        crowd
            .database
            .execute(
                "insert into employees (organisation_id, first_name, last_name, email, email_normalised, employee_number, search_text)
                 select organisation_id, 'Alex', 'Other', email, email_normalised, 'N1', '' from employees",
            )
            .await;
    }
    let updates = if column == "email" {
        vec!["update employees set email = $1, email_normalised = $1".to_owned(), "update sends set address = $1".to_owned()]
    } else {
        let whose = if column == "employee_number" { "employee_number is null" } else { "true" };
        vec![format!("update {table} set {column} = $1 where {whose}")]
    };
    for update in updates {
        sqlx::query(AssertSqlSafe(update)).bind(value).execute(crowd.owner()).await.unwrap();
    }
}

/// A relay that notes what it is told in each dialogue.
async fn noting() -> (Relay, Arc<Mutex<Vec<Moment>>>) {
    let moments = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&moments);
    let relay = Relay::start(move |moment| {
        noted.lock().unwrap().push(moment.clone());
        Act::Accept
    })
    .await;
    (relay, moments)
}

#[sqlx::test(migrations = false)]
async fn a_word_stays_a_word_in_one_message_to_one_person(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 0).await;
    let mut usual = None;
    for field in FIELDS {
        for (place, word) in ["Eve"].into_iter().chain(WORDS).enumerate() {
            // No number is longer.
            let word = word.get(..64).unwrap_or(word);
            write(&crowd, field, word).await;
            if place % 2 == 1 {
                crowd.database.execute("update sends set language = 'fr'").await;
            }
            let (relay, moments) = noting().await;
            crowd.worker(&relay).run_until_idle().await.unwrap();
            assert_eq!(crowd.states().await, counts([("sent", 1)]), "{field}: {word:?}");
            let to = || "p1@example.org".to_owned();
            let dialogue = [
                Moment::Greeting,
                Moment::Sender("people@latchkey.example.org".to_owned()),
                Moment::Recipient(to()),
                Moment::Data,
                Moment::Body(to()),
                Moment::Message(to()),
            ];
            assert_eq!(*moments.lock().unwrap(), dialogue, "{field}: {word:?}");
            let [one] = relay.received().try_into().unwrap();
            let parsed = MessageParser::new().parse(&one.bytes).unwrap();
            let mut headers: Vec<_> = parsed.headers().iter().map(|header| header.name().to_owned()).collect();
            headers.sort();
            assert_eq!(*usual.get_or_insert_with(|| headers.clone()), headers, "{field}: {word:?}");
            assert_eq!((parsed.from().unwrap().iter().count(), parsed.to().unwrap().iter().count()), (1, 1), "{field}: {word:?}");
            assert!(parsed.bcc().is_none() && parsed.cc().is_none());
            assert!(!parsed.body_html(0).unwrap().contains("<b>hello"), "{field}: {word:?}");
            assert_eq!(one.link.matches("/activate/").count(), 1);
            let told = format!("{:?} {:?} {}", parsed.from(), parsed.to(), parsed.body_text(0).unwrap());
            assert!(told.contains("Eve") || word == ".", "{field}: {word:?} in {told}");
        }
    }
}

#[sqlx::test(migrations = false)]
async fn what_is_no_address_goes_nowhere_and_says_so(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 0).await;
    for place in PLACES {
        for address in ADDRESSES {
            write(&crowd, place, address).await;
            let (relay, moments) = noting().await;
            crowd.worker(&relay).run_until_idle().await.unwrap();
            assert_eq!(crowd.states().await, counts([("failed cannot_render", 1)]), "{place}: {address:?}");
            assert_eq!(*moments.lock().unwrap(), [], "{place}: {address:?}");
        }
    }
}
