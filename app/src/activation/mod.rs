//! Activation: the employee sets a first password through a link, and is signed in.

pub mod api;
mod page;
#[cfg(feature = "ssr")]
pub mod service;
mod texts;

pub use page::ActivationPage;
