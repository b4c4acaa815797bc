//! Claims about peer-led assessments: each is valid, and together they show every variety.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::TimeDelta;
use folkmoot_domain::{
    Assessment, AssessmentKind, CouncilId, PanelRole, Rag, RegionId, Stage, scheme, schemes,
};

use super::{DEMO, REGISTER, STANDARDS, TODAY};

fn rag(assessment: &Assessment, outcome: &str) -> Rag {
    let scheme = scheme(&assessment.scheme).expect("a known scheme");
    scheme.outcome(outcome).expect("an outcome of the scheme").rag
}

#[test]
fn every_assessment_is_valid() {
    let groups: HashMap<_, _> = DEMO.groups.iter().map(|group| (group.id, group.region)).collect();
    let is_home = |council: CouncilId, region: RegionId, on| {
        DEMO.memberships.iter().any(|one| {
            one.is_home
                && (one.council, groups[&one.group]) == (council, region)
                && one.life.contains(on)
        })
    };
    for one in &DEMO.assessments {
        let key = &one.natural_key;
        assert_eq!(one.panel_fault(), None, "{key}");
        assert!(one.held_on < TODAY && is_home(one.council, one.region, one.held_on), "{key}");
        rag(one, &one.result);
        let standard = STANDARDS.iter().find(|standard| standard.id == one.standard);
        let known: HashSet<_> =
            standard.expect("a standard").points.iter().map(|point| point.id).collect();
        let looked_at: HashSet<_> = one.points.iter().map(|point| point.point).collect();
        assert_eq!(looked_at.len(), one.points.len(), "each point once in {key}");
        assert!(!looked_at.is_empty() && looked_at.is_subset(&known), "{key}");
        for point in &one.points {
            let needs_action = rag(one, &point.outcome) == Rag::Red;
            assert!(!needs_action || !point.actions.is_empty(), "{key} {}", point.point);
            for action in &point.actions {
                assert!(action.due_on > one.held_on, "{key}");
                assert!(action.done_on.is_none_or(|day| one.held_on < day && day <= TODAY));
            }
        }
    }
}

#[test]
fn every_point_is_looked_at_but_in_discovery() {
    for one in &DEMO.assessments {
        let standard = STANDARDS.iter().find(|standard| standard.id == one.standard);
        let all = standard.expect("a standard").points.len();
        assert_eq!(one.points.len() == all, one.stage != Stage::Discovery, "{}", one.natural_key);
    }
}

#[test]
fn scores_add_up_to_a_result_that_passes() {
    for one in &DEMO.assessments {
        let scheme = scheme(&one.scheme).expect("a known scheme");
        let Some(pass_mark) = scheme.pass_mark else { continue };
        let score = |code: &str| scheme.outcome(code).and_then(|outcome| outcome.score);
        let sum: u16 = one.points.iter().filter_map(|point| score(&point.outcome)).sum();
        let mean = f64::from(sum) / one.points.len() as f64;
        assert!(sum >= pass_mark, "{}", one.natural_key);
        assert_eq!(score(&one.result), Some(mean.round() as u16), "{}", one.natural_key);
    }
}

#[test]
fn panels_come_from_other_councils_that_stood_on_the_day() {
    for one in &DEMO.assessments {
        let assessors = one.panel.iter().filter(|seat| seat.role != PanelRole::Observer);
        let councils: HashSet<_> = assessors.filter_map(|seat| seat.council).collect();
        assert!((3..=4).contains(&councils.len()), "{} {}", one.natural_key, councils.len());
        for council in councils {
            let council = REGISTER.councils.iter().find(|known| known.id == council);
            assert!(council.is_some_and(|council| council.life.contains(one.held_on)));
        }
    }
}

#[test]
fn a_red_service_was_looked_at_again_and_its_actions_were_done() {
    let again: Vec<_> =
        DEMO.assessments.iter().filter(|one| one.kind == AssessmentKind::Reassessment).collect();
    let [again] = again[..] else { panic!("one reassessment") };
    let first = DEMO.assessments.iter().find(|one| Some(one.id) == again.previous);
    let first = first.expect("the one that it follows");

    assert_eq!((first.council, &first.service), (again.council, &again.service));
    assert_eq!(rag(first, &first.result), Rag::Red);
    assert!(first.held_on + TimeDelta::days(90) < again.held_on);
    assert_eq!(first.open_actions(again.held_on).count(), 0);
    let others = DEMO.assessments.iter().filter(|one| one.id != again.id);
    assert!(others.into_iter().all(|one| one.previous.is_none()));
}

#[test]
fn assessments_come_in_every_variety() {
    let mut stages: BTreeMap<Stage, u32> = BTreeMap::new();
    DEMO.assessments.iter().for_each(|one| *stages.entry(one.stage).or_default() += 1);
    let used: HashSet<_> = DEMO.assessments.iter().map(|one| one.scheme.as_str()).collect();
    let regions: HashSet<_> = DEMO.assessments.iter().map(|one| one.region).collect();
    let results: HashSet<_> = DEMO.assessments.iter().map(|one| rag(one, &one.result)).collect();
    let private = DEMO.assessments.iter().filter(|one| !one.is_public).count();
    let open = || DEMO.assessments.iter().flat_map(|one| one.open_actions(TODAY));
    let overdue = open().filter(|(_, action)| action.due_on < TODAY).count();

    assert_eq!(stages.len(), 4, "{stages:?}");
    assert_eq!(used, schemes().iter().map(|scheme| scheme.code.as_str()).collect());
    assert_eq!((regions.len(), results.len()), (DEMO.regions.len(), 3));
    assert!((2..=4).contains(&private) && DEMO.assessments.len() >= 12);
    assert!(overdue >= 5 && open().count() > overdue);
}

#[test]
fn every_remark_finds_its_assessment_and_point() {
    let rows: Vec<BTreeMap<String, String>> =
        crate::demo::rows(include_str!("../assessment_points.csv"));
    let said: usize = DEMO
        .assessments
        .iter()
        .flat_map(|one| &one.points)
        .map(|point| match point.actions.len() {
            0 => usize::from(point.done_well.is_some() || point.advice.is_some()),
            actions => actions,
        })
        .sum();
    assert_eq!(said, rows.len());
}
