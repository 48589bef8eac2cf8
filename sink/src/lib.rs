//! What tests and measurements of delivery stand on: a relay of our own that does as it is told, and counts what it received;
//! and a way to PostgreSQL that breaks where it is told to. Part of no product.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "a test fails by it, and reads as its own explanation"
)]

mod dialogue;
pub mod proxy;
pub mod relay;
