//! What a release says: rows that are written once and never change.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Hidden, Matched, Unmatched};
use crate::{HalfYear, Histogram, Measure, NoFigure, PointId, RegionId, StandardId};

/// A release: the rows that one run of the job wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// From 1 on; the highest is the revision of all that is published.
    pub number: u32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: String,
    /// The threshold that its rows passed.
    pub threshold: u32,
}

/// Whose answers a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One region.
    Region(RegionId),
    /// The regions that are too small to stand alone, together.
    Others,
    /// All regions that are in a written row.
    Nation,
    /// Of those, the councils that answered in the half-year before, too.
    Matched,
}

/// A row of a release.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct ReleaseRow {
    /// The release that wrote it.
    pub release: u32,
    pub half_year: HalfYear,
    pub standard: StandardId,
    pub point: PointId,
    pub measure: Measure,
    pub scope: Scope,
    /// The regions whose answers are in it; of a hidden row none.
    pub regions: Vec<RegionId>,
    pub shown: Shown,
    /// Councils that could have answered.
    pub eligible: u32,
    /// True if it holds every region that asked: none was late, hidden or taken back.
    pub complete: bool,
    /// Why it should not be compared with the half-year before, in a sentence.
    pub break_reason: Option<String>,
    /// When the last of its answers was frozen.
    pub as_of: DateTime<Utc>,
}

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shown {
    /// How many councils are at each level.
    Counts(Histogram),
    /// Two rounded shares.
    Pair(Matched),
    /// Nothing.
    Hidden(Suppression),
    /// Nothing any more: a steward took it back.
    Withdrawn,
}

impl Shown {
    /// What everyone may know of why there is no figure; `None` if there is one. Which of the
    /// reasons to hide it it was is for the steward alone.
    pub fn no_figure(self) -> Option<NoFigure> {
        match self {
            Self::Counts(_) | Self::Pair(_) => None,
            Self::Hidden(Suppression::NotAsked) => Some(NoFigure::NotAsked),
            Self::Hidden(Suppression::Pair(Unmatched::NothingBefore)) | Self::Withdrawn => {
                Some(NoFigure::NotPublished)
            }
            Self::Hidden(Suppression::Block(_) | Suppression::Pair(_)) => Some(NoFigure::Hidden),
        }
    }
}

/// Why a row shows nothing. For the steward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suppression {
    /// The block did not pass.
    Block(Hidden),
    /// The matched pair did not pass.
    Pair(Unmatched),
    /// The region did not ask about the point's standard in that half-year.
    NotAsked,
}

impl Suppression {
    const ALL: [Self; 9] = [
        Self::Block(Hidden::Few),
        Self::Block(Hidden::NearlyAlike),
        Self::Block(Hidden::OneRegion),
        Self::Pair(Unmatched::NothingBefore),
        Self::Pair(Unmatched::Few),
        Self::Pair(Unmatched::FewOthers),
        Self::Pair(Unmatched::LittleSlack),
        Self::Pair(Unmatched::AfterHidden),
        Self::NotAsked,
    ];

    /// As a stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Block(hidden) => hidden.name(),
            Self::Pair(unmatched) => unmatched.name(),
            Self::NotAsked => "not asked",
        }
    }

    /// The reason of this name.
    pub fn from_name(name: &str, is_pair: bool) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|one| one.name() == name && matches!(one, Self::Pair(_)) == is_pair)
    }
}

/// A region that closed a half-year: its answers of it are frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The region.
    pub region: RegionId,
    /// The half-year.
    pub half_year: HalfYear,
    /// When it closed.
    pub closed_at: DateTime<Utc>,
    /// Who closed it.
    pub closed_by: String,
    /// What it had asked about, a standard each.
    pub asked: Vec<Asked>,
}

/// What a region had asked about in a half-year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The version of the standard.
    pub standard: StandardId,
    /// Councils that could have answered: at home on the day of the latest round.
    pub eligible: u32,
    /// The day of the latest round.
    pub held_on: chrono::NaiveDate,
}

impl Closing {
    /// What it had asked about this standard, if it had.
    pub fn about(&self, standard: StandardId) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.standard == standard)
    }
}
