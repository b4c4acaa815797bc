//! The meet-ups that a region has: one a day, as full as real ones.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// How many a region has.
pub(crate) const DAYS: usize = 2_100;

/// A meet-up.
#[derive(Clone, Debug)]
pub(crate) struct Meetup {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    /// As it is answered.
    pub(crate) json: String,
}

/// The first day with a meet-up: far from any that the gateway knows.
pub(crate) fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2031, 1, 1).expect("a day of the calendar")
}

/// All of a region's, in order. Which region is first changes from day to day.
pub(crate) fn meetups(region: usize, group: &str) -> Vec<Meetup> {
    (0..DAYS).map(|day| meetup(region, group, day)).collect()
}

fn meetup(region: usize, group: &str, day: usize) -> Meetup {
    let minute = (region * 37 + day * 11) % 180;
    let evening = first_day().and_hms_opt(18, 0, 0).expect("an hour of the day").and_utc();
    let starts_at = evening + TimeDelta::days(day as i64) + TimeDelta::minutes(minute as i64);
    let ends_at = starts_at + TimeDelta::hours(2);
    // The same in every run: an own space of numbers for each region.
    let id = Uuid::from_u128(((region as u128 + 1) << 96) | (0x7 << 76) | (day as u128 + 1));
    let title = format!("Evening {day} of region {region}: what we learned about forms");
    let point = |number: usize| format!("lgdss-2016/{}", number % 15 + 1);
    let json = json!({
        "id": id, "group": group, "title": title,
        "summary": "Three councils show how they changed a form that many people gave up on, what \
            it cost, and what they would do otherwise. There is time for questions, and a table \
            for those who want to try it on their own form.",
        "status": "CONFIRMED", "startsAt": starts_at, "endsAt": ends_at,
        "timeZone": "Europe/London", "attendance": "HYBRID",
        "venue": {
            "name": "Town Hall, Committee Room 2", "address": "High Street 1", "stepFree": true,
            "hearingLoop": true, "quietSpace": null, "alcoholFree": true,
        },
        "points": [point(day), point(day + 4)], "host": "CMD",
        "talks": [
            { "title": "From forty questions to nine", "givenBy": "A service designer" },
            { "title": "What the call centre noticed", "givenBy": "A customer services lead" },
        ],
        "bookingUrl": format!("https://{group}.example/book/{day}"),
        "materialsUrl": null, "synthetic": true,
    });
    Meetup { id: id.to_string(), title, starts_at, ends_at, json: json.to_string() }
}

/// A part of a filter.
pub(crate) enum Bound {
    StartsFrom(DateTime<Utc>),
    StartsBefore(DateTime<Utc>),
    EndsAfter(DateTime<Utc>),
    EndsBy(DateTime<Utc>),
}

impl Bound {
    /// A part that is not known is an error, as the contract has it.
    pub(crate) fn of(part: &str, wanted: &Value) -> Result<Self, String> {
        let refused = || format!("this region knows no filter {part} of {wanted}");
        let instant = wanted.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
        let instant = instant.ok_or_else(refused)?;
        match part {
            "startsFrom" => Ok(Self::StartsFrom(instant)),
            "startsBefore" => Ok(Self::StartsBefore(instant)),
            "endsAfter" => Ok(Self::EndsAfter(instant)),
            "endsBy" => Ok(Self::EndsBy(instant)),
            _ => Err(refused()),
        }
    }
}

impl Meetup {
    /// Whether it passes a part of a filter.
    pub(crate) fn passes(&self, bound: &Bound) -> bool {
        match bound {
            Bound::StartsFrom(instant) => self.starts_at >= *instant,
            Bound::StartsBefore(instant) => self.starts_at < *instant,
            Bound::EndsAfter(instant) => self.ends_at > *instant,
            Bound::EndsBy(instant) => self.ends_at <= *instant,
        }
    }
}
