//! Employees: who they are, what may be changed, and what has happened.

pub mod change;
mod change_steps;
mod change_store;
pub mod event_store;
pub mod list;
mod message_store;
pub mod record_store;
