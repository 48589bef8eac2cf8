//! Proofs: values that exist only where a permission was checked, and that service calls take as arguments.

use crate::error::AppError;
use domain::{
    ids::{EmployeeId, OrganisationId},
    language::Language,
    role::{Permission, Role},
};
use leptos::prelude::*;

/// A request with a valid session; made by the server's session layer alone.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The employee.
    pub employee: EmployeeId,
    /// The role.
    pub role: Role,
    /// The language of the pages.
    pub language: Language,
    /// The organisation's IANA time zone, in which times are shown.
    pub time_zone: String,
    /// SHA-256 of the session's id.
    pub session: [u8; 32],
}

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The network that throttles count: an IPv4 address, or the /64 of an IPv6 address.
    pub network: String,
}

/// Somebody whose role grants a permission in one organisation.
#[derive(Clone, Debug)]
pub struct Administrator(SignedIn);

impl Administrator {
    /// The organisation: every query names it.
    pub fn organisation(&self) -> OrganisationId {
        self.0.organisation
    }

    /// The employee who acts.
    pub fn employee(&self) -> EmployeeId {
        self.0.employee
    }

    /// The role of the employee who acts.
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// The language of the administrator's screens; never that of somebody else's mail.
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// The organisation's IANA time zone.
    pub fn time_zone(&self) -> &str {
        &self.0.time_zone
    }
}

impl SignedIn {
    /// Proves a permission.
    pub fn authorise(self, permission: Permission) -> Result<Administrator, AppError> {
        if permission.granted(self.role) { Ok(Administrator(self)) } else { Err(AppError::Forbidden) }
    }
}

/// The request's session.
pub fn signed_in() -> Result<SignedIn, AppError> {
    use_context::<SignedIn>().ok_or(AppError::SignInNeeded)
}

/// The request's session, with a permission.
pub fn administrator(permission: Permission) -> Result<Administrator, AppError> {
    signed_in()?.authorise(permission)
}
