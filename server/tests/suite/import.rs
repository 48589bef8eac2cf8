//! Importing files: what is written, what is refused, and what happens when others get in the way.

use crate::house::{House, acting, named};
use app::{
    employees::edit_service::EditService,
    error::AppError,
    import::{
        model::{CheckView, ImportOutcome, Imported},
        service::ImportService,
    },
    session::Administrator,
};
use domain::{
    import::{Column, FileProblem, RowOutcome, RowProblem},
    record::{RawRecord, may_share_address},
    role::Role,
};
use server::import::service::Imports;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

fn imports(house: &House) -> Imports {
    Imports::new(house.database.pool.clone())
}

async fn check(house: &House, by: &Administrator, file: &str) -> String {
    imports(house).check(by, "people.csv", file.as_bytes().to_vec()).await.unwrap().unwrap()
}

async fn view(house: &House, by: &Administrator, check: &str, list: RowOutcome) -> CheckView {
    imports(house).view(by, check, Some(list), 0).await.unwrap()
}

/// Checks a file and imports what was shown.
async fn import(house: &House, by: &Administrator, file: &str) -> CheckView {
    let check = check(house, by, file).await;
    let shown = view(house, by, &check, RowOutcome::Refused).await.shown;
    assert_eq!(imports(house).import(by, &check, &shown).await, Ok(ImportOutcome::Imported));
    view(house, by, &check, RowOutcome::Refused).await
}

async fn count(house: &House, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&house.database.owner).await.unwrap()
}

const EVERYTHING: &str = "select count(*) from (select from employees union all select from events union all select from sends
    union all select from event_values union all select from standings) everything";

#[sqlx::test(migrations = false)]
async fn a_file_adds_and_updates_people_and_a_second_time_changes_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let jane = house.database.employee(house.organisation, "Doe").await;
    let file = "Matricule;Prénom;Nom;Courriel;Service;Langue\n\
                7;Jane;Doe;DOE@example.org;Achats;français\n\
                8;Zoé \"<b>\";O'Neill;zoe@example.org;;\n\
                9;王;;;Ventes;en\n";
    let done = import(&house, &house.owner, file).await;
    assert_eq!(done.imported, Some(Imported { created: 2, updated: 1, resend: vec![] }));
    assert_eq!(house.events(jane).await, ["edited"]);
    let fields = "select value from event_values v join events e on e.id = v.event_id where e.employee_id = $1";
    assert_eq!(house.look(fields, jane).await.as_deref(), Some("employee_number first_name department language"));
    assert_eq!(house.look("select email from employees where id = $1", jane).await.as_deref(), Some("doe@example.org"));
    let stored: Vec<String> = sqlx::query_scalar(
        "select concat_ws('|', first_name, last_name, email, employee_number, department, language, sort_name, sort_department, has_email, kind)
         from employees e join standings s on s.employee_id = e.id join events h on h.employee_id = e.id
         where kind = 'imported' order by e.id",
    )
    .fetch_all(&house.database.owner)
    .await
    .unwrap();
    assert_eq!(
        stored,
        ["Zoé \"<b>\"|O'Neill|zoe@example.org|8|o'neill\u{1f}zoe \"<b>\"||t|imported", "王||9|Ventes|en|\u{1f}王|ventes|f|imported",]
    );
    let before = count(&house, EVERYTHING).await;
    let again = check(&house, &house.owner, file).await;
    let shown = view(&house, &house.owner, &again, RowOutcome::Unchanged).await;
    assert_eq!((shown.counts.unchanged, shown.counts.created + shown.counts.updated + shown.counts.refused), (3, 0));
    assert_eq!(imports(&house).import(&house.owner, &again, &shown.shown).await, Ok(ImportOutcome::Imported));
    assert_eq!(count(&house, EVERYTHING).await, before);
}

