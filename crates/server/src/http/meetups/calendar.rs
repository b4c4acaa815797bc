//! Meet-ups as iCalendar (RFC 5545 and 7986), for calendars that subscribe and for single files.
//!
//! Ids are those of the API, for ever. What was cancelled stays and says so. Times of England carry
//! its zone, whose rules are in the file; those of any other zone stand in UTC, which needs none.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;
use folkmoot_domain::resolve_wall_clock;

use super::{
    language::Language,
    lines::Lines,
    listing::Listing,
    meetup::{Meetup, Status},
};

/// The zone of England since 1996, when the European rule came into force; meet-ups are younger.
const ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nX-LIC-LOCATION:Europe/London\r\n\
    BEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nTZNAME:BST\r\n\
    DTSTART:19960331T010000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n\
    BEGIN:STANDARD\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\nTZNAME:GMT\r\n\
    DTSTART:19961027T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n\
    END:VTIMEZONE\r\n";

/// How often a subscriber is asked to look: plans change by the day, not by the minute.
const LOOK_EVERY: &str = "PT1H";

/// The media type of such files.
pub(super) const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// What a file is, beside its meet-ups.
pub(super) struct About<'a> {
    pub(super) title: &'a str,
    pub(super) notice: Option<&'a str>,
    /// Where the file is.
    pub(super) source: &'a str,
    /// Where people read the same.
    pub(super) page: &'a str,
    pub(super) language: Language,
    pub(super) today: NaiveDate,
}

impl<'a> About<'a> {
    /// Of a list.
    pub(super) fn list(
        listing: &'a Listing,
        source: &'a str,
        page: &'a str,
        language: Language,
        today: NaiveDate,
    ) -> Self {
        let (title, notice) = (&listing.title, listing.notice.as_deref());
        Self { title, notice, source, page, language, today }
    }
}

/// The file.
pub(super) fn file<'m>(about: &About<'_>, meetups: impl IntoIterator<Item = &'m Meetup>) -> String {
    let mut file = Lines::new();
    file.fixed("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Folkmoot//Meet-ups//EN\r\n");
    file.fixed("CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
    // The second of each pair is what calendars understood before there was a standard.
    for name in ["NAME", "X-WR-CALNAME"] {
        file.text(name, about.title);
    }
    if let Some(notice) = about.notice {
        for name in ["DESCRIPTION", "X-WR-CALDESC"] {
            file.text(name, notice);
        }
    }
    file.plain("SOURCE;VALUE=URI", about.source);
    file.plain("URL", about.page);
    file.plain("REFRESH-INTERVAL;VALUE=DURATION", LOOK_EVERY);
    file.plain("X-PUBLISHED-TTL", LOOK_EVERY);
    file.fixed("X-WR-TIMEZONE:Europe/London\r\n");
    file.fixed(ZONE);
    for meetup in meetups {
        event(&mut file, meetup, about);
    }
    file.fixed("END:VCALENDAR\r\n");
    file.finished()
}

fn event(file: &mut Lines, meetup: &Meetup, about: &About<'_>) {
    let changed = meetup.changed_at(about.today);
    file.fixed("BEGIN:VEVENT\r\n");
    file.text("UID", &meetup.id);
    file.plain("DTSTAMP", in_utc(changed));
    if let Some(revision) = meetup.revision {
        file.plain("LAST-MODIFIED", in_utc(changed));
        file.plain("SEQUENCE", revision);
    }
    time(file, "DTSTART", meetup, meetup.starts_at);
    time(file, "DTEND", meetup, meetup.ends_at);
    file.text("SUMMARY", &meetup.told_title(about.language));
    file.text("DESCRIPTION", &description(meetup, about.language));
    if let Some(venue) = &meetup.venue {
        file.text("LOCATION", &venue.line());
    }
    let status = match meetup.status {
        Status::Cancelled => "CANCELLED",
        Status::Planned | Status::Invited => "TENTATIVE",
        Status::Confirmed | Status::Held => "CONFIRMED",
    };
    file.plain("STATUS", status);
    // It is announced to everybody: it makes nobody busy by itself.
    file.fixed("TRANSP:TRANSPARENT\r\nCLASS:PUBLIC\r\n");
    file.plain("URL", &meetup.url);
    file.texts("CATEGORIES", meetup.points.iter().map(|point| point.label.as_str()));
    file.fixed("END:VEVENT\r\n");
}

