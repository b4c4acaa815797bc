//! What is around every request: the id under which it is found in the logs, how long it took, and
//! an answer whatever happens within.

use std::{panic::AssertUnwindSafe, time::Instant};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use futures::FutureExt;
use tracing::{Instrument, debug, field::Empty, info_span};
use uuid::{Uuid, fmt::Hyphenated};

use super::{graphql, metrics};
use crate::telemetry;

/// Where requests and answers bear the id.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What browsers are told with each answer that does not say it itself.
const UNLESS_SAID: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
];

/// One function rather than a layer for each of these: every layer is boxed, cloned and polled for
/// every request, which together cost more than an answer from memory.
pub(super) async fn around(mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let mut buffer = [0; Hyphenated::LENGTH];
    let id: &str = Uuid::now_v7().hyphenated().encode_lower(&mut buffer);
    // The path alone: a query string may hold variables. None of these can hold a space or a
    // control character, so they are written as they are.
    let span = info_span!(
        "request",
        method = %request.method(),
        path = %request.uri().path(),
        id = %id,
        trace_id = Empty,
    );
    // Within, so that what is sent elsewhere has no part of the path.
    let traced = telemetry::request(&request, id, &span);
    let id = HeaderValue::from_str(id).expect("made of digits");
    // Always ours, so that nobody else's text gets into the logs.
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let measure = metrics::Measure::of(&request);

    let answered = AssertUnwindSafe(next.run(request)).catch_unwind();
    let answered = async {
        let response = answered.await.unwrap_or_else(|_| broken());
        debug!(status = response.status().as_u16(), took = ?began.elapsed(), "answered");
        response
    };
    let mut response = answered.instrument(traced.clone()).instrument(span).await;
    telemetry::answered(&traced, response.status());

    let headers = response.headers_mut();
    for (name, value) in UNLESS_SAID {
        headers.entry(name).or_insert(value);
    }
    headers.insert(REQUEST_ID, id);
    measure.record(&response, began.elapsed());
    response
}

/// Whatever panicked becomes an answer that bears the request's id.
fn broken() -> Response {
    graphql::failure(
        StatusCode::INTERNAL_SERVER_ERROR,
        "INTERNAL",
        "something went wrong here: report the request id",
    )
}
