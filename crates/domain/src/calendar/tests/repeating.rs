//! Repeating events: rules, added and removed dates, and changes to single repetitions.

use super::*;
use crate::MeetupStatus;

/// A series from 14 January 2027, 18:30, with these lines.
fn series(lines: &str) -> String {
    event(&format!("DTSTART;TZID=Europe/London:20270114T183000\nDURATION:PT2H\n{lines}"))
}

/// The series with a change to one of its repetitions.
fn changed(lines: &str, change: &str) -> String {
    let change = format!("BEGIN:VEVENT\nUID:1\n{change}\nEND:VEVENT\nEND:VCALENDAR");
    series(lines).replace("END:VCALENDAR", &change)
}

#[test]
fn rules_give_their_dates() {
    let cases: [(&str, &[&str]); 12] = [
        (
            "FREQ=WEEKLY;INTERVAL=6;COUNT=3",
            &["2027-01-14 18:30", "2027-02-25 18:30", "2027-04-08 17:30"],
        ),
        (
            "FREQ=WEEKLY;UNTIL=20270128T183000Z",
            &["2027-01-14 18:30", "2027-01-21 18:30", "2027-01-28 18:30"],
        ),
        ("FREQ=WEEKLY;UNTIL=20270128T182959Z", &["2027-01-14 18:30", "2027-01-21 18:30"]),
        ("FREQ=WEEKLY;UNTIL=20270121", &["2027-01-14 18:30", "2027-01-21 18:30"]),
        ("freq=weekly;until=20270121T183000", &["2027-01-14 18:30", "2027-01-21 18:30"]),
        (
            "FREQ=MONTHLY;BYDAY=2TH;COUNT=3",
            &["2027-01-14 18:30", "2027-02-11 18:30", "2027-03-11 18:30"],
        ),
        ("FREQ=MONTHLY;BYDAY=TH;BYSETPOS=2;COUNT=2", &["2027-01-14 18:30", "2027-02-11 18:30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=14;COUNT=2", &["2027-01-14 18:30", "2027-02-14 18:30"]),
        ("FREQ=DAILY;INTERVAL=2;COUNT=2", &["2027-01-14 18:30", "2027-01-16 18:30"]),
        ("FREQ=YEARLY;COUNT=2", &["2027-01-14 18:30", "2028-01-14 18:30"]),
        (
            "FREQ=WEEKLY;BYDAY=TU,TH;WKST=SU;COUNT=3",
            &["2027-01-14 18:30", "2027-01-19 18:30", "2027-01-21 18:30"],
        ),
        ("FREQ=WEEKLY;UNTIL=20200101T000000Z", &["2027-01-14 18:30"]),
    ];
    for (rule, wanted) in cases {
        assert_eq!(starts(&good(&series(&format!("RRULE:{rule}")))), wanted, "{rule}");
    }
}

#[test]
fn time_of_day_is_kept_across_both_clock_changes() {
    let found = good(&series("RRULE:FREQ=MONTHLY;INTERVAL=3;COUNT=5"));
    let wanted = [
        "2027-01-14 18:30",
        "2027-04-14 17:30",
        "2027-07-14 17:30",
        "2027-10-14 17:30",
        "2028-01-14 18:30",
    ];
    assert_eq!(starts(&found), wanted);
    assert!(found.iter().all(|it| (it.ends_at - it.starts_at).num_minutes() == 120));
}

#[test]
fn dates_are_added_and_removed() {
    let rule = "RRULE:FREQ=WEEKLY;COUNT=3";
    let cases: [(&str, &[&str]); 7] = [
        ("EXDATE;TZID=Europe/London:20270121T183000", &["2027-01-14 18:30", "2027-01-28 18:30"]),
        ("EXDATE:20270121T183000Z,20270128T183000Z", &["2027-01-14 18:30"]),
        ("EXDATE;VALUE=DATE:20270121", &["2027-01-14 18:30", "2027-01-28 18:30"]),
        ("EXDATE:20270114T183000\nEXDATE:20270121T183000", &["2027-01-28 18:30"]),
        (
            "RDATE:20270123T100000",
            &["2027-01-14 18:30", "2027-01-21 18:30", "2027-01-23 10:00", "2027-01-28 18:30"],
        ),
        ("RDATE:20270121T183000", &["2027-01-14 18:30", "2027-01-21 18:30", "2027-01-28 18:30"]),
        ("EXDATE:20260121T183000", &["2027-01-14 18:30", "2027-01-21 18:30", "2027-01-28 18:30"]),
    ];
    for (lines, wanted) in cases {
        assert_eq!(starts(&good(&series(&format!("{rule}\n{lines}")))), wanted, "{lines}");
    }
    assert_eq!(
        starts(&good(&series("RDATE:20270121T183000"))),
        ["2027-01-14 18:30", "2027-01-21 18:30"]
    );
}

#[test]
fn rules_that_no_meetup_has_are_refused_with_words() {
    let cases = [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=2",
        "FREQ=HOURLY;INTERVAL=24",
        "FREQ=DAILY;BYHOUR=9,18",
        "FREQ=FORTNIGHTLY",
        "INTERVAL=2",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=WEEKLY;UNTIL=soon",
        "FREQ=WEEKLY;ann@example.org",
    ];
    let faults = |rule: &str| problems(&read(&series(&format!("RRULE:{rule}")))).join("\n");
    insta::assert_snapshot!(cases.map(faults).join("\n"), @r"
    line 6, RRULE: a meet-up repeats on days, not by hours, minutes or seconds: write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY
    line 6, RRULE: a meet-up repeats on days, not by hours, minutes or seconds: write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY
    line 6, RRULE: a meet-up repeats on days, not by hours, minutes or seconds: write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY
    line 6, RRULE: a meet-up repeats at most once a day: give each time of day an event of its own
    line 6, RRULE: the repetition cannot be read: write it as FREQ=WEEKLY;INTERVAL=6 or FREQ=MONTHLY;BYDAY=2TH
    line 6, RRULE: the repetition cannot be read: write it as FREQ=WEEKLY;INTERVAL=6 or FREQ=MONTHLY;BYDAY=2TH
    line 6, RRULE: the repetition cannot be read: write it as FREQ=WEEKLY;INTERVAL=6 or FREQ=MONTHLY;BYDAY=2TH
    line 6, RRULE: the repetition contradicts itself: look at the parts that begin with BY
    line 6, RRULE: no time that can be read: write it as 20270114T183000
    line 6, RRULE: the repetition cannot be read: write it as FREQ=WEEKLY;INTERVAL=6 or FREQ=MONTHLY;BYDAY=2TH
    ");
    let several = series("RRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2");
    assert_eq!(
        problems(&read(&several)),
        ["line 6, RRULE: the event has several rules: make each an event of its own"]
    );
    assert_eq!(read(&several).rows, []);
}

#[test]
fn series_without_end_is_read_within_its_window() {
    let text = series("RRULE:FREQ=WEEKLY;INTERVAL=6").replace("20270114", "20100114");
    let reading = read(&text);
    let starts = starts(&meetups(&reading));
    assert_eq!(starts.len(), 28);
    assert_eq!(starts.first().map(String::as_str), Some("2025-11-27 18:30"));
    assert_eq!(starts.last().map(String::as_str), Some("2029-01-04 18:30"));
    assert_eq!(
        reading.notes,
        [
            "of repeating events only the dates from 2025-10-19 (400 days back) to 2029-01-31 (800 days ahead) were read"
        ]
    );
}

#[test]
fn the_next_dates_of_many_are_read() {
    let reading = read(&series("RRULE:FREQ=DAILY").replace("20270114", "20250114"));
    let found = meetups(&reading);
    assert_eq!(found.len(), 200);
    let starts = starts(&found);
    assert_eq!((&*starts[0], &*starts[199]), ("2026-10-04 17:30", "2027-04-21 17:30"));
    assert_eq!(
        reading.notes[0],
        "line 3: the event has 1200 dates in these years, of which 200 were read"
    );
}

#[test]
fn a_rule_without_any_date_ends() {
    for rule in [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;COUNT=4294967295",
        "FREQ=YEARLY;INTERVAL=65535",
    ] {
        let found = meetups(&read(&series(&format!("RRULE:{rule}"))));
        assert!((1..=200).contains(&found.len()), "{rule}");
    }
}

#[test]
fn many_rules_without_any_date_are_not_followed() {
    let one = |number: usize| {
        format!(
            "BEGIN:VEVENT\nUID:{number}\nSUMMARY:A\nDTSTART:20270114T183000\n\
             RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n"
        )
    };
    let reading = read(&calendar(&(0..1_000).map(one).collect::<String>()));
    // Ten of them cost as much as a calendar may.
    assert_eq!(reading.rows.len(), 10);
    assert_eq!(reading.problems.len(), 100);
    assert!(reading.notes.iter().any(|note| note == "890 more problems are not listed"));
    assert!(reading.problems[0].message.contains("too long to be followed"));
}

#[test]
fn a_moved_repetition_stays_the_same_meetup() {
    let rule = "RRULE:FREQ=WEEKLY;COUNT=3";
    let before = good(&series(rule));
    let text = changed(
        rule,
        "RECURRENCE-ID;TZID=Europe/London:20270121T183000\nDTSTART;TZID=Europe/London:20270122T190000\n\
         SUMMARY:Moved",
    );
    let after = good(&text);
    assert_eq!(starts(&after), ["2027-01-14 18:30", "2027-01-28 18:30", "2027-01-22 19:00"]);
    assert_eq!(after[2].id, before[1].id);
    assert!(after[2].natural_key.ends_with("/20270121T183000Z"), "{}", after[2].natural_key);
    assert_eq!(after[2].title, "Moved");
    assert_eq!((after[2].ends_at - after[2].starts_at).num_hours(), 2, "as the series");
}

#[test]
fn a_change_finds_its_repetition_however_it_is_written() {
    for id in [
        "RECURRENCE-ID:20270121T183000Z",
        "RECURRENCE-ID:20270121T183000",
        "RECURRENCE-ID;TZID=Europe/Paris:20270121T193000",
        "RECURRENCE-ID;VALUE=DATE:20270121",
    ] {
        let text = changed("RRULE:FREQ=WEEKLY;COUNT=2", &format!("{id}\nSUMMARY:Changed"));
        let titles: Vec<_> = good(&text).into_iter().map(|it| it.title).collect();
        assert_eq!(titles, ["Agile", "Changed"], "{id}");
    }
}

#[test]
fn a_cancelled_repetition_stays_listed_as_what_it_was() {
    let text = changed(
        "RRULE:FREQ=WEEKLY;COUNT=2\nLOCATION:Town Hall",
        "RECURRENCE-ID:20270121T183000\nSTATUS:CANCELLED",
    );
    let found = good(&text);
    assert_eq!(found.len(), 2);
    assert_eq!((found[1].status, &*found[1].title), (MeetupStatus::Cancelled, "Agile"));
    assert_eq!(found[1].venue.as_ref().map(|venue| &*venue.name), Some("Town Hall"));
    let all = good(&series("RRULE:FREQ=WEEKLY;COUNT=2\nSTATUS:CANCELLED"));
    assert!(all.iter().all(|it| it.status == MeetupStatus::Cancelled) && all.len() == 2);
}

#[test]
fn a_faulty_change_is_neither_listed_nor_its_old_time() {
    let text = changed("RRULE:FREQ=WEEKLY;COUNT=3", "RECURRENCE-ID:20270121T183000\nDTSTART:soon");
    let reading = read(&text);
    assert_eq!(starts(&meetups(&reading)), ["2027-01-14 18:30", "2027-01-28 18:30"]);
    assert_eq!(reading.problems.len(), 1);
}

#[test]
fn a_change_to_a_removed_date_is_not_listed() {
    for removed in ["EXDATE:20270121T183000", "EXDATE;VALUE=DATE:20270121"] {
        let text = changed(
            &format!("RRULE:FREQ=WEEKLY;COUNT=2\n{removed}"),
            "RECURRENCE-ID:20270121T183000\nSUMMARY:Changed",
        );
        assert_eq!(starts(&good(&text)), ["2027-01-14 18:30"], "{removed}");
        assert!(read(&text).notes[0].contains("takes its date out"), "{:?}", read(&text).notes);
    }
}

#[test]
fn a_removed_day_is_one_by_the_clock_of_the_series() {
    let text = changed(
        "RRULE:FREQ=WEEKLY;COUNT=2\nEXDATE;VALUE=DATE:20270722",
        "RECURRENCE-ID:20270721T231500Z\nSUMMARY:Changed",
    )
    .replace("20270114T183000", "20270715T001500");
    assert_eq!(starts(&good(&text)), ["2027-07-14 23:15"]);
}

#[test]
fn a_change_without_its_series_stands_alone() {
    let text = event("RECURRENCE-ID:20270121T183000Z\nDTSTART:20270122T190000Z");
    let found = good(&text);
    assert_eq!(starts(&found), ["2027-01-22 19:00"]);
    let whole = series("RRULE:FREQ=WEEKLY;COUNT=2");
    assert_eq!(good(&whole)[1].id, found[0].id);
}

#[test]
fn of_several_changes_the_latest_counts() {
    let text = changed(
        "RRULE:FREQ=WEEKLY;COUNT=2",
        "RECURRENCE-ID:20270121T183000\nSEQUENCE:2\nSUMMARY:Later\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\n\
         RECURRENCE-ID:20270121T183000Z\nSEQUENCE:1\nSUMMARY:Earlier",
    );
    let reading = read(&text);
    let titles: Vec<_> = meetups(&reading).into_iter().map(|it| it.title).collect();
    assert_eq!(titles, ["Agile", "Later"]);
    assert!(reading.notes[0].contains("a later version of it"), "{:?}", reading.notes);
}

#[test]
fn a_change_to_all_later_ones_ends_the_series_and_is_a_problem() {
    let text = changed(
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20270128T183000\nDTSTART:20270129T190000",
    );
    let reading = read(&text);
    let problems = problems(&reading);
    assert!(problems[0].contains("none of them is listed"), "{problems:?}");
    assert_eq!(starts(&meetups(&reading)), ["2027-01-14 18:30", "2027-01-21 18:30"]);
}

#[test]
fn private_changes_take_their_repetition_away() {
    let text = changed("RRULE:FREQ=WEEKLY;COUNT=2", "RECURRENCE-ID:20270121T183000\nCLASS:PRIVATE");
    assert_eq!(starts(&good(&text)), ["2027-01-14 18:30"]);
}

#[test]
fn repetitions_that_move_in_england_are_noted() {
    let text = event("DTSTART:20270114T183000Z\nRRULE:FREQ=MONTHLY;COUNT=4");
    let reading = read(&text);
    assert_eq!(starts(&meetups(&reading))[3], "2027-04-14 18:30");
    assert!(reading.notes[0].contains("repeats by UTC"), "{:?}", reading.notes);
}

#[test]
fn a_first_date_outside_its_rule_is_listed_and_noted() {
    let reading = read(&series("RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=2"));
    assert_eq!(
        starts(&meetups(&reading)),
        ["2027-01-14 18:30", "2027-01-15 18:30", "2027-01-22 18:30"]
    );
    assert!(reading.notes[0].contains("does not fit its rule"), "{:?}", reading.notes);
}
