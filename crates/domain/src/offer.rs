//! Offers of help: which council offers what on which point.

use chrono::{DateTime, NaiveDate, Utc};
use get_size2::GetSize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CouncilId, Key, Keyed, Link, OfferId, PointId, Provenance, RegionId};

/// What is offered.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum OfferKind {
    Advise,
    Speak,
    Host,
    Assess,
    ShareCode,
}

/// An offer of help by a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, GetSize)]
pub struct Offer {
    /// Its id within the region.
    pub id: OfferId,
    /// The region that owns it.
    pub region: RegionId,
    /// The council that offers.
    pub council: CouncilId,
    /// What its region calls it; a second import with the same key updates it.
    pub natural_key: String,
    /// What is offered.
    #[get_size(ignore)]
    pub kind: OfferKind,
    /// On which point; any if absent.
    pub point: Option<PointId>,
    /// True if it needs no travel.
    pub remote: bool,
    /// From when on; now if absent.
    pub available_from: Option<NaiveDate>,
    /// A sentence.
    pub note: Option<String>,
    /// The page where one asks for it: never a person's address.
    pub ask_url: Link,
    /// When it was made: the order of lists, newest first. Whole seconds.
    pub offered_at: DateTime<Utc>,
    /// Where it came from.
    pub provenance: Provenance,
    /// Raised by one with every change.
    pub revision: u32,
}

impl Keyed for Offer {
    fn key(&self) -> Key {
        Key::at(self.offered_at, self.id)
    }

    fn region(&self) -> RegionId {
        self.region
    }
}

/// Which offers a list holds; every part that is present must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct OfferFilter {
    /// On one of these points.
    pub points: Option<Vec<PointId>>,
    /// Of one of these kinds.
    pub kinds: Option<Vec<OfferKind>>,
    /// By one of these councils.
    pub councils: Option<Vec<CouncilId>>,
    /// Given without travel, or not.
    pub remote: Option<bool>,
}
