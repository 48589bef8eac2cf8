//! Bulk actions on PostgreSQL: what is accepted, undone and seen of them.

use crate::{common::Database, house::administrator};
use app::{
    batches::{
        model::{Accepted, Audience, Proposal, Shown},
        progress::{BatchState, Steered},
        service::BatchService,
    },
    error::AppError,
    session::Administrator,
};
use domain::{
    batch::{BatchAction, OutcomeFilter, Steer},
    eligibility::Skip,
    ids::{BatchId, EmployeeId, OrganisationId},
    listing::{Criteria, Filter},
    time::Timestamp,
};
use server::batches::service::Batches;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;

/// An organisation with an administrator, and the service.
struct Scene {
    database: Database,
    organisation: OrganisationId,
    by: Administrator,
    batches: Batches,
}

impl Scene {
    async fn new(options: PgConnectOptions) -> Self {
        let database = Database::new(options).await;
        let organisation = database.organisation("First").await;
        let by = administrator(&database, organisation, "Boss").await;
        let batches = Batches { pool: database.pool.clone() };
        Self { database, organisation, by, batches }
    }

    async fn people(&self, count: usize) -> Vec<EmployeeId> {
        let mut people = Vec::new();
        for number in 0..count {
            people.push(self.database.employee(self.organisation, &format!("Person{number:04}")).await);
        }
        people
    }

    async fn press(&self, action: BatchAction, people: &[EmployeeId]) -> Accepted {
        let proposal = Proposal::new(action, Audience::Chosen(people.to_vec()));
        let split = self.batches.split(&self.by, &proposal).await.unwrap();
        self.batches.accept(&self.by, &proposal, &split.shown()).await.unwrap()
    }

    async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.database.owner).await.unwrap()
    }

    async fn statuses(&self) -> Vec<(String, i64)> {
        sqlx::query_as("select status, count(*) from employee_statuses group by 1 order by 1")
            .fetch_all(&self.database.owner)
            .await
            .unwrap()
    }
}

fn batch_of(accepted: &Accepted) -> BatchId {
    match accepted {
        Accepted::Batch { id, .. } => *id,
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrations = false)]
async fn forty_are_invited_each_once_with_a_send_an_outcome_and_an_event(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let people = scene.people(40).await;
    let accepted = scene.press(BatchAction::SendCredentials, &people).await;
    assert!(matches!(accepted, Accepted::Batch { receiving: 40, hold_seconds: 10, .. }), "{accepted:?}");
    assert_eq!(scene.number("select count(*) from invitations").await, 40);
    assert_eq!(scene.number("select count(distinct employee_id) from sends where state = 'queued' and kind = 'invitation'").await, 40);
    assert_eq!(scene.number("select count(*) from batches where hold_until > now()").await, 1);
    assert_eq!(scene.number("select count(*) from outcomes where skipped is null and send_id is not null").await, 40);
    assert_eq!(
        scene.number("select count(*) from events where kind = 'invited' and actor_id is not null and send_id is not null").await,
        40
    );
    assert_eq!(scene.statuses().await, [("active".to_owned(), 1), ("pending".to_owned(), 40)]);
}

#[sqlx::test(migrations = false)]
async fn twenty_presses_of_one_dialog_at_once_have_one_effect(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let people = scene.people(25).await;
    let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Chosen(people));
    let split = scene.batches.split(&scene.by, &proposal).await.unwrap();
    let mut presses = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (batches, by, proposal, shown) =
            (Batches { pool: scene.batches.pool.clone() }, scene.by.clone(), proposal.clone(), split.shown());
        presses.spawn(async move { batch_of(&batches.accept(&by, &proposal, &shown).await.unwrap()) });
    }
    let made = presses.join_all().await;
    assert!(made.iter().all(|batch| *batch == made[0]), "{made:?}");
    assert_eq!(scene.number("select count(*) from sends").await, 25);
    assert_eq!(scene.number("select count(*) from batches").await, 1);
}

/// While a batch leaves, more people may be sent to again each second.
#[sqlx::test(migrations = false)]
async fn who_had_just_got_a_message_when_it_was_shown_takes_no_part_however_long_it_takes_to_confirm(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let scene = Scene::new(options).await;
    let people = scene.people(10).await;
    scene.press(BatchAction::SendCredentials, &people).await;
    scene.database.execute("update sends set state = 'sent', finished_at = now() - interval '1 hour'; delete from outbox").await;
    scene.database.execute("update sends set finished_at = now() - interval '119 seconds' where id % 2 = 0").await;
    let proposal = Proposal::new(BatchAction::ResendInvitation, Audience::Chosen(people.clone()));
    let split = scene.batches.split(&scene.by, &proposal).await.unwrap();
    assert_eq!(split.receiving, 5);
    // A second later they could be sent to.
    scene.database.execute("update sends set finished_at = finished_at - interval '1 second'").await;
    let shown = Shown { at: split.at.map(|at| Timestamp(at.0 - 1_000_000)), ..split.shown() };
    let accepted = scene.batches.accept(&scene.by, &proposal, &shown).await.unwrap();
    assert!(matches!(accepted, Accepted::Batch { receiving: 5, .. }), "{accepted:?}");
    let accepted = scene.press(BatchAction::ResendInvitation, &people).await;
    assert!(matches!(accepted, Accepted::Batch { receiving: 5, .. }), "{accepted:?}");
    assert_eq!(scene.number("select count(*) from sends where kind = 'resend'").await, 10);
}

