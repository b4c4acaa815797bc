//! Whether the region answered when it was last asked, and a number for what depends on it.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, Utc};
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
    state: Mutex<State>,
    generation: Generation,
}

#[derive(Default)]
struct State {
    outage: Option<Outage>,
    /// When the last of those calls began that were answered.
    answered: Option<DateTime<Utc>>,
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
        self.lock().outage
    }

    /// Hears what came of a call that began then. One that fails after a later one was answered
    /// says what was before: a region that is back is not blamed for those who still waited.
    pub(super) fn turns(&self, outage: Option<Outage>, began: DateTime<Utc>) {
        let mut state = self.lock();
        match outage {
            Some(_) if Some(began) < state.answered => return,
            Some(_) => {}
            None => state.answered = state.answered.max(Some(began)),
        }
        if std::mem::replace(&mut state.outage, outage) != outage {
            self.generation.moves();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn who_waited_from_before_it_was_back_does_not_blame_a_region_that_answers() {
        let (health, began) = (Health::default(), DateTime::UNIX_EPOCH);
        let later = began + TimeDelta::seconds(1);
        health.turns(Some(Outage::TimedOut), began);
        health.turns(None, later);
        let number = health.generation().number();

        health.turns(Some(Outage::TimedOut), began);

        assert_eq!((health.outage(), health.generation().number()), (None, number));
        health.turns(Some(Outage::Unreachable), later);
        assert_eq!(health.outage(), Some(Outage::Unreachable));
    }
}
