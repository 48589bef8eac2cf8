//! Activation, cancelling and resending at once, in every pair and all three: the first wins, the others report what they found,
//! and the facts agree afterwards.

use crate::{
    activation::signed_in,
    door::{Door, GOOD},
};
use app::{
    batches::{
        model::{Accepted, Audience, Proposal, Shown},
        service::BatchService,
    },
    session::Administrator,
};
use domain::{
    batch::BatchAction,
    ids::EmployeeId,
    role::{Permission, Role},
};
use server::batches::service::Batches;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

/// What an administrator pressed, without looking again where it changed meanwhile.
async fn press(door: &Door, by: &Administrator, action: Option<BatchAction>, employee: EmployeeId) {
    let Some(action) = action else { return };
    let batches = Batches { pool: door.database.pool.clone() };
    let proposal = Proposal::new(action, Audience::Chosen(vec![employee]));
    let split = batches.split(by, &proposal).await.unwrap();
    let accepted = batches.accept(by, &proposal, &Shown { receiving: 1, ..split.shown() }).await.unwrap();
    // Nobody: whoever was faster left nothing to do.
    assert!(matches!(accepted, Accepted::Batch { .. } | Accepted::Nobody(_)), "{accepted:?}");
}

/// A few, or as many as `scripts/faults races` asks for.
fn rounds() -> usize {
    std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(24)
}

#[sqlx::test(migrations = false)]
async fn of_racing_actions_the_first_wins_and_the_facts_agree(_: PgPoolOptions, options: PgConnectOptions) {
    let door = Door::new(options).await;
    let boss = door.active("Boss").await;
    sqlx::query("update employees set role = 'administrator' where id = $1").bind(boss.0).execute(&door.database.owner).await.unwrap();
    let mut session = signed_in(&door, boss);
    session.role = Role::Administrator;
    let by = session.authorise(Permission::ManageInvitations).unwrap();
    let (cancel, resend) = (Some(BatchAction::CancelInvitation), Some(BatchAction::ResendInvitation));
    let mut activations = 0_usize;
    for (round, (first, second)) in
        [(cancel, None), (resend, None), (cancel, resend), (resend, cancel)].into_iter().cycle().take(rounds()).enumerate()
    {
        let (employee, token) = door.invited(&format!("Racer{round}")).await;
        door.database
            .execute(
                "update sends set created_at = now() - interval '1 hour', finished_at = now() - interval '1 hour' where state = 'sent'",
            )
            .await;
        let (activated, (), ()) = tokio::join!(
            door.activate(&token, GOOD),
            // Hashing takes a while: pressing comes before, during and after it.
            async {
                tokio::time::sleep(std::time::Duration::from_millis(15 * (round as u64 % 6))).await;
                press(&door, &by, first, employee).await;
            },
            press(&door, &by, second, employee),
        );
        activations += usize::from(activated);
        let facts = "select count(*) from employees e
             join standings s on s.employee_id = e.id
             join invitations i on i.employee_id = e.id
             where e.organisation_id = $1 and e.id = $2
               and (e.activated_at is not null) = (i.accepted_at is not null)
               and (e.activated_at is not null) = exists (select from passwords p where p.employee_id = e.id)
               and (e.activated_at is not null) = exists (select from sessions n where n.employee_id = e.id)
               and s.phase = case when e.activated_at is not null then 'active' when i.cancelled_at is not null then 'cancelled' else 'live' end
               and not (i.accepted_at is not null and i.cancelled_at is not null)
               and not exists (select from sends d where d.employee_id = e.id and d.state = 'queued'
                               and (e.activated_at is not null or i.cancelled_at is not null))";
        assert_eq!(door.count(employee, facts).await, 1, "round {round}: {first:?} and {second:?}, activated: {activated}");
        assert_eq!(door.events(employee, "activated").await, i64::from(activated));
    }
    // Beside a resend alone an activation always wins.
    assert!(activations >= rounds() / 4, "{activations}");
}
