//! How often somebody asks within a minute: counted here at once, and shared through Redis every
//! moment, so that a limit holds across all who share it. Without Redis each counts for itself.
//!
//! A sliding window of two counters: this minute's, and the share of the last one's that a window of
//! a minute still covers. It takes the last minute as even; so a burst at its end may be followed by
//! as much again, as with a bucket that fills up, and in the long run nobody gets more than the limit.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};
use quick_cache::{UnitWeighter, sync};

use crate::Redis;

/// Milliseconds of a window.
const WINDOW_MS: i64 = 60_000;

/// How long a count must be known: while it is this minute's, and the last one's after that.
const KNOWN_FOR: Duration = Duration::from_secs(130);

/// The most who are counted at a time. Who asks least often is forgotten first.
const MOST: usize = 50_000;

/// How many there is room for from the start: on a quiet day nobody needs more.
const USUAL: usize = 500;

/// The most counts that are shared at a time, and how many of them side by side: the rest follow the
/// next time.
const MOST_SHARED: usize = 2_000;
const SIDE_BY_SIDE: usize = 32;

/// Counts. Cheap to clone; clones are one.
#[derive(Clone)]
pub struct Rates {
    shared: Arc<Shared>,
}

struct Shared {
    counts: sync::Cache<String, Arc<Mutex<Count>>>,
    /// Who was counted since counts were last shared.
    untold: Mutex<HashSet<String>>,
    redis: Option<Redis>,
}

/// What one has asked.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    /// The number of the minute.
    minute: i64,
    /// In this minute, here.
    here: u64,
    /// How many of those Redis was told.
    told: u64,
    /// In this minute, elsewhere, as far as is known.
    elsewhere: u64,
    /// In the minute before, everywhere.
    before: u64,
}

/// How one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// False if it was one too many, which is not counted.
    pub is_within: bool,
    /// The most within a minute.
    pub limit: u32,
    /// How many more may be asked now.
    pub remaining: u32,
    /// How long until there is one more, or, if there are some, until all may be asked again.
    pub reset: Duration,
}

impl Rates {
    /// Counts, shared through Redis if there is one.
    pub fn new(redis: Option<Redis>) -> Self {
        let counts = sync::Cache::with_weighter(USUAL, MOST as u64, UnitWeighter);
        Self { shared: Arc::new(Shared { counts, untold: Mutex::default(), redis }) }
    }

    /// Counts one more of somebody's, unless it is one too many.
    pub fn take(&self, who: &str, limit: u32, now: DateTime<Utc>) -> Standing {
        let fresh = || Ok::<_, std::convert::Infallible>(Arc::default());
        let Ok(count) = self.shared.counts.get_or_insert_with(who, fresh);
        let standing = count.lock().unwrap_or_else(PoisonError::into_inner).take(limit, now);
        if standing.is_within && self.shared.redis.is_some() {
            let mut untold = self.shared.untold.lock().unwrap_or_else(PoisonError::into_inner);
            if untold.len() < MOST && !untold.contains(who) {
                untold.insert(who.to_owned());
            }
        }
        standing
    }

    /// How somebody would stand after one more, which is not counted.
    pub fn look(&self, who: &str, limit: u32, now: DateTime<Utc>) -> Standing {
        self.count(who).unwrap_or_default().take(limit, now)
    }

    /// Whether somebody was counted here, in this minute or the one before.
    pub fn has_counted(&self, who: &str, now: DateTime<Utc>) -> bool {
        let minute = now.timestamp_millis().div_euclid(WINDOW_MS);
        self.count(who).is_some_and(|count| count.minute >= minute - 1)
    }

