//! An event and its repetitions as meet-ups: the dates of its rule, those added and taken out,
//! and the changes to single ones.
//!
//! A repetition is known by where its series has it, so that it stays the same meet-up when it is
//! moved.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{
    components::Property,
    entry::{Details, Entry},
    ledger::Ledger,
    moments::{Length, Moment, When, whens},
    recurrence::{MAX_DATES, Rule, bounds, nearest, window},
    versions::{Series, Version, latest},
};
use crate::{Meetup, sheet::Desk};

/// Adds the meet-ups of a series.
pub(super) fn read<'a>(
    series: &Series<'a>,
    desk: &'a Desk<'a>,
    ledger: &mut Ledger<'_>,
    meetups: &mut Vec<Meetup>,
) {
    let is_change = |it: &&Version<'_>| it.event.property("RECURRENCE-ID").is_some();
    let mains = series.events.iter().filter(|it| !is_change(it)).copied().collect();
    let main = latest(mains, ledger);
    if main.is_some_and(|main| main.is_private()) {
        ledger.left_out_private();
        return;
    }
    let whole = main.map(|version| Whole::read(version, desk, ledger)).unwrap_or_default();
    let changes = changes(series, whole.start, ledger);
    if let Some((_, line)) = changes.cut {
        ledger.problem(line, Some("RECURRENCE-ID"), CUT);
    }
    if let Whole { start: Some(first), details: Some(details), .. } = &whole {
        let is_cut = |date: &DateTime<Utc>| changes.cut.is_some_and(|(cut, _)| *date >= cut);
        let is_kept = |date: &&DateTime<Utc>| !is_cut(date) && !changes.single.contains_key(date);
        for date in whole.dates.iter().filter(is_kept) {
            let start = if *date == first.instant() { *first } else { first.on(*date) };
            let key = match whole.repeats {
                true => key_of_one(&series.key, *date),
                false => series.key.clone(),
            };
            meetups.push(details.meetup(key, start, whole.length, desk));
        }
    }
    for (original, (version, moment)) in changes.single {
        if version.is_private() {
            ledger.left_out_private();
            continue;
        }
        // The day of a removed date is one by the clock of the series.
        if whole.removed.has(&whole.start.map_or(moment, |first| first.on(original))) {
            let note = "the change was left out, as the event takes its date out (EXDATE)";
            ledger.note(version.event.line, note);
            continue;
        }
        let main = main.map(|main| main.event);
        let mut entry = Entry { version, main, desk, ledger, is_faulty: false };
        entry.note_faults();
        let times = entry.times(Some(moment));
        let details = entry.details();
        let (Some((start, length)), Some(details), false) = (times, details, entry.is_faulty)
        else {
            continue;
        };
        entry.note_clock_change(&start);
        let (from, to) = window(desk.context.now);
        if !whole.repeats || (from..=to).contains(&start.instant()) {
            let key = key_of_one(&series.key, original);
            meetups.push(details.meetup(key, start, length.or(whole.length), desk));
        }
    }
}

/// An event itself, without the changes to single ones of its repetitions.
#[derive(Default)]
struct Whole<'a> {
    repeats: bool,
    start: Option<Moment>,
    length: Option<Length>,
    /// None if there is a problem.
    details: Option<Details<'a>>,
    dates: Vec<DateTime<Utc>>,
    removed: Removed,
}

/// Dates that an event takes out; some programs give the days only.
#[derive(Default)]
struct Removed {
    instants: BTreeSet<DateTime<Utc>>,
    days: BTreeSet<NaiveDate>,
}

impl Removed {
    fn has(&self, moment: &Moment) -> bool {
        self.instants.contains(&moment.instant()) || self.days.contains(&moment.local.date())
    }
}

impl<'a> Whole<'a> {
    fn read(version: Version<'a>, desk: &'a Desk<'a>, ledger: &mut Ledger<'_>) -> Self {
        let has = |name: &str| version.event.property(name).is_some();
        let repeats = has("RRULE") || has("RDATE");
        let mut entry = Entry { version, main: None, desk, ledger, is_faulty: false };
        entry.note_faults();
        let times = entry.times(None);
        let details = entry.details();
        let read = times.and_then(|(start, _)| {
            let removed = entry.removed(start)?;
            Some((entry.dates(start, repeats, &removed)?, removed))
        });
        let (dates, removed) = read.unwrap_or_default();
        Self {
            repeats,
            start: times.map(|(start, _)| start),
            length: times.and_then(|(_, length)| length),
            details: details.filter(|_| !entry.is_faulty),
            dates,
            removed,
        }
    }
}

const CUT: &str = "a change to this and all later repetitions is not read, and none of them is \
                   listed: end the series before it and begin another one";

/// The natural key of one repetition, by where its series has it.
fn key_of_one(series: &str, original: DateTime<Utc>) -> String {
    format!("{series}/{}", original.format("%Y%m%dT%H%M%SZ"))
}

/// Changes to single repetitions, by where the series has those.
struct Changes<'a> {
    single: BTreeMap<DateTime<Utc>, (Version<'a>, Moment)>,
    /// From where on a change was meant for all, and its line.
    cut: Option<(DateTime<Utc>, u64)>,
}

