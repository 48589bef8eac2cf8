//! Latchkey's server: HTTP, PostgreSQL, delivery and the command line.

pub mod account;
pub mod activation;
pub mod batches;
pub mod cli;
pub mod config;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod employees;
pub mod failure;
pub mod http;
pub mod import;
pub mod invent;
pub mod link;
pub mod links;
pub mod local_time;
pub mod mail;
pub mod outbox;
pub mod owner;
pub mod postgres;
pub mod reset;
pub mod secret;
pub mod session;
pub mod startup;
pub mod telemetry;
pub mod throttle;
