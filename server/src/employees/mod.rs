//! Employees: who they are, what may be changed, and what has happened.

pub mod event_store;
pub mod record_store;
