//! Mirroring: a region's card and its changes are read into our own tables.
//!
//! The card leads to a feed for each kind of row. Each is read from where it was left, page by
//! page, and every page is kept together with how far it leads: after a crash it goes on just
//! there. Once a week, and whenever something does not add up, a feed is read from its beginning;
//! rows that are not in it any more then go.

mod card;
mod rows;
mod sums;

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    ExchangeKind, Feed, FeedMarker, FeedReading, GlobalId, HOLD, HarvestOutcome, KindMarker,
    Reference, Region, RegionCard, loses_too_much,
};
use folkmoot_store::{Change, Harvested, MirrorNote, MirrorStep, StoreError, WatchedFeed};
use url::Url;

use super::{
    HarvestError, Harvester,
    fetch::{Failed, Fetched, refused},
};

/// How long a feed of changes is read at once: others wait meanwhile, and whoever reads has the
/// region for ten minutes only.
const MOST_TIME: TimeDelta = TimeDelta::seconds(15);

/// How many rows are taken away in one write.
const MOST_REMOVED: u32 = 500;

/// Why reading does not go on.
enum Stop {
    /// The region's side is at fault.
    Failed(Failed),
    /// Ours is.
    Broken(HarvestError),
}

impl From<Failed> for Stop {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } | StoreError::Invalid(_) => {
                Self::Failed(refused(error.to_string()))
            }
            error => Self::Broken(error.into()),
        }
    }
}

/// A region's changes while they are read.
struct Mirror<'a> {
    harvester: &'a Harvester,
    reference: Arc<Reference>,
    region: &'a Region,
    feed: &'a Feed,
    secret: Option<String>,
    now: DateTime<Utc>,
    /// How far they have been read, as it is stored.
    stored: Option<FeedMarker>,
    marker: FeedMarker,
    reading: FeedReading,
    /// Kinds of which there is nothing more, and of which there was something new.
    ended: BTreeSet<ExchangeKind>,
    moved: BTreeSet<ExchangeKind>,
}

impl Harvester {
    /// Reads what is new of a region's changes.
    pub(super) async fn mirror(
        &self,
        reference: &Arc<Reference>,
        region: &Region,
        watched: &WatchedFeed,
        now: DateTime<Utc>,
        anyway: bool,
    ) -> Result<Harvested, HarvestError> {
        let secret = match self.secret(&watched.feed) {
            Ok(secret) => secret,
            Err(failed) => return Ok(self.came(watched, now, failed.outcome, failed.wait)),
        };
        let mut mirror = Mirror {
            harvester: self,
            reference: reference.clone(),
            region,
            feed: &watched.feed,
            secret,
            now,
            stored: watched.marker.clone(),
            marker: watched.marker.clone().unwrap_or_default(),
            reading: FeedReading::default(),
            ended: BTreeSet::new(),
            moved: BTreeSet::new(),
        };
        match mirror.read(watched, anyway).await {
            Ok(harvested) => Ok(harvested),
            Err(Stop::Failed(Failed { outcome, wait })) => {
                Ok(self.came(watched, now, outcome, wait))
            }
            Err(Stop::Broken(error)) => Err(error),
        }
    }
}

