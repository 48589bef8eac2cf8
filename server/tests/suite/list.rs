//! The list of the Employees page: every filter in every order, forwards and backwards, searched and counted, by its indexes.

use crate::common::Database;
use app::{
    employees::list::{
        model::{EmployeePage, EmployeeRow},
        service::EmployeeList,
    },
    session::{Administrator, SignedIn},
};
use domain::{
    ids::{EmployeeId, OrganisationId},
    invitation::{Facts, InvitationFacts, Status, status},
    language::Language,
    listing::{Criteria, Filter, Listing, Place, Sort},
    role::{Permission, Role},
    time::{LocalTime, Timestamp},
};
use proptest::{prelude::*, strategy::ValueTree};
use server::{db, employees::list::service::Lists};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::collections::{BTreeMap, BTreeSet};

/// People in every status, some of them without a department, an address or a date, many of them alike.
pub const INVENTED: &str = "
with made as (
    insert into employees (organisation_id, first_name, last_name, email, email_normalised, employee_number, department, search_text)
    select $1, 'F' || n % 7, 'L' || n % 11, mail, mail, n::text, department, concat(' f', n % 7, ' l', n % 11, ' ' || mail, ' ', n, ' ' || department)
    from (select n, case when n % 5 > 0 then 'p' || n || '@example.org' end as mail, case when n % 4 > 0 then 'Dép_' || n % 4 end as department
          from generate_series(1, $2) n) given
    returning organisation_id, id, first_name, last_name, department, email, employee_number::integer as n),
invited as (
    insert into invitations (organisation_id, employee_id, cancelled_at)
    select organisation_id, id, case when n % 7 = 0 then now() end from made where n % 3 > 0 returning organisation_id, id, employee_id, cancelled_at),
messages as (
    insert into sends (organisation_id, employee_id, kind, invitation_id, address, language, priority, state, finished_at, reason)
    select organisation_id, employee_id, 'invitation', id, 'x@example.org', 'en', 5, state, case when state <> 'queued' then now() end,
           case when state = 'failed' then 'mailbox_unknown' end
    from (select *, (array['sent', 'failed', 'queued'])[1 + id % 3] as state from invited) sent)
insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended, activated_at, invitation_id, cancelled_at,
                       expires_at, last_sent_at, delivery_problem, last_sign_in_at)
select made.organisation_id, made.id, lower(last_name) || e'\\x1f' || lower(first_name), lower(coalesce(department, '')), email is not null, n % 13 = 0,
       case when n % 8 = 0 then now() end, invited.id, invited.cancelled_at,
       case when invited.id is not null and n % 10 > 0 then now() + (n % 6 - 3) * interval '1 day' end,
       case when invited.id is not null and n % 10 > 0 then now() - n % 20 * interval '1 hour' end, n % 17 = 0,
       case when n % 16 = 0 then now() - n * interval '1 minute' end
from made left join invited on invited.employee_id = made.id";

pub async fn invent(database: &Database, organisation: OrganisationId, people: i32) {
    sqlx::query(INVENTED).bind(organisation.0).bind(people).execute(&database.owner).await.unwrap();
    database.execute("vacuum analyze").await;
}

fn administrator(organisation: OrganisationId, role: Role) -> Administrator {
    let signed_in = SignedIn {
        organisation,
        employee: EmployeeId(0),
        role,
        language: Language::English,
        time_zone: "Europe/Paris".to_owned(),
        session: [0; 32],
    };
    signed_in.authorise(Permission::View).unwrap()
}

fn listing(status: Filter, search: &str, sort: Sort, place: Place) -> Listing {
    Listing { criteria: Criteria { status, search: search.to_owned() }, sort, place }
}

fn ids(page: &EmployeePage) -> Vec<EmployeeId> {
    page.rows.iter().map(|row| row.id).collect()
}

/// Everybody, page after page.
async fn walk(
    lists: &Lists,
    administrator: &Administrator,
    status: Filter,
    search: &str,
    sort: Sort,
    backwards: bool,
) -> Vec<Vec<EmployeeId>> {
    let mut pages = Vec::new();
    let mut place = if backwards { Place::Last } else { Place::First };
    loop {
        let page = lists.page(administrator, &listing(status, search, sort, place)).await.unwrap();
        pages.push(ids(&page));
        let further = if backwards { page.before.map(Place::Before) } else { page.after.map(Place::After) };
        match further {
            Some(further) => place = further,
            None => return pages,
        }
    }
}

