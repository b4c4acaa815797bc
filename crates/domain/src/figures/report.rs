//! What came of asking a region that keeps its answers elsewhere for the half-years that it closed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::RegionId;

/// What came of it. What it says of a region is for everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FiguresOutcome {
    /// All that it closed is here, as it says.
    Taken,
    /// Its service keeps a version of the contract that has no figures.
    OldContract,
    /// Its service gives them to none without a token of the scope `peer`.
    NotAllowed,
    /// Its service could not be asked.
    Unreachable,
    /// Something that it gives cannot be taken.
    Refused,
    /// It says something else now than when it was taken. What was taken stays.
    Changed,
}

impl FiguresOutcome {
    /// Why the region may be missing in the tables, to go on from its name; `None` if all that it
    /// closed is here.
    pub fn phrase(self) -> Option<&'static str> {
        match self {
            Self::Taken | Self::Changed => None,
            Self::OldContract => Some("keeps its own answers, and its service gives no figures"),
            Self::NotAllowed => Some("keeps its own answers, and gives this gateway no figures"),
            Self::Unreachable => {
                Some("keeps its own answers, and did not answer when it was last asked for figures")
            }
            Self::Refused => {
                Some("keeps its own answers, and what it gives of them cannot be taken as it is")
            }
        }
    }
}

/// What came of asking a region the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiguresReport {
    /// The region.
    pub region: RegionId,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// What came of it.
    pub outcome: FiguresOutcome,
    /// What there is to say to its coordinators, in sentences.
    pub notes: Vec<String>,
}