impl Mirror<'_> {
    async fn read(&mut self, watched: &WatchedFeed, anyway: bool) -> Result<Harvested, Stop> {
        let card = self.card(watched, anyway).await?;
        self.begin(card.as_ref().map(|carded| &carded.card), anyway).await?;
        let outcome = self.feeds().await?;
        self.tell(card.as_ref().map(|carded| &carded.card)).await?;
        let (outcome, wait) = match outcome {
            Err(Failed { outcome, wait }) => (outcome, wait),
            Ok(false) => (HarvestOutcome::Underway, None),
            Ok(true) if card.is_none() && self.moved.is_empty() => {
                (HarvestOutcome::Unchanged, None)
            }
            Ok(true) => (HarvestOutcome::Read, None),
        };
        let (etag, last_modified) = match card {
            Some(carded) => (carded.etag, carded.last_modified),
            None => (watched.etag.clone(), watched.last_modified.clone()),
        };
        Ok(Harvested {
            // Rows that reached the region from elsewhere are no fresher than there.
            as_of: self.marker.as_of.map_or(self.now, |as_of| as_of.min(self.now)),
            reading: Some(std::mem::take(&mut self.reading)),
            etag,
            last_modified,
            ..self.harvester.came(watched, self.now, outcome, wait)
        })
    }

    /// Puts the marker where reading begins: at the beginning of what is new, and of what has to
    /// be read from there again.
    async fn begin(&mut self, card: Option<&RegionCard>, anyway: bool) -> Result<(), Stop> {
        let mut marker = self.marker.clone();
        let mut begun = Vec::new();
        if let Some(card) = card {
            let is_renewed = self.stored.is_some() && marker.epoch != card.epoch;
            let feeds = self.feeds_of(card);
            let known = std::mem::take(&mut marker.kinds);
            for (kind, first) in feeds {
                let known = known.get(&kind).filter(|known| known.first == first && !is_renewed);
                let beginning = || {
                    begun.push(kind);
                    KindMarker::beginning(&first, self.now, is_renewed)
                };
                marker.kinds.insert(kind, known.cloned().unwrap_or_else(beginning));
            }
            marker.epoch.clone_from(&card.epoch);
            marker.as_of = card.as_of;
        }
        for (kind, here) in &mut marker.kinds {
            let is_asked = anyway && here.whole_since.is_none();
            if (is_asked || here.is_whole_due(self.now)) && !begun.contains(kind) {
                *here = here.again(self.now);
                begun.push(*kind);
            }
        }
        if self.stored.as_ref() != Some(&marker) {
            self.step(marker, Vec::new(), MirrorNote::Begin(begun)).await?;
        }
        Ok(())
    }

    /// Reads each feed as far as it goes; false if there is more. One that fails does not keep
    /// the others from being read.
    async fn feeds(&mut self) -> Result<Result<bool, Failed>, Stop> {
        let kinds: Vec<_> = self.marker.kinds.keys().copied().collect();
        let mut failed: Option<Failed> = None;
        for kind in kinds {
            let stopped = match self.kind(kind).await {
                Ok(true) => {
                    self.ended.insert(kind);
                    continue;
                }
                Ok(false) => continue,
                Err(Stop::Failed(stopped)) => stopped,
                Err(broken) => return Err(broken),
            };
            let is_away = matches!(stopped.outcome, HarvestOutcome::Unreachable { .. });
            if !is_away {
                self.doubt(kind).await?;
            }
            failed = Some(joined(failed, kind, stopped));
            if is_away {
                break;
            }
        }
        Ok(failed.map_or_else(|| Ok(self.ended.len() == self.marker.kinds.len()), Err))
    }

    /// Reads a feed; true if there is nothing more.
    async fn kind(&mut self, kind: ExchangeKind) -> Result<bool, Stop> {
        let began = self.harvester.clock.now();
        for _ in 0..self.harvester.most_pages {
            if self.harvester.clock.now() - began > MOST_TIME {
                return Ok(false);
            }
            if !self.page(kind).await? {
                self.end(kind).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads a page; false if it is the last one.
    async fn page(&mut self, kind: ExchangeKind) -> Result<bool, Stop> {
        let Some(here) = self.marker.kinds.get(&kind).cloned() else { return Ok(false) };
        let url = Url::parse(&here.next).map_err(|_| refused("the next page has no address"))?;
        let known = (here.etag.as_deref(), None);
        let fetcher = &self.harvester.fetcher;
        let fetched = fetcher.fetch_at(self.feed, &url, self.secret.as_deref(), known).await?;
        let Fetched::Body { bytes, etag, .. } = fetched else { return Ok(false) };
        let page = rows::read(self, kind, here, bytes).await?;
        let Some(after) = page.after else {
            if let Some(here) = self.marker.kinds.get_mut(&kind) {
                here.etag = etag;
            }
            return Ok(false);
        };
        self.moved.insert(kind);
        let is_whole = after.whole_since.is_some();
        let mut marker = self.marker.clone();
        marker.kinds.insert(kind, after);
        let taken = rows::take(self, kind, page.rows).await?;
        let note = MirrorNote::Page { kind, ids: taken.ids, refused: taken.refused, is_whole };
        self.step(marker, taken.changes, note).await?;
        Ok(true)
    }

    /// At the end of a feed: if it was read from its beginning, what it lacks goes.
    async fn end(&mut self, kind: ExchangeKind) -> Result<(), Stop> {
        let Some(here) = self.marker.kinds.get(&kind).cloned() else { return Ok(()) };
        if here.whole_since.is_none() {
            return self.save().await;
        }
        let standing = self.harvester.store.mirrored(self.feed, kind).await?;
        let since = here.held.map_or(self.now, |(_, since)| since);
        let is_held = !here.is_renewed
            && loses_too_much(standing.unseen as usize, standing.rows as usize)
            && self.now - since < HOLD;
        if !is_held {
            self.sweep(kind).await?;
        }
        let mut marker = self.marker.clone();
        let held = is_held.then_some((standing.unseen, since));
        marker.kinds.insert(kind, here.whole(self.now, held));
        self.step(marker, Vec::new(), MirrorNote::Whole(kind)).await
    }

    /// Takes away what a reading of everything has not seen.
    async fn sweep(&mut self, kind: ExchangeKind) -> Result<(), Stop> {
        loop {
            let unseen = self.harvester.store.unseen(self.feed, kind, MOST_REMOVED).await?;
            if unseen.is_empty() {
                return Ok(());
            }
            let gone = unseen.into_iter().map(|id| self.gone(kind, id)).collect();
            self.step(self.marker.clone(), gone, MirrorNote::None).await?;
        }
    }

    fn gone(&self, kind: ExchangeKind, id: uuid::Uuid) -> Change {
        Change::Gone(GlobalId::regional(kind.entity(), self.region.id, id))
    }

    async fn doubt(&mut self, kind: ExchangeKind) -> Result<(), Stop> {
        if let Some(here) = self.marker.kinds.get_mut(&kind) {
            here.doubt(self.now);
        }
        self.save().await
    }

    /// Keeps the marker, if it moved.
    async fn save(&mut self) -> Result<(), Stop> {
        if self.stored.as_ref() == Some(&self.marker) {
            return Ok(());
        }
        self.step(self.marker.clone(), Vec::new(), MirrorNote::None).await
    }

    async fn step(
        &mut self,
        after: FeedMarker,
        changes: Vec<Change>,
        note: MirrorNote,
    ) -> Result<(), Stop> {
        let before = self.stored.as_ref();
        let step = MirrorStep { feed: self.feed, before, after: &after, changes, note };
        let Some(applied) = self.harvester.store.mirror(self.now, step).await? else {
            let meanwhile = "it was moved, or read by somebody else, meanwhile: it is read again";
            return Err(refused(meanwhile).into());
        };
        self.reading.created += applied.created;
        self.reading.updated += applied.updated;
        self.reading.removed += applied.removed;
        self.marker = after.clone();
        self.stored = Some(after);
        Ok(())
    }
}

fn reason(outcome: &HarvestOutcome) -> &str {
    match outcome {
        HarvestOutcome::Refused { reason } | HarvestOutcome::Unreachable { reason } => reason,
        HarvestOutcome::Read | HarvestOutcome::Unchanged | HarvestOutcome::Underway => "",
    }
}

/// All that fails is told, the first failure decides what is done.
fn joined(before: Option<Failed>, kind: ExchangeKind, failed: Failed) -> Failed {
    let own = format!("{kind}: {}", reason(&failed.outcome));
    match before {
        Some(before) => refused(format!("{}; {own}", reason(&before.outcome))),
        None => {
            let outcome = match failed.outcome {
                HarvestOutcome::Unreachable { .. } => HarvestOutcome::Unreachable { reason: own },
                _ => HarvestOutcome::Refused { reason: own },
            };
            Failed { outcome, wait: failed.wait }
        }
    }
}