fn is_of(row: &EmployeeRow, filter: Filter) -> bool {
    match filter {
        Filter::All => true,
        Filter::NotInvited => row.status == Status::NotInvited,
        Filter::Pending => row.status == Status::Pending,
        Filter::Active => row.status == Status::Active,
        Filter::Expired => row.status == Status::Expired,
        Filter::Cancelled => row.status == Status::Cancelled,
        Filter::DeliveryProblem => row.problem.is_some(),
        Filter::NoEmailAddress => row.email.is_none(),
        Filter::Suspended => row.suspended,
    }
}

#[sqlx::test(migrations = false)]
async fn every_filter_in_every_order_visits_everybody_once_both_ways(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let (own, other) = (database.organisation("Own").await, database.organisation("Other").await);
    invent(&database, own, 730).await;
    invent(&database, other, 300).await;
    let lists = Lists { pool: database.pool.clone() };
    let administrator = administrator(own, Role::Owner);
    let counts = lists.counts(&administrator, "").await.unwrap();
    let mut everybody: BTreeMap<EmployeeId, EmployeeRow> = BTreeMap::new();
    let mut place = Place::First;
    while let Some(after) = {
        let page = lists.page(&administrator, &listing(Filter::All, "", Sort::Name, place.clone())).await.unwrap();
        everybody.extend(page.rows.into_iter().map(|row| (row.id, row)));
        page.after
    } {
        place = Place::After(after);
    }
    assert_eq!(everybody.len(), 730);
    for filter in Filter::ALL {
        let wanted: BTreeSet<EmployeeId> = everybody.values().filter(|row| is_of(row, *filter)).map(|row| row.id).collect();
        assert_eq!(counts.of(*filter), wanted.len() as u64, "{filter}");
        assert!(wanted.len() > 20, "{filter} has too few people to try");
        for sort in Sort::ALL {
            let forwards = walk(&lists, &administrator, *filter, "", *sort, false).await;
            let onwards: Vec<EmployeeId> = forwards.iter().flatten().copied().collect();
            assert_eq!(onwards.len(), wanted.len(), "{filter} by {sort}");
            assert_eq!(onwards.iter().copied().collect::<BTreeSet<_>>(), wanted, "{filter} by {sort}");
            let mut backwards = walk(&lists, &administrator, *filter, "", *sort, true).await;
            backwards.reverse();
            // The last step back meets the start, and shows the whole first page.
            let rest: Vec<EmployeeId> = backwards[1..].iter().flatten().copied().collect();
            assert!(onwards.ends_with(&rest) && rest.len() + backwards[0].len() >= onwards.len(), "{filter} by {sort}");
            assert_eq!(backwards[0], forwards[0], "{filter} by {sort}");
            let times = onwards.iter().map(|id| rank(&everybody[id], *sort)).collect::<Vec<_>>();
            assert!(times.is_sorted(), "{filter} by {sort}: those without a time last");
        }
    }
}

/// Where a row belongs in an order of times; one without a time after all others.
fn rank(row: &EmployeeRow, sort: Sort) -> i64 {
    let at = |time: &Option<LocalTime>| time.as_ref().map(|time| time.at.0);
    match sort {
        Sort::Name | Sort::Department => 0,
        Sort::Sent => at(&row.last_sent).map_or(1, |at| -at),
        Sort::Expires => at(&row.expires).unwrap_or(i64::MAX),
        Sort::LastSignIn => at(&row.last_sign_in).map_or(1, |at| -at),
    }
}

#[sqlx::test(migrations = false)]
async fn people_without_a_department_come_last(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let own = database.organisation("Own").await;
    invent(&database, own, 120).await;
    let lists = Lists { pool: database.pool.clone() };
    let administrator = administrator(own, Role::Auditor);
    let first = lists.page(&administrator, &listing(Filter::All, "", Sort::Department, Place::First)).await.unwrap();
    assert!(first.rows.iter().all(|row| row.department.is_some()));
    assert!(first.rows.iter().all(|row| row.actions.is_empty()), "an auditor changes nothing");
    let last = lists.page(&administrator, &listing(Filter::All, "", Sort::Department, Place::Last)).await.unwrap();
    assert!(last.rows.last().unwrap().department.is_none() && last.after.is_none());
}

