//! Around pages that are made anew for whoever asks, and take a form: who asks is counted, and what
//! they send has to come in time, however long is worked on it then.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::Response,
};

use super::{App, own::Unsaid, pages::failed};

/// More than any form of ours holds, in bytes.
const MAX_FORM: usize = 16 * 1024;

pub(super) async fn careful(
    app: App,
    patience: Duration,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(refused) = app.admission.count(&app.admission.asker(&parts)) {
        return failed(&refused.into());
    }
    let refused = |status, message: &str| failed(&Unsaid { status, ..Unsaid::nothing(message) });
    match tokio::time::timeout(patience, to_bytes(body, MAX_FORM)).await {
        Ok(Ok(form)) => next.run(Request::from_parts(parts, Body::from(form))).await,
        Ok(Err(_)) => refused(StatusCode::PAYLOAD_TOO_LARGE, "the form is too long: send less"),
        Err(_) => refused(StatusCode::REQUEST_TIMEOUT, "the form came too slowly: send it again"),
    }
}
