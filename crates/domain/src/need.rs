//! What a region's people keep beside offers: calls for help, topics that they would like to
//! meet about, and who was introduced to whom. Names of councils in need are for coordinators.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{CouncilId, IntroductionId, NeedId, PointId, Provenance, RegionId, TopicId};

/// A council's call for help on a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Its id within the region.
    pub id: NeedId,
    /// The region that owns it.
    pub region: RegionId,
    /// What its region calls it; a second import with the same key updates it.
    pub natural_key: String,
    /// The council that asks.
    pub council: CouncilId,
    /// On which point.
    pub point: PointId,
    /// True if help from afar will do.
    pub remote: bool,
    /// A sentence.
    pub note: Option<String>,
    /// The day on which it was raised.
    pub raised_on: NaiveDate,
    /// The day from which on it is met; still open if absent.
    pub met_on: Option<NaiveDate>,
    /// Where it came from.
    pub provenance: Provenance,
    /// Raised by one with every change.
    pub revision: u32,
}

impl Need {
    /// True if it is raised and not yet met.
    pub fn is_open(&self, today: NaiveDate) -> bool {
        self.raised_on <= today && self.met_on.is_none_or(|met| met > today)
    }
}

/// A topic in a region's backlog for meet-ups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Its id within the region.
    pub id: TopicId,
    /// The region that owns it.
    pub region: RegionId,
    /// What its region calls it; a second import with the same key updates it.
    pub natural_key: String,
    /// One line.
    pub title: String,
    /// The points that it is about.
    pub points: Vec<PointId>,
    /// How many people would come.
    pub votes: u32,
    /// The day on which it was suggested.
    pub suggested_on: NaiveDate,
    /// Where it came from.
    pub provenance: Provenance,
    /// Raised by one with every change.
    pub revision: u32,
}

/// What became of an introduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IntroductionOutcome {
    /// It helped.
    Helped,
    /// The two did not fit.
    NoFit,
    /// One of the two never answered.
    NoAnswer,
}

/// Two councils that were put in touch, after both agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    /// Its id within the region.
    pub id: IntroductionId,
    /// The region that owns it: the one whose coordinator made it.
    pub region: RegionId,
    /// What its region calls it; a second import with the same key updates it.
    pub natural_key: String,
    /// The council that was to be helped.
    pub needing: CouncilId,
    /// The council that was to help.
    pub helping: CouncilId,
    /// On which point.
    pub point: PointId,
    /// The day on which they were introduced.
    pub introduced_on: NaiveDate,
    /// What became of it; open if absent.
    pub outcome: Option<IntroductionOutcome>,
    /// Where it came from.
    pub provenance: Provenance,
    /// Raised by one with every change.
    pub revision: u32,
}
