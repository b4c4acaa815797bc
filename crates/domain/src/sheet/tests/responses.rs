mod councils;
mod long;
mod rounds;
mod titles;

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
fn office_programs_may_have_saved_it() {
    let sheet = b"council;Agile \x96 understanding;Agile \x96 support need\r\nCamden;don\x92t know;1\r\n;;\r\n";
    let reading = read_round(ROUND, &[], sheet);
    assert!(reading.notes[0].contains("Windows-1252"), "{:?}", reading.notes);
    assert_eq!(answers(reading), ["CMD lgdss-2016/3: 6 1"]);
}
