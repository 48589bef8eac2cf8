//! Employees: the list, and one at a time.

pub mod account;
pub mod edit;
pub mod edit_api;
pub mod edit_model;
#[cfg(feature = "ssr")]
pub mod edit_service;
mod edit_texts;
pub mod list;
