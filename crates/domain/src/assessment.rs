//! Peer-led service assessments: a panel from other councils looks at a service, point by point.
//!
//! Practice differs, so the scheme of outcomes is data, and red, amber and green are for display
//! only. An assessment is advice, and public only with the assessed council's consent.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use get_size2::GetSize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    AssessmentId, CouncilId, Key, Keyed, PointId, Provenance, RegionId, StandardId, Unpublished,
    london_day_start,
};

/// How far a service has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum Stage {
    Discovery,
    Alpha,
    Beta,
    Live,
}

/// Whether a service is looked at for the first time at this stage.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AssessmentKind {
    /// For the first time.
    Assessment,
    /// Again, looking at the open actions.
    Reassessment,
}

/// A seat on a panel.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PanelRole {
    /// Has the casting vote; every panel has one.
    Lead,
    /// Looks at research.
    UserResearcher,
    /// Looks at design.
    Designer,
    /// Looks at technology.
    Technologist,
    /// Looks at performance.
    Analyst,
    /// Only looks.
    Observer,
}

/// Who sat where: a council, never a person.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, GetSize,
)]
#[allow(missing_docs)]
pub struct Seat {
    #[get_size(ignore)]
    pub role: PanelRole,
    /// None if it came from elsewhere than a council.
    pub council: Option<CouncilId>,
}

/// Something that the team has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, GetSize)]
pub struct Action {
    /// One line.
    pub text: String,
    /// Until when.
    pub due_on: NaiveDate,
    /// Since when it is done; open if absent.
    pub done_on: Option<NaiveDate>,
}

impl Action {
    /// True while it is not done.
    pub fn is_open(&self, today: NaiveDate) -> bool {
        self.done_on.is_none_or(|done| done > today)
    }
}

/// What the panel says of one point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, GetSize)]
pub struct PointOutcome {
    /// The point.
    pub point: PointId,
    /// A code of the assessment's scheme.
    pub outcome: String,
    /// What was done well.
    pub done_well: Option<String>,
    /// What must be done.
    pub actions: Vec<Action>,
    /// What might be done.
    pub advice: Option<String>,
}

/// An assessment of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, GetSize)]
pub struct Assessment {
    /// Its id within the region.
    pub id: AssessmentId,
    /// The region that owns it.
    pub region: RegionId,
    /// What its region calls it; a second import with the same key updates it.
    pub natural_key: String,
    /// The council whose service it is.
    pub council: CouncilId,
    /// The service, such as `Report a missed bin`.
    pub service: String,
    /// The version of the standard.
    pub standard: StandardId,
    /// How far the service was.
    #[get_size(ignore)]
    pub stage: Stage,
    /// First or again.
    #[get_size(ignore)]
    pub kind: AssessmentKind,
    /// The day of the panel.
    pub held_on: NaiveDate,
    /// The code of the scheme of outcomes.
    pub scheme: String,
    /// The overall result, a code of the scheme.
    pub result: String,
    /// Who sat on the panel.
    pub panel: Vec<Seat>,
    /// Point by point.
    pub points: Vec<PointOutcome>,
    /// The one that it follows, if it does.
    pub previous: Option<AssessmentId>,
    /// True if the council agreed to its publication.
    pub is_public: bool,
    /// Where it came from.
    pub provenance: Provenance,
    /// Raised by one with every change.
    pub revision: u32,
}

impl Assessment {
    /// True for somebody who may read these beside what is public.
    pub fn is_shown_with(&self, unpublished: &Unpublished) -> bool {
        unpublished.shows(self.region, self.council, self.is_public)
    }

    /// The instant that orders lists: the start of its day.
    pub fn held_at(&self) -> DateTime<Utc> {
        london_day_start(self.held_on)
    }

    /// Actions that are not done yet, with their points.
    pub fn open_actions(&self, today: NaiveDate) -> impl Iterator<Item = (PointId, &Action)> {
        self.points.iter().flat_map(move |outcome| {
            let open = outcome.actions.iter().filter(move |action| action.is_open(today));
            open.map(|action| (outcome.point, action))
        })
    }

