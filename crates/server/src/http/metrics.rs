//! `/metrics`: what was measured, as the text that Prometheus reads, and who may read it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use metrics::{Label, Unit, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use sha2::{Digest, Sha256};

use super::App;
use crate::{
    config::{Config, Server},
    measures, telemetry,
};

/// How long requests took; the name and the labels are those of OpenTelemetry.
const REQUEST_DURATION: &str = "http_server_request_duration_seconds";
/// Always 1; its labels say what runs.
const BUILD: &str = "folkmoot_build_info";
/// When this process began, in seconds since 1970; the name is Prometheus' own.
const STARTED: &str = "process_start_time_seconds";

/// Upper bounds in seconds, as OpenTelemetry recommends for requests; regions are waited for on
/// the same scale.
const BUCKETS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Samples of histograms are put into buckets so often, whether or not anybody reads them: until
/// then each is kept.
const UPKEEP: Duration = Duration::from_secs(5);

/// What proxies add to what they pass on.
const PASSED_ON: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// All that was measured since the start.
pub(crate) struct Metrics {
    readings: PrometheusHandle,
    access: Access,
}

impl Metrics {
    /// Measures from now on. Once per process.
    pub(crate) fn start(config: &Config, now: DateTime<Utc>) -> Result<Self> {
        let access = Access::of(config, |name| std::env::var(name).ok())?;
        let seconds = Matcher::Suffix("duration_seconds".to_owned());
        let recorder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &BUCKETS);
        let recorder = recorder.context("set up the measuring")?.build_recorder();
        let readings = recorder.handle();
        metrics::set_global_recorder(recorder).context("start measuring")?;
        folkmoot_federation::measures::describe();
        folkmoot_graphql::describe_measures();
        folkmoot_graphql::describe_answers();
        measures::describe();
        telemetry::describe();
        describe_histogram!(
            REQUEST_DURATION,
            Unit::Seconds,
            "Requests by route, method, status and, if they failed, code, up to the head of the answer"
        );
        describe_gauge!(BUILD, "Always 1: the version that runs");
        describe_gauge!(STARTED, "When the process began, in seconds since 1970");
        gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1);
        gauge!(STARTED).set(now.timestamp() as f64);
        tokio::spawn(keep_up(readings.clone()));
        Ok(Self { readings, access })
    }
}

async fn keep_up(readings: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        readings.run_upkeep();
    }
}

/// Who may read it. Figures about requests are no secret, and nobody else's business either.
#[derive(Debug, PartialEq, Eq)]
enum Access {
    /// Whoever sends the token that has this digest.
    Token([u8; 32]),
    /// Whoever asks from this machine itself.
    ThisMachine,
    /// Nobody, until there is a token.
    Nobody,
}

/// Why somebody may not.
type Refused = (StatusCode, &'static str);

impl Access {
    fn of(config: &Config, variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let name = config.metrics.token_env.as_str();
        if name.is_empty() {
            return Ok(if is_local(&config.server) { Self::ThisMachine } else { Self::Nobody });
        }
        // The name is not repeated: somebody may have put the token itself there.
        match variable(name).filter(|token| !token.trim().is_empty()) {
            Some(token) => Ok(Self::Token(digest(&token))),
            None => bail!(
                "the setting metrics.token_env names a variable that is not set: put the token \
                 into it, or leave the setting empty"
            ),
        }
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), Refused> {
        match self {
            Self::Token(expected) => {
                let sent = headers.get(header::AUTHORIZATION).and_then(|sent| sent.to_str().ok());
                let bearer = sent.and_then(|sent| sent.split_once(' '));
                let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
                // Digests are compared, so the time it takes says nothing about the token.
                match bearer {
                    Some((_, token)) if digest(token) == *expected => Ok(()),
                    _ => Err((
                        StatusCode::UNAUTHORIZED,
                        "send the token for metrics: `Authorization: Bearer` and the token\n",
                    )),
                }
            }
            Self::ThisMachine if !PASSED_ON.iter().any(|name| headers.contains_key(*name)) => {
                Ok(())
            }
            Self::ThisMachine | Self::Nobody => Err((
                StatusCode::FORBIDDEN,
                "metrics need a token here: see metrics.token_env in the settings\n",
            )),
        }
    }
}

/// Whether only this machine reaches the gateway. Not so if it has an address for readers: then a
/// proxy on this machine passes their requests on.
fn is_local(server: &Server) -> bool {
    server.is_for_this_machine() && server.public_url.is_empty()
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.trim().as_bytes()).into()
}

