//! Meet-ups.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use folkmoot_domain::{self as domain, EntityKind, GlobalId, Key, Keyed, spoken_start};

use crate::{
    asked::{Asked, asked},
    connection::{Listed, plain_list},
    query::rounds,
    quick::{Plain, Quick, Rows, Told},
    scalars::{DateTime, Url, int},
    types::{Council, MeetupEffect, PeerGroup, StandardPoint, provenance::Provenance},
};

/// How people take part.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Attendance")]
pub(crate) enum Attendance {
    /// At the venue.
    InPerson,
    /// From anywhere.
    Online,
    /// Either.
    Hybrid,
}

/// How far its planning is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::MeetupStatus")]
pub(crate) enum MeetupStatus {
    /// In the plan of the half-year.
    Planned,
    /// Invitations went out.
    Invited,
    /// Venue and programme stand.
    Confirmed,
    /// It does not take place; it stays listed so that nobody travels in vain.
    Cancelled,
    /// It took place.
    Held,
}

/// Where a meet-up takes place; null is "not known", never "no".
#[derive(SimpleObject)]
pub(crate) struct Venue {
    /// Its name.
    name: String,
    /// Its address as one line.
    address: Option<String>,
    /// Reached without steps.
    step_free: Option<bool>,
    /// Has a hearing loop.
    hearing_loop: Option<bool>,
    /// Has a quiet space.
    quiet_space: Option<bool>,
    /// Serves no alcohol, or meets in a part that does not.
    alcohol_free: Option<bool>,
}

/// A talk at a meet-up.
#[derive(SimpleObject)]
pub(crate) struct Talk {
    /// Its title.
    title: String,
    /// By whom: a role or an organisation, never a person's name.
    given_by: String,
}

/// A meet-up.
#[derive(Clone)]
pub(crate) struct Meetup(pub(crate) Arc<domain::Meetup>);

impl Meetup {
    fn global_id(&self) -> GlobalId {
        GlobalId::regional(EntityKind::Meetup, self.0.region, self.0.id)
    }

    fn ics_address(&self, asked: &Asked) -> Url {
        asked.addresses().named("calendar/meetups", &format!("{}.ics", self.global_id()))
    }

    /// Rows that are asked live come without one.
    fn revision_told(&self) -> Option<i32> {
        (self.0.revision > 0).then(|| int(self.0.revision))
    }
}

impl Quick for Meetup {
    fn tell(&self, field: &Plain<'_>, asked: &Asked, told: &mut Told) -> Option<()> {
        let it = &*self.0;
        match field.name {
            "id" => told.text(&self.global_id().to_string()),
            "title" => told.text(&it.title),
            "summary" => told.some_text(it.summary.as_deref()),
            "status" => told.leaf(MeetupStatus::from(it.status)),
            "startsAt" => told.leaf(DateTime(it.starts_at)),
            "endsAt" => told.leaf(DateTime(it.ends_at)),
            "timeZone" => told.text(it.time_zone.name()),
            "starts" => told.text(&spoken_start(it.starts_at, it.time_zone, "en")),
            "attendance" => told.leaf(Attendance::from(it.attendance)),
            "points" => {
                told.list(&StandardPoint::among(&asked.reference, &it.points), field, asked)?
            }
            "group" => {
                let (reference, id) = (asked.reference.clone(), it.group);
                reference.group(id)?;
                told.object(&PeerGroup { reference, id }, field, asked)?
            }
            "host" => told.maybe(
                it.host.and_then(|id| Council::among(&asked.reference, id)),
                field,
                asked,
            )?,
            "bookingUrl" => told.leaf(it.booking_url.as_ref().map(Url::from)),
            "materialsUrl" => told.leaf(it.materials_url.as_ref().map(Url::from)),
            "url" => told.leaf(asked.addresses().of("meetups", &self.global_id())),
            "icsUrl" => told.leaf(self.ics_address(asked)),
            "revision" => told.leaf(self.revision_told()),
            _ => return None,
        }
        Some(())
    }
}

