//! What settings need of the server.

use super::model::{SettingsView, TypedSettings};
use crate::{error::AppError, session::Administrator, ui::problem::FieldError};

/// Reading and changing an organisation's settings.
#[async_trait::async_trait]
pub trait SettingsService: Send + Sync {
    /// The settings.
    async fn settings(&self, administrator: &Administrator) -> Result<SettingsView, AppError>;

    /// Stores what was typed, or says what is wrong with it.
    async fn change(&self, administrator: &Administrator, typed: &TypedSettings) -> Result<Result<(), Vec<FieldError>>, AppError>;
}
