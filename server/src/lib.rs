//! Latchkey's server: HTTP, PostgreSQL, delivery and the command line.

pub mod db;
pub mod link;
pub mod secret;
