//! Closing half-years and writing releases: once, from frozen answers, and never changed.

mod elsewhere;
mod pairs;
mod regions;
mod standards;

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use folkmoot_domain::{
    HalfYear, Histogram, Life, Measure, Publication, Reference, RegionState, RowFilter, RowScope,
    ScopeKind, Shown, Suppression, Threshold,
};
use folkmoot_store::{Change, Store, StoreError};
use folkmoot_testkit::{Database, build, on_both_databases};

on_both_databases!(
    a_half_year_is_closed_once_and_only_after_its_end,
    a_correction_after_the_closing_changes_no_figure,
    a_council_that_moved_is_frozen_once,
    rows_are_written_once_and_the_nation_when_all_have_closed,
    a_late_region_gets_its_own_row_and_the_nation_stays,
    regions_on_trial_are_in_no_figure,
    two_jobs_at_a_time_write_one_release,
    what_is_taken_back_says_so_and_stays_away,
    the_threshold_is_never_lowered,
    what_was_nearly_alike_is_in_no_pool_once_the_threshold_has_risen,
    hidden_rows_hold_no_count,
);

const REGIONS: [&str; 3] = ["east", "kent", "london"];

fn half_year() -> HalfYear {
    "2022-H1".parse().expect("a half-year")
}

/// Some weeks after the half-year: it may be closed, and nobody is late.
fn soon() -> DateTime<Utc> {
    "2022-07-11T09:00:00Z".parse().expect("an instant")
}

/// After the last day on which a region may close it.
fn late() -> DateTime<Utc> {
    "2022-08-02T09:00:00Z".parse().expect("an instant")
}

async fn apply(store: &Store, changes: Vec<Change>) {
    store.apply("test", build::start(), changes).await.expect("the changes are applied");
}

async fn reference(store: &Store) -> Reference {
    Reference::new(store.reference_parts("lgdss-2016").await.expect("read"))
}

/// Six councils at home in each region, which all answer in spring: at levels 0, 1, 2, 3, 4, 4 in
/// two of them, and all at 2 in the third.
async fn filled(database: &Database) -> &Store {
    let store = database.store();
    let mut changes = build::nation(&REGIONS);
    changes.extend((10..20).map(|n| build::council(n).change()));
    for (place, code) in (0..).zip(REGIONS) {
        let region = build::region_id(code);
        let round = build::round(region, "2022-03-01").build();
        for n in 0..6u32 {
            changes.push(Change::Membership(build::home(region, place * 6 + n)));
            let level = if code == "london" { 2 } else { n.min(4) };
            changes.push(build::response(&round, place * 6 + n, level as u8).change());
        }
        changes.push(Change::Round(round));
    }
    apply(store, changes).await;
    store
}

async fn close(store: &Store, code: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let reference = reference(store).await;
    let region = reference.region(build::region_id(code)).expect("the region");
    store.close_half_year("test", now, &reference, region, half_year()).await.map(drop)
}

async fn release(store: &Store, now: DateTime<Utc>) -> Option<(u32, usize)> {
    let reference = reference(store).await;
    let written = store
        .create_release("test", now, &reference, Threshold::LEAST, |_, _| {})
        .await
        .expect("a release");
    written.map(|(release, rows)| (release.number, rows.len()))
}

/// What is published about understanding.
async fn published(store: &Store) -> Vec<(RowScope, Shown)> {
    let filter = RowFilter { measure: Some(Measure::Understanding), ..RowFilter::default() };
    let published = store.published().await.expect("read");
    published.rows(&filter).map(|row| (row.scope, row.shown)).collect()
}

async fn shown(store: &Store, scope: RowScope) -> Option<Shown> {
    published(store).await.into_iter().find(|row| row.0 == scope).map(|row| row.1)
}

fn of(code: &str) -> RowScope {
    RowScope::Region(build::region_id(code))
}

fn counts(levels: [u32; 5]) -> Option<Shown> {
    Some(Shown::Counts(Histogram { levels, not_rated: 0 }))
}

async fn a_half_year_is_closed_once_and_only_after_its_end(database: Database) {
    let store = filled(&database).await;
    let early = "2022-06-30T12:00:00Z".parse().expect("an instant");
    let error = close(store, "kent", early).await.expect_err("it still runs");
    assert_eq!(error.to_string(), "2022-H1 runs until 2022-06-30: close it after that");

    close(store, "kent", soon()).await.expect("closed");

    let error = close(store, "kent", late()).await.expect_err("it is closed");
    assert_eq!(
        error.to_string(),
        "Region kent closed 2022-H1 on 2022-07-11, and a half-year is closed once: later answers \
         and corrections show in signed-in views only"
    );
    let closings = store.closings().await.expect("read");
    assert_eq!(closings.len(), 1);
    assert_eq!(closings[0].asked[0].eligible, 6);
}

