//! `/administration/users/export`: a selection, or everybody who matches, as CSV. Read and sent a piece at a time.

use super::{
    export_store::{self, ExportRow, Wanted},
    key::Key,
};
use crate::{
    csv_file::{self, Pieces},
    db,
    http::context::AppState,
};
use app::{
    employees::list::columns,
    session::{Administrator, SignedIn},
};
use axum::{
    Extension, Form,
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{ids::EmployeeId, language::Language, listing::Criteria, role::Permission};
use http::StatusCode;
use sqlx::PgPool;

/// Rows read at once.
const PIECE: i64 = 1_000;

/// `GET` or `POST`, with the fields of the page's selection: `employee` many times, or `matching` with `status` and `search`.
pub async fn export(
    State(state): State<AppState>,
    session: Option<Extension<SignedIn>>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let Some(Extension(session)) = session else { return StatusCode::UNAUTHORIZED.into_response() };
    let Ok(administrator) = session.authorise(Permission::View) else { return StatusCode::FORBIDDEN.into_response() };
    let name = columns::file_name(administrator.language());
    csv_file::download(&name, async move |pieces| send(&state.pool, &administrator, &wanted(&fields), &pieces).await)
}

fn wanted(fields: &[(String, String)]) -> Wanted {
    let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    if field("matching").is_some() {
        return Wanted::Matching(Criteria {
            status: field("status").and_then(|word| word.parse().ok()).unwrap_or_default(),
            search: field("search").unwrap_or_default().to_owned(),
        });
    }
    let chosen = fields.iter().filter(|(name, _)| name == "employee").filter_map(|(_, id)| id.parse::<EmployeeId>().ok());
    Wanted::Chosen(chosen.map(|id| id.0).collect())
}

async fn send(pool: &PgPool, administrator: &Administrator, wanted: &Wanted, pieces: &Pieces) -> Result<(), sqlx::Error> {
    let language = administrator.language();
    let mut piece = csv_file::BEGINNING.to_vec();
    csv_file::write(&mut piece, language, std::iter::once(columns::heads(language, administrator.time_zone())));
    let mut last: Option<Key> = None;
    loop {
        let mut transaction = db::begin(pool, administrator.organisation()).await?;
        let rows = export_store::export(&mut transaction, administrator.organisation(), wanted, last.as_ref(), PIECE).await?;
        transaction.commit().await?;
        last = rows.last().map(ExportRow::key);
        csv_file::write(&mut piece, language, rows.iter().map(|row| cells(row, language, administrator.time_zone())));
        if pieces.send(Ok(std::mem::take(&mut piece))).await.is_err() || rows.len() < usize::try_from(PIECE).unwrap_or_default() {
            return Ok(());
        }
    }
}

fn cells(row: &ExportRow, language: Language, time_zone: &str) -> [String; 13] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let time = |at: Option<DateTime<Utc>>| csv_file::time(at, time_zone);
    [
        row.first_name.clone(),
        row.last_name.clone(),
        text(&row.email),
        text(&row.employee_number),
        text(&row.department),
        text(&row.site),
        text(&row.title),
        row.status.parse().map(|status| columns::status(language, status)).unwrap_or_default(),
        time(row.expires_at.filter(|_| row.status == "pending" || row.status == "expired")),
        time(row.last_sent_at),
        time(row.last_sign_in_at),
        columns::flag(language, row.suspended),
        columns::flag(language, row.delivery_problem),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::listing::Filter;

    #[test]
    fn the_fields_say_who_is_wanted() {
        let fields =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
        assert_eq!(wanted(&fields(&[("employee", "3"), ("employee", "x"), ("employee", "5")])), Wanted::Chosen(vec![3, 5]));
        let matching = wanted(&fields(&[("matching", "1"), ("status", "expired"), ("search", "li"), ("employee", "3")]));
        assert_eq!(matching, Wanted::Matching(Criteria { status: Filter::Expired, search: "li".to_owned() }));
    }
}
