//! What is kept in this process, bounded in bytes; what is asked for least goes first.

use std::{any::Any, fmt, sync::Arc};

use chrono::{DateTime, Utc};
use get_size2::GetSize;
use quick_cache::{Weighter, sync};

use crate::{Age, CacheKey, Entry, Slot};

/// Counted for every value beside its own bytes: key, dates, pointers and the cache's own state.
const OVERHEAD_BYTES: usize = 256;

/// What a value is guessed to weigh, to size the table at first; it grows as it needs to.
const USUAL_BYTES: usize = 4_096;

/// Values of all types in one bound. Cheap to clone; clones share what is kept.
#[derive(Clone)]
pub struct Memory {
    kept: Arc<sync::Cache<[u8; 32], Kept, Weigh>>,
}

#[derive(Clone)]
struct Kept {
    entry: Arc<dyn Any + Send + Sync>,
    bytes: u64,
}

#[derive(Clone)]
struct Weigh;

impl Weighter<[u8; 32], Kept> for Weigh {
    fn weight(&self, _: &[u8; 32], kept: &Kept) -> u64 {
        kept.bytes
    }
}

impl Memory {
    /// At most so many bytes.
    pub fn new(bytes: usize) -> Self {
        let kept = sync::Cache::with_weighter(bytes / USUAL_BYTES, bytes as u64, Weigh);
        Self { kept: Arc::new(kept) }
    }

    /// What is kept in that place and may still be shown.
    pub fn entry<K: CacheKey>(
        &self,
        slot: &Slot<K>,
        now: DateTime<Utc>,
    ) -> Option<Entry<K::Value>> {
        let kept = self.kept.get(&slot.digest())?;
        let entry = kept.entry.downcast_ref::<Entry<K::Value>>()?;
        if entry.age(now) == Age::Gone {
            self.forget(slot);
            return None;
        }
        Some(entry.clone())
    }

    /// Keeps a value in place of what was there. One that is too large for the whole bound is not
    /// kept.
    pub fn keep<K: CacheKey>(&self, slot: &Slot<K>, entry: Entry<K::Value>) {
        let bytes = (entry.value.get_size() + OVERHEAD_BYTES) as u64;
        self.kept.insert(slot.digest(), Kept { entry: Arc::new(entry), bytes });
    }

    /// Forgets what is kept in that place.
    pub fn forget<K: CacheKey>(&self, slot: &Slot<K>) {
        self.kept.remove(&slot.digest());
    }

    /// How many bytes are kept.
    pub fn bytes(&self) -> u64 {
        self.kept.weight()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde::Serialize;

    use super::*;
    use crate::ShelfLife;

    #[derive(Serialize)]
    struct Number(usize);

    impl CacheKey for Number {
        type Value = String;
        const NAME: &'static str = "number.1";
    }

    fn noon() -> DateTime<Utc> {
        "2027-06-03T12:00:00Z".parse().expect("an instant")
    }

    fn entry(text: &str) -> Entry<String> {
        let minute = Duration::from_secs(60);
        let life = ShelfLife { fresh: minute, while_revalidate: minute, if_error: minute };
        Entry::new(Arc::new(text.to_owned()), noon(), life, &[0; 32])
    }

    #[test]
    fn memory_stays_within_its_bytes_whatever_is_put_in() {
        let memory = Memory::new(1_000_000);
        for n in 0..5_000 {
            memory.keep(&Slot::of(&Number(n)), entry(&"x".repeat(1_000)));
        }
        assert!(memory.bytes() <= 1_000_000, "{}", memory.bytes());
        assert!(memory.bytes() > 500_000, "most of the room is used: {}", memory.bytes());
        memory.keep(&Slot::of(&Number(0)), entry(&"too large".repeat(200_000)));
        assert!(memory.bytes() <= 1_000_000, "{}", memory.bytes());
    }

    #[test]
    fn what_is_past_its_time_is_forgotten() {
        let memory = Memory::new(100_000);
        let slot = Slot::of(&Number(1));
        memory.keep(&slot, entry("kept"));
        assert_eq!(memory.entry(&slot, noon()).expect("kept").value.as_str(), "kept");

        let later = noon() + chrono::TimeDelta::minutes(2);
        assert!(memory.entry(&slot, later).is_none());
        assert_eq!(memory.bytes(), 0);
    }
}
