//! Whether the region answered when it was last asked, and a number for what depends on it.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use folkmoot_domain::Outage;

/// A number that moves whenever an answer made of a region's rows may have become another.
/// Clones are one number.
#[derive(Clone, Debug, Default)]
pub struct Generation(Arc<AtomicU64>);

impl Generation {
    /// The number by now: copy it before rows are read, and compare it later.
    pub fn number(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    fn moves(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

#[derive(Default)]
pub(super) struct Health {
    outage: Mutex<Option<Outage>>,
    generation: Generation,
}

impl Health {
    pub(super) fn generation(&self) -> Generation {
        self.generation.clone()
    }

    /// Other rows than before can be read from now on.
    pub(super) fn rows_landed(&self) {
        self.generation.moves();
    }

    /// Why the region gave nothing when it was last asked, if it did not.
    pub(super) fn outage(&self) -> Option<Outage> {
        *self.lock()
    }

    pub(super) fn turns(&self, outage: Option<Outage>) {
        let before = std::mem::replace(&mut *self.lock(), outage);
        if before != outage {
            self.generation.moves();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Outage>> {
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
