//! Adding and editing one employee.

use crate::house::{House, UNCHANGED, acting, named};
use app::{
    employees::edit_service::{EditService, Edited},
    error::AppError,
    ui::problem::{FieldError, Problem},
};
use domain::{record::RawRecord, role::Role};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

const SAVED: Edited = Edited { resend_wanted: false };

fn refused(field: &str, problem: Problem) -> Vec<FieldError> {
    vec![FieldError::new(field, problem)]
}

#[sqlx::test(migrations = false)]
async fn whoever_is_added_is_found_by_the_folded_text(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let key = house.changes.new_form(&house.owner).key;
    let record = RawRecord {
        first_name: "Seán\r\nBcc:".to_owned(),
        last_name: "O'Brien <b>王\u{202e}".to_owned(),
        email: "Sean@Example.org".to_owned(),
        employee_number: "A-7".to_owned(),
        ..RawRecord::default()
    };
    let employee = house.changes.add(&house.owner, &key, &record, "").await.unwrap().unwrap();
    let form = house.changes.edit_form(&house.owner, employee).await.unwrap();
    assert_eq!((form.name.as_str(), form.role), ("Seán Bcc: O'Brien <b>王", Role::Member));
    assert_eq!(form.record.email, "Sean@Example.org");
    let text = house.look("select search_text from employees where id = $1", employee).await;
    assert_eq!(text.as_deref(), Some(" sean bcc: o'brien <b>王 sean@example.org a-7"));
    assert_eq!(house.events(employee).await, ["added"]);
    assert_eq!(house.status(employee).await.as_deref(), Some("not_invited"));
}

#[sqlx::test(migrations = false)]
async fn what_is_wrong_is_told_beside_its_field(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let numbered = RawRecord { employee_number: "7".to_owned(), ..named("Numbered") };
    house.changes.add(&house.owner, "1", &numbered, "").await.unwrap().unwrap();
    for (record, role, expected) in [
        (RawRecord { employee_number: "9".to_owned(), ..RawRecord::default() }, "", refused("last_name", Problem::Missing)),
        (RawRecord { first_name: "x".repeat(201), ..named("Long") }, "", refused("first_name", Problem::TooLong(200))),
        (RawRecord { email: "jane@".to_owned(), ..named("Doe") }, "", refused("email", Problem::NotAnAddress)),
        (RawRecord { employee_number: "7".to_owned(), ..named("Doe") }, "", refused("employee_number", Problem::NumberTaken)),
        (RawRecord { email: "OWNER@example.org".to_owned(), ..named("Doe") }, "", refused("email", Problem::AddressTaken)),
        (RawRecord { email: " ".to_owned(), ..named("Doe") }, "", refused("email", Problem::NoKey)),
        (named("Doe"), "king", refused("role", Problem::NotAChoice)),
    ] {
        assert_eq!(house.changes.add(&house.owner, "2", &record, role).await.unwrap(), Err(expected));
    }
    let shared = RawRecord { email: "owner@example.org".to_owned(), employee_number: "8".to_owned(), ..named("Doe") };
    assert!(house.changes.add(&house.owner, "3", &shared, "").await.unwrap().is_ok());
}

#[sqlx::test(migrations = false)]
async fn twenty_presses_of_one_form_add_one_person(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let record = RawRecord { employee_number: "7".to_owned(), ..named("Doe") };
    let mut presses = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (changes, owner, record) = (house.changes.clone(), house.owner.clone(), record.clone());
        presses.spawn(async move { changes.add(&owner, "00ff", &record, "").await.unwrap().unwrap() });
    }
    let added = presses.join_all().await;
    assert!(added.iter().all(|employee| *employee == added[0]));
    assert_eq!(house.events(added[0]).await, ["added"]);
}

#[sqlx::test(migrations = false)]
async fn a_changed_address_ends_what_was_sent_elsewhere(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let employee = house.invited("Doe").await;
    let record = RawRecord { email: "new@example.org".to_owned(), ..named("Doe") };
    let edited = house.changes.edit(&house.owner, employee, UNCHANGED, &record, "").await.unwrap();
    assert_eq!(edited, Ok(Edited { resend_wanted: true }));
    assert_eq!(house.events(employee).await, ["address_changed", "dropped"]);
    assert_eq!(house.sends(employee).await, ["invitation sent", "resend dropped address_changed"]);
    assert_eq!(house.status(employee).await.as_deref(), Some("pending"));
    assert_eq!(house.look("select expires_at::text from standings where employee_id = $1", employee).await, None);
    let values = "select string_agg(name || '=' || value, ' ' order by name) from event_values join events using (organisation_id)
                  where event_id = id and employee_id = $1";
    assert_eq!(house.look(values, employee).await.as_deref(), Some("from=doe@example.org to=new@example.org"));
}

#[sqlx::test(migrations = false)]
async fn another_spelling_of_an_address_changes_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let employee = house.invited("Doe").await;
    let record = RawRecord { email: "DOE@Example.org".to_owned(), ..named("Doe") };
    assert_eq!(house.changes.edit(&house.owner, employee, UNCHANGED, &record, "").await.unwrap(), Ok(SAVED));
    assert_eq!(house.sends(employee).await, ["invitation sent", "resend queued"]);
    assert_eq!(house.look("select email from employees where id = $1", employee).await.as_deref(), Some("doe@example.org"));
}

