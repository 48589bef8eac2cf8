//! The server functions of settings.
#![allow(clippy::too_many_arguments, reason = "forms have flat fields, so that they can be posted plainly")]

use super::model::SettingsView;
use crate::{error::AppError, ui::form::Answer};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{model::TypedSettings, service::SettingsService};
#[cfg(feature = "ssr")]
use crate::session::administrator;
#[cfg(feature = "ssr")]
use domain::{ids::EventId, role::Permission};

/// The settings.
#[server(endpoint = "settings")]
pub async fn find_settings() -> Result<SettingsView, AppError> {
    crate::error::respond(async {
        let service = expect_context::<std::sync::Arc<dyn SettingsService>>();
        service.settings(&administrator(Permission::View)?).await
    })
    .await
}

/// Changes the settings.
#[server(endpoint = "change-settings")]
pub async fn change_settings(
    /// The last change of the settings that the form was made from.
    #[server(default)]
    made_from: Option<i64>,
    /// The organisation's name.
    #[server(default)]
    name: String,
    /// The short name.
    #[server(default)]
    short_name: String,
    /// A language's word.
    #[server(default)]
    language: String,
    /// An IANA name.
    #[server(default)]
    time_zone: String,
    /// An invitation's validity.
    #[server(default)]
    validity_days: String,
    /// How long a batch can be undone.
    #[server(default)]
    hold_seconds: String,
    /// Messages of batches at most; empty: no limit.
    #[server(default)]
    pace_per_second: String,
    /// The same in any hour.
    #[server(default)]
    pace_per_hour: String,
    /// The same in any day.
    #[server(default)]
    pace_per_day: String,
    /// Shown in From.
    #[server(default)]
    sender_name: String,
    /// The address in From.
    #[server(default)]
    sender_address: String,
    /// Who gets answers.
    #[server(default)]
    reply_to: String,
    /// Whom to ask.
    #[server(default)]
    contact: String,
    /// What the credentials are for.
    #[server(default)]
    destination_url: String,
) -> Result<Answer, AppError> {
    crate::error::respond(async {
        let administrator = administrator(Permission::ChangeSettings)?;
        let service = expect_context::<std::sync::Arc<dyn SettingsService>>();
        let typed = TypedSettings {
            name,
            short_name,
            language,
            time_zone,
            validity_days,
            hold_seconds,
            pace_per_second,
            pace_per_hour,
            pace_per_day,
            sender_name,
            sender_address,
            reply_to,
            contact,
            destination_url,
        };
        let changed = service.change(&administrator, made_from.map(EventId), &typed).await?;
        Ok(changed.map_or_else(Answer::Invalid, |()| Answer::Done("/administration/settings?done=saved".to_owned())))
    })
    .await
}
