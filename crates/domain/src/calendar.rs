//! Calendars that regions publish as iCalendar files (RFC 5545): bytes in, meet-ups and a
//! readable report out.
//!
//! Nothing is fetched, stored or decided here. Other than with sheets, the good events stand
//! beside the bad ones: nobody can correct a calendar of somebody else's before it is read.

mod components;
mod entry;
mod error;
mod ledger;
mod lines;
mod moments;
mod place;
mod recurrence;
mod series;
mod text;
mod versions;
mod zones;

use error::CalendarError;
use ledger::Ledger;

use crate::{
    Row, SheetContext, SheetReading,
    sheet::{Desk, Report},
};

/// A calendar of meet-ups has some hundred KB; this is what people's whole calendars reach.
const MAX_MEGABYTES: usize = 5;
/// More events than a region has in a century.
const MAX_EVENTS: usize = 5_000;
/// As many rows as a sheet may have.
const MAX_MEETUPS: usize = 20_000;

/// Reads the calendar that a region publishes.
///
/// Events become meet-ups one by one: those with a fault are named as problems (with the line of
/// the event or of its property, whose name stands for the column) and the others are read
/// nevertheless. Only a fault of the file as a whole leaves no rows, since half a calendar would
/// look like one whose other half was taken back.
///
/// Of repeating events only the dates from 400 days before `context.now` to 800 days after are
/// read. A meet-up that stands no longer in a reading may thus merely have grown old.
pub fn read_calendar(bytes: &[u8], context: &SheetContext<'_>) -> SheetReading {
    let mut report = Report::default();
    let rows = read_rows(bytes, context, &mut report).unwrap_or_else(|error| {
        report.problem(None, None, error.to_string());
        Vec::new()
    });
    report.finish(rows)
}

fn read_rows(
    bytes: &[u8],
    context: &SheetContext<'_>,
    report: &mut Report,
) -> Result<Vec<Row>, CalendarError> {
    if bytes.len() > MAX_MEGABYTES * 1_000_000 {
        return Err(CalendarError::TooLarge { megabytes: MAX_MEGABYTES });
    }
    let desk = Desk::new(context);
    let mut ledger = Ledger::new(report);
    let calendars = components::calendars(bytes, &mut ledger)?;
    let mut meetups = Vec::new();
    for series in versions::by_uid(&calendars, &mut ledger) {
        series::read(&series, &desk, &mut ledger, &mut meetups);
        if meetups.len() > MAX_MEETUPS {
            return Err(CalendarError::TooManyMeetups { meetups: MAX_MEETUPS });
        }
    }
    ledger.close(context.now);
    Ok(meetups.into_iter().map(|meetup| Row::Meetup(Box::new(meetup))).collect())
}

#[cfg(test)]
mod tests;
