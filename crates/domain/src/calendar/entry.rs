//! One event being read: each step says what it could not take and goes on, so that one reading
//! names every fault of an event.

use super::{
    components::{Event, Property, list},
    ledger::Ledger,
    moments::{Length, Moment, moment},
    place::place,
    text::{without_joining, without_markup},
    versions::Version,
};
use crate::{
    Attendance, Link, Meetup, MeetupId, MeetupStatus, PeerGroup, PointId, Venue, clean_block,
    clean_line,
    sheet::{Desk, MAX_SUMMARY, MAX_TITLE, end_of, link_holds_address},
};

/// More categories than any standard has points.
const MAX_CATEGORIES: usize = 30;

/// An event, and what it is read with.
pub(super) struct Entry<'a, 'l, 'r> {
    pub(super) version: Version<'a>,
    /// The event whose repetition this one changes: what it leaves out is said there.
    pub(super) main: Option<&'a Event>,
    pub(super) desk: &'a Desk<'a>,
    pub(super) ledger: &'l mut Ledger<'r>,
    pub(super) is_faulty: bool,
}

/// What is said of an event, and the same for each of its repetitions.
#[derive(Clone, Debug)]
pub(super) struct Details<'a> {
    group: &'a PeerGroup,
    title: String,
    summary: Option<String>,
    status: MeetupStatus,
    attendance: Attendance,
    venue: Option<Venue>,
    points: Vec<PointId>,
    booking_url: Option<Link>,
}

impl<'a> Details<'a> {
    /// The meet-up that starts at a moment.
    pub(super) fn meetup(
        &self,
        natural_key: String,
        start: Moment,
        length: Option<Length>,
        desk: &Desk<'_>,
    ) -> Meetup {
        let Self { group, title, summary, status, attendance, venue, points, booking_url } =
            self.clone();
        let region = desk.context.region.id;
        let starts_at = start.instant();
        let ends_at = length.map(|length| length.end(&start));
        Meetup {
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
            time_zone: if start.is_placed { start.zone } else { group.time_zone },
            attendance,
            venue,
            points,
            host: None,
            talks: Vec::new(),
            booking_url,
            materials_url: None,
            attended: Vec::new(),
            provenance: desk.context.provenance(),
            revision: 1,
        }
    }
}

impl<'a> Entry<'a, '_, '_> {
    /// Says the faults of single lines.
    pub(super) fn note_faults(&mut self) {
        for (line, property, message) in &self.version.event.faults {
            self.is_faulty = true;
            self.ledger.problem(*line, Some(property), message);
        }
    }

    pub(super) fn problem(&mut self, property: &str, message: &str) {
        self.is_faulty = true;
        let line = self.version.event.property(property).map(|property| property.line);
        self.ledger.problem(line.unwrap_or(self.version.event.line), Some(property), message);
    }

    pub(super) fn taken<T>(&mut self, property: &str, read: Result<T, String>) -> Option<T> {
        read.map_err(|message| self.problem(property, &message)).ok()
    }

    pub(super) fn note(&mut self, note: &str) {
        self.ledger.note(self.version.event.line, note);
    }

    /// When it starts, and how long it lasts if it says so. `instead` is where the changed
    /// repetition was, in case the change does not say.
    pub(super) fn times(&mut self, instead: Option<Moment>) -> Option<(Moment, Option<Length>)> {
        let event = self.version.event;
        let zones = &self.version.calendar.zones;
        let start = match (event.property("DTSTART"), instead) {
            (Some(property), _) => self.taken("DTSTART", moment(property, zones)),
            (None, Some(instead)) => Some(instead),
            (None, None) => {
                self.problem("DTSTART", "the event has no start: give it one");
                None
            }
        };
        let length = match (event.property("DTEND"), event.value("DURATION")) {
            (Some(property), _) => start.and_then(|start| {
                let end = self.taken("DTEND", moment(property, zones))?;
                self.taken("DTEND", Length::between(&start, &end))?
            }),
            (None, Some(text)) => self.taken("DURATION", Length::read(text)).flatten(),
            (None, None) => None,
        };
        Some((start?, length))
    }

    /// Says so if the clocks skip the start.
    pub(super) fn note_clock_change(&mut self, start: &Moment) {
        if let Some(shown) = start.skipped_to() {
            let (day, shown) = (start.local.date(), shown.format("%H:%M"));
            self.note(&format!(
                "the clocks skip the start in the night of {day}; it was read as {shown}"
            ));
        }
    }

