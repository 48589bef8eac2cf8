//! The SQL of personal links.

use crate::session::{identifier::sign_in_identifier, policy::Person};
use app::links::Purpose;
use chrono::{DateTime, Utc};
use domain::{
    ids::{EmployeeId, OrganisationId, SendId},
    link::LinkFacts,
};
use sqlx::PgConnection;

/// A send, with everything that its link depends on and shows.
#[derive(sqlx::FromRow)]
pub struct LinkRow {
    /// What the token is made of.
    pub seed: Vec<u8>,
    /// A send kind's word.
    pub kind: String,
    /// Whom it is for.
    pub employee_id: i64,
    /// The invitation of an activation link.
    pub invitation_id: Option<i64>,
    /// The expiry that the message prints.
    pub expires_at: Option<DateTime<Utc>>,
    /// When a newer message was sent.
    pub newer_at: Option<DateTime<Utc>>,
    /// Where the newer message went.
    pub newer_address: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The present address.
    pub email: Option<String>,
    /// A role's word.
    pub role: String,
    /// The person's own language, where one is set.
    pub language: Option<String>,
    /// What the person signs in with.
    pub identifier: String,
    /// The organisation's name.
    pub organisation: String,
    /// The organisation's time zone.
    pub time_zone: String,
    /// Whom to ask.
    pub contact: Option<String>,
    taken_up: bool,
    expired: bool,
    address_is_current: bool,
    used: bool,
    accepted: bool,
    cancelled: bool,
    activated: bool,
    suspended: bool,
    removed: bool,
}

impl LinkRow {
    /// What the link is for; notices have none.
    pub fn purpose(&self) -> Option<Purpose> {
        match self.kind.as_str() {
            "invitation" | "resend" => Some(Purpose::Activation),
            "reset" => Some(Purpose::Reset),
            _ => None,
        }
    }

    /// What the link's worth depends on.
    pub fn facts(&self) -> LinkFacts {
        LinkFacts {
            taken_up: self.taken_up,
            expired: self.expired,
            superseded: self.newer_at.is_some(),
            address_is_current: self.address_is_current,
            used: self.used,
            accepted: self.accepted,
            cancelled: self.cancelled,
            activated: self.activated,
            suspended: self.suspended,
            removed: self.removed,
        }
    }

    /// Whose password it sets.
    pub fn person(&self) -> Person {
        Person {
            role: self.role.parse().unwrap_or_default(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            organisation: self.organisation.clone(),
        }
    }
}

/// Reads a send for its link. Once the rows are locked it must be read again: what waited for a lock is decided by
/// `clock_timestamp()`.
pub async fn find(connection: &mut PgConnection, organisation: OrganisationId, send: SendId) -> sqlx::Result<Option<LinkRow>> {
    sqlx::query_as(concat!(
        "select s.seed, s.kind, s.employee_id, s.invitation_id, coalesce(w.expires_at, s.expires_at) as expires_at, newer.finished_at as newer_at,
                newer.address as newer_address, e.first_name, e.last_name, e.email, e.role, e.language, ",
        sign_in_identifier!(),
        " as identifier, o.name as organisation, o.time_zone, nullif(trim(c.contact), '') as contact,
                coalesce(s.taken_up_at, w.taken_up_at) is not null as taken_up,
                coalesce(coalesce(w.expires_at, s.expires_at) <= clock_timestamp(), true)
                    -- Ended by either, also where a worker had it then and wrote its expiry later.
                    or s.kind = 'reset' and exists (
                        select from events v
                        where v.organisation_id = s.organisation_id and v.employee_id = s.employee_id
                          and v.kind in ('suspended', 'address_changed') and v.at > s.created_at) as expired,
                s.address is not distinct from e.email as address_is_current,
                s.used_at is not null or coalesce(p.set_at > s.created_at, false) as used,
                i.accepted_at is not null as accepted, coalesce(i.cancelled_at, i.withdrawn_at) is not null as cancelled,
                e.activated_at is not null as activated, e.suspended_at is not null as suspended, e.removed_at is not null as removed
         from sends s
         join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id
         join organisations o on o.id = s.organisation_id
         join settings c on c.organisation_id = s.organisation_id
         left join outbox w on w.organisation_id = s.organisation_id and w.send_id = s.id
         left join passwords p on p.organisation_id = s.organisation_id and p.employee_id = s.employee_id
         left join invitations i on i.organisation_id = s.organisation_id and i.id = s.invitation_id
         left join lateral (
             select n.finished_at, n.address from sends n
             where n.organisation_id = s.organisation_id and n.employee_id = s.employee_id and n.id > s.id and n.state = 'sent'
               and case when s.invitation_id is null then n.kind = s.kind else n.invitation_id = s.invitation_id end
             order by n.id desc limit 1) newer on true
         where s.organisation_id = $1 and s.id = $2"
    ))
    .bind(organisation.0)
    .bind(send.0)
    .fetch_optional(connection)
    .await
}

/// Notes that a link was opened; says whether it is the first time on this day of the organisation's.
pub async fn note_opened(connection: &mut PgConnection, organisation: OrganisationId, send: SendId) -> sqlx::Result<bool> {
    let first: Option<bool> = sqlx::query_scalar(
        "select s.opened_at is null
             or (s.opened_at at time zone o.time_zone)::date < (clock_timestamp() at time zone o.time_zone)::date
         from sends s join organisations o on o.id = s.organisation_id
         where s.organisation_id = $1 and s.id = $2 for update of s",
    )
    .bind(organisation.0)
    .bind(send.0)
    .fetch_optional(&mut *connection)
    .await?;
    sqlx::query("update sends set opened_at = clock_timestamp() where organisation_id = $1 and id = $2")
        .bind(organisation.0)
        .bind(send.0)
        .execute(connection)
        .await?;
    Ok(first.unwrap_or(false))
}

/// Locks where an employee stands, and the invitation of a link: everybody who changes them does so first, in this order.
pub async fn lock(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    invitation: Option<i64>,
) -> sqlx::Result<()> {
    sqlx::query("select from standings where organisation_id = $1 and employee_id = $2 for update")
        .bind(organisation.0)
        .bind(employee.0)
        .execute(&mut *connection)
        .await?;
    if let Some(invitation) = invitation {
        sqlx::query("select from invitations where organisation_id = $1 and id = $2 for update")
            .bind(organisation.0)
            .bind(invitation)
            .execute(connection)
            .await?;
    }
    Ok(())
}
