//! Bulk actions: the split before, the hold, and what became of everybody.

pub mod api;
mod batch_page;
pub mod delivery;
mod dialog;
mod link;
mod list_page;
pub mod model;
mod new_page;
mod note_clock;
pub mod outcomes;
pub mod progress;
mod reply;
#[cfg(feature = "ssr")]
pub mod service;
pub mod skipped;
mod split_view;
mod texts;
mod undo;
mod up_to_date;
pub mod words;

pub use batch_page::BatchPage;
pub use dialog::BatchDialog;
pub use list_page::BatchesPage;
pub use new_page::NewBatchPage;
