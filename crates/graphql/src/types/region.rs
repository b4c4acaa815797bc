//! Regions.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use folkmoot_domain::{self as domain, EntityKind, GlobalId, Reference, RegionId, RegionState};

use crate::{
    asked::{Asked, asked},
    connection::{Connection, PageWords, cost, plain_list},
    loaders::When,
    query::{case_studies, councils, meetups, offers},
    quick::{Plain, Quick, Told},
    scalars::{PointRef, Url},
    types::{CaseStudy, Council, Meetup, Offer, OfferKind, PeerGroup, SourceStatus},
};

/// A regional network.
#[derive(Clone)]
pub(crate) struct Region {
    pub(crate) reference: Arc<Reference>,
    pub(crate) id: RegionId,
}

impl Region {
    /// The region with this id, if this viewer sees it.
    pub(crate) fn known(ctx: &Context<'_>, id: RegionId) -> Option<Self> {
        let asked = asked(ctx);
        asked.sees(id).then(|| Self { reference: asked.reference.clone(), id })
    }

    fn it(&self) -> &domain::Region {
        self.reference.region(self.id).expect("taken from this snapshot")
    }
}

impl Quick for Region {
    fn tell(&self, field: &Plain<'_>, asked: &Asked, told: &mut Told) -> Option<()> {
        let it = self.it();
        match field.name {
            "id" => told.text(&GlobalId::national(EntityKind::Region, self.id).to_string()),
            "code" => told.text(it.code.as_str()),
            "name" => told.text(&it.name),
            "onTrial" => told.leaf(it.state == RegionState::Trial),
            "synthetic" => told.leaf(it.synthetic),
            "licence" => told.some_text(it.licence.as_deref()),
            "attribution" => told.some_text(it.attribution.as_deref()),
            "url" => told.leaf(asked.addresses().named("regions", it.code.as_str())),
            "website" => told.leaf(it.website.as_ref().map(Url::from)),
            _ => return None,
        }
        Some(())
    }
}

/// A regional network of councils that plugs in; it runs one or more peer groups. Not a
/// statistical region.
#[Object]
impl Region {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        GlobalId::national(EntityKind::Region, self.id).to_string().into()
    }

    /// Its code, such as `midlands`; arguments of type `RegionRef` take it.
    async fn code(&self) -> &str {
        self.it().code.as_str()
    }

    /// Its everyday name.
    async fn name(&self) -> &str {
        &self.it().name
    }

    /// True while it tries things out, seen only by its coordinators and the steward.
    async fn on_trial(&self) -> bool {
        self.it().state == RegionState::Trial
    }

    /// True if its rows are made up.
    async fn synthetic(&self) -> bool {
        self.it().synthetic
    }

    /// The licence of its data, where it says.
    async fn licence(&self) -> Option<&str> {
        self.it().licence.as_deref()
    }

    /// Whom to credit for its data, where it says.
    async fn attribution(&self) -> Option<&str> {
        self.it().attribution.as_deref()
    }

    /// Its peer groups, by name.
    #[graphql(complexity = "plain_list(4, child_complexity)")]
    async fn groups(&self) -> Vec<PeerGroup> {
        let groups = self.reference.groups().iter().filter(|group| group.region == self.id);
        groups.map(|group| PeerGroup { reference: self.reference.clone(), id: group.id }).collect()
    }

    /// How it stands right now.
    async fn source(&self, ctx: &Context<'_>) -> Result<SourceStatus> {
        let statuses = asked(ctx).statuses(&[self.id]).await;
        let status = statuses.into_iter().next();
        status.map(SourceStatus).ok_or_else(|| "the nation gave no status for this region".into())
    }

    /// Its permanent address on this gateway.
    async fn url(&self, ctx: &Context<'_>) -> Url {
        asked(ctx).addresses().named("regions", self.it().code.as_str())
    }

    /// Its own website, where it has one.
    async fn website(&self) -> Option<Url> {
        self.it().website.as_ref().map(Url::from)
    }

    /// The councils that are at home in it today, by name.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn councils(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start, 1 to 500; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 500.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Council>> {
        let asked = asked(ctx);
        let args = PageWords { first, after, last, before }.checked_for_councils()?;
        let members = councils::home_members(asked, self.id);
        let arguments = [("region", self.id.to_string())];
        councils::page(asked, "Region.councils", &arguments, &args, |council| {
            members.contains(&council.id)
        })
    }

    /// Meet-ups of its groups.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn meetups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which side of now.", default)] when: When,
        #[graphql(desc = "On this point.")] point: Option<PointRef>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Meetup>> {
        let page = PageWords { first, after, last, before };
        let mut list = meetups::list(ctx, "Region.meetups", page)?.when(when).within(self.id);
        if let Some(point) = point {
            list = list.on_point(asked(ctx).point(&point)?.id);
        }
        list.load().await
    }

    /// Case studies that it shares, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn case_studies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On this point.")] point: Option<PointRef>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<CaseStudy>> {
        let page = PageWords { first, after, last, before };
        let mut list = case_studies::list(ctx, "Region.caseStudies", page)?.within(self.id);
        if let Some(point) = point {
            list = list.on_point(asked(ctx).point(&point)?.id);
        }
        list.load().await
    }

    /// What its councils offer, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On this point.")] point: Option<PointRef>,
        #[graphql(desc = "Of one of these kinds.")] kind: Option<Vec<OfferKind>>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Offer>> {
        let page = PageWords { first, after, last, before };
        let mut list = offers::list(ctx, "Region.offers", page)?.within(self.id).of_kinds(kind);
        if let Some(point) = point {
            list = list.on_point(asked(ctx).point(&point)?.id);
        }
        list.load().await
    }
}
