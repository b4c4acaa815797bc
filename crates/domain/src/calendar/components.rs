//! The parts of a calendar file: events with the properties that are read, and what the calendar
//! says of itself.
//!
//! The `icalendar` crate parses each content line; the nesting is followed here, because the
//! crate gives up a whole file for one bad line, knows no lines, and descends once for each level
//! that a hostile file has.

use super::{
    MAX_EVENTS,
    error::CalendarError,
    ledger::Ledger,
    lines::{ContentLine, content_lines},
    zones::Zones,
};

/// The longest value that is read; longer descriptions are cut.
const MAX_VALUE: usize = 20_000;
/// More lines with dates and categories than any event has.
const MAX_PROPERTIES: usize = 500;

/// What of an event is read. The people of an event, ORGANIZER, ATTENDEE and CONTACT, are not: so
/// they can reach neither a row nor a message.
const READ: [&str; 19] = [
    "CATEGORIES",
    "CLASS",
    "DESCRIPTION",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "DURATION",
    "EXDATE",
    "EXRULE",
    "LAST-MODIFIED",
    "LOCATION",
    "RDATE",
    "RECURRENCE-ID",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "UID",
    "URL",
];

/// A calendar of the file; most files have one.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    /// What it calls itself.
    pub(super) name: Option<String>,
    /// True if all its events are taken back.
    pub(super) is_cancelled: bool,
    pub(super) zones: Zones,
    pub(super) events: Vec<Event>,
}

/// An event (VEVENT) as it is written.
#[derive(Debug, Default)]
pub(super) struct Event {
    /// Where it begins.
    pub(super) line: u64,
    pub(super) properties: Vec<Property>,
    /// Lines of it that could not be read: line, property, why.
    pub(super) faults: Vec<(u64, String, String)>,
    /// True if it has a line that is no property.
    is_broken: bool,
}

impl Event {
    /// The first property of this name that is filled.
    pub(super) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|it| it.is_filled(name))
    }

    /// All properties of this name that are filled.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> {
        self.properties.iter().filter(move |it| it.is_filled(name))
    }

    /// The first value of this name, without white space around it.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.property(name).map(|property| property.value.trim())
    }
}

/// A property: a content line as it is meant.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) line: u64,
    /// In upper case.
    pub(super) name: String,
    /// Unescaped if it is text; lists of texts are not.
    pub(super) value: String,
    parameters: Vec<(String, String)>,
}

impl Property {
    fn is_filled(&self, name: &str) -> bool {
        self.name == name && !self.value.trim().is_empty()
    }

    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The same property with another value.
    pub(super) fn with_value(&self, value: &str) -> Self {
        let parameters = self.parameters.clone();
        Self { line: self.line, name: self.name.clone(), value: value.to_owned(), parameters }
    }
}

/// What is open while the lines are walked.
#[derive(Debug)]
enum Open {
    Nothing,
    Event(Event),
    Zone { name: Option<String>, place: Option<String> },
    Other,
}

/// Reads the calendars of a file. Events with a fault in their structure become problems.
pub(super) fn calendars(
    bytes: &[u8],
    ledger: &mut Ledger<'_>,
) -> Result<Vec<Calendar>, CalendarError> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(CalendarError::Utf16);
    }
    let mut walk = Walk { calendars: Vec::new(), open: Open::Nothing, nested: 0, is_ended: false };
    let mut is_first = true;
    let mut count = 0;
    for line in content_lines(bytes) {
        let name = line.name();
        if std::mem::take(&mut is_first) && (name != "BEGIN" || component(&line) != "VCALENDAR") {
            return Err(CalendarError::NotACalendar);
        }
        match name.as_str() {
            "BEGIN" => {
                let component = component(&line);
                count += usize::from(component == "VEVENT");
                if count > MAX_EVENTS {
                    return Err(CalendarError::TooManyEvents { events: MAX_EVENTS });
                }
                walk.begin(&component, line.line, ledger);
            }
            "END" => walk.end(&component(&line), ledger),
            _ => walk.property(&name, &line, ledger)?,
        }
    }
    if is_first {
        return Err(CalendarError::Empty);
    }
    walk.close_event(ledger);
    if !walk.is_ended {
        ledger.problem_of_file(
            "the calendar ends without END:VCALENDAR, so it seems to be cut off: what is missing \
             may come with the next fetch",
        );
    }
    Ok(walk.calendars)
}

struct Walk {
    calendars: Vec<Calendar>,
    open: Open,
    /// How many components are open within the open one: alarms, and the halves of a zone.
    nested: usize,
    is_ended: bool,
}

impl Walk {
    fn begin(&mut self, component: &str, line: u64, ledger: &mut Ledger<'_>) {
        match component {
            "VCALENDAR" => {
                self.close_event(ledger);
                self.calendars.push(Calendar::default());
                self.is_ended = false;
            }
            "VEVENT" => {
                self.close_event(ledger);
                self.open = Open::Event(Event { line, ..Event::default() });
            }
            _ if !matches!(self.open, Open::Nothing) => self.nested += 1,
            "VTIMEZONE" => self.open = Open::Zone { name: None, place: None },
            _ => {
                ledger.left_out_other();
                self.open = Open::Other;
            }
        }
    }

