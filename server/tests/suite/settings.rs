//! Settings: checked whole, changed by administrators alone, and only in their own organisation.

use crate::house::{House, UNCHANGED, acting};
use app::{
    error::AppError,
    settings::{
        model::{Settings, TypedSettings},
        service::SettingsService,
    },
    ui::problem::Problem,
};
use domain::role::Role;
use server::settings::service::SettingsKeeper;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

fn typed(settings: &Settings) -> TypedSettings {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |most: Option<u32>| most.map(|most| most.to_string()).unwrap_or_default();
    TypedSettings {
        name: settings.name.clone(),
        short_name: settings.short_name.clone(),
        language: settings.language.to_string(),
        time_zone: settings.time_zone.clone(),
        validity_days: settings.validity_days.to_string(),
        hold_seconds: settings.hold_seconds.to_string(),
        pace_per_second: number(settings.pace.per_second),
        pace_per_hour: number(settings.pace.per_hour),
        pace_per_day: number(settings.pace.per_day),
        sender_name: text(&settings.sender_name),
        sender_address: text(&settings.sender_address),
        reply_to: text(&settings.reply_to),
        contact: text(&settings.contact),
        destination_url: text(&settings.destination_url),
    }
}

#[sqlx::test(migrations = false)]
async fn what_is_saved_is_found_and_noted(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let keeper = SettingsKeeper { pool: house.database.pool.clone() };
    let before = keeper.settings(&house.owner).await.unwrap();
    assert!(before.may_change && before.time_zones.iter().any(|zone| zone == "Europe/Paris"));
    let wanted = TypedSettings {
        name: " Société <b>\r\nBcc: x".to_owned(),
        validity_days: "90".to_owned(),
        time_zone: "America/New_York".to_owned(),
        contact: "Jane, +33 1 23 45".to_owned(),
        destination_url: "https://intranet.example.org/".to_owned(),
        ..typed(&before.settings)
    };
    assert_eq!(keeper.change(&house.owner, Some(UNCHANGED), &wanted).await, Ok(Ok(())));
    assert_eq!(keeper.change(&house.owner, Some(UNCHANGED), &wanted).await, Ok(Ok(())));
    let after = keeper.settings(&house.owner).await.unwrap().settings;
    assert_eq!((after.name.as_str(), after.validity_days, after.time_zone.as_str()), ("Société <b> Bcc: x", 90, "America/New_York"));
    assert_eq!(after.contact.as_deref(), Some("Jane, +33 1 23 45"));
    let noted: Vec<String> = sqlx::query_scalar(
        "select v.value from events e join event_values v on v.event_id = e.id where e.kind = 'settings_changed' and v.name = 'fields'",
    )
    .fetch_all(&house.database.owner)
    .await
    .unwrap();
    assert_eq!(noted, ["name time_zone validity_days contact destination_url"]);
}

#[sqlx::test(migrations = false)]
async fn every_mistake_is_told_beside_its_field(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let keeper = SettingsKeeper { pool: house.database.pool.clone() };
    let wrong = TypedSettings {
        name: " ".to_owned(),
        short_name: "Not Short".to_owned(),
        language: "de".to_owned(),
        time_zone: "Europe/Atlantis".to_owned(),
        validity_days: "91".to_owned(),
        hold_seconds: "soon".to_owned(),
        pace_per_second: "0".to_owned(),
        pace_per_hour: "-1".to_owned(),
        pace_per_day: "many".to_owned(),
        sender_name: "x".repeat(201),
        sender_address: "nobody".to_owned(),
        reply_to: "é@example.org".to_owned(),
        contact: "x".repeat(501),
        destination_url: "javascript:alert(1)".to_owned(),
    };
    let errors = keeper.change(&house.owner, Some(UNCHANGED), &wrong).await.unwrap().unwrap_err();
    let told: Vec<(&str, Problem)> = errors.iter().map(|error| (error.field.as_str(), error.problem.clone())).collect();
    let expected = [
        ("name", Problem::Missing),
        ("short_name", Problem::NotAShortName),
        ("language", Problem::NotAChoice),
        ("time_zone", Problem::NotATimeZone),
        ("validity_days", Problem::OutOfRange(1, 90)),
        ("hold_seconds", Problem::OutOfRange(0, 3600)),
        ("pace_per_second", Problem::OutOfRange(1, 1000)),
        ("pace_per_hour", Problem::OutOfRange(1, 10_000_000)),
        ("pace_per_day", Problem::OutOfRange(1, 10_000_000)),
        ("sender_name", Problem::TooLong(200)),
        ("sender_address", Problem::NotAnAddress),
        ("reply_to", Problem::AddressNotAscii),
        ("contact", Problem::TooLong(500)),
        ("destination_url", Problem::NotAWebAddress),
    ];
    assert_eq!(told, expected);
}