fn changes<'a>(series: &Series<'a>, main: Option<Moment>, ledger: &mut Ledger<'_>) -> Changes<'a> {
    let mut found: BTreeMap<DateTime<Utc>, Vec<(Version<'a>, Moment)>> = BTreeMap::new();
    let mut cut: Option<(DateTime<Utc>, u64)> = None;
    for version in &series.events {
        let Some(property) = version.event.property("RECURRENCE-ID") else { continue };
        match original(property, version, main) {
            Err(message) => ledger.problem(property.line, Some("RECURRENCE-ID"), &message),
            Ok(moment) if is_of_all_later(property) => {
                let this = (moment.instant(), property.line);
                cut = Some(cut.map_or(this, |cut| cut.min(this)));
            }
            Ok(moment) => {
                found.entry(moment.instant()).or_default().push((*version, moment));
            }
        }
    }
    let single = found.into_iter().filter_map(|(date, all)| {
        let moment = all.first()?.1;
        let versions = all.into_iter().map(|(version, _)| version).collect();
        Some((date, (latest(versions, ledger)?, moment)))
    });
    Changes { single: single.collect(), cut }
}

fn is_of_all_later(property: &Property) -> bool {
    property.parameter("RANGE").is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"))
}

/// Where a changed repetition was. Some programs give the day only.
fn original(
    property: &Property,
    version: &Version<'_>,
    main: Option<Moment>,
) -> Result<Moment, String> {
    let floating = main.map_or(Tz::Europe__London, |main| main.zone);
    match (&whens(property, &version.calendar.zones, floating)?[..], main) {
        ([When::At(moment)], _) => Ok(*moment),
        ([When::Day(day)], Some(main)) => Ok(main.at(day.and_time(main.local.time()))),
        _ => Err("no single time that can be read: write it as 20270114T183000".to_owned()),
    }
}

impl Moment {
    /// What the same clock shows at another instant.
    fn on(self, instant: DateTime<Utc>) -> Self {
        self.at(instant.with_timezone(&self.zone).naive_local())
    }
}

impl Entry<'_, '_, '_> {
    /// The instants at which an event starts that has its first start here.
    fn dates(
        &mut self,
        start: Moment,
        repeats: bool,
        removed: &Removed,
    ) -> Option<Vec<DateTime<Utc>>> {
        let now = self.desk.context.now;
        let mut dates = BTreeSet::from([start.instant()]);
        if repeats {
            self.ledger.has_series();
            dates.extend(self.dates_of_rule(start)?);
            dates.extend(self.dates_of("RDATE", start)?.into_iter().filter_map(instant));
        } else {
            self.note_clock_change(&start);
        }
        dates.retain(|date| !removed.has(&start.on(*date)));
        if !repeats {
            return Some(dates.into_iter().collect());
        }
        let (from, to) = window(now);
        dates.retain(|date| (from..=to).contains(date));
        if dates.len() > MAX_DATES {
            let count = dates.len();
            self.note(&format!(
                "the event has {count} dates in these years, of which {MAX_DATES} were read"
            ));
        }
        Some(nearest(dates.into_iter().collect(), &now))
    }

    fn removed(&mut self, start: Moment) -> Option<Removed> {
        let mut removed = Removed::default();
        for when in self.dates_of("EXDATE", start)? {
            match when {
                When::At(moment) => removed.instants.insert(moment.instant()),
                When::Day(day) => removed.days.insert(day),
            };
        }
        Some(removed)
    }

    fn dates_of_rule(&mut self, start: Moment) -> Option<Vec<DateTime<Utc>>> {
        let event = self.version.event;
        if event.property("EXRULE").is_some() {
            self.problem("EXRULE", "rules of exceptions are not read: list them as EXDATE");
            return None;
        }
        let mut rules = event.all("RRULE");
        let Some(property) = rules.next() else { return Some(Vec::new()) };
        if rules.next().is_some() {
            self.problem("RRULE", "the event has several rules: make each an event of its own");
            return None;
        }
        let zones = &self.version.calendar.zones;
        let until = |text: &str| {
            let property = property.with_value(text);
            let whens = whens(&property, zones, start.zone)?;
            whens.first().copied().ok_or_else(String::new)
        };
        let (from, to) = bounds(self.desk.context.now);
        let times = Rule::read(property.value.trim(), until)
            .and_then(|rule| rule.times(&start, from, to, self.ledger));
        let times = self.taken("RRULE", times)?;
        if (from..=to).contains(&start.local) && times.first() != Some(&start.local) {
            self.note("the event's first date does not fit its rule; it was read too");
        }
        if start.zone == Tz::UTC && times.len() > 1 {
            self.note("the event repeats by UTC, so its time of day moves when the clocks change: give it TZID=Europe/London");
        }
        let moments: Vec<Moment> = times.into_iter().map(|local| start.at(local)).collect();
        moments.iter().for_each(|moment| self.note_clock_change(moment));
        Some(moments.iter().map(Moment::instant).collect())
    }

    /// The dates that all properties of a name list.
    fn dates_of(&mut self, name: &str, start: Moment) -> Option<Vec<When>> {
        let event = self.version.event;
        let zones = &self.version.calendar.zones;
        let mut all = Vec::new();
        for property in event.all(name) {
            all.extend(self.taken(name, whens(property, zones, start.zone))?);
        }
        if name == "RDATE" && all.iter().any(|when| matches!(when, When::Day(_))) {
            self.problem(name, "days without a time are no starts: write them as 20270114T183000");
            return None;
        }
        Some(all)
    }
}

fn instant(when: When) -> Option<DateTime<Utc>> {
    match when {
        When::At(moment) => Some(moment.instant()),
        When::Day(_) => None,
    }
}
