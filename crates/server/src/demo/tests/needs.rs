//! Claims about calls for help, backlogs of topics and introductions.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::TimeDelta;
use folkmoot_domain::{CouncilId, IntroductionOutcome, Need, RegionId};

use super::{DEMO, TODAY, points};

/// Where each council is at home today.
fn homes() -> HashMap<CouncilId, RegionId> {
    let groups: HashMap<_, _> = DEMO.groups.iter().map(|group| (group.id, group.region)).collect();
    let homes = DEMO.memberships.iter().filter(|one| one.is_home && one.life.contains(TODAY));
    homes.map(|one| (one.council, groups[&one.group])).collect()
}

#[test]
fn calls_for_help_are_open_or_met_in_every_region_and_on_every_point() {
    let homes = homes();
    let regions: HashSet<_> = DEMO.needs.iter().map(|need| need.region).collect();
    let open = DEMO.needs.iter().filter(|need| need.is_open(TODAY));
    let on_points: HashSet<_> = open.clone().map(|need| need.point).collect();

    assert_eq!(regions.len(), DEMO.regions.len());
    assert_eq!(on_points, points().map(|point| point.id).collect());
    assert!((38..=45).contains(&open.count()));
    assert!(DEMO.needs.iter().filter(|need| need.met_on.is_some()).count() >= 10);
    assert!(DEMO.needs.iter().any(|need| !need.remote));
    for need in &DEMO.needs {
        assert_eq!(homes.get(&need.council), Some(&need.region), "{}", need.natural_key);
        assert!(TODAY - need.raised_on < TimeDelta::days(365), "{}", need.natural_key);
        assert!(need.raised_on < TODAY && need.met_on.is_none_or(|met| need.raised_on < met));
    }
}

#[test]
fn every_region_has_topics_with_votes() {
    let known: HashSet<_> = points().map(|point| point.id).collect();
    for region in &DEMO.regions {
        let topics: Vec<_> = DEMO.topics.iter().filter(|topic| topic.region == region.id).collect();
        assert!(topics.len() >= 2, "{}", region.code);
        for topic in topics {
            assert!(topic.votes > 0 && topic.suggested_on < TODAY);
            assert!(topic.points.iter().all(|point| known.contains(point)));
        }
    }
    assert!(DEMO.topics.iter().any(|topic| topic.points.is_empty()), "not every one has a point");
}

#[test]
fn introductions_join_a_need_to_an_offer_on_its_point() {
    for one in &DEMO.introductions {
        let is_its = |need: &&Need| {
            (need.council, need.point, need.region) == (one.needing, one.point, one.region)
        };
        let need = DEMO.needs.iter().find(is_its).expect("a need");
        let offer = DEMO
            .offers
            .iter()
            .find(|offer| offer.council == one.helping && offer.point == Some(one.point))
            .expect("an offer");
        assert!(offer.region == need.region || offer.remote && need.remote);
        assert!(offer.offered_at.date_naive() <= one.introduced_on);
        assert!(need.raised_on < one.introduced_on && one.introduced_on <= TODAY);
        assert!(need.met_on.is_none_or(|met| one.introduced_on < met), "{}", one.natural_key);
        assert_ne!(one.needing, one.helping);
    }
}

#[test]
fn introductions_have_every_outcome_and_some_none_yet() {
    let mut outcomes: BTreeMap<Option<IntroductionOutcome>, u32> = BTreeMap::new();
    for one in &DEMO.introductions {
        *outcomes.entry(one.outcome).or_default() += 1;
    }
    assert!((22..=30).contains(&DEMO.introductions.len()), "{}", DEMO.introductions.len());
    assert_eq!(outcomes.len(), 4, "{outcomes:?}");
    let met = DEMO.needs.iter().filter(|need| need.met_on.is_some());
    for need in met {
        let by = DEMO.introductions.iter().find(|one| {
            (one.needing, one.point, one.outcome)
                == (need.council, need.point, Some(IntroductionOutcome::Helped))
        });
        assert!(by.is_some(), "{} was met through an introduction", need.natural_key);
    }
}
