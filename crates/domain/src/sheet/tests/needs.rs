use super::*;
use crate::{Introduction, IntroductionOutcome, Need, Topic};

/// Camden is at home in London, Barnet a guest.
static HERE: std::sync::LazyLock<Reference> = std::sync::LazyLock::new(|| {
    let guest = Membership { is_home: false, ..home("BNE", "london") };
    let gone =
        Membership { life: Life::new(None, "2020-01-01".parse().ok()), ..home("STN", "london") };
    reference_with(vec![home(CAMDEN, "london"), home("BNE", "south"), guest, gone])
});

fn read_here(kind: SheetKind, text: &str) -> SheetReading {
    read_in("london", &HERE, kind, text.as_bytes())
}

fn only<T>(kind: SheetKind, text: &str, of: fn(Row) -> Option<T>) -> Vec<T> {
    let rows = rows(read_here(kind, text)).into_iter();
    rows.map(|row| of(row).expect("a row of this kind")).collect()
}

fn needs(text: &str) -> Vec<Need> {
    only(SheetKind::Needs, text, |row| match row {
        Row::Need(need) => Some(*need),
        _ => None,
    })
}

fn topics(text: &str) -> Vec<Topic> {
    only(SheetKind::Topics, text, |row| match row {
        Row::Topic(topic) => Some(*topic),
        _ => None,
    })
}

fn introductions(text: &str) -> Vec<Introduction> {
    only(SheetKind::Introductions, text, |row| match row {
        Row::Introduction(introduction) => Some(*introduction),
        _ => None,
    })
}

