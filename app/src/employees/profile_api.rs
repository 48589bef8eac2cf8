//! The server functions of one employee's page.

use super::profile_model::{History, Profile};
use crate::error::AppError;
use domain::ids::{EmployeeId, EventId};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::profile_service::ProfileService;
#[cfg(feature = "ssr")]
use crate::session::administrator;
#[cfg(feature = "ssr")]
use domain::role::Permission;

/// One employee.
#[server(endpoint = "profile", input = server_fn::codec::Json)]
pub async fn find_profile(
    /// The employee.
    id: EmployeeId,
) -> Result<Profile, AppError> {
    crate::error::respond(async {
        let service = expect_context::<std::sync::Arc<dyn ProfileService>>();
        service.profile(&administrator(Permission::View)?, id).await
    })
    .await
}

/// What has happened with an employee.
#[server(endpoint = "history", input = server_fn::codec::Json)]
pub async fn find_history(
    /// The employee.
    id: EmployeeId,
    /// Only lines older than this one.
    before: Option<EventId>,
) -> Result<History, AppError> {
    crate::error::respond(async {
        let service = expect_context::<std::sync::Arc<dyn ProfileService>>();
        service.history(&administrator(Permission::View)?, id, before).await
    })
    .await
}
