//! New passwords in place of forgotten ones.

pub mod request;
mod service;
pub(crate) mod store;

pub use service::Resets;
