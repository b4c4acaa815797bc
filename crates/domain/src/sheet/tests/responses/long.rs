//! The long form: a row for each council and point.

use super::*;

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
