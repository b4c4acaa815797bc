use super::*;
use crate::{Assessment, AssessmentId, PanelRole};

const HEADER: &str = "key,council,service,standard,stage,type,held_on,scheme,result,public,panel,\
    previous,point,outcome,done_well,actions,advice\n";

fn read_rows(rows: &str) -> SheetReading {
    read(SheetKind::Assessments, &format!("{HEADER}{rows}"))
}

fn assessments(reading: SheetReading) -> Vec<Assessment> {
    let one = |row| match row {
        Row::Assessment(assessment) => *assessment,
        other => panic!("not an assessment: {other:?}"),
    };
    rows(reading).into_iter().map(one).collect()
}

#[test]
fn assessment_is_read_with_all_its_cells() {
    let kind = SheetKind::Assessments;
    insta::assert_json_snapshot!(assessments(read(kind, &template(kind)))[0], @r#"
    {
      "id": "cc4ca20a-8bd9-5cab-9777-f5195d190691",
      "region": "dc5cea6a-b57a-58e9-b3bf-425081ce71c0",
      "natural_key": "missed-bins-alpha",
      "council": "9db67979-51a8-5ef4-bca7-9b38bb919d73",
      "service": "Report a missed bin",
      "standard": "3c228f6c-d6a4-5952-a5df-42641c0ffb34",
      "stage": "ALPHA",
      "kind": "ASSESSMENT",
      "held_on": "2026-03-12",
      "scheme": "rag",
      "result": "AMBER",
      "panel": [
        {
          "role": "LEAD",
          "council": "c1473d68-eaf2-5e07-bd00-81692e6fb7f8"
        },
        {
          "role": "USER_RESEARCHER",
          "council": null
        }
      ],
      "points": [
        {
          "point": "50d64ba0-4fd6-5952-9b35-9d063d474b7f",
          "outcome": "GREEN",
          "done_well": "The whole team meets residents.",
          "actions": [
            {
              "text": "Publish the plan",
              "due_on": "2026-05-01",
              "done_on": null
            },
            {
              "text": "Test with users",
              "due_on": "2026-04-01",
              "done_on": "2026-03-20"
            }
          ],
          "advice": "Try shorter sprints."
        }
      ],
      "previous": null,
      "is_public": false,
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
fn rows_of_one_key_are_one_assessment() {
    let rows = "bins,Camden,Missed bins,,alpha,,2026-03-12,RAG,Red,yes,\"Lead: Hackney; observer: Camden; technologist: -\",,agile,red,,,\n\
        bins,camden,,,,,,,,,,,testing,Amber,,Test (due 2026-05-01),\n\
        fines,Hackney,Fines,gds-2019,beta,reassessment,12/05/2026,score,4,,lead assessor: CMD,bins,1,5,,,\n\
        bins,,,,,,,,,,,,lgdss-2016/1,green,,,\n";
    let assessments = assessments(read_rows(rows));
    let [bins, fines] = &assessments[..] else { panic!("two assessments: {assessments:?}") };
    let outcomes: Vec<_> = bins.points.iter().map(|it| it.outcome.as_str()).collect();
    assert_eq!(
        (outcomes, bins.is_public, &*bins.result),
        (vec!["RED", "AMBER", "GREEN"], true, "RED")
    );
    let seats: Vec<_> = bins.panel.iter().map(|it| (it.role, it.council)).collect();
    assert_eq!(
        seats,
        [
            (PanelRole::Lead, Some(council("HCK"))),
            (PanelRole::Observer, Some(council(CAMDEN))),
            (PanelRole::Technologist, None),
        ]
    );
    assert_eq!((fines.points[0].point, fines.is_public), (PointId::derived("gds-2019/1"), false));
    let id = |key: &str| AssessmentId::derived(&format!("{}/{key}", RegionId::derived("london")));
    assert_eq!((fines.id, fines.previous), (id("fines"), Some(id("bins"))));
}

#[test]
fn rows_that_contradict_each_other_name_both_lines() {
    let rows = "bins,Camden,Missed bins,,alpha,,2026-03-12,rag,red,yes,lead: Hackney,,agile,red,,,\n\
        bins,Brent,Missed  BINS,,beta,,,,,no,,,testing,amber,,,\n\
        bins,,,,,,,,,,,,3,amber,,,\n";
    insta::assert_snapshot!(problems(&read_rows(rows)).join("\n"), @r#"
    line 3, council: the row says otherwise than line 2 of the same assessment: say it once, or alike
    line 3, stage: the row says otherwise than line 2 of the same assessment: say it once, or alike
    line 3, public: the row says otherwise than line 2 of the same assessment: say it once, or alike
    line 4, point: the assessment has an outcome of this point on line 2: keep one row
    "#);
}

#[test]
fn faults_of_assessments_are_all_named() {
    let rows = "a,,,lgds-2016,gamma,perhaps,2026-11-24,traffic,red,maybe,,a,agile,red,,,\n\
        b,Taunton Deane,S,,alpha,,2026-03-12,rag,met,,lead: Ann Other; boss: Camden; Hackney,,joined-up,4,,Do it; Do (due soon),\n\
        c,Camden,S,,alpha,,2026-03-12,met,not met,,user researcher: Hackney,,agile,partly met,,,\n\
        d,Camden,S,,alpha,,2026-03-12,met,not met,,lead: CMD,,gds-2019/7,met,,\"A (due 2026-03-01, done 2026-03-02); B (due 2026-12-01, done 2026-12-01)\",\n\
        ,Camden,S,,alpha,,2026-03-12,met,met,,lead: Hackney,,agile,met,,,\n\
        e,Camden,S,,alpha,,2026-03-12,score,6,,lead: Hackney,,,,,,\n";
    insta::assert_snapshot!(problems(&read_rows(rows)).join("\n"), @r#"
    line 2, service: the cell is empty and must be filled
    line 2, standard: no standard called "lgds-2016"; did you mean lgdss-2016 or gds-2019?
    line 2, stage: write one of: discovery, alpha, beta, live
    line 2, type: write one of: assessment, reassessment
    line 2, held_on: the day lies in the future
    line 2, council: the cell is empty and must be filled
    line 2, scheme: a scheme of outcomes is one of met, partly, rag, score
    line 2, public: write yes or no, or leave it empty if not known
    line 2, panel: the cell is empty and must be filled
    line 2, previous: the assessment cannot follow itself
    line 3, council: Taunton Deane (TAU) ended on 2019-04-01; in its place stands Somerset (SMT)
    line 3, result: scheme rag has the outcomes green, amber, red
    line 3, panel: no council called "Ann Other": write its name or its three-letter code; seats name councils, never persons, and - if it was none
    line 3, panel: a seat is one of: lead, user researcher, designer, technologist, analyst, observer
    line 3, panel: write each seat as: role: council, with - for who came from elsewhere
    line 3, point: Joined-up channels is point 3 of gds-2019, but the assessment is against lgdss-2016
    line 3, outcome: scheme rag has the outcomes green, amber, red
    line 3, actions: write each action as: text (due 2026-05-01), or with (due 2026-05-01, done 2026-04-20) once it is done
    line 3, actions: no day that can be read: write it as 2027-01-14 or 14/01/2027
    line 4, outcome: scheme met has the outcomes met, not met
    line 4, panel: a panel needs a lead, who has the casting vote
    line 5, point: Agile is point 7 of gds-2019, but the assessment is against lgdss-2016
    line 5, actions: an action is due before the panel met
    line 5, actions: an action was done before the panel met
    line 5, actions: the day on which an action was done lies in the future
    line 5, panel: no assessor may come from the assessed council: make it an observer
    line 6, key: the cell is empty and must be filled
    line 7, result: scheme score has the outcomes 5, 4, 3, 2, 1, 0
    line 7, point: the cell is empty and must be filled
    line 7, outcome: the cell is empty and must be filled
    "#);
}

#[test]
fn hostile_text_of_an_assessment_is_cleaned_or_refused() {
    let long = "x".repeat(101);
    let rows = format!(
        "{long},Camden,S,,alpha,,2026-03-12,rag,red,,lead: Hackney,,agile,red,,,\n\
        b,Camden,\"Bins \u{202E}\u{7}<script>\",,alpha,,2026-03-12,rag,red,,lead: ann@example.org,,agile,red,Ask ann@example.org,,\n\
        c,Camden,S,,alpha,,2026-03-12,rag,red,,\"{}\",,agile,red,,\"{}\",\n",
        "observer: -;".repeat(21),
        "A (due 2026-05-01);".repeat(31)
    );
    let reading = read_rows(&rows);
    insta::assert_snapshot!([problems(&reading), reading.notes.clone()].concat().join("\n"), @r#"
    line 2, key: the key is longer than 100 characters
    line 4, panel: there are more than 20 seats
    line 4, actions: there are more than 30 actions
    e-mail addresses removed from column panel: 1
    e-mail addresses removed from column done_well: 1
    "#);
    let shown = format!("{:?}", reading.rows);
    assert!(shown.contains("Bins <script>") && !shown.contains("ann"), "{shown}");
}

#[test]
fn office_programs_may_have_saved_assessments() {
    let mut bytes = HEADER.replace(',', ";").into_bytes();
    bytes.extend_from_slice(
        b"a;Camden;Caf\xE9 licences;;alpha;;12/03/2026;rag;red;;lead: Hackney, ;;agile;red;;;\r\n",
    );
    bytes.extend_from_slice(
        b"b;Camden;Caf\xE9 licences;;alpha;;12/03/2026;rag;red;;\"lead: Hackney; observer: \x96\";;agile;red;;;\r\n",
    );
    let reading = read_in("london", &FULL, SheetKind::Assessments, &bytes);
    assert!(reading.notes[0].contains("Windows-1252"), "{:?}", reading.notes);
    let assessments = assessments(reading);
    assert_eq!((&*assessments[1].service, assessments[1].panel.len()), ("Café licences", 2));
}

#[test]
fn the_one_before_is_in_the_sheet_or_in_the_region_and_was_held_before() {
    let row = |key: &str, day: &str, previous: &str| {
        format!("{key},Camden,S,,alpha,,{day},met,met,,lead: Hackney,{previous},agile,met,,,\n")
    };
    let standing = &assessments(read_rows(&row("fines", "2026-03-12", "")))[..];
    let read = |rows: &[String]| {
        let region = region("london");
        let now = "2026-11-23T12:00:00Z".parse().expect("an instant");
        let context =
            SheetContext { assessments: standing, ..SheetContext::new(&FULL, &region, now) };
        read_sheet(
            SheetKind::Assessments,
            format!("{HEADER}{}", rows.concat()).as_bytes(),
            &context,
        )
    };
    // One that is read later in the sheet, one with a fault of its own, one that stands.
    let good =
        [row("a", "2026-06-01", "b"), row("b", "2026-05-01", ""), row("c", "2026-06-01", "fines")];
    assert_eq!(problems(&read(&good)), [""; 0]);
    let bad = [
        row("a", "2026-06-01", "fine"),
        row("b", "2026-05-01", "a"),
        row("c", "2026-03-12", "fines"),
        row("d", "2026-03-12", "nothing at all"),
        row("e", "2027-01-01", ""),
        row("f", "2026-03-12", "e"),
    ];
    insta::assert_snapshot!(problems(&read(&bad)).join("\n"), @r#"
    line 2, previous: neither the sheet nor the region has an assessment "fine"; did you mean fines?
    line 3, previous: "a" was held on 2026-06-01, not before this one: name the one that this one follows
    line 4, previous: "fines" was held on 2026-03-12, not before this one: name the one that this one follows
    line 5, previous: neither the sheet nor the region has an assessment "nothing at all": write the key of an assessment of the region, or add its rows
    line 6, held_on: the day lies in the future
    "#);
}
