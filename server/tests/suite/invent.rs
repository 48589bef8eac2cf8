//! Invented people, and the demo.

use crate::common::Database;
use domain::{ids::OrganisationId, language::Language};
use server::{
    cli::employees,
    demo::{self, DemoOwner},
    invent::invent,
    session::password::Passwords,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::io::Write;

const STANDINGS: &str = "select (s.*)::text from standings s order by employee_id";

async fn rows(database: &Database, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(&database.owner).await.unwrap()
}

#[sqlx::test(migrations = false)]
async fn invented_people_have_every_status_and_rows_that_agree(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let organisation = database.organisation("First").await;
    invent(&database.pool, organisation, 600, true).await.unwrap();
    let statuses = rows(&database, "select distinct status from employee_statuses order by 1").await;
    assert_eq!(statuses, ["active", "cancelled", "expired", "not_invited", "pending"]);
    for some in ["delivery_problem", "suspended", "not has_email", "phase = 'live' and expires_at is null and not delivery_problem"] {
        let found: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select exists (select from standings where {some})")))
            .fetch_one(&database.owner)
            .await
            .unwrap();
        assert!(found, "{some}");
    }
    let written = rows(&database, STANDINGS).await;
    database.execute("select refresh_standings(1, array(select id from employees))").await;
    assert_eq!(rows(&database, STANDINGS).await, written, "the narrow rows agree with the facts");
    let out_of_order = "select e.id::text from events e join events f on f.employee_id = e.employee_id and f.id < e.id and f.at > e.at";
    assert_eq!(rows(&database, out_of_order).await, Vec::<String>::new());
    let courses = "select distinct string_agg(h.kind, ' ' order by h.at, h.id) from events h group by h.employee_id order by 1";
    let expected = [
        "imported",
        "imported invited failed",
        "imported invited sent",
        "imported invited sent address_changed",
        "imported invited sent cancelled",
        "imported invited sent expired",
        "imported invited sent link_opened activated",
        "imported invited sent link_opened activated suspended",
    ];
    assert_eq!(rows(&database, courses).await, expected);
    let otherwise = "select e.id::text from employees e join events h on h.employee_id = e.id and h.kind = 'imported'
                     where h.at not between e.created_at and e.created_at + interval '1 minute'";
    assert_eq!(rows(&database, otherwise).await, Vec::<String>::new(), "added when the history says so");
    let afterwards =
        "select employee_id::text from standings s join employees e on e.id = employee_id where last_sign_in_at > suspended_at";
    assert_eq!(rows(&database, afterwards).await, Vec::<String>::new());
    assert_eq!(rows(&database, "select id::text from events where at > clock_timestamp()").await, Vec::<String>::new());
}

#[sqlx::test(migrations = false)]
async fn without_a_mix_nobody_has_been_invited_and_more_can_follow(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let organisation = database.organisation("First").await;
    for _ in 0..2 {
        invent(&database.pool, organisation, 300, false).await.unwrap();
    }
    assert_eq!(rows(&database, "select distinct status from employee_statuses").await, ["not_invited"]);
    let twice = "select email_normalised from employees where email is not null group by 1 having count(*) > 1";
    assert_eq!(rows(&database, twice).await, Vec::<String>::new());
    assert_eq!(rows(&database, "select count(*)::text from employees").await, ["600"]);
}

#[sqlx::test(migrations = false)]
async fn the_demo_is_made_once_and_found_again_whatever_was_changed_in_it(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    database.execute("insert into installation (key_check) values ('x')").await;
    let passwords = Passwords::new(2).unwrap();
    let (first, second) = tokio::join!(demo::ensure(&database.pool, &passwords), demo::ensure(&database.pool, &passwords));
    let owner = first.unwrap().unwrap();
    assert_eq!(second.unwrap(), Some(owner.clone()));
    assert_eq!((owner.organisation.as_str(), owner.identifier.as_str()), ("Alpine Rail", "owner@example.org"));
    assert!(owner.password.is_some());
    let is_owner = "select language from employees where email = 'owner@example.org' and role = 'owner' and activated_at is not null";
    assert_eq!(rows(&database, is_owner).await, ["en"]);

    database.execute("update organisations set name = 'Valley Rail', short_name = 'valley'").await;
    database.execute("update employees set email = null, email_normalised = null, title = 'Changed' where role = 'owner'").await;
    let hash = passwords.hash("another password altogether").await.unwrap();
    sqlx::query("update passwords set hash = $1").bind(hash).execute(&database.owner).await.unwrap();
    let changed = demo::ensure(&database.pool, &passwords).await.unwrap().unwrap();
    let expected = DemoOwner { organisation: "Valley Rail".to_owned(), identifier: "E000001".to_owned(), password: None };
    assert_eq!(changed, expected);
    assert_eq!(rows(&database, "select title from employees where role = 'owner'").await, ["Changed"]);

    database.execute("update employees set removed_at = now() where role = 'owner'").await;
    assert_eq!(demo::ensure(&database.pool, &passwords).await.unwrap(), None);
    assert_eq!(rows(&database, "select count(*)::text from employees").await, ["501"]);
}

#[sqlx::test(migrations = false)]
async fn the_command_line_imports_and_reports(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    database.organisation("First").await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"number,email,name\n1,a@example.org,Ann Lee\n2,nobody,Bob Ray\n").unwrap();
    let organisation: OrganisationId = employees::find_organisation(&database.pool, "first").await.unwrap();
    let report = async |dry_run| employees::import(&database.pool, organisation, file.path(), dry_run).await.unwrap();
    let counts = "1 row refused, 1 employee added.";
    let refused = "row 3 (Bob Ray): Email: Not an email address.";
    let would = report(true).await;
    assert_eq!(would.refusals(Language::English).as_deref(), Some(refused));
    assert_eq!(would.told(Language::English), format!("Nothing was written. This would be imported: {counts}"));
    assert_eq!(rows(&database, "select count(*)::text from employees").await, ["0"]);
    assert_eq!(report(false).await.told(Language::English), format!("Imported: {counts}"));
    let french = would.refusals(Language::French).unwrap();
    assert!(french.starts_with("ligne 3 (Bob Ray)\u{a0}: Adresse électronique"), "{french}");
    assert_eq!(rows(&database, "select kind || coalesce(actor_id::text, '') from events").await, ["imported"]);
    assert!(employees::find_organisation(&database.pool, "Second").await.is_err());
    let missing = employees::import(&database.pool, organisation, std::path::Path::new("/nowhere.csv"), true).await;
    assert!(missing.is_err_and(|error| error.to_string().contains("/nowhere.csv")));
}
