//! What server and browser both render: the shell, the routes, one folder per feature, controls that know no feature (`ui`),
//! and the texts in both languages, beside what shows them.
#![recursion_limit = "256"]

pub mod account;
pub mod activation;
pub mod batches;
pub mod employees;
pub mod error;
pub mod import;
pub mod links;
pub mod reset;
pub mod session;
pub mod settings;
pub mod shell;
pub mod texts;
pub mod ui;
