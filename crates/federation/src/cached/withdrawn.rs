//! Rows that were taken down here, whatever their region still says.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};

use folkmoot_domain::{EntityKind, RegionId};
use uuid::Uuid;

/// Read without holding the lock.
type Ids = Arc<HashSet<Uuid>>;

/// Rows of live regions that are not to be shown, wherever they come from: a region's answer,
/// memory or Redis. Cheap to clone; clones are one set.
#[derive(Clone, Debug, Default)]
pub struct Withdrawn {
    ids: Arc<RwLock<HashMap<(EntityKind, RegionId), Ids>>>,
}

impl Withdrawn {
    /// Takes a row down, from the next answer on.
    pub fn add(&self, kind: EntityKind, region: RegionId, id: Uuid) {
        let mut ids = self.ids.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(ids.entry((kind, region)).or_default()).insert(id);
    }

    /// Those of one kind and region; `None` if there are none, as is usual.
    pub(super) fn of(&self, kind: EntityKind, region: RegionId) -> Option<Ids> {
        let ids = self.ids.read().unwrap_or_else(PoisonError::into_inner);
        ids.get(&(kind, region)).cloned()
    }
}
