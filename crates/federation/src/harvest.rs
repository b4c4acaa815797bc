//! Harvesting: what regions keep in sheets, calendars and change feeds elsewhere is read on a
//! schedule and kept in our own tables. What was good stays until something good takes its place.

mod fetch;
mod mirror;
mod read;

use std::{collections::BTreeSet, fmt, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_cache::LoadError;
use folkmoot_domain::{
    Door, Feed, FeedOf, FeedReading, HarvestOutcome, Hold, Reference, Region, RegionState,
    Vanished, to_second, vanished,
};
use folkmoot_store::{Change, Harvested, Store, StoreError, WatchedFeed};
use thiserror::Error;
use tracing::{info, warn};

use crate::{Clock, ReferenceCache, measures};

use fetch::{Failed, Fetched, refused};
pub use fetch::{FetchOptions, Fetcher};
pub(crate) use fetch::{is_page, wait};

/// Whoever reads a feed has it for so long; a process that ends meanwhile lets go of it by then.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// A feed that has not changed is read again nevertheless after so long.
const READ_AGAIN: TimeDelta = TimeDelta::hours(24);

/// Changes are asked for so often, whatever the setting for sheets: an answer without changes is
/// a few bytes.
const CHANGES_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A feed that cannot be reached is asked more and more seldom, down to once a day.
const MAX_PAUSE: TimeDelta = TimeDelta::hours(24);

/// Where secrets are found by their names.
pub type Secrets = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Reads feeds.
#[derive(Clone)]
pub struct Harvester {
    /// Where rows go.
    pub store: Store,
    /// What they are read against.
    pub reference: ReferenceCache,
    /// How they are fetched.
    pub fetcher: Fetcher,
    /// The time.
    pub clock: Clock,
    /// How often a sheet or calendar is looked at.
    pub every: Duration,
    /// The most pages of a feed of changes that are read at once; it is gone on with later.
    pub most_pages: usize,
    /// The values of secrets.
    pub secrets: Secrets,
}

impl fmt::Debug for Harvester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Harvester")
    }
}

/// Why harvesting cannot go on: not for a feed, for all of them.
#[derive(Debug, Error)]
pub enum HarvestError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The reference data.
    #[error("the reference data cannot be read: {0}")]
    Reference(LoadError<StoreError>),
}

impl Harvester {
    /// Looks at the feed that has been due for longest and that nobody else is reading. False if
    /// there is none.
    pub async fn next(&self) -> Result<bool, HarvestError> {
        let reference = self.reference.reference().await.map_err(HarvestError::Reference)?;
        let now = to_second(self.clock.now());
        let asked = reference.regions().iter().filter(|region| is_asked(region));
        let asked: Vec<_> = asked.map(|region| region.id).collect();
        let Some(watched) = self.store.lease_feed(&asked, now, now + LEASE).await? else {
            return Ok(false);
        };
        self.harvest(&reference, &watched, false).await?;
        Ok(true)
    }

    /// Takes a region's feeds for reading them by hand; false if somebody is reading them.
    pub async fn take_region(&self, region: &Region) -> Result<bool, HarvestError> {
        let now = to_second(self.clock.now());
        Ok(self.store.lease_region(region.id, now, now + LEASE).await?)
    }

    /// Looks at a feed now, and notes what came of it; `anyway` reads also what has not changed.
    /// Whoever calls it has taken the feed.
    pub async fn harvest(
        &self,
        reference: &Arc<Reference>,
        watched: &WatchedFeed,
        anyway: bool,
    ) -> Result<Harvested, HarvestError> {
        let feed = &watched.feed;
        let now = to_second(self.clock.now());
        let Some(region) = reference.region(feed.region) else {
            return Err(StoreError::Invalid("the feed's region is not known".to_owned()).into());
        };
        let harvested = match feed.of {
            FeedOf::Changes => self.mirror(reference, region, watched, now, anyway).await?,
            FeedOf::Sheet(_) | FeedOf::Calendar => {
                self.look(reference, region, watched, now, anyway).await?
            }
        };
        self.store.note_harvest(feed, &harvested).await?;
        tell(region, watched, &harvested);
        Ok(harvested)
    }

