//! Plain forms: one handler for all of them, at the paths of their pages.

use super::{
    context::{AppState, contexts},
    viewer::sign_in_for,
};
use app::{
    error::AppError,
    shell::shell,
    ui::form::{Answer, PostedForm},
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{Method, StatusCode, header};
use leptos::{prelude::*, reactive::computed::ScopedFuture, server_fn::ServerFn};
use leptos_axum::ResponseOptions;
use serde::de::DeserializeOwned;
use std::{collections::HashMap, pin::Pin, sync::Arc};

/// The longest form, in bytes.
const LONGEST: usize = 256 * 1024;

type Answering = Pin<Box<dyn Future<Output = Result<Answer, AppError>> + Send>>;
type Handler = Arc<dyn Fn(String) -> Answering + Send + Sync>;

/// The server functions that forms may name.
#[derive(Clone, Default)]
pub struct Forms(HashMap<&'static str, Handler>);

impl Forms {
    /// Every form of the application.
    pub fn all() -> Self {
        let mut forms = Self::default();
        forms.register::<app::session::api::SignIn>();
        forms.register::<app::session::api::SignOut>();
        forms.register::<app::links::api::FreshActivationLink>();
        forms.register::<app::links::api::FreshResetLink>();
        forms.register::<app::links::api::LeaveForLink>();
        forms.register::<app::activation::api::Activate>();
        forms.register::<app::reset::api::ForgotPassword>();
        forms.register::<app::reset::api::ResetPassword>();
        forms.register::<app::account::api::SetLanguage>();
        forms.register::<app::account::api::ChangePassword>();
        forms.register::<app::import::api::Import>();
        forms.register::<app::batches::api::AcceptForm>();
        forms.register::<app::batches::api::SteerForm>();
        forms.register::<app::employees::edit_api::AddEmployee>();
        forms.register::<app::employees::edit_api::EditEmployee>();
        forms.register::<app::employees::edit_api::SuspendEmployee>();
        forms.register::<app::employees::edit_api::RestoreEmployee>();
        forms.register::<app::employees::edit_api::RemoveEmployee>();
        forms.register::<app::settings::api::ChangeSettings>();
        forms
    }

    /// The paths of their server functions.
    pub fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    fn register<F>(&mut self)
    where
        F: ServerFn<Output = Answer, Error = AppError> + DeserializeOwned + Send,
    {
        let handler = |body: String| -> Answering {
            Box::pin(async move {
                let form: F = serde_qs::Config::new(5, false).deserialize_str(&body).map_err(|_| AppError::BadRequest)?;
                form.run_body().await
            })
        };
        self.0.insert(F::PATH, Arc::new(handler));
    }
}

/// Runs the server function that the form names: a redirect, or the page again with what was typed.
pub async fn post(State(state): State<AppState>, forms: Forms, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let body = String::from_utf8_lossy(&bytes).into_owned();
    let values: HashMap<String, String> = serde_qs::Config::new(1, false).deserialize_str(&body).unwrap_or_default();
    let Some(handler) = values.get("form").and_then(|form| forms.0.get(form.as_str())) else {
        return StatusCode::BAD_REQUEST.into_response();
    };

    let options = ResponseOptions::default();
    let provide = contexts(state.clone());
    let owner = Owner::new();
    let answer = owner
        .with(|| {
            provide_context(parts.clone());
            provide_context(options.clone());
            provide();
            ScopedFuture::new(handler(body))
        })
        .await;
    let set_cookies: Vec<_> =
        options.0.read().map(|parts| parts.headers.get_all(header::SET_COOKIE).iter().cloned().collect()).unwrap_or_default();
    let mut response = match answer {
        Ok(Answer::Done(location)) => Redirect::to(&location).into_response(),
        Err(AppError::SignInNeeded) => Redirect::to(&sign_in_for(&parts.uri)).into_response(),
        Ok(Answer::Invalid(errors)) => again(state, parts, PostedForm { form: String::new(), values, errors, failure: None }).await,
        Err(failure) => again(state, parts, PostedForm { form: String::new(), values, errors: Vec::new(), failure: Some(failure) }).await,
    };
    for cookie in set_cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Renders the form's page with what was typed, passwords excepted, and what is wrong.
async fn again(state: AppState, parts: http::request::Parts, mut posted: PostedForm) -> Response {
    let status = posted.failure.map_or(StatusCode::UNPROCESSABLE_ENTITY, AppError::status);
    posted.form = posted.values.remove("form").unwrap_or_default();
    posted.values.retain(|name, _| !name.contains("password") && name != "token");
    page_again(state, parts, status, move || provide_context(posted.clone())).await
}

/// Renders the page that was posted to, with something further in its context.
pub async fn page_again(
    state: AppState,
    mut parts: http::request::Parts,
    status: StatusCode,
    further: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    parts.method = Method::GET;
    let provide = contexts(state.clone());
    let leptos = state.leptos.clone();
    let provide_all = move || {
        provide();
        further();
    };
    let render = leptos_axum::render_app_async_with_context(provide_all, move || shell(leptos.clone()));
    let mut response = render(Request::from_parts(parts, Body::empty())).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}
