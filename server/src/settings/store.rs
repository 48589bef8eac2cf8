//! The SQL of settings.

use crate::pace;
use app::settings::model::Settings;
use domain::ids::{EventId, OrganisationId};
use sqlx::PgConnection;

#[derive(sqlx::FromRow)]
struct SettingsRow {
    name: String,
    short_name: String,
    language: String,
    time_zone: String,
    validity_days: i32,
    hold_seconds: i32,
    pace_per_second: Option<i32>,
    pace_per_hour: Option<i32>,
    pace_per_day: Option<i32>,
    sender_name: Option<String>,
    sender_address: Option<String>,
    reply_to: Option<String>,
    contact: Option<String>,
    destination_url: Option<String>,
}

/// Finds the settings; locks them where they are about to be changed.
pub(super) async fn find_settings(connection: &mut PgConnection, organisation: OrganisationId, lock: bool) -> sqlx::Result<Settings> {
    if lock {
        sqlx::query("select from settings where organisation_id = $1 for update").bind(organisation.0).execute(&mut *connection).await?;
    }
    let row: SettingsRow = sqlx::query_as(
        "select o.name, o.short_name, o.language, o.time_zone, s.validity_days, s.hold_seconds, s.pace_per_second,
                s.pace_per_hour, s.pace_per_day, s.sender_name, s.sender_address,
                s.reply_to, s.contact, s.destination_url
         from organisations o join settings s on s.organisation_id = o.id where o.id = $1",
    )
    .bind(organisation.0)
    .fetch_one(connection)
    .await?;
    Ok(Settings {
        name: row.name,
        short_name: row.short_name,
        language: row.language.parse().unwrap_or_default(),
        time_zone: row.time_zone,
        validity_days: row.validity_days.try_into().unwrap_or_default(),
        hold_seconds: row.hold_seconds.try_into().unwrap_or_default(),
        pace: pace::from_columns(row.pace_per_second, row.pace_per_hour, row.pace_per_day),
        sender_name: row.sender_name,
        sender_address: row.sender_address,
        reply_to: row.reply_to,
        contact: row.contact,
        destination_url: row.destination_url,
    })
}

/// Another organisation has the short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ShortNameTaken;

/// Stores the settings. A violated index has broken the transaction: leave it.
pub(super) async fn update_settings(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    settings: &Settings,
) -> sqlx::Result<Result<(), ShortNameTaken>> {
    let updated = sqlx::query("update organisations set name = $2, short_name = $3, language = $4, time_zone = $5 where id = $1")
        .bind(organisation.0)
        .bind(&settings.name)
        .bind(&settings.short_name)
        .bind(settings.language.as_str())
        .bind(&settings.time_zone)
        .execute(&mut *connection)
        .await;
    if let Err(error) = updated {
        let constraint = error.as_database_error().and_then(|error| error.constraint());
        return if constraint == Some("organisations_short_name_key") { Ok(Err(ShortNameTaken)) } else { Err(error) };
    }
    let [per_second, per_hour, per_day] = pace::columns(settings.pace);
    sqlx::query(
        "update settings set validity_days = $2, hold_seconds = $3, sender_name = $4, sender_address = $5, reply_to = $6, contact = $7,
                             destination_url = $8, pace_per_second = $9, pace_per_hour = $10, pace_per_day = $11
         where organisation_id = $1",
    )
    .bind(organisation.0)
    .bind(i32::try_from(settings.validity_days).unwrap_or(i32::MAX))
    .bind(i32::try_from(settings.hold_seconds).unwrap_or(i32::MAX))
    .bind(&settings.sender_name)
    .bind(&settings.sender_address)
    .bind(&settings.reply_to)
    .bind(&settings.contact)
    .bind(&settings.destination_url)
    .bind(per_second)
    .bind(per_hour)
    .bind(per_day)
    .execute(connection)
    .await?;
    Ok(Ok(()))
}

/// A change of the settings.
#[derive(sqlx::FromRow)]
pub(super) struct Changed {
    pub id: i64,
    /// What it notes, by name.
    names: Vec<String>,
    values: Vec<String>,
    /// Who did it, where it was a person.
    pub by: Option<String>,
}

impl Changed {
    /// Whether it changed this field. The version before says "pace" of all three.
    pub fn has(&self, field: &str) -> bool {
        let is_it = |word: &str| word == field || word == "pace" && field.starts_with("pace_");
        self.value("fields").is_some_and(|fields| fields.split(' ').any(is_it))
    }

    /// What this field was before, where it changed it; none where the version before did.
    pub fn was(&self, field: &str) -> Option<&str> {
        self.value(&format!("was_{field}"))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.names.iter().zip(&self.values).find_map(|(known, value)| (known == name).then_some(value.as_str()))
    }
}

/// The last change; zero where there was none.
pub(super) async fn find_last_change(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<EventId> {
    let last = "select coalesce(max(id), 0) from events where organisation_id = $1 and kind = 'settings_changed'";
    Ok(EventId(sqlx::query_scalar(last).bind(organisation.0).fetch_one(connection).await?))
}

/// The changes after one of them, the last one first.
pub(super) async fn find_changes(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    after: EventId,
) -> sqlx::Result<Vec<Changed>> {
    sqlx::query_as(
        "select e.id, coalesce(v.names, '{}') as names, coalesce(v.values, '{}') as values,
                nullif(trim(a.first_name || ' ' || a.last_name), '') as by
         from events e
         cross join lateral (
             select array_agg(v.name) as names, array_agg(v.value) as values from event_values v
             where v.organisation_id = e.organisation_id and v.event_id = e.id) v
         left join employees a on a.organisation_id = e.organisation_id and a.id = e.actor_id
         where e.organisation_id = $1 and e.kind = 'settings_changed' and e.id > $2
         order by e.id desc",
    )
    .bind(organisation.0)
    .bind(after.0)
    .fetch_all(connection)
    .await
}
