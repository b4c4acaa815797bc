mod exports;
mod hostile;
mod repeating;
mod single;

use super::*;
use crate::{
    GroupId, Meetup, Reference, ReferenceParts, embedded_standards,
    sheet::tests::{group, region},
};

/// London has one group, the south has two.
static REFERENCE: std::sync::LazyLock<Reference> = std::sync::LazyLock::new(|| {
    let (standards, _) = embedded_standards();
    Reference::new(ReferenceParts {
        standards,
        regions: vec![region("london"), region("south")],
        groups: vec![
            group("london", "london"),
            group("south", "south"),
            group("south", "south-coast"),
        ],
        default_standard: "lgdss-2016".to_owned(),
        ..ReferenceParts::default()
    })
});

/// On 23 November 2026, thus from 19 October 2025 to 31 January 2029.
fn read_in(region_code: &str, bytes: &[u8]) -> SheetReading {
    let region = region(region_code);
    let now = "2026-11-23T12:00:00Z".parse().expect("an instant");
    let context = SheetContext { synthetic: false, ..SheetContext::new(&REFERENCE, &region, now) };
    read_calendar(bytes, &context)
}

fn read(text: &str) -> SheetReading {
    read_in("london", text.as_bytes())
}

/// A calendar of components, given as lines.
fn calendar(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n", lines.trim_end())
}

/// A calendar with one event, in which these lines stand beside a UID and a title. The first of
/// them is the fourth line of the file.
fn event(lines: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\n{}\nUID:1\nSUMMARY:Agile\nEND:VEVENT", lines.trim()))
}

fn problems(reading: &SheetReading) -> Vec<String> {
    reading.problems.iter().map(ToString::to_string).collect()
}

fn meetups(reading: &SheetReading) -> Vec<Meetup> {
    let one = |row: &Row| match row {
        Row::Meetup(meetup) => (**meetup).clone(),
        other => panic!("not a meet-up: {other:?}"),
    };
    reading.rows.iter().map(one).collect()
}

/// The meet-ups of a calendar without any problem.
fn good(text: &str) -> Vec<Meetup> {
    let reading = read(text);
    assert_eq!(problems(&reading), Vec::<String>::new(), "{text}");
    meetups(&reading)
}

/// Starts in UTC.
fn starts(meetups: &[Meetup]) -> Vec<String> {
    meetups.iter().map(|it| it.starts_at.format("%F %H:%M").to_string()).collect()
}
