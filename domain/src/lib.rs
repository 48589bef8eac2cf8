//! The words and rules of Latchkey, for server and browser alike: no I/O, no clock, no framework.
//!
//! # Glossary
//!
//! - **organisation**: a tenant; everything else belongs to exactly one.
//! - **employee**: a person of the organisation, perhaps without an email address.
//! - **administrator**: an employee whose [`role`] allows the administration pages.
//! - **credentials**: what an employee needs to get in: the sign-in identifier and a personal activation link, never a password.
//! - **invitation**: the offer to activate; an employee has at most one live [`invitation`].
//! - **send**: one message to one person, of any kind; how it fares is its [`delivery`] state.
//! - **attempt**: one try to hand a send to the relay, with the reply.
//! - **batch**: one bulk action by one administrator, with its frozen audience and one outcome per employee ([`batch`], [`eligibility`]).
//! - **event**: one line of history: who, what, on whom, when; never changed ([`event`]).
//! - **activation**: the employee sets a [`password`] through a link; from then on the employee is active.
//! - **link**: what a message lets its reader do, and why it no longer may ([`link`]).
//! - **pace**: how fast messages may leave ([`pace`]).
//! - **listing**: what the Employees page is asked to show: filter, search, sort and place ([`listing`]).

pub mod batch;
pub mod delivery;
pub mod eligibility;
pub mod email;
pub mod event;
pub mod headings;
pub mod ids;
pub mod import;
pub mod invitation;
mod keyboard;
pub mod language;
pub mod link;
pub mod listing;
pub mod pace;
pub mod password;
pub mod person;
pub mod record;
pub mod role;
pub mod search;
pub mod settings;
pub mod time;
pub mod typography;
mod words;

/// A word that is not one of a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word")]
pub struct UnknownWord;