async fn a_correction_after_the_closing_changes_no_figure(database: Database) {
    let store = filled(&database).await;
    close(store, "kent", soon()).await.expect("closed");
    let round = build::round(build::region_id("kent"), "2022-03-01").build();
    apply(store, (6..12).map(|n| build::response(&round, n, 0).change()).collect()).await;

    assert_eq!(release(store, soon()).await, Some((1, 2)));

    assert_eq!(shown(store, of("kent")).await, counts([1, 1, 1, 1, 2]));
}

async fn a_council_that_moved_is_frozen_once(database: Database) {
    let store = filled(&database).await;
    close(store, "east", soon()).await.expect("closed");
    // Council 0 turns out to have lived in Kent all along, and has answered there, too.
    let day = |text: &str| Some(text.parse().expect("a day"));
    let mut left = build::home(build::region_id("east"), 0);
    left.life = Life::new(left.life.starts_on, day("2022-02-01"));
    let mut joined = build::home(build::region_id("kent"), 0);
    joined.life = Life::new(day("2022-02-01"), None);
    let round = build::round(build::region_id("kent"), "2022-03-01").build();
    let moved = [Change::Membership(left), Change::Membership(joined)];
    apply(store, moved.into_iter().chain([build::response(&round, 0, 4).change()]).collect()).await;

    close(store, "kent", soon()).await.expect("closed");

    release(store, soon()).await.expect("rows");
    assert_eq!(shown(store, of("kent")).await, counts([1, 1, 1, 1, 2]), "without council 0");
}

async fn rows_are_written_once_and_the_nation_when_all_have_closed(database: Database) {
    let store = filled(&database).await;
    close(store, "east", soon()).await.expect("closed");
    assert_eq!(release(store, soon()).await, Some((1, 2)), "a row for each measure");
    assert_eq!(release(store, soon()).await, None, "nothing is left to write");
    close(store, "kent", soon()).await.expect("closed");
    close(store, "london", soon()).await.expect("closed");

    let written = release(store, soon()).await;

    assert_eq!(written, Some((2, 10)), "two regions, others, nation, matched; two measures");
    let filter = RowFilter { release: Some(2), ..RowFilter::default() };
    let published = store.published().await.expect("read");
    let nation = published.rows(&filter).find(|row| row.scope == RowScope::Nation).expect("a row");
    assert!(!nation.complete, "London is hidden");
    assert_eq!((nation.regions.len(), nation.eligible), (2, 12));
    assert_eq!(shown(store, RowScope::Nation).await, counts([2, 2, 2, 2, 4]));
    let hidden = |why| Some(Shown::Hidden(Suppression::Block(why)));
    assert_eq!(shown(store, of("london")).await, hidden(folkmoot_domain::Hidden::NearlyAlike));
    assert_eq!(shown(store, RowScope::Others).await, hidden(folkmoot_domain::Hidden::Few));
    assert!(matches!(
        shown(store, RowScope::Matched).await,
        Some(Shown::Hidden(Suppression::Pair(folkmoot_domain::Unmatched::NothingBefore)))
    ));
    assert_eq!(release(store, late()).await, None);
}

async fn a_late_region_gets_its_own_row_and_the_nation_stays(database: Database) {
    let store = filled(&database).await;
    close(store, "east", soon()).await.expect("closed");
    close(store, "london", soon()).await.expect("closed");
    release(store, late()).await.expect("Kent is late, the nation does not wait");
    assert_eq!(shown(store, RowScope::Nation).await, counts([1, 1, 1, 1, 2]));

    close(store, "kent", late()).await.expect("closed");

    assert_eq!(release(store, late()).await, Some((2, 2)));
    assert_eq!(shown(store, of("kent")).await, counts([1, 1, 1, 1, 2]));
    assert_eq!(shown(store, RowScope::Nation).await, counts([1, 1, 1, 1, 2]));
}

async fn regions_on_trial_are_in_no_figure(database: Database) {
    let store = filled(&database).await;
    apply(store, vec![build::region("east").state(RegionState::Trial).change()]).await;
    for code in REGIONS {
        close(store, code, soon()).await.expect("closed");
    }

    release(store, soon()).await.expect("rows");

    assert_eq!(shown(store, of("east")).await, None);
    assert_eq!(shown(store, RowScope::Nation).await, counts([1, 1, 1, 1, 2]), "Kent alone");
}

async fn two_jobs_at_a_time_write_one_release(database: Database) {
    let store = filled(&database).await;
    for code in REGIONS {
        close(store, code, soon()).await.expect("closed");
    }

    let (one, other) = tokio::join!(release(store, soon()), release(store, soon()));

    let mut written = [one, other];
    written.sort_unstable();
    assert_eq!(written, [None, Some((1, 12))]);
}

async fn what_is_taken_back_says_so_and_stays_away(database: Database) {
    let store = filled(&database).await;
    close(store, "east", soon()).await.expect("closed");
    release(store, soon()).await.expect("rows");
    let take_back = async |number| {
        store.withdraw_release("test", soon(), number, None, "wrong sheet").await.expect("taken")
    };
    assert_eq!(take_back(7).await, 0, "there is no such release");

    assert_eq!(take_back(1).await, 2);

    assert_eq!(take_back(1).await, 0, "once");
    for code in ["kent", "london"] {
        close(store, code, soon()).await.expect("closed");
    }
    release(store, soon()).await.expect("rows");
    assert_eq!(shown(store, of("east")).await, Some(Shown::Withdrawn), "it is never replaced");
    assert_eq!(shown(store, RowScope::Nation).await, counts([1, 1, 1, 1, 2]), "Kent alone");
}

