//! Personal links: what opening one shows. Opening changes nothing; the forms behind a link carry its token themselves, so that
//! two links open in one browser never mix.

pub mod api;
mod model;
mod page;
#[cfg(feature = "ssr")]
pub mod service;
mod texts;

pub use model::{DeadLink, GoodLink, Opened, Purpose, SentBefore};
pub use page::{LinkPage, SignInIdentifier};