#[sqlx::test(migrations = false)]
async fn overlapping_selections_at_once_never_invite_anybody_twice(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let people = scene.people(60).await;
    let mut presses = tokio::task::JoinSet::new();
    for start in 0..8 {
        let (batches, by) = (Batches { pool: scene.batches.pool.clone() }, scene.by.clone());
        let mut chosen = people[start * 4..start * 4 + 30].to_vec();
        if start % 2 == 1 {
            chosen.reverse();
        }
        presses.spawn(async move {
            let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Chosen(chosen));
            let split = batches.split(&by, &proposal).await.unwrap();
            batches.accept(&by, &proposal, &split.shown()).await.unwrap()
        });
    }
    presses.join_all().await;
    assert_eq!(scene.number("select count(*) from sends").await, 58);
    assert_eq!(scene.number("select count(*) - count(distinct employee_id) from sends").await, 0);
}

#[sqlx::test(migrations = false)]
async fn undo_within_the_hold_leaves_everybody_as_they_were_and_afterwards_does_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let people = scene.people(10).await;
    let before = scene.statuses().await;
    let batch = batch_of(&scene.press(BatchAction::SendCredentials, &people).await);
    assert_eq!(scene.batches.steer(&scene.by, batch, Steer::Undo).await.unwrap(), Steered::Done);
    assert_eq!(scene.batches.steer(&scene.by, batch, Steer::Undo).await.unwrap(), Steered::Done);
    assert_eq!(scene.statuses().await, before);
    assert_eq!(scene.number("select count(*) from sends where state <> 'dropped' or reason <> 'undone'").await, 0);
    assert_eq!(scene.number("select count(*) from events where kind = 'withdrawn'").await, 10);
    assert_eq!(scene.batches.show(&scene.by, batch, OutcomeFilter::All.into()).await.unwrap().line.state, BatchState::Undone);

    let batch = batch_of(&scene.press(BatchAction::SendCredentials, &people).await);
    scene.database.execute("update batches set hold_until = now() - interval '1 second' where undone_at is null").await;
    assert_eq!(scene.batches.steer(&scene.by, batch, Steer::Undo).await.unwrap(), Steered::TooLate);
    let view = scene.batches.show(&scene.by, batch, OutcomeFilter::All.into()).await.unwrap();
    assert_eq!((view.line.state, view.line.messages.open), (BatchState::Waiting, 10));
}

#[sqlx::test(migrations = false)]
async fn the_hold_begins_when_everything_is_written_and_nothing_leaves_before_its_end(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let people = scene.people(2).await;
    scene.database.execute("update settings set hold_seconds = 600").await;
    // Somebody else holds these people for a moment.
    let mut other = scene.database.owner.begin().await.unwrap();
    sqlx::raw_sql("select from standings for update").execute(&mut *other).await.unwrap();
    let (accepted, ()) = tokio::join!(scene.press(BatchAction::SendCredentials, &people), async {
        scene.database.wait_for_a_lock().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        other.commit().await.unwrap();
    });
    let batch = batch_of(&accepted);
    let held = "select extract(epoch from hold_until - created_at)::bigint from batches";
    assert!(scene.number(held).await > 600);
    assert_eq!(scene.number("select count(*) from pick_sends(10, 0, 1)").await, 0);
    assert!(scene.number("select next_send_due()::bigint").await > 300);
    assert_eq!(scene.batches.steer(&scene.by, batch, Steer::Undo).await.unwrap(), Steered::Done);
    scene.press(BatchAction::SendCredentials, &people).await;
    scene.database.execute("update batches set hold_until = now()").await;
    assert_eq!(scene.number("select count(*) from pick_sends(10, 0, 1)").await, 2);
}

#[sqlx::test(migrations = false)]
async fn more_people_than_were_shown_are_shown_again_and_nothing_is_done(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    scene.people(3).await;
    let proposal =
        Proposal::new(BatchAction::SendCredentials, Audience::Matching(Criteria { status: Filter::NotInvited, search: String::new() }));
    let split = scene.batches.split(&scene.by, &proposal).await.unwrap();
    assert_eq!(split.receiving, 3);
    scene.database.employee(scene.organisation, "Latecomer").await;
    let accepted = scene.batches.accept(&scene.by, &proposal, &split.shown()).await.unwrap();
    assert!(matches!(&accepted, Accepted::Grown(split) if split.receiving == 4), "{accepted:?}");
    assert_eq!(scene.number("select count(*) from sends").await, 0);
    let accepted = scene.batches.accept(&scene.by, &proposal, &Shown { receiving: 4, ..split.shown() }).await.unwrap();
    assert!(matches!(accepted, Accepted::Batch { receiving: 4, .. }), "{accepted:?}");
}

