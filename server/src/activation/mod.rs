//! Activation: the first password.

mod service;
mod store;

pub use service::Activations;
