//! Files that are broken or meant to break something.

use proptest::prelude::*;

use super::*;

#[test]
fn faulty_files_are_one_sentence_each() {
    let whole = |bytes: &[u8]| {
        let reading = read_in("london", bytes);
        assert_eq!(reading.rows, []);
        problems(&reading).join("\n")
    };
    let events = "BEGIN:VEVENT\nEND:VEVENT\n".repeat(5_001);
    let series: String = (0..110)
        .map(|number| {
            format!("BEGIN:VEVENT\nUID:{number}\nSUMMARY:A\nDTSTART:20270114T183000\nRRULE:FREQ=DAILY\nEND:VEVENT\n")
        })
        .collect();
    let cases = [
        whole(b""),
        whole(b"\xEF\xBB\xBF\r\n\r\n"),
        whole(b"<!DOCTYPE html><title>Sign in</title>"),
        whole(b"title,date\nA,2027-01-14\n"),
        whole(b"BEGIN:VCARD\nEND:VCARD\n"),
        whole(b"\xFF\xFEB\0E\0"),
        whole(calendar("METHOD:REPLY").as_bytes()),
        whole(&vec![b'A'; 5_000_001]),
        whole(calendar(&events).as_bytes()),
        whole(calendar(&series).as_bytes()),
    ];
    insta::assert_snapshot!(cases.join("\n"), @r"
    the calendar is empty: look whether its address still works
    the calendar is empty: look whether its address still works
    this is no calendar, as it does not begin with BEGIN:VCALENDAR: give the address of the iCalendar file itself, not that of the page that shows it
    this is no calendar, as it does not begin with BEGIN:VCALENDAR: give the address of the iCalendar file itself, not that of the page that shows it
    this is no calendar, as it does not begin with BEGIN:VCALENDAR: give the address of the iCalendar file itself, not that of the page that shows it
    the calendar is in UTF-16: publish it as UTF-8
    the calendar is an answer to an invitation (its METHOD says so), not a calendar that is published: give the address of the published one
    the calendar has more than 5 MB: publish one that holds nothing but meet-ups
    the calendar has more than 5000 events: publish one that holds only meet-ups
    the calendar's events repeat into more than 20000 meet-ups: let them repeat less often, or let them end
    ");
}

#[test]
fn an_empty_calendar_is_no_fault() {
    assert_eq!(read(&calendar("PRODID:x")), SheetReading::default());
}

#[test]
fn one_bad_event_spoils_no_other() {
    let bad = "BEGIN:VEVENT\nUID:bad\nDTSTART:20270114T183000\nRRULE:FREQ=SECONDLY\nSUMMARY:Bad\nEND:VEVENT\n";
    let good = |number| {
        format!("BEGIN:VEVENT\nUID:{number}\nDTSTART:20270114T183000\nSUMMARY:Good\nEND:VEVENT\n")
    };
    let text: String = (0..150)
        .map(|number| bad.replace("UID:bad", &format!("UID:bad{number}")) + &good(number))
        .collect();
    let reading = read(&calendar(&text));
    assert_eq!((reading.rows.len(), reading.problems.len()), (150, 100));
    assert_eq!(reading.notes.last().map(String::as_str), Some("50 more problems are not listed"));
}

#[test]
fn a_file_that_is_cut_off_keeps_its_whole_events() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART:20270114T183000\nEND:VEVENT\n\
                BEGIN:VEVENT\nUID:2\nSUMMARY:B\nDTSTART:20270115T183000\nDESCR";
    let reading = read(text);
    insta::assert_snapshot!(problems(&reading).join("\n"), @r"
    the calendar ends without END:VCALENDAR, so it seems to be cut off: what is missing may come with the next fetch
    line 7: the event has no END:VEVENT, so it seems to be cut off: export or fetch the calendar again
    ");
    assert_eq!(meetups(&reading)[0].title, "A");
    assert_eq!(reading.rows.len(), 1);
}

#[test]
fn an_event_without_end_spoils_not_the_next() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nBEGIN:VEVENT\nUID:2\nSUMMARY:B\nDTSTART:20270115T183000\n\
         BEGIN:VALARM\nEND:VEVENT\nBEGIN:VEVENT\nUID:3\nSUMMARY:C\nDTSTART:20270115T183000\nEND:VEVENT",
    );
    let reading = read(&text);
    assert_eq!(reading.problems.len(), 1);
    let titles: Vec<_> = meetups(&reading).into_iter().map(|it| it.title).collect();
    assert_eq!(titles, ["B", "C"]);
}

