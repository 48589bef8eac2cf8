//! Reading and changing an organisation's settings.

use super::{check, store};
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
use domain::{event::EventKind, role::Permission};
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
        let settings = store::find_settings(&mut transaction, organisation, false).await.failed()?;
        let may_change = Permission::ChangeSettings.granted(administrator.role());
        let time_zones = if may_change { time_zones(&settings.time_zone) } else { Vec::new() };
        Ok(SettingsView { settings, time_zones, may_change })
    }

    async fn change(&self, administrator: &Administrator, typed: &TypedSettings) -> Result<Result<(), Vec<FieldError>>, AppError> {
        if !Permission::ChangeSettings.granted(administrator.role()) {
            return Err(AppError::Forbidden);
        }
        let settings = match check::read(typed) {
            Ok(settings) => settings,
            Err(errors) => return Ok(Err(errors)),
        };
        let organisation = administrator.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await.failed()?;
        let before = store::find_settings(&mut transaction, organisation, true).await.failed()?;
        let fields = changed_fields(&before, &settings).join(" ");
        if fields.is_empty() {
            return Ok(Ok(()));
        }
        if store::update_settings(&mut transaction, organisation, &settings).await.failed()?.is_err() {
            return Ok(Err(vec![FieldError::new("short_name", Problem::ShortNameTaken)]));
        }
        let event = NewEvent {
            kind: EventKind::SettingsChanged,
            actor: Some(administrator.employee()),
            employee: None,
            invitation: None,
            send: None,
            values: &[("fields", &fields)],
        };
        insert_event(&mut transaction, organisation, event).await.failed()?;
        transaction.commit().await.failed()?;
        Ok(Ok(()))
    }
}

fn changed_fields(before: &Settings, after: &Settings) -> Vec<&'static str> {
    let differs = [
        ("name", before.name != after.name),
        ("short_name", before.short_name != after.short_name),
        ("language", before.language != after.language),
        ("time_zone", before.time_zone != after.time_zone),
        ("validity_days", before.validity_days != after.validity_days),
        ("hold_seconds", before.hold_seconds != after.hold_seconds),
        ("pace", before.pace != after.pace),
        ("sender_name", before.sender_name != after.sender_name),
        ("sender_address", before.sender_address != after.sender_address),
        ("reply_to", before.reply_to != after.reply_to),
        ("contact", before.contact != after.contact),
        ("destination_url", before.destination_url != after.destination_url),
    ];
    differs.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect()
}

/// The zones to choose from: places and UTC, not the many old names, but for the one that is set.
fn time_zones(present: &str) -> Vec<String> {
    const CONTINENTS: [&str; 9] =
        ["Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];
    let is_place = |name: &str| name == "UTC" || name == present || CONTINENTS.iter().any(|continent| name.starts_with(continent));
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| is_place(name)).map(str::to_owned).collect()
}
