//! Bulk actions: the split before, the hold, and what became of everybody.

pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