fn time(file: &mut Lines, name: &str, meetup: &Meetup, at: DateTime<Utc>) {
    let local = at.with_timezone(&London).naive_local();
    // In the night when the clocks go back an hour comes twice, and its time means the first.
    if meetup.time_zone == London && resolve_wall_clock(local, London) == at {
        let local = local.format("%Y%m%dT%H%M%S");
        file.plain(&format!("{name};TZID=Europe/London"), local);
    } else {
        file.plain(name, in_utc(at));
    }
}

fn in_utc(at: DateTime<Utc>) -> impl std::fmt::Display {
    at.format("%Y%m%dT%H%M%SZ")
}

/// All that has no property of its own.
fn description(meetup: &Meetup, language: Language) -> String {
    let words = language.words();
    let mut parts: Vec<String> = Vec::new();
    parts.extend(meetup.summary.clone());
    let labels: Vec<_> = meetup.points.iter().map(|point| point.label.as_str()).collect();
    if !labels.is_empty() {
        parts.push(format!("{}: {}", words.topics, labels.join(", ")));
    }
    let talks = meetup.talks.iter().map(|talk| format!("– {} ({})", talk.title, talk.given_by));
    let talks: Vec<_> = talks.collect();
    if !talks.is_empty() {
        parts.push(talks.join("\n"));
    }
    let mut how = meetup.attendance_label(language).to_owned();
    if let Some(venue) = &meetup.venue {
        for known in venue.access(language) {
            how.extend([" · ", known]);
        }
    }
    parts.push(how);
    if let Some(address) = &meetup.booking_url {
        parts.push(format!("{}: {address}", words.book));
    }
    parts.push(format!("{} · {}", meetup.group.name, meetup.url));
    parts.extend(meetup.provenance.attribution.clone());
    parts.join("\n\n")
}

/// The calendar of meet-ups as the API tells them; `None` if it would not tell them so.
#[cfg(feature = "fuzz")]
pub(crate) fn fuzzed(
    title: &str,
    notice: Option<&str>,
    address: &str,
    is_welsh: bool,
    meetups: serde_json::Value,
) -> Option<String> {
    let language = if is_welsh { Language::Welsh } else { Language::English };
    let meetups: Vec<Meetup> = serde_json::from_value(meetups).ok()?;
    let today = NaiveDate::default();
    let about = About { title, notice, source: address, page: address, language, today };
    Some(file(&about, &meetups))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn times(starts_at: &str, ends_at: &str) -> Vec<String> {
        let url = "https://folkmoot.example/meetups/1";
        let meetup = serde_json::from_value(json!({
            "id": "Bg", "title": "A", "summary": null, "status": "CONFIRMED",
            "startsAt": starts_at, "endsAt": ends_at, "timeZone": "Europe/London",
            "starts": "", "attendance": "ONLINE", "bookingUrl": null, "materialsUrl": null,
            "url": url, "icsUrl": url, "revision": 1, "venue": null, "points": [], "talks": [],
            "host": null,
            "group": { "name": "Kent", "slug": "kent", "url": url,
                "region": { "name": "Kent", "code": "kent" } },
            "provenance": { "receivedAt": starts_at, "synthetic": true, "licence": null,
                "attribution": null },
        }));
        let meetup: Meetup = meetup.expect("a meet-up");
        let (language, today) = (Language::English, NaiveDate::default());
        let about = About { title: "A", notice: None, source: url, page: url, language, today };
        let file = file(&about, [&meetup]);
        let event = file.split("BEGIN:VEVENT").nth(1).expect("an event");
        let is_time = |line: &&str| line.starts_with("DTSTART") || line.starts_with("DTEND");
        event.lines().filter(is_time).map(str::to_owned).collect()
    }

    #[test]
    fn an_hour_that_comes_twice_is_told_apart() {
        assert_eq!(
            times("2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"),
            ["DTSTART;TZID=Europe/London:20271031T013000", "DTEND:20271031T013000Z"]
        );
        assert_eq!(
            times("2027-10-31T02:00:00Z", "2027-10-31T03:30:00Z"),
            [
                "DTSTART;TZID=Europe/London:20271031T020000",
                "DTEND;TZID=Europe/London:20271031T033000"
            ]
        );
    }
}
