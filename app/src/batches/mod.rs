//! Bulk actions: the split before, the hold, and what became of everybody.

pub mod model;