    /// What is wrong with its panel, if anything.
    pub fn panel_fault(&self) -> Option<&'static str> {
        if !self.panel.iter().any(|seat| seat.role == PanelRole::Lead) {
            return Some("a panel needs a lead, who has the casting vote");
        }
        let is_own =
            |seat: &Seat| seat.role != PanelRole::Observer && seat.council == Some(self.council);
        let fault = "no assessor may come from the assessed council: make it an observer";
        self.panel.iter().any(is_own).then_some(fault)
    }
}

impl Keyed for Assessment {
    fn key(&self) -> Key {
        Key::at(self.held_at(), self.id)
    }

    fn region(&self) -> RegionId {
        self.region
    }
}

/// Which assessments a list holds; every part that is present must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct AssessmentFilter {
    /// Of services of one of these councils.
    pub councils: Option<Vec<CouncilId>>,
    /// At one of these stages.
    pub stages: Option<Vec<Stage>>,
    /// Public, or among these: public alone unless the list says otherwise.
    pub unpublished: Unpublished,
}

impl AssessmentFilter {
    /// True if a list with this filter holds the assessment.
    pub fn accepts(&self, assessment: &Assessment) -> bool {
        self.councils.as_ref().is_none_or(|all| all.contains(&assessment.council))
            && self.stages.as_ref().is_none_or(|all| all.contains(&assessment.stage))
            && assessment.is_shown_with(&self.unpublished)
    }
}

/// Red, amber or green, for display only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum Rag {
    Green,
    Amber,
    Red,
}

/// A scheme of outcomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Such as `rag`.
    pub code: String,
    /// What it is, in a few words.
    pub title: String,
    /// The least sum of scores that passes, where outcomes have scores.
    pub pass_mark: Option<u16>,
    /// From best to worst.
    pub outcomes: Vec<Outcome>,
}

/// An outcome of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Outcome {
    pub code: String,
    pub label: String,
    pub rag: Rag,
    pub score: Option<u16>,
}

impl Scheme {
    /// The outcome with this code.
    pub fn outcome(&self, code: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.code == code)
    }
}

/// Every scheme that is known: how the Greater London Authority, Hackney and central government
/// have done it.
pub fn schemes() -> &'static [Scheme] {
    static SCHEMES: LazyLock<Vec<Scheme>> = LazyLock::new(|| {
        type Row = (String, String, Option<u16>, String, String, Rag, Option<u16>);
        let mut schemes: Vec<Scheme> = Vec::new();
        let rows = csv::Reader::from_reader(include_str!("data/assessment_schemes.csv").as_bytes())
            .into_deserialize::<Row>()
            .map(|row| row.expect("a test reads the embedded schemes"))
            .collect::<Vec<_>>();
        for (scheme, title, pass_mark, code, label, rag, score) in rows {
            if schemes.last().is_none_or(|last| last.code != scheme) {
                schemes.push(Scheme { code: scheme, title, pass_mark, outcomes: Vec::new() });
            }
            if let Some(last) = schemes.last_mut() {
                last.outcomes.push(Outcome { code, label, rag, score });
            }
        }
        schemes
    });
    &SCHEMES
}

/// The scheme with this code; an unknown one is answered with those that there are.
pub fn scheme(code: &str) -> Result<&'static Scheme, String> {
    let found = schemes().iter().find(|scheme| scheme.code.eq_ignore_ascii_case(code.trim()));
    found.ok_or_else(|| {
        let codes: Vec<_> = schemes().iter().map(|scheme| scheme.code.as_str()).collect();
        format!("a scheme of outcomes is one of {}", codes.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_map_every_outcome_for_display() {
        let shown: Vec<_> = schemes()
            .iter()
            .map(|it| (it.code.as_str(), it.outcomes.len(), it.pass_mark))
            .collect();
        assert_eq!(
            shown,
            [("met", 2, None), ("partly", 3, None), ("rag", 3, None), ("score", 6, Some(15))]
        );
        let rag = scheme("RAG").expect("a scheme");
        assert_eq!(rag.outcome("AMBER").map(|outcome| outcome.rag), Some(Rag::Amber));
    }
}
