//! HTTP: the router, what stands around every request, and plain forms.

pub mod context;
pub mod forms;
pub mod headers;
mod health;
pub mod links;
pub mod live;
pub mod mailbox;
pub mod router;
pub mod site;
pub mod viewer;
