//! The kinds of history lines.

use crate::words::words;

words! {
    /// What happened.
    EventKind {
        /// An employee was added by hand.
        Added = "added",
        /// An employee was added by an import.
        Imported = "imported",
        /// Something known of an employee was edited.
        Edited = "edited",
        /// The email address changed; carries `from` and `to`.
        AddressChanged = "address_changed",
        /// The role changed; carries `from` and `to`.
        RoleChanged = "role_changed",
        /// The employee was suspended.
        Suspended = "suspended",
        /// The employee was restored.
        Restored = "restored",
        /// The employee was removed.
        Removed = "removed",
        /// An invitation was created and its message queued.
        Invited = "invited",
        /// A further message of the invitation was queued.
        Resent = "resent",
        /// The employee asked for a fresh link, from a sign-in page or an old link.
        LinkRequested = "link_requested",
        /// A password reset was queued.
        ResetQueued = "reset_queued",
        /// A notice was queued.
        NoticeQueued = "notice_queued",
        /// The relay accepted a message, or the mailbox keeps it; carries `reply`.
        Sent = "sent",
        /// The relay refused a message for now; carries `reply`.
        Deferred = "deferred",
        /// A message was refused for good or given up; carries `reply`.
        Failed = "failed",
        /// A message was cancelled before it left.
        Dropped = "dropped",
        /// A link was opened, perhaps by a mail scanner.
        LinkOpened = "link_opened",
        /// The employee activated the account.
        Activated = "activated",
        /// The invitation was cancelled.
        Cancelled = "cancelled",
        /// The invitation was withdrawn within its hold.
        Withdrawn = "withdrawn",
        /// The invitation expired.
        Expired = "expired",
        /// The employee set a new password.
        PasswordChanged = "password_changed",
        /// A batch was paused.
        BatchPaused = "batch_paused",
        /// A paused batch goes on.
        BatchResumed = "batch_resumed",
        /// A batch was stopped.
        BatchStopped = "batch_stopped",
        /// The organisation's settings changed.
        SettingsChanged = "settings_changed",
    }
}
