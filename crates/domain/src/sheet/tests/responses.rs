use super::*;
use crate::{CaptureMethod, Merging, Provenance, Rating, Response, Round, RoundId, StandardId};

const ROUND: RoundOptions<'static> = RoundOptions {
    key: Some("2026-11"),
    held_on: chrono::NaiveDate::from_ymd_opt(2026, 11, 18),
    closes_on: None,
    standard: Some("lgdss-2016"),
    capture: Some(CaptureMethod::OnlineForm),
    several_people: false,
};

/// London with all its boroughs at home but Barnet, a guest from the south, and Sutton.
static LONDON: std::sync::LazyLock<Reference> = std::sync::LazyLock::new(|| {
    let register = embedded_register().councils;
    let is_borough = |council: &&Council| council.ons_region.as_deref() == Some("London");
    let boroughs = register.iter().filter(is_borough).map(|it| it.code.to_string());
    let mut memberships: Vec<_> = boroughs
        .filter(|code| code != "BNE" && code != "STN")
        .map(|code| home(&code, "london"))
        .collect();
    memberships.push(home("BNE", "south"));
    memberships.push(Membership { is_home: false, ..home("BNE", "london") });
    memberships.push(Membership { is_home: false, ..home("TAU", "london") });
    reference_with(memberships)
});

fn read_round(round: RoundOptions<'_>, rounds: &[Round], bytes: &[u8]) -> SheetReading {
    let region = region("london");
    let now = "2026-11-23T12:00:00Z".parse().expect("an instant");
    let context = SheetContext { rounds, round, ..SheetContext::new(&LONDON, &region, now) };
    read_sheet(SheetKind::Responses, bytes, &context)
}

fn blank(round: RoundOptions<'_>) -> Result<String, String> {
    let region = region("london");
    let now = "2026-11-23T12:00:00Z".parse().expect("an instant");
    let context = SheetContext { round, ..SheetContext::new(&LONDON, &region, now) };
    template_for(SheetKind::Responses, &context)
}

fn wide(text: &str) -> SheetReading {
    read_round(ROUND, &[], text.as_bytes())
}

/// Without a round on the command line.
fn long(text: &str) -> SheetReading {
    read_round(RoundOptions::default(), &[], text.as_bytes())
}

fn stored(key: &str, held_on: &str) -> Round {
    Round {
        id: RoundId::derived(&format!("{}/{key}", RegionId::derived("london"))),
        region: RegionId::derived("london"),
        natural_key: key.to_owned(),
        standard: StandardId::derived("gds-2019"),
        held_on: held_on.parse().expect("a day"),
        closes_on: None,
        capture: CaptureMethod::DotVote,
        provenance: Provenance {
            system: "import".to_owned(),
            received_at: "2026-11-01T12:00:00Z".parse().expect("an instant"),
            synthetic: true,
        },
        revision: 3,
    }
}

fn split(reading: SheetReading) -> (Vec<Round>, Vec<Response>) {
    let (mut rounds, mut responses) = (Vec::new(), Vec::new());
    for row in rows(reading) {
        match row {
            Row::Round(round) => rounds.push(*round),
            Row::Response(response) => responses.push(*response),
            other => panic!("neither round nor response: {other:?}"),
        }
    }
    (rounds, responses)
}

