//! Fetching a feed from its address: within bounds, and never from inside our own network.

use std::time::Duration;

use folkmoot_domain::{Feed, FeedOf, HarvestOutcome};
use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use url::Url;

use crate::{
    certificate::certificate_fault,
    guard::{Barred, Guard, leads_inside},
    reply::{self, Astray, Cut, MAX_REDIRECTS, leads_to, text},
};

/// The largest feed that is read, once unpacked: many times a region's.
const MAX_BODY: usize = 20 * 1024 * 1024;

/// The longest that a server may ask us to wait.
const MAX_WAIT: Duration = Duration::from_secs(24 * 3600);

/// How feeds are fetched.
#[derive(Clone, Copy, Debug)]
pub struct FetchOptions {
    /// How long a feed may take altogether.
    pub timeout: Duration,
    /// Whether addresses within a private network, and http, may be asked.
    pub allow_private: bool,
}

/// What an address gave.
pub(super) enum Fetched {
    /// The version that is known already.
    Unchanged,
    /// Another one.
    Body { bytes: Vec<u8>, etag: Option<String>, last_modified: Option<String> },
}

/// Why there is nothing to read.
pub(super) struct Failed {
    pub(super) outcome: HarvestOutcome,
    /// How long the server asks us to wait.
    pub(super) wait: Option<Duration>,
}

pub(super) fn refused(reason: impl Into<String>) -> Failed {
    Failed { outcome: HarvestOutcome::Refused { reason: reason.into() }, wait: None }
}

fn unreachable(reason: impl Into<String>) -> Failed {
    Failed { outcome: HarvestOutcome::Unreachable { reason: reason.into() }, wait: None }
}

/// Fetches feeds.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: Client,
    options: FetchOptions,
}

impl Fetcher {
    /// One for all feeds: it keeps connections open.
    ///
    /// # Errors
    /// If TLS cannot be set up; a provider must be installed in the process.
    pub fn new(options: FetchOptions) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(concat!("Folkmoot/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(options.timeout.min(Duration::from_secs(10)))
            .timeout(options.timeout)
            // Each step is looked at by us.
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Guard { allow_private: options.allow_private })
            .build()?;
        Ok(Self { client, options })
    }

    /// The feed as it is now, unless it is the version with this tag or date.
    pub(super) async fn fetch(
        &self,
        feed: &Feed,
        secret: Option<&str>,
        known: (Option<&str>, Option<&str>),
    ) -> Result<Fetched, Failed> {
        self.fetch_at(feed, feed.address.url(), secret, known).await
    }

    /// What belongs to a feed and lies at another address. Its secret is told to no other host
    /// than the feed's own.
    pub(super) async fn fetch_at(
        &self,
        feed: &Feed,
        url: &Url,
        secret: Option<&str>,
        known: (Option<&str>, Option<&str>),
    ) -> Result<Fetched, Failed> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            self.guard().check(&url).map_err(|barred| refused(barred.to_string()))?;
            let mut request = self.client.get(url.clone()).header(header::ACCEPT, accept(feed.of));
            if let (Some(secret), true) = (secret, url.origin() == feed.address.url().origin()) {
                request = request.bearer_auth(secret);
            }
            if let Some(etag) = known.0 {
                request = request.header(header::IF_NONE_MATCH, etag);
            }
            if let Some(date) = known.1 {
                request = request.header(header::IF_MODIFIED_SINCE, date);
            }
            let response = request.send().await.map_err(|error| self.failed(&error))?;
            if response.status() == StatusCode::NOT_MODIFIED {
                return match known {
                    (None, None) => Err(refused(
                        "the address says that nothing has changed, without having given anything",
                    )),
                    _ => Ok(Fetched::Unchanged),
                };
            }
            if !response.status().is_redirection() {
                return self.body(feed.of, response).await;
            }
            let target = text(&response, header::LOCATION);
            url = leads_to(&url, target.as_deref()).map_err(|astray| {
                refused(match astray {
                    Astray::Nowhere => "the address leads on to one that cannot be read: check it",
                    Astray::Open => {
                        "the address leads on to one without https: use one that stays secure"
                    }
                })
            })?;
        }
        Err(refused("the address leads on in a circle: check it in a browser"))
    }

    fn guard(&self) -> Guard {
        Guard { allow_private: self.options.allow_private }
    }

    async fn body(&self, of: FeedOf, response: Response) -> Result<Fetched, Failed> {
        let status = response.status();
        if !status.is_success() {
            return Err(of_status(status, wait(&response)));
        }
        let etag = text(&response, header::ETAG);
        let last_modified = text(&response, header::LAST_MODIFIED);
        let kind = text(&response, header::CONTENT_TYPE).unwrap_or_default();
        let bytes = reply::body(response, MAX_BODY).await.map_err(|cut| match (cut, of) {
            (Cut::Broken(error), _) => self.failed(&error),
            (Cut::TooLarge, FeedOf::Changes) => {
                refused("a page is larger than 20 MB: put fewer items on it")
            }
            (Cut::TooLarge, FeedOf::Sheet(_) | FeedOf::Calendar) => {
                refused("the feed is larger than 20 MB: keep what is over elsewhere")
            }
        })?;
        if kind.starts_with("text/html") || is_page(&bytes) {
            return Err(refused(match of {
                FeedOf::Changes => {
                    "the address answers with a web page, not with JSON: use the address that \
                     gives the card or the feed itself"
                }
                _ => {
                    "the address answers with a web page, not with the feed itself: use the \
                     address that gives CSV or iCalendar (of a sheet: publish it to the web as CSV)"
                }
            }));
        }
        Ok(Fetched::Body { bytes, etag, last_modified })
    }

    fn failed(&self, error: &reqwest::Error) -> Failed {
        if leads_inside(error) {
            return refused(Barred::Private.to_string());
        }
        if error.is_timeout() {
            let seconds = match self.options.timeout.as_secs() {
                1 => "a second".to_owned(),
                seconds => format!("{seconds} seconds"),
            };
            return unreachable(format!("the address did not answer within {seconds}"));
        }
        if let Some(fault) = certificate_fault(error) {
            return unreachable(fault);
        }
        if error.is_connect() {
            return unreachable(
                "the address could not be reached: check that it opens in a browser",
            );
        }
        unreachable("the address broke off its answer")
    }
}

fn of_status(status: StatusCode, wait: Option<Duration>) -> Failed {
    let number = status.as_u16();
    match number {
        401 | 403 => refused(format!(
            "the address asks for a sign-in ({number}): share it with everyone who has the link, \
             or name a secret"
        )),
        404 | 410 => refused(format!("there is nothing at the address ({number}): check it")),
        429 | 500..=599 => Failed {
            wait,
            ..unreachable(format!("the address is busy or out of order ({number})"))
        },
        _ => refused(format!("the address answered with status {number}: check it in a browser")),
    }
}

fn accept(of: FeedOf) -> &'static str {
    match of {
        FeedOf::Changes => "application/json, application/vnd.openactive.rpde+json; version=1",
        FeedOf::Sheet(_) | FeedOf::Calendar => "*/*",
    }
}

/// How long a server asks to be left in peace, a day at most; `None` if it does not ask to be.
pub(crate) fn wait(response: &Response) -> Option<Duration> {
    let seconds = text(response, header::RETRY_AFTER)?.trim().parse().ok()?;
    let wait = Duration::from_secs(seconds).min(MAX_WAIT);
    (!wait.is_zero()).then_some(wait)
}

/// True if these bytes are a web page, whatever they are called.
pub(crate) fn is_page(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let start = start.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}