    /// Looks at a sheet or calendar.
    async fn look(
        &self,
        reference: &Arc<Reference>,
        region: &Region,
        watched: &WatchedFeed,
        now: DateTime<Utc>,
        anyway: bool,
    ) -> Result<Harvested, StoreError> {
        Ok(match self.fetch(watched, anyway).await {
            Err(Failed { outcome, wait }) => self.came(watched, now, outcome, wait),
            Ok(Fetched::Unchanged) => self.came(watched, now, HarvestOutcome::Unchanged, None),
            Ok(Fetched::Body { bytes, etag, last_modified }) => {
                match self.take(reference, region, watched, now, bytes).await? {
                    Err(reason) => {
                        self.came(watched, now, HarvestOutcome::Refused { reason }, None)
                    }
                    // The rows that stand are then no fresher than they were.
                    Ok(reading) if reading.rows == 0 && !reading.refused.is_empty() => {
                        let reason = "none of its rows can be read: see what is wrong with each";
                        let outcome = HarvestOutcome::Refused { reason: reason.to_owned() };
                        let came = self.came(watched, now, outcome, None);
                        Harvested { reading: Some(reading), ..came }
                    }
                    Ok(reading) => Harvested {
                        reading: Some(reading),
                        etag,
                        last_modified,
                        ..self.came(watched, now, HarvestOutcome::Read, None)
                    },
                }
            }
        })
    }

    /// The value of a feed's secret, if it has one.
    fn secret(&self, feed: &Feed) -> Result<Option<String>, Failed> {
        let Some(name) = &feed.secret else { return Ok(None) };
        let unset =
            || refused(format!("the secret {name} is not set on this server: set it there"));
        (self.secrets)(name).ok_or_else(unset).map(Some)
    }

    async fn fetch(&self, watched: &WatchedFeed, anyway: bool) -> Result<Fetched, Failed> {
        let feed = &watched.feed;
        let secret = self.secret(feed)?;
        let known = match !anyway && self.is_settled(watched) {
            true => (watched.etag.as_deref(), watched.last_modified.as_deref()),
            false => (None, None),
        };
        self.fetcher.fetch(feed, secret.as_deref(), known).await
    }

    /// False if the same feed may give something else now: what was left out or held is decided
    /// about again each time, and everything once a day, for what it names may have changed.
    fn is_settled(&self, watched: &WatchedFeed) -> bool {
        watched.reading.as_ref().is_some_and(FeedReading::is_settled)
            && watched.read_at.is_some_and(|read_at| self.clock.now() - read_at < READ_AGAIN)
    }

    /// Takes over what a feed holds; or says in a sentence why all of it is left out.
    async fn take(
        &self,
        reference: &Arc<Reference>,
        region: &Region,
        watched: &WatchedFeed,
        now: DateTime<Utc>,
        bytes: Vec<u8>,
    ) -> Result<Result<FeedReading, String>, StoreError> {
        let feed = &watched.feed;
        let mut taken = read::read(&self.store, reference, region, feed, now, bytes).await?;
        if taken.rows.is_empty()
            && let Some(whole) = taken.refused.iter().find(|problem| problem.line.is_none())
        {
            return Ok(Err(whole.message.clone()));
        }
        // A column that is gone would be emptied in every row.
        if let Some(column) = taken.misspelt.first() {
            return Ok(Err(format!("{column} Spell it so, or take it away")));
        }
        let standing = self.store.standing(feed, now).await?;
        let keys: BTreeSet<&String> = standing.keys().collect();
        let here: BTreeSet<&String> = taken.keys.iter().collect();
        let held_since = watched.reading.as_ref().and_then(|reading| reading.held_since);
        let has_refused = !taken.refused.is_empty();
        let rows = taken.rows.len() as u64;
        let mut changes: Vec<Change> = taken.rows.into_iter().map(Change::from).collect();
        changes.extend(taken.replaced.into_iter().map(Change::Gone));
        let (mut held, mut since) = (0, None);
        match vanished(&keys, &here, has_refused, held_since, now) {
            Vanished::Removed(gone) => {
                changes.extend(gone.into_iter().map(|key| Change::Gone(standing[key])));
            }
            Vanished::Held { rows, since: begun, why } => {
                held = rows as u64;
                since = (why == Hold::TooMany).then_some(begun);
                taken.notes.push(told(rows, why));
            }
        }
        let applied = match self.store.apply(&feed.system(), now, changes).await {
            Ok(applied) => applied,
            Err(error @ (StoreError::Conflict { .. } | StoreError::Invalid(_))) => {
                return Ok(Err(error.to_string()));
            }
            Err(error) => return Err(error),
        };
        Ok(Ok(FeedReading {
            rows,
            created: applied.created,
            updated: applied.updated,
            removed: applied.removed,
            refused: taken.refused,
            notes: taken.notes,
            joined: taken.joined,
            held,
            held_since: since,
            kinds: Vec::new(),
        }))
    }

