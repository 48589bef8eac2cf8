//! What settings need of the server.

use super::model::{SettingsView, TypedSettings};
use crate::{error::AppError, session::Administrator, ui::problem::FieldError};
use domain::ids::EventId;

/// Reading and changing an organisation's settings.
#[async_trait::async_trait]
pub trait SettingsService: Send + Sync {
    /// The settings.
    async fn settings(&self, administrator: &Administrator) -> Result<SettingsView, AppError>;

    /// Stores what was typed, or says what is wrong with it. What others changed after `made_from` is never changed back unseen; a
    /// form of the version before names none.
    async fn change(
        &self,
        administrator: &Administrator,
        made_from: Option<EventId>,
        typed: &TypedSettings,
    ) -> Result<Result<(), Vec<FieldError>>, AppError>;
}
