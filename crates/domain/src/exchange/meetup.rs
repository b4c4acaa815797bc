//! Meet-ups as others get them.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    desk::Desk,
    instant::instant,
    item::{ExchangeKind, Exchanged},
};
use crate::{
    Attendance, Meetup, MeetupId, MeetupStatus, Reference, Talk, Venue,
    sheet::{MAX_ADDRESS, MAX_POINTS, MAX_SPEAKER, MAX_SUMMARY, MAX_TALKS, MAX_TITLE, MAX_VENUE},
};

/// A meet-up of one of the region's peer groups. Texts are plain, not HTML; e-mail addresses in
/// them are taken out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Meetup")]
pub struct MeetupItem {
    /// Yours, unique, and the same for ever.
    pub id: Uuid,
    /// The slug of the peer group that meets, as in the region's card.
    pub group: String,
    /// One line, at most 200 characters.
    pub title: String,
    /// A paragraph or a few, at most 2,000 characters.
    pub summary: Option<String>,
    /// How far its planning is. A cancelled meet-up stays and says so.
    pub status: MeetupStatus,
    /// Whole seconds, with a zone, such as `2027-01-14T18:30:00Z`.
    #[serde(deserialize_with = "instant")]
    pub starts_at: DateTime<Utc>,
    /// Not before the start.
    #[serde(deserialize_with = "instant")]
    pub ends_at: DateTime<Utc>,
    /// The IANA zone whose wall clock it is announced in.
    #[serde(default = "london")]
    pub time_zone: String,
    /// How people take part.
    pub attendance: Attendance,
    /// Where; absent if online or not yet known.
    pub venue: Option<VenueItem>,
    /// References of points, such as `lgdss-2016/3`; at most 30.
    #[serde(default)]
    pub points: Vec<String>,
    /// The code of the council that hosts, such as `CMD`.
    pub host: Option<String>,
    /// In the order of the evening; at most 20.
    #[serde(default)]
    pub talks: Vec<TalkItem>,
    /// Where to book: an https address.
    pub booking_url: Option<String>,
    /// Notes and slides afterwards: an https address.
    pub materials_url: Option<String>,
    /// True for a made-up row.
    #[serde(default)]
    pub synthetic: bool,
}

/// Where a meet-up takes place. What is absent is not known, which is not "no".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Venue")]
pub struct VenueItem {
    /// Such as a town hall's; at most 120 characters.
    pub name: String,
    /// As one line, at most 300 characters.
    pub address: Option<String>,
    /// Reached without steps.
    pub step_free: Option<bool>,
    /// Has a hearing loop.
    pub hearing_loop: Option<bool>,
    /// Has a quiet space.
    pub quiet_space: Option<bool>,
    /// Serves no alcohol, or meets in a part that does not.
    pub alcohol_free: Option<bool>,
}

/// A talk. Speakers are named by role or organisation, never as persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Talk")]
pub struct TalkItem {
    /// One line, at most 200 characters.
    pub title: String,
    /// A role or organisation, at most 120 characters.
    pub given_by: String,
}

fn london() -> String {
    "Europe/London".to_owned()
}

impl Exchanged for Meetup {
    const KIND: ExchangeKind = ExchangeKind::Meetup;
    const ORDERED_BY: &'static str = "startsAt";
    type Item = MeetupItem;

    fn to_item(&self, reference: &Reference) -> Option<MeetupItem> {
        let host = match self.host {
            Some(host) => Some(reference.council(host)?.code.to_string()),
            None => None,
        };
        let venue = self.venue.as_ref().map(|venue| VenueItem {
            name: venue.name.clone(),
            address: venue.address.clone(),
            step_free: venue.step_free,
            hearing_loop: venue.hearing_loop,
            quiet_space: venue.quiet_space,
            alcohol_free: venue.alcohol_free,
        });
        let talk =
            |talk: &Talk| TalkItem { title: talk.title.clone(), given_by: talk.given_by.clone() };
        Some(MeetupItem {
            id: self.id.0,
            group: reference.group(self.group)?.slug.clone(),
            title: self.title.clone(),
            summary: self.summary.clone(),
            status: self.status,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            time_zone: self.time_zone.name().to_owned(),
            attendance: self.attendance,
            venue,
            points: super::references(&self.points, reference)?,
            host,
            talks: self.talks.iter().map(talk).collect(),
            booking_url: self.booking_url.as_ref().map(ToString::to_string),
            materials_url: self.materials_url.as_ref().map(ToString::to_string),
            synthetic: self.provenance.synthetic,
        })
    }

    fn of_item(item: MeetupItem, desk: &mut Desk<'_>) -> Option<Self> {
        let starts_at = desk.instant("startsAt", item.starts_at);
        let ends_at = desk.instant("endsAt", item.ends_at);
        if ends_at < starts_at {
            desk.fault("endsAt", "lies before startsAt");
        }
        let time_zone = item.time_zone.parse().ok();
        if time_zone.is_none() {
            desk.fault("timeZone", "is no IANA time zone, such as Europe/London");
        }
        desk.at_most("points", &item.points, MAX_POINTS);
        desk.at_most("talks", &item.talks, MAX_TALKS);
        let venue = item.venue.map(|venue| Venue {
            name: desk.line("venue.name", venue.name, MAX_VENUE),
            address: desk.some_line(venue.address, MAX_ADDRESS),
            step_free: venue.step_free,
            hearing_loop: venue.hearing_loop,
            quiet_space: venue.quiet_space,
            alcohol_free: venue.alcohol_free,
        });
        let mut talk = |(place, talk): (usize, TalkItem)| Talk {
            title: desk.line(format_args!("talks[{place}].title"), talk.title, MAX_TITLE),
            given_by: desk.line(format_args!("talks[{place}].givenBy"), talk.given_by, MAX_SPEAKER),
        };
        let talks = item.talks.into_iter().take(MAX_TALKS).enumerate().map(&mut talk).collect();
        let group = desk.group(&item.group);
        let title = desk.line("title", item.title, MAX_TITLE);
        let points = desk.points(&item.points);
        let host = desk.some_council("host", item.host.as_deref());
        let booking_url = desk.some_link("bookingUrl", item.booking_url.as_deref());
        let materials_url = desk.some_link("materialsUrl", item.materials_url.as_deref());
        Some(Self {
            id: MeetupId(item.id),
            region: desk.region(),
            group: group?,
            series: None,
            natural_key: item.id.to_string(),
            title,
            summary: desk.some_block(item.summary, MAX_SUMMARY),
            status: item.status,
            starts_at,
            ends_at,
            time_zone: time_zone?,
            attendance: item.attendance,
            venue,
            points,
            host,
            talks,
            booking_url,
            materials_url,
            attended: Vec::new(),
            provenance: desk.provenance(item.synthetic),
            revision: 0,
        })
    }
}