#[test]
fn needs_topics_and_introductions_are_read_with_all_their_cells() {
    let need = needs(&template(SheetKind::Needs));
    let topic = topics(&template(SheetKind::Topics));
    let introduction = introductions(&template(SheetKind::Introductions));
    insta::assert_json_snapshot!(need[0], @r#"
    {
      "id": "513aa2ec-f0d1-570e-ad15-0a17b6434fba",
      "region": "dc5cea6a-b57a-58e9-b3bf-425081ce71c0",
      "natural_key": "CMD/lgdss-2016/3",
      "council": "9db67979-51a8-5ef4-bca7-9b38bb919d73",
      "point": "50d64ba0-4fd6-5952-9b35-9d063d474b7f",
      "remote": true,
      "note": "We begin in spring.",
      "raised_on": "2026-05-20",
      "met_on": null,
      "provenance": {
        "system": "import",
        "received_at": "2026-11-23T12:00:00Z",
        "synthetic": false
      },
      "revision": 1
    }
    "#);
    insta::assert_json_snapshot!(topic[0], @r#"
    {
      "id": "1e827ba8-bad0-5fc3-8518-53c231a94396",
      "region": "dc5cea6a-b57a-58e9-b3bf-425081ce71c0",
      "natural_key": "buying-agile",
      "title": "Buying agile",
      "points": [
        "50d64ba0-4fd6-5952-9b35-9d063d474b7f",
        "86ec57fb-d20b-522b-810c-86cb360bfffc"
      ],
      "votes": 12,
      "suggested_on": "2026-05-20",
      "provenance": {
        "system": "import",
        "received_at": "2026-11-23T12:00:00Z",
        "synthetic": false
      },
      "revision": 1
    }
    "#);
    insta::assert_json_snapshot!(introduction[0], @r#"
    {
      "id": "40e5002a-072b-55ec-a1c9-d4b5dd310d32",
      "region": "dc5cea6a-b57a-58e9-b3bf-425081ce71c0",
      "natural_key": "CMD/HCK/lgdss-2016/3",
      "needing": "9db67979-51a8-5ef4-bca7-9b38bb919d73",
      "helping": "c1473d68-eaf2-5e07-bd00-81692e6fb7f8",
      "point": "50d64ba0-4fd6-5952-9b35-9d063d474b7f",
      "introduced_on": "2026-05-20",
      "outcome": "HELPED",
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
fn guests_and_councils_that_left_may_have_had_needs() {
    let text = "key;council;point;raised on;met on\n\
        a;Barnet;agile;2026-01-01;\nb;Sutton;agile;01/05/2019;2019-06-01\n;Camden;3;2026-01-01;\n";
    let keys: Vec<_> = needs(text).into_iter().map(|need| need.natural_key).collect();
    assert_eq!(keys, ["a", "b", "CMD/lgdss-2016/3"]);
}

#[test]
fn faults_of_needs_are_all_named() {
    let text = "council,point,remote,raised_on,met_on\n\
        Camdem,agil,perhaps,2026-11-24,\nSutton,,,2019-05-01,\nHackney,agile,,2026-01-02,2026-01-01\n\
        Camden,agile,,2026-01-02,2026-12-01\nCamden,agile,,2026-01-02,\nCMD,lgdss-2016/3,,2026-01-02,\n\
        Taunton Deane,agile,,2018-01-01,\n";
    insta::assert_snapshot!(problems(&read_here(SheetKind::Needs, text)).join("\n"), @r#"
    line 2, point: no point called "agil"; did you mean agile?
    line 2, remote: write yes or no, or leave it empty if not known
    line 2, raised_on: the day lies in the future
    line 2, council: no council called "Camdem"; did you mean Camden (CMD)?
    line 3, point: the cell is empty and must be filled
    line 3, council: Sutton (STN) is not a member of london on 2026-11-23
    line 4, met_on: it was met before it was raised
    line 4, council: Hackney (HCK) is not a member of london on 2026-01-02
    line 5, met_on: the day lies in the future
    line 6, council: the row has the same council and point as line 5: remove one, or give each a key of its own
    line 7, council: the row has the same council and point as line 5: remove one, or give each a key of its own
    line 8, council: Taunton Deane (TAU) ended on 2019-04-01; in its place stands Somerset (SMT)
    "#);
}

#[test]
fn faults_of_topics_are_all_named() {
    let text = "title,points,votes,suggested_on\n\
        ,agil,-1,2026-11-24\nA,agile,\"10,000\",2026-01-01\nB,,10001,2026-01-01\na,,2.5,2026-01-01\n\
        a,,,2026-01-01\nC,,,\n";
    insta::assert_snapshot!(problems(&read_here(SheetKind::Topics, text)).join("\n"), @r#"
    line 2, title: the cell is empty and must be filled
    line 2, points: no point called "agil"; did you mean agile?
    line 2, votes: write a whole number from 0 to 10,000
    line 2, suggested_on: the day lies in the future
    line 4, votes: write a whole number from 0 to 10,000
    line 5, votes: write a whole number from 0 to 10,000
    line 5, title: the row has the same title as line 3: remove one, or give each a key of its own
    line 6, title: the row has the same title as line 3: remove one, or give each a key of its own
    line 7, suggested_on: the cell is empty and must be filled
    "#);
    let sheet = "Topic,Point,suggested\nBuying agile,agile; testing,2026-01-01\n茶,,2026-01-01\n";
    let topics = topics(sheet);
    assert_eq!((topics[0].points.len(), topics[0].votes), (2, 0));
    assert_eq!((&*topics[0].natural_key, &*topics[1].natural_key), ("buying-agile", "茶"));
}

#[test]
fn faults_of_introductions_are_all_named() {
    let text = "needing,helping,point,introduced_on,outcome\n\
        Camden,CMD,agile,2026-01-01,helped\nCamden,Hackny,,2026-11-24,maybe\n\
        Camden,Taunton Deane,agile,2026-01-01,\nCamden,Leeds,agile,2026-01-01,no fit\n\
        CMD,LDS,3,2026-02-01,No-Answer\n,,,,\n-,,,,\n";
    let reading = read_here(SheetKind::Introductions, text);
    insta::assert_snapshot!(problems(&reading).join("\n"), @r#"
    line 2, helping: Camden (CMD) cannot be introduced to itself
    line 3, introduced_on: the day lies in the future
    line 3, helping: no council called "Hackny"; did you mean Hackney (HCK)?
    line 3, point: the cell is empty and must be filled
    line 3, outcome: write one of: helped, no fit, no answer
    line 4, helping: Taunton Deane (TAU) ended on 2019-04-01; in its place stands Somerset (SMT)
    line 6, needing: the row has the same two councils and point as line 5: remove one, or give each a key of its own
    line 8, introduced_on: the cell is empty and must be filled
    line 8, needing: no council called "-": write its name or its three-letter code
    line 8, helping: the cell is empty and must be filled
    line 8, point: the cell is empty and must be filled
    "#);
    let text = "needing,helping,point,introduced_on,outcome\nCamden,Leeds,agile,2026-01-01,No-Answer\n\
        Camden,Leeds,testing,2026-01-01,\n";
    let outcomes: Vec<_> = introductions(text).into_iter().map(|it| it.outcome).collect();
    assert_eq!(outcomes, [Some(IntroductionOutcome::NoAnswer), None]);
}

#[test]
fn texts_of_needs_hold_no_address_and_nothing_hidden() {
    let text = "council,point,note,raised_on\n\
        Camden,agile,\"Ask ann@example.org\u{202E} <b>now</b>\",2026-01-01\n";
    let reading = read_here(SheetKind::Needs, text);
    assert_eq!(reading.notes, ["e-mail addresses removed from column note: 1"]);
    assert_eq!(needs(text)[0].note.as_deref(), Some("Ask <b>now</b>"));
    let bytes = b"council,point,note,raised_on\nCamden,agile,caf\xE9,2026-01-01\n";
    let reading = read_in("london", &HERE, SheetKind::Needs, bytes);
    assert!(matches!(&reading.rows[..], [Row::Need(it)] if it.note.as_deref() == Some("café")));
}