    fn end(&mut self, component: &str, ledger: &mut Ledger<'_>) {
        match component {
            "VCALENDAR" => {
                self.close_event(ledger);
                self.is_ended = true;
            }
            "VEVENT" => {
                if let (Open::Event(event), Some(calendar)) =
                    (self.take_open(), self.calendars.last_mut())
                {
                    calendar.events.push(event);
                }
            }
            _ if self.nested > 0 => self.nested -= 1,
            "VTIMEZONE" => {
                if let (Open::Zone { name: Some(name), place: Some(place) }, Some(calendar)) =
                    (self.take_open(), self.calendars.last_mut())
                {
                    calendar.zones.define(name, place);
                }
            }
            _ if matches!(self.open, Open::Other) => self.open = Open::Nothing,
            _ => {}
        }
    }

    fn take_open(&mut self) -> Open {
        self.nested = 0;
        std::mem::replace(&mut self.open, Open::Nothing)
    }

    /// Whatever is open was never ended; of events that is said.
    fn close_event(&mut self, ledger: &mut Ledger<'_>) {
        if let Open::Event(event) = self.take_open() {
            let message = "the event has no END:VEVENT, so it seems to be cut off: export or fetch \
                           the calendar again";
            ledger.problem(event.line, None, message);
        }
    }

    fn property(
        &mut self,
        name: &str,
        line: &ContentLine,
        ledger: &mut Ledger<'_>,
    ) -> Result<(), CalendarError> {
        if self.nested > 0 {
            return Ok(());
        }
        match &mut self.open {
            Open::Nothing => self.property_of_calendar(name, line, ledger)?,
            Open::Event(event) => property_of_event(event, name, line, ledger),
            Open::Zone { name: zone, place } => match name {
                "TZID" => *zone = value(line, ledger),
                "X-LIC-LOCATION" => *place = value(line, ledger),
                _ => {}
            },
            Open::Other => {}
        }
        Ok(())
    }

    fn property_of_calendar(
        &mut self,
        name: &str,
        line: &ContentLine,
        ledger: &mut Ledger<'_>,
    ) -> Result<(), CalendarError> {
        let Some(calendar) = self.calendars.last_mut() else { return Ok(()) };
        match name {
            "X-WR-CALNAME" | "NAME" if calendar.name.is_none() => {
                calendar.name = value(line, ledger);
            }
            "METHOD" => match value(line, ledger).unwrap_or_default().to_uppercase().as_str() {
                "CANCEL" => calendar.is_cancelled = true,
                "REPLY" | "REFRESH" | "COUNTER" | "DECLINECOUNTER" => {
                    return Err(CalendarError::NotPublished);
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }
}

fn property_of_event(event: &mut Event, name: &str, line: &ContentLine, ledger: &mut Ledger<'_>) {
    if !line.is_property() {
        if !std::mem::replace(&mut event.is_broken, true) {
            let hint = "this line is no property and was left out: a text was broken without the \
                        space that continues it";
            ledger.note(line.line, hint);
        }
        return;
    }
    let Some(name) = READ.into_iter().find(|it| *it == name) else { return };
    if event.properties.len() == MAX_PROPERTIES {
        let message = format!("the event has more than {MAX_PROPERTIES} lines: write fewer dates");
        event.faults.push((event.line, name.to_owned(), message));
    }
    if event.properties.len() >= MAX_PROPERTIES {
        return;
    }
    match parsed(name, line, ledger) {
        Ok(property) => event.properties.push(property),
        Err(message) => event.faults.push((line.line, name.to_owned(), message)),
    }
}

/// The component that a BEGIN or END is of.
fn component(line: &ContentLine) -> String {
    let (text, _) = line.text();
    text.split_once(':').map_or("", |(_, name)| name.trim()).to_ascii_uppercase()
}

fn value(line: &ContentLine, ledger: &mut Ledger<'_>) -> Option<String> {
    let property = parsed(&line.name(), line, ledger).ok()?;
    let value = property.value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

fn parsed(name: &str, line: &ContentLine, ledger: &mut Ledger<'_>) -> Result<Property, String> {
    let (mut text, is_guessed) = line.text();
    if is_guessed {
        ledger.guessed();
    }
    if text.len() > MAX_VALUE {
        if name != "DESCRIPTION" {
            return Err(format!("the line is longer than {MAX_VALUE} characters: shorten it"));
        }
        text.truncate(text.floor_char_boundary(MAX_VALUE));
    }
    // The parser knows the types of properties by their names in upper case only.
    let start = text.find([':', ';']).unwrap_or(text.len());
    text.replace_range(..start, name);
    let property = icalendar::parser::Property::try_from(text.as_str()).map_err(|_| {
        "the line cannot be read: write it as NAME;PARAMETER=value:value".to_owned()
    })?;
    let parameters = property.params.iter().map(|parameter| {
        let value = parameter.val.as_ref().map_or("", |value| value.as_str());
        (parameter.key.as_str().to_owned(), value.to_owned())
    });
    Ok(Property {
        line: line.line,
        name: name.to_owned(),
        parameters: parameters.collect(),
        value: property.val.as_str().to_owned(),
    })
}

/// The texts of a list: separated by commas, except escaped ones.
pub(super) fn list(value: &str) -> impl Iterator<Item = String> + '_ {
    let mut is_escaped = false;
    let parts = value.split(move |c: char| {
        let ends = c == ',' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    });
    parts.map(|part| {
        icalendar::parser::ParseString::from(part).unescape_text().as_str().trim().to_owned()
    })
}
