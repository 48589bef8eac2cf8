//! One's own account.

mod service;
mod store;

pub use service::Accounts;
