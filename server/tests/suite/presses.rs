//! Fifty presses at once on two servers, the same one and overlapping ones: one message for each person, as the relay counts.

use crate::{
    crowd::{Crowd, counts},
    house::administrator,
};
use app::{
    batches::{
        model::{Accepted, Audience, Proposal},
        service::BatchService,
    },
    session::Administrator,
};
use domain::{batch::BatchAction, ids::EmployeeId};
use server::{batches::service::Batches, db};
use sink::relay::Relay;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::task::JoinSet;

const PRESSES: usize = 50;

/// People nobody has invited, two administrators, and the connections of two servers.
struct Office {
    crowd: Crowd,
    by: [Administrator; 2],
    servers: [PgPool; 2],
    people: Vec<EmployeeId>,
}

impl Office {
    async fn new(options: PgConnectOptions, people: usize) -> Self {
        let crowd = Crowd::new(options.clone(), 0).await;
        let by = [
            administrator(&crowd.database, crowd.organisation, "Boss").await,
            administrator(&crowd.database, crowd.organisation, "Deputy").await,
        ];
        let mut made = Vec::new();
        for number in 0..people {
            made.push(crowd.database.employee(crowd.organisation, &format!("Person{number:03}")).await);
        }
        let servers = [db::bound_pool(options.clone(), 5).await.unwrap(), db::bound_pool(options, 5).await.unwrap()];
        Self { crowd, by, servers, people: made }
    }

    fn batches(&self, press: usize) -> Batches {
        Batches { pool: self.servers[press % 2].clone() }
    }

    /// Delivers, and says to how many one message came; nobody may get two.
    async fn reached(&self) -> usize {
        let relay = Relay::accepting().await;
        self.crowd.time_passes().await;
        self.crowd.worker(&relay).run_until_idle().await.unwrap();
        assert!(relay.counted().values().all(|counted| *counted == (1, 1)), "{:?}", relay.counted());
        relay.counted().len()
    }
}

#[sqlx::test(migrations = false)]
async fn the_same_press_fifty_times_on_two_servers_is_one_batch(_: PgPoolOptions, options: PgConnectOptions) {
    let office = Office::new(options, 40).await;
    let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Chosen(office.people.clone()));
    let split = office.batches(0).split(&office.by[0], &proposal).await.unwrap();
    let mut presses = JoinSet::new();
    for press in 0..PRESSES {
        let (batches, by, proposal, shown) = (office.batches(press), office.by[0].clone(), proposal.clone(), split.shown());
        presses.spawn(async move { batches.accept(&by, &proposal, &shown).await.unwrap() });
    }
    for accepted in presses.join_all().await {
        assert!(matches!(accepted, Accepted::Batch { receiving: 40, .. }), "{accepted:?}");
    }
    assert_eq!(office.crowd.value::<i64>("select count(*) from batches").await, 1);
    assert_eq!(office.reached().await, 40);
    assert_eq!(office.crowd.states().await, counts([("sent", 40)]));
}

#[sqlx::test(migrations = false)]
async fn fifty_overlapping_presses_of_two_administrators_on_two_servers_reach_everybody_once(_: PgPoolOptions, options: PgConnectOptions) {
    let office = Office::new(options, 108).await;
    let mut presses = JoinSet::new();
    for press in 0..PRESSES {
        let (batches, by) = (office.batches(press), office.by[press % 2].clone());
        let mut chosen = office.people[press * 2..press * 2 + 10].to_vec();
        if press % 3 == 0 {
            chosen.reverse();
        }
        presses.spawn(async move {
            let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Chosen(chosen));
            let split = batches.split(&by, &proposal).await.unwrap();
            batches.accept(&by, &proposal, &split.shown()).await.unwrap()
        });
    }
    for accepted in presses.join_all().await {
        assert!(matches!(accepted, Accepted::Batch { .. } | Accepted::Nobody(_)), "{accepted:?}");
    }
    assert_eq!(office.crowd.value::<i64>("select count(*) - count(distinct employee_id) from invitations").await, 0);
    assert_eq!(office.reached().await, 108);
}
