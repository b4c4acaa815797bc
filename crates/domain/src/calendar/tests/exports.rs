//! Calendars as Google and Outlook export them.

use super::*;

#[test]
fn google_calendar_is_read() {
    let reading = read_in("south", include_bytes!("google.ics"));
    insta::assert_snapshot!(summary(&reading), @r#"
    South peer group meet-up 2027-02-18 18:30–20:30 Confirmed InPerson Some(("Town Hall", Some("Castle Street, Dorchester DT1 1XJ, UK"))) [0] Some("Short talks, then lean coffee.\n\nBook at our page.") Europe/London
    South peer group meet-up 2027-06-24 17:30–19:30 Confirmed InPerson Some(("Town Hall", Some("Castle Street, Dorchester DT1 1XJ, UK"))) [0] Some("Short talks, then lean coffee.\n\nBook at our page.") Europe/London
    South peer group meet-up (moved for Easter) 2027-04-02 09:00–11:00 Confirmed Online None [0] None Europe/London
    Summer show and tell 2027-07-14 12:00–14:30 Planned InPerson None [0] Some("Show and tell") Europe/London
    problem: line 71, DTSTART: the event lasts all day, and a meet-up needs a time of day: give it a start and an end
    note: how to join (links, numbers, passcodes) removed from DESCRIPTION: 1
    note: of repeating events only the dates from 2025-10-19 (400 days back) to 2029-01-31 (800 days ahead) were read
    "#);
}

#[test]
fn outlook_calendar_is_read() {
    let reading = read_in("south", include_bytes!("outlook.ics"));
    insta::assert_snapshot!(summary(&reading), @r#"
    Delivery managers' afternoon 2027-06-10 14:00–16:00 Planned Hybrid Some(("Civic Centre", Some("Southampton"))) [1] Some("Delivery managers compare notes.") Europe/London
    Delivery managers' afternoon 2027-08-12 14:00–16:00 Planned Hybrid Some(("Civic Centre", Some("Southampton"))) [1] Some("Delivery managers compare notes.") Europe/London
    Canceled: Delivery managers' afternoon 2027-07-08 14:00–16:00 Cancelled Hybrid Some(("Civic Centre", Some("Southampton"))) [1] Some("Delivery managers compare notes.") Europe/London
    problem: line 75, DTSTART: the time zone "Customized Time Zone" is not known: write one of the IANA database, such as Europe/London
    note: how to join (links, numbers, passcodes) removed from DESCRIPTION: 2
    note: private or confidential events left out: 1
    note: category "Blue category" is no point of the standard and was left out: 2
    note: of repeating events only the dates from 2025-10-19 (400 days back) to 2029-01-31 (800 days ahead) were read
    "#);
}

fn summary(reading: &SheetReading) -> String {
    let row = |it: Meetup| {
        format!(
            "{} {}–{} {:?} {:?} {:?} [{}] {:?} {}",
            it.title,
            it.starts_at.format("%F %H:%M"),
            it.ends_at.format("%H:%M"),
            it.status,
            it.attendance,
            it.venue.map(|venue| (venue.name, venue.address)),
            it.points.len(),
            it.summary,
            it.time_zone.name(),
        )
    };
    let rows = meetups(reading).into_iter().map(row);
    let notes = reading.notes.iter().map(|note| format!("note: {note}"));
    let problems = problems(reading).into_iter().map(|problem| format!("problem: {problem}"));
    rows.chain(problems).chain(notes).collect::<Vec<_>>().join("\n")
}
