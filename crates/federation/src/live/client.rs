//! One question to a region's service over HTTP: within bounds of time and size, without
//! redirects, and never from inside our own network.

use std::time::Duration;

use bytes::Bytes;
use folkmoot_domain::clean_line;
use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use url::Url;

use crate::{
    SourceError, Via,
    certificate::certificate_fault,
    guard::{Barred, Guard, leads_inside},
    harvest::wait,
    reply::{self, Cut},
};

/// The largest answer that is read, once unpacked: the contract says so.
pub(crate) const MAX_BODY: usize = 4 * 1024 * 1024;

/// How long a connection may be idle and is used again. What stands between may forget one without
/// a word, and whoever asks on it waits for nothing: after an outage a region would seem to be
/// down for as long as such connections are tried.
pub(super) const IDLE: Duration = Duration::from_secs(10);

/// How often a connection that many questions share is tried, and how long that may take: else all
/// of them would wait on one that is dead, until the kernel gives it up after a quarter of an hour.
const TRIED: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(2));

/// The most that is kept of what a service says went wrong.
const MAX_REASON: usize = 300;

/// How live services are asked.
#[derive(Clone, Copy, Debug)]
pub struct LiveClientOptions {
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long a question may take altogether. Longer than any reader waits: an answer that
    /// comes late is still good for those who ask next.
    pub timeout: Duration,
    /// Whether addresses within a private network, and http, may be asked.
    pub allow_private: bool,
    /// What a service is told of the trace that a question belongs to, as W3C Trace Context has it.
    pub traceparent: fn() -> Option<String>,
}

impl Default for LiveClientOptions {
    /// 2 and 5 seconds: what does not answer by then will not in ten.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(5),
            allow_private: false,
            traceparent: || None,
        }
    }
}

/// Asks live services. One for all of them: it keeps connections open. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LiveClient {
    client: Client,
    /// Keeps no connection.
    anew: Client,
    guard: Guard,
    traceparent: fn() -> Option<String>,
}

/// Why there is no answer: what a caller can do, and what happened, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) error: SourceError,
    pub(crate) reason: String,
    /// It may be answered in smaller pieces.
    pub(crate) is_too_large: bool,
}

impl Failed {
    pub(crate) fn new(error: SourceError, reason: impl Into<String>) -> Self {
        Self { error, reason: reason.into(), is_too_large: false }
    }

    /// Against the contract.
    pub(crate) fn malformed(reason: impl AsRef<str>) -> Self {
        let reason = clean_line(reason.as_ref(), MAX_REASON);
        Self::new(SourceError::Malformed(reason.clone()), reason)
    }
}

impl LiveClient {
    /// One for all services.
    ///
    /// # Errors
    /// If TLS cannot be set up; a provider must be installed in the process.
    pub fn new(options: LiveClientOptions) -> Result<Self, reqwest::Error> {
        let guard = Guard { allow_private: options.allow_private };
        let builder = || {
            Client::builder()
                .user_agent(concat!("Folkmoot/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(options.connect_timeout)
                .timeout(options.timeout)
                .pool_idle_timeout(IDLE)
                .http2_keep_alive_interval(TRIED.0)
                .http2_keep_alive_timeout(TRIED.1)
                .redirect(Policy::none())
                .no_proxy()
                .dns_resolver(guard)
        };
        let client = builder().build()?;
        let anew = builder().pool_max_idle_per_host(0).build()?;
        Ok(Self { client, anew, guard, traceparent: options.traceparent })
    }

    /// The body of the answer to a question; asked anew, on a connection of its own.
    pub(super) async fn post(
        &self,
        url: &Url,
        token: Option<&str>,
        via: &Via,
        question: Vec<u8>,
        is_anew: bool,
    ) -> Result<Bytes, Failed> {
        self.guard
            .check(url)
            .map_err(|barred| Failed::new(SourceError::Rejected, barred.to_string()))?;
        let client = if is_anew { &self.anew } else { &self.client };
        let mut request = client
            .post(url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json, application/json")
            .header(Via::HEADER, via.to_string())
            .body(question);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(traceparent) = (self.traceparent)() {
            request = request.header("traceparent", traceparent);
        }
        let response = request.send().await.map_err(|error| failed(&error))?;
        of_status(response.status(), wait(&response))?;
        body(response).await
    }
}

async fn body(response: Response) -> Result<Bytes, Failed> {
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        return Err(Failed::malformed(
            "it answers with a web page: give the address of the GraphQL service itself",
        ));
    }
    let too_large = || Failed {
        is_too_large: true,
        ..Failed::malformed("its answer is larger than 4 MB: give fewer rows at a time")
    };
    reply::body(response, MAX_BODY).await.map(Bytes::from).map_err(|cut| match cut {
        Cut::TooLarge => too_large(),
        Cut::Broken(error) => failed(&error),
    })
}

fn failed(error: &reqwest::Error) -> Failed {
    if leads_inside(error) {
        return Failed::new(SourceError::Rejected, Barred::Private.to_string());
    }
    if let Some(fault) = certificate_fault(error) {
        return Failed::new(SourceError::Unavailable, fault);
    }
    if error.is_connect() {
        let reason = "it could not be reached: check that the service runs";
        return Failed::new(SourceError::Unavailable, reason);
    }
    if error.is_timeout() {
        return Failed::new(SourceError::TimedOut, "it did not answer in time");
    }
    if error.is_decode() {
        return Failed::malformed("its answer cannot be unpacked");
    }
    Failed::new(SourceError::Unavailable, "it broke off its answer")
}

/// `wait` is how long it asks to be left in peace.
fn of_status(status: StatusCode, wait: Option<Duration>) -> Result<(), Failed> {
    let number = status.as_u16();
    if let (429 | 503, Some(wait)) = (number, wait) {
        let reason = format!("it asks to wait for {} seconds (status {number})", wait.as_secs());
        return Err(Failed::new(SourceError::Busy(wait), reason));
    }
    let (error, reason) = match number {
        200..=299 => return Ok(()),
        300..=399 => {
            return Err(Failed::malformed(
                "it leads on to another address, which is not followed: give that one instead",
            ));
        }
        401 | 403 => (SourceError::Rejected, "it refuses the token: agree on another"),
        408 | 425 | 429 => (SourceError::Unavailable, "it is asked too much"),
        508 => (SourceError::Rejected, "it says that gateways ask each other in a circle"),
        500..=599 => (SourceError::Unavailable, "it is out of order"),
        _ => (SourceError::Rejected, "it refuses the request: check the address"),
    };
    Err(Failed::new(error, format!("{reason} (status {number})")))
}
