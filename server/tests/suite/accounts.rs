//! Suspending, restoring and removing, and the last owner.

use crate::house::{House, UNCHANGED, acting, named};
use app::{
    employees::{edit_model::AccountChange, edit_service::EditService},
    error::AppError,
    ui::problem::{FieldError, Problem},
};
use domain::{ids::EmployeeId, role::Role};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

async fn change(house: &House, employee: EmployeeId, change: AccountChange) -> Result<Result<(), Vec<FieldError>>, AppError> {
    house.changes.change_account(&house.owner, employee, change).await
}

#[sqlx::test(migrations = false)]
async fn suspending_ends_access_and_restoring_leaves_the_invitation_cancelled(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let employee = house.invited("Doe").await;
    house.session(employee).await;
    assert_eq!(change(&house, employee, AccountChange::Suspend).await, Ok(Ok(())));
    assert_eq!(change(&house, employee, AccountChange::Suspend).await, Ok(Ok(())));
    assert_eq!(house.events(employee).await, ["suspended", "cancelled", "dropped"]);
    assert_eq!(house.sends(employee).await, ["invitation sent", "resend dropped suspended"]);
    assert_eq!(house.status(employee).await.as_deref(), Some("cancelled"));
    assert_eq!(house.look("select suspended::text from standings where employee_id = $1", employee).await.as_deref(), Some("true"));
    assert_eq!(house.look("select count(*)::text from sessions where employee_id = $1", employee).await.as_deref(), Some("0"));

    assert_eq!(change(&house, employee, AccountChange::Restore).await, Ok(Ok(())));
    assert_eq!(house.events(employee).await.last().map(String::as_str), Some("restored"));
    assert_eq!(house.status(employee).await.as_deref(), Some("cancelled"));
    assert_eq!(house.look("select suspended::text from standings where employee_id = $1", employee).await.as_deref(), Some("false"));
}

#[sqlx::test(migrations = false)]
async fn whoever_is_removed_is_shown_nowhere_and_leaves_number_and_address_free(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let employee = house.invited("Doe").await;
    assert_eq!(change(&house, employee, AccountChange::Remove).await, Ok(Ok(())));
    assert_eq!(change(&house, employee, AccountChange::Remove).await, Ok(Ok(())));
    assert_eq!(house.events(employee).await, ["cancelled", "dropped", "removed"]);
    assert_eq!(house.sends(employee).await, ["invitation sent", "resend dropped removed"]);
    assert_eq!(house.changes.edit_form(&house.owner, employee).await, Err(AppError::NotFound));
    assert_eq!(change(&house, employee, AccountChange::Restore).await, Err(AppError::NotFound));
    assert_eq!(house.look("select count(*)::text from standings where employee_id = $1", employee).await.as_deref(), Some("0"));
    assert!(house.changes.add(&house.owner, "1", &named("Doe"), "").await.unwrap().is_ok());
}

#[sqlx::test(migrations = false)]
async fn a_reset_link_does_not_revive_with_the_account(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let employee = house.active("Doe").await;
    house
        .run(format!(
            "insert into sends (organisation_id, employee_id, kind, address, language, priority, state, finished_at, expires_at)
             values ({}, {employee}, 'reset', 'doe@example.org', 'en', 0, 'sent', now(), now() + interval '1 hour')",
            house.organisation
        ))
        .await;
    assert_eq!(change(&house, employee, AccountChange::Suspend).await, Ok(Ok(())));
    assert_eq!(change(&house, employee, AccountChange::Restore).await, Ok(Ok(())));
    let ended = "select (expires_at <= clock_timestamp())::text from sends where employee_id = $1";
    assert_eq!(house.look(ended, employee).await.as_deref(), Some("true"));
}

#[sqlx::test(migrations = false)]
async fn the_last_owner_stays(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let owner = house.owner.employee();
    let last = |field| Ok(Err(vec![FieldError::new(field, Problem::LastOwner)]));
    assert!(house.changes.account(&house.owner, owner).await.unwrap().is_last_owner, "said before it is tried");
    assert_eq!(change(&house, owner, AccountChange::Suspend).await, last("id"));
    assert_eq!(change(&house, owner, AccountChange::Remove).await, last("id"));
    assert_eq!(
        house.changes.edit(&house.owner, owner, UNCHANGED, &named("Owner"), "member").await.map(|edited| edited.map(|_| ())),
        last("role")
    );
    // An owner who cannot sign in does not count.
    let second = house.with_role("Second", Role::Owner).await;
    house.set(second.employee(), "suspended_at = now()").await;
    assert_eq!(change(&house, owner, AccountChange::Suspend).await, last("id"));
    house.set(second.employee(), "suspended_at = null").await;
    assert!(!house.changes.account(&house.owner, owner).await.unwrap().is_last_owner);
    assert_eq!(change(&house, owner, AccountChange::Suspend).await, Ok(Ok(())));
}

#[sqlx::test(migrations = false)]
async fn two_owners_who_demote_each_other_leave_one(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    for round in 0..10 {
        house.set(house.owner.employee(), "role = 'owner'").await;
        let other = house.with_role(&format!("Other{round}"), Role::Owner).await;
        house
            .run(format!(
                "update employees set role = 'member' where role = 'owner' and last_name like 'Other%' and id <> {}",
                other.employee()
            ))
            .await;
        let (own_record, other_record) = (named("Owner"), named(&format!("Other{round}")));
        let (first, second) = tokio::join!(
            house.changes.edit(&house.owner, other.employee(), UNCHANGED, &other_record, "member"),
            house.changes.edit(&other, house.owner.employee(), UNCHANGED, &own_record, "member"),
        );
        assert_eq!([&first, &second].iter().filter(|edited| matches!(edited, Ok(Ok(_)))).count(), 1, "{first:?} {second:?}");
        let owners = "select count(*)::text from employees where role = 'owner' and $1 > 0";
        assert_eq!(house.look(owners, other.employee()).await.as_deref(), Some("1"));
    }
}

#[sqlx::test(migrations = false)]
async fn nobody_acts_on_a_higher_role_or_another_organisation(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let administrator = house.with_role("Administrator", Role::Administrator).await;
    let second = house.database.organisation("Second").await;
    let stranger = acting(second, house.database.employee(second, "Stranger").await, Role::Owner);
    for each in [AccountChange::Suspend, AccountChange::Restore, AccountChange::Remove] {
        let owner = house.owner.employee();
        assert_eq!(house.changes.change_account(&administrator, owner, each).await, Err(AppError::Forbidden));
        assert_eq!(house.changes.change_account(&stranger, owner, each).await, Err(AppError::NotFound));
    }
}
