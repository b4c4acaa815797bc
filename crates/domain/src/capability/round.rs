//! Rounds of self-assessment and the responses that councils give in them.

use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{HalfYear, Measure, Rating};
use crate::{
    CouncilId, Life, PointId, Provenance, RegionId, ResponseId, RoundId, StandardId, slug,
};

/// How a round took answers: figures taken in different ways compare with care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CaptureMethod {
    /// A show of hands at a workshop.
    ShowOfHands,
    /// Dots on a wall.
    DotVote,
    /// A form on the web.
    OnlineForm,
    /// Interviews, one council at a time.
    Interview,
}

impl CaptureMethod {
    /// Every way.
    pub const ALL: [Self; 4] =
        [Self::ShowOfHands, Self::DotVote, Self::OnlineForm, Self::Interview];

    /// Its name in sheets and on the command line, such as `online-form`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ShowOfHands => "show-of-hands",
            Self::DotVote => "dot-vote",
            Self::OnlineForm => "online-form",
            Self::Interview => "interview",
        }
    }
}

impl FromStr for CaptureMethod {
    type Err = String;

    /// Spaces, hyphens and case do not matter.
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|way| way.name() == slug(text));
        found.ok_or_else(|| {
            format!(
                "answers are taken in one of these ways: {}",
                Self::ALL.map(Self::name).join(", ")
            )
        })
    }
}

/// A round of self-assessment: a region asks its councils about every point of a standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Its id within the region.
    pub id: RoundId,
    /// The region that asks.
    pub region: RegionId,
    /// What its region calls it, such as `2016-11`.
    pub natural_key: String,
    /// The version of the standard that is asked about.
    pub standard: StandardId,
    /// The day that counts: who is at home in the region on it is asked, and it decides the
    /// half-year.
    pub held_on: NaiveDate,
    /// The last day on which answers are taken; open if absent. Not before `held_on`.
    pub closes_on: Option<NaiveDate>,
    /// How answers were taken.
    pub capture: CaptureMethod,
    /// Where it came from.
    pub provenance: Provenance,
    /// Raised by one with every change.
    pub revision: u32,
}

impl Round {
    /// The half-year that its answers count in.
    pub fn half_year(&self) -> HalfYear {
        HalfYear::of(self.held_on)
    }
}

/// How several people's answers became their council's one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Merging {
    /// One person answered, or several agreed.
    Agreed,
    /// By the lower median of their levels: see [`super::median_rating`].
    Median,
}

/// What a council answers about one point in one round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Derived from region, round, council and point.
    pub id: ResponseId,
    /// The region that owns it: the round's.
    pub region: RegionId,
    /// The round it was given in.
    pub round: RoundId,
    /// The council that answers.
    pub council: CouncilId,
    /// About which point.
    pub point: PointId,
    /// How well the council understands the point; none if it did not say.
    pub understanding: Option<Rating>,
    /// How much support it needs; none if it did not say.
    pub support_need: Option<Rating>,
    /// How many people are behind the answer; at least 1.
    pub people: u16,
    /// How their answers became one.
    pub merging: Merging,
    /// A sentence, for the region's coordinators only.
    pub note: Option<String>,
    /// Where it came from.
    pub provenance: Provenance,
    /// Raised by one with every change.
    pub revision: u32,
}

impl Response {
    /// The one id that a council's answer about a point in a round can have.
    pub fn id_of(round: RoundId, council: CouncilId, point: PointId) -> ResponseId {
        ResponseId::derived(&format!("{round}/{council}/{point}"))
    }

    /// The rating of a measure, if it was given.
    pub fn rating(&self, measure: Measure) -> Option<Rating> {
        match measure {
            Measure::Understanding => self.understanding,
            Measure::SupportNeed => self.support_need,
        }
    }
}

/// A council publishes its own answers: those that are frozen while it does are no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Publication {
    /// The region in which it said so.
    pub region: RegionId,
    /// The council.
    pub council: CouncilId,
    /// From this day on …
    pub starts_on: NaiveDate,
    /// … until this one; still if absent.
    pub ends_on: Option<NaiveDate>,
}

impl Publication {
    /// True if it publishes what is frozen on this day.
    pub fn is_in_force(&self, on: NaiveDate) -> bool {
        Life::new(Some(self.starts_on), self.ends_on).contains(on)
    }
}
