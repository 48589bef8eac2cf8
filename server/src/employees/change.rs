//! Adding and changing employees, one at a time: rules, transactions and events.

use super::{
    change_steps::{Change, NotHeld, hold, is_last_owner},
    change_store::{self, Person},
    event_store::{NewEvent, insert_event},
    meanwhile::{Wanted, find_conflicts},
    meanwhile_store::find_last_change,
    record_store::{self, Taken},
};
use crate::{db, failure::Failed, form_key::FormKey};
use app::{
    employees::{
        edit_model::{AccountChange, AccountView, EditForm, NewForm},
        edit_service::{EditService, Edited},
    },
    error::AppError,
    session::Administrator,
    ui::problem::{FieldError, Problem},
};
use domain::{
    event::EventKind,
    ids::{EmployeeId, EventId},
    person::full_name,
    record::{EmployeeRecord, RawRecord, RecordField},
    role::{Permission, Role},
};
use sqlx::PgPool;

/// Adding and changing employees, on PostgreSQL.
#[derive(Clone)]
pub struct Changes {
    /// The bound pool.
    pub pool: PgPool,
}

/// Why nothing was changed.
#[derive(Debug)]
enum Refusal {
    /// No such employee in this organisation.
    NotFound,
    /// The role does not allow it over this person.
    Forbidden,
    /// The last owner stays.
    LastOwner,
    /// A number or address is taken.
    Taken(Taken),
    /// Somebody else changed these fields since the form was made.
    Meanwhile(Vec<FieldError>),
}

impl From<NotHeld> for Refusal {
    fn from(not_held: NotHeld) -> Self {
        match not_held {
            NotHeld::NotFound => Self::NotFound,
            NotHeld::Forbidden => Self::Forbidden,
        }
    }
}

type Outcome<T> = sqlx::Result<Result<T, Refusal>>;

impl Refusal {
    /// An error, or a problem beside a field; of the last owner it is told beside `field`.
    fn told(self, field: &str) -> Result<Vec<FieldError>, AppError> {
        let (field, problem) = match self {
            Self::NotFound => return Err(AppError::NotFound),
            Self::Forbidden => return Err(AppError::Forbidden),
            Self::Meanwhile(errors) => return Ok(errors),
            Self::LastOwner => (field, Problem::LastOwner),
            Self::Taken(Taken::Number) => (RecordField::EmployeeNumber.as_str(), Problem::NumberTaken),
            Self::Taken(Taken::Address) => (RecordField::Email.as_str(), Problem::AddressTaken),
        };
        Ok(vec![FieldError::new(field, problem)])
    }
}

#[async_trait::async_trait]
impl EditService for Changes {
    fn new_form(&self, administrator: &Administrator) -> NewForm {
        NewForm { key: FormKey::generate().to_string(), may_choose_role: Permission::ChangeRole.granted(administrator.role()) }
    }

    async fn add(
        &self,
        administrator: &Administrator,
        key: &str,
        record: &RawRecord,
        role: &str,
    ) -> Result<Result<EmployeeId, Vec<FieldError>>, AppError> {
        let (record, role) = match read(record, role) {
            Ok((record, role)) => (record, role.unwrap_or_default()),
            Err(errors) => return Ok(Err(errors)),
        };
        if role != Role::Member && !Permission::ChangeRole.granted(administrator.role()) {
            return Err(AppError::Forbidden);
        }
        let key = key.parse().ok();
        match db::retried(|| self.try_add(administrator, key, &record, role)).await.failed()? {
            Ok(employee) => Ok(Ok(employee)),
            Err(refusal) => refusal.told("").map(Err),
        }
    }

    async fn edit_form(&self, administrator: &Administrator, employee: EmployeeId) -> Result<EditForm, AppError> {
        let mut transaction = db::begin(&self.pool, administrator.organisation()).await.failed()?;
        // Asked for first: what changes in between is then told once too often, and never too seldom.
        let made_from = find_last_change(&mut transaction, administrator.organisation(), employee).await.failed()?;
        drop(transaction);
        let person = self.find(administrator, employee).await?;
        if !Permission::EditEmployee.granted_over(administrator.role(), person.role()) {
            return Err(AppError::Forbidden);
        }
        Ok(EditForm {
            id: employee,
            name: full_name(&person.first_name, &person.last_name),
            role: person.role(),
            may_choose_role: Permission::ChangeRole.granted_over(administrator.role(), person.role()),
            record: person.record(),
            made_from,
        })
    }

    async fn edit(
        &self,
        administrator: &Administrator,
        employee: EmployeeId,
        made_from: EventId,
        record: &RawRecord,
        role: &str,
    ) -> Result<Result<Edited, Vec<FieldError>>, AppError> {
        let (record, role) = match read(record, role) {
            Ok(read) => read,
            Err(errors) => return Ok(Err(errors)),
        };
        match db::retried(|| self.try_edit(administrator, employee, made_from, &record, role)).await.failed()? {
            Ok(edited) => Ok(Ok(edited)),
            Err(refusal) => refusal.told("role").map(Err),
        }
    }

    async fn account(&self, administrator: &Administrator, employee: EmployeeId) -> Result<AccountView, AppError> {
        let person = self.find(administrator, employee).await?;
        if !Permission::SuspendEmployee.granted_over(administrator.role(), person.role()) {
            return Err(AppError::Forbidden);
        }
        let mut transaction = db::begin(&self.pool, administrator.organisation()).await.failed()?;
        let is_last_owner = is_last_owner(&mut transaction, administrator.organisation(), employee, &person).await.failed()?;
        Ok(AccountView { id: employee, name: full_name(&person.first_name, &person.last_name), invited: person.invited, is_last_owner })
    }

