//! Live rows: one listener per process, one stream of server-sent hints per visible tab.
//!
//! A hint says that rows of the organisation changed, and no more; the page then reads what it shows. Notifications get lost
//! while a connection is made anew, so that every new connection counts as a change.

use super::context::AppState;
use crate::{hearing, session::store::find_session};
use app::session::SignedIn;
use axum::{
    Extension,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use domain::{
    ids::OrganisationId,
    role::{Permission, Role},
};
use http::{HeaderMap, StatusCode};
use sqlx::PgPool;
use std::{convert::Infallible, time::Duration};
use tokio::{
    sync::{broadcast, mpsc},
    time::sleep,
};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tokio_util::sync::CancellationToken;

/// At most one hint in this time; what happens meanwhile makes one more at its end.
const PAUSE: Duration = Duration::from_millis(500);
/// How often a stream looks whether its session still exists.
const LOOK: Duration = Duration::from_secs(20);
/// After how long a listener that failed is made anew.
const RETRY: Duration = Duration::from_secs(1);

/// Tells the streams of this process about changes.
#[derive(Clone)]
pub struct Live {
    /// The organisation whose rows changed; none: perhaps any.
    changes: broadcast::Sender<Option<OrganisationId>>,
    /// Ends every stream.
    stop: CancellationToken,
}

impl Live {
    /// Listens until told to stop.
    pub fn start(pool: PgPool, stop: CancellationToken) -> Self {
        let live = Self { changes: broadcast::channel(256).0, stop };
        let listening = live.clone();
        tokio::spawn(async move {
            while !listening.stop.is_cancelled() {
                let stop = listening.stop.clone();
                tokio::select! {
                    () = stop.cancelled() => {}
                    ended = listening.listen(&pool) => {
                        if let Err(error) = ended {
                            tracing::warn!(%error, "the listener for live rows failed");
                        }
                        sleep(RETRY).await;
                    }
                }
            }
        });
        live
    }

    async fn listen(&self, pool: &PgPool) -> sqlx::Result<()> {
        let mut listener = hearing::listen(pool, ["latchkey_standings"]).await?;
        loop {
            self.tell(None);
            while let Some(notification) = hearing::next(&mut listener).await? {
                if let Ok(organisation) = notification.payload().parse() {
                    self.tell(Some(organisation));
                }
            }
        }
    }

    fn tell(&self, organisation: Option<OrganisationId>) {
        // Nobody may be listening.
        let _ = self.changes.send(organisation);
    }
}

/// `GET /administration/events`. The security layer lets every GET pass; a page of another site gets nothing here.
pub async fn events(State(state): State<AppState>, session: Option<Extension<SignedIn>>, headers: HeaderMap) -> Response {
    let Some(Extension(session)) = session else { return StatusCode::UNAUTHORIZED.into_response() };
    if session.clone().authorise(Permission::View).is_err() {
        return StatusCode::FORBIDDEN.into_response();
    }
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let (sender, receiver) = mpsc::channel(1);
    let changes = state.live.changes.subscribe();
    tokio::spawn(async move {
        let stop = state.live.stop.clone();
        tokio::select! {
            () = stop.cancelled() => {}
            () = sender.closed() => {}
            () = until_signed_out(&state.pool, &session) => {}
            () = hint(session.organisation, changes, &sender) => {}
        }
    });
    // Browsers pass on no event without data.
    let events = ReceiverStream::new(receiver).map(|()| Ok::<_, Infallible>(Event::default().event("changed").data("rows")));
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

/// Passes on the changes of one organisation, not faster than [`PAUSE`].
async fn hint(organisation: OrganisationId, mut changes: broadcast::Receiver<Option<OrganisationId>>, sender: &mpsc::Sender<()>) {
    use broadcast::error::{RecvError, TryRecvError};
    let concerns = |changed: Option<OrganisationId>| changed.is_none_or(|changed| changed == organisation);
    loop {
        match changes.recv().await {
            Ok(changed) if !concerns(changed) => continue,
            // Whoever fell behind has missed something.
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
        loop {
            if sender.send(()).await.is_err() {
                return;
            }
            sleep(PAUSE).await;
            let mut more = false;
            loop {
                match changes.try_recv() {
                    Ok(changed) => more |= concerns(changed),
                    Err(TryRecvError::Lagged(_)) => more = true,
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            if !more {
                break;
            }
        }
    }
}

/// Returns once the session has ended, or its role no longer allows to look. A database that does not answer ends nothing.
async fn until_signed_out(pool: &PgPool, session: &SignedIn) {
    loop {
        sleep(LOOK).await;
        let Ok(mut connection) = pool.acquire().await else { continue };
        match find_session(&mut connection, &session.session).await {
            Ok(None) => return,
            Ok(Some(row)) if !Permission::View.granted(row.role.parse().unwrap_or(Role::Member)) => return,
            Ok(Some(_)) | Err(_) => {}
        }
    }
}
