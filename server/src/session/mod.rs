//! Sessions in PostgreSQL, passwords, and who is behind a request.

pub mod cookie;
pub(crate) mod identifier;
pub mod password;
pub mod policy;
pub mod renewal;
pub mod service;
pub mod store;
