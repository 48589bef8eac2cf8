//! What the server promises, on real PostgreSQL. One binary, since each would link everything again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by it")]

mod accounts;
mod activation;
mod batch_plans;
mod batches;
mod common;
mod copies;
mod crowd;
mod database;
mod delivery;
mod delivery_database;
mod delivery_faults;
mod delivery_leases;
mod delivery_races;
mod delivery_senders;
mod delivery_silence;
mod doctor;
mod door;
mod house;
mod import;
mod invent;
mod launch;
mod list;
mod list_plans;
mod metrics;
mod outcomes;
mod people;
mod postgres;
mod precedence;
mod presses;
mod races;
mod records;
mod refusals;
mod reset;
mod scene;
mod settings;
mod sign_in;
mod smtp;
mod steering;
mod strength;
mod turns;
mod upgrade;
mod verdicts;
mod walk;
mod walls;
