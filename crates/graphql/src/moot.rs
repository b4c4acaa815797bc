//! What the schema answers from: the nation, the register, and how this gateway is addressed.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use folkmoot_domain::{GlobalId, Viewer};
use folkmoot_federation::{Clock, Nation, PublishedCache, ReferenceCache};
use folkmoot_store::Store;

use crate::pipeline::Turns;

/// Everything that resolvers reach, shared by all requests.
#[derive(Clone)]
pub struct Moot {
    /// All regions as one.
    pub nation: Nation,
    /// Reference data in memory.
    pub reference: ReferenceCache,
    /// Published figures in memory.
    pub published: PublishedCache,
    /// Text search, which only our own rows can answer.
    pub store: Store,
    /// How this gateway is addressed.
    pub addresses: Addresses,
    /// The one clock.
    pub clock: Clock,
    /// How many operations run at a time.
    pub turns: Turns,
}

impl Moot {
    /// What a request of this viewer is answered from: what everybody may be told may be read of a
    /// replica.
    pub(crate) fn for_viewer(&self, viewer: &Viewer) -> Self {
        let is_public = viewer.token().is_none();
        let mut moot = self.clone();
        if let Some(store) = is_public.then(|| self.store.for_public()).flatten() {
            moot.nation = self.nation.reading(store.clone());
            moot.store = store;
        }
        moot
    }

    /// The instant now.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// Builds the permanent addresses of things on this gateway.
#[derive(Clone, Debug)]
pub struct Addresses {
    base: Arc<str>,
}

impl Addresses {
    /// From the gateway's public address, such as `https://folkmoot.example`.
    pub fn new(public_url: &str) -> Self {
        Self { base: public_url.trim_end_matches('/').into() }
    }

    /// The permanent address of something with a name of its own, such as `councils/camden`.
    pub(crate) fn named(&self, kind: &str, name: &str) -> crate::scalars::Url {
        crate::scalars::Url(format!("{}/{kind}/{name}", self.base))
    }

    /// The permanent address of something that only has an id.
    pub(crate) fn of(&self, kind: &str, id: &GlobalId) -> crate::scalars::Url {
        self.named(kind, &id.to_string())
    }
}
