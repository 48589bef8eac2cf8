//! The border where an inner failure becomes the one error that crosses the wire: logged once, here.

use app::error::AppError;

/// Turns an inner failure into what the browser may know.
pub trait Failed<T> {
    /// Logs the cause and keeps it back.
    fn failed(self) -> Result<T, AppError>;
}

impl<T> Failed<T> for Result<T, sqlx::Error> {
    fn failed(self) -> Result<T, AppError> {
        self.map_err(|error| {
            tracing::error!(%error, "the database failed");
            match error {
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                    AppError::Unavailable
                }
                // A server that starts or stops (class 57), or has no connection left (53300).
                sqlx::Error::Database(error) if error.code().is_some_and(|code| code.starts_with("57P") || code == "53300") => {
                    AppError::Unavailable
                }
                _ => AppError::Internal,
            }
        })
    }
}

impl<T> Failed<T> for Result<T, crate::session::password::HashingFailed> {
    fn failed(self) -> Result<T, AppError> {
        self.map_err(|error| {
            tracing::error!(%error, "hashing failed");
            AppError::Internal
        })
    }
}
