//! Single events: what of them is read, and what is wrong with one.

use super::*;
use crate::{Attendance, MeetupStatus};

#[test]
fn event_is_read_with_all_its_properties() {
    let text = calendar(
        "BEGIN:VEVENT\nBEGIN:VALARM\nDURATION:PT15M\nSUMMARY:Alarm\nEND:VALARM\n\
         UID:jan@example.org\nDTSTAMP:20261101T100000Z\n\
         DTSTART;TZID=Europe/London:20270114T183000\nDTEND;TZID=\"Europe/London\":20270114T203000\n\
         SUMMARY:Agile\\, in a council\\; that buys\n\
         DESCRIPTION:One.\\n\\nTwo \\\\ thr\n ee.\nLOCATION:Town Hall\\, High Street\\, Ashford\n\
         CATEGORIES:Agile,lgdss-2016/2\nURL:https://example.org/book\nSTATUS:CONFIRMED\n\
         ORGANIZER;CN=Ann:mailto:ann@example.org\nATTENDEE;CN=Bob:mailto:bob@example.org\n\
         END:VEVENT",
    );
    insta::assert_json_snapshot!(good(&text)[0], @r#"
    {
      "id": "f53b2be1-672c-5c13-912b-9af79584210f",
      "region": "dc5cea6a-b57a-58e9-b3bf-425081ce71c0",
      "group": "e714ed42-22b6-51af-9721-0e19fcc78b75",
      "series": null,
      "natural_key": "ics/a3ff11319b5ef6b1a80a92bc5fe5ee21",
      "title": "Agile, in a council; that buys",
      "summary": "One.\n\nTwo \\ three.",
      "status": "CONFIRMED",
      "starts_at": "2027-01-14T18:30:00Z",
      "ends_at": "2027-01-14T20:30:00Z",
      "time_zone": "Europe/London",
      "attendance": "IN_PERSON",
      "venue": {
        "name": "Town Hall",
        "address": "High Street, Ashford",
        "step_free": null,
        "hearing_loop": null,
        "quiet_space": null,
        "alcohol_free": null
      },
      "points": [
        "50d64ba0-4fd6-5952-9b35-9d063d474b7f",
        "fc6a2491-f00c-584f-95bd-2d6657ea8d16"
      ],
      "host": null,
      "talks": [],
      "booking_url": "https://example.org/book",
      "materials_url": null,
      "attended": [],
      "provenance": {
        "system": "import",
        "received_at": "2026-11-23T12:00:00Z",
        "synthetic": false
      },
      "revision": 1
    }
    "#);
    assert_eq!(read(&text).notes, Vec::<String>::new());
}

#[test]
fn zones_become_instants() {
    let cases = [
        ("DTSTART;TZID=Europe/London:20270114T183000", "2027-01-14 18:30", "Europe/London"),
        ("DTSTART;TZID=Europe/London:20270714T183000", "2027-07-14 17:30", "Europe/London"),
        ("DTSTART;TZID=\"Europe/London\":20270714T183000", "2027-07-14 17:30", "Europe/London"),
        ("dtstart;tzid=Europe/London:20270714T183000", "2027-07-14 17:30", "Europe/London"),
        (
            "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/London:20270714T183000",
            "2027-07-14 17:30",
            "Europe/London",
        ),
        ("DTSTART;TZID=GMT Standard Time:20270714T183000", "2027-07-14 17:30", "Europe/London"),
        ("DTSTART;TZID=Europe/Paris:20270714T183000", "2027-07-14 16:30", "Europe/Paris"),
        ("DTSTART;TZID=GMT:20270714T183000", "2027-07-14 18:30", "Europe/London"),
        ("DTSTART:20270714T183000Z", "2027-07-14 18:30", "Europe/London"),
        ("DTSTART:20270714T183000", "2027-07-14 17:30", "Europe/London"),
        ("DTSTART;TZID=Europe/London:20270328T013000", "2027-03-28 01:30", "Europe/London"),
        ("DTSTART;TZID=Europe/London:20271031T013000", "2027-10-31 00:30", "Europe/London"),
    ];
    for (line, wanted, zone) in cases {
        let found = good(&event(line));
        assert_eq!(starts(&found), [wanted], "{line}");
        assert_eq!(found[0].time_zone.name(), zone, "{line}");
    }
}

#[test]
fn a_definition_says_which_place_a_zone_is() {
    let text = calendar(
        "BEGIN:VTIMEZONE\nTZID:Office\nX-LIC-LOCATION:Europe/London\nBEGIN:DAYLIGHT\n\
         TZNAME:BST\nEND:DAYLIGHT\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:1\nSUMMARY:A\n\
         DTSTART;TZID=Office:20270714T183000\nEND:VEVENT",
    );
    assert_eq!(starts(&good(&text)), ["2027-07-14 17:30"]);
}

#[test]
fn an_unknown_zone_costs_its_own_event_only() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART;TZID=Camelot/ann@example.org:20270714T183000\n\
         END:VEVENT\nBEGIN:VEVENT\nUID:2\nSUMMARY:B\nDTSTART:20270114T183000Z\nEND:VEVENT",
    );
    let reading = read(&text);
    assert_eq!(
        problems(&reading),
        [
            "line 6, DTSTART: the time zone \"\" is not known: write one of the IANA database, such as Europe/London"
        ]
    );
    assert_eq!(meetups(&reading)[0].title, "B");
}

