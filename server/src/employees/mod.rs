//! Employees: who they are, what may be changed, and what has happened.

pub mod address_steps;
pub mod change;
mod change_steps;
mod change_store;
pub mod event_store;
mod history;
pub mod list;
mod meanwhile;
mod meanwhile_store;
pub mod message;
pub(crate) mod message_store;
pub mod profile;
mod profile_store;
pub mod record_store;
