//! The sheet of meet-ups.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::{
    cell::{Cells, MAX_SUMMARY, MAX_TITLE},
    desk::Desk,
    keys::{Keys, each_row},
    reading::{Report, Row},
    table::Table,
};
use crate::{Attendance, Meetup, MeetupId, MeetupStatus, Talk, Venue, resolve_wall_clock};

/// How long a meet-up lasts unless its sheet says so.
const USUAL_LENGTH: TimeDelta = TimeDelta::hours(2);

/// The longest name of a place.
pub(crate) const MAX_VENUE: usize = 120;
/// The longest address of a place.
pub(crate) const MAX_ADDRESS: usize = 300;

/// When a meet-up ends that is said to end then, or of which nothing is said. Where the clocks
/// change between start and end, the instants may stand the other way round although the times of
/// day do not.
pub(crate) fn end_of(starts_at: DateTime<Utc>, ends_at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    ends_at.filter(|end| *end > starts_at).unwrap_or(starts_at + USUAL_LENGTH)
}
pub(crate) const MAX_SPEAKER: usize = 120;
/// An evening has no room for more.
pub(crate) const MAX_TALKS: usize = 20;

/// A meet-up's own name is its key, else its group and its start by the wall clock.
pub(super) fn read(table: &Table, desk: &Desk<'_>, report: &mut Report) -> Vec<Row> {
    each_row(table, desk, report, |cells, keys| {
        meetup(cells, desk, keys).map(|read| Row::Meetup(Box::new(read)))
    })
}

fn meetup(cells: &mut Cells<'_>, desk: &Desk<'_>, keys: &mut Keys) -> Option<Meetup> {
    let group = cells.group();
    let title = cells.required_text("title", MAX_TITLE);
    let date = cells.required_day("date");
    let start = cells.required_time("start_time");
    let end = cells.time("end_time");
    let status = cells.word("status", &STATUSES).unwrap_or(MeetupStatus::Planned);
    let attendance = cells.word("attendance", &ATTENDANCES).unwrap_or(Attendance::InPerson);
    let points = cells.points("points");
    let summary = cells.block("summary", MAX_SUMMARY);
    let host = cells.standing_council("host", date.unwrap_or(desk.today));
    let venue = venue(cells);
    let talks = talks(cells);
    let booking_url = cells.link("booking_url");
    let materials_url = cells.link("materials_url");
    let attended = cells.councils("attended", date.unwrap_or(desk.today));
    let key = cells.key();
    let (group, title, date, start) = (group?, title?, date?, start?);

    let local = date.and_time(start);
    let starts_at = resolve_wall_clock(local, group.time_zone);
    note_clock_change(cells, local, starts_at.with_timezone(&group.time_zone).naive_local());
    if end.is_some_and(|end| end <= start) {
        cells.problem("end_time", "the meet-up ends before it starts");
    }
    let ends_at = end.map(|end| resolve_wall_clock(date.and_time(end), group.time_zone));
    if status == MeetupStatus::Held && starts_at > desk.context.now {
        cells.problem("status", "the meet-up is still to come and cannot have been held");
    }
    let natural_key = key.unwrap_or_else(|| format!("{}/{}", group.slug, local.format("%FT%H:%M")));
    keys.take(cells, &natural_key, "date", "group and start");
    let region = desk.context.region.id;
    Some(Meetup {
        id: MeetupId::derived(&format!("{region}/{natural_key}")),
        region,
        group: group.id,
        series: None,
        natural_key,
        title,
        summary,
        status,
        starts_at,
        ends_at: end_of(starts_at, ends_at),
        time_zone: group.time_zone,
        attendance,
        venue,
        points,
        host: host.map(|council| council.id),
        talks,
        booking_url,
        materials_url,
        attended,
        provenance: desk.context.provenance(),
        revision: 1,
    })
}

const STATUSES: [(&str, MeetupStatus); 6] = [
    ("planned", MeetupStatus::Planned),
    ("invited", MeetupStatus::Invited),
    ("confirmed", MeetupStatus::Confirmed),
    ("cancelled", MeetupStatus::Cancelled),
    ("canceled", MeetupStatus::Cancelled),
    ("held", MeetupStatus::Held),
];
const ATTENDANCES: [(&str, Attendance); 5] = [
    ("in person", Attendance::InPerson),
    ("online", Attendance::Online),
    ("hybrid", Attendance::Hybrid),
    ("virtual", Attendance::Online),
    ("face to face", Attendance::InPerson),
];

fn note_clock_change(cells: &mut Cells<'_>, wanted: NaiveDateTime, read: NaiveDateTime) {
    if wanted != read {
        let read = read.format("%H:%M");
        cells.note(&format!("the clocks skip the start in that night; it was read as {read}"));
    }
}

fn venue(cells: &mut Cells<'_>) -> Option<Venue> {
    let name = cells.text("venue", MAX_VENUE);
    let address = cells.text("address", MAX_ADDRESS);
    let [step_free, hearing_loop, quiet_space, alcohol_free] =
        ["step_free", "hearing_loop", "quiet_space", "alcohol_free"].map(|it| cells.yes_no(it));
    let is_described = address.is_some()
        || [step_free, hearing_loop, quiet_space, alcohol_free].iter().any(Option::is_some);
    match name {
        Some(name) => {
            Some(Venue { name, address, step_free, hearing_loop, quiet_space, alcohol_free })
        }
        None => {
            if is_described {
                cells.problem("venue", "the place is described but not named: fill in the venue");
            }
            None
        }
    }
}

/// "Title | given by; Title | given by".
fn talks(cells: &mut Cells<'_>) -> Vec<Talk> {
    let Some(text) = cells.text("talks", MAX_TALKS * (MAX_TITLE + MAX_SPEAKER)) else {
        return Vec::new();
    };
    let mut talks = Vec::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let talk = part.split_once('|').map(|(title, given_by)| (title.trim(), given_by.trim()));
        match talk {
            Some((title, given_by)) if !title.is_empty() && !given_by.is_empty() => {
                talks.push(Talk {
                    title: crate::clean_line(title, MAX_TITLE),
                    given_by: crate::clean_line(given_by, MAX_SPEAKER),
                });
            }
            _ => cells.problem("talks", "write each talk as: title | given by"),
        }
    }
    if talks.len() > MAX_TALKS {
        cells.problem("talks", format!("there are more than {MAX_TALKS} talks"));
    }
    talks
}
