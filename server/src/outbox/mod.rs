//! The outbox: sends leave the database through here, each once, whatever is killed in between.
//!
//! # For those who start it
//!
//! ```ignore
//! let worker = Worker::new(Settings { pool, transport, key, base_url, sender, connections, pace, patience, requests });
//! worker.run(cancellation_token).await;        // serve, worker
//! worker.run_until_idle().await?;              // tests: what is due now, without sleeping
//! let state = worker.relay_state();            // a watch channel, for the screens
//! ```
//!
//! `transport` is [`crate::mail::transport::Transport`]: `Relay(Box::new(Relay::new(smtp_url.parse()?, public_host, ca_file)?))`
//! or `Mailbox(Mailbox::open(data_folder)?)`. Without either no worker is started, and sends wait.
//!
//! # For those who queue and cancel
//!
//! - A send is inserted `queued`; it leaves after its `not_before` and after the hold of its batch. The insert puts it into the
//!   table `outbox`, which holds what has not left, and wakes the workers. Triggers of `sends` keep that table; nobody
//!   else writes there but the functions that claim and acknowledge.
//! - Whoever cancels, undoes, suspends, removes or changes an address drops the sends that are `queued` or `deferred`. Those that a
//!   worker holds (`outbox.held`; the screens say `sending`) are left alone by a trigger: they are leaving at this moment, and what
//!   becomes of them is written truthfully. Should such a one be deferred, the next claim drops it, as it drops every send that has
//!   lost its reason.
//! - Whoever holds something back has workers give back what they have not begun ([`recall`]).
//! - The order of locks is batch, employee, invitation, send. The lock of an employee is that of its `standings` row: an
//!   acknowledgement takes it before it writes.
//! - The reply to a refusal stands in `event_values` (`reply`) of its event, that to an accepted message in `sends.reply`.
//!
//! # How it goes
//!
//! The claimer ([`claim`](self)) takes what is due under one lease with a fencing number, in one short statement that also drops
//! what must not leave any more, dates the messages, and freezes the values they are made of. Lanes render and hand over, one
//! connection each; no transaction is open meanwhile. The acknowledger writes what became of them, in groups, and the screens are
//! told a few times a second. The keeper renews leases, takes up those of the dead, and ends batches. What concerns everybody trips
//! the breaker ([`relay_state`]): nothing is failed for it, and delivery tries on by itself ([`probe`](self)); so does a relay
//! that is silent to all lanes ([`silence`](self)). A refused sender concerns its organisation ([`senders`](self)). The roster of workers
//! tells the screens.
//!
//! The SQL that matters stands in migrations, each function whole in the last one that has it: what is taken up in `0051_copies.sql`,
//! whose turn it is in `0050_notices.sql`, what is finished in `0042_given_back.sql`, which batches end in `0043_left_over.sql`, what paces
//! count in `0013_pace.sql` and `0040_expected_end.sql`. [`store`] calls it.
//!
//! Each of these parts keeps a connection to the database of its own ([`session`]). One that does not answer is given up, and rows
//! that somebody else holds are waited for apart from the others. Lanes, writers and the claimer let the requests of
//! their process go first ([`crate::precedence`]).

mod acknowledge;
mod buffer;
mod claim;
pub mod claimed;
mod deliver;
pub mod home;
mod keeper;
mod lease;
mod listen;
pub mod outcome;
mod probe;
pub mod relay_state;
pub mod retry;
mod roster;
mod senders;
mod session;
mod silence;
pub mod store;
mod tell;
mod worker;

pub use acknowledge::UNWRITTEN;
pub use lease::LEASE;
pub use listen::recall;
pub use relay_state::RelayState;
pub use silence::PATIENCE;
pub use worker::{CONNECTIONS, Settings, Worker};