    /// Everything but the times.
    pub(super) fn details(&mut self) -> Option<Details<'a>> {
        let categories = self.categories();
        let group = self.group(&categories);
        let title = self
            .text("SUMMARY", true)
            .map(|text| self.shortened("SUMMARY", &text, MAX_TITLE, clean_line));
        let title = title.filter(|title| !title.is_empty());
        if title.is_none() {
            self.problem("SUMMARY", "the event has no title: fill in its SUMMARY");
        }
        let summary = self.summary();
        let location = self.text("LOCATION", false);
        let line = self.version.event.line;
        let (attendance, venue) = place(&location.unwrap_or_default(), line, self.ledger);
        let booking_url = self.link();
        let points = self.points(&categories);
        let status = self.status();
        Some(Details {
            group: group?,
            title: title?,
            summary,
            status,
            attendance,
            venue,
            points,
            booking_url,
        })
    }

    /// A change that takes a repetition back need not say again what it was.
    fn is_cancelled(&self) -> bool {
        let status = self.version.event.value("STATUS").unwrap_or_default();
        self.version.calendar.is_cancelled
            || ["CANCELLED", "CANCELED"].iter().any(|it| status.eq_ignore_ascii_case(it))
    }

    fn property(&self, name: &str, is_inherited: bool) -> Option<&'a Property> {
        let main = self.main.filter(|_| is_inherited || self.is_cancelled());
        self.version.event.property(name).or_else(|| main?.property(name))
    }

    /// A text without markup and addresses.
    fn text(&mut self, name: &'static str, is_inherited: bool) -> Option<String> {
        let property = self.property(name, is_inherited)?;
        Some(self.ledger.without_addresses(name, &without_markup(&property.value)))
    }

    fn shortened(
        &mut self,
        name: &str,
        text: &str,
        max_chars: usize,
        clean: fn(&str, usize) -> String,
    ) -> String {
        let text = clean(text, usize::MAX);
        if text.chars().count() > max_chars {
            self.note(&format!("{name} was shortened to {max_chars} characters"));
        }
        clean(&text, max_chars)
    }

    fn summary(&mut self) -> Option<String> {
        let property = self.property("DESCRIPTION", false)?;
        let (text, is_found) = without_joining(&without_markup(&property.value));
        if is_found {
            self.ledger.removed_joining();
        }
        let text = self.ledger.without_addresses("DESCRIPTION", &text);
        let summary = self.shortened("DESCRIPTION", &text, MAX_SUMMARY, clean_block);
        (!summary.is_empty()).then_some(summary)
    }

    fn categories(&self) -> Vec<String> {
        let event = self.version.event;
        let main = self.main.filter(|_| event.property("CATEGORIES").is_none());
        let all = main.unwrap_or(event).all("CATEGORIES");
        let names = all.flat_map(|property| list(&property.value)).filter(|name| !name.is_empty());
        names.take(MAX_CATEGORIES).collect()
    }

    /// The region's only group, or the one that a category or the calendar's own name names.
    fn group(&mut self, categories: &[String]) -> Option<&'a PeerGroup> {
        let fault = match self.desk.group("") {
            Ok(only) => return Some(only),
            Err(fault) => fault,
        };
        let mut named: Vec<&PeerGroup> =
            categories.iter().filter_map(|name| self.desk.group(name).ok()).collect();
        named.dedup_by_key(|group| group.id);
        match (&named[..], &self.version.calendar.name) {
            ([only], _) => return Some(only),
            ([], Some(name)) => {
                if let Ok(group) = self.desk.group(name) {
                    return Some(group);
                }
            }
            ([], None) => {}
            _ => {
                self.problem("CATEGORIES", "the categories name several peer groups: keep one");
                return None;
            }
        }
        let hint = match self.desk.has_groups() {
            true => ", as a category of the event or as the name of the calendar (X-WR-CALNAME)",
            false => "",
        };
        self.problem("CATEGORIES", &format!("{fault}{hint}"));
        None
    }

    fn points(&mut self, categories: &[String]) -> Vec<PointId> {
        let mut points = Vec::new();
        for name in categories {
            match self.desk.point(name) {
                Ok(point) if points.contains(&point) => {}
                Ok(point) => points.push(point),
                Err(_) if self.desk.group(name).is_ok() => {}
                Err(_) => self.ledger.unknown_category(name),
            }
        }
        points
    }

    /// Calendar programs fill in links of their own accord; without one an event is still right.
    fn link(&mut self) -> Option<Link> {
        let property = self.property("URL", false)?;
        let text = property.value.trim();
        let is_address = text.get(..7).is_some_and(|it| it.eq_ignore_ascii_case("mailto:"));
        let read = if is_address || link_holds_address(text) {
            Err("it holds an e-mail address, link to a page that names nobody".to_owned())
        } else {
            Link::parse(text).map_err(|error| error.to_string())
        };
        read.map_err(|error| self.note(&format!("the event's URL was left out: {error}"))).ok()
    }

    fn status(&mut self) -> MeetupStatus {
        if self.is_cancelled() {
            return MeetupStatus::Cancelled;
        }
        match self.version.event.value("STATUS").unwrap_or_default().to_uppercase().as_str() {
            "CONFIRMED" => MeetupStatus::Confirmed,
            // As in sheets: planned, unless more is said.
            "" | "TENTATIVE" => MeetupStatus::Planned,
            _ => {
                self.note("the event's STATUS is none of TENTATIVE, CONFIRMED and CANCELLED; it was read as planned");
                MeetupStatus::Planned
            }
        }
    }
}
