//! Files as office programs and forms leave them.

use super::*;

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

/// The first row of a sheet without one is taken for the header.
#[test]
fn addresses_that_stand_in_the_header_are_not_shown() {
    for (text, expected) in [
        ("council,bob@example.org,bob@example.org\nCamden,a,b\n", "column 3 stands twice"),
        ("council,To bob@example.org,to bob@example.org\nCamden,a,b\n", "column to stands twice"),
        ("council,bob@example.org\nCamden,a\n", "column \"2\" is not one of this sheet's"),
    ] {
        let reading = read(SheetKind::Memberships, text);
        let told = [problems(&reading), reading.notes.clone()].concat().join("\n");
        assert!(told.contains(expected) && !told.contains("example"), "{told}");
    }
}

#[test]
fn a_text_that_begins_with_a_link_has_no_address_of_a_person_either() {
    let text = "title,date,start_time,summary,booking_url\n\
        http and ann@example.org,2027-01-14,18:30,\"https://a.org, bob@example.org\",\n";
    let reading = read(SheetKind::Meetups, text);
    let meetup = meetups(reading).remove(0);
    assert_eq!((&*meetup.title, meetup.summary.as_deref()), ("http and", Some("https://a.org,")));
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
fn problems_are_listed_up_to_a_hundred() {
    let text = format!("council\n{}", "Nowhere\n".repeat(150));
    let reading = read(SheetKind::Memberships, &text);
    assert_eq!(reading.problems.len(), 100);
    assert_eq!(reading.notes, ["reading stopped before line 102: correct these problems first"]);
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
