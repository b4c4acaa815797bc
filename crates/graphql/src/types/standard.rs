//! Standards and their points.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use folkmoot_domain::{self as domain, EntityKind, GlobalId, PointId, Reference, StandardId};

use crate::{
    asked::{Asked, asked},
    connection::{Connection, PageWords, cost, plain_list},
    loaders::When,
    query::{case_studies, meetups, offers},
    quick::{Plain, Quick, Told},
    scalars::{Date, RegionRef, Url},
    types::{Attendance, CaseStudy, Measure, Meetup, MeetupStatus, Offer, OfferKind, RubricLevel},
};

/// A version of a service standard.
#[derive(Clone)]
pub(crate) struct Standard {
    pub(crate) reference: Arc<Reference>,
    pub(crate) id: StandardId,
}

impl Standard {
    fn it(&self) -> &domain::Standard {
        self.reference.standard(self.id).expect("taken from this snapshot")
    }
}

/// A version of a service standard: a list of points that good services meet.
#[Object]
impl Standard {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        GlobalId::national(EntityKind::Standard, self.id).to_string().into()
    }

    /// Such as `lgdss-2016`.
    async fn code(&self) -> &str {
        &self.it().code
    }

    /// The full title.
    async fn title(&self) -> &str {
        &self.it().title
    }

    /// The day its text became final.
    async fn published_on(&self) -> Date {
        Date(self.it().published_on)
    }

    /// Its points, by number.
    #[graphql(complexity = "plain_list(20, child_complexity)")]
    async fn points(&self) -> Vec<StandardPoint> {
        let points = self.it().points.iter();
        points
            .map(|point| StandardPoint { reference: self.reference.clone(), id: point.id })
            .collect()
    }
}

/// One point of a standard.
#[derive(Clone)]
pub(crate) struct StandardPoint {
    pub(crate) reference: Arc<Reference>,
    pub(crate) id: PointId,
}

impl StandardPoint {
    /// A point, if the reference data has it.
    pub(crate) fn one(reference: &Arc<Reference>, id: PointId) -> Option<Self> {
        reference.point(id).map(|point| Self { reference: reference.clone(), id: point.id })
    }

    /// Those of these points that the reference data has, in the same order.
    pub(crate) fn among(reference: &Arc<Reference>, ids: &[PointId]) -> Vec<Self> {
        ids.iter().filter_map(|id| Self::one(reference, *id)).collect()
    }

    pub(crate) fn it(&self) -> &domain::StandardPoint {
        self.reference.point(self.id).expect("taken from this snapshot")
    }
}

impl Quick for StandardPoint {
    fn tell(&self, field: &Plain<'_>, asked: &Asked, told: &mut Told) -> Option<()> {
        let it = self.it();
        match field.name {
            "id" => told.text(&GlobalId::national(EntityKind::StandardPoint, self.id).to_string()),
            "ref" => told.text(&it.reference),
            "number" => told.leaf(i32::from(it.number)),
            "slug" => told.text(&it.slug),
            "label" => told.text(&it.label),
            "title" => told.text(&it.title),
            "url" => told.leaf(asked.addresses().named("points", &it.reference)),
            _ => return None,
        }
        Some(())
    }
}

/// One point of a standard, such as "Use agile methods".
#[Object]
impl StandardPoint {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        GlobalId::national(EntityKind::StandardPoint, self.id).to_string().into()
    }

    /// Such as `lgdss-2016/3`; arguments of type `PointRef` take it.
    #[graphql(name = "ref")]
    async fn reference(&self) -> &str {
        &self.it().reference
    }

    /// Its number within the standard, from 1.
    async fn number(&self) -> i32 {
        i32::from(self.it().number)
    }

    /// The topic label as a short name, such as `agile`.
    async fn slug(&self) -> &str {
        &self.it().slug
    }

    /// The topic label, such as `Agile`.
    async fn label(&self) -> &str {
        &self.it().label
    }

    /// The point's title.
    async fn title(&self) -> &str {
        &self.it().title
    }

    /// The standard it belongs to.
    async fn standard(&self) -> Standard {
        Standard { reference: self.reference.clone(), id: self.it().standard }
    }

    /// Its permanent address on this gateway.
    async fn url(&self, ctx: &Context<'_>) -> Url {
        asked(ctx).addresses().named("points", &self.it().reference)
    }

    /// What councils mean by each level when they are asked about this point, from 0 to 4.
    #[graphql(complexity = "plain_list(5, child_complexity)")]
    async fn rubric(
        &self,
        #[graphql(desc = "What is asked.", default_with = "Measure::Understanding")]
        measure: Measure,
    ) -> Vec<RubricLevel> {
        RubricLevel::all(measure.into())
    }

    /// The points of other versions that carry on what this one says, or that it carries on.
    #[graphql(complexity = "plain_list(4, child_complexity)")]
    async fn counterparts(&self) -> Vec<StandardPoint> {
        let points = self.reference.counterparts(self.id).into_iter();
        points.map(|point| Self { reference: self.reference.clone(), id: point.id }).collect()
    }

    /// Meet-ups on this point.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn meetups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which side of now.", default)] when: When,
        #[graphql(desc = "Of this region.")] region: Option<RegionRef>,
        #[graphql(desc = "Attended in this way.")] attendance: Option<Attendance>,
        #[graphql(desc = "In one of these states.")] status: Option<Vec<MeetupStatus>>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Meetup>> {
        let page = PageWords { first, after, last, before };
        meetups::list(ctx, "StandardPoint.meetups", page)?
            .on_point(self.id)
            .when(when)
            .of_region(region)?
            .attended(attendance)
            .in_states(status)
            .load()
            .await
    }

    /// Case studies about this point, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn case_studies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this region.")] region: Option<RegionRef>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<CaseStudy>> {
        let page = PageWords { first, after, last, before };
        case_studies::list(ctx, "StandardPoint.caseStudies", page)?
            .on_point(self.id)
            .of_region(region)?
            .load()
            .await
    }

    /// Offers of help on this point, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of one of these kinds.")] kind: Option<Vec<OfferKind>>,
        #[graphql(desc = "Of this region.")] region: Option<RegionRef>,
        #[graphql(desc = "Given without travel, or not.")] remote: Option<bool>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Offer>> {
        let page = PageWords { first, after, last, before };
        offers::list(ctx, "StandardPoint.offers", page)?
            .on_point(self.id)
            .of_kinds(kind)
            .of_region(region)?
            .remote(remote)
            .load()
            .await
    }
}
