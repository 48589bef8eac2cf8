//! What one employee's page needs of the server.

use super::profile_model::{History, Profile};
use crate::{error::AppError, session::Administrator};
use domain::ids::{EmployeeId, EventId};

/// Reading about one employee.
#[async_trait::async_trait]
pub trait ProfileService: Send + Sync {
    /// One employee.
    async fn profile(&self, administrator: &Administrator, employee: EmployeeId) -> Result<Profile, AppError>;

    /// What has happened, the newest first; older than a line where one is given.
    async fn history(&self, administrator: &Administrator, employee: EmployeeId, before: Option<EventId>) -> Result<History, AppError>;
}
