//! The card: whose it is, its peer groups, and where its feeds are.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    CLOCK_LEEWAY, ExchangeKind, Feed, FeedAddress, FeedReading, Problem, Region, RegionCard,
    clean_line, read_card,
};
use folkmoot_store::{StoreError, WatchedFeed};
use uuid::Uuid;

use super::{Fetched, HarvestError, Harvester, Mirror, Stop, refused};
use crate::{card::differences, harvest::READ_AGAIN};

/// The longest epoch that is kept.
const LONGEST_EPOCH: usize = 200;

/// The longest name that is repeated to the region.
const LONGEST_NAME: usize = 60;

/// A card that was read now.
pub(super) struct Carded {
    pub(super) card: RegionCard,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
}

impl Mirror<'_> {
    /// Reads the card and takes over its peer groups; `None` if it has not changed.
    pub(super) async fn card(
        &mut self,
        watched: &WatchedFeed,
        anyway: bool,
    ) -> Result<Option<Carded>, Stop> {
        let known = match self.stored.is_some() && !anyway && self.is_settled(watched) {
            true => (watched.etag.as_deref(), watched.last_modified.as_deref()),
            false => (None, None),
        };
        let fetcher = &self.harvester.fetcher;
        let Fetched::Body { bytes, etag, last_modified } =
            fetcher.fetch(self.feed, self.secret.as_deref(), known).await?
        else {
            return Ok(None);
        };
        let card = read_card(&bytes).map_err(|error| refused(error.to_string()))?;
        self.check(&card).await?;
        self.take_groups(&card).await?;
        Ok(Some(Carded { card, etag, last_modified }))
    }

    /// False if the same card may be told something else about, for what it names may have changed.
    fn is_settled(&self, watched: &WatchedFeed) -> bool {
        let is_plain =
            |reading: &FeedReading| reading.refused.is_empty() && reading.notes.is_empty();
        watched.reading.as_ref().is_some_and(is_plain)
            && watched.read_at.is_some_and(|read_at| self.now - read_at < READ_AGAIN)
    }

    async fn check(&mut self, card: &RegionCard) -> Result<(), Stop> {
        let region = self.region;
        let own = self.harvester.store.instance().await?.id;
        if let Some(fault) = fault(card, region, own) {
            return Err(refused(fault).into());
        }
        let name = clean_line(&card.name, LONGEST_NAME);
        if name != region.name {
            let note =
                format!("the card calls the region \"{name}\", and here it is {}", region.name);
            self.reading.notes.push(note);
        }
        self.reading.notes.extend(clock(card.now, self.harvester.clock.now()));
        Ok(())
    }

    /// Takes over groups and memberships. What cannot be taken is told and harms no other.
    async fn take_groups(&mut self, card: &RegionCard) -> Result<(), Stop> {
        let (changes, faults) = differences(card, &self.reference, self.region, self.now);
        for fault in faults {
            self.refuse(fault.to_string());
        }
        let applied = self.harvester.store.apply(&self.feed.system(), self.now, changes).await;
        match applied.map_err(Stop::from) {
            Ok(_) => {}
            // Changed by somebody else meanwhile: they are tried again in a minute.
            Err(Stop::Failed(failed)) => {
                self.refuse(format!("groups: {}", super::reason(&failed.outcome)));
            }
            Err(broken) => return Err(broken),
        }
        let reference = self.harvester.reference.reference().await;
        self.reference = reference.map_err(|error| Stop::Broken(HarvestError::Reference(error)))?;
        Ok(())
    }

    fn refuse(&mut self, message: String) {
        self.reading.refused.push(Problem { line: None, column: None, message });
    }

    /// The address of each feed's first page.
    pub(super) fn feeds_of(&mut self, card: &RegionCard) -> BTreeMap<ExchangeKind, String> {
        let mut feeds = BTreeMap::new();
        for (place, item) in card.feeds.iter().enumerate() {
            let address = self.feed.address.url().join(&item.url);
            let address = address.map_err(|error| error.to_string());
            let address = address.and_then(|address| {
                FeedAddress::parse(address.as_str()).map_err(|error| error.to_string())
            });
            match address {
                Err(error) => self.refuse(format!("feeds[{place}].url: {error}")),
                Ok(_) if feeds.contains_key(&item.kind) => {
                    let kind = item.kind;
                    self.refuse(format!("feeds[{place}].kind: there is a feed of {kind} already"));
                }
                Ok(address) => {
                    feeds.insert(item.kind, address.to_string());
                }
            }
        }
        feeds
    }
}

impl Harvester {
    /// The card at the address of a region's changes, or why there is none that could be read for
    /// it. Nothing is kept of it.
    pub async fn card(
        &self,
        region: &Region,
        feed: &Feed,
    ) -> Result<Result<RegionCard, String>, StoreError> {
        let own = self.store.instance().await?.id;
        let fetched = match self.secret(feed) {
            Ok(secret) => self.fetcher.fetch(feed, secret.as_deref(), (None, None)).await,
            Err(failed) => Err(failed),
        };
        let bytes = match fetched {
            Ok(Fetched::Body { bytes, .. }) => bytes,
            Ok(Fetched::Unchanged) => Vec::new(),
            Err(failed) => return Ok(Err(super::reason(&failed.outcome).to_owned())),
        };
        let card = read_card(&bytes).map_err(|error| error.to_string());
        Ok(card.and_then(|card| fault(&card, region, own).map_or(Ok(card), Err)))
    }
}

/// What makes a card none of this region's changes. `own` is this gateway.
fn fault(card: &RegionCard, region: &Region, own: Uuid) -> Option<String> {
    if !region.is_called(&card.code) {
        let [code, name] = [&card.code, &card.name].map(|text| clean_line(text, LONGEST_NAME));
        return Some(format!(
            "the card is of {name} ({code}), and this region is {} ({}): check the address, or \
             write \"code\": \"{1}\" into the card",
            region.name, region.code
        ));
    }
    // A card lists the gateways that its rows have passed through.
    if card.instances.contains(&own) {
        let circle = "this region is this gateway's own: its rows would go in a circle; give the \
                      address of where they come from";
        return Some(circle.to_owned());
    }
    let is_long = card.epoch.len() > LONGEST_EPOCH;
    is_long.then(|| "epoch: has more than 200 bytes: write a shorter one".to_owned())
}

/// What is told of a clock that is wrong.
fn clock(theirs: DateTime<Utc>, ours: DateTime<Utc>) -> Option<String> {
    let off = theirs - ours;
    let way = if off > TimeDelta::zero() { "ahead of" } else { "behind" };
    let minutes = off.abs().num_minutes();
    (off.abs() > CLOCK_LEEWAY).then(|| {
        format!("the card's clock is {minutes} minutes {way} ours: set it right, and let now be the time of the answer")
    })
}
