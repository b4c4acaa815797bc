//! `/regions/CODE/graphql`: a region's own service, by which another gateway, or anyone, plugs it
//! in live.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Path, RawQuery, State, rejection::BytesRejection},
    http::{HeaderValue, StatusCode, header},
    response::Response,
    routing::{self, MethodRouter},
};
use folkmoot_federation::{Via, ViaError};
use folkmoot_graphql::Closed;

use super::{
    App,
    graphql::{self, Asked, Spoken, failure, in_address, malformed, posted},
};

/// The largest body. 1 MB: the query is 3 KB, and four hundred page requests that name the
/// councils of a county each, and two thousand ids, stay below it.
const MAX_BODY: usize = 1024 * 1024;

/// When a paused region may be asked again, in seconds: people pause it for hours or weeks.
const PAUSED_SECONDS: HeaderValue = HeaderValue::from_static("600");

pub(crate) fn routes() -> MethodRouter<App> {
    routing::get(get).post(post).fallback(graphql::other).layer(DefaultBodyLimit::max(MAX_BODY))
}

async fn post(
    State(app): State<App>,
    Path(code): Path<String>,
    asked: Asked,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match posted(&asked.headers, body) {
        Ok(said) => answer(&app, &code, asked, said).await,
        Err(refused) => *refused,
    }
}

async fn get(
    State(app): State<App>,
    Path(code): Path<String>,
    asked: Asked,
    RawQuery(pairs): RawQuery,
) -> Response {
    match in_address(&asked.headers, pairs.as_deref()) {
        Ok(said) => answer(&app, &code, asked, said).await,
        Err(refused) => *refused,
    }
}

async fn answer(app: &App, code: &str, asked: Asked, said: Spoken) -> Response {
    let via = match via(&asked) {
        Ok(via) => via,
        Err(ViaError::Malformed) => {
            return malformed(&format!("Folkmoot-Via: {}", ViaError::Malformed));
        }
        Err(error @ ViaError::TooLong) => {
            let message = format!("{error}: ask the region itself, or a gateway nearer to it");
            return failure(StatusCode::LOOP_DETECTED, "CIRCLE", &message);
        }
    };
    match app.regions.open(code, &asked.viewer, &via).await {
        Ok(open) => {
            graphql::answer(app, said, asked, |query| app.regions.answer(open, via, query)).await
        }
        Err(closed) => refusal(&closed),
    }
}

/// A header that is there several times means one list.
fn via(asked: &Asked) -> Result<Via, ViaError> {
    let lines = asked.headers.get_all(Via::HEADER).iter();
    let lines: Result<Vec<_>, _> = lines.map(HeaderValue::to_str).collect();
    Via::parse(&lines.map_err(|_| ViaError::Malformed)?.join(","))
}

fn refusal(closed: &Closed) -> Response {
    let (status, code) = match closed {
        Closed::Unknown => (StatusCode::NOT_FOUND, "UNKNOWN_REFERENCE"),
        Closed::Paused(_) => (StatusCode::SERVICE_UNAVAILABLE, "PAUSED"),
        Closed::Circle => (StatusCode::LOOP_DETECTED, "CIRCLE"),
        Closed::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "STORE_UNAVAILABLE"),
    };
    let mut response = failure(status, code, &closed.to_string());
    if matches!(closed, Closed::Paused(_)) {
        response.headers_mut().insert(header::RETRY_AFTER, PAUSED_SECONDS);
    }
    response
}
