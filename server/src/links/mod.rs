//! Personal links: read, believed, judged, and kept out of the address bar.
//!
//! `/activate/{token}` answers with a redirect to `/activate/form/{short name}` and puts the token into a cookie that only such
//! pages get. The page renders the token into its form, so that a form posts the token it was made for, whatever was opened since.

pub mod cookie;
pub mod service;
pub mod store;

pub use service::Links;
