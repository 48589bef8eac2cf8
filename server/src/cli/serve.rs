//! `serve` and `worker`.

use super::{say, texts};
use crate::{
    config::Config,
    delivery::{self, DeliveryError},
    demo::{self, DemoError, DemoOwner},
    http::{
        context::{AppState, Services},
        live::Live,
        router::router,
        site,
    },
    metrics::{self, MetricsError},
    outbox::Worker,
    precedence::Requests,
    session::{
        cookie::SessionCookie,
        password::{HashingFailed, Passwords},
    },
    startup::{Opened, StartError},
};
use app::session::Notices;
use domain::language::Language;
use std::{io, net::SocketAddr, time::Duration};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How long requests in flight may take once the server has been asked to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Why it cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database or the key.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}; LEPTOS_SITE_ADDR may name another address")]
    Listen(SocketAddr, #[source] io::Error),
    /// The site's files are missing.
    #[error(transparent)]
    Site(#[from] site::SiteMissing),
    /// A worker without a relay or mailbox would do nothing.
    #[error("SMTP_URL is not set: with DATABASE_URL alone messages wait, and a worker has nothing to do")]
    NothingToDeliverTo,
    /// Delivery cannot begin.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// Metrics cannot be served.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// Serving failed.
    #[error("serving failed: {0}")]
    Io(#[from] io::Error),
    /// Delivery ended, which it does not by itself.
    #[error("delivery ended unasked; the log says where")]
    DeliveryEnded,
    /// The demo cannot be made.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// Hashing failed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
}

/// Serves until asked to stop. Where delivery ends unasked, so does serving, and fails.
pub async fn serve(config: Config, language: Language, demo: bool, deliver: bool, hold: bool) -> Result<(), ServeError> {
    let stop = stop_signal();
    let leptos = site::options(config.site_addr)?;
    // Before the database, so that a second server on this address ends here.
    let listener = tokio::net::TcpListener::bind(config.site_addr).await.map_err(|error| ServeError::Listen(config.site_addr, error))?;
    let Some(opened) = Opened::unless_stopped(&stop, &config, Box::pin(Opened::open_for_serving(&config, hold))).await? else {
        return Ok(());
    };
    opened.warn_where_held();
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let passwords = Passwords::new(cores)?;
    let cookie = SessionCookie::new(config.base_url.https, config.base_url.port());
    let pool = opened.pool.clone();
    if demo {
        say(&demo_in_words(language, demo::ensure(&pool, &passwords).await?));
    }
    let services = Services::new(&pool, &opened.key, config.base_url.https, cookie.clone(), passwords.clone());
    let live = Live::start(pool.clone(), stop.clone());
    let requests = Requests::default();
    let state = AppState {
        leptos,
        pool,
        requests: requests.clone(),
        cookie,
        notices: notices(&config),
        trusted_proxies: config.trusted_proxies.clone().into(),
        live,
        services,
    };
    let mailbox = delivery::mailbox(&config)?;
    tokio::spawn(requests.clone().tell(opened.pool.clone(), stop.clone()));
    let worker = if deliver { delivery::worker(&config, &opened, requests)? } else { None };
    // Told for as long as anything leaves.
    let over = CancellationToken::new();
    if let Some(address) = config.metrics_addr {
        let of_worker = worker.as_ref().map(|worker| worker.pool().clone());
        metrics::serve(address, opened.pool.clone(), of_worker, over.clone()).await?;
    }
    let app = router(state, config.base_url.https, mailbox.as_ref()).into_make_service_with_connect_info::<SocketAddr>();

    say(&texts::latchkey_is_at(language, &config.base_url.text));
    tracing::info!(version = env!("CARGO_PKG_VERSION"), address = %config.site_addr, "serving");
    let told = stop.clone();
    let delivering = tokio::spawn(async move {
        // However it ends: to go on without it would be noticed by nobody.
        let _everything_ends = told.clone().drop_guard();
        deliver_until(worker, told).await;
    });
    let serving = axum::serve(listener, app).with_graceful_shutdown(stop.clone().cancelled_owned());
    let served = tokio::select! {
        served = serving => served,
        () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => {
            tracing::warn!("requests in flight were cut off");
            Ok(())
        }
    };
    // Serving may have failed without anybody asking it to stop.
    stop.cancel();
    let delivered = delivering.await;
    over.cancel();
    opened.close().await;
    served?;
    delivered.map_err(|_| ServeError::DeliveryEnded)?;
    tracing::info!("stopped");
    Ok(())
}

fn demo_in_words(language: Language, owner: Option<DemoOwner>) -> String {
    match owner {
        Some(DemoOwner { organisation, identifier, password: Some(password) }) => {
            texts::demo_owner(language, &organisation, &identifier, password)
        }
        Some(DemoOwner { organisation, identifier, password: None }) => texts::demo_owner_changed(language, &organisation, &identifier),
        None => texts::demo_owner_removed(language),
    }
}

/// Delivers until asked to stop.
pub async fn work(config: Config) -> Result<(), ServeError> {
    let stop = stop_signal();
    let Some(opened) = Opened::unless_stopped(&stop, &config, Box::pin(Opened::open(&config))).await? else { return Ok(()) };
    opened.warn_where_held();
    let Some(worker) = delivery::worker(&config, &opened, Requests::default())? else { return Err(ServeError::NothingToDeliverTo) };
    let over = CancellationToken::new();
    if let Some(address) = config.metrics_addr {
        metrics::serve(address, opened.pool.clone(), Some(worker.pool().clone()), over.clone()).await?;
    }
    deliver_until(Some(worker), stop).await;
    over.cancel();
    opened.close().await;
    Ok(())
}

async fn deliver_until(worker: Option<Worker>, stop: CancellationToken) {
    match worker {
        Some(worker) => worker.run(stop).await,
        None => stop.cancelled().await,
    }
}

/// Cancelled at SIGTERM or Ctrl-C, which from now on end nothing by themselves.
pub(super) fn stop_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        match signal(kind) {
            Ok(mut signal) => {
                let cancel = stop.clone();
                tokio::spawn(async move {
                    signal.recv().await;
                    cancel.cancel();
                });
            }
            Err(error) => tracing::warn!(%error, "a signal cannot be caught, and ends the process at once"),
        }
    }
    stop
}

fn notices(config: &Config) -> Notices {
    Notices {
        // Each request finds out.
        outbox_is_held: false,
        mail_waits: config.database_url.is_some() && config.smtp_url.is_none(),
        mail_is_kept: config.keeps_mail(),
        links_are_local: config.smtp_url.is_some() && config.base_url.loopback,
        usual_sender: delivery::usual_sender(config),
    }
}
