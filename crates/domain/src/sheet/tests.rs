mod assessments;
mod files;
mod meetups;
mod memberships;
mod needs;
mod responses;

use proptest::prelude::*;

use super::*;
use crate::{
    Council, CouncilId, Door, GroupId, Life, Meetup, Membership, PeerGroup, PointId, Reference,
    ReferenceParts, Region, RegionId, RegionState, Register, embedded_register, embedded_standards,
};

pub(crate) fn region(code: &str) -> Region {
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

pub(crate) fn group(region: &str, slug: &str) -> PeerGroup {
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
    line 3, council: no council called "London"; did you mean City of London (LND)?
    line 3, reviewed_on: it was reviewed before it was published
    line 5, title: the row has the same council and title as line 4: remove one, or give each a key of its own
    line 2, kind: write one of: advise, speak, host, assess, share code
    line 3, council: Cumbria (CMA) ended on 2023-04-01; in its place stands Cumberland (CBD) or Westmorland and Furness (WAF)
    line 5, council: the row has the same council, kind and point as line 4: remove one, or give each a key of its own
    line 6, ask_url: the cell is empty and must be filled
    line 6, offered_on: the cell is empty and must be filled
    "#);
}
