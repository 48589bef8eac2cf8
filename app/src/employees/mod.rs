//! Employees: the list, and one at a time.

pub mod account;
pub mod edit;
pub mod edit_api;
pub mod edit_model;
#[cfg(feature = "ssr")]
pub mod edit_service;
mod edit_texts;
mod history;
mod history_texts;
pub mod list;
mod live;
pub mod profile;
mod profile_actions;
pub mod profile_api;
pub mod profile_model;
#[cfg(feature = "ssr")]
pub mod profile_service;
mod profile_texts;
