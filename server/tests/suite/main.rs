//! What the server promises, on real PostgreSQL. One binary, since each would link everything again.

mod common;
mod records;
mod walls;