#[sqlx::test(migrations = false)]
async fn a_changed_address_has_the_consequences_of_editing(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let (invited, active) = (house.invited("Invited").await, house.active("Active").await);
    house.set(invited, "employee_number = '1'").await;
    house.set(active, "employee_number = '2', language = 'fr'").await;
    let file = "number,email\n1,new1@example.org\n2,new2@example.org\n";
    let readdressed = check(&house, &house.owner, file).await;
    assert_eq!(view(&house, &house.owner, &readdressed, RowOutcome::Updated).await.readdressed, 1);
    let done = import(&house, &house.owner, file).await;
    assert_eq!(done.imported.unwrap().resend, [invited]);
    assert_eq!(house.sends(invited).await, ["invitation sent", "resend dropped address_changed"]);
    assert_eq!(house.events(invited).await, ["address_changed", "dropped"]);
    assert_eq!(house.look("select expires_at::text from invitations where employee_id = $1", invited).await, None);
    assert_eq!(house.status(invited).await.as_deref(), Some("pending"));
    assert_eq!(house.sends(active).await, ["notice queued"]);
    let told = "select concat_ws(' ', address, language) from sends where employee_id = $1";
    assert_eq!(house.look(told, active).await.as_deref(), Some("active@example.org fr"));
    assert_eq!(house.events(active).await, ["address_changed", "notice_queued"]);
    let values = "select string_agg(name || ' ' || value, ', ' order by name) from event_values v join events e on e.id = v.event_id where e.employee_id = $1";
    assert_eq!(house.look(values, active).await.as_deref(), Some("from active@example.org, to new2@example.org"));
}

#[sqlx::test(migrations = false)]
async fn notices_of_many_changed_addresses_are_in_nobodys_way(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    for (name, number) in [("One", "employee_number = '1'"), ("Two", "employee_number = '2'")] {
        let active = house.active(name).await;
        house.set(active, number).await;
    }
    import(&house, &house.owner, "number,email\n1,new1@example.org\n2,new2@example.org\n").await;
    assert_eq!(count(&house, "select count(*) from sends where notice = 'address_changed' and priority = 5").await, 2);
}

#[sqlx::test(migrations = false)]
async fn rows_are_refused_with_reasons_and_the_others_are_imported(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    house.set(house.owner.employee(), "employee_number = '1'").await;
    let administrator = house.with_role("Admin", Role::Administrator).await;
    let file = "number,email,name\n1,other@example.org,\n5,a@example.org,A\n5,b@example.org,B\n,,C\n6,nobody,D\n7\n";
    let done = import(&house, &administrator, file).await;
    assert_eq!(done.imported, Some(Imported { created: 1, updated: 0, resend: vec![] }));
    let rows: Vec<(u32, Vec<RowProblem>)> = done.rows.into_iter().map(|row| (row.row, row.problems)).collect();
    assert_eq!(
        rows,
        [
            (2, vec![RowProblem::RoleAbove]),
            (4, vec![RowProblem::DuplicateNumber(3)]),
            (5, vec![RowProblem::NoKey]),
            (6, vec![RowProblem::NotAnAddress]),
            (7, vec![RowProblem::Ragged { cells: 1, columns: 3 }]),
        ]
    );
}

#[sqlx::test(migrations = false)]
async fn what_has_changed_since_is_shown_again(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let file = "number,email,name\n5,a@example.org,A B\n";
    let check = check(&house, &house.owner, file).await;
    let shown = view(&house, &house.owner, &check, RowOutcome::Created).await.shown;
    let mut record = named("B");
    record.employee_number = "5".to_owned();
    house.changes.add(&house.owner, "1", &record, "").await.unwrap().unwrap();
    let before = count(&house, EVERYTHING).await;
    assert_eq!(imports(&house).import(&house.owner, &check, &shown).await, Ok(ImportOutcome::Changed));
    assert_eq!(count(&house, EVERYTHING).await, before);
    let again = view(&house, &house.owner, &check, RowOutcome::Updated).await;
    assert_eq!(again.rows[0].changes.iter().map(|change| change.column).collect::<Vec<_>>(), [Column::Email, Column::FirstName]);
    assert_eq!(imports(&house).import(&house.owner, &check, &again.shown).await, Ok(ImportOutcome::Imported));
}

