//! Pages of lists: what SQL answers is what the domain's rules say, on both databases.

mod assessments;
mod brief;

use std::{collections::BTreeMap, fmt::Debug};

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    Attendance, CaseStudy, CaseStudyFilter, Direction, Extent, GroupId, Key, Keyed, Meetup,
    MeetupFilter, MeetupStatus, Offer, OfferFilter, OfferKind, RegionId, Slice, SliceRequest,
};
use folkmoot_store::{Change, Store};
use folkmoot_testkit::{Database, build, on_both_databases};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{select, subsequence},
    strategy::ValueTree,
    test_runner::TestRunner,
};

on_both_databases!(
    meetup_pages_hold_what_the_filter_accepts,
    case_study_pages_hold_what_the_filter_accepts,
    offer_pages_hold_what_the_filter_accepts,
    a_walk_returns_every_row_once_and_in_order,
    rows_of_regions_that_were_not_asked_are_not_found,
    a_place_by_name_is_refused,
);

const REGIONS: [&str; 3] = ["kent", "london", "midlands"];

fn regions() -> Vec<RegionId> {
    REGIONS.map(build::region_id).to_vec()
}

async fn filled(database: &Database, rows: impl IntoIterator<Item = Change>) -> &Store {
    let changes = build::nation(&REGIONS).into_iter().chain(rows).collect();
    database.store().apply("test", build::start(), changes).await.expect("fill the store");
    database.store()
}

/// So many values, the same in every run.
fn drawn<T: Debug>(count: usize, strategy: impl Strategy<Value = T>) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    let mut draw = || strategy.new_tree(&mut runner).expect("a value").current();
    (0..count).map(|_| draw()).collect()
}

/// Within four hours, so that many rows share an instant.
fn instant() -> impl Strategy<Value = DateTime<Utc>> + Clone {
    (0..4i64).prop_map(|hour| build::start() + TimeDelta::hours(hour))
}

/// As callers may pass it: with a fraction of a second.
fn bound() -> impl Strategy<Value = DateTime<Utc>> + Clone {
    (-1..6i64, 0..3i64).prop_map(|(hour, tenths)| {
        build::start() + TimeDelta::hours(hour) + TimeDelta::milliseconds(tenths * 100)
    })
}

fn requests<F: Clone + Debug + Default + 'static>(
    filters: impl Strategy<Value = F> + 'static,
    keys: Vec<Key>,
) -> impl Strategy<Value = Vec<SliceRequest<F>>> {
    let key = option::of(select(keys));
    // Half of them are open, so that pages are long enough to meet both bounds.
    let filters = option::of(filters).prop_map(Option::unwrap_or_default);
    let direction = select(vec![Direction::Ascending, Direction::Descending]);
    let request = (
        filters,
        subsequence(regions(), 0..=3),
        direction,
        key.clone(),
        key,
        1..8usize,
        any::<bool>(),
    )
        .prop_map(|(filter, regions, direction, after, until, first, count)| SliceRequest {
            filter,
            regions,
            direction,
            after,
            until,
            first,
            count,
            extent: Extent::Whole,
        });
    vec(request, 1..12)
}

/// The rule, over rows at hand.
fn expected<T: Keyed + Clone, F>(
    rows: &[T],
    request: &SliceRequest<F>,
    accepts: impl Fn(&F, &T) -> bool,
) -> Slice<T> {
    let passes =
        |row: &&T| request.regions.contains(&row.region()) && accepts(&request.filter, row);
    let passing: Vec<&T> = rows.iter().filter(passes).collect();
    let way = |left: &Key, right: &Key| request.direction.compare(left, right);
    let mut page: Vec<T> = passing
        .iter()
        .filter(|row| request.after.as_ref().is_none_or(|after| way(&row.key(), after).is_gt()))
        .filter(|row| request.until.as_ref().is_none_or(|until| way(&row.key(), until).is_le()))
        .map(|row| (*row).clone())
        .collect();
    page.sort_by(|left, right| way(&left.key(), &right.key()));
    let count = |region: &RegionId| passing.iter().filter(|row| row.region() == *region).count();
    let counts = || request.regions.iter().map(|region| (*region, count(region) as u64)).collect();
    Slice {
        counts: request.count.then(counts).map(|counts: BTreeMap<_, _>| counts),
        ..Slice::trimmed(page, request.first)
    }
}

fn among<T: PartialEq>(wanted: &Option<Vec<T>>, has: impl Fn(&T) -> bool) -> bool {
    wanted.as_ref().is_none_or(|wanted| wanted.iter().any(has))
}

