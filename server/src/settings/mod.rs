//! What an organisation's administrators decide.

mod check;
pub mod service;
mod store;
