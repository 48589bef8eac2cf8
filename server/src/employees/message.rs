//! A message as it was sent: rendered again from the values that it was made of, its link left out.

use crate::{
    db,
    failure::Failed,
    http::{context::AppState, refusals::refusal},
    mail::{render, values::Values},
};
use app::{
    error::AppError,
    session::{Administrator, SignedIn},
};
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    response::{Html, IntoResponse, Response},
};
use domain::{
    ids::{OrganisationId, SendId},
    role::Permission,
};
use http::header;
use sqlx::{PgConnection, PgPool, types::Json};

/// A mail inside a page is a document of its own, in which nothing runs.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/// `GET /administration/messages/{id}`.
pub async fn show(State(state): State<AppState>, session: Option<Extension<SignedIn>>, id: Result<Path<i64>, PathRejection>) -> Response {
    let Ok(Path(id)) = id else { return refusal(AppError::NotFound) };
    let shown = async {
        let Extension(session) = session.ok_or(AppError::SignInNeeded)?;
        html(&state.pool, &session.authorise(Permission::View)?, SendId(id)).await
    };
    match shown.await {
        Ok(html) => ([(header::CONTENT_SECURITY_POLICY, MAIL_POLICY)], Html(html)).into_response(),
        Err(error) => refusal(error),
    }
}

/// The HTML part of a message of the administrator's organisation, with what stood in its head.
async fn html(pool: &PgPool, administrator: &Administrator, send: SendId) -> Result<String, AppError> {
    let organisation = administrator.organisation();
    let mut transaction = db::begin(pool, organisation).await.failed()?;
    let values = find_values(&mut transaction, organisation, send).await.failed()?.ok_or(AppError::NotFound)?;
    Ok(render::show(&values, administrator.language(), administrator.time_zone()).html)
}

async fn find_values(connection: &mut PgConnection, organisation: OrganisationId, send: SendId) -> sqlx::Result<Option<Values>> {
    let values: Option<Option<Json<Values>>> = sqlx::query_scalar(
        "select message_values(s.organisation_id, s.id) from sends s
         join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id
         where s.organisation_id = $1 and s.id = $2 and e.removed_at is null",
    )
    .bind(organisation.0)
    .bind(send.0)
    .fetch_optional(connection)
    .await?;
    Ok(values.flatten().map(|Json(values)| values))
}
