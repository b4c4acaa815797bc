//! Claims about the demo's meet-ups, those about the calendar on many days.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::London;
use folkmoot_domain::{Meetup, MeetupStatus};

use super::{TODAY, day, demo_without_answers_on, london_day, public_regions, region};

/// Days far enough apart to meet every phase of the series, and over many years together.
fn four_hundred_days() -> impl Iterator<Item = NaiveDate> {
    (0..400).map(|n| day(2026, 3, 1) + TimeDelta::days(n * 5))
}

fn is_upcoming(meetup: &Meetup, today: NaiveDate) -> bool {
    london_day(meetup.starts_at) > today && meetup.status != MeetupStatus::Cancelled
}

#[test]
fn meetups_start_at_half_past_six_in_winter_and_summer() {
    let demo = demo_without_answers_on(TODAY);
    let clock = |instant: DateTime<Utc>| (instant.hour(), instant.minute());
    let local = |meetup: &Meetup| {
        let start = meetup.starts_at.with_timezone(&London);
        (start.hour(), start.minute())
    };
    assert!(demo.meetups.iter().all(|meetup| local(meetup) == (18, 30)));
    assert!(demo.meetups.iter().any(|meetup| clock(meetup.starts_at) == (17, 30)), "summer time");
    assert!(demo.meetups.iter().any(|meetup| clock(meetup.starts_at) == (18, 30)));
}

#[test]
fn whatever_the_day_each_region_has_two_to_come_and_something_to_book() {
    for today in four_hundred_days() {
        let demo = demo_without_answers_on(today);
        for one in &demo.regions {
            let coming = demo.meetups.iter().filter(|meetup| meetup.region == one.id);
            let coming: Vec<_> = coming.filter(|meetup| is_upcoming(meetup, today)).collect();
            assert!(coming.len() >= 2, "{} on {today}", one.code);
            let bookable = coming.iter().any(|meetup| meetup.booking_url.is_some());
            assert!(bookable, "nothing to book in {} on {today}", one.code);
        }
        let public = public_regions(&demo);
        let is_called_off = |meetup: &&Meetup| {
            meetup.status == MeetupStatus::Cancelled
                && london_day(meetup.starts_at) > today
                && public.contains(&meetup.region)
        };
        assert!(demo.meetups.iter().any(|meetup| is_called_off(&meetup)), "on {today}");
    }
}

#[test]
fn every_week_but_christmas_has_a_public_meetup() {
    let demo = demo_without_answers_on(TODAY);
    let public = public_regions(&demo);
    let monday =
        |date: NaiveDate| date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()));
    let weeks: HashSet<_> = demo
        .meetups
        .iter()
        .filter(|meetup| public.contains(&meetup.region))
        .map(|meetup| monday(london_day(meetup.starts_at)))
        .collect();
    for week in -103..=25 {
        let start = monday(TODAY) + TimeDelta::weeks(week);
        let is_christmas = matches!((start.month(), start.day()), (12, 16..) | (1, ..=2));
        assert!(is_christmas || weeks.contains(&start), "week of {start}");
    }
}

#[test]
fn nobody_meets_at_christmas() {
    for meetup in
        four_hundred_days().step_by(40).flat_map(|today| demo_without_answers_on(today).meetups)
    {
        let date = london_day(meetup.starts_at);
        let is_christmas = matches!((date.month(), date.day()), (12, 22..) | (1, ..=2));
        assert!(!is_christmas, "{}", meetup.natural_key);
    }
}

#[test]
fn no_two_groups_have_one_topic_within_three_weeks() {
    let demo = demo_without_answers_on(TODAY);
    for (place, one) in demo.meetups.iter().enumerate() {
        let same = demo.meetups[..place].iter().find(|other| {
            let apart = (other.starts_at - one.starts_at).abs();
            other.title == one.title
                && (apart < TimeDelta::weeks(3)
                    || other.region == one.region && other.series == one.series)
        });
        assert!(same.is_none(), "{} and {same:?}", one.natural_key);
    }
}

#[test]
fn what_is_said_of_a_meetup_fits_its_state() {
    for today in four_hundred_days().step_by(20) {
        for meetup in demo_without_answers_on(today).meetups {
            let (date, key) = (london_day(meetup.starts_at), &meetup.natural_key);
            match meetup.status {
                MeetupStatus::Held => assert!(date < today, "{key}"),
                MeetupStatus::Cancelled => {
                    let summary = meetup.summary.as_deref().unwrap_or_default();
                    assert!(summary.starts_with("Cancelled: "), "{key}");
                    assert!(meetup.materials_url.is_none() && meetup.booking_url.is_none());
                }
                _ => assert!(date >= today && meetup.materials_url.is_none(), "{key}"),
            }
            if meetup.status == MeetupStatus::Planned {
                assert!(meetup.venue.is_none() && meetup.talks.is_empty(), "{key}");
            }
        }
    }
}

#[test]
fn meetups_come_in_every_variety() {
    let demo = demo_without_answers_on(TODAY);
    let count = |accepts: &dyn Fn(&Meetup) -> bool| {
        demo.meetups.iter().filter(|meetup| accepts(meetup)).count()
    };
    let statuses: HashSet<_> =
        demo.meetups.iter().map(|meetup| format!("{:?}", meetup.status)).collect();
    let ways: HashSet<_> =
        demo.meetups.iter().map(|meetup| format!("{:?}", meetup.attendance)).collect();
    let step_free: HashSet<_> =
        demo.meetups.iter().filter_map(|meetup| Some(meetup.venue.as_ref()?.step_free)).collect();
    let one_point = count(&|meetup| meetup.points.len() == 1);

    assert_eq!((statuses.len(), ways.len(), step_free.len()), (5, 3, 3));
    assert!(one_point * 3 > demo.meetups.len() * 2, "mostly one point");
    assert!(count(&|meetup| meetup.points.is_empty()) >= 5);
    assert!(count(&|meetup| meetup.points.len() == 2) >= 5);
    assert!(demo.meetups.iter().any(|meetup| meetup.materials_url.is_some()));
    assert!(count(&|meetup| meetup.region == region("london")) > 30, "evenings and online");
}