/// "CMD lgdss-2016/3: 3 1", a hyphen for what was not given.
fn answers(reading: SheetReading) -> Vec<String> {
    let code = |rating: Option<Rating>| rating.map_or("-".to_owned(), |it| it.code().to_string());
    let (_, responses) = split(reading);
    let line = |it: &Response| {
        let council = LONDON.council(it.council).expect("a council");
        let point = LONDON.point(it.point).expect("a point");
        let (understanding, need) = (code(it.understanding), code(it.support_need));
        format!("{} {}: {understanding} {need}", council.code, point.reference)
    };
    responses.iter().map(line).collect()
}

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
fn titles_are_recognised_however_they_are_worded() {
    let agile = [
        ("Agile - understanding", "Agile (support needed)"),
        ("3 understanding", "3 need"),
        ("Q3: confidence", "Q3: help"),
        ("point 3, capability", "point 3, support"),
        ("AGILE – How well?", "AGILE – Need?"),
        ("lgdss-2016/3 knowledge", "lgdss-2016/agile support"),
        ("How well do you understand: Agile?", "Where do you need support? [Agile]"),
        ("How well does your team understand [Agile]", "How much help do you need with Agile?"),
        ("Use agile methods: understanding", "Support need: use agile methods"),
        ("Q12. How well does your council do Agile", "Q13. Where would help be good (Agile)"),
    ];
    for (understanding, need) in agile {
        let sheet = format!("Council,\"{understanding}\",\"{need}\"\nCMD,3,1\n");
        assert_eq!(answers(wide(&sheet)), ["CMD lgdss-2016/3: 3 1"], "{understanding}");
    }
    let others = [
        ("user-research need", "CMD lgdss-2016/1: - 3"),
        ("Understand user needs (support)", "CMD lgdss-2016/1: - 3"),
        ("Understand user needs - how well do you understand it?", "CMD lgdss-2016/1: 3 -"),
        ("Assisted digital - support need", "CMD lgdss-2016/12: - 3"),
        ("Data, security and privacy: understanding", "CMD lgdss-2016/6: 3 -"),
        ("Open standards and open source - need", "CMD lgdss-2016/7: - 3"),
        ("15 understanding", "CMD lgdss-2016/15: 3 -"),
    ];
    for (title, answer) in others {
        assert_eq!(answers(wide(&format!("council,\"{title}\"\nCamden,3\n"))), [answer], "{title}");
    }
}

