//! On which dates an event repeats (RRULE).
//!
//! The `rrule` crate finds the dates. It is given wall-clock times as if they were UTC: so a
//! series keeps its time of day when the clocks change, and what happens to a time that the clocks
//! skip is our own stated rule. What it leaves open is how long that may take; here, rules are
//! refused that give several dates a day, and years are counted in which a rule gives none.

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rrule::{Frequency, RRule, RRuleSet, Unvalidated};

use super::{
    ledger::Ledger,
    moments::{Moment, When},
};

/// How far back repeating events are read: a year of meet-ups that were, and a month.
pub(super) const DAYS_BEFORE: i64 = 400;
/// How far ahead: two years of planning, and two months.
pub(super) const DAYS_AFTER: i64 = 800;
/// More dates of one series than anyone holds meet-ups on in these years.
pub(super) const MAX_DATES: usize = 200;
/// So many of them lie in the past, if there are more than that.
const PAST_DATES: usize = 50;
/// The longest rule that is read; the standard's own examples have up to 90 characters.
const MAX_RULE: usize = 500;

/// From when to when repeating events are read.
pub(super) fn window(now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    (now - TimeDelta::days(DAYS_BEFORE), now + TimeDelta::days(DAYS_AFTER))
}

/// A rule that may be followed.
#[derive(Debug)]
pub(super) struct Rule {
    rule: RRule<Unvalidated>,
    until: Option<When>,
}

impl Rule {
    /// Reads a rule such as `FREQ=WEEKLY;INTERVAL=6`. `until` reads the time of its last date.
    pub(super) fn read(
        text: &str,
        until: impl Fn(&str) -> Result<When, String>,
    ) -> Result<Self, String> {
        const MALFORMED: &str = "the repetition cannot be read: write it as FREQ=WEEKLY;INTERVAL=6 or \
             FREQ=MONTHLY;BYDAY=2TH";
        if text.len() > MAX_RULE || !text.is_ascii() {
            return Err(MALFORMED.to_owned());
        }
        let text = text.to_ascii_uppercase();
        let mut last = None;
        let mut parts = Vec::new();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some(("UNTIL", value)) => last = Some(until(value)?),
                Some(("FREQ", "SECONDLY" | "MINUTELY" | "HOURLY")) => {
                    return Err(
                        "a meet-up repeats on days, not by hours, minutes or seconds: write \
                                FREQ=DAILY, WEEKLY, MONTHLY or YEARLY"
                            .to_owned(),
                    );
                }
                Some(("INTERVAL", value)) if value.bytes().all(|byte| byte == b'0') => {
                    return Err(MALFORMED.to_owned());
                }
                Some(("BYHOUR" | "BYMINUTE" | "BYSECOND", value)) if value.contains(',') => {
                    return Err("a meet-up repeats at most once a day: give each time of day an \
                                event of its own"
                        .to_owned());
                }
                _ => parts.push(part),
            }
        }
        let rule = parts.join(";").parse().map_err(|_| MALFORMED.to_owned())?;
        Ok(Self { rule, until: last })
    }

    /// The wall-clock times, from the first on, that lie between two others.
    pub(super) fn times(
        self,
        first: &Moment,
        from: NaiveDateTime,
        to: NaiveDateTime,
        ledger: &mut Ledger<'_>,
    ) -> Result<Vec<NaiveDateTime>, String> {
        if !ledger.may_follow() {
            return Err("the calendar's repetitions go on for too long to be followed: let this \
                        one start later, or write its dates out"
                .to_owned());
        }
        let as_utc = |local: NaiveDateTime| local.and_utc().with_timezone(&rrule::Tz::UTC);
        let start = as_utc(first.local);
        let rule = self.rule.validate(start).map_err(|_| {
            "the repetition contradicts itself: look at the parts that begin with BY".to_owned()
        })?;
        let last = match self.until {
            None => to,
            Some(When::Day(day)) => {
                to.min(day.and_time(NaiveTime::MIN) + TimeDelta::days(1) - TimeDelta::seconds(1))
            }
            Some(When::At(until)) => {
                let until = until.instant().with_timezone(&first.zone).naive_local();
                to.min(until)
            }
        };
        let (count, is_daily) = (rule.get_count(), rule.get_freq() == Frequency::Daily);
        let mut times = Vec::new();
        let mut found = 0;
        let mut reached = None;
        for date in &RRuleSet::new(start).rrule(rule).limit() {
            let local = date.naive_utc();
            found += 1;
            reached = Some(local);
            if local > last {
                break;
            }
            if local >= from {
                times.push(local);
            }
        }
        // A rule that ran out before its count has looked at every year for the next date.
        let is_followed = |reached: &NaiveDateTime| *reached > last || count == Some(found);
        let days = reached.filter(is_followed).map(|reached| (reached - first.local).num_days());
        ledger.followed(match is_daily {
            true => days.unwrap_or(MOST_DAYS),
            false => days.map_or(MOST_STEPS, |days| days / DAYS_OF_STEP),
        });
        Ok(times)
    }
}

/// A day of a daily rule is a step. Of other rules six days are, since the crate takes weeks,
/// months and years in one; so it was measured.
const DAYS_OF_STEP: i64 = 6;
/// Where the crate's search for the next date of a daily rule ends.
const MOST_DAYS: i64 = 100_000;
/// What is counted where others end: in the year 10,000.
const MOST_STEPS: i64 = 500_000;

/// At most as many dates as one series may have: the next ones rather than those long past.
pub(super) fn nearest<T: Ord>(mut sorted: Vec<T>, now: &T) -> Vec<T> {
    if sorted.len() > MAX_DATES {
        let past = sorted.partition_point(|date| date < now);
        let start = past.saturating_sub(PAST_DATES).min(sorted.len() - MAX_DATES);
        sorted.truncate(start + MAX_DATES);
        sorted.drain(..start);
    }
    sorted
}

/// The wall-clock time of an instant that bounds a search, with a day to spare for any zone.
pub(super) fn bounds(now: DateTime<Utc>) -> (NaiveDateTime, NaiveDateTime) {
    let (from, to) = window(now);
    ((from - TimeDelta::days(1)).naive_utc(), (to + TimeDelta::days(1)).naive_utc())
}
