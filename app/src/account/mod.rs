//! One's own pages: the start page and the account.

pub mod api;
mod home;
mod model;
mod page;
#[cfg(feature = "ssr")]
pub mod service;
mod texts;

pub use home::HomePage;
pub use model::{Account, Home};
pub use page::MyAccountPage;
