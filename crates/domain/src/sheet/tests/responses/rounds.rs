//! The round of a sheet: named, dated, open.

use super::*;

#[test]
fn round_comes_first_and_each_response_names_it() {
    let sheet = "council,Agile - understanding,Agile - support need\nCamden,confident,1\n";
    insta::assert_json_snapshot!(wide(sheet).rows.iter().map(|row| match row {
        Row::Round(round) => serde_json::to_value(round).expect("JSON"),
        Row::Response(response) => serde_json::to_value(response).expect("JSON"),
        other => panic!("neither round nor response: {other:?}"),
    }).collect::<Vec<_>>(), @r#"
    [
      {
        "capture": "ONLINE_FORM",
        "closes_on": null,
        "held_on": "2026-11-18",
        "id": "f8246919-1963-54b5-8464-60d4e2f188cd",
        "natural_key": "2026-11",
        "provenance": {
          "received_at": "2026-11-23T12:00:00Z",
          "synthetic": true,
          "system": "import"
        },
        "region": "dc5cea6a-b57a-58e9-b3bf-425081ce71c0",
        "revision": 1,
        "standard": "3c228f6c-d6a4-5952-a5df-42641c0ffb34"
      },
      {
        "council": "9db67979-51a8-5ef4-bca7-9b38bb919d73",
        "id": "818671b8-e3f8-514d-a700-de02df7fb07a",
        "merging": "AGREED",
        "note": null,
        "people": 1,
        "point": "50d64ba0-4fd6-5952-9b35-9d063d474b7f",
        "provenance": {
          "received_at": "2026-11-23T12:00:00Z",
          "synthetic": true,
          "system": "import"
        },
        "region": "dc5cea6a-b57a-58e9-b3bf-425081ce71c0",
        "revision": 1,
        "round": "f8246919-1963-54b5-8464-60d4e2f188cd",
        "support_need": {
          "Level": 1
        },
        "understanding": {
          "Level": 3
        }
      }
    ]
    "#);
}

#[test]
fn round_that_cannot_take_answers_is_refused() {
    let sheet = b"council,Agile need\nCamden,1\n";
    let day = |text: &str| text.parse().ok();
    let none = RoundOptions::default();
    let gds = stored("2026-05", "2026-05-14");
    let closed = Round { closes_on: day("2026-06-30"), ..stored("2026-06", "2026-06-01") };
    let stored = [gds, closed];
    let cases = [
        none,
        RoundOptions { key: Some("2026-04"), ..none },
        RoundOptions { key: Some("2026-05"), held_on: day("2026-05-15"), ..none },
        RoundOptions { key: Some("2026-05"), standard: Some("lgdss-2016"), ..none },
        RoundOptions { key: Some("2026-06"), ..none },
        RoundOptions { held_on: day("2026-11-24"), ..none },
        RoundOptions { held_on: day("2026-11-18"), closes_on: day("2026-11-17"), ..none },
        RoundOptions { held_on: day("2026-11-18"), standard: Some("lgds-2016"), ..none },
    ];
    let all: Vec<_> =
        cases.iter().map(|case| problems(&read_round(*case, &stored, sheet)).join("\n")).collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    no round is named: pass --held-on with the day that counts, such as 2026-11-23, or --round with one that stands: 2026-05, 2026-06
    round 2026-04 does not stand yet: pass --held-on with the day that counts, such as 2026-11-23; did you mean 2026-05?
    round 2026-05 was held on 2026-05-14, not on 2026-05-15: correct the day, or name another round
    round 2026-05 asks about gds-2019, not lgdss-2016: name another round
    round 2026-06 closed on 2026-06-30: reopen it with --closes-on, or import into a new round
    the day of round 2026-11, 2026-11-24, lies in the future
    round 2026-11 would close on 2026-11-17, before its day, 2026-11-18: correct --closes-on or the day
    no standard called "lgds-2016"; did you mean lgdss-2016 or gds-2019?
    "#);
    let reopened = RoundOptions { key: Some("2026-06"), closes_on: day("2026-12-01"), ..none };
    let (rounds, responses) = split(read_round(reopened, &stored, sheet));
    assert_eq!((rounds[0].closes_on, responses.len()), (day("2026-12-01"), 1));
    assert_eq!((rounds[0].id, rounds[0].capture), (stored[1].id, CaptureMethod::DotVote));
}

#[test]
fn round_is_named_after_its_month_unless_it_has_a_name() {
    let round = RoundOptions { held_on: ROUND.held_on, ..RoundOptions::default() };
    let reading = read_round(round, &[], b"council,Agile need\nCamden,1\n");
    assert!(reading.notes[0].contains("kept as online-form"), "{:?}", reading.notes);
    let (rounds, _) = split(reading);
    assert_eq!(rounds[0].natural_key, "2026-11");
    assert_eq!(rounds[0].standard, StandardId::derived("lgdss-2016"));
}