impl Listed for Meetup {
    fn key(&self) -> Key {
        self.0.key()
    }
}

/// A meet-up of a peer group, open to the public sector in its region.
#[Object]
impl Meetup {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        self.global_id().to_string().into()
    }

    /// One line.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// A paragraph.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// How far its planning is.
    async fn status(&self) -> MeetupStatus {
        self.0.status.into()
    }

    /// When it starts.
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// When it ends.
    async fn ends_at(&self) -> DateTime {
        DateTime(self.0.ends_at)
    }

    /// The zone whose wall clock it keeps, such as `Europe/London`.
    async fn time_zone(&self) -> &str {
        self.0.time_zone.name()
    }

    /// When it starts, ready to print: `6:30pm, Thursday 14 January 2027`.
    async fn starts(
        &self,
        #[graphql(desc = "`en` or `cy` (Welsh); English for any other.", default = "en")]
        language: String,
    ) -> String {
        spoken_start(self.0.starts_at, self.0.time_zone, &language)
    }

    /// How people take part.
    async fn attendance(&self) -> Attendance {
        self.0.attendance.into()
    }

    /// Where; null if it is online or not yet known.
    async fn venue(&self) -> Option<Venue> {
        let venue = self.0.venue.clone()?;
        Some(Venue {
            name: venue.name,
            address: venue.address,
            step_free: venue.step_free,
            hearing_loop: venue.hearing_loop,
            quiet_space: venue.quiet_space,
            alcohol_free: venue.alcohol_free,
        })
    }

    /// The points it is about: none, one or several.
    #[graphql(complexity = "plain_list(4, child_complexity)")]
    async fn points(&self, ctx: &Context<'_>) -> Rows<StandardPoint> {
        Rows(StandardPoint::among(&asked(ctx).reference, &self.0.points).into())
    }

    /// What is on, in the order of the evening.
    async fn talks(&self) -> Vec<Talk> {
        let talks = self.0.talks.iter().cloned();
        talks.map(|talk| Talk { title: talk.title, given_by: talk.given_by }).collect()
    }

    /// The group that meets.
    async fn group(&self, ctx: &Context<'_>) -> async_graphql::Result<PeerGroup> {
        let reference = &asked(ctx).reference;
        let group = reference.group(self.0.group).ok_or("the group is not registered")?;
        Ok(PeerGroup { reference: reference.clone(), id: group.id })
    }

    /// The council that hosts, where one does.
    async fn host(&self, ctx: &Context<'_>) -> Option<Council> {
        Council::known(ctx, self.0.host?)
    }

    /// Where to book, where one must.
    async fn booking_url(&self) -> Option<Url> {
        self.0.booking_url.as_ref().map(Url::from)
    }

    /// Notes and slides afterwards.
    async fn materials_url(&self) -> Option<Url> {
        self.0.materials_url.as_ref().map(Url::from)
    }

    /// How understanding of its points changed, among councils that came and among the others of
    /// the region. Seen by: coordinators of the region; null for everyone else.
    #[graphql(complexity = "plain_list(5, child_complexity)")]
    async fn effect(&self, ctx: &Context<'_>) -> Option<Result<MeetupEffect>> {
        let asked = asked(ctx);
        let region = asked.reference.region(self.0.region)?;
        if !asked.viewer.coordinates(region) {
            return None;
        }
        Some(rounds::effect(asked, &self.0).await)
    }

    /// Its permanent address on this gateway.
    async fn url(&self, ctx: &Context<'_>) -> Url {
        asked(ctx).addresses().of("meetups", &self.global_id())
    }

    /// It as a calendar file.
    async fn ics_url(&self, ctx: &Context<'_>) -> Url {
        self.ics_address(asked(ctx))
    }

    /// Raised by one with every change; null if its region is asked live and does not count.
    async fn revision(&self) -> Option<i32> {
        self.revision_told()
    }

    /// Where the row came from.
    async fn provenance(&self) -> Provenance {
        Provenance { region: self.0.region, of: self.0.provenance.clone() }
    }
}
