//! Importing employees from a file: read it, plan every row, show the plan, carry it out.

pub mod carry_out;
mod claims;
mod line;
pub mod parse;
pub mod people;
pub mod plan;
pub mod service;
pub mod store;
pub mod table;
pub mod upload;
mod view;
