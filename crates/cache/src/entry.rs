//! A value with its ages: how long it is fresh, may be shown while a newer one is fetched, and
//! may stand in when there is no newer one.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long values of a kind keep, counted from the instant they are right for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShelfLife {
    /// Shown without asking.
    pub fresh: Duration,
    /// Shown at once, while a newer one is fetched.
    pub while_revalidate: Duration,
    /// Shown if no newer one can be had.
    pub if_error: Duration,
}

/// What an age allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// Shown without asking.
    Fresh,
    /// Shown at once, while a newer one is fetched.
    Stale,
    /// Shown if no newer one can be had.
    LastResort,
    /// Not shown any more.
    Gone,
}

/// A value that is kept, with its ages.
#[derive(Debug)]
pub struct Entry<V> {
    /// The value.
    pub value: Arc<V>,
    /// When it is right for, and until when it may be shown.
    pub dates: Dates,
}

impl<V> Clone for Entry<V> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), dates: self.dates }
    }
}

/// When a value is right for, and until when it may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// The instant for which it is known to be right.
    pub as_of: DateTime<Utc>,
    fresh_until: DateTime<Utc>,
    stale_until: DateTime<Utc>,
    kept_until: DateTime<Utc>,
}

/// By how much of its time, at most, a value stops being fresh early: a tenth is enough to
/// spread over seconds what came in one moment, and too little for anyone to notice.
const JITTER: f64 = 0.1;

impl<V> Entry<V> {
    /// A value that is right for `as_of`. The `seed` (such as the hash of its key) decides how
    /// much before its time it stops being fresh, so that values that were fetched together are
    /// not fetched anew together, and all replicas agree on each.
    pub fn new(value: Arc<V>, as_of: DateTime<Utc>, life: ShelfLife, seed: &[u8; 32]) -> Self {
        let until = |life: Duration| {
            TimeDelta::from_std(life)
                .ok()
                .and_then(|life| as_of.checked_add_signed(life))
                .unwrap_or(DateTime::<Utc>::MAX_UTC)
        };
        let fresh = life.fresh.mul_f64(1.0 - JITTER * chance(as_of, seed));
        let fresh_until = until(fresh);
        let stale_until = until(life.while_revalidate).max(fresh_until);
        let kept_until = until(life.if_error).max(stale_until);
        Self { value, dates: Dates { as_of, fresh_until, stale_until, kept_until } }
    }

    /// What may be done with it by now.
    pub fn age(&self, now: DateTime<Utc>) -> Age {
        self.dates.age(now)
    }
}

impl Dates {
    pub(crate) fn age(&self, now: DateTime<Utc>) -> Age {
        // A clock that was put back, here or on the replica that kept it, makes nothing fresh
        // for longer than it should be.
        let is_of_the_future = now < self.as_of - TimeDelta::minutes(1);
        match now {
            now if now < self.fresh_until && !is_of_the_future => Age::Fresh,
            now if now < self.stale_until => Age::Stale,
            now if now < self.kept_until => Age::LastResort,
            _ => Age::Gone,
        }
    }

    /// For how long it is fresh from now on.
    pub fn fresh_for(&self, now: DateTime<Utc>) -> Duration {
        (self.fresh_until - now).to_std().unwrap_or_default()
    }

    /// How long it is worth keeping.
    pub(crate) fn rest(&self, now: DateTime<Utc>) -> Duration {
        (self.kept_until - now).to_std().unwrap_or_default()
    }
}

/// From 0 up to 1, the same for the same value everywhere.
fn chance(as_of: DateTime<Utc>, seed: &[u8; 32]) -> f64 {
    let (bytes, _) = seed.split_first_chunk::<8>().expect("a seed has 32 bytes");
    // The instant as well, so that the same value is not early each time; the multiplier is the
    // golden ratio of Fibonacci hashing, which spreads neighbouring instants.
    let instant = (as_of.timestamp_millis() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = u64::from_le_bytes(*bytes) ^ instant;
    (mixed >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: ShelfLife = ShelfLife {
        fresh: Duration::from_secs(60),
        while_revalidate: Duration::from_secs(900),
        if_error: Duration::from_secs(86_400),
    };

    fn noon() -> DateTime<Utc> {
        "2027-06-03T12:00:00Z".parse().expect("an instant")
    }

    fn entry(seed: u8) -> Entry<u8> {
        Entry::new(Arc::new(1), noon(), LIFE, &[seed; 32])
    }

    #[test]
    fn each_age_allows_less() {
        let after = |seconds| entry(7).age(noon() + TimeDelta::seconds(seconds));
        assert_eq!([after(0), after(53)], [Age::Fresh; 2]);
        assert_eq!([after(60), after(899)], [Age::Stale; 2]);
        assert_eq!([after(900), after(86_399)], [Age::LastResort; 2]);
        assert_eq!(after(86_400), Age::Gone);
        assert_eq!(after(-3_600), Age::Stale, "a clock was put back");
    }

    #[test]
    fn values_of_one_moment_stop_being_fresh_at_different_moments_within_a_tenth() {
        let ends: std::collections::BTreeSet<_> =
            (0..=255).map(|seed| entry(seed).dates.fresh_until).collect();
        assert!(ends.len() > 200, "{}", ends.len());
        let (first, last) = (ends.first().expect("some"), ends.last().expect("some"));
        assert!(*first >= noon() + TimeDelta::seconds(54));
        assert!(*last <= noon() + TimeDelta::seconds(60));
        assert_eq!(entry(7).dates, entry(7).dates, "replicas agree");
    }
}
