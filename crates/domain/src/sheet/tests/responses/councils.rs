//! Whose answers count: councils at home on the day, each with one voice.

use super::*;

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
