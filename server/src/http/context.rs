//! What a page or a server function finds in its context.

use super::live::Live;
use crate::{
    account::Accounts,
    activation::Activations,
    batches::service::Batches,
    config::Network,
    employees::{change::Changes, list::service::Lists, profile::Profiles},
    import::service::Imports,
    links::Links,
    precedence::Requests,
    reset::Resets,
    secret::SecretKey,
    session::{cookie::SessionCookie, password::Passwords, service::Sessions},
    settings::service::SettingsKeeper,
};
use app::{
    account::service::AccountService,
    activation::service::ActivationService,
    batches::service::BatchService,
    employees::{edit_service::EditService, list::service::EmployeeList, profile_service::ProfileService},
    import::service::ImportService,
    links::service::LinkService,
    reset::service::ResetService,
    session::{Client, Notices, SignedIn, Viewer, service::SessionService},
    settings::service::SettingsService,
};
use axum::extract::FromRef;
use http::request::Parts;
use leptos::prelude::*;
use sqlx::PgPool;
use std::{sync::Arc, time::Duration};

/// When requests for a reset, and sign-ins that fail, are answered: the time tells nothing of whom they fit.
const SAME_TIME: Duration = Duration::from_millis(600);

/// What requests are answered with.
#[derive(Clone)]
pub struct AppState {
    /// Where the site's files are.
    pub leptos: LeptosOptions,
    /// The bound pool.
    pub pool: PgPool,
    /// What has no answer yet.
    pub requests: Requests,
    /// How the session cookie is named.
    pub cookie: SessionCookie,
    /// What administrators must know of this server.
    pub notices: Notices,
    /// Proxies whose word on who asks counts.
    pub trusted_proxies: Arc<[Network]>,
    /// Tells open pages about changes.
    pub live: Live,
    /// The features.
    pub services: Services,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// One service per feature, as the pages ask for them.
#[derive(Clone)]
pub struct Services {
    /// Signing in and out.
    pub session: Arc<Sessions>,
    /// Personal links.
    pub links: Arc<Links>,
    /// First passwords.
    pub activation: Arc<Activations>,
    /// Forgotten passwords.
    pub reset: Arc<Resets>,
    /// One's own account.
    pub account: Arc<Accounts>,
    /// Bulk actions.
    pub batches: Arc<Batches>,
    /// Adding and changing employees, one at a time.
    pub changes: Arc<Changes>,
    /// Importing.
    pub import: Arc<Imports>,
    /// The list of employees.
    pub list: Arc<Lists>,
    /// What an organisation's administrators decide.
    pub settings: Arc<SettingsKeeper>,
    /// Reading about one employee.
    pub profiles: Arc<Profiles>,
}

impl Services {
    /// Every feature, on one database.
    pub fn new(pool: &PgPool, key: &SecretKey, https: bool, cookie: SessionCookie, passwords: Passwords) -> Self {
        let links = Links { pool: pool.clone(), key: key.clone(), https };
        Self {
            session: Arc::new(Sessions {
                pool: pool.clone(),
                cookie: cookie.clone(),
                passwords: passwords.clone(),
                refuse_after: SAME_TIME,
            }),
            activation: Arc::new(Activations { links: links.clone(), cookie: cookie.clone(), passwords: passwords.clone() }),
            reset: Arc::new(Resets { links: links.clone(), passwords: passwords.clone(), answer_after: SAME_TIME }),
            links: Arc::new(links),
            account: Arc::new(Accounts { pool: pool.clone(), cookie, passwords }),
            batches: Arc::new(Batches { pool: pool.clone() }),
            changes: Arc::new(Changes { pool: pool.clone() }),
            import: Arc::new(Imports::new(pool.clone())),
            list: Arc::new(Lists { pool: pool.clone() }),
            settings: Arc::new(SettingsKeeper { pool: pool.clone() }),
            profiles: Arc::new(Profiles { pool: pool.clone() }),
        }
    }

    fn provide(&self) {
        provide_context::<Arc<dyn SessionService>>(self.session.clone());
        provide_context::<Arc<dyn LinkService>>(self.links.clone());
        provide_context::<Arc<dyn ActivationService>>(self.activation.clone());
        provide_context::<Arc<dyn ResetService>>(self.reset.clone());
        provide_context::<Arc<dyn AccountService>>(self.account.clone());
        provide_context::<Arc<dyn BatchService>>(self.batches.clone());
        provide_context::<Arc<dyn EditService>>(self.changes.clone());
        provide_context::<Arc<dyn ImportService>>(self.import.clone());
        provide_context::<Arc<dyn EmployeeList>>(self.list.clone());
        provide_context::<Arc<dyn SettingsService>>(self.settings.clone());
        provide_context::<Arc<dyn ProfileService>>(self.profiles.clone());
    }
}

/// Fills the context of one request: the services, and what the viewer layer found out about who is there.
pub fn contexts(state: AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        state.services.provide();
        let Some(parts) = use_context::<Parts>() else { return };
        if let Some(viewer) = parts.extensions.get::<Viewer>() {
            provide_context(viewer.clone());
        }
        if let Some(client) = parts.extensions.get::<Client>() {
            provide_context(client.clone());
        }
        if let Some(session) = parts.extensions.get::<SignedIn>() {
            provide_context(session.clone());
        }
        super::headers::allow_scripts_of_this_page();
    }
}
