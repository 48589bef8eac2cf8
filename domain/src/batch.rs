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

impl BatchAction {
    /// Whether the action makes messages, so that it is held before it leaves.
    pub fn sends(self) -> bool {
        self != Self::CancelInvitation
    }
}
