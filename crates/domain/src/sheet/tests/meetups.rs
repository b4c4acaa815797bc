//! Sheets of meet-ups: moments, groups, points, and what is wrong with a row.

use super::*;

#[test]
fn meetup_is_read_with_all_its_cells() {
    let meetups = meetups(read(SheetKind::Meetups, &template(SheetKind::Meetups)));
    insta::assert_json_snapshot!(meetups[0], @r#"
    {
      "id": "299d9109-ae97-52ec-82fe-fecb68b34467",
      "region": "dc5cea6a-b57a-58e9-b3bf-425081ce71c0",
      "group": "e714ed42-22b6-51af-9721-0e19fcc78b75",
      "series": null,
      "natural_key": "london/2027-01-14T18:30",
      "title": "Agile in a council that buys",
      "summary": "What we learned from two years of sprints.",
      "status": "PLANNED",
      "starts_at": "2027-01-14T18:30:00Z",
      "ends_at": "2027-01-14T20:30:00Z",
      "time_zone": "Europe/London",
      "attendance": "IN_PERSON",
      "venue": {
        "name": "Town Hall",
        "address": "High Street, first floor",
        "step_free": true,
        "hearing_loop": true,
        "quiet_space": null,
        "alcohol_free": true
      },
      "points": [
        "50d64ba0-4fd6-5952-9b35-9d063d474b7f",
        "86ec57fb-d20b-522b-810c-86cb360bfffc"
      ],
      "host": "9db67979-51a8-5ef4-bca7-9b38bb919d73",
      "talks": [
        {
          "title": "Agile without developers",
          "given_by": "Camden"
        }
      ],
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
}

#[test]
fn wall_clock_follows_the_groups_zone() {
    let text = "title,date,start time,end time\n\
        Winter,14/01/2027,6:30pm,8pm\nSummer,14 July 2027,18:30,\nSkipped,28/03/2027,01:30,\n";
    let reading = read(SheetKind::Meetups, text);
    assert_eq!(
        reading.notes,
        ["line 4: the clocks skip the start in that night; it was read as 02:30"]
    );
    let times: Vec<_> = meetups(reading)
        .iter()
        .map(|it| format!("{}-{}", it.starts_at.format("%F %H:%M"), it.ends_at.format("%H:%M")))
        .collect();
    let wanted = ["2027-01-14 18:30-20:00", "2027-07-14 17:30-19:30", "2027-03-28 01:30-03:30"];
    assert_eq!(times, wanted);
}

#[test]
fn faults_of_a_row_are_all_named() {
    let text = "title,date,start_time,end_time,status,points,host,venue,step_free,talks,booking_url\n\
        ,2027-13-01,noon,,perhaps,agil;zzzz,Camdem,,maybe,Alone,http://example.org\n\
        Backwards,2027-01-14,18:30,17:30,held,,Taunton Deane,,yes,,https://example.org/?a=b@example.org\n";
    insta::assert_snapshot!(problems(&read(SheetKind::Meetups, text)).join("\n"), @r#"
    line 2, title: the cell is empty and must be filled
    line 2, date: no day of the calendar: days come before months, as in 14/01/2027
    line 2, start_time: no time that can be read: write it as 18:30 or 6:30pm
    line 2, status: write one of: planned, invited, confirmed, cancelled, held
    line 2, points: no point called "agil"; did you mean agile?
    line 2, points: no point called "zzzz": write its label, such as Agile, or lgdss-2016/3
    line 2, host: no council called "Camdem"; did you mean Camden (CMD)?
    line 2, step_free: write yes or no, or leave it empty if not known
    line 2, talks: write each talk as: title | given by
    line 2, booking_url: not an https address: only links that begin with https:// are shown
    line 3, host: Taunton Deane (TAU) ended on 2019-04-01; in its place stands Somerset (SMT)
    line 3, venue: the place is described but not named: fill in the venue
    line 3, booking_url: the link holds an e-mail address: link to a page that names nobody
    line 3, end_time: the meet-up ends before it starts
    line 3, status: the meet-up is still to come and cannot have been held
    "#);
}

#[test]
fn same_key_or_same_start_twice_is_a_problem() {
    let text = "key,title,date,start_time\n\
        a,One,2027-01-14,18:30\na,Two,2027-01-15,18:30\n,Three,2027-02-14,18:30\n,Four,14/02/2027,6:30pm\n";
    assert_eq!(
        problems(&read(SheetKind::Meetups, text)),
        [
            "line 3, key: the row has the same key as line 2: remove one, or give each a key of its own",
            "line 5, date: the row has the same group and start as line 4: remove one, or give each a key of its own",
        ]
    );
}

#[test]
fn ids_depend_on_region_and_key_alone() {
    let text = |title: &str| format!("key,title,date,start_time\njan,{title},2027-01-14,18:30\n");
    let first = meetups(read(SheetKind::Meetups, &text("One")));
    let again = meetups(read(SheetKind::Meetups, &text("Renamed")));
    assert_eq!(first[0].id, again[0].id);
    let text = "title,group,date,start_time\nOne,south,2027-01-14,18:30\n";
    let south = meetups(read_in("south", &FULL, SheetKind::Meetups, text.as_bytes()));
    assert_eq!(south[0].natural_key, "south/2027-01-14T18:30");
    assert_ne!(south[0].id, first[0].id);
}

#[test]
fn group_may_be_left_out_only_where_there_is_one() {
    let text = "title,group,date,start_time\nA,,2027-01-14,18:30\nB,sout,2027-01-15,18:30\n\
        C,South Coast Peer Group,2027-01-16,18:30\nD,london,2027-01-17,18:30\n";
    let reading = read_in("south", &FULL, SheetKind::Meetups, text.as_bytes());
    assert_eq!(
        problems(&reading),
        [
            "line 2, group: name the peer group: one of south, south-coast",
            "line 3, group: the region has no peer group called \"sout\"; did you mean south?",
            "line 5, group: the region has no peer group called \"london\": it has south, south-coast",
        ]
    );
    assert!(
        matches!(&reading.rows[..], [Row::Meetup(it)] if it.group == GroupId::derived("south-coast"))
    );
}

#[test]
fn points_are_read_by_label_slug_and_reference() {
    let text = "title;date;start_time;points\n\
        A;2027-01-14;18:30;\"Agile; lgdss-2016/8 ;gds-2019/agile;agile\"\n\
        B;2027-01-15;18:30;\"Data, security and privacy\"\nC;2027-01-16;18:30;agile, testing\n";
    let points: Vec<Vec<PointId>> =
        meetups(read(SheetKind::Meetups, text)).into_iter().map(|it| it.points).collect();
    let point = |reference: &str| PointId::derived(reference);
    assert_eq!(points[0], [point("lgdss-2016/3"), point("lgdss-2016/8"), point("gds-2019/7")]);
    assert_eq!(points[1], [point("lgdss-2016/6")]);
    assert_eq!(points[2], [point("lgdss-2016/3"), point("lgdss-2016/8")]);
}
