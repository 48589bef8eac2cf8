//! Reading and changing an organisation's settings.

use super::{
    check,
    store::{self, Changed},
};
use crate::{
    db,
    employees::event_store::{NewEvent, insert_event},
    failure::Failed,
};
use app::{
    error::AppError,
    session::Administrator,
    settings::{
        model::{Settings, SettingsView, TypedSettings},
        service::SettingsService,
    },
    ui::problem::{FieldError, Problem},
};
use domain::{event::EventKind, ids::EventId, role::Permission};
use sqlx::PgPool;

/// Settings, on PostgreSQL.
#[derive(Clone)]
pub struct SettingsKeeper {
    /// The bound pool.
    pub pool: PgPool,
}

#[async_trait::async_trait]
impl SettingsService for SettingsKeeper {
    async fn settings(&self, administrator: &Administrator) -> Result<SettingsView, AppError> {
        let organisation = administrator.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await.failed()?;
        // Asked for first: what changes in between is then told once too often, and never too seldom.
        let made_from = store::find_last_change(&mut transaction, organisation).await.failed()?;
        let settings = store::find_settings(&mut transaction, organisation, false).await.failed()?;
        let may_change = Permission::ChangeSettings.granted(administrator.role());
        let time_zones = if may_change { time_zones(&settings.time_zone) } else { Vec::new() };
        Ok(SettingsView { settings, time_zones, may_change, made_from: Some(made_from) })
    }

    async fn change(
        &self,
        administrator: &Administrator,
        made_from: Option<EventId>,
        typed: &TypedSettings,
    ) -> Result<Result<(), Vec<FieldError>>, AppError> {
        if !Permission::ChangeSettings.granted(administrator.role()) {
            return Err(AppError::Forbidden);
        }
        let mut settings = match check::read(typed) {
            Ok(settings) => settings,
            Err(errors) => return Ok(Err(errors)),
        };
        let organisation = administrator.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await.failed()?;
        let before = store::find_settings(&mut transaction, organisation, true).await.failed()?;
        if let Some(seen) = made_from {
            let since = store::find_changes(&mut transaction, organisation, seen).await.failed()?;
            let conflicts = merge(&before, &mut settings, &since);
            if !conflicts.is_empty() {
                return Ok(Err(conflicts));
            }
        }
        let changed = changed_fields(&before, &settings);
        if changed.is_empty() {
            return Ok(Ok(()));
        }
        if store::update_settings(&mut transaction, organisation, &settings).await.failed()?.is_err() {
            return Ok(Err(vec![FieldError::new("short_name", Problem::ShortNameTaken)]));
        }
        let fields = changed.iter().map(|(field, _)| *field).collect::<Vec<_>>().join(" ");
        let before: Vec<(String, &str)> = changed.iter().map(|(field, was)| (format!("was_{field}"), was.as_str())).collect();
        let values: Vec<(&str, &str)> =
            std::iter::once(("fields", fields.as_str())).chain(before.iter().map(|(name, was)| (name.as_str(), *was))).collect();
        let event = NewEvent {
            kind: EventKind::SettingsChanged,
            actor: Some(administrator.employee()),
            employee: None,
            invitation: None,
            send: None,
            values: &values,
        };
        insert_event(&mut transaction, organisation, event).await.failed()?;
        transaction.commit().await.failed()?;
        Ok(Ok(()))
    }
}

/// The values by the names of their fields, as the form shows them.
fn fields(settings: &Settings) -> [(&'static str, String); 14] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let limit = |most: Option<u32>| most.map(|most| most.to_string()).unwrap_or_default();
    [
        ("name", settings.name.clone()),
        ("short_name", settings.short_name.clone()),
        ("language", settings.language.to_string()),
        ("time_zone", settings.time_zone.clone()),
        ("validity_days", settings.validity_days.to_string()),
        ("hold_seconds", settings.hold_seconds.to_string()),
        ("pace_per_second", limit(settings.pace.per_second)),
        ("pace_per_hour", limit(settings.pace.per_hour)),
        ("pace_per_day", limit(settings.pace.per_day)),
        ("sender_name", text(&settings.sender_name)),
        ("sender_address", text(&settings.sender_address)),
        ("reply_to", text(&settings.reply_to)),
        ("contact", text(&settings.contact)),
        ("destination_url", text(&settings.destination_url)),
    ]
}

/// The fields that differ, with the values from before.
fn changed_fields(before: &Settings, after: &Settings) -> Vec<(&'static str, String)> {
    let both = fields(before).into_iter().zip(fields(after));
    both.filter_map(|(before, after)| (before != after).then_some(before)).collect()
}

/// What becomes of settings that a form would store, which was made before these changes of others, the last one first: what was not touched in
/// the form stays as it is now. Of what was, the fields that somebody else has changed meanwhile are conflicts; where there are any, all that
/// others changed is told, since the form is saved again as it is.
fn merge(now: &Settings, typed: &mut Settings, since: &[Changed]) -> Vec<FieldError> {
    let Some(last) = since.first().map(|change| EventId(change.id)) else { return Vec::new() };
    let (mut told, mut untouched) = (Vec::new(), Vec::new());
    for ((field, present), (_, value)) in fields(now).into_iter().zip(fields(typed)) {
        let mut changes = since.iter().filter(|change| change.has(field));
        let Some(latest) = changes.next().filter(|_| present != value) else { continue };
        let first = changes.next_back().unwrap_or(latest);
        if first.was(field) == Some(&value) {
            untouched.push(field);
        }
        told.push(FieldError::new(field, Problem::ChangedMeanwhile { by: latest.by.clone(), now: present, last }));
    }
    if untouched.len() == told.len() {
        told.clear();
        for field in untouched {
            keep(now, typed, field);
        }
    }
    told
}

/// Leaves a field as it is.
fn keep(now: &Settings, typed: &mut Settings, field: &str) {
    match field {
        "name" => typed.name.clone_from(&now.name),
        "short_name" => typed.short_name.clone_from(&now.short_name),
        "language" => typed.language = now.language,
        "time_zone" => typed.time_zone.clone_from(&now.time_zone),
        "validity_days" => typed.validity_days = now.validity_days,
        "hold_seconds" => typed.hold_seconds = now.hold_seconds,
        "pace_per_second" => typed.pace.per_second = now.pace.per_second,
        "pace_per_hour" => typed.pace.per_hour = now.pace.per_hour,
        "pace_per_day" => typed.pace.per_day = now.pace.per_day,
        "sender_name" => typed.sender_name.clone_from(&now.sender_name),
        "sender_address" => typed.sender_address.clone_from(&now.sender_address),
        "reply_to" => typed.reply_to.clone_from(&now.reply_to),
        "contact" => typed.contact.clone_from(&now.contact),
        "destination_url" => typed.destination_url.clone_from(&now.destination_url),
        _ => {}
    }
}

/// The zones to choose from: places and UTC, not the many old names, but for the one that is set.
fn time_zones(present: &str) -> Vec<String> {
    const CONTINENTS: [&str; 9] =
        ["Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];
    let is_place = |name: &str| name == "UTC" || name == present || CONTINENTS.iter().any(|continent| name.starts_with(continent));
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| is_place(name)).map(str::to_owned).collect()
}
