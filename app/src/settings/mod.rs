//! What an organisation's administrators decide.

pub mod api;
pub mod model;
mod page;
#[cfg(feature = "ssr")]
pub mod service;
mod texts;

pub use page::SettingsPage;
