//! Following a region's changes: how far each feed has been read, when it has to be read from its
//! beginning again, and what its next page may say.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;
use uuid::Uuid;

use super::{
    item::{ExchangeKind, Fault},
    page::{FeedPage, MAX_PAGE_ITEMS},
};
use crate::{FeedAddress, NoFeedAddress, feed::HOLD};

/// Deletions are given for seven days at least: whoever reads everything once in so long misses
/// none, even if a change was lost.
const WHOLE_EVERY: TimeDelta = TimeDelta::days(7);

/// A reading from the beginning that has not come to its end after so long begins again.
const WHOLE_WITHIN: TimeDelta = TimeDelta::days(1);

/// How far a region's changes have been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedMarker {
    /// The card's.
    pub epoch: String,
    /// For which instant the rows are known to be right, if their source is not the region.
    pub as_of: Option<DateTime<Utc>>,
    /// Each feed of the card.
    pub kinds: BTreeMap<ExchangeKind, KindMarker>,
}

/// How far the feed of a kind has been read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindMarker {
    /// The address of its first page, as the card has it.
    pub first: String,
    /// The address of the page that is read next.
    pub next: String,
    /// What the server called that page, if it was read and was the last one.
    pub etag: Option<String>,
    /// Change number and id of the last item that was read.
    pub last: Option<(i64, Uuid)>,
    /// Since when everything is read again, if it is: rows that are not seen go at its end.
    pub whole_since: Option<DateTime<Utc>>,
    /// When everything was last read.
    pub whole_at: Option<DateTime<Utc>>,
    /// True while everything is read because the region said that its numbers began anew: what is
    /// not there any more is then not doubted.
    pub is_renewed: bool,
    /// When the feed was first found to contradict itself; none once it does not.
    pub doubted_at: Option<DateTime<Utc>>,
    /// Rows that everything lacked, kept for a day: how many, and since when.
    pub held: Option<(u64, DateTime<Utc>)>,
}

impl KindMarker {
    /// At the beginning of a feed.
    pub fn beginning(first: &str, now: DateTime<Utc>, is_renewed: bool) -> Self {
        Self {
            first: first.to_owned(),
            next: first.to_owned(),
            etag: None,
            last: None,
            whole_since: Some(now),
            whole_at: None,
            is_renewed,
            doubted_at: None,
            held: None,
        }
    }

    /// At its beginning again, with what is remembered of it.
    pub fn again(&self, now: DateTime<Utc>) -> Self {
        Self {
            whole_at: self.whole_at,
            doubted_at: self.doubted_at,
            held: self.held,
            ..Self::beginning(&self.first, now, self.is_renewed && self.whole_since.is_some())
        }
    }

    /// True if everything has to be read again: once a week, once after a contradiction, once
    /// after rows were kept for a day, and where doing so has not come to an end.
    pub fn is_whole_due(&self, now: DateTime<Utc>) -> bool {
        match (self.whole_since, self.whole_at) {
            (Some(since), _) => now - since >= WHOLE_WITHIN,
            (None, None) => true,
            (None, Some(whole_at)) => {
                now - whole_at >= WHOLE_EVERY
                    || self.doubted_at.is_some_and(|at| at > whole_at)
                    || self.held.is_some_and(|(_, since)| now - since >= HOLD)
            }
        }
    }

    /// Notes that the feed contradicts itself; how often does not matter.
    pub fn doubt(&mut self, now: DateTime<Utc>) {
        self.doubted_at.get_or_insert(now);
    }

    /// At the end of a reading of everything.
    pub fn whole(&self, now: DateTime<Utc>, held: Option<(u64, DateTime<Utc>)>) -> Self {
        Self {
            whole_since: None,
            // Not before what was found until now, which is thereby dealt with.
            whole_at: Some(now),
            is_renewed: false,
            held,
            ..self.clone()
        }
    }

