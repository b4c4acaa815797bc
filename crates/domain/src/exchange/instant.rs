//! Instants of items.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{
    Deserializer,
    de::{Error, Visitor},
};

/// Reads an instant as RFC 3339 writes them. Almost all are whole seconds of UTC, which are read
/// digit by digit, in a tenth of the time; all others the library reads.
pub(super) fn instant<'de, D: Deserializer<'de>>(text: D) -> Result<DateTime<Utc>, D::Error> {
    text.deserialize_str(Instant)
}

struct Instant;

impl Visitor<'_> for Instant {
    type Value = DateTime<Utc>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 formatted date and time string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<DateTime<Utc>, E> {
        usual(text.as_bytes()).map_or_else(|| text.parse().map_err(E::custom), Ok)
    }
}

/// Of the form `2027-01-14T18:30:00Z`.
fn usual(text: &[u8]) -> Option<DateTime<Utc>> {
    let text: &[u8; 20] = text.try_into().ok()?;
    let is_there = |(at, mark): (usize, u8)| text[at] == mark;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    let number = |from: usize, to: usize| {
        text[from..to].iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    if !marks.into_iter().all(is_there) {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(number(0, 4)?.cast_signed(), number(5, 7)?, number(8, 10)?)?;
    Some(day.and_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)?.and_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_usual_form_means_what_the_library_reads(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](Z|z|.1Z)"
        ) {
            if let Some(instant) = usual(text.as_bytes()) {
                prop_assert_eq!(text.parse::<DateTime<Utc>>(), Ok(instant));
            }
        }
    }

    #[test]
    fn the_usual_form_is_read_at_once_and_others_are_read_too() {
        let read = |text: &str| serde_json::Value::from(text);
        let at = usual(b"2027-01-14T18:30:00Z").expect("of the usual form");
        assert_eq!(at.to_rfc3339(), "2027-01-14T18:30:00+00:00");
        assert_eq!(instant(read("2027-01-14T19:30:00.000+01:00")).expect("an instant"), at);
        for text in ["2027-02-30T18:30:00Z", "2027-01-14T18:30Z", "tomorrow"] {
            assert!(instant(read(text)).is_err(), "{text}");
        }
    }
}
