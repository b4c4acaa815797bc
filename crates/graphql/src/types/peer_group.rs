//! Peer groups.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use folkmoot_domain::{self as domain, EntityKind, GlobalId, GroupId, Key, Reference};

use crate::{
    asked::{Asked, asked},
    connection::{Connection, Listed, PageWords, cost},
    loaders::When,
    query::{councils, meetups},
    quick::{Plain, Quick, Told},
    scalars::{Date, PointRef, Url},
    types::{Council, Meetup, Region},
};

/// A peer group.
#[derive(Clone)]
pub(crate) struct PeerGroup {
    pub(crate) reference: Arc<Reference>,
    pub(crate) id: GroupId,
}

impl PeerGroup {
    fn it(&self) -> &domain::PeerGroup {
        self.reference.group(self.id).expect("taken from this snapshot")
    }
}

impl Quick for PeerGroup {
    fn tell(&self, field: &Plain<'_>, asked: &Asked, told: &mut Told) -> Option<()> {
        let it = self.it();
        match field.name {
            "id" => told
                .text(&GlobalId::regional(EntityKind::PeerGroup, it.region, self.id).to_string()),
            "slug" => told.text(&it.slug),
            "name" => told.text(&it.name),
            "region" => told.object(
                &Region { reference: self.reference.clone(), id: it.region },
                field,
                asked,
            )?,
            "timeZone" => told.text(it.time_zone.name()),
            "firstMetOn" => told.leaf(it.first_met_on.map(Date)),
            "url" => told.leaf(asked.addresses().named("groups", &it.slug)),
            _ => return None,
        }
        Some(())
    }
}

impl Listed for PeerGroup {
    fn key(&self) -> Key {
        self.it().key()
    }
}

/// A peer group of councils that meets regularly.
#[Object]
impl PeerGroup {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        GlobalId::regional(EntityKind::PeerGroup, self.it().region, self.id).to_string().into()
    }

    /// The short name, unique in the nation.
    async fn slug(&self) -> &str {
        &self.it().slug
    }

    /// The everyday name.
    async fn name(&self) -> &str {
        &self.it().name
    }

    /// The region that runs it.
    async fn region(&self) -> Region {
        Region { reference: self.reference.clone(), id: self.it().region }
    }

    /// The zone whose wall clock its meet-ups keep, such as `Europe/London`.
    async fn time_zone(&self) -> &str {
        self.it().time_zone.name()
    }

    /// The day of its first meeting, where known.
    async fn first_met_on(&self) -> Option<Date> {
        self.it().first_met_on.map(Date)
    }

    /// Its permanent address on this gateway.
    async fn url(&self, ctx: &Context<'_>) -> Url {
        asked(ctx).addresses().named("groups", &self.it().slug)
    }

    /// Its meet-ups as a calendar to subscribe to.
    async fn ics_url(&self, ctx: &Context<'_>) -> Url {
        asked(ctx).addresses().named("calendar/groups", &format!("{}.ics", self.it().slug))
    }

    /// The councils that belong to it today, by name, wherever they are at home.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn members(
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
        let members = self.reference.members(self.id, asked.today());
        let arguments = [("group", self.id.to_string())];
        councils::page(asked, "PeerGroup.members", &arguments, &args, |council| {
            members.contains(&council.id)
        })
    }

    /// Its meet-ups.
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
        let mut list = meetups::list(ctx, "PeerGroup.meetups", page)?.when(when).of_group(self.id);
        if let Some(point) = point {
            list = list.on_point(asked(ctx).point(&point)?.id);
        }
        list.load().await
    }
}