#[sqlx::test(migrations = false)]
async fn a_short_name_serves_one_organisation(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let keeper = SettingsKeeper { pool: house.database.pool.clone() };
    let second = house.database.organisation("Second").await;
    let stranger = acting(second, house.database.employee(second, "Stranger").await, Role::Owner);
    let own = keeper.settings(&house.owner).await.unwrap().settings;
    let wanted = TypedSettings { short_name: "second".to_owned(), ..typed(&own) };
    let refused = keeper.change(&house.owner, Some(UNCHANGED), &wanted).await.unwrap().unwrap_err();
    assert_eq!((refused[0].field.as_str(), &refused[0].problem), ("short_name", &Problem::ShortNameTaken));
    assert_eq!(keeper.settings(&stranger).await.unwrap().settings.name, "Second");
}

#[sqlx::test(migrations = false)]
async fn auditors_look_and_change_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let keeper = SettingsKeeper { pool: house.database.pool.clone() };
    let auditor = house.with_role("Auditor", Role::Auditor).await;
    let seen = keeper.settings(&auditor).await.unwrap();
    assert!(!seen.may_change && seen.time_zones.is_empty());
    assert_eq!(keeper.change(&auditor, Some(UNCHANGED), &typed(&seen.settings)).await, Err(AppError::Forbidden));
}

#[sqlx::test(migrations = false)]
async fn what_somebody_else_saved_meanwhile_is_never_changed_back_unseen(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let keeper = SettingsKeeper { pool: house.database.pool.clone() };
    let other = house.with_role("Other", Role::Administrator).await;
    let seen = keeper.settings(&house.owner).await.unwrap();
    let slower = TypedSettings { pace_per_hour: "100".to_owned(), contact: "Jane".to_owned(), ..typed(&seen.settings) };
    assert_eq!(keeper.change(&other, seen.made_from, &slower).await, Ok(Ok(())));

    // What was not touched in the form stays as it is by now.
    let renamed = TypedSettings { name: "Another name".to_owned(), ..typed(&seen.settings) };
    assert_eq!(keeper.change(&house.owner, seen.made_from, &renamed).await, Ok(Ok(())));
    let after = keeper.settings(&house.owner).await.unwrap();
    assert_eq!(
        (after.settings.name.as_str(), after.settings.pace.per_hour, after.settings.contact.as_deref()),
        ("Another name", Some(100), Some("Jane"))
    );

    // Where one was, all are told, since the form is saved again as it is.
    let faster = TypedSettings { pace_per_hour: "500".to_owned(), ..typed(&seen.settings) };
    let told = keeper.change(&house.owner, seen.made_from, &faster).await.unwrap().unwrap_err();
    assert_eq!(told.iter().map(|told| told.field.as_str()).collect::<Vec<_>>(), ["name", "pace_per_hour", "contact"]);
    let Problem::ChangedMeanwhile { by, now, last } = &told[1].problem else { panic!("{told:?}") };
    assert_eq!((by.as_deref(), now.as_str(), Some(*last)), (Some("Test Other"), "100", after.made_from));

    // Saved once more by who has read that.
    let faster = TypedSettings { contact: "Joe".to_owned(), ..faster };
    assert_eq!(keeper.change(&house.owner, Some(*last), &faster).await, Ok(Ok(())));
    let after = keeper.settings(&house.owner).await.unwrap().settings;
    assert_eq!((after.name, after.pace.per_hour, after.contact.as_deref()), (seen.settings.name, Some(500), Some("Joe")));
}
