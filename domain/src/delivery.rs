//! How a send fares, and why.

use crate::words::words;

words! {
    /// What a message is.
    SendKind {
        /// The first message of an invitation.
        Invitation = "invitation",
        /// A further message of the same invitation, with a new link.
        Resend = "resend",
        /// A link for a new password.
        Reset = "reset",
        /// Tells of something that happened, without a link.
        Notice = "notice",
    }
}

words! {
    /// What a notice tells.
    Notice {
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// The address was changed; goes to the old one.
        AddressChanged = "address_changed",
        /// A batch has ended; goes to whoever started it.
        BatchEnded = "batch_ended",
        /// A batch has waited for an hour; goes to whoever started it.
        BatchWaits = "batch_waits",
    }
}

impl Notice {
    /// Whether it tells an administrator of a batch, and not a person of their own account.
    pub fn is_about_a_batch(self) -> bool {
        matches!(self, Self::BatchEnded | Self::BatchWaits)
    }
}

words! {
    /// What everybody's delivery suffers from.
    Concern {
        /// The relay cannot be reached, or breaks off.
        Connection = "connection",
        /// It is there and does not answer.
        Silent = "silent",
        /// No trusted TLS.
        Tls = "tls",
        /// It refuses user or password.
        Authentication = "authentication",
        /// It refuses the sender.
        Sender = "sender",
        /// It asks to come later: too many messages, or too much to do.
        Later = "later",
        /// It refused many in a row and accepted nobody.
        Refusing = "refusing",
    }
}

words! {
    /// The state of a send.
    DeliveryState {
        /// Waits for its time or its turn.
        Queued = "queued",
        /// A worker holds it.
        Sending = "sending",
        /// The relay answered 250, or the built-in mailbox keeps it.
        Sent = "sent",
        /// A temporary refusal; the next try is dated.
        Deferred = "deferred",
        /// A permanent refusal, or given up.
        Failed = "failed",
        /// Reported as undeliverable later.
        Bounced = "bounced",
        /// Cancelled before it left.
        Dropped = "dropped",
    }
}

impl DeliveryState {
    /// Whether it may still leave.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Sending | Self::Deferred)
    }
}

words! {
    /// Why a send was deferred, failed or dropped; shown in plain words.
    Reason {
        /// The relay says that the mailbox does not exist (550, 5.1.x).
        MailboxUnknown = "mailbox_unknown",
        /// The mailbox is full (452, 552, x.2.2).
        MailboxFull = "mailbox_full",
        /// The address cannot be written to as it stands.
        AddressInvalid = "address_invalid",
        /// Refused by the receiving side for a reason of its own.
        Refused = "refused",
        /// The receiving side asks to try later.
        TryLater = "try_later",
        /// No answer came, so that nobody knows whether it arrived.
        NoAnswer = "no_answer",
        /// Tried for days without success.
        GaveUp = "gave_up",
        /// The message could not be made.
        CannotRender = "cannot_render",
        /// Taken back within the hold.
        Undone = "undone",
        /// Its batch was stopped.
        Stopped = "stopped",
        /// The invitation was cancelled.
        Cancelled = "cancelled",
        /// The employee activated meanwhile.
        Activated = "activated",
        /// The employee was suspended.
        Suspended = "suspended",
        /// The employee was removed.
        Removed = "removed",
        /// The address was changed.
        AddressChanged = "address_changed",
        /// A newer message took its place.
        Superseded = "superseded",
    }
}

impl Reason {
    /// Whether the relay gave the address itself as its reason.
    pub fn names_address(self) -> bool {
        matches!(self, Self::MailboxUnknown | Self::MailboxFull | Self::AddressInvalid)
    }

    /// Whether trying again is of no use before the address is another one.
    pub fn lies_in_address(self) -> bool {
        matches!(self, Self::MailboxUnknown | Self::AddressInvalid)
    }
}
