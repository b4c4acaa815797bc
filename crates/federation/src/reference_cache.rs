//! The snapshot of reference data that every request reads, loaded anew when it has changed.

use std::sync::Arc;

use folkmoot_cache::{LoadError, Outcome, Versioned};
use folkmoot_domain::Reference;
use folkmoot_store::{Store, StoreError};
use tracing::warn;

/// Hands out one snapshot of reference data to everyone, as new as this process knows of.
#[derive(Clone)]
pub struct ReferenceCache {
    store: Store,
    default_standard: Arc<str>,
    latest: Arc<Versioned<Reference, StoreError>>,
}

impl ReferenceCache {
    /// Snapshots of this store, in which a bare topic label means a point of that standard.
    pub fn new(store: Store, default_standard: &str) -> Self {
        Self { store, default_standard: default_standard.into(), latest: Arc::default() }
    }

    /// The snapshot. While the database cannot be read, the last one stays: reference data
    /// changes a few times a year, and old names are better than none.
    pub async fn reference(&self) -> Result<Arc<Reference>, LoadError<StoreError>> {
        Ok(self.latest().await?.0)
    }

    /// The snapshot, and whether it is as new as this process knows of.
    pub async fn latest(&self) -> Result<(Arc<Reference>, bool), LoadError<StoreError>> {
        let version = self.store.reference_version();
        let (store, standard) = (self.store.clone(), self.default_standard.clone());
        let load = || async move { Ok(Reference::new(store.reference_parts(&standard).await?)) };
        match self.latest.at_least(version, load).await {
            Outcome::Current(reference) => Ok((reference, true)),
            Outcome::Kept(reference, error) => {
                warn!(%error, "reference data not reloaded");
                Ok((reference, false))
            }
            Outcome::Absent(error) => Err(error),
        }
    }
}
