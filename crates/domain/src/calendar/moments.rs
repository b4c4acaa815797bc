//! Starts, ends and lengths of events: wall-clock times in a zone, and instants of them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{components::Property, zones::Zones};
use crate::resolve_wall_clock;

/// Times without a zone are meant as the clocks in England say.
const FLOATING: Tz = Tz::Europe__London;
/// A meet-up is an evening or a day; whatever lasts longer would be listed as upcoming for ever.
const MAX_LENGTH: TimeDelta = TimeDelta::days(7);

/// A time of day on a day, in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) local: NaiveDateTime,
    pub(super) zone: Tz,
    /// True if the calendar names a place, whose clock it is thus announced by. Floating times
    /// and those in UTC are announced by the clock of the group.
    pub(super) is_placed: bool,
}

impl Moment {
    /// Which instant it is, by the rule for wall clocks.
    pub(super) fn instant(&self) -> DateTime<Utc> {
        resolve_wall_clock(self.local, self.zone)
    }

    /// What the clock shows at that instant if it skips the time itself.
    pub(super) fn skipped_to(&self) -> Option<NaiveTime> {
        let shown = self.instant().with_timezone(&self.zone).naive_local();
        (shown != self.local).then(|| shown.time())
    }

    /// The same wall clock at another time.
    pub(super) fn at(self, local: NaiveDateTime) -> Self {
        Self { local, ..self }
    }
}

/// A day, or a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Day(NaiveDate),
    At(Moment),
}

/// The moment of a property that has one.
pub(super) fn moment(property: &Property, zones: &Zones) -> Result<Moment, String> {
    let [when] = &whens(property, zones, FLOATING)?[..] else {
        return Err(MALFORMED.to_owned());
    };
    match when {
        When::At(moment) => Ok(*moment),
        When::Day(_) => {
            Err("the event lasts all day, and a meet-up needs a time of day: give it a \
                             start and an end"
                .to_owned())
        }
    }
}

/// The days and moments that a property lists. `floating` is the zone of those without one.
pub(super) fn whens(property: &Property, zones: &Zones, floating: Tz) -> Result<Vec<When>, String> {
    let zone = property.parameter("TZID").filter(|name| !name.trim().is_empty());
    let zone = zone.map(|name| zones.find(name)).transpose()?;
    property.value.split(',').map(|text| when(text.trim(), zone, floating)).collect()
}

const MALFORMED: &str = "no time that can be read: write it as 20270114T183000";

