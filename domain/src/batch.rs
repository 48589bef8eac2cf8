//! Bulk actions.

use crate::words::words;

words! {
    /// A bulk action that changes something; each also exists for one employee.
    BatchAction {
        /// Invite those not invited or cancelled.
        SendCredentials = "send_credentials",
        /// A further message, with a new link, to those pending or expired.
        ResendInvitation = "resend_invitation",
        /// End the invitation of those pending or expired.
        CancelInvitation = "cancel_invitation",
        /// A link for a new password to those active.
        SendPasswordReset = "send_password_reset",
    }
}

words! {
    /// What a person does to a batch on its way.
    Steer {
        /// Take it back whole, while it is held.
        Undo = "undo",
        /// Hold back what has not left.
        Pause = "pause",
        /// Let it go on.
        Resume = "resume",
        /// Drop what has not left.
        Stop = "stop",
    }
}

words! {
    /// What of a batch another one may be made of.
    Part {
        /// Those whose message failed.
        Failed = "failed",
        /// Those to whom it had not left when it was stopped.
        Stopped = "stopped",
    }
}

words! {
    /// Outcomes of a batch, by what became of the employee.
    #[derive(Default)]
    OutcomeFilter {
        /// Everybody.
        #[default]
        All = "all",
        /// The message may still leave, and was not refused.
        Open = "open",
        /// The message was refused for now, and is tried again.
        Deferred = "deferred",
        /// The message was sent, or is kept.
        Sent = "sent",
        /// The message was refused for good, given up, or came back.
        Failed = "failed",
        /// The message was cancelled before it left.
        Dropped = "dropped",
        /// Took no part.
        Skipped = "skipped",
    }
}

impl BatchAction {
    /// What those get whose message failed, where that was of the action's own kind.
    #[must_use]
    pub fn retry(self) -> Self {
        if self == Self::SendCredentials { Self::ResendInvitation } else { self }
    }

    /// Whether the action makes messages, so that it is held before it leaves.
    pub fn sends(self) -> bool {
        self != Self::CancelInvitation
    }
}
