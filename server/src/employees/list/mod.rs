//! The list of the Employees page: which people, in which order, a page at a time.

mod criteria;
mod key;
pub mod service;
pub mod store;

pub use criteria::push_criteria;
