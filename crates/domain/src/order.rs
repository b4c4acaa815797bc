//! Total orders: the key that every list is walked by, and the two directions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most bytes a sort key may have, so that a cursor stays under 200 bytes.
pub(crate) const MAX_SORT_NAME: usize = 64;

/// The first part of a list's key; never null.
///
/// Lists that cross a network are ordered by an instant, so that no two languages have to fold
/// Unicode alike; names are for rows that we hold ourselves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SortKey {
    /// Whole seconds.
    Instant(DateTime<Utc>),
    /// Bytes of a folded name, at most 64, compared bytewise.
    Name(String),
}

/// The place of a row in its list: sort key, then id. Two rows never share one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Key {
    pub sort: SortKey,
    pub id: Uuid,
}

impl Key {
    /// A key ordered by an instant, cut to whole seconds.
    pub fn at(instant: DateTime<Utc>, id: impl Into<Uuid>) -> Self {
        Self { sort: SortKey::Instant(crate::to_second(instant)), id: id.into() }
    }

    /// A key ordered by a folded name (see [`crate::sort_name`]).
    pub fn named(sort_name: impl Into<String>, id: impl Into<Uuid>) -> Self {
        Self { sort: SortKey::Name(sort_name.into()), id: id.into() }
    }

    /// The instant it is ordered by, if it is.
    pub fn instant(&self) -> Option<DateTime<Utc>> {
        match self.sort {
            SortKey::Instant(instant) => Some(instant),
            SortKey::Name(_) => None,
        }
    }
}

/// Which way a list is walked; descending reverses both parts of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    /// The other way.
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }

    /// Compares two keys in walking order.
    pub fn compare(self, left: &Key, right: &Key) -> std::cmp::Ordering {
        match self {
            Self::Ascending => left.cmp(right),
            Self::Descending => right.cmp(left),
        }
    }
}
