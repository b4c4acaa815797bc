//! Memory, then Redis, as one cache.

use chrono::{DateTime, Utc};

use crate::{CacheKey, Entry, Memory, Redis, Slot, redis::sealed};

/// How far a value may travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It stays in this process.
    Here,
    /// Other replicas may see it, too.
    Everywhere,
}

/// What is kept in this process and, where there is a Redis, beyond it. Cheap to clone; clones
/// share what is kept.
#[derive(Clone, Debug)]
pub struct Cache {
    memory: Memory,
    redis: Option<Redis>,
}

impl Cache {
    /// A cache of these tiers.
    pub fn new(memory: Memory, redis: Option<Redis>) -> Self {
        Self { memory, redis }
    }

    /// What this process keeps in that place.
    pub fn near<K: CacheKey>(&self, slot: &Slot<K>, now: DateTime<Utc>) -> Option<Entry<K::Value>> {
        self.memory.entry(slot, now)
    }

    /// What either tier keeps in these places, in their order: the newer of the two. Asks Redis
    /// once, and keeps here what it has.
    pub async fn far<K: CacheKey>(
        &self,
        slots: &[Slot<K>],
        now: DateTime<Utc>,
    ) -> Vec<Option<Entry<K::Value>>> {
        let near = slots.iter().map(|slot| self.near(slot, now));
        let Some(redis) = &self.redis else { return near.collect() };
        let far = redis.entries(slots).await;
        let newer = |((slot, near), far): ((&Slot<K>, Option<Entry<_>>), Option<Entry<_>>)| {
            let far = far.filter(|far| far.age(now) < crate::Age::Gone);
            let as_of = |entry: &Entry<_>| entry.dates.as_of;
            match far {
                Some(far) if near.as_ref().is_none_or(|near| as_of(near) < as_of(&far)) => {
                    self.memory.keep(slot, far.clone());
                    Some(far)
                }
                _ => near,
            }
        };
        slots.iter().zip(near).zip(far).map(newer).collect()
    }

    /// Keeps a value here, and beyond where it may travel.
    pub fn keep<K: CacheKey>(
        &self,
        slot: &Slot<K>,
        entry: Entry<K::Value>,
        now: DateTime<Utc>,
        reach: Reach,
    ) {
        self.memory.keep(slot, entry.clone());
        let redis = self.redis.as_ref().filter(|_| reach == Reach::Everywhere);
        if let Some((redis, sealed)) = redis.and_then(|redis| Some((redis, sealed::seal(&entry)?)))
        {
            redis.keep(slot, sealed, entry.dates.rest(now));
        }
    }

    /// Forgets what is kept in that place. False if a tier could not be told to.
    pub async fn forget<K: CacheKey>(&self, slot: &Slot<K>) -> bool {
        self.memory.forget(slot);
        match &self.redis {
            Some(redis) => redis.forget(slot).await,
            None => true,
        }
    }
}
