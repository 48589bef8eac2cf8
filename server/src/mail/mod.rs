//! Mail: what a message says, and how it leaves.
//!
//! - [`values`]: what a message is made of, [`render`]: the message, the same for the same send.
//! - [`transport`]: where messages go, which is the [`relay`] by [`smtp`] or the built-in [`mailbox`].
//! - [`relay_url`]: what `SMTP_URL` may say.

pub mod dialogue;
mod layout;
pub mod mailbox;
mod places;
mod quoted_printable;
pub mod relay;
pub mod relay_url;
pub mod render;
pub mod reply;
pub mod smtp;
pub mod tls;
pub mod transport;
pub mod values;
mod wording;

pub use dialogue::DialogueError;
