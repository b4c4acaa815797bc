//! `/regions/check`: whether a region's change feed or service keeps the contract, for whoever
//! mends it: a form, what was found, no script, and no token is kept.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use folkmoot_domain::{FeedAddress, Viewer};
use folkmoot_federation::{Conformance, Finding, Outcome, Probe, ProbeOptions};
use maud::{Markup, html};
use serde_json::json;

use super::{
    App,
    metrics::ErrorType,
    pages::{answer, document},
};
use crate::{checks, sentences::sentence};

/// How long one answer may take. Readers would have waited for a second.
const ANSWER: Duration = Duration::from_secs(10);

/// How long a check may take: people wait for it before an open page.
const WHOLE: Duration = Duration::from_secs(60);

const TITLE: &str = "Check a region's feed or service";

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/regions/check", get(form).post(check))
}

/// What the form holds. Tokens are never shown again.
#[derive(Default)]
struct Asked {
    address: String,
    level: String,
    /// What the region's own service wants.
    token: String,
    /// The token of whoever asks for the check.
    access: String,
}

impl Asked {
    fn read(body: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
            let value = value.trim().to_owned();
            match &*name {
                "address" => asked.address = value,
                "level" => asked.level = value,
                "token" => asked.token = value,
                "access" => asked.access = value,
                _ => {}
            }
        }
        asked
    }
}

/// Why nothing was checked.
struct Refused {
    status: StatusCode,
    message: String,
    wait: Option<Duration>,
}

impl Refused {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), wait: None }
    }
}

async fn form() -> Response {
    answer(StatusCode::OK, &page(&Asked::default(), html! {}))
}

async fn check(State(app): State<App>, headers: HeaderMap, body: String) -> Response {
    let asked = Asked::read(&body);
    let found = found(&app, &headers, &asked).await;
    if wants_json(&headers) {
        return as_json(found);
    }
    match found {
        Ok(found) => answer(StatusCode::OK, &page(&asked, findings(&found))),
        Err(refused) => {
            let message = html! { p.bad role="alert" { (sentence(&refused.message)) } };
            waiting(answer(refused.status, &page(&asked, message)), refused.wait)
        }
    }
}

async fn found(app: &App, headers: &HeaderMap, asked: &Asked) -> Result<Conformance, Refused> {
    let bad = |message: String| Refused::new(StatusCode::BAD_REQUEST, message);
    let level = match asked.level.as_str() {
        "2" => 2,
        "3" => 3,
        _ => return Err(bad("the level is 2 for a change feed, 3 for a live service".to_owned())),
    };
    let address = FeedAddress::parse(&asked.address)
        .map_err(|error| bad(format!("the address is not right: {error}")))?;
    let options = ProbeOptions {
        token: Some(asked.token.clone()).filter(|token| !token.is_empty()),
        timeout: ANSWER,
        allow_private: app.checks.allow_private,
    };
    let probe = Probe::new(address.url().clone(), options).map_err(|error| {
        tracing::error!(%error, "check not set up");
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, "nothing can be checked now")
    })?;
    probe.allowed().map_err(bad)?;
    if !app.checks.is_open(address.url().host_str().unwrap_or_default()) {
        may_check(app, headers, asked).await?;
    }
    let _permit = app.checks.begin().map_err(|wait| Refused {
        status: StatusCode::TOO_MANY_REQUESTS,
        message: "there are many checks just now: try again in a moment".to_owned(),
        wait: Some(wait),
    })?;
    let look = checks::look(&probe, level, app.clock.now());
    tokio::time::timeout(WHOLE, look).await.map_err(|_| {
        let message = "the check took more than a minute and was given up: answer faster, or run \
                       `folkmoot region check`, which waits";
        Refused::new(StatusCode::GATEWAY_TIMEOUT, message)
    })
}

