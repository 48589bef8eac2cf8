//! Sessions in PostgreSQL, passwords, and who is behind a request.

pub mod cookie;
pub mod password;
pub mod service;
pub mod store;