    /// The marker after a page; none if it is the last one, which has no items.
    pub fn after(&self, page: &FeedPage) -> Result<Option<Self>, Contradiction> {
        let Some(end) = page.items.last() else { return Ok(None) };
        if page.items.len() > MAX_PAGE_ITEMS {
            return Err(Contradiction::TooManyItems(page.items.len()));
        }
        let first = page.items[0].place();
        if let Some(last) = self.last
            && first <= last
        {
            return Err(Contradiction::Backwards { first: first.0, last: last.0 });
        }
        // The same item twice is odd and harmless: the last one counts.
        let pairs = page.items.iter().zip(page.items.iter().skip(1));
        let mut fallen = pairs.filter(|(one, next)| next.place() < one.place());
        if let Some((_, item)) = fallen.next() {
            return Err(Contradiction::OutOfOrder { modified: item.modified, id: item.id });
        }
        let malformed = |_| Contradiction::NoAddress(NoFeedAddress::Malformed);
        let here = Url::parse(&self.next).map_err(malformed)?;
        let next = here.join(&page.next).map_err(malformed)?;
        let next = FeedAddress::parse(next.as_str()).map_err(Contradiction::NoAddress)?;
        if next.url().origin() != here.origin() {
            return Err(Contradiction::Elsewhere(next.url().origin().ascii_serialization()));
        }
        if *next.url() == here {
            return Err(Contradiction::Circle);
        }
        let (next, last) = (next.to_string(), Some(end.place()));
        Ok(Some(Self { next, last, etag: None, ..self.clone() }))
    }
}

/// What a page says that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Contradiction {
    /// More than a page may have.
    #[error("a page has {0} items: give at most {MAX_PAGE_ITEMS}")]
    TooManyItems(usize),
    /// Its items are not in order.
    #[error(
        "the items of a page are out of order at change {modified}, {id}: order them by modified, \
         then id"
    )]
    OutOfOrder {
        /// Of the first item that stands too late.
        modified: i64,
        /// Of the same.
        id: Uuid,
    },
    /// It begins before the end of the page before.
    #[error(
        "a page goes backwards: it begins at change {first}, and change {last} had come before; \
         give only later ones, or write another epoch if numbers began anew"
    )]
    Backwards {
        /// Of its first item.
        first: i64,
        /// Of the last item before it.
        last: i64,
    },
    /// It leads to itself.
    #[error("a page with items leads to itself as its next: lead to the items after its last one")]
    Circle,
    /// It leads to another server.
    #[error("a page leads to {0} as its next: keep all pages of a feed on one host")]
    Elsewhere(String),
    /// It leads nowhere.
    #[error("the next of a page is no address: {0}")]
    NoAddress(NoFeedAddress),
    /// There are other rows than the card says.
    #[error("the card counts {told} rows, and the feed gave {found}: it skips or invents some")]
    OtherCount {
        /// By the card.
        told: u64,
        /// By the feed.
        found: u64,
    },
    /// Change numbers fell.
    #[error(
        "the card says that the last change is {told}, and change {found} was read before: write \
         another epoch if numbers began anew"
    )]
    AheadOfCard {
        /// By the card.
        told: i64,
        /// By the feed.
        found: i64,
    },
    /// The feed ends before what the card says.
    #[error("the card says that there is a change {told}, and the feed ends at {found}")]
    ShortOfCard {
        /// By the card.
        told: i64,
        /// By the feed.
        found: i64,
    },
}

/// What stands here of a kind that is read by its changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindReading {
    /// Which.
    pub kind: ExchangeKind,
    /// Good rows.
    pub rows: u64,
    /// Rows that cannot be taken as they are; of some an earlier version stands.
    pub left_out: u64,
    /// The first of them.
    pub refused: Vec<RefusedRow>,
    /// The last change that was read.
    pub change: Option<i64>,
    /// True if that is the last one there is.
    pub is_read: bool,
}

/// A row that cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// Its id.
    pub id: Uuid,
    /// Why; at least one.
    pub faults: Vec<Fault>,
}

#[cfg(test)]
mod tests;
