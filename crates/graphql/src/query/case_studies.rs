//! Case studies at the root, and the list of them that other types narrow.

use async_graphql::{Context, ID, Object, Result};
use folkmoot_domain::{CouncilId, Direction, EntityKind, PointId};

use crate::{
    asked::asked,
    connection::{Connection, PageWords, cost},
    lists::{ListAsk, search_words},
    loaders::CaseStudyList,
    query::nodes,
    scalars::{CouncilRef, PointRef, RegionRef},
    types::{CaseStudy, CouncilType, Node},
};

/// A list of case studies, to be narrowed.
pub(crate) fn list<'c>(
    ctx: &Context<'c>,
    field: &'static str,
    page: PageWords,
) -> Result<ListAsk<'c, CaseStudyList>> {
    ListAsk::new(ctx, field, Direction::Descending, CaseStudyList::default(), page)
}

impl ListAsk<'_, CaseStudyList> {
    pub(crate) fn on_point(mut self, point: PointId) -> Self {
        self.note("point", point);
        self.list.0.points = Some(vec![point]);
        self
    }

    pub(crate) fn about(mut self, council: CouncilId) -> Self {
        self.note("council", council);
        self.keep_councils(|id| id == council);
        self
    }

    fn about_type(mut self, kind: CouncilType) -> Self {
        let kind: folkmoot_domain::CouncilType = kind.into();
        self.note("councilType", format!("{kind:?}"));
        let reference = self.asked.reference.clone();
        self.keep_councils(|id| reference.council(id).is_some_and(|council| council.kind == kind));
        self
    }

    /// Narrows to the councils that pass, among those that were still in.
    fn keep_councils(&mut self, passes: impl Fn(CouncilId) -> bool) {
        let all = || self.asked.reference.councils().iter().map(|council| council.id).collect();
        let mut councils: Vec<CouncilId> = self.list.0.councils.take().unwrap_or_else(all);
        councils.retain(|id| passes(*id));
        self.list.0.councils = Some(councils);
    }

    fn holding(mut self, text: &str) -> Result<Self> {
        let words = search_words(text)?;
        self.note("search", &words);
        self.list.0.search = Some(words);
        Ok(self)
    }

    pub(crate) async fn load(self) -> Result<Connection<CaseStudy>> {
        let page = self.page().await?;
        Ok(Connection::of_regions(&page, |case_study| CaseStudy(case_study.clone())))
    }
}

/// Case studies at the root.
#[derive(Default)]
pub(crate) struct CaseStudyQueries;

#[Object]
impl CaseStudyQueries {
    /// Case studies that regions share, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn case_studies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Holding these words in title or summary.")] search: Option<String>,
        #[graphql(desc = "On this point.")] point: Option<PointRef>,
        #[graphql(desc = "Of this region.")] region: Option<RegionRef>,
        #[graphql(desc = "About this council.")] council: Option<CouncilRef>,
        #[graphql(desc = "About councils of this type.")] council_type: Option<CouncilType>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<CaseStudy>> {
        let asked = asked(ctx);
        let page = PageWords { first, after, last, before };
        let mut list = list(ctx, "caseStudies", page)?.of_region(region)?;
        if let Some(text) = search {
            list = list.holding(&text)?;
        }
        if let Some(point) = point {
            list = list.on_point(asked.point(&point)?.id);
        }
        if let Some(council) = council {
            list = list.about(asked.council(&council)?.id);
        }
        if let Some(kind) = council_type {
            list = list.about_type(kind);
        }
        list.load().await
    }

    /// The case study with this id; null if there is none.
    async fn case_study(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As an earlier answer gave it.")] id: ID,
    ) -> Option<Result<CaseStudy>> {
        match nodes::of_kind(ctx, &id, EntityKind::CaseStudy).await? {
            Ok(Node::CaseStudy(case_study)) => Some(Ok(case_study)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }
}
