//! An organisation with an owner, in which employees are changed.

use crate::common::Database;
use app::session::{Administrator, SignedIn};
use domain::{
    ids::{EmployeeId, EventId, OrganisationId},
    language::Language,
    record::RawRecord,
    role::{Permission, Role},
};
use server::employees::change::Changes;
use sqlx::postgres::PgConnectOptions;

/// The record of somebody whom nobody has edited.
pub const UNCHANGED: EventId = EventId(0);

/// An organisation with an owner.
pub struct House {
    pub database: Database,
    pub organisation: OrganisationId,
    pub changes: Changes,
    pub owner: Administrator,
}

impl House {
    pub async fn new(options: PgConnectOptions) -> Self {
        let database = Database::new(options).await;
        let organisation = database.organisation("First").await;
        let changes = Changes { pool: database.pool.clone() };
        let owner = database.employee(organisation, "Owner").await;
        let house = Self { owner: acting(organisation, owner, Role::Owner), database, organisation, changes };
        house.set(owner, "role = 'owner', activated_at = now()").await;
        house
    }

    pub async fn run(&self, sql: String) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&self.database.owner).await.unwrap();
    }

    /// A text that a statement finds.
    pub async fn look(&self, sql: &'static str, employee: EmployeeId) -> Option<String> {
        sqlx::query_scalar(sql).bind(employee.0).fetch_one(&self.database.owner).await.unwrap()
    }

    /// Sets columns of an employee, and brings the narrow row up to date.
    pub async fn set(&self, employee: EmployeeId, columns: &str) {
        self.run(format!("update employees set {columns} where id = {employee}")).await;
        self.refresh(employee).await;
    }

    async fn refresh(&self, employee: EmployeeId) {
        self.run(format!("select refresh_standings({}, array[{employee}]::bigint[])", self.organisation)).await;
    }

    /// Somebody active.
    pub async fn active(&self, last_name: &str) -> EmployeeId {
        let employee = self.database.employee(self.organisation, last_name).await;
        self.set(employee, "activated_at = now()").await;
        employee
    }

    /// Somebody active with a role, who acts.
    pub async fn with_role(&self, last_name: &str, role: Role) -> Administrator {
        let employee = self.active(last_name).await;
        self.set(employee, &format!("role = '{role}'")).await;
        acting(self.organisation, employee, role)
    }

    /// Somebody with a live invitation, a sent message and a queued further one.
    pub async fn invited(&self, last_name: &str) -> EmployeeId {
        let employee = self.database.employee(self.organisation, last_name).await;
        self.run(format!(
            "with i as (insert into invitations (organisation_id, employee_id, expires_at)
                        values ({}, {employee}, now() + interval '3 days') returning *)
             insert into sends (organisation_id, employee_id, invitation_id, kind, address, language, priority, state, finished_at)
             select i.organisation_id, i.employee_id, i.id, s.kind, e.email, 'en', 0, s.state, s.finished_at
             from i join employees e on e.id = i.employee_id
             cross join (values ('invitation', 'sent', now()), ('resend', 'queued', null)) as s (kind, state, finished_at)",
            self.organisation
        ))
        .await;
        self.refresh(employee).await;
        employee
    }

    /// A browser in which somebody is signed in.
    pub async fn session(&self, employee: EmployeeId) {
        self.run(format!(
            "insert into sessions (organisation_id, id_hash, employee_id)
             select {}, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), {employee}",
            self.organisation
        ))
        .await;
    }

    /// The kinds of an employee's events, in order.
    pub async fn events(&self, employee: EmployeeId) -> Vec<String> {
        sqlx::query_scalar("select kind from events where employee_id = $1 order by id")
            .bind(employee.0)
            .fetch_all(&self.database.owner)
            .await
            .unwrap()
    }

    /// An employee's messages: kind, state, reason.
    pub async fn sends(&self, employee: EmployeeId) -> Vec<String> {
        sqlx::query_scalar("select concat_ws(' ', kind, state, reason) from sends where employee_id = $1 order by id")
            .bind(employee.0)
            .fetch_all(&self.database.owner)
            .await
            .unwrap()
    }

    /// The invitation status, by the view.
    pub async fn status(&self, employee: EmployeeId) -> Option<String> {
        self.look("select status from employee_statuses where employee_id = $1", employee).await
    }
}

/// The proof that somebody may do whatever the role allows.
pub fn acting(organisation: OrganisationId, employee: EmployeeId, role: Role) -> Administrator {
    let signed_in =
        SignedIn { organisation, employee, role, language: Language::English, time_zone: "Europe/Paris".to_owned(), session: [0; 32] };
    signed_in.authorise(Permission::View).unwrap()
}

/// Somebody active of any organisation who administers it.
pub async fn administrator(database: &Database, organisation: OrganisationId, last_name: &str) -> Administrator {
    let employee = database.employee(organisation, last_name).await;
    for sql in [
        "update employees set role = 'administrator', activated_at = now() where organisation_id = $1 and id = $2",
        "select refresh_standings($1, array[$2]::bigint[])",
    ] {
        sqlx::query(sql).bind(organisation.0).bind(employee.0).execute(&database.owner).await.unwrap();
    }
    acting(organisation, employee, Role::Administrator)
}

/// A record with a last name and an address made of it.
pub fn named(last_name: &str) -> RawRecord {
    let email = format!("{}@example.org", last_name.to_lowercase());
    RawRecord { first_name: "Test".to_owned(), last_name: last_name.to_owned(), email, ..RawRecord::default() }
}
