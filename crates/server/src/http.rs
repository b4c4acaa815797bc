//! HTTP: the routes, and the layers around them, outermost first.

mod check;
mod exchange;
mod export;
mod graphql;
mod health;
mod links;
mod metrics;
mod pages;
mod playground;
mod region;
mod report;
mod tags;

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use folkmoot_federation::{Clock, ReferenceCache};
use folkmoot_graphql::{AnswerCache, Pipeline, RegionService};
use folkmoot_store::Store;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};

pub(crate) use graphql::CACHE_STATUS;
pub(crate) use health::Readiness;
pub(crate) use metrics::Metrics;

use crate::{checks::Checks, tokens::Tokens};

/// The largest body: a query of 64 KB and as much again, twice, for its variables.
const MAX_BODY: usize = 192 * 1024;

/// What handlers reach.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) pipeline: Pipeline,
    pub(crate) answers: AnswerCache,
    pub(crate) regions: RegionService,
    pub(crate) store: Store,
    pub(crate) reference: ReferenceCache,
    pub(crate) tokens: Tokens,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) clock: Clock,
    /// The address under which readers reach this gateway.
    pub(crate) public_url: Arc<str>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) checks: Arc<Checks>,
}

/// All routes with their layers.
pub(crate) fn router(app: App, request_time: Duration) -> Router {
    let request_id = HeaderName::from_static("x-request-id");
    // Anonymous use from any origin. No credentials: `Authorization` is not among the headers
    // that other sites may send.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::ACCEPT])
        .expose_headers([request_id.clone(), header::AGE, header::ETAG, CACHE_STATUS])
        .max_age(Duration::from_secs(24 * 3600));
    let header_default =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::new(request_id.clone(), FreshRequestId))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_failure(()))
        .layer(PropagateRequestIdLayer::new(request_id))
        // Outside of what may panic, which counts as a request too.
        .layer(from_fn(metrics::measured))
        // Whatever panics below becomes an answer that bears the request's id.
        .layer(CatchPanicLayer::custom(|_| {
            internal("something went wrong here: report the request id")
        }))
        .layer(header_default(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_default(header::REFERRER_POLICY, "no-referrer"))
        .layer(header_default(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ))
        .layer(CompressionLayer::new());
    let in_time = from_fn(move |request, next| within(request_time, request, next));
    Router::new()
        .route(
            "/graphql",
            graphql::routes().layer::<_, Infallible>(in_time.clone()).layer(cors.clone()),
        )
        .route(
            "/regions/{name}/graphql",
            region::routes().layer::<_, Infallible>(in_time.clone()).layer(cors.clone()),
        )
        .merge(export::routes().merge(exchange::routes()).layer(in_time).layer(cors))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics::show))
        .merge(playground::routes())
        .merge(report::routes())
        .merge(check::routes())
        .merge(links::routes())
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app)
        .layer(layers)
}

/// The id under which a request is found in the logs: always ours, so that nobody else's text
/// gets into them.
#[derive(Clone, Copy)]
struct FreshRequestId;

impl MakeRequestId for FreshRequestId {
    fn make_request_id<B>(&mut self, _: &http::Request<B>) -> Option<RequestId> {
        let id = uuid::Uuid::now_v7().to_string();
        HeaderValue::from_str(&id).ok().map(RequestId::new)
    }
}

fn span<B>(request: &http::Request<B>) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or("");
    // The path alone: a query string may hold variables.
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
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

fn internal(message: &str) -> Response {
    graphql::failure(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", message)
}

async fn not_found() -> Response {
    let body = "There is nothing at this address. The API is at /graphql, the playground at /playground.\n";
    (StatusCode::NOT_FOUND, body).into_response()
}
