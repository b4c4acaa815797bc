//! What is said about each region: whether it answered, how fresh its rows are, and why not.

use chrono::{DateTime, Utc};
use folkmoot_domain::{Door, Kept, Outage, Region, RegionId, RegionState};
use thiserror::Error;

use crate::{Description, Lapse, SourceError};

/// Whether a region's rows are in the answer, and how fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceState {
    /// It answered, and its rows are as fresh as they should be.
    Fresh,
    /// It answered with rows that were read a while ago.
    Stale,
    /// Its rows are not in the answer.
    Missing,
}

/// Why a region's rows are not in the answer, not all of them, or not as of now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceReason {
    /// It did not answer in time.
    TimedOut,
    /// It could not be reached or is out of order.
    Unreachable,
    /// It refused the request.
    Refused,
    /// Its answer broke the contract.
    InvalidAnswer,
    /// Nothing was ever read from it.
    NeverAnswered,
    /// It is paused, so it was not asked.
    Paused,
    /// It joined after the walk had passed these rows. The reason of gaps only.
    Joined,
}

impl From<&SourceError> for SourceReason {
    fn from(error: &SourceError) -> Self {
        Outage::from(error).into()
    }
}

impl From<&SourceError> for Outage {
    fn from(error: &SourceError) -> Self {
        match error {
            SourceError::Unavailable | SourceError::Busy(_) => Self::Unreachable,
            SourceError::TimedOut => Self::TimedOut,
            SourceError::Rejected => Self::Refused,
            SourceError::Malformed(_) => Self::Broken,
        }
    }
}

impl From<Outage> for SourceReason {
    fn from(outage: Outage) -> Self {
        match outage {
            Outage::Unreachable => Self::Unreachable,
            Outage::TimedOut => Self::TimedOut,
            Outage::Refused => Self::Refused,
            Outage::Broken => Self::InvalidAnswer,
        }
    }
}

impl SourceReason {
    /// What happened, as the end of a sentence that begins with the region's name.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::TimedOut => "did not answer in time",
            Self::Unreachable => "could not be reached",
            Self::Refused => "refused the request",
            Self::InvalidAnswer => "gave an answer that breaks the contract, which was left out",
            Self::NeverAnswered => "has not given any rows yet",
            Self::Paused => "is paused",
            Self::Joined => "joined during this walk",
        }
    }
}

/// How people read an instant.
const MOMENT: &str = "%-d %B %Y, %H:%M UTC";

/// The word on one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceStatus {
    /// The region.
    pub region: RegionId,
    /// Its code.
    pub code: String,
    /// Its everyday name.
    pub name: String,
    /// Whether its rows are in the answer, and how fresh.
    pub state: SourceState,
    /// Why they are missing, or why there are none but stale ones.
    pub reason: Option<SourceReason>,
    /// The instant for which its rows are known to be right, where that is known.
    pub as_of: Option<DateTime<Utc>>,
    /// All this as a sentence.
    pub note: String,
    /// How many of its rows are in the list, if it was asked and said so.
    pub count: Option<u64>,
}

/// How old rows may be, by a clock, before a region counts as stale.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Freshness {
    pub(crate) now: DateTime<Utc>,
    pub(crate) stale_after: chrono::TimeDelta,
}

impl SourceStatus {
    /// A region that answered, with what it says of its freshness (`None` if it said nothing)
    /// and, if it is an earlier answer that was kept, how old that is.
    pub(crate) fn answered(
        region: &Region,
        description: Option<&Description>,
        kept: Option<Kept>,
        freshness: Freshness,
    ) -> Self {
        let described = description.and_then(|description| description.as_of);
        if let Some(kept) = kept {
            // What was kept can be no newer than the region itself says.
            let as_of = described.map_or(kept.as_of, |described| kept.as_of.min(described));
            return Self::kept(region, Kept { as_of, ..kept }, freshness);
        }
        let name = &region.name;
        // Hosted rows are the original: they are as of the moment they are read.
        let hosted = Description::as_of(freshness.now);
        let description = if region.door == Door::Hosted { Some(&hosted) } else { description };
        match description {
            Some(Description { as_of: None, .. }) => {
                Self::missing(region, SourceReason::NeverAnswered, None)
            }
            Some(Description { as_of: Some(as_of), lapse, .. }) => {
                Self::copied(region, *as_of, *lapse, freshness)
            }
            None => {
                let note = format!("{name} answered, but not how fresh its rows are.");
                Self::of(region, SourceState::Stale, None, None, note)
            }
        }
    }

    /// Rows that were copied, and whether the copy could be renewed.
    fn copied(
        region: &Region,
        as_of: DateTime<Utc>,
        lapse: Option<Lapse>,
        freshness: Freshness,
    ) -> Self {
        // A single failure is no news to readers, but neither is it kept from them.
        let outage = lapse.filter(|lapse| lapse.is_overdue).map(|lapse| lapse.outage);
        let mut status = Self::kept(region, Kept { as_of, is_stale: false, outage }, freshness);
        if let (Some(_), SourceState::Fresh) = (lapse, status.state) {
            let (name, when) = (&region.name, as_of.format(MOMENT));
            status.note = format!(
                "{name} answered with rows as of {when}; they could not be read anew since."
            );
        }
        status
    }

    fn kept(region: &Region, kept: Kept, freshness: Freshness) -> Self {
        let Kept { as_of, is_stale, outage } = kept;
        let is_stale =
            is_stale || outage.is_some() || freshness.now - as_of > freshness.stale_after;
        let (name, when) = (&region.name, as_of.format(MOMENT));
        let reason = outage.map(SourceReason::from);
        let (state, note) = match reason {
            Some(reason) => {
                (SourceState::Stale, format!("{name} {}; rows as of {when}.", reason.phrase()))
            }
            None if is_stale => {
                (SourceState::Stale, format!("{name} answered with rows as of {when}."))
            }
            None => (SourceState::Fresh, format!("{name} answered.")),
        };
        Self::of(region, state, reason, Some(as_of), note)
    }

    /// A region without rows in the answer.
    pub(crate) fn missing(
        region: &Region,
        reason: SourceReason,
        description: Option<&Description>,
    ) -> Self {
        let (name, phrase) = (&region.name, reason.phrase());
        let note = match &region.state {
            RegionState::Paused { reason } if !reason.is_empty() => {
                format!("{name} is paused: {reason}")
            }
            _ => format!("{name} {phrase}."),
        };
        let as_of = description.and_then(|description| description.as_of);
        Self::of(region, SourceState::Missing, Some(reason), as_of, note)
    }

    fn of(
        region: &Region,
        state: SourceState,
        reason: Option<SourceReason>,
        as_of: Option<DateTime<Utc>>,
        note: String,
    ) -> Self {
        let (code, name) = (region.code.to_string(), region.name.clone());
        Self { region: region.id, code, name, state, reason, as_of, note, count: None }
    }
}

/// The owner of a row cannot say whether it exists.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{code} {}: ask again later", .reason.phrase())]
pub struct Unreachable {
    /// The owner.
    pub region: RegionId,
    /// Its code.
    pub code: String,
    /// Why it cannot say.
    pub reason: SourceReason,
}

#[cfg(test)]
mod tests;
