//! Case studies: what a council learned, on which points, and when it was last looked at.

use chrono::{DateTime, NaiveDate, Utc};
use get_size2::GetSize;
use serde::{Deserialize, Serialize};

use crate::{CaseStudyId, CouncilId, Key, Keyed, Link, PointId, Provenance, RegionId};

/// A case study that a region shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, GetSize)]
pub struct CaseStudy {
    /// Its id within the region.
    pub id: CaseStudyId,
    /// The region that owns it.
    pub region: RegionId,
    /// The council it is about, if it is about one.
    pub council: Option<CouncilId>,
    /// What its region calls it; a second import with the same key updates it.
    pub natural_key: String,
    /// One line.
    pub title: String,
    /// A paragraph.
    pub summary: String,
    /// The points it is about.
    pub points: Vec<PointId>,
    /// Where the whole text is.
    pub link: Option<Link>,
    /// When it was published: the order of lists, newest first. Whole seconds.
    pub published_at: DateTime<Utc>,
    /// When somebody last checked that it still holds.
    pub reviewed_on: Option<NaiveDate>,
    /// Where it came from.
    pub provenance: Provenance,
    /// Raised by one with every change.
    pub revision: u32,
}

impl Keyed for CaseStudy {
    fn key(&self) -> Key {
        Key::at(self.published_at, self.id)
    }

    fn region(&self) -> RegionId {
        self.region
    }
}

/// Which case studies a list holds; every part that is present must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct CaseStudyFilter {
    /// On one of these points.
    pub points: Option<Vec<PointId>>,
    /// About one of these councils.
    pub councils: Option<Vec<CouncilId>>,
    /// Holding these words, as the database's own text search understands them.
    pub search: Option<String>,
}