fn points() -> impl Strategy<Value = Vec<folkmoot_domain::PointId>> + Clone {
    subsequence((1..=4).map(build::point_id).collect::<Vec<_>>(), 0..=3)
}

fn councils() -> impl Strategy<Value = Vec<folkmoot_domain::CouncilId>> + Clone {
    subsequence((0..4).map(build::council_id).collect::<Vec<_>>(), 0..=3)
}

const STATUSES: [MeetupStatus; 3] =
    [MeetupStatus::Planned, MeetupStatus::Cancelled, MeetupStatus::Held];
const WAYS: [Attendance; 2] = [Attendance::InPerson, Attendance::Online];

fn meetups() -> Vec<Meetup> {
    let one = (
        select(regions()),
        instant(),
        0..5i64,
        points(),
        option::of(0..4u32),
        select(STATUSES.to_vec()),
        select(WAYS.to_vec()),
    );
    let rows = drawn(120, one).into_iter().enumerate().map(
        |(n, (region, start, hours, points, host, status, attendance))| {
            build::meetup(region, n as u32)
                .with(|meetup| {
                    (meetup.starts_at, meetup.ends_at) = (start, start + TimeDelta::hours(hours));
                    meetup.host = host.map(build::council_id);
                    meetup.attendance = attendance;
                })
                .on(points)
                .status(status)
                .build()
        },
    );
    rows.collect()
}

fn meetup_filters() -> impl Strategy<Value = MeetupFilter> {
    let groups: Vec<GroupId> = regions().into_iter().map(build::group_id).collect();
    (
        option::weighted(0.3, subsequence(groups, 0..=2)),
        option::weighted(0.3, councils()),
        option::weighted(0.4, points()),
        (option::weighted(0.3, bound()), option::weighted(0.3, bound())),
        (option::weighted(0.3, bound()), option::weighted(0.3, bound())),
        option::weighted(0.3, select(WAYS.to_vec())),
        option::weighted(0.3, subsequence(STATUSES.to_vec(), 0..=2)),
    )
        .prop_map(|(groups, hosts, points, starts, ends, attendance, statuses)| MeetupFilter {
            groups,
            hosts,
            points,
            starts_from: starts.0,
            starts_before: starts.1,
            ends_after: ends.0,
            ends_by: ends.1,
            attendance,
            statuses,
        })
}

async fn meetup_pages_hold_what_the_filter_accepts(database: Database) {
    let rows = meetups();
    let store = filled(&database, rows.iter().cloned().map(Change::Meetup)).await;
    let keys = rows.iter().map(Keyed::key).collect();

    for batch in drawn(120, requests(meetup_filters(), keys)) {
        let slices = store.meetup_slices(&batch).await.expect("pages");
        for (request, slice) in batch.iter().zip(slices) {
            assert_eq!(slice, expected(&rows, request, MeetupFilter::accepts), "{request:?}");
        }
    }
}

async fn case_study_pages_hold_what_the_filter_accepts(database: Database) {
    const TITLES: [&str; 3] = ["Testing bins", "Tested by users", "Payments"];
    let one =
        (select(regions()), instant(), points(), option::of(0..4u32), select(TITLES.to_vec()));
    let rows = drawn(100, one).into_iter().enumerate();
    let rows: Vec<CaseStudy> = rows
        .map(|(n, (region, published_at, points, council, title))| {
            build::case_study(region, n as u32)
                .titled(title)
                .on(points)
                .with(|study| {
                    study.published_at = published_at;
                    study.council = council.map(build::council_id);
                })
                .build()
        })
        .collect();
    let store = filled(&database, rows.iter().cloned().map(Change::CaseStudy)).await;
    let keys = rows.iter().map(Keyed::key).collect();
    // Words whose meaning does not depend on the engine.
    let searches = select(vec!["test", "BINS", "payments", "nothing of this", ""]);
    let filters = (
        option::weighted(0.4, points()),
        option::weighted(0.3, councils()),
        option::weighted(0.4, searches.prop_map(str::to_owned)),
    )
        .prop_map(|(points, councils, search)| CaseStudyFilter { points, councils, search });
    let accepts = |filter: &CaseStudyFilter, row: &CaseStudy| {
        among(&filter.points, |point| row.points.contains(point))
            && among(&filter.councils, |council| Some(*council) == row.council)
            && filter
                .search
                .as_ref()
                .is_none_or(|search| row.title.to_lowercase().contains(&search.to_lowercase()))
    };

    for batch in drawn(80, requests(filters, keys)) {
        let slices = store.case_study_slices(&batch).await.expect("pages");
        for (request, slice) in batch.iter().zip(slices) {
            assert_eq!(slice, expected(&rows, request, accepts), "{request:?}");
        }
    }
}

