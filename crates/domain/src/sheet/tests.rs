mod assessments;
mod needs;
mod responses;

use proptest::prelude::*;

use super::*;
use crate::{
    Council, CouncilId, Door, GroupId, Life, Meetup, Membership, PeerGroup, PointId, Reference,
    ReferenceParts, Region, RegionId, RegionState, Register, embedded_register, embedded_standards,
};

fn region(code: &str) -> Region {
    Region {
        id: RegionId::derived(code),
        code: code.parse().expect("a code"),
        former_codes: Vec::new(),
        name: code.to_owned(),
        door: Door::Hosted,
        state: RegionState::Active,
        licence: None,
        attribution: None,
        website: None,
        joined_version: 1,
        synthetic: true,
    }
}

fn group(region: &str, slug: &str) -> PeerGroup {
    PeerGroup {
        id: GroupId::derived(slug),
        region: RegionId::derived(region),
        slug: slug.to_owned(),
        name: format!("{slug} Peer Group"),
        time_zone: chrono_tz::Europe::London,
        first_met_on: None,
    }
}

fn reference_with(memberships: Vec<Membership>) -> Reference {
    let Register { councils, successions } = embedded_register();
    let (standards, crosswalk) = embedded_standards();
    Reference::new(ReferenceParts {
        councils,
        successions,
        standards,
        crosswalk,
        regions: vec![region("london"), region("south")],
        groups: vec![
            group("london", "london"),
            group("south", "south"),
            group("south", "south-coast"),
        ],
        memberships,
        registry_version: 1,
        default_standard: "lgdss-2016".to_owned(),
    })
}

fn read_in(
    region_code: &str,
    reference: &Reference,
    kind: SheetKind,
    bytes: &[u8],
) -> SheetReading {
    let region = region(region_code);
    let now = "2026-11-23T12:00:00Z".parse().expect("an instant");
    let context = SheetContext { synthetic: false, ..SheetContext::new(reference, &region, now) };
    read_sheet(kind, bytes, &context)
}

/// The reading in London, with no memberships yet.
fn read(kind: SheetKind, text: &str) -> SheetReading {
    read_in("london", &FULL, kind, text.as_bytes())
}

fn problems(reading: &SheetReading) -> Vec<String> {
    reading.problems.iter().map(ToString::to_string).collect()
}

fn rows(reading: SheetReading) -> Vec<Row> {
    assert_eq!(problems(&reading), Vec::<String>::new());
    reading.rows
}

fn meetups(reading: SheetReading) -> Vec<Meetup> {
    let one = |row| match row {
        Row::Meetup(meetup) => *meetup,
        other => panic!("not a meet-up: {other:?}"),
    };
    rows(reading).into_iter().map(one).collect()
}

const CAMDEN: &str = "CMD";

fn council(code: &str) -> CouncilId {
    CouncilId::derived(code)
}

fn home(code: &str, group: &str) -> Membership {
    Membership {
        group: GroupId::derived(group),
        council: council(code),
        life: Life::new("2016-07-07".parse().ok(), None),
        is_home: true,
    }
}

#[test]
fn every_template_reads_back_without_problem_or_note() {
    let reference = reference_with(vec![home(CAMDEN, "london"), home("HCK", "london")]);
    for kind in SheetKind::ALL {
        let reading = read_in("london", &reference, kind, template(kind).as_bytes());
        assert_eq!((problems(&reading), &reading.notes), (Vec::new(), &Vec::new()), "{kind}");
        // A response brings its round.
        assert_eq!(reading.rows.len(), 1 + usize::from(kind == SheetKind::Responses));
    }
}

