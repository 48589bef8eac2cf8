//! Controls that know no feature.

pub mod failure;
pub mod field;
pub mod focus;
pub mod form;
pub mod layout;
pub mod look_again;
pub mod new_password;
pub mod problem;
mod texts;
