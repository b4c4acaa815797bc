//! Service assessments at the root, and the list of them that councils narrow.

use async_graphql::{Context, ID, Object, Result};
use folkmoot_domain::{AssessmentFilter, CouncilId, Direction, EntityKind, Stage};

use crate::{
    asked::asked,
    connection::{Connection, PageWords, cost},
    lists::ListAsk,
    loaders::AssessmentList,
    query::nodes,
    scalars::{CouncilRef, RegionRef},
    types::{AssessmentStage, Node, ServiceAssessment},
};

/// A list of the assessments that the viewer may see, to be narrowed.
pub(crate) fn list<'c>(
    ctx: &Context<'c>,
    field: &'static str,
    page: PageWords,
) -> Result<ListAsk<'c, AssessmentList>> {
    let filter = AssessmentFilter {
        unpublished: asked(ctx).unpublished.clone(),
        ..AssessmentFilter::default()
    };
    ListAsk::new(ctx, field, Direction::Descending, AssessmentList(filter), page)
}

impl ListAsk<'_, AssessmentList> {
    pub(crate) fn of(mut self, council: CouncilId) -> Self {
        self.note("council", council);
        self.list.0.councils = Some(vec![council]);
        self
    }

    pub(crate) fn at_stages(mut self, stages: Option<Vec<AssessmentStage>>) -> Self {
        if let Some(stages) = stages {
            let mut stages: Vec<Stage> = stages.into_iter().map(Into::into).collect();
            stages.sort();
            stages.dedup();
            let names: Vec<_> = stages.iter().map(|stage| format!("{stage:?}")).collect();
            self.note_all("stage", &names);
            self.list.0.stages = Some(stages);
        }
        self
    }

    pub(crate) async fn load(self) -> Result<Connection<ServiceAssessment>> {
        let page = self.page().await?;
        Ok(Connection::of_regions(&page, |assessment| ServiceAssessment(assessment.clone())))
    }
}

/// Service assessments at the root.
#[derive(Default)]
pub(crate) struct AssessmentQueries;

#[Object]
impl AssessmentQueries {
    /// Peer-led assessments of services, the latest panel first. Those whose council did not
    /// agree to publication are seen by its own editors and the region's coordinators.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn service_assessments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this region.")] region: Option<RegionRef>,
        #[graphql(desc = "Of services of this council.")] council: Option<CouncilRef>,
        #[graphql(desc = "At one of these stages.")] stage: Option<Vec<AssessmentStage>>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ServiceAssessment>> {
        let page = PageWords { first, after, last, before };
        let mut list = list(ctx, "serviceAssessments", page)?.of_region(region)?.at_stages(stage);
        if let Some(council) = council {
            list = list.of(asked(ctx).council(&council)?.id);
        }
        list.load().await
    }

    /// The service assessment with this id; null if there is none, or none that you may see.
    async fn service_assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As an earlier answer gave it.")] id: ID,
    ) -> Option<Result<ServiceAssessment>> {
        match nodes::of_kind(ctx, &id, EntityKind::ServiceAssessment).await? {
            Ok(Node::ServiceAssessment(assessment)) => Some(Ok(assessment)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }
}