#[sqlx::test(migrations = false)]
async fn twenty_presses_and_two_checks_of_one_file_add_everybody_once(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let file = "number,email,name\n5,a@example.org,A\n6,a@example.org,B\n,c@example.org,C\n";
    let (first, second) = (check(&house, &house.owner, file).await, check(&house, &house.owner, file).await);
    let shown = view(&house, &house.owner, &first, RowOutcome::Created).await.shown;
    let presses = (0..20).map(|press| {
        let (imports, by, shown) = (imports(&house), house.owner.clone(), shown.clone());
        let check = if press % 2 == 0 { first.clone() } else { second.clone() };
        tokio::spawn(async move { imports.import(&by, &check, &shown).await.unwrap() })
    });
    let mut outcomes = Vec::new();
    for press in presses.collect::<Vec<_>>() {
        outcomes.push(press.await.unwrap());
    }
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == ImportOutcome::Imported).count(), 10, "{outcomes:?}");
    assert_eq!(count(&house, "select count(*) from events where kind = 'imported'").await, 3);
    assert_eq!(count(&house, "select count(*) from employees where employee_number is not null or last_name = 'C'").await, 3);
}

#[sqlx::test(migrations = false)]
async fn a_check_is_its_makers_own_and_ends_after_an_hour(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let check = check(&house, &house.owner, "number,name\n5,A\n").await;
    let shown = view(&house, &house.owner, &check, RowOutcome::Created).await.shown;
    let colleague = house.with_role("Colleague", Role::Owner).await;
    let elsewhere = house.database.organisation("Second").await;
    let stranger = acting(elsewhere, house.database.employee(elsewhere, "Stranger").await, Role::Owner);
    let auditor = house.with_role("Auditor", Role::Auditor).await;
    for (by, error) in [(&colleague, AppError::NotFound), (&stranger, AppError::NotFound), (&auditor, AppError::Forbidden)] {
        assert_eq!(imports(&house).view(by, &check, None, 0).await, Err(error));
        assert_eq!(imports(&house).import(by, &check, &shown).await, Err(error));
    }
    assert_eq!(imports(&house).view(&house.owner, "no such check", None, 0).await, Err(AppError::NotFound));
    house.database.execute("update import_checks set created_at = created_at - interval '61 minutes'").await;
    assert_eq!(imports(&house).view(&house.owner, &check, None, 0).await, Err(AppError::NotFound));
    assert_eq!(imports(&house).import(&house.owner, &check, &shown).await, Err(AppError::NotFound));
    sqlx::query("select sweep_import_checks()").execute(&house.database.pool).await.unwrap();
    assert_eq!(count(&house, "select count(*) from import_checks").await, 0);
}

#[sqlx::test(migrations = false)]
async fn a_demoted_administrator_imports_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let administrator = house.with_role("Admin", Role::Administrator).await;
    let check = check(&house, &administrator, "number,name\n5,A\n").await;
    let shown = view(&house, &administrator, &check, RowOutcome::Created).await.shown;
    house.set(administrator.employee(), "role = 'member'").await;
    assert_ne!(imports(&house).import(&administrator, &check, &shown).await, Ok(ImportOutcome::Imported));
    assert_eq!(count(&house, "select count(*) from events where kind = 'imported'").await, 0);
}