/// Whether somebody is a steward or coordinates a region.
async fn may_check(app: &App, headers: &HeaderMap, asked: &Asked) -> Result<(), Refused> {
    let sent = headers.get(header::AUTHORIZATION).map(|it| it.to_str().unwrap_or_default());
    let authorization = match sent {
        Some(sent) => sent.to_owned(),
        None if asked.access.is_empty() => {
            let message = "this host may be checked by stewards and coordinators: give your own \
                           token of this gateway";
            return Err(Refused::new(StatusCode::UNAUTHORIZED, message));
        }
        None => format!("Bearer {}", asked.access),
    };
    let away = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "token for a check not looked up");
        let message = "the database cannot be reached: try again in a minute";
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, message)
    };
    let viewer = app.tokens.viewer(&authorization).await.map_err(|error| away(&error))?;
    let viewer =
        viewer.map_err(|denied| Refused::new(StatusCode::UNAUTHORIZED, denied.to_string()))?;
    let reference = app.reference.reference().await.map_err(|error| away(&error))?;
    let coordinates = |viewer: &Viewer| {
        reference.regions().iter().any(|region| viewer.coordinates(region)) || viewer.is_steward()
    };
    if coordinates(&viewer) {
        return Ok(());
    }
    let message = "this token is not of a steward or coordinator";
    Err(Refused::new(StatusCode::FORBIDDEN, message))
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json") && !accept.contains("html"))
}

fn as_json(found: Result<Conformance, Refused>) -> Response {
    let kept_by_nobody = [(header::CACHE_CONTROL, "no-store")];
    match found {
        Ok(found) => (kept_by_nobody, Json(found)).into_response(),
        Err(Refused { status, message, wait }) => {
            let body = Json(json!({ "message": message }));
            waiting((status, kept_by_nobody, body).into_response(), wait)
        }
    }
}

fn waiting(mut response: Response, wait: Option<Duration>) -> Response {
    if let Some(wait) = wait {
        let seconds = HeaderValue::from(wait.as_secs() + 1);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    // Nobody but what is checked keeps it waiting.
    if response.status() == StatusCode::GATEWAY_TIMEOUT {
        response.extensions_mut().insert(ErrorType("OWNER_UNREACHABLE".to_owned()));
    }
    response
}

fn page(asked: &Asked, found: Markup) -> Markup {
    document(
        TITLE,
        html! {
            (found)
            form method="post" {
                label for="address" { "Address of the card (region.json) or of the service" }
                input #address name="address" type="url" value=(asked.address) required;
                label for="level" { "What it is" }
                select #level name="level" {
                    option value="2" selected[asked.level != "3"] { "A change feed (level 2)" }
                    option value="3" selected[asked.level == "3"] { "A live service (level 3)" }
                }
                label for="token" { "The token that it wants, if it wants one; it is not kept" }
                input #token name="token" type="password" autocomplete="off" spellcheck="false";
                label for="access" { "Your own token of this gateway, as steward or coordinator" }
                input #access name="access" type="password" autocomplete="off" spellcheck="false";
                button type="submit" { "Check" }
            }
            p { "It is asked what a gateway asks, and more; nothing is written." }
        },
    )
}

fn findings(found: &Conformance) -> Markup {
    let of = |is: fn(&Outcome) -> bool| found.findings.iter().filter(move |it| is(&it.outcome));
    html! {
        p class=[(!found.passed).then_some("bad")] role="status" {
            (found.address) ": " (checks::summary(found))
        }
        @for finding in of(|outcome| matches!(outcome, Outcome::Failed { .. })) { (broken(finding)) }
        section {
            h2 { "Kept" }
            ul {
                @for finding in of(|outcome| matches!(outcome, Outcome::Passed)) {
                    li { (finding.point) ": " (finding.rule) }
                }
            }
        }
        section {
            h2 { "Not tried" }
            ul {
                @for finding in of(|outcome| matches!(outcome, Outcome::Skipped { .. })) {
                    li {
                        (finding.point) ": " (finding.rule)
                        @if let Outcome::Skipped { reason } = &finding.outcome { " (" (reason) ")" }
                    }
                }
            }
        }
    }
}

fn broken(finding: &Finding) -> Markup {
    let Outcome::Failed { request, answer, advice } = &finding.outcome else { return html! {} };
    html! {
        section {
            h2.bad { "Broken: " (finding.point) }
            p { (finding.rule) }
            dl {
                dt { "Asked" } dd { (request) }
                dt { "Answered" } dd { (answer) }
                dt { "What to change" } dd { (advice) }
            }
        }
    }
}
