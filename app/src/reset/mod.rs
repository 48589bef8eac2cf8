//! A new password in place of a forgotten one.

pub mod api;
mod page;
#[cfg(feature = "ssr")]
pub mod service;
mod texts;

pub use page::{ForgotPasswordPage, ResetPage};
