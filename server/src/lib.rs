//! Latchkey's server: HTTP, PostgreSQL, delivery and the command line.

pub mod config;
pub mod db;
pub mod failure;
pub mod http;
pub mod link;
pub mod postgres;
pub mod secret;
pub mod session;