#[test]
fn deep_nesting_costs_nothing() {
    let deep = "BEGIN:X\n".repeat(200_000);
    let text = format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART:20270114T183000\n{deep}END:VEVENT\nEND:VCALENDAR"
    );
    assert_eq!(good(&text).len(), 1);
}

#[test]
fn texts_come_out_harmless() {
    let text = event(
        "DTSTART:20270114T183000\nLOCATION:\u{202E}Town\u{0} Hall\u{200B}<script>alert(1)</script>\n\
         DESCRIPTION:<p>Hello <b>world</b></p><script>x()</script><img src=x onerror=alert(1)>&lt;b&gt;",
    )
    .replace("SUMMARY:Agile", "SUMMARY:=cmd\u{202E}|' /C calc'!A0 <i>now</i>");
    let found = &good(&text)[0];
    assert_eq!(found.title, "=cmd|' /C calc'!A0 now");
    assert_eq!(found.summary.as_deref(), Some("Hello world"));
    assert_eq!(found.venue.as_ref().map(|venue| &*venue.name), Some("Town Hall"));
}

#[test]
fn nobody_is_named_in_rows_and_messages() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:ann@example.org\nSUMMARY:Ask ann@example.org\nDTSTART:20270114T183000\n\
         ORGANIZER;CN=Ann Archer:mailto:ann@example.org\n\
         ATTENDEE;CN=\"Archer, Ann\";EMAIL=ann@example.org:mailto:ann@example.org\nCONTACT:Ann Archer\n\
         DESCRIPTION:Write to ann@example.org or bob@example.org\nCATEGORIES:ann@example.org\n\
         LOCATION:ann@example.org\nURL:mailto:ann@example.org\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:ann@example.org/2\nORGANIZER;CN=Ann:mailto:ann@example.org\n\
         DTSTART;TZID=ann@example.org:20270114T183000\nRRULE:ann@example.org\nEND:VEVENT",
    );
    let reading = read(&text);
    let all = format!("{reading:?}").to_lowercase();
    assert!(!all.contains("ann@") && !all.contains("archer") && !all.contains("bob"), "{all}");
    assert_eq!(reading.rows.len(), 1);
    assert_eq!(
        reading.notes[1..],
        [
            "e-mail addresses removed from DESCRIPTION: 2",
            "e-mail addresses removed from LOCATION: 1",
            "e-mail addresses removed from SUMMARY: 1",
            "category \"\" is no point of the standard and was left out: 1",
        ]
    );
}

#[test]
fn long_texts_are_shortened_and_long_lines_refused() {
    let long = event(&format!("DTSTART:20270114T183000\nDESCRIPTION:{}", "Ô".repeat(30_000)))
        .replace("Agile", &"x".repeat(201));
    let reading = read(&long);
    assert_eq!(
        reading.notes,
        [
            "line 3: SUMMARY was shortened to 200 characters",
            "line 3: DESCRIPTION was shortened to 2000 characters",
        ]
    );
    assert_eq!(meetups(&reading)[0].summary.as_ref().map(|it| it.chars().count()), Some(2_000));
    let wide =
        event(&format!("DTSTART:20270114T183000\nEXDATE:{}", "20270114T183000,".repeat(2_000)));
    assert_eq!(
        problems(&read(&wide)),
        ["line 5, EXDATE: the line is longer than 20000 characters: shorten it"]
    );
}