async fn the_threshold_is_never_lowered(database: Database) {
    let store = filled(&database).await;
    close(store, "east", soon()).await.expect("closed");
    let reference = reference(store).await;
    let seen = Mutex::new(Vec::new());
    let progress =
        |half_year: HalfYear, rows| seen.lock().expect("one thread").push((half_year, rows));
    let six = Threshold::new(6).expect("more than five");
    store.create_release("test", soon(), &reference, six, progress).await.expect("a release");
    assert_eq!(*seen.lock().expect("one thread"), [(half_year(), 2)]);
    close(store, "kent", soon()).await.expect("closed");

    let lower = store.create_release("test", soon(), &reference, Threshold::LEAST, |_, _| {}).await;

    assert_eq!(
        lower.expect_err("lower").to_string(),
        "release 1 was made with a threshold of 6: it can be raised, never lowered"
    );
}

async fn hidden_rows_hold_no_count(database: Database) {
    let store = filled(&database).await;
    // Two of Kent's six publish their own answers, which leaves four in confidence.
    let publication = |n| {
        let (region, council) = (build::region_id("kent"), build::council_id(n));
        let starts_on = "2022-01-01".parse().expect("a day");
        Change::Publication(Publication { region, council, starts_on, ends_on: None })
    };
    apply(store, [6, 7].map(publication).to_vec()).await;
    for code in REGIONS {
        close(store, code, soon()).await.expect("closed");
    }

    release(store, soon()).await.expect("rows");

    assert!(matches!(shown(store, of("kent")).await, Some(Shown::Hidden(_))));
    let kept = "SELECT count(*) FROM release_row WHERE hidden IS NOT NULL AND \
                coalesce(level_0, level_1, level_2, level_3, level_4, not_rated, matched) IS NOT NULL";
    assert_eq!(database.number(kept).await, 0);
}

/// Three regions of eight councils each that answer in three half-years, every level in each.
async fn three_half_years(store: &Store) -> [HalfYear; 3] {
    let mut changes = build::nation(&REGIONS);
    changes.extend((10..24).map(|n| build::council(n).change()));
    for (place, code) in (0..).zip(REGIONS) {
        let region = build::region_id(code);
        changes.extend((0..8).map(|n| Change::Membership(build::home(region, place * 8 + n))));
        for held_on in ["2021-03-01", "2021-09-01", "2022-03-01"] {
            let round = build::round(region, held_on).build();
            let answer = |n: u32| build::response(&round, place * 8 + n, (n % 5) as u8).change();
            changes.extend((0..8).map(answer));
            changes.push(Change::Round(round));
        }
    }
    apply(store, changes).await;
    ["2021-H1", "2021-H2", "2022-H1"].map(|text| text.parse().expect("a half-year"))
}

async fn publish(store: &Store, half_year: HalfYear) {
    publish_at(store, half_year, soon()).await;
}

async fn publish_at(store: &Store, half_year: HalfYear, now: DateTime<Utc>) {
    let reference = reference(store).await;
    for region in reference.regions() {
        let closed = store.close_half_year("test", now, &reference, region, half_year).await;
        closed.expect("closed");
    }
    release(store, now).await.expect("rows");
}

async fn matched(store: &Store, half_year: HalfYear) -> Shown {
    let half_years = Some((half_year, half_year));
    let measure = Some(Measure::Understanding);
    let filter = RowFilter { half_years, measure, ..RowFilter::default() };
    let published = store.published().await.expect("read");
    published.rows(&filter).find(|row| row.scope == RowScope::Matched).expect("a row").shown
}

/// By the higher threshold all three are small; that London was not by the lower one is known, so that
/// it would be seen in the sum which level it is all at.
async fn what_was_nearly_alike_is_in_no_pool_once_the_threshold_has_risen(database: Database) {
    let store = filled(&database).await;
    close(store, "london", soon()).await.expect("closed");
    release(store, soon()).await.expect("written");
    for code in ["east", "kent"] {
        close(store, code, soon()).await.expect("closed");
    }
    let (ten, reference) = (Threshold::new(10).expect("more than five"), reference(store).await);
    let written = store.create_release("test", soon(), &reference, ten, |_, _| {}).await;
    written.expect("a release").expect("rows");
    assert_eq!(shown(store, RowScope::Others).await, counts([2, 2, 2, 2, 4]));
    let published = store.published().await.expect("read");
    let filter = RowFilter::default();
    let mut sums = published.rows(&filter).filter(|row| row.scope != of("london"));
    assert!(sums.all(|row| !row.regions.contains(&build::region_id("london"))));
}
