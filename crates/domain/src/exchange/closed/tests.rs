use serde_json::{Value, json};

use super::*;
use crate::{
    CouncilId, GroupId, Life, Membership, PeerGroup, ReferenceParts, Region, RegionId,
    embedded_register, embedded_standards, exchange::tests::kent,
};

const HOMES: [&str; 6] = ["KEN", "MDW", "DOV", "SWL", "ASF", "CAT"];

fn group(region: &Region) -> PeerGroup {
    let (region, slug) = (region.id, region.code.to_string());
    let time_zone = "Europe/London".parse().expect("a zone");
    let id = GroupId::derived(&slug);
    PeerGroup { id, region, name: slug.clone(), slug, time_zone, first_met_on: None }
}

fn home(region: &Region, council: CouncilId, from: &str) -> Membership {
    let life = Life::new(Some(from.parse().expect("a day")), None);
    Membership { group: group(region).id, council, life, is_home: true }
}

/// Kent with six councils at home in it, of which London claims so many from a day on.
fn reference(claimed: usize, from: &str) -> Reference {
    let kent = kent();
    let id = RegionId::derived("london");
    let code = "london".parse().expect("a code");
    let london = Region { id, code, name: "London".to_owned(), ..kent.clone() };
    let register = embedded_register();
    let councils: Vec<_> = HOMES
        .iter()
        .map(|code| {
            let council = register.councils.iter().find(|one| one.code.as_str() == *code);
            council.unwrap_or_else(|| panic!("{code} is no council")).id
        })
        .collect();
    let own = councils.iter().map(|council| home(&kent, *council, "2020-01-01"));
    let other = councils[..claimed].iter().map(|council| home(&london, *council, from));
    Reference::new(ReferenceParts {
        memberships: own.chain(other).collect(),
        groups: [&kent, &london].map(group).to_vec(),
        regions: vec![kent, london],
        councils: register.councils,
        successions: register.successions,
        standards: embedded_standards().0,
        default_standard: "lgdss-2016".to_owned(),
        ..ReferenceParts::default()
    })
}

fn item() -> Value {
    json!({
        "halfYear": "2026-H1", "closedAt": "2026-07-11T09:00:00Z", "threshold": 6,
        "asked": [{ "standard": "lgdss-2016", "eligible": 6, "heldOn": "2026-03-01" }],
        "tables": [
            {
                "point": "lgdss-2016/3", "measure": "UNDERSTANDING",
                "confidential": { "levels": [1, 1, 1, 1, 0], "notRated": 1 },
                "selfPublished": { "levels": [0, 0, 0, 0, 1], "notRated": 0 },
            },
            {
                "point": "lgdss-2016/3", "measure": "SUPPORT_NEED",
                "suppressed": { "levels": [1, 1, 1, 1, 2], "notRated": 0 },
            },
        ],
    })
}

fn read_by(item: &Value, reference: &Reference) -> Result<CountedHalfYear, String> {
    let (region, now) = (kent(), "2026-07-12T09:00:00Z".parse().expect("an instant"));
    let context = ExchangeContext { reference, region: &region, now, system: "live" };
    read_closed(item, &context).map_err(|fault| fault.to_string())
}

fn read(item: &Value) -> Result<CountedHalfYear, String> {
    read_by(item, &reference(0, "2020-01-01"))
}

#[test]
fn what_is_given_of_a_half_year_is_read_back_as_the_same_one() {
    let reference = reference(0, "2020-01-01");
    let read = read_by(&item(), &reference).expect("a half-year");
    assert_eq!((read.closing.asked[0].eligible, read.tables.len()), (6, 2));
    assert_eq!(read.threshold.map(Threshold::councils), Some(6));
    let given = ClosedItem::of(&read.closing, &read.tables, Threshold::LEAST, &reference);
    let again = read_by(&json!(given), &reference).expect("a half-year");
    assert_eq!((&again.closing, &again.tables), (&read.closing, &read.tables));
    assert_eq!(again.fingerprint, read.fingerprint, "whatever the order and the threshold");
}

#[test]
fn an_answer_that_changes_changes_the_fingerprint_and_what_is_added_to_the_contract_does_not() {
    let before = read(&item()).expect("a half-year").fingerprint;
    let mut other = item();
    other["mood"] = json!("sunny");
    assert_eq!(read(&other).expect("a half-year").fingerprint, before);
    other["tables"][0]["confidential"]["levels"] = json!([0, 2, 1, 1, 0]);
    assert_ne!(read(&other).expect("a half-year").fingerprint, before);
}

#[test]
fn points_that_are_not_known_here_are_passed_over_and_named() {
    let mut item = item();
    item["tables"][0]["point"] = json!("lgdss-2099/1");
    let asked = json!({ "standard": "lgdss-2099", "eligible": 6, "heldOn": "2026-03-01" });
    item["asked"].as_array_mut().expect("a list").push(asked);
    let read = read(&item).expect("a half-year");
    assert_eq!(read.passed_over, ["lgdss-2099", "lgdss-2099/1"]);
    assert_eq!((read.closing.asked.len(), read.tables.len()), (1, 1));
}

#[test]
fn what_cannot_be_right_is_refused_with_what_to_do() {
    let cases = [
        ("/halfYear", json!("2026-H3"), "halfYear: is no half-year: write it as"),
        ("/halfYear", json!("2026-H2"), "halfYear: still runs"),
        ("/closedAt", json!("2026-07-12T09:06:00Z"), "closedAt: is still to come"),
        ("/closedAt", json!("2026-06-30T09:00:00Z"), "closedAt: lies before the end"),
        ("/asked/0/heldOn", json!("2025-12-31"), "asked[0].heldOn: lies outside"),
        ("/asked/0/eligible", json!(7), "asked[0].eligible: are 7, and by the region's card 6"),
        ("/asked/0/eligible", json!(5), "tables[0]: counts more councils than are eligible"),
        ("/asked/0/standard", json!("gds-2019"), "tables[0]: is about a standard that is not"),
        ("/tables/0/confidential/levels", json!([1, 1]), "tables[0]: levels: has 5 counts"),
        ("/tables/0/confidential/levels", json!([4_000_000_000_u32, 1, 1, 1, 1]), "tables[0]: has"),
        ("/tables/0/selfPublished", json!(null), "tables[0]: give `confidential` and"),
        ("/tables/1/measure", json!("UNDERSTANDING"), "tables[1]: stands twice"),
        ("/tables/1/suppressed/notRated", json!(-1), "tables[1].suppressed.notRated: invalid"),
    ];
    for (place, value, expected) in cases {
        let mut item = item();
        *item.pointer_mut(place).expect(place) = value;
        let refused = read(&item).expect_err(expected);
        assert!(refused.starts_with(expected), "{place}: {refused}");
    }
}

#[test]
fn a_region_with_a_home_that_another_claims_on_the_rounds_day_waits() {
    assert!(read_by(&item(), &reference(2, "2026-03-02")).is_ok(), "they moved after it");
    let refused = read_by(&item(), &reference(2, "2026-03-01")).expect_err("contested");
    assert!(refused.starts_with("asked[0].eligible: may count "), "{refused}");
    assert!(refused.contains("at home in London as well (and 1 more): agree on"), "{refused}");
}
