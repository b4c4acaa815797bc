//! What the next meet-up should be about.

use async_graphql::{ComplexObject, Context, Result, SimpleObject};
use folkmoot_domain::{OfferKind, RankedTopic, Share};

use crate::{
    connection::{Connection, PageWords, cost},
    query::{case_studies, offers},
    scalars::{Date, int},
    types::{CaseStudy, Marker, Offer, StandardPoint},
};

/// What a region's next meet-up should be about.
#[derive(SimpleObject)]
pub(crate) struct NextTopics {
    /// What would help most first.
    pub(crate) rows: Vec<NextTopic>,
    /// The half-year that the needs are of, such as `2026-H1`; null if none are published.
    pub(crate) half_year: Option<String>,
    /// True if needs are the region's answers as they stand, for its coordinators only; false if
    /// they are published figures.
    pub(crate) live: bool,
    /// False if something is missing that should be counted in.
    pub(crate) complete: bool,
    /// What was counted in, in a sentence that can be shown to readers.
    pub(crate) note: String,
}

/// A point as the topic of a meet-up.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct NextTopic {
    /// 1 for what to meet about next.
    rank: i32,
    /// The point.
    point: StandardPoint,
    /// The share, 0 to 1, of the region's councils that need much or urgent support (level 3 or
    /// 4): high is in need of help.
    need_share: Option<f64>,
    /// Why there is no share.
    marker: Option<Marker>,
    /// Votes for it in the region's backlog.
    votes: i32,
    /// The day of the region's last meet-up about it; null if there was none.
    last_covered_on: Option<Date>,
    /// The day of a meet-up that is planned about it; it comes last then.
    next_covered_on: Option<Date>,
    /// What its place is made of, in a sentence.
    because: String,
}

impl NextTopic {
    pub(crate) fn new(topic: RankedTopic, point: StandardPoint) -> Self {
        Self {
            rank: int(topic.rank),
            point,
            need_share: topic.need.ok().map(Share::fraction),
            marker: topic.need.err().map(Into::into),
            votes: int(topic.votes),
            last_covered_on: topic.covered.last_on.map(Date),
            next_covered_on: topic.covered.next_on.map(Date),
            because: topic.because,
        }
    }
}

#[ComplexObject]
impl NextTopic {
    /// Who offers to speak about it, in any region; the newest offer first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn speakers(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Offer>> {
        let page = PageWords { first, after, last, before };
        let offers = offers::list(ctx, "NextTopic.speakers", page)?;
        offers.on_point(self.point.id).of_kinds(Some(vec![OfferKind::Speak.into()])).load().await
    }

    /// Case studies about it, from any region; the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn case_studies(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<CaseStudy>> {
        let page = PageWords { first, after, last, before };
        let case_studies = case_studies::list(ctx, "NextTopic.caseStudies", page)?;
        case_studies.on_point(self.point.id).load().await
    }
}
