//! What titles of columns are taken to mean.

use super::*;

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