/// `GET /metrics`
pub(super) async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    let kept_nowhere = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match app.metrics.access.check(&headers) {
        Ok(()) => {
            let kind = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
            ([kept_nowhere], [kind], app.metrics.readings.render()).into_response()
        }
        Err((StatusCode::UNAUTHORIZED, message)) => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            (StatusCode::UNAUTHORIZED, [kept_nowhere], challenge, message).into_response()
        }
        Err((status, message)) => (status, [kept_nowhere], message).into_response(),
    }
}

/// The stable code of what went wrong, beside an answer that says it.
#[derive(Clone, Debug)]
pub(super) struct ErrorType(pub(super) String);

/// A request that is measured by the route it takes, never by its path: paths are as many as
/// readers like.
pub(super) struct Measure {
    method: &'static str,
    route: Option<MatchedPath>,
}

impl Measure {
    pub(super) fn of(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().cloned();
        Self { method: method(request.method()), route }
    }

    /// How long it took up to the head of the answer.
    pub(super) fn record(self, response: &Response, took: Duration) {
        let route = self.route.as_ref().map_or("unmatched", MatchedPath::as_str).to_owned();
        let status = response.status();
        let mut labels = vec![
            Label::new("http_request_method", self.method),
            Label::new("http_route", route),
            Label::new("http_response_status_code", status.as_u16().to_string()),
        ];
        // What is said of a region is told from what failed here. Only answers of the server's own
        // failings have it, whose codes are few.
        if status.is_server_error() {
            let code = response.extensions().get::<ErrorType>().map(|code| code.0.clone());
            let code = code.unwrap_or_else(|| status.as_u16().to_string());
            labels.push(Label::new("error_type", code));
        }
        histogram!(REQUEST_DURATION, labels).record(took);
    }
}

/// Methods may be made up, too; OpenTelemetry calls those so.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    fn access(listen: &str, public_url: Option<&str>, token_env: &str) -> Result<Access> {
        let flags = Flags {
            listen: Some(listen.to_owned()),
            public_url: public_url.map(str::to_owned),
            ..Flags::default()
        };
        let (mut config, _) = Config::load(None, &flags).expect("right");
        config.metrics.token_env = token_env.to_owned();
        Access::of(&config, |name| (name == "SCRAPE").then(|| "open sesame".to_owned()))
    }

    #[test]
    fn without_a_token_metrics_are_for_this_machine_only() {
        for (listen, public_url, expected) in [
            ("127.0.0.1:80", None, Access::ThisMachine),
            ("[::1]:80", None, Access::ThisMachine),
            ("0.0.0.0:80", None, Access::Nobody),
            ("192.0.2.1:80", None, Access::Nobody),
            ("127.0.0.1:80", Some("https://moot.example"), Access::Nobody),
        ] {
            assert_eq!(access(listen, public_url, "").expect("right"), expected, "{listen}");
        }
        let (mut config, _) = Config::load(None, &Flags::default()).expect("right");
        for (place, expected) in
            [("127.0.0.1:81", Access::ThisMachine), ("[::]:81", Access::Nobody)]
        {
            config.server.management_listen = Some(place.parse().expect("a place"));
            assert_eq!(Access::of(&config, |_| None).expect("right"), expected, "{place}");
        }
    }

    #[test]
    fn a_token_that_is_named_must_be_there_and_is_not_repeated() {
        let token = access("0.0.0.0:80", None, "SCRAPE").expect("right");
        assert_eq!(token, Access::Token(digest("open sesame")));
        let error = access("127.0.0.1:80", None, "OPEN_SESAME").expect_err("it is not set");
        assert!(!error.to_string().contains("SESAME"), "{error}");
    }
}
