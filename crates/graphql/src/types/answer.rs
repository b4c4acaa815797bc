//! Councils' own answers, and what the levels of an answer mean.

use async_graphql::{ComplexObject, Context, SimpleObject};
use folkmoot_domain::{self as domain, PointId, Rating, rubric};
use folkmoot_store::OwnAnswer;

use crate::types::{Measure, StandardPoint};

/// What a council said of a point, as its region closed the half-year. Seen by everyone if the
/// council publishes its own answers; else by its own editors and the region's coordinators.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct CouncilAnswer {
    #[graphql(skip)]
    point: PointId,
    /// Such as `2026-H1`.
    half_year: String,
    /// What was asked.
    measure: Measure,
    /// 0 to 4; null if the council gave no level.
    level: Option<i32>,
    /// The level's name in the rubric, `Not applicable` or `Don't know`.
    label: String,
    /// True if the council published its own answers when the half-year was closed.
    is_published: bool,
}

#[ComplexObject]
impl CouncilAnswer {
    /// The point.
    async fn point(&self, ctx: &Context<'_>) -> Option<StandardPoint> {
        StandardPoint::known(ctx, &[self.point]).into_iter().next()
    }
}

impl From<&OwnAnswer> for CouncilAnswer {
    fn from(answer: &OwnAnswer) -> Self {
        let level = answer.rating.level().map(|level| level.number());
        Self {
            point: answer.point,
            half_year: answer.half_year.to_string(),
            measure: answer.measure.into(),
            level: level.map(i32::from),
            label: match answer.rating {
                Rating::Level(level) => {
                    rubric(answer.measure)[usize::from(level.number())].0.clone()
                }
                Rating::NotApplicable => "Not applicable".to_owned(),
                Rating::DontKnow => "Don't know".to_owned(),
            },
            is_published: answer.is_published,
        }
    }
}

/// What a level means, so that councils mean the same by it.
#[derive(SimpleObject)]
pub(crate) struct RubricLevel {
    /// 0 to 4.
    level: i32,
    /// Such as `Confident`.
    label: String,
    /// In a council's own words.
    meaning: String,
}

impl RubricLevel {
    /// The five levels of a measure, from 0.
    pub(crate) fn all(measure: domain::Measure) -> Vec<Self> {
        let levels = (0..).zip(rubric(measure));
        let level = |(level, (label, meaning)): (i32, &(String, String))| Self {
            level,
            label: label.clone(),
            meaning: meaning.clone(),
        };
        levels.map(level).collect()
    }
}