#[test]
fn other_encodings_are_read_with_a_note() {
    let bytes = [
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Caf\xE9 \x96 agile\n" as &[u8],
        b"DTSTART:20270114T183000\nEND:VEVENT\nEND:VCALENDAR",
    ]
    .concat();
    let reading = read_in("london", &bytes);
    assert!(reading.notes[0].contains("Windows-1252"), "{:?}", reading.notes);
    assert_eq!(meetups(&reading)[0].title, "Café – agile");
}

#[test]
fn a_text_that_breaks_its_folding_is_noted() {
    let reading = read(&event("DTSTART:20270114T183000\nDESCRIPTION:One\ntwo three\nfour"));
    assert_eq!(meetups(&reading)[0].summary.as_deref(), Some("One"));
    assert!(
        reading.notes[0].starts_with("line 6: this line is no property"),
        "{:?}",
        reading.notes
    );
}

/// Lines such as calendars have, mixed up.
fn lines() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VALARM",
        "END:VALARM",
        "BEGIN:VTIMEZONE",
        "END:VTIMEZONE",
        "TZID:X",
        "UID:1",
        "UID:2",
        "SUMMARY:A",
        "METHOD:CANCEL",
        "DTSTART:20270114T183000",
        "DTSTART;TZID=Europe/London:20270114T183000Z",
        "DTSTART;VALUE=DATE:20270114",
        "DTEND:20270114T203000",
        "DURATION:PT2H",
        "RRULE:FREQ=WEEKLY",
        "RRULE:FREQ=MONTHLY;BYDAY=-1FR",
        "EXDATE:20270121T183000",
        "RDATE:20270122T183000",
        "RECURRENCE-ID:20270121T183000",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20270128T183000",
        "STATUS:CANCELLED",
        "CATEGORIES:agile,\\,",
        " folded",
        "LOCATION:a;b,c",
        "DESCRIPTION:<b>x&lt;",
        "URL:https://example.org",
        "SEQUENCE:2",
    ]);
    prop_oneof![6 => known.prop_map(str::to_owned), 1 => "\\PC{0,40}"]
}

/// Rules whose parts are right one by one.
fn rules() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        "INTERVAL=[0-9]{1,5}",
        "COUNT=[0-9]{1,3}",
        "BYDAY=-?[0-9]?(MO|TH|SU)",
        "BYMONTHDAY=-?[0-3]?[0-9]",
        "BYMONTH=1?[0-9]",
        "BYYEARDAY=-?[0-9]{1,3}",
        "BYWEEKNO=-?[0-5]?[0-9]",
        "BYSETPOS=-?[0-9]{1,2}",
        "BYHOUR=[12]?[0-9]",
        "BYMINUTE=[0-5]?[0-9]",
        "WKST=(MO|SU)",
        "UNTIL=20[0-4][0-9]0[1-9]1[0-9]T183000Z?",
    ];
    let frequency = prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
    (frequency, prop::collection::vec(parts, 0..4))
        .prop_map(|(frequency, parts)| format!("FREQ={frequency};{}", parts.join(";")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_in("london", &bytes);
        let inside = [b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" as &[u8], &bytes].concat();
        read_in("south", &inside);
    }

    #[test]
    fn any_lines_are_read_without_panic(lines in prop::collection::vec(lines(), 0..40)) {
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{}", lines.join("\r\n"));
        let reading = read(&text);
        let found = meetups(&reading);
        prop_assert!(found.iter().all(|it| it.ends_at > it.starts_at));
        let mut keys: Vec<_> = found.iter().map(|it| &it.natural_key).collect();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), found.len());
    }

    #[test]
    fn any_rule_is_followed_without_panic(rule in rules(), year in 1990..2050) {
        let text = event(&format!("DTSTART;TZID=Europe/London:{year}0114T183000\nRRULE:{rule}"));
        prop_assert!(read(&text).rows.len() <= 200);
    }
}
