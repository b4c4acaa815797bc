//! Why there is no card or page, as a problem document (RFC 9457).

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use folkmoot_store::StoreError;
use serde_json::json;

use super::super::{admission::TooMany, metrics::ErrorType};

/// Seconds after which asking again makes sense.
const RETRY_SOON: u64 = 60;
const RETRY_WHEN_PAUSED: u64 = 3600;

/// What a reader gets instead; the text says what to do.
pub(super) enum Refusal {
    /// The address is written wrongly.
    Malformed(String),
    /// There is no such thing, or not for this reader.
    Unknown(String),
    /// It is at another address.
    Moved { to: String, is_for_ever: bool },
    /// The region is paused, for this reason.
    Paused(String),
    /// The database cannot be read now.
    Unavailable,
    /// Too much was asked by one.
    TooMany(TooMany),
}

impl From<TooMany> for Refusal {
    fn from(refused: TooMany) -> Self {
        Self::TooMany(refused)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "feed not read");
        Self::Unavailable
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, title, detail, later) = match self {
            Self::Moved { to, is_for_ever: true } => {
                return Redirect::permanent(&to).into_response();
            }
            Self::Moved { to, is_for_ever: false } => {
                return Redirect::temporary(&to).into_response();
            }
            Self::TooMany(refused) => return refused.into(),
            Self::Malformed(detail) => {
                (StatusCode::BAD_REQUEST, "The address is not right", detail, None)
            }
            Self::Unknown(detail) => {
                (StatusCode::NOT_FOUND, "There is nothing at this address", detail, None)
            }
            Self::Paused(reason) => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                (status, "The region is paused", reason, Some((RETRY_WHEN_PAUSED, "PAUSED")))
            }
            Self::Unavailable => {
                let detail = "the database cannot be read: try again in a minute".to_owned();
                let (status, later) =
                    (StatusCode::SERVICE_UNAVAILABLE, Some((RETRY_SOON, "STORE_UNAVAILABLE")));
                (status, "The feed cannot be read now", detail, later)
            }
        };
        let problem = json!({ "title": title, "status": status.as_u16(), "detail": detail });
        let headers = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        let mut response = (status, headers, problem.to_string()).into_response();
        if let Some((seconds, code)) = later {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            response.extensions_mut().insert(ErrorType(code.to_owned()));
        }
        response
    }
}