#[sqlx::test(migrations = false)]
async fn an_active_person_is_told_at_the_old_address(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let employee = house.active("Doe").await;
    house.set(employee, "language = 'fr'").await;
    house.set(employee, "employee_number = '7'").await;
    let record = RawRecord { email: String::new(), employee_number: "7".to_owned(), language: "fr".to_owned(), ..named("Doe") };
    assert_eq!(house.changes.edit(&house.owner, employee, UNCHANGED, &record, "").await.unwrap(), Ok(SAVED));
    let notice = "select concat_ws(' ', kind, notice, address, language, priority) from sends where employee_id = $1";
    assert_eq!(house.look(notice, employee).await.as_deref(), Some("notice address_changed doe@example.org fr 0"));
    assert_eq!(house.events(employee).await, ["address_changed", "notice_queued"]);
}

#[sqlx::test(migrations = false)]
async fn an_edit_cannot_take_address_and_number_away(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let employee = house.database.employee(house.organisation, "Doe").await;
    let record = RawRecord { email: String::new(), ..named("Doe") };
    assert_eq!(house.changes.edit(&house.owner, employee, UNCHANGED, &record, "").await, Ok(Err(refused("email", Problem::NoKey))));
    assert_eq!(house.events(employee).await, Vec::<String>::new());
}

#[sqlx::test(migrations = false)]
async fn what_others_changed_meanwhile_is_not_changed_back_unseen(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let other = house.with_role("Other", Role::Administrator).await;
    let employee = house.database.employee(house.organisation, "Doe").await;
    let seen = house.changes.edit_form(&house.owner, employee).await.unwrap().made_from;
    let theirs = RawRecord { department: "Achats".to_owned(), email: "new@example.org".to_owned(), ..named("Doe") };
    house.changes.edit(&other, employee, seen, &theirs, "").await.unwrap().unwrap();

    let mut own = RawRecord { site: "Lyon".to_owned(), ..named("Doe") };
    let errors = house.changes.edit(&house.owner, employee, seen, &own, "").await.unwrap().unwrap_err();
    let last = house.changes.edit_form(&house.owner, employee).await.unwrap().made_from;
    let told = |field: &str, now: &str| {
        FieldError::new(field, Problem::ChangedMeanwhile { by: Some("Test Other".to_owned()), now: now.to_owned(), last })
    };
    assert_eq!(errors, [told("email", "new@example.org"), told("department", "Achats")]);
    assert_eq!(house.look("select site from employees where id = $1", employee).await, None);

    // Whoever has seen it may have it their way, and the same change twice is none.
    own.email.clone_from(&theirs.email);
    assert_eq!(house.changes.edit(&house.owner, employee, last, &own, "").await.unwrap(), Ok(SAVED));
    assert_eq!(house.changes.edit(&other, employee, last, &own, "").await.unwrap(), Ok(SAVED));
    // A role that another owner gave stays as well.
    assert_eq!(house.changes.edit(&house.owner, employee, last, &own, "auditor").await.unwrap(), Ok(SAVED));
    let errors = house.changes.edit(&house.owner, employee, last, &own, "member").await.unwrap().unwrap_err();
    assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["role"]);
}

#[sqlx::test(migrations = false)]
async fn a_new_role_ends_the_sessions(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let employee = house.database.employee(house.organisation, "Doe").await;
    house.session(employee).await;
    let record = RawRecord { department: "Achats".to_owned(), ..named("Doe") };
    assert_eq!(house.changes.edit(&house.owner, employee, UNCHANGED, &record, "auditor").await.unwrap(), Ok(SAVED));
    assert_eq!(house.events(employee).await, ["edited", "role_changed"]);
    assert_eq!(house.look("select count(*)::text from sessions where employee_id = $1", employee).await.as_deref(), Some("0"));
    assert_eq!(house.look("select sort_department from standings where employee_id = $1", employee).await.as_deref(), Some("achats"));
}

#[sqlx::test(migrations = false)]
async fn only_owners_give_roles_and_nobody_reaches_above(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let administrator = house.with_role("Administrator", Role::Administrator).await;
    let member = house.database.employee(house.organisation, "Member").await;
    assert_eq!(house.changes.add(&administrator, "1", &named("Doe"), "auditor").await, Err(AppError::Forbidden));
    assert_eq!(house.changes.edit(&administrator, member, UNCHANGED, &named("Member"), "auditor").await, Err(AppError::Forbidden));
    assert_eq!(house.changes.edit(&administrator, house.owner.employee(), UNCHANGED, &named("Owner"), "").await, Err(AppError::Forbidden));
    assert!(!house.changes.edit_form(&administrator, member).await.unwrap().may_choose_role);
    assert_eq!(house.changes.edit(&administrator, member, UNCHANGED, &named("Member"), "member").await, Ok(Ok(SAVED)));
    // A right that was lost since the request began counts no more.
    house.set(administrator.employee(), "role = 'member'").await;
    assert_eq!(house.changes.edit(&administrator, member, UNCHANGED, &named("Member"), "").await, Err(AppError::Forbidden));
}

#[sqlx::test(migrations = false)]
async fn another_organisations_people_do_not_exist(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let second = house.database.organisation("Second").await;
    let stranger = acting(second, house.database.employee(second, "Stranger").await, Role::Owner);
    let employee = house.owner.employee();
    assert_eq!(house.changes.edit_form(&stranger, employee).await, Err(AppError::NotFound));
    assert_eq!(house.changes.edit(&stranger, employee, UNCHANGED, &named("Owner"), "").await, Err(AppError::NotFound));
    assert_eq!(house.changes.account(&stranger, employee).await, Err(AppError::NotFound));
}