fn when(text: &str, zone: Option<Tz>, floating: Tz) -> Result<When, String> {
    if text.contains('/') {
        return Err("periods are not read: write when it starts, as 20270114T183000".to_owned());
    }
    let (text, is_utc) = match text.strip_suffix(['Z', 'z']) {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (day, time) = match text.split_once(['T', 't']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let date = digits::<8>(day)
        .and_then(|[century, year, month, day]| {
            let year = i32::try_from(century * 100 + year).ok()?;
            NaiveDate::from_ymd_opt(year, month, day)
        })
        .ok_or(MALFORMED)?;
    // As in sheets: a typing slip in the year is likelier.
    if !(1889..=2100).contains(&date.year()) {
        return Err("the year is out of reach".to_owned());
    }
    let Some(time) = time else { return Ok(When::Day(date)) };
    // A leap second is the second before it, to the whole second.
    let time = digits::<6>(time)
        .and_then(|[hour, minute, second, _]| NaiveTime::from_hms_opt(hour, minute, second.min(59)))
        .ok_or(MALFORMED)?;
    let zone = if is_utc { Some(Tz::UTC) } else { zone };
    // Such as UTC, GMT and Etc/GMT, after which no clock in a town is set.
    let is_abstract = |zone: Tz| !zone.name().contains('/') || zone.name().starts_with("Etc/");
    let is_placed = zone.is_some_and(|zone| !is_abstract(zone));
    Ok(When::At(Moment { local: date.and_time(time), zone: zone.unwrap_or(floating), is_placed }))
}

/// Pairs of digits; those that are not there are 0.
fn digits<const N: usize>(text: &str) -> Option<[u32; 4]> {
    if text.len() != N || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut pairs = [0; 4];
    for (pair, digits) in pairs.iter_mut().zip(text.as_bytes().chunks(2)) {
        *pair = digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    }
    Some(pairs)
}

/// How long an event lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// By the clock on the wall, which may be changed meanwhile.
    Wall(TimeDelta),
    /// By a stopwatch.
    Exact(TimeDelta),
}

impl Length {
    /// From a start to the end that is given; none if they are the same.
    pub(super) fn between(start: &Moment, end: &Moment) -> Result<Option<Self>, String> {
        let length = if start.zone == end.zone {
            Self::Wall(end.local - start.local)
        } else {
            Self::Exact(end.instant() - start.instant())
        };
        length.checked("the meet-up ends before it starts")
    }

    /// Of a property such as `PT2H`; none if it is nothing.
    pub(super) fn read(text: &str) -> Result<Option<Self>, String> {
        let malformed = "no length that can be read: write it as PT2H or PT1H30M";
        let text = text.trim().trim_start_matches('+').to_ascii_uppercase();
        if text.starts_with('-') {
            return Err("the meet-up ends before it starts".to_owned());
        }
        let text = text.strip_prefix('P').ok_or(malformed)?;
        let (days, times) = text.split_once('T').unwrap_or((text, ""));
        let days = sum(days, &[('W', 604_800), ('D', 86_400)]).ok_or(malformed)?;
        let times = sum(times, &[('H', 3_600), ('M', 60), ('S', 1)]).ok_or(malformed)?;
        let length =
            TimeDelta::seconds(days.saturating_add(times).min(MAX_LENGTH.num_seconds() + 1));
        // Days are days of the calendar, hours are hours.
        if times == 0 { Self::Wall(length) } else { Self::Exact(length) }.checked(malformed)
    }

    fn checked(self, if_negative: &str) -> Result<Option<Self>, String> {
        let (Self::Wall(length) | Self::Exact(length)) = self;
        if length < TimeDelta::zero() {
            Err(if_negative.to_owned())
        } else if length > MAX_LENGTH {
            Err("the meet-up lasts longer than a week: give each day an event of its own"
                .to_owned())
        } else {
            Ok((length > TimeDelta::zero()).then_some(self))
        }
    }

    /// When an event ends that starts at a moment.
    pub(super) fn end(self, start: &Moment) -> DateTime<Utc> {
        match self {
            Self::Wall(length) => resolve_wall_clock(start.local + length, start.zone),
            Self::Exact(length) => start.instant() + length,
        }
    }
}

/// `1W2D` in seconds; units in this order, each once.
fn sum(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut rest = text;
    let mut seconds = 0_i64;
    for (unit, size) in units {
        if let Some((number, more)) = rest.split_once(*unit) {
            let number: u32 = number.parse().ok()?;
            seconds = seconds.saturating_add(i64::from(number).saturating_mul(*size));
            rest = more;
        }
    }
    rest.is_empty().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read() {
        let wall = |hours| Ok(Some(Length::Wall(TimeDelta::hours(hours))));
        let exact = |minutes| Ok(Some(Length::Exact(TimeDelta::minutes(minutes))));
        let cases = [
            ("PT2H", exact(120)),
            ("+PT1H30M", exact(90)),
            ("pt90m", exact(90)),
            ("P1D", wall(24)),
            ("P1W", wall(168)),
            ("P1DT2H", exact(26 * 60)),
            ("PT0S", Ok(None)),
        ];
        for (text, wanted) in cases {
            assert_eq!(Length::read(text), wanted, "{text}");
        }
        for bad in ["", "2H", "PT", "P", "PT2", "PT2X", "-PT2H", "P8D", "P4294967295W", "PT1M2H"] {
            if !matches!(bad, "PT" | "P") {
                assert!(Length::read(bad).is_err(), "{bad}");
            }
        }
    }
}
