//! What the gateway's own pages, feeds and embeds ask: fixed documents, by the same stages and from
//! the same cache as anybody's questions, so that they say what the API says.
//!
//! They ask as the public does, whoever looks at them: what they show may be kept by anyone.

use async_graphql::{Request as Query, Variables};
use axum::http::StatusCode;
use folkmoot_domain::Viewer;
use folkmoot_graphql::{Given, Method, OwnDocument, Public, ReadOnly};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{App, admission::Asker, graphql::cache_control};
use crate::measures;

/// The code of what there was no room for.
pub(super) const OVERLOADED: &str = "OVERLOADED";
/// When to try again then: a moment, for what there is too much of passes or grows.
pub(super) const OVERLOADED_SECONDS: u64 = 5;

/// What was said.
pub(super) struct Said<T> {
    pub(super) data: T,
    /// What caches of others may do with it.
    pub(super) keep: String,
    /// False while the database is away and nobody can tell whether it is still so.
    pub(super) is_verified: bool,
}

/// Why nothing was said.
#[derive(Debug)]
pub(super) struct Unsaid {
    pub(super) status: StatusCode,
    /// Stable, as in the API.
    pub(super) code: String,
    /// A fragment, for whoever asked.
    pub(super) message: String,
    /// What is to blame, where that can be told: a field of the query, or a word of the address.
    pub(super) at: Option<String>,
    /// Names that may have been meant, as the API takes them.
    pub(super) suggestions: Vec<String>,
    /// When to ask again, in seconds, where that may help.
    pub(super) retry_after: Option<u64>,
}

impl Unsaid {
    /// From the errors of an answer, of which the first counts.
    pub(super) fn of(errors: &Value) -> Option<Self> {
        let error = errors.get(0)?;
        let code = error["extensions"]["code"].as_str().unwrap_or("INTERNAL").to_owned();
        if code == OVERLOADED {
            measures::refused("busy");
        }
        let status = match code.as_str() {
            "INTERNAL" => StatusCode::INTERNAL_SERVER_ERROR,
            "STORE_UNAVAILABLE" | "NATION_UNAVAILABLE" | "OWNER_UNREACHABLE" | "TIMED_OUT"
            | "NOT_COMPLETE" | OVERLOADED => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let message = error["message"].as_str().unwrap_or_default().to_owned();
        let suggestions = error["extensions"]["suggestions"].as_array().into_iter().flatten();
        let suggestions = suggestions.filter_map(Value::as_str).map(str::to_owned).collect();
        let retry_after = match code.as_str() {
            // What lacks comes with a release, not within minutes.
            "NOT_COMPLETE" => Some(3600),
            OVERLOADED => Some(OVERLOADED_SECONDS),
            _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(60),
            _ => None,
        };
        // A list says first what a field beside it says, too: that is the one to blame.
        let mut all = errors.as_array().into_iter().flatten();
        let same = all.rfind(|one| one["message"] == error["message"]);
        let at = same.and_then(|one| one["path"][0].as_str()).map(str::to_owned);
        Some(Self { status, code, message, at, suggestions, retry_after })
    }

    /// What cannot be meant, before anything was asked.
    pub(super) fn malformed(message: impl Into<String>) -> Self {
        let code = "BAD_REQUEST".to_owned();
        let (status, message) = (StatusCode::BAD_REQUEST, message.into());
        Self { status, code, message, at: None, suggestions: Vec::new(), retry_after: None }
    }

    /// The same, with the word of the address that is to blame.
    pub(super) fn at(self, word: &str) -> Self {
        Self { at: Some(word.to_owned()), ..self }
    }

    /// True if asking the same later is of no use.
    pub(super) fn is_malformed(&self) -> bool {
        self.status.is_client_error() && self.status != StatusCode::TOO_MANY_REQUESTS
    }

    /// There is nothing of that name.
    pub(super) fn nothing(message: impl Into<String>) -> Self {
        let code = "NOT_FOUND".to_owned();
        let (status, message) = (StatusCode::NOT_FOUND, message.into());
        Self { status, code, message, at: None, suggestions: Vec::new(), retry_after: None }
    }
}

/// What is said to a document with these variables, read as `T`.
pub(super) async fn ask<T: DeserializeOwned>(
    app: &App,
    asker: &Asker,
    document: &str,
    variables: Map<String, Value>,
) -> Result<Said<T>, Unsaid> {
    let variables = Value::Object(variables);
    // Not the bytes of any request that comes from outside: a document begins with no brace here.
    let raw = format!("own {document} {variables}");
    if let Some(given) = app.answers.at_hand(Method::Get, raw.as_bytes()) {
        return kept(&given);
    }
    app.admission.count(asker)?;
    let mut query = Query::new(document)
        .data(Viewer::anonymous())
        .data(asker.request_id.clone())
        .data(ReadOnly)
        .data(OwnDocument);
    query.variables = Variables::from_json(variables);
    match app.answers.answer(Method::Get, raw.as_bytes(), query).await {
        Public::Kept(given) => kept(&given),
        Public::Once(answer) => {
            let errors = serde_json::to_value(&answer.response.errors).unwrap_or_default();
            match Unsaid::of(&errors) {
                Some(unsaid) => Err(unsaid),
                None => read(&answer.body(), "no-store".to_owned(), true),
            }
        }
    }
}

/// An answer that is kept holds no errors.
fn kept<T: DeserializeOwned>(given: &Given) -> Result<Said<T>, Unsaid> {
    read(given.answer.body(), cache_control(given), given.is_verified)
}

fn read<T: DeserializeOwned>(
    body: &[u8],
    keep: String,
    is_verified: bool,
) -> Result<Said<T>, Unsaid> {
    #[derive(serde::Deserialize)]
    struct Answer<T> {
        data: T,
    }
    match serde_json::from_slice::<Answer<T>>(body) {
        Ok(Answer { data }) => Ok(Said { data, keep, is_verified }),
        Err(error) => {
            tracing::error!(%error, "an answer to a question of our own cannot be read");
            let message = "something went wrong here: try again in a minute".to_owned();
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            let (code, suggestions) = ("INTERNAL".to_owned(), Vec::new());
            Err(Unsaid { status, code, message, at: None, suggestions, retry_after: None })
        }
    }
}
