//! Meet-ups by the words of schema.org, which search engines read.

use serde_json::{Value, json};

use super::{
    listing::Listing,
    meetup::{Attendance, Meetup},
};

/// A list as the events in it.
pub(super) fn list(listing: &Listing) -> Value {
    let events: Vec<_> = listing.meetups.iter().map(event).collect();
    json!({ "@context": "https://schema.org", "@graph": events })
}

/// A single one.
pub(super) fn one(meetup: &Meetup) -> Value {
    let mut event = event(meetup);
    event["@context"] = json!("https://schema.org");
    event
}

fn event(meetup: &Meetup) -> Value {
    let local =
        |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&meetup.time_zone).to_rfc3339();
    let status = match meetup.is_cancelled() {
        true => "https://schema.org/EventCancelled",
        false => "https://schema.org/EventScheduled",
    };
    let mode = match meetup.attendance {
        Attendance::InPerson => "https://schema.org/OfflineEventAttendanceMode",
        Attendance::Online => "https://schema.org/OnlineEventAttendanceMode",
        Attendance::Hybrid => "https://schema.org/MixedEventAttendanceMode",
    };
    let place = meetup.venue.as_ref().map(|venue| {
        json!({ "@type": "Place", "name": venue.name, "address": venue.address.as_ref().unwrap_or(&venue.name) })
    });
    let anywhere = || json!({ "@type": "VirtualLocation", "url": meetup.url });
    let location = match (meetup.attendance, place) {
        (Attendance::Online, _) | (_, None) => anywhere(),
        (Attendance::InPerson, Some(place)) => place,
        (Attendance::Hybrid, Some(place)) => json!([place, anywhere()]),
    };
    let mut event = json!({
        "@type": "Event",
        "@id": meetup.url,
        "url": meetup.url,
        "name": meetup.title,
        "startDate": local(meetup.starts_at),
        "endDate": local(meetup.ends_at),
        "eventStatus": status,
        "eventAttendanceMode": mode,
        "location": location,
        "organizer": { "@type": "Organization", "name": meetup.group.name, "url": meetup.group.url },
        "about": meetup.points.iter().map(|point| &point.label).collect::<Vec<_>>(),
    });
    if let Some(summary) = &meetup.summary {
        event["description"] = json!(summary);
    }
    event
}
