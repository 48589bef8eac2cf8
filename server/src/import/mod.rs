//! Importing employees from a file: read it, plan every row, show the plan, carry it out.

mod line;
pub mod parse;
pub mod people;
pub mod plan;
pub mod table;
