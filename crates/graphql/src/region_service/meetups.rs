//! Meet-ups as regions exchange them.

use async_graphql::{InputObject, Result, SimpleObject};
use folkmoot_domain::{self as domain, MeetupItem, TalkItem, VenueItem};
use folkmoot_federation::Meetups;

use super::{Seat, pages::Served, scalars::Id};
use crate::{
    scalars::DateTime,
    types::{Attendance, MeetupStatus},
};

/// A meet-up of one of the region's peer groups. Texts are plain, not HTML.
#[derive(SimpleObject, Clone)]
pub(super) struct Meetup {
    /// The same for ever.
    id: Id,
    /// The slug of the peer group that meets.
    group: String,
    /// One line.
    title: String,
    /// A paragraph or a few.
    summary: Option<String>,
    /// How far its planning is. A cancelled meet-up stays and says so.
    status: MeetupStatus,
    /// Whole seconds: the order of lists.
    starts_at: DateTime,
    /// Not before the start.
    ends_at: DateTime,
    /// The IANA zone whose wall clock it is announced in.
    time_zone: String,
    /// How people take part.
    attendance: Attendance,
    /// Where; null if online or not yet known.
    venue: Option<Venue>,
    /// References of points, such as `lgdss-2016/3`.
    points: Vec<String>,
    /// The code of the council that hosts, such as `CMD`.
    host: Option<String>,
    /// In the order of the evening.
    talks: Vec<Talk>,
    /// Where to book.
    booking_url: Option<String>,
    /// Notes and slides afterwards.
    materials_url: Option<String>,
    /// True for a made-up row.
    synthetic: bool,
}

/// Where a meet-up takes place. What is null is not known, which is not "no".
#[derive(SimpleObject, Clone)]
struct Venue {
    /// Such as a town hall's.
    name: String,
    /// As one line.
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

/// A talk. Speakers are named by role or organisation, never as persons.
#[derive(SimpleObject, Clone)]
struct Talk {
    /// One line.
    title: String,
    /// A role or organisation.
    given_by: String,
}

/// Groups by slug, hosts by council code, points by reference.
#[derive(InputObject, Default)]
pub(super) struct MeetupFilter {
    /// Of one of these groups.
    groups: Option<Vec<String>>,
    /// Hosted by one of these councils.
    hosts: Option<Vec<String>>,
    /// On one of these points.
    points: Option<Vec<String>>,
    /// Starting at or after.
    starts_from: Option<DateTime>,
    /// Starting before.
    starts_before: Option<DateTime>,
    /// Ending after.
    ends_after: Option<DateTime>,
    /// Ending at or before.
    ends_by: Option<DateTime>,
    /// Attended in this way.
    attendance: Option<Attendance>,
    /// In one of these states.
    statuses: Option<Vec<MeetupStatus>>,
}

impl Served for Meetup {
    type Stored = domain::Meetup;
    type Kind = Meetups;
    type Filter = MeetupFilter;

    fn filter(given: MeetupFilter, seat: &Seat) -> Result<domain::MeetupFilter> {
        let instant = |given: Option<DateTime>| given.map(|instant| instant.0);
        Ok(domain::MeetupFilter {
            groups: given.groups.map(|slugs| seat.groups(&slugs)),
            hosts: given.hosts.map(|codes| seat.councils(&codes)),
            points: given.points.map(|references| seat.points(&references)),
            starts_from: instant(given.starts_from),
            starts_before: instant(given.starts_before),
            ends_after: instant(given.ends_after),
            ends_by: instant(given.ends_by),
            attendance: given.attendance.map(Into::into),
            statuses: given.statuses.map(|all| all.into_iter().map(Into::into).collect()),
        })
    }
}

impl From<MeetupItem> for Meetup {
    fn from(item: MeetupItem) -> Self {
        Self {
            id: Id(item.id),
            group: item.group,
            title: item.title,
            summary: item.summary,
            status: item.status.into(),
            starts_at: DateTime(item.starts_at),
            ends_at: DateTime(item.ends_at),
            time_zone: item.time_zone,
            attendance: item.attendance.into(),
            venue: item.venue.map(Into::into),
            points: item.points,
            host: item.host,
            talks: item.talks.into_iter().map(Into::into).collect(),
            booking_url: item.booking_url,
            materials_url: item.materials_url,
            synthetic: item.synthetic,
        }
    }
}

impl From<VenueItem> for Venue {
    fn from(item: VenueItem) -> Self {
        Self {
            name: item.name,
            address: item.address,
            step_free: item.step_free,
            hearing_loop: item.hearing_loop,
            quiet_space: item.quiet_space,
            alcohol_free: item.alcohol_free,
        }
    }
}

impl From<TalkItem> for Talk {
    fn from(item: TalkItem) -> Self {
        Self { title: item.title, given_by: item.given_by }
    }
}
