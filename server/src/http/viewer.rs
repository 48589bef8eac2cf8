//! Finds out who is behind a request, and in which language to answer.

use super::{context::AppState, refusals::refusal};
use crate::{
    config::Network,
    db,
    failure::Failed,
    session::{cookie, store},
};
use app::session::{Client, Me, SignedIn, Viewer, api::own_path, sign_in_path};
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    ids::{EmployeeId, OrganisationId},
    language::Language,
    person::full_name,
    role::Role,
};
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
};

/// Names the language of the person whom a link is for: that of its page, and of nothing else in this browser.
pub(super) const OF_PERSON: &str = "in";

/// What pages ask for by themselves while they are in sight: that nobody uses a session ends it all the same.
const ASKED_BY_PAGES: [&str; 4] = ["/administration/events", "/api/batch", "/api/batches", "/api/delivery"];

const LANGUAGE_COOKIE: &str = "latchkey-language";

/// The layer: adds `Viewer`, `Client` and, with a valid session, `SignedIn` to the request.
pub async fn look(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("/pkg/") {
        return next.run(request).await;
    }
    let session = match find(&state, request.uri().path(), request.headers()).await {
        Ok(session) => session,
        Err(error) => return refusal(error),
    };
    let administration = path == "/" || path == "/account" || path.starts_with("/administration");
    if session.is_none() && administration {
        return Redirect::to(&sign_in_for(request.uri())).into_response();
    }
    // What was done is told there to whoever did it, also where somebody else is signed in.
    let told = request.uri().query().is_some_and(|query| query.contains("done="));
    if session.is_some() && path == "/sign-in" && request.method() == Method::GET && !told {
        return Redirect::to(&way_on(request.uri())).into_response();
    }
    let wished = wished_language(request.uri());
    let language = language_of(request.uri(), request.headers());
    let mut viewer = Viewer { notices: state.notices.clone(), ..Viewer::default() };
    if let Some(Found { me, chosen, organisations, mut signed_in, outbox_is_held }) = session {
        viewer.language = chosen.or(language).unwrap_or(organisations);
        viewer.me = Some(me);
        viewer.notices.outbox_is_held = outbox_is_held;
        signed_in.language = viewer.language;
        request.extensions_mut().insert(signed_in);
    } else {
        viewer.language = of_person(request.uri()).or(language).unwrap_or_default();
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let asker = peer.map(|peer| asker(peer, request.headers(), &state.trusted_proxies));
    request.extensions_mut().insert(Client { network: asker.map(network).unwrap_or_default() });
    let language = viewer.language;
    request.extensions_mut().insert(viewer);
    let mut response = next.run(request).await;
    response.extensions_mut().insert(language);
    if let Some(language) = wished
        && let Ok(value) = HeaderValue::from_str(&format!("{LANGUAGE_COOKIE}={language}; Path=/; SameSite=Lax; HttpOnly; Max-Age=31536000"))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// What is found by a session.
struct Found {
    me: Me,
    chosen: Option<Language>,
    organisations: Language,
    signed_in: SignedIn,
    outbox_is_held: bool,
}

async fn find(state: &AppState, path: &str, headers: &HeaderMap) -> Result<Option<Found>, app::error::AppError> {
    let Some(hash) = state.cookie.find(headers) else { return Ok(None) };
    let mut connection = state.pool.acquire().await.failed()?;
    let Some(row) = store::find_session(&mut connection, &hash).await.failed()? else { return Ok(None) };
    drop(connection);
    let organisation = OrganisationId(row.organisation_id);
    if row.stale && !ASKED_BY_PAGES.contains(&path) {
        let mut transaction = db::begin(&state.pool, organisation).await.failed()?;
        store::touch_session(&mut transaction, &hash).await.failed()?;
        transaction.commit().await.failed()?;
    }
    let role: Role = row.role.parse().unwrap_or_default();
    let employee = EmployeeId(row.employee_id);
    let me = Me { id: employee, name: full_name(&row.first_name, &row.last_name), role, organisation: row.organisation_name };
    let organisations = row.organisation_language.parse().unwrap_or_default();
    let chosen = row.chosen_language.and_then(|language| language.parse().ok());
    let signed_in = SignedIn { organisation, employee, role, language: organisations, time_zone: row.time_zone, session: hash };
    Ok(Some(Found { me, chosen, organisations, signed_in, outbox_is_held: row.outbox_is_held }))
}

/// The language that a request asks for: of the link that was followed, of the cookie that keeps it, of the browser.
pub fn language_of(uri: &Uri, headers: &HeaderMap) -> Option<Language> {
    let kept = || cookie::named(headers, LANGUAGE_COOKIE)?.parse().ok();
    let accepted = || headers.get(header::ACCEPT_LANGUAGE).and_then(|header| Language::accepted(header.to_str().ok()?));
    wished_language(uri).or_else(kept).or_else(accepted)
}

fn wished_language(uri: &Uri) -> Option<Language> {
    language_in(uri, "language")
}

fn of_person(uri: &Uri) -> Option<Language> {
    language_in(uri, OF_PERSON)
}

fn language_in(uri: &Uri, name: &str) -> Option<Language> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?.parse().ok()
}

/// Where the sign-in page leads whoever has signed in already.
fn way_on(uri: &Uri) -> String {
    let fields: HashMap<String, String> = uri.query().and_then(|query| serde_qs::from_str(query).ok()).unwrap_or_default();
    fields.get("next").and_then(|next| own_path(next)).unwrap_or("/").to_owned()
}

/// Where somebody signs in who wanted to go elsewhere.
pub fn sign_in_for(uri: &Uri) -> String {
    sign_in_path(uri.path_and_query().map_or("/", |path| path.as_str()))
}

/// Who asks, seen through the proxies that are trusted: the last address in `X-Forwarded-For` that is none of them.
fn asker(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let named: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|header| header.to_str().ok()).flat_map(|header| header.split(',')).collect();
    let mut asker = peer;
    for address in named.into_iter().rev() {
        match address.trim().parse() {
            Ok(address) if is_trusted(asker) => asker = address,
            _ => break,
        }
    }
    asker
}

/// What throttles count as one network: an IPv4 address, or the /64 of an IPv6 address.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = [Network::parse("10.0.0.0/8").unwrap()];
        let (proxy, outsider): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "203.0.113.9".parse().unwrap());
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("198.51.100.7, 203.0.113.9, 10.0.0.2"));
        assert_eq!(asker(proxy, &headers, &trusted), outsider);
        assert_eq!(asker(outsider, &headers, &trusted), outsider);
        assert_eq!(asker(proxy, &headers, &[]), proxy);
    }

    #[test]
    fn the_language_of_the_person_of_a_link_is_not_kept() {
        let uri: Uri = "/activate/form/abc?in=fr".parse().unwrap();
        assert_eq!((of_person(&uri), wished_language(&uri)), (Some(Language::French), None));
        let uri: Uri = "/activate/form/abc?language=en".parse().unwrap();
        assert_eq!((of_person(&uri), wished_language(&uri)), (None, Some(Language::English)));
    }

    #[test]
    fn a_home_is_one_network() {
        assert_eq!(network("2001:db8:1:2:3::4".parse().unwrap()), "2001:db8:1:2::/64");
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1");
    }
}
