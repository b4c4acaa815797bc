//! Councils' own answers, and what the levels of an answer mean.

use async_graphql::{Context, Object, SimpleObject};
use folkmoot_domain::{self as domain, Rating, rubric};
use folkmoot_store::OwnAnswer;

use crate::{
    asked::{Asked, asked},
    quick::{Plain, Quick, Told},
    types::{Measure, StandardPoint},
};

/// What a council said of a point.
pub(crate) struct CouncilAnswer(OwnAnswer);

impl CouncilAnswer {
    fn told_level(&self) -> Option<i32> {
        self.0.rating.level().map(|level| i32::from(level.number()))
    }

    fn told_label(&self) -> &'static str {
        match self.0.rating {
            Rating::Level(level) => &rubric(self.0.measure)[usize::from(level.number())].0,
            Rating::NotApplicable => "Not applicable",
            Rating::DontKnow => "Don't know",
        }
    }
}

impl Quick for CouncilAnswer {
    fn tell(&self, field: &Plain<'_>, asked: &Asked, told: &mut Told) -> Option<()> {
        let it = &self.0;
        match field.name {
            "halfYear" => told.text(&it.half_year.to_string()),
            "measure" => told.leaf(Measure::from(it.measure)),
            "level" => told.leaf(self.told_level()),
            "label" => told.text(self.told_label()),
            "isPublished" => told.leaf(it.is_published),
            "point" => told.maybe(StandardPoint::one(&asked.reference, it.point), field, asked)?,
            _ => return None,
        }
        Some(())
    }
}

/// What a council said of a point, as its region closed the half-year. Seen by everyone if the
/// council publishes its own answers; else by its own editors and the region's coordinators.
#[Object]
impl CouncilAnswer {
    /// Such as `2026-H1`.
    async fn half_year(&self) -> String {
        self.0.half_year.to_string()
    }

    /// What was asked.
    async fn measure(&self) -> Measure {
        self.0.measure.into()
    }

    /// 0 to 4; null if the council gave no level.
    async fn level(&self) -> Option<i32> {
        self.told_level()
    }

    /// The level's name in the rubric, `Not applicable` or `Don't know`.
    async fn label(&self) -> &str {
        self.told_label()
    }

    /// True if the council published its own answers when the half-year was closed.
    async fn is_published(&self) -> bool {
        self.0.is_published
    }

    /// The point.
    async fn point(&self, ctx: &Context<'_>) -> Option<StandardPoint> {
        StandardPoint::one(&asked(ctx).reference, self.0.point)
    }
}

impl From<OwnAnswer> for CouncilAnswer {
    fn from(answer: OwnAnswer) -> Self {
        Self(answer)
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
