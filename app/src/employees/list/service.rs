//! What the list needs of the server.

use super::model::{Counts, EmployeePage};
use crate::{error::AppError, session::Administrator};
use domain::listing::Listing;

/// Reading the list of employees.
#[async_trait::async_trait]
pub trait EmployeeList: Send + Sync {
    /// A page. One that no longer has rows becomes the nearest that has.
    async fn page(&self, administrator: &Administrator, listing: &Listing) -> Result<EmployeePage, AppError>;

    /// How many employees each filter would show under a search.
    async fn counts(&self, administrator: &Administrator, search: &str) -> Result<Counts, AppError>;
}
