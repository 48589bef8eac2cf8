//! Bulk actions on PostgreSQL: set-based, one transaction each, once per press.

mod delivery;
mod delivery_store;
mod outcome_store;
mod outlook_store;
pub mod report;
pub mod service;
mod steer;
pub mod steer_store;
pub mod store;
mod view;
mod view_store;
