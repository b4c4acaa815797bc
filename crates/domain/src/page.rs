//! What a page asks of a source of rows, and what the source answers.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{Direction, Key, RegionId};

/// A row that can stand in an ordered list over many regions.
pub trait Keyed {
    /// Its place in the list.
    fn key(&self) -> Key;
    /// The region that owns it.
    fn region(&self) -> RegionId;
    /// Its id within the region.
    fn id(&self) -> Uuid {
        self.key().id
    }
}

/// One page of one list: at most `first` rows of `regions` that pass `filter`, in walking
/// order, with `after < key <= until` in that order.
#[derive(Clone, Debug, PartialEq)]
pub struct SliceRequest<F> {
    /// What the rows must fulfil.
    pub filter: F,
    /// The regions whose rows are asked for.
    pub regions: Vec<RegionId>,
    /// Which way the walk goes.
    pub direction: Direction,
    /// Rows strictly after this key; from the start if absent.
    pub after: Option<Key>,
    /// Rows up to and including this key; to the end if absent.
    pub until: Option<Key>,
    /// The most rows wanted, at least 1.
    pub first: usize,
    /// Whether the number of all rows that pass the filter, whatever the bounds, is wanted too.
    pub count: bool,
    /// How much of each row is wanted.
    pub extent: Extent,
}

/// How much of a row is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// All of it.
    Whole,
    /// What a list shows of it. The rest may be empty; a source may give more than it has to.
    Brief,
}

impl<F> SliceRequest<F> {
    /// The first rows of a list, not counted.
    pub fn of_first(first: usize, filter: F, regions: Vec<RegionId>, direction: Direction) -> Self {
        Self {
            filter,
            regions,
            direction,
            after: None,
            until: None,
            first,
            count: false,
            extent: Extent::Whole,
        }
    }
}

/// What a source answers to a [`SliceRequest`].
#[derive(Clone, Debug, PartialEq)]
pub struct Slice<T> {
    /// In walking order; a source may send fewer than asked for.
    pub rows: Vec<T>,
    /// True if there are rows after the last one (and up to `until`).
    pub has_more: bool,
    /// Per region asked, how many rows pass the filter; if asked for.
    pub counts: Option<BTreeMap<RegionId, u64>>,
    /// Present if this was answered earlier and kept; absent if it is as of now.
    pub kept: Option<Kept>,
}

/// The word of a slice that was kept on how old it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The instant for which the rows are known to be right.
    pub as_of: DateTime<Utc>,
    /// True if they are older than such rows should be.
    pub is_stale: bool,
    /// Why there are no newer ones; absent if none were asked for, or they are still awaited.
    pub outage: Option<Outage>,
}

/// Why a region that is asked anew gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outage {
    /// It could not be reached or is out of order.
    Unreachable,
    /// It did not answer in time.
    TimedOut,
    /// It refused the request.
    Refused,
    /// Its answer broke the contract.
    Broken,
}

impl Kept {
    /// What holds for rows of both, of which either may be as of now.
    pub fn of_both(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
        Some(Self {
            as_of: one.as_of.min(other.as_of),
            is_stale: one.is_stale || other.is_stale,
            outage: one.outage.or(other.outage),
        })
    }
}

impl<T> Slice<T> {
    /// The slice of up to `first` rows from `rows`, which holds one more if there is more.
    pub fn trimmed(mut rows: Vec<T>, first: usize) -> Self {
        let has_more = rows.len() > first;
        rows.truncate(first);
        Self { rows, has_more, counts: None, kept: None }
    }
}

impl<T: Keyed> Keyed for std::sync::Arc<T> {
    fn key(&self) -> Key {
        (**self).key()
    }

    fn region(&self) -> RegionId {
        (**self).region()
    }
}
