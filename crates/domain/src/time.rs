//! Wall clocks and instants: how a local time becomes an instant, and how it is spoken.

use chrono::{
    DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeDelta, TimeZone,
    Timelike, Utc,
};
use chrono_tz::Tz;

/// The instant of a wall-clock time in a zone, by the rule of RFC 5545, 3.3.5: a time that
/// occurs twice is the first one; a time that is skipped is read with the offset before the gap.
pub fn resolve_wall_clock(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.to_utc(),
        LocalResult::None => {
            // No gap in the IANA database is longer than a day.
            let day_before = local - TimeDelta::days(1);
            match zone.from_local_datetime(&day_before) {
                LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => {
                    time.to_utc() + TimeDelta::days(1)
                }
                LocalResult::None => local.and_utc(),
            }
        }
    }
}

/// The instant at which a day begins in England.
pub fn london_day_start(day: NaiveDate) -> DateTime<Utc> {
    resolve_wall_clock(day.and_time(NaiveTime::MIN), chrono_tz::Europe::London)
}

/// The day that it is in England at an instant.
pub fn london_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&chrono_tz::Europe::London).date_naive()
}

/// Cut to the whole second: the precision of every instant that orders a list.
pub fn to_second(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.trunc_subsecs(0)
}

/// Cut to the whole minute: the precision of the `now` that a list is asked with.
pub fn to_minute(instant: DateTime<Utc>) -> DateTime<Utc> {
    let seconds = i64::from(instant.second() % 60);
    to_second(instant) - TimeDelta::seconds(seconds)
}

/// "6:30pm, Thursday 14 January 2027", by the wall clock of the zone; in Welsh for `cy`,
/// in English for any other language.
pub fn spoken_start(instant: DateTime<Utc>, zone: Tz, language: &str) -> String {
    let local = instant.with_timezone(&zone);
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    let is_welsh = primary.eq_ignore_ascii_case("cy");
    let (is_afternoon, hour) = local.hour12();
    let minutes = match local.minute() {
        0 => String::new(),
        minute => format!(":{minute:02}"),
    };
    let half = match (is_welsh, is_afternoon) {
        (false, false) => "am",
        (false, true) => "pm",
        (true, false) => "yb",
        (true, true) => "yh",
    };
    use chrono::Datelike;
    let (day, month) = if is_welsh { (WELSH_DAYS, WELSH_MONTHS) } else { (DAYS, MONTHS) };
    let day = day[local.weekday().num_days_from_monday() as usize];
    let month = month[local.month0() as usize];
    format!("{hour}{minutes}{half}, {day} {} {month} {}", local.day(), local.year())
}

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WELSH_DAYS: [&str; 7] = [
    "dydd Llun",
    "dydd Mawrth",
    "dydd Mercher",
    "dydd Iau",
    "dydd Gwener",
    "dydd Sadwrn",
    "dydd Sul",
];
const WELSH_MONTHS: [&str; 12] = [
    "Ionawr",
    "Chwefror",
    "Mawrth",
    "Ebrill",
    "Mai",
    "Mehefin",
    "Gorffennaf",
    "Awst",
    "Medi",
    "Hydref",
    "Tachwedd",
    "Rhagfyr",
];

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::London;

    fn resolved(local: &str) -> String {
        let local = local.parse().expect("a local time");
        resolve_wall_clock(local, London).format("%F %H:%M").to_string()
    }

    #[test]
    fn wall_clock_follows_rfc_5545_at_both_clock_changes() {
        assert_eq!(resolved("2027-01-14T18:30:00"), "2027-01-14 18:30");
        assert_eq!(resolved("2027-07-14T18:30:00"), "2027-07-14 17:30");
        assert_eq!(resolved("2027-03-28T01:30:00"), "2027-03-28 01:30", "skipped: offset before");
        assert_eq!(resolved("2027-10-31T01:30:00"), "2027-10-31 00:30", "twice: the first");
    }

    #[test]
    fn starts_are_spoken_in_the_zone_of_the_meetup() {
        let winter = "2027-01-14T18:30:00Z".parse().expect("an instant");
        let summer = "2027-07-14T11:00:00Z".parse().expect("an instant");
        assert_eq!(spoken_start(winter, London, "en"), "6:30pm, Thursday 14 January 2027");
        assert_eq!(spoken_start(summer, London, "en-GB"), "12pm, Wednesday 14 July 2027");
        assert_eq!(spoken_start(winter, London, "cy"), "6:30yh, dydd Iau 14 Ionawr 2027");
    }

    #[test]
    fn minutes_and_seconds_are_cut() {
        let instant = "2027-01-14T18:30:59.9Z".parse().expect("an instant");
        assert_eq!(to_second(instant).to_rfc3339(), "2027-01-14T18:30:59+00:00");
        assert_eq!(to_minute(instant).to_rfc3339(), "2027-01-14T18:30:00+00:00");
    }
}
