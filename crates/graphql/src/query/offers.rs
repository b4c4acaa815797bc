//! Offers of help at the root, and the list of them that other types narrow.

use async_graphql::{Context, Object, Result};
use folkmoot_domain::{CouncilId, Direction, PointId};

use crate::{
    asked::asked,
    connection::{Connection, PageWords, cost},
    lists::ListAsk,
    loaders::OfferList,
    scalars::{PointRef, RegionRef},
    types::{Offer, OfferKind},
};

/// A list of offers, to be narrowed.
pub(crate) fn list<'c>(
    ctx: &Context<'c>,
    field: &'static str,
    page: PageWords,
) -> Result<ListAsk<'c, OfferList>> {
    ListAsk::new(ctx, field, Direction::Descending, OfferList::default(), page)
}

impl ListAsk<'_, OfferList> {
    pub(crate) fn on_point(mut self, point: PointId) -> Self {
        self.note("point", point);
        self.list.0.points = Some(vec![point]);
        self
    }

    pub(crate) fn by(mut self, council: CouncilId) -> Self {
        self.note("council", council);
        self.list.0.councils = Some(vec![council]);
        self
    }

    pub(crate) fn of_kinds(mut self, kinds: Option<Vec<OfferKind>>) -> Self {
        if let Some(kinds) = kinds {
            let mut kinds: Vec<folkmoot_domain::OfferKind> =
                kinds.into_iter().map(Into::into).collect();
            kinds.sort();
            kinds.dedup();
            let names: Vec<_> = kinds.iter().map(|kind| format!("{kind:?}")).collect();
            self.note_all("kind", &names);
            self.list.0.kinds = Some(kinds);
        }
        self
    }

    pub(crate) fn remote(mut self, remote: Option<bool>) -> Self {
        if let Some(remote) = remote {
            self.note("remote", remote);
            self.list.0.remote = Some(remote);
        }
        self
    }

    pub(crate) async fn load(self) -> Result<Connection<Offer>> {
        let page = self.page().await?;
        Ok(Connection::of_regions(&page, |offer| Offer(offer.clone())))
    }
}

/// Offers at the root.
#[derive(Default)]
pub(crate) struct OfferQueries;

#[Object]
impl OfferQueries {
    /// Who offers help, the newest offer first. To take one up, follow its `askUrl`: people's
    /// addresses are never shown.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On this point.")] point: Option<PointRef>,
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
        let mut list = list(ctx, "offers", page)?.of_kinds(kind).of_region(region)?.remote(remote);
        if let Some(point) = point {
            list = list.on_point(asked(ctx).point(&point)?.id);
        }
        list.load().await
    }
}
