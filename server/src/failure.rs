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
                sqlx::Error::Database(error) if error.code().is_some_and(|code| is_passing(&code)) => AppError::Unavailable,
                _ => AppError::Internal,
            }
        })
    }
}

/// Whether a server says so that starts or stops (class 57P), has no connection, memory or disk left (53), or only reads (25006).
fn is_passing(code: &str) -> bool {
    code.starts_with("57P") || code.starts_with("53") || code == "25006"
}

impl<T> Failed<T> for Result<T, crate::session::password::HashingFailed> {
    fn failed(self) -> Result<T, AppError> {
        self.map_err(|error| {
            tracing::error!(%error, "hashing failed");
            AppError::Internal
        })
    }
}
