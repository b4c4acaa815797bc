use super::*;
use crate::{
    CouncilCode, Door, GroupId, Life, Membership, PeerGroup, Provenance, ReferenceParts, Region,
    RegionState, RoundId, embedded_register, embedded_standards,
};

const BEFORE: &str = "2022-11-10";
const NOW: &str = "2023-05-11";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn council(code: &str) -> CouncilId {
    code.parse::<CouncilCode>().expect("a code").id()
}

fn point(reference: &str) -> PointId {
    PointId::derived(reference)
}

fn region() -> RegionId {
    RegionId::derived("south-west")
}

fn home(code: &str, from: Option<&str>, to: Option<&str>) -> Membership {
    Membership {
        group: GroupId::derived("south-west"),
        council: council(code),
        life: Life::new(from.map(day), to.map(day)),
        is_home: true,
    }
}

/// The register and standards as they are, a region and these memberships.
fn reference(memberships: Vec<Membership>) -> Reference {
    let register = embedded_register();
    let (standards, crosswalk) = embedded_standards();
    Reference::new(ReferenceParts {
        councils: register.councils,
        successions: register.successions,
        standards,
        crosswalk,
        regions: vec![Region {
            id: region(),
            code: "south-west".parse().expect("a code"),
            former_codes: Vec::new(),
            name: "South West".to_owned(),
            door: Door::Hosted,
            state: RegionState::Active,
            licence: None,
            attribution: None,
            website: None,
            joined_version: 1,
            synthetic: false,
        }],
        groups: vec![PeerGroup {
            id: GroupId::derived("south-west"),
            region: region(),
            slug: "south-west".to_owned(),
            name: "South West".to_owned(),
            time_zone: chrono_tz::Europe::London,
            first_met_on: None,
        }],
        memberships,
        registry_version: 1,
        default_standard: "lgdss-2016".to_owned(),
    })
}

fn round(standard: &str, held_on: &str, capture: CaptureMethod) -> Round {
    Round {
        id: RoundId::derived(held_on),
        region: region(),
        natural_key: held_on.to_owned(),
        standard: StandardId::derived(standard),
        held_on: day(held_on),
        closes_on: None,
        capture,
        provenance: Provenance {
            system: "hosted".to_owned(),
            received_at: chrono::DateTime::UNIX_EPOCH,
            synthetic: false,
        },
        revision: 1,
    }
}

fn half(
    reference: &Reference,
    standard: &str,
    held_on: &str,
    capture: CaptureMethod,
) -> RegionHalf {
    let round = round(standard, held_on, capture);
    RegionHalf::of(reference, region(), [&round]).expect("a round")
}

/// What a form on the LGDSS says of members at the two days.
fn members_break(memberships: Vec<Membership>) -> Option<String> {
    let reference = reference(memberships);
    let form = |on| half(&reference, "lgdss-2016", on, CaptureMethod::OnlineForm);
    break_before(&form(NOW), Some(&form(BEFORE)), point("lgdss-2016/3"), &reference)
}

#[test]
fn a_point_is_linked_only_where_it_maps_to_one_and_back() {
    let (_, crosswalk) = embedded_standards();
    let cases = [
        ("lgdss-2016/3", Some("gds-2019/7")),
        ("gds-2019/7", Some("lgdss-2016/3")),
        ("lgdss-2016/2", Some("gds-2019/6")),
        ("lgdss-2016/1", None),
        ("gds-2019/1", None),
        ("lgdss-2016/7", None),
        ("gds-2019/14", None),
        ("lgdss-2016/15", None),
        ("gds-2019/2", None),
    ];
    for (from, to) in cases {
        assert_eq!(linked(&crosswalk, point(from)), to.map(point), "{from}");
        let twice = [crosswalk.clone(), crosswalk.clone()].concat();
        assert_eq!(linked(&twice, point(from)), to.map(point), "{from}: a row said twice is one");
    }
}

#[test]
fn those_who_can_answer_are_at_home_and_stand() {
    let elsewhere = GroupId::derived("elsewhere");
    let reference = reference(vec![
        home("CMD", None, None),
        home("SWT", None, None),
        home("HCK", Some("2022-12-01"), None),
        Membership { is_home: false, ..home("BNE", None, None) },
        Membership { group: elsewhere, ..home("BRX", None, None) },
    ]);
    let on = |text| reference.home_members(region(), day(text));
    assert_eq!(on("2022-11-30"), [council("CMD"), council("SWT")].into());
    assert_eq!(on("2023-03-31"), [council("CMD"), council("SWT"), council("HCK")].into());
    assert_eq!(on("2023-04-01"), [council("CMD"), council("HCK")].into(), "abolished that day");
    assert_eq!(reference.home_members(RegionId::derived("other"), day(NOW)), BTreeSet::new());
}

