//! The server functions of the list.

use super::model::{Counts, EmployeePage};
use crate::error::AppError;
use domain::listing::Listing;
use leptos::{prelude::*, server_fn::codec::Json};

/// A page of employees.
#[server(endpoint = "employees", input = Json)]
pub async fn list_employees(
    /// Which employees, in which order, from where.
    listing: Listing,
) -> Result<EmployeePage, AppError> {
    use super::service::EmployeeList;
    use domain::role::Permission;
    crate::error::respond(async {
        let administrator = crate::session::administrator(Permission::View)?;
        let list = expect_context::<std::sync::Arc<dyn EmployeeList>>();
        list.page(&administrator, &listing).await
    })
    .await
}

/// How many employees each filter would show.
#[server(endpoint = "employee-counts", input = Json)]
pub async fn count_employees(
    /// The search, as typed.
    search: String,
) -> Result<Counts, AppError> {
    use super::service::EmployeeList;
    use domain::role::Permission;
    crate::error::respond(async {
        let administrator = crate::session::administrator(Permission::View)?;
        let list = expect_context::<std::sync::Arc<dyn EmployeeList>>();
        list.counts(&administrator, &search).await
    })
    .await
}
