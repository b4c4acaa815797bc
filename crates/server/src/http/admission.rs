//! How often one may ask: each client by its address, each token for itself. Who asks for what is
//! kept already is not counted, for that costs next to nothing, and many people of one council may
//! come from one address.

use std::{net::IpAddr, time::Duration};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use data_encoding::HEXLOWER;
use folkmoot_cache::{Rates, Standing};
use folkmoot_federation::Clock;
use folkmoot_graphql::RequestId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{around::REQUEST_ID, graphql, own::Unsaid};
use crate::{
    clients::Clients,
    config::{Config, Limits},
    connections::Peer,
    measures,
};

/// The limit, and how one stands, by the IETF's draft on rate limit headers.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// Replicas tell each other so often what they have counted.
const SHARE_EVERY: Duration = Duration::from_millis(500);

/// Whose questions are counted, each apart, as it is said to whom it concerns.
const CLIENT: &str = "your address";
const TOKEN: &str = "this token";
const UNKNOWN_TOKENS: &str = "your address with tokens that are not known";

/// The stable code of what is refused here.
pub(super) const RATE_LIMITED: &str = "RATE_LIMITED";

/// Counts who asks.
#[derive(Clone)]
pub(crate) struct Admission {
    clients: Clients,
    rates: Rates,
    client_per_minute: u32,
    token_per_minute: u32,
    /// Mixed into the digests by which those who ask are told apart.
    instance: Uuid,
    clock: Clock,
}

/// Who asks, for the logs and for the limits.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    pub(super) request_id: RequestId,
    /// By address; `None` if that is not known, or if a token was counted instead.
    client: Option<IpAddr>,
}

/// Somebody asked too often.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooMany {
    standing: Standing,
    whose: &'static str,
}

impl Admission {
    pub(crate) fn new(
        config: &Config,
        clients: Clients,
        rates: Rates,
        instance: Uuid,
        clock: Clock,
    ) -> Self {
        let Limits { client_per_minute, token_per_minute, .. } = config.limits;
        Self { clients, rates, client_per_minute, token_per_minute, instance, clock }
    }

    /// Who asks with this head.
    pub(super) fn asker(&self, parts: &Parts) -> Asker {
        let id = parts.headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
        let peer = parts.extensions.get::<Peer>();
        let client = peer.and_then(|peer| self.clients.asking(peer.0.ip(), &parts.headers));
        Asker { request_id: RequestId(id.unwrap_or_default().to_owned()), client }
    }

    /// Counts a question that has to be worked on.
    pub(super) fn count(&self, asker: &Asker) -> Result<(), TooMany> {
        self.count_client(asker, CLIENT)
    }

    /// Counts a token that is to be looked up, which costs a question to the database. There are more
    /// unknown ones than can be counted: whoever tries them is. What was right within the last minute
    /// is looked up all the same, whoever else tries others from the same address.
    pub(super) fn count_look(&self, token: &str, asker: &Asker) -> Result<(), TooMany> {
        let (name, now) = (self.name(token, TOKEN), self.clock.now());
        if self.token_per_minute > 0 {
            within(self.rates.look(&name, self.token_per_minute, now), TOKEN)?;
        }
        if self.rates.has_counted(&name, now) {
            return Ok(());
        }
        self.count_client(asker, UNKNOWN_TOKENS)
    }

    /// Counts a question that came with a token that is right.
    pub(super) fn count_token(&self, token: &str) -> Result<Option<Standing>, TooMany> {
        match self.token_per_minute {
            // By that it is known.
            0 => self.take(token, u32::MAX, TOKEN).map(|_| None),
            limit => self.take(token, limit, TOKEN),
        }
    }

    fn count_client(&self, asker: &Asker, whose: &'static str) -> Result<(), TooMany> {
        let Some(client) = asker.client else { return Ok(()) };
        self.take(&client.to_string(), self.client_per_minute, whose).map(|_| ())
    }

    fn take(
        &self,
        who: &str,
        limit: u32,
        whose: &'static str,
    ) -> Result<Option<Standing>, TooMany> {
        if limit == 0 {
            return Ok(None);
        }
        let standing = self.rates.take(&self.name(who, whose), limit, self.clock.now());
        within(standing, whose).map(Some)
    }

    /// The name by which somebody is counted. Neither an address nor a token is kept, here or in
    /// Redis, nor what the database knows a token by.
    fn name(&self, who: &str, whose: &str) -> String {
        let digest = Sha256::digest(format!("{} {whose} {who}", self.instance));
        HEXLOWER.encode(&digest[..16])
    }

    /// Tells other replicas what was counted, and hears of theirs, as long as this runs.
    pub(crate) async fn share(self) {
        let mut ticks = tokio::time::interval(SHARE_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.rates.share(self.clock.now()).await;
        }
    }
}

fn within(standing: Standing, whose: &'static str) -> Result<Standing, TooMany> {
    if standing.is_within {
        return Ok(standing);
    }
    measures::refused("rate");
    Err(TooMany { standing, whose })
}

impl Asker {
    /// Somebody whose token was counted.
    pub(super) fn counted(self) -> Self {
        Self { client: None, ..self }
    }
}

impl TooMany {
    fn message(&self) -> String {
        format!(
            "too many questions within a minute from {}: try again in {} seconds",
            self.whose,
            self.seconds()
        )
    }

    fn seconds(&self) -> u64 {
        seconds(self.standing.reset)
    }
}

impl From<TooMany> for Unsaid {
    fn from(refused: TooMany) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            code: RATE_LIMITED.to_owned(),
            message: refused.message(),
            at: None,
            suggestions: Vec::new(),
            retry_after: Some(refused.seconds()),
        }
    }
}

impl From<TooMany> for Response {
    fn from(refused: TooMany) -> Self {
        let message = refused.message();
        let mut response = graphql::failure(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, &message);
        let told = response.headers_mut();
        told.insert(header::RETRY_AFTER, refused.seconds().into());
        told.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        tell(told, refused.standing);
        response
    }
}

/// Tells in headers how one stands.
pub(super) fn tell(headers: &mut HeaderMap, standing: Standing) {
    let Standing { limit, remaining, reset, .. } = standing;
    for (name, text) in [
        (POLICY, format!("\"minute\";q={limit};w=60")),
        (STANDING, format!("\"minute\";r={remaining};t={}", seconds(reset))),
    ] {
        headers.insert(name, HeaderValue::from_str(&text).expect("made of digits"));
    }
}

/// Whole seconds, the last one begun.
fn seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}
