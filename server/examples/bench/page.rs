//! The first page of Employees, beside the bare keyset query by the tables' owner: every status in every order, and searches.

use crate::setting::{Result, Setting, ratio};
use app::employees::list::service::EmployeeList;
use domain::listing::{Criteria, Filter, Listing, Place, Sort};
use server::{employees::list::service::Lists, invent};
use sqlx::{AssertSqlSafe, PgPool};
use std::time::{Duration, Instant};

/// Searches of three letters and more: of a name, of an address, of two words.
const SEARCHES: [&str; 4] = ["mar", "dupont", "@example.org mart", "logistics"];

/// One kind of page, and how long each reading of it took.
struct Measured {
    what: String,
    ours: Vec<Duration>,
    bare: Vec<Duration>,
}

/// Measures alternately, `rounds` × 10 times each.
pub async fn measure(people: i32, rounds: usize) -> Result<()> {
    let setting = Setting::new(1).await?;
    let begun = Instant::now();
    invent::invent(&setting.pool, setting.organisation, people.unsigned_abs(), true).await?;
    println!("people                   {people}, invented in {:.0} s", begun.elapsed().as_secs_f64());
    sqlx::raw_sql("vacuum analyze").execute(&setting.owner).await?;
    let mut all = Vec::new();
    for sort in Sort::ALL {
        for status in Filter::ALL {
            let criteria = Criteria { status: *status, search: String::new() };
            all.push(one(&setting, criteria, *sort, rounds * 10).await?);
        }
    }
    for search in SEARCHES {
        let criteria = Criteria { status: Filter::All, search: search.to_owned() };
        all.push(one(&setting, criteria, Sort::Name, rounds * 10).await?);
    }
    println!("p95                      ours       bare       ratio");
    for measured in &all {
        let (ours, bare) = (p95(&measured.ours), p95(&measured.bare));
        println!("{:<24} {:>7.2} ms {:>7.2} ms {:>7.1}", measured.what, milliseconds(ours), milliseconds(bare), ratio(ours, bare));
    }
    let whole = |pick: fn(&Measured) -> &Vec<Duration>| p95(&all.iter().flat_map(pick).copied().collect::<Vec<_>>());
    let (ours, bare) = (whole(|measured| &measured.ours), whole(|measured| &measured.bare));
    println!("{:<24} {:>7.2} ms {:>7.2} ms {:>7.1}", "all", milliseconds(ours), milliseconds(bare), ratio(ours, bare));
    Ok(())
}

async fn one(setting: &Setting, criteria: Criteria, sort: Sort, times: usize) -> Result<Measured> {
    let lists = Lists { pool: setting.pool.clone() };
    let what = if criteria.search.is_empty() { format!("{} by {sort}", criteria.status) } else { format!("search {}", criteria.search) };
    let mut measured = Measured { what, ours: Vec::new(), bare: Vec::new() };
    let listing = Listing { criteria: criteria.clone(), sort, place: Place::First };
    for _ in 0..times {
        let begun = Instant::now();
        lists.page(&setting.by, &listing).await?;
        measured.ours.push(begun.elapsed());
        let begun = Instant::now();
        bare(&setting.owner, setting, &criteria, sort).await?;
        measured.bare.push(begun.elapsed());
    }
    Ok(measured)
}

/// Fifty rows in an order, and the people they are about.
async fn bare(owner: &PgPool, setting: &Setting, criteria: &Criteria, sort: Sort) -> Result<()> {
    let condition = match criteria.status {
        Filter::All => "true",
        Filter::NotInvited => "phase = 'not_invited'",
        Filter::Pending => "phase = 'live' and ends_at > now()",
        Filter::Active => "phase = 'active'",
        Filter::Expired => "phase = 'live' and ends_at <= now()",
        Filter::Cancelled => "phase = 'cancelled'",
        Filter::DeliveryProblem => "delivery_problem",
        Filter::NoEmailAddress => "not has_email",
        Filter::Suspended => "suspended",
    };
    let order = match sort {
        Sort::Name => "sort_name, employee_id",
        Sort::Department => "department_rank, sort_name, employee_id",
        Sort::Sent => "sent_rank desc, employee_id desc",
        Sort::Expires => "ends_at, employee_id",
        Sort::LastSignIn => "sign_in_rank desc, employee_id desc",
    };
    let words: Vec<String> = criteria.search.split_whitespace().map(|word| format!("%{word}%")).collect();
    let found: Vec<String> = (2..words.len() + 2).map(|place| format!(" and search_text like ${place}")).collect();
    let found = if words.is_empty() {
        String::new()
    } else {
        format!(" and employee_id in (select id from employees where organisation_id = $1 and removed_at is null{})", found.concat())
    };
    // The table whose index has the order.
    let table = if condition.contains("phase") && matches!(sort, Sort::Sent | Sort::Expires) { "standing_dates" } else { "standings" };
    let sql = format!(
        "select e.*, s.* from (select * from {table} where organisation_id = $1 and {condition}{found} order by {order} limit 50) p
         join standings s on s.organisation_id = p.organisation_id and s.employee_id = p.employee_id
         join employees e on e.organisation_id = p.organisation_id and e.id = p.employee_id"
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(setting.organisation.0);
    for word in words {
        query = query.bind(word);
    }
    query.fetch_all(owner).await?;
    Ok(())
}

/// What 95 of 100 do not exceed.
pub fn p95(durations: &[Duration]) -> Duration {
    let mut durations = durations.to_vec();
    durations.sort_unstable();
    durations.get(durations.len() * 95 / 100).copied().unwrap_or_default()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
