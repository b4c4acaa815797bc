//! HTTP: the routes, and the layers around them, outermost first.

mod admission;
mod around;
mod cells;
mod check;
mod choices;
mod docs;
mod exchange;
mod export;
mod fields;
mod files;
mod forms;
mod graphql;
mod health;
mod meetups;
mod metrics;
mod openapi;
mod own;
mod pages;
mod pieces;
mod playground;
mod region;
mod report;
mod security;
mod sending;
mod site;
mod tags;
mod trends;

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use folkmoot_federation::{Clock, ReferenceCache};
use folkmoot_graphql::{AnswerCache, Pipeline, RegionService};
use folkmoot_store::Store;
use tower_http::{
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
};

pub(crate) use admission::Admission;
pub(crate) use graphql::CACHE_STATUS;
pub(crate) use health::Readiness;
#[cfg(feature = "fuzz")]
pub(crate) use meetups::calendar_of;
pub(crate) use metrics::Metrics;

use crate::{checks::Checks, tokens::Tokens};
use around::{REQUEST_ID, around};

/// The largest body: a query of 64 KB and as much again, twice, for its variables.
const MAX_BODY: usize = 192 * 1024;

/// What handlers reach: one for all requests.
pub(crate) type App = Arc<Services>;

/// What the gateway is made of.
pub(crate) struct Services {
    pub(crate) pipeline: Pipeline,
    pub(crate) answers: AnswerCache,
    pub(crate) regions: RegionService,
    pub(crate) store: Store,
    pub(crate) reference: ReferenceCache,
    pub(crate) tokens: Tokens,
    pub(crate) admission: Admission,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) clock: Clock,
    /// The address under which readers reach this gateway.
    pub(crate) public_url: String,
    /// To whom weaknesses are reported; empty if nobody was named.
    pub(crate) security_contact: String,
    pub(crate) metrics: Metrics,
    pub(crate) checks: Checks,
}

/// All routes with their layers.
pub(crate) fn router(app: App, request_time: Duration) -> Router {
    // Anonymous use from any origin. No credentials: `Authorization` is not among the headers
    // that other sites may send.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::ACCEPT])
        .expose_headers([REQUEST_ID, header::AGE, header::ETAG, header::RETRY_AFTER, CACHE_STATUS])
        .max_age(Duration::from_secs(24 * 3600));
    // Layers that are put on together are one box, which is cloned for every request.
    let for_readers = (cors, from_fn(move |request, next| within(request_time, request, next)));
    let its = app.clone();
    let with_forms =
        from_fn(move |request, next| forms::careful(its.clone(), request_time, request, next));
    Router::new()
        .route("/graphql", graphql::routes().layer::<_, Infallible>(for_readers.clone()))
        .route(
            "/regions/{name}/graphql",
            region::routes().layer::<_, Infallible>(for_readers.clone()),
        )
        .merge(
            export::routes()
                .merge(exchange::routes())
                .merge(meetups::shared_routes())
                .merge(openapi::routes())
                .layer(for_readers),
        )
        .merge(meetups::routes())
        .merge(trends::routes())
        .merge(pages::routes())
        .merge(docs::routes())
        .merge(security::routes())
        .merge(looks())
        .merge(playground::routes())
        .merge(report::routes().merge(check::routes()).layer(with_forms))
        .merge(site::routes())
        .fallback(not_found)
        .layer((from_fn(around), CompressionLayer::new(), DefaultBodyLimit::max(MAX_BODY)))
        .with_state(app)
}

/// What whoever looks after the gateway asks, where they have connections of their own.
pub(crate) fn management(app: App) -> Router {
    looks().layer(from_fn(around)).with_state(app)
}

fn looks() -> Router<App> {
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics::show))
}

async fn within(limit: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => graphql::failure(
            StatusCode::SERVICE_UNAVAILABLE,
            "TIMED_OUT",
            "the answer took too long: ask for less, or try again in a minute",
        ),
    }
}

async fn not_found(asked: HeaderMap) -> Response {
    // People get a page; programs, which seldom ask for one, a line.
    let accepts = asked.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    if accepts.into_iter().any(|kinds| kinds.contains("text/html")) {
        return site::nowhere();
    }
    let body = "There is nothing at this address. The API is at /graphql, the playground at /playground.\n";
    (StatusCode::NOT_FOUND, body).into_response()
}
