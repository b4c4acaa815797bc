//! Tokens: made here, kept only as a digest, turned into viewers.

use data_encoding::BASE64URL_NOPAD;
use folkmoot_domain::Viewer;
use folkmoot_federation::Clock;
use folkmoot_store::{Store, StoreError};
use sha2::{Digest, Sha256};

/// What every token begins with, so that secret scanners find one that leaked.
const PREFIX: &str = "folkmoot_";
/// 256 bits from the operating system: beyond guessing, so a plain digest is enough.
const SECRET_BYTES: usize = 32;

/// A token as its bearer holds it. Shown once, when it is made.
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let mut bytes = [0; SECRET_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&bytes))))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        digest(&self.0)
    }
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Denied {
    #[error("the Authorization header is not right: write `Bearer` and the token")]
    Malformed,
    #[error("the token is not known: check that all of it was copied, or ask for a new one")]
    Unknown,
    #[error("the token has expired: ask for a new one")]
    Expired,
    #[error("the token was revoked: ask for a new one")]
    Revoked,
}

/// Looks tokens up.
#[derive(Clone)]
pub(crate) struct Tokens {
    store: Store,
    clock: Clock,
}

impl Tokens {
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// The viewer behind an `Authorization` header. The look-up compares digests, so its time
    /// says nothing about the secret.
    pub(crate) async fn viewer(&self, header: &str) -> Result<Result<Viewer, Denied>, StoreError> {
        let scheme_and_secret = header.split_once(' ');
        let Some((scheme, secret)) = scheme_and_secret else { return Ok(Err(Denied::Malformed)) };
        if !scheme.eq_ignore_ascii_case("bearer") || secret.trim().is_empty() {
            return Ok(Err(Denied::Malformed));
        }
        let Some(token) = self.store.token_by_digest(&digest(secret.trim())).await? else {
            return Ok(Err(Denied::Unknown));
        };
        let now = self.clock.now();
        if token.revoked_at.is_some() {
            return Ok(Err(Denied::Revoked));
        }
        if token.expires_at.is_some_and(|end| end <= now) {
            return Ok(Err(Denied::Expired));
        }
        if let Err(error) = self.store.touch_token(&token, now).await {
            tracing::warn!(%error, "last use of a token not recorded");
        }
        Ok(Ok(Viewer::bearer(token.name, token.scopes, token.expires_at)))
    }
}
