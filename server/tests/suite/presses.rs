//! Fifty presses at once on two servers, the same one and overlapping ones, by HTTP: one message for each person, as the relay counts.

use crate::{
    common::Database,
    crowd::{Crowd, counts},
    scene::Scene,
};
use app::batches::model::{Accepted, Audience, Proposal, Split};
use axum::Router;
use domain::{batch::BatchAction, ids::EmployeeId, role::Role};
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sink::relay::Relay;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::sync::Arc;
use tokio::task::JoinSet;

const PRESSES: usize = 50;
/// Those who press.
const BY: [Role; 2] = [Role::Owner, Role::Administrator];

/// People nobody has invited, and two servers on one database.
struct Office {
    scene: Scene,
    servers: [Router; 2],
    people: Vec<EmployeeId>,
}

impl Office {
    async fn new(options: PgConnectOptions, people: usize) -> Arc<Self> {
        let scene = Scene::new(options.clone()).await;
        scene.database.execute("truncate outbox, sends, batches cascade").await;
        let mut made = Vec::new();
        for number in 0..people {
            made.push(scene.database.employee(scene.organisation, &format!("Person{number:03}")).await);
        }
        let servers = [scene.app.clone(), scene.another_server(options).await];
        Arc::new(Self { scene, servers, people: made })
    }

    /// What one of the servers answers to whoever presses.
    async fn ask<T: DeserializeOwned>(&self, press: usize, by: Role, function: &str, body: &Value) -> T {
        let session = &self.scene.sessions[&Some(by)];
        let path = format!("/api/{function}");
        let answer =
            self.scene.send_to(&self.servers[press % 2], session, Method::POST, &path, "application/json", &body.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    async fn split(&self, press: usize, by: Role, proposal: &Proposal) -> Split {
        self.ask(press, by, "batch-propose", &json!({ "proposal": proposal })).await
    }

    async fn accept(&self, press: usize, by: Role, proposal: &Proposal, split: &Split) -> Accepted {
        let body = json!({ "proposal": proposal, "shown": split.receiving, "key": split.key, "at": split.at });
        self.ask(press, by, "batch-accept", &body).await
    }

    /// Delivers, and says to how many one message came; nobody may get two. Besides the crowd.
    async fn reached(self: Arc<Self>) -> (usize, Crowd) {
        let Scene { database, organisation, key, .. } = Arc::into_inner(self).unwrap().scene;
        let (crowd, relay) = (Crowd { database, organisation, key }, Relay::accepting().await);
        crowd.time_passes().await;
        crowd.worker(&relay).run_until_idle().await.unwrap();
        let counted: Vec<_> = relay.counted().into_iter().filter(|(to, _)| to.starts_with("person")).collect();
        assert!(counted.iter().all(|(_, counted)| *counted == (1, 1)), "{counted:?}");
        (counted.len(), crowd)
    }
}

async fn number(database: &Database, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&database.owner).await.unwrap()
}

#[sqlx::test(migrations = false)]
async fn the_same_press_fifty_times_on_two_servers_is_one_batch(_: PgPoolOptions, options: PgConnectOptions) {
    let office = Office::new(options, 40).await;
    let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Chosen(office.people.clone()));
    let split = office.split(0, BY[0], &proposal).await;
    let mut presses = JoinSet::new();
    for press in 0..PRESSES {
        let (office, proposal, split) = (office.clone(), proposal.clone(), split.clone());
        presses.spawn(async move { office.accept(press, BY[0], &proposal, &split).await });
    }
    for accepted in presses.join_all().await {
        assert!(matches!(accepted, Accepted::Batch { receiving: 40, .. }), "{accepted:?}");
    }
    assert_eq!(number(&office.scene.database, "select count(*) from batches").await, 1);
    let (reached, crowd) = office.reached().await;
    assert_eq!(reached, 40);
    assert_eq!(crowd.states().await, counts([("sent", 40)]));
}

#[sqlx::test(migrations = false)]
async fn fifty_overlapping_presses_of_two_administrators_on_two_servers_reach_everybody_once(_: PgPoolOptions, options: PgConnectOptions) {
    let office = Office::new(options, 108).await;
    let mut presses = JoinSet::new();
    for press in 0..PRESSES {
        let (office, by) = (office.clone(), BY[press % 2]);
        let mut chosen = office.people[press * 2..press * 2 + 10].to_vec();
        if press % 3 == 0 {
            chosen.reverse();
        }
        presses.spawn(async move {
            let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Chosen(chosen));
            let split = office.split(press / 2, by, &proposal).await;
            office.accept(press / 2, by, &proposal, &split).await
        });
    }
    for accepted in presses.join_all().await {
        assert!(matches!(accepted, Accepted::Batch { .. } | Accepted::Nobody(_)), "{accepted:?}");
    }
    assert_eq!(number(&office.scene.database, "select count(*) - count(distinct employee_id) from invitations").await, 0);
    let (reached, crowd) = office.reached().await;
    assert_eq!(reached, 108);
    assert_eq!(crowd.states().await, counts([("sent", 108)]));
}
