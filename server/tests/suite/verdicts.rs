//! Who gets what of a bulk action: the SQL against the rules.

use crate::common::Database;
use app::batches::model::{Audience, Proposal};
use domain::{
    batch::BatchAction,
    delivery::Reason,
    eligibility::{Candidate, Request, Skip, Verdict, verdict},
    ids::{EmployeeId, OrganisationId},
    invitation::Status,
    role::Role,
};
use server::{batches::store, db};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

/// Every combination of facts, as SQL and Rust decide it.
#[sqlx::test(migrations = false)]
async fn sql_and_rust_agree_on_who_gets_what(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options).await;
    let organisation = database.organisation("First").await;
    let statuses = [Status::NotInvited, Status::Pending, Status::Active, Status::Expired, Status::Cancelled];
    let mut made = Vec::new();
    for (number, status) in (0..64_u32).flat_map(|bits| statuses.map(|status| (bits, status))) {
        let bit = |at: u32| number >> at & 1 == 1;
        // A message on its way or just sent needs an invitation or an account to belong to; the fast path keeps the table honest.
        let roles = [Role::Member, Role::Owner];
        let has_send = matches!(status, Status::Pending | Status::Expired | Status::Active);
        let candidate = Candidate {
            status,
            role: roles[usize::from(bit(0))],
            suspended: bit(1),
            has_email: bit(2),
            on_its_way: bit(3) && has_send,
            just_sent: (bit(3) || bit(4)) && has_send && bit(2),
            address_refused: bit(5),
        };
        if bit(4) && bit(3) {
            continue;
        }
        let id = make(&database, organisation, made.len(), candidate).await;
        made.push((id, candidate));
    }
    let ids: Vec<i64> = made.iter().map(|(id, _)| id.0).collect();
    for action in BatchAction::ALL {
        for (resend_too, reset_too, refused_too) in [(false, false, false), (true, false, false), (false, true, true)] {
            let to = |chosen| Proposal { action: *action, audience: Audience::Chosen(chosen), resend_too, reset_too, refused_too };
            let mut transaction = db::begin(&database.pool, organisation).await.unwrap();
            for (id, candidate) in &made {
                let found = store::split(&mut transaction, organisation, &[id.0], &to(vec![*id]), Role::Administrator).await.unwrap();
                let request = Request { action: *action, resend_too, reset_too, refused_too: true, own_role: Role::Administrator };
                assert_eq!(found[0].verdict, word(verdict(request, *candidate)), "{action} {resend_too} {reset_too} {candidate:?}");
            }
            let everybody = to(made.iter().map(|(id, _)| *id).collect());
            let bulk = store::split(&mut transaction, organisation, &ids, &everybody, Role::Administrator).await.unwrap();
            let request = Request { action: *action, resend_too, reset_too, refused_too, own_role: Role::Administrator };
            let refused = made.iter().filter(|(_, candidate)| verdict(request, *candidate) == Verdict::Skip(Skip::AddressRefused)).count();
            let counted: i64 = bulk.iter().filter(|row| row.verdict == "address_refused").map(|row| row.people).sum();
            assert_eq!(usize::try_from(counted).unwrap(), refused);
        }
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Invite => "invite",
        Verdict::Resend => "resend",
        Verdict::Reset => "reset",
        Verdict::Cancel => "cancel",
        Verdict::Skip(skip) => skip.as_str(),
    }
}

/// An employee about whom exactly these facts hold.
async fn make(database: &Database, organisation: OrganisationId, number: usize, candidate: Candidate) -> EmployeeId {
    let id = database.employee(organisation, &format!("Fact{number:05}")).await;
    let (invited, cancelled, expires) = match candidate.status {
        Status::NotInvited | Status::Active => (false, false, None),
        Status::Pending => (true, false, None),
        Status::Expired => (true, false, Some(-60_i32)),
        Status::Cancelled => (true, true, None),
    };
    sqlx::query("update employees set role = $2, activated_at = case when $3 then now() end, email = case when $4 then email end, email_normalised = case when $4 then email_normalised end where id = $1")
        .bind(id.0).bind(candidate.role.as_str()).bind(candidate.status == Status::Active).bind(candidate.has_email)
        .execute(&database.owner).await.unwrap();
    if invited {
        sqlx::query("insert into invitations (organisation_id, employee_id, cancelled_at, expires_at) values ($1, $2, case when $3 then now() end, now() + make_interval(secs => $4))")
            .bind(organisation.0).bind(id.0).bind(cancelled).bind(expires)
            .execute(&database.owner).await.unwrap();
    }
    // Every other one of whose address nobody has complained has a problem that passes.
    let failed = if candidate.address_refused { Some(Reason::MailboxUnknown) } else { number.is_multiple_of(2).then_some(Reason::GaveUp) };
    if let Some(reason) = failed {
        assert_eq!(reason.lies_in_address(), candidate.address_refused);
        sqlx::query(
            "insert into sends (organisation_id, employee_id, kind, address, language, priority, state, reason, finished_at)
             select organisation_id, id, 'reset', coalesce(email, 'gone@example.org'), 'en', 5, 'failed', $3, now() - interval '1 hour'
             from employees where organisation_id = $1 and id = $2",
        )
        .bind(organisation.0)
        .bind(id.0)
        .bind(reason.as_str())
        .execute(&database.owner)
        .await
        .unwrap();
    }
    if candidate.on_its_way || candidate.just_sent {
        let state = if candidate.on_its_way { "queued" } else { "sent" };
        sqlx::query(
            "insert into sends (organisation_id, employee_id, kind, invitation_id, address, language, priority, state, finished_at)
             select $1, e.id, case when i.id is null then 'reset' else 'resend' end, i.id, coalesce(e.email, 'gone@example.org'), 'en', 5, $3, case when $3 = 'sent' then now() end
             from employees e left join invitations i on i.organisation_id = e.organisation_id and i.employee_id = e.id
             where e.organisation_id = $1 and e.id = $2",
        )
        .bind(organisation.0).bind(id.0).bind(state).execute(&database.owner).await.unwrap();
    }
    sqlx::query("select refresh_standings($1, array[$2]::bigint[])")
        .bind(organisation.0)
        .bind(id.0)
        .execute(&database.owner)
        .await
        .unwrap();
    sqlx::query("update standings set suspended = $2, delivery_problem = $3 where employee_id = $1")
        .bind(id.0)
        .bind(candidate.suspended)
        .bind(failed.is_some())
        .execute(&database.owner)
        .await
        .unwrap();
    id
}