#[test]
fn a_start_that_the_clocks_skip_is_noted() {
    let reading = read(&event("DTSTART:20270328T013000"));
    assert_eq!(
        reading.notes,
        ["line 3: the clocks skip the start in the night of 2027-03-28; it was read as 02:30"]
    );
}

#[test]
fn ends_are_read_from_end_or_length() {
    let cases = [
        ("DTSTART:20270114T183000\nDTEND:20270114T200000", "2027-01-14 20:00"),
        ("DTSTART:20270114T183000\nDTEND:20270114T190000Z", "2027-01-14 19:00"),
        ("DTSTART:20270114T183000\nDURATION:PT1H30M", "2027-01-14 20:00"),
        ("DTSTART:20270114T183000", "2027-01-14 20:30"),
        ("DTSTART:20270114T183000\nDTEND:20270114T183000", "2027-01-14 20:30"),
        // The clocks go forward in that night.
        ("DTSTART:20270327T183000\nDTEND:20270328T183000", "2027-03-28 17:30"),
        ("DTSTART:20270327T183000\nDURATION:PT24H", "2027-03-28 18:30"),
    ];
    for (lines, wanted) in cases {
        let found = good(&event(lines));
        assert_eq!(found[0].ends_at.format("%F %H:%M").to_string(), wanted, "{lines}");
    }
}

#[test]
fn states_are_read_as_a_sheet_would_say_them() {
    let cases = [
        ("", MeetupStatus::Planned),
        ("STATUS:TENTATIVE", MeetupStatus::Planned),
        ("STATUS:confirmed", MeetupStatus::Confirmed),
        ("STATUS:CANCELLED", MeetupStatus::Cancelled),
        ("STATUS:DRAFT", MeetupStatus::Planned),
    ];
    for (line, wanted) in cases {
        // One that is over is not taken to have been held: nobody said so.
        for day in ["20260114", "20270114"] {
            let found = good(&event(&format!("DTSTART:{day}T183000\n{line}")));
            assert_eq!(found[0].status, wanted, "{line}");
        }
    }
    let taken_back = event("DTSTART:20270114T183000").replace("VERSION", "METHOD:CANCEL\nVERSION");
    assert_eq!(good(&taken_back)[0].status, MeetupStatus::Cancelled);
}