    /// What came of looking at a feed, and when to look again.
    fn came(
        &self,
        watched: &WatchedFeed,
        now: DateTime<Utc>,
        outcome: HarvestOutcome,
        wait: Option<Duration>,
    ) -> Harvested {
        let every = match watched.feed.of {
            FeedOf::Changes => CHANGES_EVERY,
            FeedOf::Sheet(_) | FeedOf::Calendar => {
                TimeDelta::from_std(self.every).unwrap_or(MAX_PAUSE)
            }
        };
        // What was reached is put right by somebody who wants to see it; what is away is left alone.
        let pause = match outcome {
            HarvestOutcome::Unreachable { .. } => {
                let pause = every.checked_mul(1 << watched.failures.min(10)).unwrap_or(MAX_PAUSE);
                let wait = wait.and_then(|wait| TimeDelta::from_std(wait).ok()).unwrap_or_default();
                pause.min(MAX_PAUSE).max(wait)
            }
            HarvestOutcome::Refused { .. } => every.min(MAX_PAUSE),
            HarvestOutcome::Read | HarvestOutcome::Unchanged => every,
            HarvestOutcome::Underway => TimeDelta::zero(),
        };
        Harvested {
            at: now,
            as_of: now,
            outcome,
            reading: None,
            etag: None,
            last_modified: None,
            due_at: now + jittered(pause, watched),
        }
    }
}

/// Regions on trial are read too: that is what a trial is for.
fn is_asked(region: &Region) -> bool {
    matches!(region.door, Door::Sheet | Door::Changes)
        && matches!(region.state, RegionState::Active | RegionState::Trial)
}

/// Up to a tenth longer, each feed in its own way, so that they do not all come at once.
fn jittered(pause: TimeDelta, watched: &WatchedFeed) -> TimeDelta {
    let tenths = i64::from(watched.feed.id.0.as_bytes()[0]);
    pause + TimeDelta::milliseconds(pause.num_milliseconds() * tenths / 2560)
}

fn told(rows: usize, why: Hold) -> String {
    let rows = match rows {
        1 => "1 row that was read before is".to_owned(),
        rows => format!("{rows} rows that were read before are"),
    };
    match why {
        Hold::RefusedRows => {
            format!("{rows} not in the feed and kept: they may be among those that were left out")
        }
        Hold::TooMany => format!(
            "{rows} not in the feed and kept for a day, in case the feed was cut off: after that \
             they are taken away"
        ),
    }
}

/// The log is told when things change, not whenever they stay as they are.
fn tell(region: &Region, watched: &WatchedFeed, harvested: &Harvested) {
    measures::count_harvest(&region.code, &harvested.outcome);
    let (code, feed) = (region.code.as_str(), watched.feed.system());
    let was_failing = watched.outcome.as_ref().is_some_and(HarvestOutcome::is_failure);
    match &harvested.outcome {
        HarvestOutcome::Refused { reason } | HarvestOutcome::Unreachable { reason } => {
            if !was_failing {
                warn!(region = code, feed, reason, "feed cannot be read");
            }
        }
        HarvestOutcome::Read | HarvestOutcome::Unchanged | HarvestOutcome::Underway => {
            if was_failing {
                info!(region = code, feed, "feed can be read again");
            }
        }
    }
}
