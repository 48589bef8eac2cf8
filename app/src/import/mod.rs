//! Importing employees: a file is checked first, shown as it was understood, and imported when somebody says so.

pub mod api;
mod check_page;
pub mod model;
mod rows;
#[cfg(feature = "ssr")]
pub mod service;
mod texts;
mod upload_page;
pub mod words;

pub use check_page::ImportCheckPage;
pub use upload_page::{ImportPage, UploadRefused};

/// The page with the file field; files are posted there.
pub const PATH: &str = "/administration/users/import";
