//! Regions, peer groups, how they stand, and who asks.

use async_graphql::{Context, Object, Result};
use folkmoot_domain::Direction;
use folkmoot_federation::{ListName, page_in_memory};

use crate::{
    asked::asked,
    connection::{Connection, PageWords, cost, plain_list},
    error,
    scalars::{CouncilRef, GroupRef, RegionRef},
    types::{PeerGroup, Region, SourceStatus, Viewer},
};

/// Regions at the root.
#[derive(Default)]
pub(crate) struct RegionQueries;

#[Object]
impl RegionQueries {
    /// All regions that plug in, also those that are paused or down, by code. A region on trial
    /// is seen only with a token of its coordinators or of the steward.
    #[graphql(complexity = "plain_list(20, child_complexity)")]
    async fn regions(&self, ctx: &Context<'_>) -> Vec<Region> {
        let asked = asked(ctx);
        let regions = asked.visible_regions();
        regions.map(|region| Region { reference: asked.reference.clone(), id: region.id }).collect()
    }

    /// The region with this code, or that runs the peer group with this short name.
    async fn region(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "Such as `midlands`.")] reference: RegionRef,
    ) -> Option<Result<Region>> {
        let asked = asked(ctx);
        let found = asked.region(&reference);
        Some(found.map(|region| Region { reference: asked.reference.clone(), id: region.id }))
    }

    /// The peer group with this short name.
    async fn peer_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "Such as `south-west`.")] reference: GroupRef,
    ) -> Option<Result<PeerGroup>> {
        let asked = asked(ctx);
        let found = asked.group(&reference);
        Some(found.map(|group| PeerGroup { reference: asked.reference.clone(), id: group.id }))
    }

    /// The peer groups of all regions, by name.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn peer_groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this region.")] region: Option<RegionRef>,
        #[graphql(desc = "That this council belongs to today.")] council: Option<CouncilRef>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<PeerGroup>> {
        let asked = asked(ctx);
        let page = PageWords { first, after, last, before }.checked()?;
        let region =
            region.map(|given| asked.region(&given).map(|region| region.id)).transpose()?;
        let council = council.map(|given| asked.council(&given).map(|one| one.id)).transpose()?;
        let member_of = council.map(|id| {
            let groups = asked.reference.groups_of(id, asked.today());
            groups.into_iter().map(|group| group.id).collect::<Vec<_>>()
        });
        let groups: Vec<_> = asked
            .visible_groups()
            .filter(|group| region.is_none_or(|id| id == group.region))
            .filter(|group| member_of.as_ref().is_none_or(|groups| groups.contains(&group.id)))
            .collect();
        let arguments = [("region", format!("{region:?}")), ("council", format!("{council:?}"))];
        let direction = Direction::Ascending;
        let list = ListName { field: "peerGroups", arguments: &arguments, direction };
        let page = page_in_memory(&list, &page, asked.now, &groups, |group| group.key())
            .map_err(|failed| error::list(&failed))?;
        let node = |group: &folkmoot_domain::PeerGroup| PeerGroup {
            reference: asked.reference.clone(),
            id: group.id,
        };
        Ok(Connection::of_reference(page, node))
    }

    /// How each region stands right now, by code: the first place to look when an answer says
    /// that it is incomplete.
    async fn sources(&self, ctx: &Context<'_>) -> Vec<SourceStatus> {
        let asked = asked(ctx);
        let regions: Vec<_> = asked.visible_regions().map(|region| region.id).collect();
        let statuses = asked.statuses(&regions).await;
        statuses.into_iter().map(SourceStatus).collect()
    }

    /// The bearer of the token that came with the request; null without one. Seen by: the
    /// bearer.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        asked(ctx).viewer.token().cloned().map(Viewer)
    }
}