#[sqlx::test(migrations = false)]
async fn a_search_folds_and_takes_wildcards_literally(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let (own, other) = (database.organisation("Own").await, database.organisation("Other").await);
    for (organisation, text) in [(own, " elodie lefevre eb@example.org 50%"), (own, " marc melodie 5012"), (other, " elodie autre")] {
        let employee = database.employee(organisation, &format!("P{}", text.len())).await;
        sqlx::query("update employees set search_text = $2 where id = $1")
            .bind(employee.0)
            .bind(text)
            .execute(&database.owner)
            .await
            .unwrap();
    }
    let lists = Lists { pool: database.pool.clone() };
    let administrator = administrator(own, Role::Owner);
    for (search, found) in [
        ("", 2),
        ("ÉLODIE", 2),
        ("Élodie Lefèvre", 1),
        ("e", 1),
        ("me", 1),
        ("50%", 1),
        ("50_", 0),
        ("5_1", 0),
        ("\\", 0),
        ("a\0b", 0),
        ("marc elodie", 1),
        ("autre", 0),
    ] {
        let page = lists.page(&administrator, &listing(Filter::All, search, Sort::Name, Place::First)).await.unwrap();
        assert_eq!(page.rows.len(), found, "{search:?}");
        let counts = lists.counts(&administrator, search).await.unwrap();
        assert_eq!(counts.of(Filter::All), found as u64, "{search:?}");
        assert_eq!(counts.of(Filter::NotInvited), found as u64, "{search:?}");
    }
}

#[sqlx::test(migrations = false)]
async fn a_place_that_is_gone_or_made_up_shows_the_nearest_page(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let own = database.organisation("Own").await;
    invent(&database, own, 70).await;
    let lists = Lists { pool: database.pool.clone() };
    let administrator = administrator(own, Role::Owner);
    let first = lists.page(&administrator, &listing(Filter::All, "", Sort::Name, Place::First)).await.unwrap();
    let made_up = lists.page(&administrator, &listing(Filter::All, "", Sort::Name, Place::After("x".to_owned()))).await.unwrap();
    assert_eq!(ids(&made_up), ids(&first));
    let other_order =
        lists.page(&administrator, &listing(Filter::All, "", Sort::Sent, Place::After(first.after.clone().unwrap()))).await.unwrap();
    assert_eq!(other_order.rows.len(), 50);
    let last = lists.page(&administrator, &listing(Filter::All, "", Sort::Name, Place::Last)).await.unwrap();
    let place = Place::Before(last.before.clone().unwrap());
    let before = lists.page(&administrator, &listing(Filter::All, "", Sort::Name, place)).await.unwrap();
    assert_eq!(ids(&before), ids(&first), "twenty people precede the last page: the whole first page is shown");
    database.execute("delete from standings where employee_id > 50").await;
    let gone = lists.page(&administrator, &listing(Filter::All, "", Sort::Name, Place::After(first.after.unwrap()))).await.unwrap();
    assert!(!gone.rows.is_empty());
}

#[sqlx::test(migrations = false)]
async fn the_status_in_sql_is_that_of_the_rules(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let own = database.organisation("Own").await;
    let employee = database.employee(own, "Someone").await;
    let fact = prop::option::of(-2_i64..=2);
    let strategy = (any::<bool>(), prop::option::of((any::<bool>(), fact)));
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..60 {
        let (activated, invitation) = strategy.new_tree(&mut runner).unwrap().current();
        let mut transaction = db::begin(&database.pool, own).await.unwrap();
        // Within one transaction now() stands still, so that the very moment of expiry can be tried.
        let (word, pending, expired): (String, Option<bool>, Option<bool>) = {
            sqlx::query(
                "update standings set activated_at = case when $2 then now() end, invitation_id = case when $3 then 1 end,
                        cancelled_at = case when $4 then now() end, expires_at = now() + $5 * interval '1 microsecond'
                 where organisation_id = $1",
            )
            .bind(own.0)
            .bind(activated)
            .bind(invitation.is_some())
            .bind(invitation.is_some_and(|(cancelled, _)| cancelled))
            .bind(invitation.and_then(|(_, expires)| expires))
            .execute(&mut *transaction)
            .await
            .unwrap();
            sqlx::query_as("select status, is_pending, is_expired from employee_statuses where employee_id = $1")
                .bind(employee.0)
                .fetch_one(&mut *transaction)
                .await
                .unwrap()
        };
        let invitation = invitation.map(|(cancelled, expires)| InvitationFacts { cancelled, expires_at: expires.map(Timestamp) });
        let by_rule = status(Facts { activated, invitation }, Timestamp(0));
        assert_eq!(word, by_rule.as_str());
        assert_eq!(pending == Some(true), by_rule == Status::Pending);
        assert_eq!(expired == Some(true), by_rule == Status::Expired);
    }
}