#[test]
fn titles_that_could_mean_two_things_are_never_guessed() {
    let sheet = "council,Agile testing - understanding,Agile understanding and need,\
        Joined-up channels - understanding,Open standards and common components: need,\
        gds-2019/7 understanding,Agile need,3 need\nCamden,1,1,1,1,1,1,1\n";
    insta::assert_snapshot!(problems(&wide(sheet)).join("\n"), @r#"
    line 1, Agile testing - understanding: the title names both Agile and Testing: title it as "Agile - understanding" or "Agile - support need"
    line 1, Agile understanding and need: the title names both understanding and support need: title it as "Agile - understanding" or "Agile - support need"
    line 1, Joined-up channels - understanding: Joined-up channels is point 3 of gds-2019, but the round asks about lgdss-2016
    line 1, Open standards and common components: need: Open standards and common components is point 13 of gds-2019, but the round asks about lgdss-2016
    line 1, gds-2019/7 understanding: Agile is point 7 of gds-2019, but the round asks about lgdss-2016
    line 1, 3 need: the column is about Agile - support need, and so is "Agile need": keep one of them
    "#);
}

#[test]
fn other_columns_are_left_out_and_the_sheet_says_so() {
    let sheet = "Timestamp,E-mail address,Your name,Which council are you from?,Agile,\
        Agil understanding,Overall understanding (0 to 4),Favourite biscuit,Testing - understanding\n\
        2026/11/18 9:00,ann@example.org,Ann Other,London Borough of Camden,,2,3,custard cream,4\n";
    let reading = wide(sheet);
    insta::assert_snapshot!(reading.notes.join("\n"), @r#"
    column "E-mail address" holds e-mail addresses and was left out
    column "Timestamp" says when a form was filled in and was left out
    column "Your name" is about a person and was left out
    column "Agile" names Agile but not what was asked and was left out; did you mean "Agile - understanding" or "Agile - support need"?
    column "Agil understanding" names no point and was left out; did you mean "Agile - understanding" or "Agile - support need"?
    column "Overall understanding (0 to 4)" names no point and was left out
    column "Favourite biscuit" is about no point and was left out
    no column holds the support need of: Testing
    no column holds any answer of: User research; Multidisciplinary team; Agile; Iterate and improve; Tools and systems; Data, security and privacy; Open standards and open source; Offline plan; Simple; Consistent design; Assisted digital; Performance indicators; Continuous feedback; Senior ownership
    "#);
    let shown = format!("{reading:?}");
    assert!(!shown.contains("ann@") && !shown.contains("Other"), "{shown}");
    assert_eq!(answers(reading), ["CMD lgdss-2016/8: 4 -"]);
}

#[test]
fn sheet_without_any_point_says_what_titles_look_like() {
    let all = [
        wide("council,Favourite biscuit\nCamden,none\n"),
        wide("place,Agile need\nCamden,1\n"),
        wide("council,Agile need\nCamden,\nHackney,\n"),
        long("council,point\nCamden,agile\n"),
        read_round(RoundOptions::default(), &[], b"council,Agile need\nCamden,1\n"),
    ];
    insta::assert_snapshot!(all.iter().flat_map(problems).collect::<Vec<_>>().join("\n"), @r#"
    line 1: no column is about a point of lgdss-2016: title two for each point, such as "User research - understanding" and "User research - support need"
    column council is missing: add it, spelled as here
    no answer in the whole sheet: fill in at least one cell
    no round is named: pass --held-on with the day that counts, such as 2026-11-23
    no round is named: pass --held-on with the day that counts, such as 2026-11-23
    "#);
}

#[test]
fn every_title_of_every_standard_is_recognised_as_itself() {
    for standard in ["lgdss-2016", "gds-2019"] {
        let round = RoundOptions { standard: Some(standard), ..ROUND };
        let blank = blank(round).expect("a sheet");
        let header = blank.lines().next().expect("a header");
        let columns = csv::Reader::from_reader(blank.as_bytes()).headers().expect("a header").len();
        let filled = format!("{header}\nCamden{}\n", ",2".repeat(columns - 1));
        let reading = read_round(round, &[], filled.as_bytes());
        assert_eq!(reading.notes, Vec::<String>::new());
        let points = LONDON.standard_by_code(standard).expect("a standard").points.iter();
        let wanted: Vec<_> = points.map(|it| format!("CMD {}: 2 2", it.reference)).collect();
        assert_eq!(answers(reading), wanted);
    }
}

#[test]
fn sheet_to_begin_with_holds_the_councils_at_home_on_the_day() {
    let sheet = blank(ROUND).expect("a sheet");
    let councils: Vec<_> = sheet.lines().skip(1).map(|it| it.trim_end_matches(',')).collect();
    assert_eq!(councils.len(), 31);
    assert!(councils.contains(&"Camden") && !councils.contains(&"Barnet"), "{councils:?}");
    assert!(
        sheet.starts_with("council,User research - understanding,User research - support need,")
    );
    assert_eq!(
        problems(&wide(&sheet)),
        ["no answer in the whole sheet: fill in at least one cell"]
    );
    let filled = sheet.replace(",\n", ",1\n");
    assert_eq!(split(wide(&filled)).1.len(), 31);

    let before = RoundOptions { held_on: "2016-07-01".parse().ok(), ..ROUND };
    assert_eq!(
        blank(before),
        Err("no council is at home in london on 2016-07-01: import its memberships first"
            .to_owned())
    );
    let unknown = RoundOptions { standard: Some("lgdss-2017"), ..ROUND };
    let error =
        Err("no standard called \"lgdss-2017\"; did you mean lgdss-2016 or gds-2019?".to_owned());
    assert_eq!(blank(unknown), error);
}

/// What people send: thirty councils, all points, three names misspelt.
#[test]
fn three_misspelt_councils_of_thirty_are_the_only_problems() {
    let sheet = blank(ROUND).expect("a sheet");
    let mut lines: Vec<String> = sheet.lines().take(31).map(str::to_owned).collect();
    for line in &mut lines[1..] {
        let name = line.trim_end_matches(',').to_owned();
        *line = format!("{name}{}", ",2,1".repeat(15));
    }
    let correct = lines.join("\n");
    let misspelt = correct
        .replace("\nCamden,", "\nCamdem,")
        .replace("\nLewisham,", "\nLewishm,")
        .replace("\nTower Hamlets,", "\nTower Hamlet,");
    insta::assert_snapshot!(problems(&wide(&misspelt)).join("\n"), @r#"
    line 6, council: no council called "Camdem"; did you mean Camden (CMD)?
    line 23, council: no council called "Lewishm"; did you mean Lewisham (LEW)?
    line 29, council: no council called "Tower Hamlet"; did you mean Tower Hamlets (TWH)?
    "#);
    let (rounds, responses) = split(wide(&correct));
    assert_eq!((rounds.len(), responses.len()), (1, 30 * 15));
}

#[test]
fn answers_that_cannot_be_read_say_what_can_be_written() {
    let sheet = "council,Agile - understanding,Agile - support need\n\
        Camden,5,-1\nHackney,2.5,lots\nBrent,3 - Confident,n/a\nEnfield,?,\n";
    let reading = wide(sheet);
    insta::assert_snapshot!(problems(&reading).join("\n"), @r#"
    line 2, Agile - understanding: write 0 to 4 or the word for it (none, aware, some practice, confident, could teach others), n/a or don't know; leave it empty if not answered
    line 2, Agile - support need: write 0 to 4 or the word for it (none, a little, some, much, urgent), n/a or don't know; leave it empty if not answered
    line 3, Agile - understanding: write 0 to 4 or the word for it (none, aware, some practice, confident, could teach others), n/a or don't know; leave it empty if not answered
    line 3, Agile - support need: write 0 to 4 or the word for it (none, a little, some, much, urgent), n/a or don't know; leave it empty if not answered
    "#);
    let sheet = sheet.replace("5,-1", ",").replace("2.5,lots", "0,urgent");
    let reading = wide(&sheet);
    assert_eq!(
        reading.notes[1],
        "1 row has a council but no answer: it counts as not having responded"
    );
    assert_eq!(
        answers(reading),
        ["HCK lgdss-2016/3: 0 4", "BEN lgdss-2016/3: 3 5", "ENF lgdss-2016/3: 6 -"]
    );
}

#[test]
fn only_councils_at_home_on_the_day_count() {
    let sheet = "council,Agile - understanding,Agile - support need\n\
        Barnet,1,1\nSutton,1,1\nTaunton Deane,1,1\nCamdne,1,1\n,1,1\nCamden,1,1\nCMD,2,2\n";
    insta::assert_snapshot!(problems(&wide(sheet)).join("\n"), @r#"
    line 2, council: Barnet (BNE) attends as a guest and is at home in south: its answers count there
    line 3, council: Sutton (STN) is not a member of london on 2026-11-18
    line 4, council: Taunton Deane (TAU) ended on 2019-04-01; in its place stands Somerset (SMT)
    line 5, council: no council called "Camdne"; did you mean Camden (CMD)?
    line 6, council: the cell is empty and must be filled
    line 8, council: Camden (CMD) stands on line 7 too: keep one row, or pass --several-people if they are different people
    "#);
    let round = RoundOptions { held_on: "2018-05-01".parse().ok(), ..ROUND };
    let reading = read_round(round, &[], b"council,Agile need\nTaunton Deane,1\n");
    assert_eq!(
        problems(&reading),
        ["line 2, council: Taunton Deane (TAU) attends as a guest and was at home nowhere on \
          2018-05-01: import its membership with home = yes first"]
    );
}

#[test]
fn several_people_of_a_council_speak_with_one_voice() {
    let sheet = "council,people,Agile understanding,Agile need,Testing need\n\
        Camden,,0,4,\nHackney,,2,2,1\nCMD,3,4,n/a,2\nLondon Borough of Camden,,4,dk,\n";
    let reading = read_round(RoundOptions { several_people: true, ..ROUND }, &[], sheet.as_bytes());
    assert!(
        reading
            .notes
            .contains(&"several people answered for 1 council: their median was taken".to_owned()),
        "{:?}",
        reading.notes
    );
    let (_, responses) = split(reading.clone());
    let people: Vec<_> = responses.iter().map(|it| (it.people, it.merging)).collect();
    assert_eq!(
        answers(reading),
        [
            "CMD lgdss-2016/3: 4 4",
            "HCK lgdss-2016/3: 2 2",
            "HCK lgdss-2016/8: - 1",
            "CMD lgdss-2016/8: - 2"
        ]
    );
    assert_eq!(
        people,
        [(5, Merging::Median), (1, Merging::Agreed), (1, Merging::Agreed), (3, Merging::Agreed)]
    );
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

#[test]
fn long_form_holds_several_rounds() {
    let sheet = "council,point,understanding,need,people,note,round,held_on,capture\n\
        Camden,agile,3,1,4,Two teams,spring,2026-05-14,dot vote\n\
        Hackney,8,none,urgent,,,,2026-11-18,Interview\n\
        CMD,lgdss-2016/8,,dk,,,spring,,\n\
        Hackney,user-research,,,,,spring,,\n";
    let reading = long(sheet);
    let (rounds, responses) = split(reading.clone());
    let rounds: Vec<_> = rounds.iter().map(|it| (it.natural_key.as_str(), it.capture)).collect();
    assert_eq!(rounds, [("spring", CaptureMethod::DotVote), ("2026-11", CaptureMethod::Interview)]);
    assert_eq!((responses[0].people, responses[0].note.as_deref()), (4, Some("Two teams")));
    assert!(matches!(reading.rows[3], Row::Round(_)), "{:?}", reading.rows[3]);
    assert_eq!(
        answers(reading),
        ["CMD lgdss-2016/3: 3 1", "CMD lgdss-2016/8: - 6", "HCK lgdss-2016/8: 0 4"]
    );
}

#[test]
fn faults_of_the_long_form_are_all_named() {
    let sheet = "council,point,understanding,need,people,round,held_on,capture\n\
        Camden,agile,9,1,0,spring,2026-05-14,smoke signals\n\
        Camden,agil,1,1,many,spring,2026-05-15,\n\
        Camden,joined-up,1,1,,spring,2026-05-14,dot vote\n\
        Camden,gds-2019/7,1,1,,spring,,interview\n\
        Camden,agile,1,1,,spring,,\n\
        CMD,3,1,1,,spring,,\n\
        Camden,agile,1,1,,,,\n\
        Camden,agile,1,1,,autumn,2027-01-01,dot vote\n\
        Barnet,agile,1,1,,spring,,\n";
    insta::assert_snapshot!(problems(&long(sheet)).join("\n"), @r#"
    line 2, capture: write one of: show-of-hands, dot-vote, online-form, interview
    line 2, understanding: write 0 to 4 or the word for it (none, aware, some practice, confident, could teach others), n/a or don't know; leave it empty if not answered
    line 2, people: write a whole number from 1 to 1,000
    line 3, held_on: round spring was held on 2026-05-14 by line 2
    line 3, point: lgdss-2016 has no point called "agil"; did you mean agile?
    line 3, people: write a whole number from 1 to 1,000
    line 4, point: Joined-up channels is point 3 of gds-2019, but the round asks about lgdss-2016
    line 5, capture: round spring took answers by dot-vote by line 4
    line 5, point: Agile is point 7 of gds-2019, but the round asks about lgdss-2016
    line 7, council: Camden (CMD) answers on Agile on line 6 too: keep one row, or pass --several-people if they are different people
    line 8, round: no round is named: pass --held-on with the day that counts, such as 2026-11-23
    line 9, held_on: the day of round autumn, 2027-01-01, lies in the future
    line 10, council: Barnet (BNE) attends as a guest and is at home in south: its answers count there
    "#);
    let told = read_round(
        ROUND,
        &[],
        b"council,point,need,round,held_on\nCamden,agile,1,spring,2026-05-14\n",
    );
    insta::assert_snapshot!(problems(&told).join("\n"), @r#"
    line 2, round: the row is of round spring, but --round says 2026-11
    line 2, held_on: the row says 2026-05-14, but --held-on says 2026-11-18
    "#);
}

#[test]
fn long_form_takes_its_round_from_the_command_line() {
    let sheet = b"council;point;understanding;support needed\nCamden;agile;3;1\nCMD;agile;1;1\n";
    assert_eq!(
        problems(&read_round(ROUND, &[], sheet)),
        ["line 3, council: Camden (CMD) answers on Agile on line 2 too: keep one row, or pass \
          --several-people if they are different people"]
    );
    let reading = read_round(RoundOptions { several_people: true, ..ROUND }, &[], sheet);
    assert_eq!(answers(reading), ["CMD lgdss-2016/3: 1 1"]);
    let lost = read_round(RoundOptions::default(), &[], sheet);
    assert_eq!(
        problems(&lost),
        ["no round is named: pass --held-on with the day that counts, such as 2026-11-23"]
    );
}

#[test]
fn office_programs_may_have_saved_it() {
    let sheet = b"council;Agile \x96 understanding;Agile \x96 support need\r\nCamden;don\x92t know;1\r\n;;\r\n";
    let reading = read_round(ROUND, &[], sheet);
    assert!(reading.notes[0].contains("Windows-1252"), "{:?}", reading.notes);
    assert_eq!(answers(reading), ["CMD lgdss-2016/3: 6 1"]);
}

#[test]
fn hostile_text_stays_out_of_what_is_said() {
    let sheet = "council,\u{202E}Agile - understanding,ann@example.org need Agile,=cmd need\n\
        \"Camden<script>\u{7}\",\"=HYPERLINK(\"\"https://x\"\")\",1,1\n";
    let reading = wide(sheet);
    insta::assert_snapshot!([problems(&reading), reading.notes].concat().join("\n"), @r#"
    line 2, council: no council called "Camden<script>"; did you mean Camden (CMD)?
    line 2, Agile - understanding: write 0 to 4 or the word for it (none, aware, some practice, confident, could teach others), n/a or don't know; leave it empty if not answered
    column "=cmd need" names no point and was left out
    no column holds any answer of: User research; Multidisciplinary team; Iterate and improve; Tools and systems; Data, security and privacy; Open standards and open source; Testing; Offline plan; Simple; Consistent design; Assisted digital; Performance indicators; Continuous feedback; Senior ownership
    "#);
    let question = "How well would you say that your council as a whole understands this point";
    let sheet = format!("council,{question} [Agile],{question} [Testing]\nCamden,1,2\n");
    assert_eq!(answers(wide(&sheet)), ["CMD lgdss-2016/3: 1 -", "CMD lgdss-2016/8: 2 -"]);
}

proptest! {
    // The whole register is indexed for each case.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_title_and_cell_is_read_without_panic(
        titles in proptest::collection::vec("\\PC{0,12}|(Agile|3|need|how well|\\[|\\]| ){0,6}", 4),
        cells in proptest::collection::vec("\\PC{0,8}|[0-5] ?-? ?(none|aware|some)?", 4),
    ) {
        let quoted = |all: &[String]| {
            let all = all.iter().map(|it| format!("\"{}\"", it.replace('"', "\"\"")));
            all.collect::<Vec<_>>().join(",")
        };
        let text = format!("council,{}\nCamden,{}\n", quoted(&titles), quoted(&cells));
        let reading = wide(&text);
        prop_assert!(reading.rows.len() + reading.problems.len() > 0);
    }
}