#[sqlx::test(migrations = false)]
async fn cancelling_drops_what_is_queued_and_allows_a_new_invitation(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let people = scene.people(2).await;
    scene.press(BatchAction::SendCredentials, &people[..1]).await;
    assert_eq!(scene.number("select count(*) from batches where hold_until is null").await, 1, "one employee is not held");
    scene.press(BatchAction::CancelInvitation, &people).await;
    assert_eq!(scene.number("select count(*) from sends where state = 'dropped' and reason = 'cancelled'").await, 1);
    assert_eq!(scene.number("select count(*) from employee_statuses where status = 'cancelled'").await, 1);
    assert_eq!(scene.number("select count(*) from outcomes where skipped = 'no_invitation'").await, 1);
    scene.press(BatchAction::SendCredentials, &people[..1]).await;
    assert_eq!(scene.number("select count(*) from employee_statuses where status = 'pending'").await, 1);
}

#[sqlx::test(migrations = false)]
async fn everybody_who_is_skipped_can_be_reached_by_name(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let people = scene.people(130).await;
    sqlx::query("update employees set language = case when id % 2 = 0 then 'fr' else 'en' end")
        .execute(&scene.database.owner)
        .await
        .unwrap();
    let invited: Vec<EmployeeId> = people.iter().rev().take(120).copied().collect();
    scene.press(BatchAction::SendCredentials, &invited).await;

    let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Chosen(people.clone()));
    let split = scene.batches.split(&scene.by, &proposal).await.unwrap();
    assert_eq!((split.receiving, split.skipped.len(), split.skipped[0].people), (10, 1, 120));
    let first = &split.skipped[0].examples;
    assert_eq!(first.len(), 10);
    let reason = Skip::AlreadyInvited;
    let further = scene.batches.skipped(&scene.by, &proposal, reason, first.last().map(|(id, _)| *id)).await.unwrap();
    let last = scene.batches.skipped(&scene.by, &proposal, reason, further.last().map(|(id, _)| *id)).await.unwrap();
    assert_eq!((further.len(), last.len()), (100, 10));
    let reached: Vec<EmployeeId> = first.iter().chain(&further).chain(&last).map(|(id, _)| *id).collect();
    assert_eq!(reached, people[10..]);
    assert_eq!(scene.batches.skipped(&scene.by, &proposal, Skip::Suspended, None).await.unwrap(), []);
}

#[sqlx::test(migrations = false)]
async fn whoever_accepted_a_batch_finds_it_again_while_it_can_be_undone(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let colleague = administrator(&scene.database, scene.organisation, "Colleague").await;
    let people = scene.people(3).await;
    assert_eq!(scene.batches.held(&scene.by).await.unwrap(), None);
    let batch = batch_of(&scene.press(BatchAction::SendCredentials, &people).await);
    let held = scene.batches.held(&scene.by).await.unwrap().unwrap();
    assert_eq!((held.batch, held.action, held.receiving), (batch, BatchAction::SendCredentials, 3));
    assert!((1..=10).contains(&held.hold_seconds), "{held:?}");
    assert_eq!(scene.batches.held(&colleague).await.unwrap(), None);
    assert_eq!(scene.batches.steer(&scene.by, batch, Steer::Undo).await.unwrap(), Steered::Done);
    assert_eq!(scene.batches.held(&scene.by).await.unwrap(), None);

    scene.press(BatchAction::SendCredentials, &people).await;
    sqlx::query("update batches set hold_until = now()").execute(&scene.database.owner).await.unwrap();
    assert_eq!(scene.batches.held(&scene.by).await.unwrap(), None);
}

#[sqlx::test(migrations = false)]
async fn another_organisations_people_and_batches_do_not_exist(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let other = scene.database.organisation("Second").await;
    let stranger = scene.database.employee(other, "Stranger").await;
    let accepted = scene.press(BatchAction::SendCredentials, &[stranger]).await;
    assert!(matches!(&accepted, Accepted::Nobody(split) if split.people == 0), "{accepted:?}");

    let people = scene.people(2).await;
    let batch = batch_of(&scene.press(BatchAction::SendCredentials, &people).await);
    let by = administrator(&scene.database, other, "Other").await;
    assert_eq!(scene.batches.show(&by, batch, OutcomeFilter::All.into()).await.unwrap_err(), AppError::NotFound);
    assert_eq!(scene.batches.steer(&by, batch, Steer::Undo).await.unwrap_err(), AppError::NotFound);
}
