//! An organisation on its launch day: batches to new people, and workers that deliver them.

use crate::{
    crowd::{Crowd, to},
    house::administrator,
};
use app::{
    batches::{
        model::{Accepted, Audience, Proposal},
        progress::BatchView,
        service::BatchService,
    },
    session::Administrator,
};
use domain::{
    batch::{BatchAction, OutcomeFilter},
    ids::{BatchId, OrganisationId},
    pace::Pace,
};
use server::{
    batches::service::Batches,
    mail::smtp::Timeouts,
    outbox::{Settings, Worker},
    pace,
};
use sink::relay::Relay;
use sqlx::postgres::PgConnectOptions;

/// An organisation with people whom nobody has invited, and its administrator.
pub struct Launch {
    pub crowd: Crowd,
    pub batches: Batches,
}

impl Launch {
    pub async fn new(options: PgConnectOptions) -> Self {
        let crowd = Crowd::new(options, 0).await;
        let batches = Batches { pool: crowd.database.pool.clone() };
        Self { crowd, batches }
    }

    /// Somebody who administers an organisation.
    pub async fn administrator(&self, organisation: OrganisationId) -> Administrator {
        administrator(&self.crowd.database, organisation, &format!("Boss{organisation}")).await
    }

    /// A batch to so many new people, its hold over.
    pub async fn batch(&self, by: &Administrator, people: usize) -> BatchId {
        let mut ids = Vec::new();
        for number in 0..people {
            let name = format!("P{}x{}x{number}", by.organisation(), self.crowd.value::<i64>("select count(*) from employees").await);
            ids.push(self.crowd.database.employee(by.organisation(), &name).await);
        }
        let batch = self.press(by, BatchAction::SendCredentials, Audience::Chosen(ids)).await;
        self.crowd.time_passes().await;
        batch
    }

    pub async fn press(&self, by: &Administrator, action: BatchAction, audience: Audience) -> BatchId {
        let proposal = Proposal::new(action, audience);
        let split = self.batches.split(by, &proposal).await.unwrap();
        match self.batches.accept(by, &proposal, &split.shown()).await.unwrap() {
            Accepted::Batch { id, .. } => id,
            other => panic!("{other:?}"),
        }
    }

    pub async fn show(&self, by: &Administrator, batch: BatchId) -> BatchView {
        self.batches.show(by, batch, OutcomeFilter::All.into()).await.unwrap()
    }

    pub fn worker(&self, relay: &Relay, pace: Pace) -> Worker {
        Worker::new(Settings { pace, ..self.crowd.settings(to(relay, Timeouts::default()), 2) })
    }

    pub async fn pace(&self, organisation: OrganisationId, pace: Pace) {
        let [per_second, per_hour, per_day] = pace::columns(pace);
        sqlx::query("update settings set pace_per_second = $2, pace_per_hour = $3, pace_per_day = $4 where organisation_id = $1")
            .bind(organisation.0)
            .bind(per_second)
            .bind(per_hour)
            .bind(per_day)
            .execute(self.crowd.owner())
            .await
            .unwrap();
    }
}
