//! All that was published, in memory, and read anew when something was published or taken back.

use std::{sync::Arc, time::Duration};

use folkmoot_cache::{LoadError, Outcome, Versioned};
use folkmoot_domain::Published;
use folkmoot_store::{Store, StoreError};

/// Hands out what was published to everyone, as new as this process knows of.
#[derive(Clone)]
pub struct PublishedCache {
    store: Store,
    within: Duration,
    latest: Arc<Versioned<Published, StoreError>>,
}

impl PublishedCache {
    /// What is published in this store. It is kept for as long as generations are looked at at
    /// least so often: where they are not, figures that were taken back would go on being shown,
    /// so each reader has the database read.
    pub fn new(store: Store, within: Duration) -> Self {
        Self { store, within, latest: Arc::default() }
    }

    /// All of it. Other than reference data it is not given out while there may be something
    /// newer that cannot be read.
    pub async fn published(&self) -> Result<Arc<Published>, LoadError<StoreError>> {
        if !self.store.has_looked_within(self.within) {
            let published = self.store.published().await;
            return published.map(Arc::new).map_err(|error| LoadError::Failed(Arc::new(error)));
        }
        let version = self.store.published_version();
        let store = self.store.clone();
        match self.latest.at_least(version, || async move { store.published().await }).await {
            Outcome::Current(published) => Ok(published),
            Outcome::Kept(_, error) | Outcome::Absent(error) => Err(error),
        }
    }
}
