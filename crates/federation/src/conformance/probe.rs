//! One request and what came of it, kept as it was for whoever has to mend it.

use std::time::Duration;

use reqwest::{Client, StatusCode, header, redirect::Policy};
use serde_json::Value;
use tokio::time::Instant;
use url::{Host, Url};

use super::{
    findings::{Breach, Findings},
    rules::{self, Rule},
};
use crate::{
    Via,
    certificate::certificate_fault,
    guard::{Barred, Guard, leads_inside},
    reply::{self, Astray, Cut, MAX_REDIRECTS, leads_to, text},
};

/// The largest answer that is read: what a change feed's page may have.
const MAX_BODY: usize = 20 * 1024 * 1024;

/// What is shown of a body.
const MAX_EXCERPT: usize = 300;

/// How a region is looked at.
#[derive(Clone, Debug)]
pub struct ProbeOptions {
    /// Sent as a bearer token.
    pub token: Option<String>,
    /// How long an answer may take.
    pub timeout: Duration,
    /// Whether addresses within a private network, and http, may be asked.
    pub allow_private: bool,
}

/// Asks one region.
#[derive(Clone, Debug)]
pub struct Probe {
    client: Client,
    guard: Guard,
    address: Url,
    token: Option<String>,
}

/// An answer.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) request: String,
    pub(super) status: StatusCode,
    pub(super) kind: String,
    pub(super) etag: Option<String>,
    pub(super) leads_to: Option<String>,
    pub(super) body: Vec<u8>,
    pub(super) took: Duration,
}

impl Answer {
    /// The answer as people see it.
    pub(super) fn shown(&self) -> String {
        let start = String::from_utf8_lossy(&self.body[..self.body.len().min(MAX_EXCERPT)]);
        let (status, kind, bytes) = (self.status.as_u16(), &self.kind, self.body.len());
        format!("{status} {kind}, {bytes} bytes: {start}")
    }

    /// A breach of a rule by this answer.
    pub(super) fn breach(&self, advice: impl Into<String>) -> Breach {
        Breach::new(&self.request, self.shown(), advice)
    }
}

impl Probe {
    /// Looks at the region at this address.
    ///
    /// # Errors
    /// If TLS cannot be set up; a provider must be installed in the process.
    pub fn new(address: Url, options: ProbeOptions) -> Result<Self, reqwest::Error> {
        let guard = Guard { allow_private: options.allow_private };
        let client = Client::builder()
            .user_agent(concat!("Folkmoot-check/", env!("CARGO_PKG_VERSION")))
            .timeout(options.timeout)
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(guard)
            .build()?;
        Ok(Self { client, guard, address, token: options.token })
    }

    /// Whether a token is sent.
    pub(super) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Says why the address is not asked, if it is not.
    ///
    /// # Errors
    /// If it has no https or lies within a private network, and such are not asked.
    pub fn allowed(&self) -> Result<(), String> {
        self.guard.check(&self.address).map_err(|barred| barred.to_string())
    }

    /// What is looked at.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    /// What is looked at.
    pub(super) fn url(&self) -> &Url {
        &self.address
    }

    /// Whether anyone on the way could read and change the answers.
    pub(super) fn secure(&self, findings: &mut Findings) {
        let Rule { name, sentence } = rules::HTTPS;
        let is_own = match self.address.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        };
        let is_https = self.address.scheme() == "https";
        if is_own && !is_https {
            return findings.skip(name, sentence, "it is of this machine: a gateway will need it");
        }
        let breach = (!is_https).then(|| {
            let request = format!("(the address {})", self.address);
            Breach::new(request, "no https", Barred::Open.to_string())
        });
        findings.note(rules::HTTPS, breach);
    }

    /// Gets an address.
    pub(super) async fn get(&self, url: &Url, etag: Option<&str>) -> Result<Answer, Breach> {
        let mut request = self.client.get(url.clone());
        let mut shown = format!("GET {url}");
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
            shown.push_str(" with If-None-Match");
        }
        self.send(url, request, shown).await
    }

    /// Gets an address and whatever it leads on to: published sheets do.
    pub(super) async fn follow(&self, url: &Url) -> Result<Answer, Breach> {
        let mut url = url.clone();
        for _ in 0..MAX_REDIRECTS {
            let answer = self.get(&url, None).await?;
            if !answer.status.is_redirection() {
                return Ok(answer);
            }
            match leads_to(&url, answer.leads_to.as_deref()) {
                Ok(next) => url = next,
                Err(Astray::Open) => {
                    return Err(answer.breach("lead on to an address with https, or to none"));
                }
                Err(Astray::Nowhere) => return Ok(answer),
            }
        }
        Err(Breach::new(format!("GET {url}"), "(leads on and on)", "use the address itself"))
    }

    /// Asks a live service.
    pub(super) async fn post(&self, question: &Value) -> Result<Answer, Breach> {
        let request = self
            .client
            .post(self.address.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json, application/json")
            .header(Via::HEADER, uuid::Uuid::nil().to_string())
            .body(question.to_string());
        let shown = format!("POST {} with the variables {}", self.address, question["variables"]);
        self.send(&self.address, request, shown).await
    }

    async fn send(
        &self,
        url: &Url,
        mut request: reqwest::RequestBuilder,
        shown: String,
    ) -> Result<Answer, Breach> {
        self.guard
            .check(url)
            .map_err(|barred| Breach::new(&shown, "(not asked)", barred.to_string()))?;
        if let Some(token) = self.token.as_ref().filter(|_| url.origin() == self.address.origin()) {
            request = request.bearer_auth(token);
        }
        let begun = Instant::now();
        let failed = |error: reqwest::Error| {
            let (answer, advice) = told(&error);
            Breach::new(&shown, answer, advice)
        };
        let response = request.send().await.map_err(failed)?;
        let (status, etag) = (response.status(), text(&response, header::ETAG));
        let leads_to = text(&response, header::LOCATION);
        let kind = text(&response, header::CONTENT_TYPE).unwrap_or_default();
        let body = reply::body(response, MAX_BODY).await.map_err(|cut| match cut {
            Cut::Broken(error) => failed(error),
            Cut::TooLarge => Breach::new(&shown, "more than 20 MB", "give fewer rows at a time"),
        })?;
        Ok(Answer { request: shown, status, kind, etag, leads_to, body, took: begun.elapsed() })
    }
}

fn told(error: &reqwest::Error) -> (&'static str, String) {
    if leads_inside(error) {
        ("(not asked)", Barred::Private.to_string())
    } else if error.is_timeout() {
        ("no answer in time", "answer faster, or give fewer rows at a time".to_owned())
    } else if let Some(fault) = certificate_fault(error) {
        ("no connection", fault.to_owned())
    } else if error.is_connect() {
        ("no connection", "check the address, and that the service runs".to_owned())
    } else {
        ("an answer that breaks off", "send the answer whole".to_owned())
    }
}