    async fn change_account(
        &self,
        administrator: &Administrator,
        employee: EmployeeId,
        change: AccountChange,
    ) -> Result<Result<(), Vec<FieldError>>, AppError> {
        match db::retried(|| self.try_change_account(administrator, employee, change)).await.failed()? {
            Ok(()) => Ok(Ok(())),
            Err(refusal) => refusal.told("id").map(Err),
        }
    }
}

/// Reads what was typed; an empty role is none.
fn read(record: &RawRecord, role: &str) -> Result<(EmployeeRecord, Option<Role>), Vec<FieldError>> {
    let role = if role.is_empty() { Ok(None) } else { role.parse().map(Some) };
    match (EmployeeRecord::read(record), role) {
        (Ok(record), Ok(role)) => Ok((record, role)),
        (record, role) => {
            let mut errors: Vec<FieldError> = record.err().into_iter().flatten().map(FieldError::from).collect();
            errors.extend(role.is_err().then(|| FieldError::new("role", Problem::NotAChoice)));
            Err(errors)
        }
    }
}

impl Changes {
    async fn find(&self, administrator: &Administrator, employee: EmployeeId) -> Result<Person, AppError> {
        let mut transaction = db::begin(&self.pool, administrator.organisation()).await.failed()?;
        let person = change_store::find_person(&mut transaction, administrator.organisation(), employee).await.failed()?;
        person.filter(|person| !person.removed).ok_or(AppError::NotFound)
    }

    async fn try_add(
        &self,
        administrator: &Administrator,
        key: Option<FormKey>,
        record: &EmployeeRecord,
        role: Role,
    ) -> Outcome<EmployeeId> {
        let organisation = administrator.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await?;
        if let Some(key) = key
            && let Some(added) = change_store::find_added(&mut transaction, organisation, key).await?
        {
            return Ok(Ok(added));
        }
        let added = match record_store::insert_record(&mut transaction, organisation, role, record).await? {
            Ok(added) => added,
            Err(taken) => return Ok(Err(Refusal::Taken(taken))),
        };
        if let Some(key) = key {
            change_store::note_key(&mut transaction, organisation, added, key).await?;
        }
        let event = NewEvent::about(EventKind::Added, Some(administrator.employee()), added);
        insert_event(&mut transaction, organisation, event).await?;
        transaction.commit().await?;
        Ok(Ok(added))
    }

    async fn try_edit(
        &self,
        administrator: &Administrator,
        employee: EmployeeId,
        made_from: EventId,
        record: &EmployeeRecord,
        role: Option<Role>,
    ) -> Outcome<Edited> {
        let organisation = administrator.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await?;
        let held = match hold(&mut transaction, administrator, employee, Permission::EditEmployee).await? {
            Ok(held) if held.person.removed => return Ok(Err(Refusal::NotFound)),
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let before = &held.person;
        let new_role = role.filter(|role| *role != before.role());
        if new_role.is_some() && !Permission::ChangeRole.granted_over(held.own_role, before.role()) {
            return Ok(Err(Refusal::Forbidden));
        }
        if new_role.is_some() && held.is_last_owner {
            return Ok(Err(Refusal::LastOwner));
        }
        let wanted = Wanted { record, new_role, made_from };
        let conflicts = find_conflicts(&mut transaction, organisation, employee, before, &wanted).await?;
        if !conflicts.is_empty() {
            return Ok(Err(Refusal::Meanwhile(conflicts)));
        }
        if let Err(taken) = record_store::update_record(&mut transaction, organisation, employee, record).await? {
            return Ok(Err(Refusal::Taken(taken)));
        }
        let change = Change { organisation, actor: administrator.employee(), employee };
        change.note_edited(&mut transaction, before, record).await?;
        if before.address_differs(record) {
            change.follow_address(&mut transaction, before, record).await?;
        }
        if let Some(role) = new_role {
            change.change_role(&mut transaction, before.role(), role).await?;
        }
        change_store::refresh_standings(&mut transaction, organisation, employee).await?;
        transaction.commit().await?;
        let resend_wanted = before.address_differs(record) && before.invited && record.email().is_some();
        Ok(Ok(Edited { resend_wanted }))
    }

    async fn try_change_account(&self, administrator: &Administrator, employee: EmployeeId, change: AccountChange) -> Outcome<()> {
        let organisation = administrator.organisation();
        let permission = match change {
            AccountChange::Suspend | AccountChange::Restore => Permission::SuspendEmployee,
            AccountChange::Remove => Permission::RemoveEmployee,
        };
        let mut transaction = db::begin(&self.pool, organisation).await?;
        let held = match hold(&mut transaction, administrator, employee, permission).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let suspended = held.person.suspended;
        match change {
            AccountChange::Remove if held.person.removed => return Ok(Ok(())),
            _ if held.person.removed => return Ok(Err(Refusal::NotFound)),
            AccountChange::Suspend if suspended => return Ok(Ok(())),
            AccountChange::Restore if !suspended => return Ok(Ok(())),
            AccountChange::Suspend | AccountChange::Remove if held.is_last_owner => return Ok(Err(Refusal::LastOwner)),
            _ => {}
        }
        let acting = Change { organisation, actor: administrator.employee(), employee };
        match change {
            AccountChange::Suspend => acting.suspend(&mut transaction).await?,
            AccountChange::Restore => acting.restore(&mut transaction).await?,
            AccountChange::Remove => acting.remove(&mut transaction).await?,
        }
        transaction.commit().await?;
        Ok(Ok(()))
    }
}