async fn offer_pages_hold_what_the_filter_accepts(database: Database) {
    const KINDS: [OfferKind; 3] = [OfferKind::Advise, OfferKind::Host, OfferKind::ShareCode];
    let one = (
        select(regions()),
        instant(),
        option::of(1..=4u16),
        0..4u32,
        select(KINDS.to_vec()),
        any::<bool>(),
    );
    let rows = drawn(100, one).into_iter().enumerate();
    let rows: Vec<Offer> = rows
        .map(|(n, (region, offered_at, point, council, kind, remote))| {
            build::offer(region, n as u32)
                .by(build::council_id(council))
                .kind(kind)
                .with(|offer| {
                    offer.offered_at = offered_at;
                    offer.point = point.map(build::point_id);
                    offer.remote = remote;
                })
                .build()
        })
        .collect();
    let store = filled(&database, rows.iter().cloned().map(Change::Offer)).await;
    let keys = rows.iter().map(Keyed::key).collect();
    let filters = (
        option::weighted(0.5, points()),
        option::weighted(0.3, subsequence(KINDS.to_vec(), 0..=2)),
        option::weighted(0.3, councils()),
        option::weighted(0.3, any::<bool>()),
    )
        .prop_map(|(points, kinds, councils, remote)| OfferFilter {
            points,
            kinds,
            councils,
            remote,
        });
    // An offer on any point is one on each of them.
    let accepts = |filter: &OfferFilter, row: &Offer| {
        among(&filter.points, |point| row.point.is_none_or(|offered| offered == *point))
            && among(&filter.kinds, |kind| *kind == row.kind)
            && among(&filter.councils, |council| *council == row.council)
            && filter.remote.is_none_or(|remote| remote == row.remote)
    };

    for batch in drawn(80, requests(filters, keys)) {
        let slices = store.offer_slices(&batch).await.expect("pages");
        for (request, slice) in batch.iter().zip(slices) {
            assert_eq!(slice, expected(&rows, request, accepts), "{request:?}");
        }
    }
}

async fn a_walk_returns_every_row_once_and_in_order(database: Database) {
    let rows = meetups();
    let store = filled(&database, rows.iter().cloned().map(Change::Meetup)).await;
    for direction in [Direction::Ascending, Direction::Descending] {
        let mut walked: Vec<Key> = Vec::new();
        loop {
            let request = SliceRequest {
                filter: MeetupFilter::default(),
                regions: regions(),
                direction,
                after: walked.last().cloned(),
                until: None,
                first: 7,
                count: false,
                extent: Extent::Whole,
            };
            let slice = store.meetup_slices(&[request]).await.expect("a page").remove(0);
            walked.extend(slice.rows.iter().map(Keyed::key));
            if !slice.has_more {
                break;
            }
        }
        let mut keys: Vec<Key> = rows.iter().map(Keyed::key).collect();
        keys.sort_by(|left, right| direction.compare(left, right));
        assert_eq!(walked, keys);
    }
}

async fn rows_of_regions_that_were_not_asked_are_not_found(database: Database) {
    let (kent, london) = (build::region_id("kent"), build::region_id("london"));
    let meetup = build::meetup(kent, 1).on([build::point_id(2), build::point_id(1)]).build();
    let store = filled(&database, [Change::Meetup(meetup.clone())]).await;

    let found = store.meetups(&[kent, london], &[meetup.id]).await.expect("look up");
    assert_eq!(found.get(&meetup.id), Some(&meetup), "whole, and its points in their order");
    assert!(store.meetups(&[london], &[meetup.id]).await.expect("look up").is_empty());
    assert!(store.meetups(&[], &[meetup.id]).await.expect("look up").is_empty());
    assert!(store.meetups(&[kent], &[]).await.expect("look up").is_empty());
    assert!(store.meetup_slices(&[]).await.expect("no pages").is_empty());
}

async fn a_place_by_name_is_refused(database: Database) {
    let request = SliceRequest {
        filter: MeetupFilter::default(),
        regions: regions(),
        direction: Direction::Ascending,
        after: Some(Key::named("a", build::council_id(1).0)),
        until: None,
        first: 1,
        count: false,
        extent: Extent::Whole,
    };
    let error = database.store().meetup_slices(&[request]).await.expect_err("no such place");
    assert!(matches!(error, folkmoot_store::StoreError::Invalid(_)), "{error}");
}