#[test]
fn faults_of_an_event_are_all_named_with_their_lines() {
    let faults = |lines: &str| problems(&read(&event(lines)));
    let all: Vec<String> = [
        "DTSTART;VALUE=DATE:20270114\nDURATION:2 hours",
        "DTSTART:soon",
        "DTSTART:20271301T183000",
        "DTSTART:99990114T183000",
        "DTEND:20270114T183000",
        "DTSTART:20270114T183000\nDTEND:20270114T173000",
        "DTSTART:20270114T183000\nDTEND:20270214T183000",
        "DTSTART:20270114T183000\nSUMMARY",
    ]
    .into_iter()
    .flat_map(faults)
    .collect();
    insta::assert_snapshot!(all.join("\n"), @r"
    line 4, DTSTART: the event lasts all day, and a meet-up needs a time of day: give it a start and an end
    line 5, DURATION: no length that can be read: write it as PT2H or PT1H30M
    line 4, DTSTART: no time that can be read: write it as 20270114T183000
    line 4, DTSTART: no time that can be read: write it as 20270114T183000
    line 4, DTSTART: the year is out of reach
    line 3, DTSTART: the event has no start: give it one
    line 5, DTEND: the meet-up ends before it starts
    line 5, DTEND: the meet-up lasts longer than a week: give each day an event of its own
    ");
    let untitled = calendar("BEGIN:VEVENT\nUID:1\nDTSTART:20270114T183000\nEND:VEVENT");
    assert_eq!(
        problems(&read(&untitled)),
        ["line 3, SUMMARY: the event has no title: fill in its SUMMARY"]
    );
}

#[test]
fn places_say_how_people_take_part() {
    let cases = [
        ("", Attendance::InPerson, None),
        ("Town Hall", Attendance::InPerson, Some(("Town Hall", None))),
        (
            "Town Hall\\, 1 High St\\, Ashford",
            Attendance::InPerson,
            Some(("Town Hall", Some("1 High St, Ashford"))),
        ),
        ("Microsoft Teams Meeting", Attendance::Online, None),
        ("Online", Attendance::Online, None),
        ("https://zoom.us/j/1?pwd=x", Attendance::Online, None),
        ("Town Hall\\; Microsoft Teams Meeting", Attendance::Hybrid, Some(("Town Hall", None))),
    ];
    for (location, attendance, venue) in cases {
        let found = &good(&event(&format!("DTSTART:20270114T183000\nLOCATION:{location}")))[0];
        assert_eq!(found.attendance, attendance, "{location}");
        let place = found.venue.as_ref().map(|it| (it.name.as_str(), it.address.as_deref()));
        assert_eq!(place, venue, "{location}");
    }
}

#[test]
fn links_are_https_and_name_nobody() {
    let link = |url: &str| {
        let found = good(&event(&format!("DTSTART:20270114T183000\nURL:{url}")));
        found[0].booking_url.as_ref().map(|link| link.as_str().to_owned())
    };
    assert_eq!(link("https://example.org/a").as_deref(), Some("https://example.org/a"));
    for bad in [
        "http://example.org",
        "javascript:alert(1)",
        "mailto:ann@example.org",
        "MAILTO:ann",
        "https://example.org/?to=ann%40example.org",
        "soon",
    ] {
        assert_eq!(link(bad), None, "{bad}");
        let reading = read(&event(&format!("DTSTART:20270114T183000\nURL:{bad}")));
        assert!(reading.notes[0].contains("URL was left out"), "{:?}", reading.notes);
        assert!(!reading.notes[0].contains("ann"), "{:?}", reading.notes);
    }
}

#[test]
fn unknown_categories_are_counted_once_each() {
    let text = event(
        "DTSTART:20270114T183000\nCATEGORIES:pizza,Agile,agile,london\nCATEGORIES:pizza,3,\\,",
    );
    let reading = read(&text);
    assert_eq!(
        reading.notes,
        [
            "category \",\" is no point of the standard and was left out: 1",
            "category \"pizza\" is no point of the standard and was left out: 2",
        ]
    );
    assert_eq!(meetups(&reading)[0].points.len(), 1);
}

#[test]
fn group_is_named_by_a_category_or_the_calendar() {
    let group = |name: &str, lines: &str| {
        let text = event(&format!("DTSTART:20270114T183000\n{lines}"));
        let text = text.replace("VERSION", &format!("X-WR-CALNAME:{name}\r\nVERSION"));
        let reading = read_in("south", text.as_bytes());
        match meetups(&reading).first() {
            Some(meetup) => Ok(meetup.group),
            None => Err(problems(&reading).join("\n")),
        }
    };
    let [south, coast] = ["south", "south-coast"].map(GroupId::derived);
    assert_eq!(group("Ours", "CATEGORIES:South Coast Peer Group"), Ok(coast));
    assert_eq!(group("Ours", "CATEGORIES:Agile,south"), Ok(south));
    assert_eq!(group("South Peer Group", ""), Ok(south));
    assert_eq!(group("South", "CATEGORIES:south-coast"), Ok(coast));
    assert_eq!(
        group("Ours", "CATEGORIES:Agile"),
        Err(
            "line 6, CATEGORIES: name the peer group: one of south, south-coast, as a category of \
             the event or as the name of the calendar (X-WR-CALNAME)"
                .to_owned()
        )
    );
    let alone = meetups(&read(&event("DTSTART:20270114T183000\nCATEGORIES:south")));
    assert_eq!(alone[0].group, GroupId::derived("london"), "the region's only one");
    assert_eq!(
        group("Ours", "CATEGORIES:south,south-coast"),
        Err("line 6, CATEGORIES: the categories name several peer groups: keep one".to_owned())
    );
}

#[test]
fn ids_depend_on_region_and_uid_alone() {
    let one = good(&event("DTSTART:20270114T183000"));
    let moved = good(&event("DTSTART:20270214T190000\nSTATUS:CANCELLED"));
    assert_eq!(one[0].id, moved[0].id);
    let south = event("DTSTART:20270114T183000\nCATEGORIES:south");
    let south = meetups(&read_in("south", south.as_bytes()));
    assert_eq!(south[0].natural_key, one[0].natural_key);
    assert_ne!(south[0].id, one[0].id);
}

#[test]
fn an_event_without_uid_is_known_by_start_and_title() {
    let text = event("DTSTART:20270114T183000").replace("UID:1\n", "");
    let reading = read(&text);
    assert_eq!(
        reading.notes,
        [
            "line 3: the event has no UID and is known by its start and title: if either changes, it is another meet-up"
        ]
    );
    let later = text.replace("20270114", "20270115");
    assert_ne!(meetups(&reading)[0].id, good(&later)[0].id);
}

#[test]
fn of_several_versions_the_latest_counts() {
    let version = |title: &str, lines: &str| {
        format!(
            "BEGIN:VEVENT\nUID:1\nSUMMARY:{title}\nDTSTART:20270114T183000\n{lines}\nEND:VEVENT\n"
        )
    };
    let cases = [
        ("SEQUENCE:2", "SEQUENCE:1", "A"),
        ("SEQUENCE:2", "SEQUENCE:10", "B"),
        ("LAST-MODIFIED:20260102T000000Z", "LAST-MODIFIED:20260101T000000Z", "A"),
        ("DTSTAMP:20260101T000000Z", "DTSTAMP:20260102T000000Z", "B"),
        ("X-A:1", "X-A:2", "B"),
    ];
    for (first, second, wanted) in cases {
        let reading = read(&calendar(&(version("A", first) + &version("B", second))));
        assert_eq!(meetups(&reading).len(), 1);
        assert_eq!(meetups(&reading)[0].title, wanted, "{first} {second}");
        assert!(reading.notes[0].contains("a later version of it"), "{:?}", reading.notes);
    }
}

#[test]
fn private_events_and_what_is_no_event_are_left_out() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:Dentist\nCLASS:PRIVATE\nDTSTART:20270114T183000\nEND:VEVENT\n\
         BEGIN:VTODO\nUID:2\nSUMMARY:Book\nBEGIN:VALARM\nEND:VALARM\nEND:VTODO\n\
         BEGIN:VEVENT\nUID:3\nSUMMARY:Agile\nCLASS:PUBLIC\nDTSTART:20270114T183000\nEND:VEVENT",
    );
    let reading = read(&text);
    assert_eq!(
        reading.notes,
        [
            "private or confidential events left out: 1",
            "entries that are no events (such as to-dos) left out: 1",
        ]
    );
    assert_eq!(meetups(&reading)[0].title, "Agile");
}