#[test]
fn a_half_year_is_that_of_its_last_round_in_this_region() {
    let reference = reference(vec![home("CMD", Some("2023-03-01"), None)]);
    let rounds = [
        round("lgdss-2016", "2023-05-11", CaptureMethod::OnlineForm),
        round("lgdss-2016", "2023-02-09", CaptureMethod::ShowOfHands),
        round("gds-2019", "2023-02-10", CaptureMethod::Interview),
        Round {
            region: RegionId::derived("other"),
            ..round("gds-2019", "2023-06-01", CaptureMethod::DotVote)
        },
    ];
    let half = RegionHalf::of(&reference, region(), &rounds).expect("rounds");
    assert_eq!(half.held_on, day("2023-05-11"));
    assert_eq!(half.standard, StandardId::derived("lgdss-2016"));
    assert_eq!(half.eligible, [council("CMD")].into());
    let captures = [CaptureMethod::OnlineForm, CaptureMethod::ShowOfHands];
    assert_eq!(half.captures, captures.into());
    assert_eq!(RegionHalf::of(&reference, region(), &rounds[3..]), None);
}

#[test]
fn nothing_changed_or_nothing_before_is_no_break() {
    assert_eq!(members_break(vec![home("CMD", None, None)]), None);
    let reference = reference(vec![]);
    let now = half(&reference, "lgdss-2016", NOW, CaptureMethod::OnlineForm);
    assert_eq!(break_before(&now, None, point("lgdss-2016/3"), &reference), None);
}

#[test]
fn another_standard_carries_a_linked_point_on_and_begins_any_other_anew() {
    let reference = reference(vec![]);
    let form = |standard, on| half(&reference, standard, on, CaptureMethod::OnlineForm);
    let (now, before) = (form("gds-2019", NOW), form("lgdss-2016", BEFORE));
    let said = |of| break_before(&now, Some(&before), point(of), &reference).expect("a break");
    let changed = "The standard changed from \"Local Government Digital Service Standard\" to \
                   \"GOV.UK Service Standard\"";
    assert_eq!(said("gds-2019/7"), format!("{changed}: its point 3, Agile, is carried on."));
    for of in ["gds-2019/1", "gds-2019/2", "gds-2019/14"] {
        assert_eq!(said(of), format!("{changed}: a new series begins."));
    }
}

#[test]
fn a_reorganisation_names_the_successors_and_what_they_replaced() {
    let somerset = ["SOM", "SWT", "MEN", "SEG", "SSO"];
    let mut memberships: Vec<_> =
        somerset.iter().map(|code| home(code, None, Some("2023-04-01"))).collect();
    memberships.push(home("SMT", Some("2023-04-01"), None));
    memberships.push(home("CMD", None, None));
    let said = members_break(memberships);
    assert_eq!(said.as_deref(), Some("Somerset replaced 5 councils."), "nobody joined or left");
}

#[test]
fn several_successors_are_counted_named_apart_and_not_all_if_many() {
    let ids = |codes: &[&str]| codes.iter().map(|code| council(code)).collect::<BTreeSet<_>>();
    let reference = reference(vec![]);
    let said = |successors: &[&str]| {
        let reorganised =
            Reorganised { gone: ids(&["ALL", "CAR", "EDN"]), successors: ids(successors) };
        reorganised.reason(&reference).expect("a reason")
    };
    assert_eq!(
        said(&["WAF", "CBD"]),
        "2 councils (Cumberland; Westmorland and Furness) replaced 3 councils"
    );
    let many = said(&["WAF", "CBD", "SMT", "NYE", "BUC"]);
    assert!(many.ends_with(" and 4 other councils replaced 3 councils"), "{many}");
}

#[test]
fn more_than_one_member_in_ten_is_a_break_and_one_in_ten_is_none() {
    let register = embedded_register();
    let codes: Vec<_> = register
        .councils
        .iter()
        .filter(|council| council.life == Life::default())
        .map(|council| council.code.as_str())
        .collect();
    let moved = |joined: usize, left: usize| {
        let stayed = codes[..20 - left].iter().map(|code| home(code, None, None));
        let gone = codes[20 - left..20].iter().map(|code| home(code, None, Some("2023-01-01")));
        let new = codes[20..20 + joined].iter().map(|code| home(code, Some("2023-01-01"), None));
        members_break(stayed.chain(gone).chain(new).collect())
    };
    assert_eq!(moved(1, 1), None);
    assert_eq!(moved(1, 2).as_deref(), Some("1 council joined and 2 of 20 left."));
    assert_eq!(moved(3, 0).as_deref(), Some("3 councils joined the 20 before."));
}

#[test]
fn reasons_are_joined_in_one_sentence() {
    let members = vec![home("CMD", None, Some("2023-01-01")), home("HCK", None, None)];
    let reference = reference(members);
    let now = half(&reference, "lgdss-2016", NOW, CaptureMethod::OnlineForm);
    let before = half(&reference, "lgdss-2016", BEFORE, CaptureMethod::ShowOfHands);
    let said = break_before(&now, Some(&before), point("lgdss-2016/3"), &reference);
    assert_eq!(
        said.as_deref(),
        Some(
            "1 of 2 councils left; answers were taken by online form, before by \
             show of hands."
        )
    );
}

#[test]
fn a_council_that_is_not_on_record_changes_nothing_but_its_place() {
    let mut unknown = home("CMD", None, None);
    unknown.council = CouncilId::derived("nobody");
    assert_eq!(members_break(vec![unknown, home("HCK", None, None)]), None);
}