#[test]
fn every_required_column_is_missed() {
    for kind in SheetKind::ALL {
        for column in columns(kind).iter().filter(|column| column.required) {
            let text = template(kind).replacen(column.name, "elsewhere", 1);
            let wanted = format!("column {} is missing: add it, spelled as here", column.name);
            assert_eq!(problems(&read(kind, &text)), [wanted]);
        }
    }
}

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
fn case_studies_and_offers_name_their_faults() {
    let studies = "title,summary,published_on,reviewed_on,council\n\
        A,B,2099-01-01,,\nA,B,2026-01-02,2026-01-01,London\nA,B,2026-01-01,,Cumbria\na,C,2026-01-01,,CMA\n";
    let offers = "council,kind,point,ask_url,offered_on\n\
        Camden,sing,agile,https://example.org/a,2026-01-01\n\
        Cumbria,speak,agile,https://example.org/a,2026-01-01\n\
        Camden,speak,agile,https://example.org/a,2026-01-01\n\
        CMD,Speaker,lgdss-2016/3,https://example.org/a,2026-01-01\n\
        Camden,speak,,,\n";
    let all = [read(SheetKind::CaseStudies, studies), read(SheetKind::Offers, offers)];
    let all: Vec<_> = all.iter().flat_map(problems).collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    line 2, published_on: the day lies in the future
    line 3, council: no council called "London": write its name or its three-letter code
    line 3, reviewed_on: it was reviewed before it was published
    line 5, title: the row has the same council and title as line 4: remove one, or give each a key of its own
    line 2, kind: write one of: advise, speak, host, assess, share code
    line 3, council: Cumbria (CMA) ended on 2023-04-01; in its place stands Cumberland (CBD) or Westmorland and Furness (WAF)
    line 5, council: the row has the same council, kind and point as line 4: remove one, or give each a key of its own
    line 6, ask_url: the cell is empty and must be filled
    line 6, offered_on: the cell is empty and must be filled
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

#[test]
fn addresses_of_persons_never_reach_a_row() {
    let text = "title,date,start_time,summary,Contact e-mail,Who\n\
        Ask ann@example.org,2027-01-14,18:30,Write to bob@example.org or carol@example.org,d@example.org,\n\
        B,2027-01-15,18:30,,,eve@example.org\n";
    let reading = read(SheetKind::Meetups, text);
    assert_eq!(
        reading.notes,
        [
            "e-mail addresses removed from column title: 1",
            "e-mail addresses removed from column summary: 2",
            "column \"Contact e-mail\" holds e-mail addresses and was left out",
            "column \"Who\" holds e-mail addresses and was left out",
        ]
    );
    assert!(!format!("{:?}", reading.rows).contains("example.org"), "{:?}", reading.rows);
    assert_eq!(reading.rows.len(), 2);
}

#[test]
fn columns_are_known_by_other_names_and_unknown_ones_reported() {
    let text = "Title,Starts On,Start,Topics,titel,\nA,2027-01-14,18:30,agile,x,\n";
    let reading = read(SheetKind::Meetups, text);
    assert_eq!(
        reading.notes,
        ["column \"titel\" is not one of this sheet's and was left out; did you mean title?"]
    );
    assert_eq!(meetups(reading)[0].points, [PointId::derived("lgdss-2016/3")]);
}

#[test]
fn windows_1252_is_read_with_a_note() {
    let bytes = b"title,date,start_time\nCaf\xE9 \x96 agile,2027-01-14,18:30\n";
    let reading = read_in("london", &FULL, SheetKind::Meetups, bytes);
    assert!(reading.notes[0].contains("Windows-1252"), "{:?}", reading.notes);
    assert_eq!(meetups(reading)[0].title, "Café – agile");
}

#[test]
fn long_texts_are_shortened_and_reported() {
    let title = "x".repeat(201);
    let reading =
        read(SheetKind::Meetups, &format!("title,date,start_time\n{title},2027-01-14,18:30\n"));
    assert_eq!(reading.notes, ["line 2: title was shortened to 200 characters"]);
    assert_eq!(meetups(reading)[0].title.chars().count(), 200);
}

#[test]
fn faulty_files_are_one_sentence_each() {
    let kind = SheetKind::Memberships;
    let whole = |text: &str| problems(&read(kind, text)).join("\n");
    let cases = [
        whole(""),
        whole("council\n"),
        whole("council,home\nCamden,yes\nHackn"),
        whole("council,home\nCamden,\"yes\nHackney,no\n"),
        whole("council,Council\nCamden,Camden\n"),
        whole("PK\u{3}\u{4}"),
        whole("council,home\nCamden,yes,no\nHackney,yes\n"),
    ];
    insta::assert_snapshot!(cases.join("\n"), @r#"
    the file is empty: export the sheet again as CSV
    the file has a header but no rows: add at least one row below it
    line 3 ends too early, so the file seems to be cut off: export or download it again
    a quotation mark is opened on line 2 and never closed: close it, or export the file again
    column Council stands twice in the header: keep one of them
    this is a spreadsheet workbook, not CSV: save it as "CSV UTF-8" and pass that file
    line 2: the row has 3 cells where the header has 2: check its separators and quotation marks
    "#);
}

#[test]
fn one_home_per_council_and_time() {
    let text = "council,group,home,starts_on,ends_on\n\
        Camden,south,yes,2016-07-07,2020-01-01\n\
        CMD,south-coast,yes,2020-01-01,\n\
        Hackney,south,,,\n\
        hackney,south-coast,,2019-01-01,\n\
        Brent,south,yes,,\n\
        Brent,south-coast,no,,\n\
        Sutton,south,no,2018-01-01,\n\
        STN,south,no,2019-01-01,\n\
        Taunton Deane,south,no,2020-01-01,\n\
        Barnet,south,no,2020-01-01,2019-01-01\n";
    let reading = read_in("south", &FULL, SheetKind::Memberships, text.as_bytes());
    insta::assert_snapshot!(problems(&reading).join("\n"), @r#"
    line 5, council: Hackney (HCK) would have two homes at a time: here, and in south Peer Group by line 4; end one of them or make it a guest with home = no
    line 9, council: Sutton (STN) is a member of the same group for some of the time by line 8
    line 10, council: Taunton Deane (TAU) ended on 2019-04-01; in its place stands Somerset West and Taunton (SWT)
    line 11, ends_on: the membership ends before it starts
    "#);
}

#[test]
fn home_elsewhere_is_a_problem_and_the_same_membership_is_not() {
    let home = |group: &str| Membership {
        group: GroupId::derived(group),
        council: council(CAMDEN),
        life: Life::new(None, None),
        is_home: true,
    };
    let sheet = b"council,group\nCamden,south\n";
    let elsewhere = reference_with(vec![home("london")]);
    let reading = read_in("south", &elsewhere, SheetKind::Memberships, sheet);
    assert_eq!(
        problems(&reading),
        ["line 2, council: Camden (CMD) would have two homes at a time: here, and in london Peer \
          Group by what stands already; end one of them or make it a guest with home = no"]
    );
    let same = reference_with(vec![home("south")]);
    let reading = read_in("south", &same, SheetKind::Memberships, sheet);
    assert_eq!(rows(reading), [Row::Membership(home("south"))]);
}

#[test]
fn problems_are_listed_up_to_a_hundred() {
    let text = format!("council\n{}", "Nowhere\n".repeat(150));
    let reading = read(SheetKind::Memberships, &text);
    assert_eq!(reading.problems.len(), 100);
    assert_eq!(reading.notes, ["reading stopped before line 102: correct these problems first"]);
}

#[test]
fn current_councils_are_found_by_each_of_their_names() {
    let current = |council: &&Council| council.life.ends_on.is_none();
    let councils: Vec<_> = FULL.councils().iter().filter(current).collect();
    let names: [fn(&Council) -> &str; 4] =
        [|it| &it.name, |it| &it.official_name, |it| &it.slug, |it| it.code.as_str()];
    for name in names {
        let lines: Vec<_> = councils.iter().map(|it| format!("\"{}\",no\n", name(it))).collect();
        let text = format!("council,home\n{}", lines.concat());
        let found = rows(read_in("london", &FULL, SheetKind::Memberships, text.as_bytes()));
        assert_eq!(found.len(), councils.len());
        for (row, council) in found.iter().zip(&councils) {
            assert!(matches!(row, Row::Membership(it) if it.council == council.id), "{council:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        kind in proptest::sample::select(SheetKind::ALL.to_vec()),
    ) {
        let reading = read_in("london", &SMALL, kind, &bytes);
        prop_assert!(reading.rows.is_empty() || reading.problems.is_empty());
    }

    #[test]
    fn any_cells_are_read_without_panic(
        cells in proptest::collection::vec("\\PC{0,16}|[0-9:/. apm-]{0,12}", 20),
        kind in proptest::sample::select(SheetKind::ALL.to_vec()),
    ) {
        let names: Vec<_> = columns(kind).iter().map(|column| column.name).collect();
        let cells = cells.iter().take(names.len());
        let cells: Vec<_> = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        let text = format!("{}\n{}\n", names.join(","), cells.join(","));
        let reading = read_in("london", &SMALL, kind, text.as_bytes());
        prop_assert!(reading.rows.len() + reading.problems.len() > 0);
    }
}

/// The whole register, made once.
static FULL: std::sync::LazyLock<Reference> =
    std::sync::LazyLock::new(|| reference_with(Vec::new()));

/// Few councils, so that many cases are quick.
static SMALL: std::sync::LazyLock<Reference> = std::sync::LazyLock::new(|| {
    let councils = embedded_register().councils.into_iter().take(5).collect();
    let (standards, _) = embedded_standards();
    Reference::new(ReferenceParts {
        councils,
        standards,
        regions: vec![region("london")],
        groups: vec![group("london", "london")],
        default_standard: "lgdss-2016".to_owned(),
        ..ReferenceParts::default()
    })
});
