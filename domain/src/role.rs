//! Roles, and the one table of permissions that server functions, screens and tests share.

use crate::words::words;

words! {
    /// What an employee may do in the administration. Ordered from least to most.
    #[derive(Default)]
    Role {
        /// Own account only.
        #[default]
        Member = "member",
        /// Sees everything, changes nothing.
        Auditor = "auditor",
        /// Employees, invitations, settings.
        Administrator = "administrator",
        /// Everything, roles included.
        Owner = "owner",
    }
}

words! {
    /// Something that needs permission.
    Permission {
        /// See employees, batches, settings and histories; export them.
        View = "view",
        /// Add employees, one by one or by import.
        AddEmployees = "add_employees",
        /// Send credentials and resend or cancel invitations.
        ManageInvitations = "manage_invitations",
        /// Edit what is known of an employee.
        EditEmployee = "edit_employee",
        /// Send a password reset to an employee.
        ResetPassword = "reset_password",
        /// Suspend or restore an employee.
        SuspendEmployee = "suspend_employee",
        /// Remove an employee.
        RemoveEmployee = "remove_employee",
        /// Change an employee's role.
        ChangeRole = "change_role",
        /// Watch how delivery fares.
        WatchDelivery = "watch_delivery",
        /// Change the organisation's settings.
        ChangeSettings = "change_settings",
    }
}

impl Permission {
    /// Whether somebody with the role `own` has this permission at all; over a particular person, ask [`Permission::granted_over`].
    pub fn granted(self, own: Role) -> bool {
        match self {
            Self::View => own >= Role::Auditor,
            Self::ChangeRole | Self::WatchDelivery => own == Role::Owner,
            _ => own >= Role::Administrator,
        }
    }

    /// Whether somebody with the role `own` has this permission over a person whose role is `concerned`.
    /// Nobody edits, resets, suspends, removes or changes the role of a person whose role is above their own.
    pub fn granted_over(self, own: Role, concerned: Role) -> bool {
        let protected =
            matches!(self, Self::EditEmployee | Self::ResetPassword | Self::SuspendEmployee | Self::RemoveEmployee | Self::ChangeRole);
        self.granted(own) && (!protected || concerned <= own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_may_nothing_and_auditors_only_look() {
        for permission in Permission::ALL {
            assert!(!permission.granted(Role::Member), "{permission}");
            assert_eq!(permission.granted(Role::Auditor), *permission == Permission::View, "{permission}");
        }
    }

    #[test]
    fn nobody_acts_on_the_account_of_a_higher_role() {
        for own in Role::ALL {
            for concerned in Role::ALL.iter().filter(|concerned| *concerned > own) {
                for permission in
                    [Permission::EditEmployee, Permission::ResetPassword, Permission::SuspendEmployee, Permission::RemoveEmployee]
                {
                    assert!(!permission.granted_over(*own, *concerned), "{own} {permission} {concerned}");
                }
            }
        }
        assert!(Permission::EditEmployee.granted_over(Role::Administrator, Role::Administrator));
        assert!(Permission::ManageInvitations.granted_over(Role::Administrator, Role::Owner));
    }

    #[test]
    fn only_owners_change_roles_and_watch_delivery() {
        for own in Role::ALL {
            for permission in [Permission::ChangeRole, Permission::WatchDelivery] {
                assert_eq!(permission.granted(*own), *own == Role::Owner);
            }
        }
    }
}
