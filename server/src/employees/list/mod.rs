//! The list of the Employees page: which people, in which order, a page at a time.

mod criteria;
pub mod export;
mod export_store;
mod key;
mod order;
mod scan;
pub mod service;
pub mod store;

pub use criteria::push_criteria;
pub use key::Key;
