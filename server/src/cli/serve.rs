//! `serve` and `worker`.

use super::say;
use crate::{
    account::Accounts,
    activation::Activations,
    batches::service::Batches,
    config::Config,
    employees::change::Changes,
    employees::list::service::Lists,
    http::{
        context::{AppState, Services},
        live::Live,
        router::router,
    },
    links::Links,
    mail::mailbox::Mailbox,
    reset::Resets,
    session::{
        cookie::SessionCookie,
        password::{HashingFailed, Passwords},
        service::Sessions,
    },
    startup::{Opened, StartError},
};
use app::session::Notices;
use leptos::prelude::{Env, LeptosOptions};
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// How long requests in flight may take once the server has been asked to stop.
const GRACE: Duration = Duration::from_secs(20);

/// When requests for a reset are answered, so that the time tells nothing of whom they fit.
const RESET_ANSWER: Duration = Duration::from_millis(600);

/// Why it cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database or the key.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The site's files are missing.
    #[error("the site's files are not beside the program ({0} is missing); build with cargo leptos build")]
    SiteMissing(PathBuf),
    /// Serving failed.
    #[error("serving failed: {0}")]
    Io(#[from] std::io::Error),
    /// Hashing failed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
}

/// Serves until asked to stop.
pub async fn serve(config: Config, _demo: bool, _deliver: bool) -> Result<(), ServeError> {
    let leptos = leptos_options(&config)?;
    // Before the database, so that a second server on this address ends here.
    let listener = tokio::net::TcpListener::bind(config.site_addr).await.map_err(|error| ServeError::Listen(config.site_addr, error))?;
    let opened = Opened::open_for_serving(&config).await?;
    let stop = stop_signal();
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let passwords = Passwords::new(cores)?;
    let cookie = SessionCookie::new(config.base_url.https, config.base_url.port());
    let pool = opened.pool.clone();
    let services = services(&config, &opened, passwords, cookie.clone());
    let live = Live::start(pool.clone(), stop.clone());
    let state = AppState { leptos, pool, cookie, notices: notices(&config), live, services };
    let mailbox = if config.keeps_mail() { Some(Mailbox::open(&config.data)?) } else { None };
    let app = router(state, config.base_url.https, mailbox).into_make_service_with_connect_info::<SocketAddr>();

    say(&format!("Latchkey is at {}", config.base_url.text));
    let serving = axum::serve(listener, app).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::select! {
        served = serving => served?,
        () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => tracing::warn!("requests in flight were cut off"),
    }
    opened.close().await;
    Ok(())
}

fn services(config: &Config, opened: &Opened, passwords: Passwords, cookie: SessionCookie) -> Services {
    let pool = opened.pool.clone();
    let links = Links { pool: pool.clone(), key: opened.key.clone(), https: config.base_url.https };
    Services {
        session: Arc::new(Sessions { pool: pool.clone(), cookie: cookie.clone(), passwords: passwords.clone() }),
        activation: Arc::new(Activations { links: links.clone(), cookie: cookie.clone(), passwords: passwords.clone() }),
        reset: Arc::new(Resets { links: links.clone(), passwords: passwords.clone(), answer_after: RESET_ANSWER }),
        links: Arc::new(links),
        account: Arc::new(Accounts { pool: pool.clone(), cookie, passwords }),
        batches: Arc::new(Batches { pool: pool.clone() }),
        changes: Arc::new(Changes { pool: pool.clone() }),
        list: Arc::new(Lists { pool }),
    }
}

/// Delivers until asked to stop.
pub async fn work(config: Config) -> Result<(), ServeError> {
    let opened = Opened::open(&config).await?;
    stop_signal().cancelled().await;
    opened.close().await;
    Ok(())
}

/// Cancelled at SIGTERM or Ctrl-C.
fn stop_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let cancel = stop.clone();
    tokio::spawn(async move {
        let terminated = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            () = terminated => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        cancel.cancel();
    });
    stop
}

fn notices(config: &Config) -> Notices {
    Notices {
        mail_waits: config.database_url.is_some() && config.smtp_url.is_none(),
        mail_is_kept: config.keeps_mail(),
        links_are_local: config.smtp_url.is_some() && config.base_url.loopback,
    }
}

/// Finds the site's files beside the program (installed), or one folder up (as the build leaves them).
fn leptos_options(config: &Config) -> Result<LeptosOptions, ServeError> {
    let folder = std::env::current_exe()?.parent().map(PathBuf::from).unwrap_or_default();
    let hash_file = folder.join("hash.txt");
    if !hash_file.is_file() {
        return Err(ServeError::SiteMissing(hash_file));
    }
    let site = [folder.join("site"), folder.join("../site")].into_iter().find(|site| site.join("pkg").is_dir());
    let site = site.ok_or_else(|| ServeError::SiteMissing(folder.join("site/pkg")))?;
    Ok(LeptosOptions::builder()
        .output_name("latchkey")
        .site_root(site.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .env(Env::PROD)
        .site_addr(config.site_addr)
        .hash_file(hash_file.to_string_lossy().into_owned().into())
        .hash_files(true)
        .build())
}