#[sqlx::test(migrations = false)]
async fn long_lists_have_pages(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let file = (0..120).fold("number,name\n".to_owned(), |file, number| file + &format!("{number},Somebody\n"));
    let check = check(&house, &house.owner, &file).await;
    let page = async |from| imports(&house).view(&house.owner, &check, None, from).await.unwrap();
    assert_eq!((page(0).await.list, page(0).await.rows.len(), page(0).await.rows[0].row), (RowOutcome::Created, 50, 2));
    assert_eq!((page(100).await.rows.len(), page(100).await.rows[0].row), (20, 102));
    assert_eq!(page(4_000_000_000).await.from, 100, "beyond the end stands the last page");
}

#[sqlx::test(migrations = false)]
async fn files_that_cannot_be_read_are_refused_as_a_whole(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    for (file, problem) in [
        (b"name,department\nJane,Sales\n".to_vec(), FileProblem::NoKeyColumn),
        (vec![0; 100], FileProblem::Binary),
        (vec![b'x'; 10 * 1024 * 1024 + 1], FileProblem::TooLarge),
    ] {
        assert_eq!(imports(&house).check(&house.owner, "x", file).await, Ok(Err(problem)));
    }
    assert_eq!(count(&house, "select count(*) from import_checks").await, 0);
}

#[sqlx::test(migrations = false)]
async fn a_large_file_is_imported_whole(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    let headings = "number,email,first name,last name,department,site\n".to_owned();
    let line = |n: u32| format!("{n},person{n}@example.org,First{n},Last{n},Department {},Lyon\n", n % 50);
    let file = (0..5_000).fold(headings, |file, n| file + &line(n));
    let done = import(&house, &house.owner, &file).await;
    assert_eq!(done.imported, Some(Imported { created: 5_000, updated: 0, resend: vec![] }));
    assert_eq!(count(&house, "select count(*) from standings").await, 5_001);
    let moved = file.replace("@example.org", "@example.com");
    let done = import(&house, &house.owner, &moved).await;
    assert_eq!(done.imported, Some(Imported { created: 0, updated: 5_000, resend: vec![] }));
}

#[sqlx::test(migrations = false)]
async fn two_share_an_address_by_the_same_rule_in_a_file_as_in_the_form(_: PgPoolOptions, options: PgConnectOptions) {
    let house = House::new(options).await;
    for (at, (first, second)) in [("", ""), ("", "n"), ("n", ""), ("n", "n")].into_iter().enumerate() {
        let may = may_share_address(!first.is_empty(), !second.is_empty());
        let number = |place: &str, which: &str| if which.is_empty() { String::new() } else { format!("{place}{at}") };
        let record = |last_name: &str, place: &str, which: &str| RawRecord {
            email: format!("{place}{at}@example.org"),
            employee_number: number(&format!("{place}-{last_name}-"), which),
            ..named(last_name)
        };
        let typed = [record("One", "form", first), record("Two", "form", second)];
        let key = |n: usize| format!("{at}{n}");
        assert!(house.changes.add(&house.owner, &key(1), &typed[0], "").await.unwrap().is_ok());
        assert_eq!(
            house.changes.add(&house.owner, &key(2), &typed[1], "").await.unwrap().is_ok(),
            may,
            "the form: {first:?} and {second:?}"
        );
        let row = |record: RawRecord| format!("{},{},{}\n", record.employee_number, record.email, record.last_name);
        let rows = [row(record("One", "file", first)), row(record("Two", "file", second))];
        let done = import(&house, &house.owner, &format!("number,email,last name\n{}", rows.concat())).await;
        assert_eq!(done.imported.unwrap().created, if may { 2 } else { 1 }, "one file: {first:?} and {second:?}");
        let row_after_form = row(RawRecord { email: typed[0].email.clone(), ..record("Three", "later", second) });
        let done = import(&house, &house.owner, &format!("number,email,last name\n8{at},x{at}@example.org,Eight\n{row_after_form}")).await;
        assert_eq!(
            done.imported.unwrap().created,
            if second.is_empty() { 1 } else { 2 },
            "a file after the form: {first:?} and {second:?}"
        );
    }
}