    fn count(&self, who: &str) -> Option<Count> {
        let count = self.shared.counts.get(who)?;
        Some(*count.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells Redis what was counted here since, and hears what was counted elsewhere.
    pub async fn share(&self, now: DateTime<Utc>) {
        let Some(redis) = &self.shared.redis else { return };
        let waiting: Vec<String> = {
            let mut untold = self.shared.untold.lock().unwrap_or_else(PoisonError::into_inner);
            let mut waiting: Vec<_> = untold.drain().collect();
            untold.extend(waiting.split_off(waiting.len().min(MOST_SHARED)));
            waiting
        };
        let minute = now.timestamp_millis().div_euclid(WINDOW_MS);
        let telling = stream::iter(waiting).for_each_concurrent(SIDE_BY_SIDE, |who| async move {
            let Some(count) = self.shared.counts.get(&who) else { return };
            let untold = {
                let count = count.lock().unwrap_or_else(PoisonError::into_inner);
                if count.minute == minute { count.here - count.told } else { 0 }
            };
            if untold == 0 {
                return;
            }
            let number = format!("rate:{minute}:{who}");
            // What Redis was not told now it is told with what comes next.
            let Some(all) = redis.add(&number, untold, KNOWN_FOR).await else { return };
            let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
            if count.minute == minute {
                count.told += untold;
                count.elsewhere = all.saturating_sub(count.told);
            }
        });
        telling.await;
    }
}

impl Count {
    fn take(&mut self, limit: u32, now: DateTime<Utc>) -> Standing {
        let now_ms = now.timestamp_millis();
        let (minute, into_ms) = (now_ms.div_euclid(WINDOW_MS), now_ms.rem_euclid(WINDOW_MS));
        if minute != self.minute {
            let is_next = minute == self.minute + 1;
            let before = if is_next { self.here + self.elsewhere } else { 0 };
            *self = Self { minute, before, ..Self::default() };
        }
        let most = u64::from(limit);
        let used = self.used(into_ms);
        let is_within = used < most;
        if is_within {
            self.here += 1;
        }
        let remaining = most.saturating_sub(used + u64::from(is_within));
        let reset_ms = match remaining {
            0 => self.free_after(most, into_ms),
            _ => WINDOW_MS - into_ms,
        };
        Standing {
            is_within,
            limit,
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            reset: Duration::from_millis(reset_ms.unsigned_abs()),
        }
    }

    /// What falls within the last minute, so far into this one.
    fn used(&self, into_ms: i64) -> u64 {
        let left_ms = (WINDOW_MS - into_ms).unsigned_abs();
        let carried = self.before.saturating_mul(left_ms) / WINDOW_MS.unsigned_abs();
        self.here + self.elsewhere + carried
    }

    /// How long until one more may be asked, in milliseconds, if nothing else comes.
    fn free_after(&self, most: u64, into_ms: i64) -> i64 {
        let (most, current) = (most as f64, (self.here + self.elsewhere) as f64);
        let window = WINDOW_MS as f64;
        // Of what carries over, so much may be left.
        let share_left = |carried: f64, room: f64| (room / carried.max(1.0)).clamp(0.0, 1.0);
        let at = if current < most {
            window * (1.0 - share_left(self.before as f64, most - current))
        } else {
            window + window * (1.0 - share_left(current, most))
        };
        // A moment later, for the shares are rounded.
        (at as i64 - into_ms).max(0) + 1_000
    }
}

impl fmt::Debug for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rates").field("counted", &self.shared.counts.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_800_000_000_000 + ms).expect("a moment")
    }

    fn within(rates: &Rates, who: &str, limit: u32, ms: i64, times: usize) -> usize {
        (0..times).filter(|_| rates.take(who, limit, at(ms)).is_within).count()
    }

    #[test]
    fn nobody_asks_more_often_within_a_minute_than_they_may() {
        let rates = Rates::new(None);
        assert_eq!(within(&rates, "one", 10, 0, 15), 10);
        assert_eq!(within(&rates, "two", 10, 0, 3), 3, "each counts for itself");
        assert_eq!(within(&rates, "one", 10, 59_999, 5), 0);
        // A quarter into the next minute three quarters of the last still count.
        assert_eq!(within(&rates, "one", 10, 75_000, 15), 3);
        assert_eq!(within(&rates, "one", 10, 300_000, 15), 10);
    }

    #[test]
    fn a_look_says_what_would_be_and_counts_nothing() {
        let rates = Rates::new(None);
        for _ in 0..5 {
            assert_eq!(rates.look("one", 2, at(0)).remaining, 1);
        }
        let first = rates.look("one", 2, at(0));
        assert_eq!(rates.take("one", 2, at(0)), first);
        rates.take("one", 2, at(0));
        assert!(!rates.look("one", 2, at(0)).is_within);

        assert!(!rates.has_counted("two", at(0)));
        for (ms, is_counted) in [(59_999, true), (119_999, true), (120_000, false)] {
            assert_eq!(rates.has_counted("one", at(ms)), is_counted, "{ms}");
        }
    }

    #[test]
    fn whoever_asks_all_the_time_gets_the_limit_and_a_burst_at_most_as_much_again() {
        for burst_at in [0, 20_000, 40_000, 59_000] {
            let rates = Rates::new(None);
            let mut taken = Vec::new();
            for ms in (burst_at..burst_at + 600_000).step_by(100) {
                if rates.take("one", 100, at(ms)).is_within {
                    taken.push(ms);
                }
            }
            let most = taken
                .iter()
                .map(|from| taken.iter().filter(|it| (*from..from + 60_000).contains(it)).count());
            let most = most.max().expect("some were taken");
            assert!((95..=200).contains(&most), "{most} within a minute, from {burst_at} on");
            let all = taken.len();
            assert!((900..=1_100).contains(&all), "{all} within ten minutes, from {burst_at} on");
        }
    }

    #[test]
    fn who_waits_as_long_as_they_are_told_may_ask_again() {
        for ms in [0, 1_000, 30_000, 59_900] {
            let rates = Rates::new(None);
            within(&rates, "one", 7, ms, 7);
            let refused = rates.take("one", 7, at(ms));
            assert!(!refused.is_within && refused.remaining == 0);
            let wait = i64::try_from(refused.reset.as_millis()).expect("short");
            assert!(wait <= 70_000, "{wait}");
            assert!(rates.take("one", 7, at(ms + wait)).is_within, "{ms} {wait}");
        }
    }

    #[test]
    fn what_remains_is_told() {
        let rates = Rates::new(None);
        let first = rates.take("one", 3, at(0));
        assert_eq!((first.is_within, first.limit, first.remaining), (true, 3, 2));
        assert_eq!(rates.take("one", 3, at(0)).remaining, 1);
        assert_eq!(rates.take("one", 3, at(0)).remaining, 0);
        assert!(!rates.take("one", 3, at(0)).is_within);
    }
}
