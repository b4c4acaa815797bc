//! Whether the process lives, and whether it may be sent requests.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};

use super::App;

/// True between the end of the start and the begin of the stop. It does not follow the
/// database: if it did, reads that need none would die with it.
pub(crate) struct Readiness {
    is_ready: AtomicBool,
    is_demo: bool,
}

impl Readiness {
    pub(crate) fn new(is_demo: bool) -> Self {
        Self { is_ready: AtomicBool::new(false), is_demo }
    }

    pub(crate) fn set(&self, is_ready: bool) {
        self.is_ready.store(is_ready, Ordering::Release);
    }
}

/// Depends on nothing.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let is_ready = app.readiness.is_ready.load(Ordering::Acquire);
    let (code, status) = if is_ready {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "draining")
    };
    let version = env!("CARGO_PKG_VERSION");
    (code, Json(json!({ "status": status, "version": version, "demo": app.readiness.is_demo })))
}
