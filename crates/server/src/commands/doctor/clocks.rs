//! Clocks: what is fresh, what is due and what has ended are judged by them.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Finding, Findings, moment};

const GROUP: &str = "Clock";

/// How far apart two clocks may be, in seconds: machines that keep time are within fractions of one.
const APART: f64 = 2.0;

/// What another clock said.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// Such as `The database's clock`.
    pub(super) whose: String,
    /// How many seconds it is ahead of ours.
    pub(super) ahead: f64,
    /// How many seconds that may be off.
    pub(super) unsure: f64,
}

impl Reading {
    /// Of an instant that came with an answer which took so long, and is known to `unit` seconds.
    pub(super) fn of(
        whose: impl Into<String>,
        theirs: f64,
        heard_at: DateTime<Utc>,
        took: Duration,
        unit: f64,
    ) -> Self {
        let half = took.as_secs_f64() / 2.0;
        // In the middle of a unit that was cut off, and of the way there and back.
        let ahead = theirs + unit / 2.0 - (seconds(heard_at) - half);
        Self { whose: whose.into(), ahead, unsure: half + unit / 2.0 }
    }

    fn is_off(&self) -> bool {
        self.ahead.abs() - self.unsure > APART
    }
}

/// Since 1970.
pub(super) fn seconds(at: DateTime<Utc>) -> f64 {
    at.timestamp_micros() as f64 / 1e6
}

pub(super) fn look(
    readings: &[Reading],
    last_written_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Vec<Finding> {
    let mut found = Findings::of(GROUP);
    let off: Vec<_> = readings.iter().filter(|reading| reading.is_off()).collect();
    for reading in &off {
        let direction = if reading.ahead > 0.0 { "ahead of" } else { "behind" };
        found
            .warn(
                "clock.skew",
                format!(
                    "{} is {:.1} seconds {direction} this machine's.",
                    reading.whose,
                    reading.ahead.abs()
                ),
                match off.len() == readings.len() && off.len() > 1 {
                    true => {
                        "Set this machine's clock by the network's time: all others differ from it."
                    }
                    false => "Have both machines set their clocks by the network's time (NTP).",
                },
            )
            .measured("ahead_seconds", (reading.ahead * 1000.0).round() / 1000.0);
    }
    if let Some(written) = last_written_at {
        let ahead = seconds(written) - seconds(now);
        if ahead > APART {
            found
                .warn(
                    "clock.written",
                    format!("Something was written at {}, which is still to come.", moment(written)),
                    "Set this machine's clock by the network's time, or that of the one that wrote.",
                )
                .measured("ahead_seconds", ahead.round());
        }
    }
    let found_wrong = found.into_all();
    if !found_wrong.is_empty() {
        return found_wrong;
    }
    let mut found = Findings::of(GROUP);
    let of = match readings.len() {
        0 => "nothing else was asked for the time".to_owned(),
        1 => "one other clock agrees with it".to_owned(),
        count => format!("{count} other clocks agree with it"),
    };
    found.ok("clock.skew", format!("It is {}; {of}.", moment(now)));
    found.into_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(readings: &[Reading], written: Option<&str>) -> Vec<String> {
        let instant = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let found = look(readings, written.map(instant), instant("2027-01-14T12:00:00Z"));
        found.into_iter().map(|one| one.text).collect()
    }

    fn reading(ahead: f64, unsure: f64) -> Reading {
        Reading { whose: "The database's clock".to_owned(), ahead, unsure }
    }

    #[test]
    fn clocks_are_off_only_by_what_the_way_cannot_explain() {
        let fine = ["It is 14 January 2027, 12:00 UTC; one other clock agrees with it."];
        assert_eq!(said(&[reading(1.9, 0.0)], None), fine);
        assert_eq!(said(&[reading(4.0, 2.5)], None), fine);
        let off = ["The database's clock is 3.0 seconds behind this machine's."];
        assert_eq!(said(&[reading(-3.0, 0.1)], None), off);
    }

    #[test]
    fn rows_from_the_future_are_told() {
        assert_eq!(
            said(&[], Some("2027-01-14T13:00:00Z")),
            ["Something was written at 14 January 2027, 13:00 UTC, which is still to come."]
        );
        assert_eq!(said(&[], Some("2027-01-14T11:59:59Z")).len(), 1);
    }

    #[test]
    fn a_reading_lies_in_the_middle_of_what_it_may_be() {
        let heard = "2027-01-14T12:00:01Z".parse().expect("an instant");
        let theirs = seconds(heard) - 1.0;
        let read = Reading::of("x", theirs, heard, Duration::from_secs(1), 1.0);
        assert!(read.ahead.abs() < 1e-6 && (read.unsure - 1.0).abs() < 1e-6, "{read:?}");
    }
}
