//! The Employees page: who is there, where each stands, and what can be done with a selection.

mod address;
mod again;
pub mod api;
mod bulk;
pub mod columns;
mod filters;
pub mod model;
mod nobody;
mod page;
mod people;
mod places;
mod row;
mod search;
mod selection;
#[cfg(feature = "ssr")]
pub mod service;
mod state;
mod table;
mod texts;
mod ticks;

pub use address::matching;
pub use page::EmployeesPage;
