//! A nation of two regions with rows of every kind, asked in this process.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use folkmoot_domain::{
    Life, Membership, PointId, PointOutcome, Reference, RegionId, Succession, Threshold, Venue,
};
use folkmoot_federation::{Clock, Nation, NationOptions, PublishedCache, ReferenceCache, Stored};
use folkmoot_graphql::{Addresses, Moot, Pipeline, Turns};
use folkmoot_store::{Change, Store};
use folkmoot_testkit::build;

pub(crate) fn regions() -> [RegionId; 2] {
    ["london", "kent"].map(build::region_id)
}

/// `rows` of each kind, over two regions, every council, point and host in use.
pub(crate) async fn fill(store: &Store, rows: u32) {
    let mut changes = build::nation(&["london", "kent"]);
    changes.extend((10..rows).map(|n| build::council(n).change()));
    let membership = |n: u32| Membership {
        group: build::group_id(regions()[(n % 2) as usize]),
        council: build::council_id(n),
        life: Life::default(),
        is_home: true,
    };
    changes.extend((0..rows).map(|n| Change::Membership(membership(n))));
    let day = build::start().date_naive();
    let succession =
        |n: u32| Succession { from: build::council_id(n), to: build::council_id(n + 1), on: day };
    changes.extend((0..rows - 1).step_by(2).map(|n| Change::Succession(succession(n))));
    for n in 0..rows {
        let region = regions()[(n % 2) as usize];
        let (council, point): (_, PointId) =
            (build::council_id(n), build::point_id((n % 15) as u16 + 1));
        changes.push(
            build::meetup(region, n)
                .on([point])
                .hosted_by(council)
                .with(|meetup| {
                    meetup.venue = Some(Venue { name: "Hall".to_owned(), ..Venue::default() })
                })
                .change(),
        );
        changes.push(build::case_study(region, n).on([point]).about(council).change());
        let offer = build::offer(region, n).on(point).by(council);
        changes.push(offer.with(|offer| offer.remote = true).change());
        changes.push(assessment(region, n).of(council).change());
    }
    for region in regions() {
        let round = build::round(region, "2026-10-08").build();
        // Of a half-year that should have been closed.
        changes.push(build::round(region, "2026-03-05").change());
        changes.push(Change::Round(round.clone()));
        let answers = (0..rows).filter(|n| regions()[(n % 2) as usize] == region);
        changes.extend(answers.map(|n| build::response(&round, n, (n % 5) as u8).change()));
    }
    store.apply("test", build::start(), changes).await.expect("filled");
    publish(store).await;
}

/// A public assessment that follows the one that its region has before it.
pub(crate) fn assessment(region: RegionId, n: u32) -> build::AssessmentBuilder {
    let point = PointOutcome {
        point: build::point_id((n % 15) as u16 + 1),
        outcome: "GREEN".to_owned(),
        done_well: None,
        actions: vec![],
        advice: None,
    };
    build::assessment(region, n).public().with(|assessment| {
        assessment.points = vec![point];
        assessment.previous = n.checked_sub(2).map(|n| build::assessment(region, n).build().id);
    })
}

/// Closes the half-year of the answers and publishes it.
pub(crate) async fn publish(store: &Store) {
    let reference = Reference::new(store.reference_parts("lgdss-2016").await.expect("reference"));
    let half_year = "2026-H2".parse().expect("a half-year");
    for region in reference.regions() {
        let closed = store.close_half_year("test", build::start(), &reference, region, half_year);
        closed.await.expect("closed");
    }
    let (now, threshold) = (build::start(), Threshold::new(5).expect("the least one"));
    let released = store.create_release("test", now, &reference, threshold, |_, _| {}).await;
    assert!(released.expect("released").is_some(), "there is something to publish");
}

pub(crate) fn pipeline(store: Store) -> Pipeline {
    Pipeline::new(moot(store))
}

pub(crate) fn moot(store: Store) -> Moot {
    let clock = Clock::fixed(build::start() - TimeDelta::hours(1));
    let stored = Arc::new(Stored::new(store.clone()));
    Moot {
        nation: Nation::new(stored, clock.clone(), NationOptions::default()),
        reference: ReferenceCache::new(store.clone(), "lgdss-2016"),
        published: PublishedCache::new(store.clone(), Duration::ZERO),
        store,
        addresses: Addresses::new("http://127.0.0.1"),
        clock,
        turns: Turns::new(64),
    }
}
