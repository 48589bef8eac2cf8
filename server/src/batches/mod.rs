//! Bulk actions on PostgreSQL: set-based, one transaction each, once per press.

pub mod service;
pub mod store;
mod view_store;
