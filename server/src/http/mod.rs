//! HTTP: the router, what stands around every request, and plain forms.

pub mod context;
mod document;
pub mod forms;
mod functions;
pub mod headers;
pub mod health;
pub mod links;
pub mod live;
pub mod mailbox;
mod patience;
pub mod refusals;
pub mod router;
pub mod site;
mod trace;
pub mod viewer;
