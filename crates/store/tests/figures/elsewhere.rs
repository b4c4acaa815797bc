//! Regions that closed elsewhere: rows by what they counted, once.

use std::collections::BTreeMap;

use super::*;
use folkmoot_domain::{
    Asked, Closing, CountedHalfYear, Door, Membership, PointId, ReleaseRow, StandardId, TableCounts,
};
use folkmoot_store::Taken;
use uuid::Uuid;

on_both_databases!(
    what_was_counted_elsewhere_gives_the_rows_that_its_answers_would_have_given,
    what_was_taken_is_kept_and_a_change_is_told,
    a_hidden_region_that_was_counted_elsewhere_is_in_no_pool,
    the_higher_of_both_thresholds_hides_a_region,
    a_council_that_is_counted_elsewhere_is_counted_nowhere_else,
    what_a_region_closed_is_given_as_counts_but_for_rows_that_were_taken_back,
);

/// Kent as it would be given by another gateway.
fn counted(tables: BTreeMap<(PointId, Measure), TableCounts>) -> CountedHalfYear {
    let held_on = "2022-03-01".parse().expect("a day");
    let standard = StandardId::derived("lgdss-2016");
    let closing = Closing {
        region: build::region_id("kent"),
        half_year: half_year(),
        closed_at: soon(),
        closed_by: "region".to_owned(),
        asked: vec![Asked { standard, eligible: 6, held_on }],
    };
    let (passed_over, fingerprint) = (Vec::new(), Uuid::from_u128(1));
    CountedHalfYear { closing, threshold: None, tables, passed_over, fingerprint }
}

fn complete(levels: [u32; 5]) -> TableCounts {
    let (confidential, self_published) = (Histogram { levels, not_rated: 0 }, Histogram::default());
    TableCounts::Complete { confidential, self_published }
}

fn both_measures(counts: TableCounts) -> CountedHalfYear {
    let point = build::point_id(1);
    counted(Measure::ALL.map(|measure| ((point, measure), counts)).into())
}

async fn take(store: &Store, counted: &CountedHalfYear) -> Taken {
    let reference = reference(store).await;
    let region = reference.region(build::region_id("kent")).expect("the region");
    store.take_half_year("test", soon(), &reference, region, counted).await.expect("taken or not")
}

/// All that is published, but for what tells how it came here.
async fn rows(store: &Store) -> Vec<ReleaseRow> {
    let published = store.published().await.expect("read");
    published.rows(&RowFilter::default()).cloned().collect()
}

async fn what_was_counted_elsewhere_gives_the_rows_that_its_answers_would_have_given(
    database: Database,
) {
    let here = filled(&database).await;
    for code in REGIONS {
        close(here, code, soon()).await.expect("closed");
    }
    release(here, soon()).await.expect("rows");
    let wanted = rows(here).await;
    let given = here.given_half_years(build::region_id("kent")).await.expect("read");
    let [given] = given.as_slice() else { panic!("one half-year") };

    let other = Database::sqlite().await;
    let there = filled(&other).await;
    let door = build::region("kent").door(Door::Live).change();
    apply(there, vec![door]).await;
    let counted =
        CountedHalfYear { closing: given.closing.clone(), ..counted(given.tables.clone()) };
    assert_eq!(take(there, &counted).await, Taken::New);
    for code in ["east", "london"] {
        close(there, code, soon()).await.expect("closed");
    }
    release(there, soon()).await.expect("rows");
    assert_eq!(rows(there).await, wanted);
}

async fn what_was_taken_is_kept_and_a_change_is_told(database: Database) {
    let store = filled(&database).await;
    let first = both_measures(complete([1, 1, 1, 1, 2]));
    assert_eq!(take(store, &first).await, Taken::New);
    assert_eq!(take(store, &first).await, Taken::Known);
    let given = store.given_half_years(build::region_id("kent")).await.expect("read");
    assert!(given.is_empty(), "what we were told in trust is not passed on: {given:?}");
    let other = CountedHalfYear {
        fingerprint: Uuid::from_u128(2),
        ..both_measures(complete([2, 1, 1, 1, 1]))
    };
    assert_eq!(take(store, &other).await, Taken::Changed);
    let again = close(store, "kent", soon()).await.expect_err("it is closed");
    assert!(again.to_string().contains("a half-year is closed once"), "{again}");

    assert_eq!(release(store, soon()).await, Some((1, 2)));

    assert_eq!(shown(store, of("kent")).await, counts([1, 1, 1, 1, 2]));
    close(store, "east", soon()).await.expect("closed");
    let east = CountedHalfYear {
        closing: Closing { region: build::region_id("east"), ..first.closing.clone() },
        ..first
    };
    let reference = reference(store).await;
    let region = reference.region(build::region_id("east")).expect("the region");
    let refused = store.take_half_year("test", soon(), &reference, region, &east).await;
    let Ok(Taken::Refused(reason)) = refused else { panic!("{refused:?}") };
    assert!(reason.starts_with("2022-H1 was closed here"), "{reason}");
}

async fn a_hidden_region_that_was_counted_elsewhere_is_in_no_pool(database: Database) {
    let store = filled(&database).await;
    // Kent alone would be too small; with another of three it would pass as a pool.
    take(store, &both_measures(complete([2, 1, 0, 0, 0]))).await;
    apply(store, (0..3).map(|n| Change::Membership(moved(n))).collect()).await;
    close(store, "east", soon()).await.expect("closed");
    close(store, "london", soon()).await.expect("closed");

    release(store, soon()).await.expect("rows");

    let hidden = Some(Shown::Hidden(Suppression::Block(folkmoot_domain::Hidden::Few)));
    assert_eq!(shown(store, of("kent")).await, hidden);
    assert_eq!(shown(store, of("east")).await, hidden);
    assert_eq!(shown(store, RowScope::Others).await, hidden);
}

/// Half of East is at home there no longer.
fn moved(n: u32) -> Membership {
    let mut home = build::home(build::region_id("east"), n);
    home.life = Life::new(home.life.starts_on, Some("2022-02-01".parse().expect("a day")));
    home
}

async fn the_higher_of_both_thresholds_hides_a_region(database: Database) {
    let store = filled(&database).await;
    let threshold = Some(Threshold::new(7).expect("more than five"));
    let counted = CountedHalfYear { threshold, ..both_measures(complete([1, 1, 1, 1, 2])) };
    take(store, &counted).await;
    for code in ["east", "london"] {
        close(store, code, soon()).await.expect("closed");
    }

    release(store, soon()).await.expect("rows");

    let hidden = Some(Shown::Hidden(Suppression::Block(folkmoot_domain::Hidden::Few)));
    assert_eq!(shown(store, of("kent")).await, hidden);
    assert_eq!(shown(store, RowScope::Nation).await, counts([1, 1, 1, 1, 2]), "East alone");
}

async fn a_council_that_is_counted_elsewhere_is_counted_nowhere_else(database: Database) {
    let store = filled(&database).await;
    let round = build::round(build::region_id("east"), "2022-05-01").build();
    take(store, &both_measures(complete([1, 1, 1, 1, 2]))).await;
    // A council of Kent's moves after Kent's round, and answers in East, too.
    let day = |text: &str| Some(text.parse().expect("a day"));
    let mut left = build::home(build::region_id("kent"), 6);
    left.life = Life::new(left.life.starts_on, day("2022-04-01"));
    let mut joined = build::home(build::region_id("east"), 6);
    joined.life = Life::new(day("2022-04-01"), None);
    let answer = build::response(&round, 6, 4).change();
    let moved = [Change::Membership(left), Change::Membership(joined), Change::Round(round)];
    apply(store, moved.into_iter().chain([answer]).collect()).await;

    close(store, "east", soon()).await.expect("closed");
    release(store, soon()).await.expect("rows");
    assert_eq!(shown(store, of("east")).await, counts([1, 1, 1, 1, 2]), "without council 6");

    // East comes first, and Kent's latest round is after the council came back, or did not.
    for comes_back in [true, false] {
        let other = Database::sqlite().await;
        let store = filled(&other).await;
        let home = |region, from, until| {
            let life = Life::new(from, until);
            Change::Membership(Membership { life, ..build::home(build::region_id(region), 6) })
        };
        let round = build::round(build::region_id("east"), "2022-03-01").build();
        let answer = build::response(&round, 6, 4).change();
        let (left, came) = (day("2022-01-15"), day("2022-03-02").filter(|_| comes_back));
        let back = comes_back.then(|| home("kent", came, None));
        let moved = [home("kent", None, left), home("east", left, came)].into_iter().chain(back);
        apply(store, moved.chain([answer]).collect()).await;
        close(store, "east", soon()).await.expect("closed");
        let mut counted = both_measures(complete([1, 1, 1, 1, 2]));
        counted.closing.asked[0].held_on = "2022-03-02".parse().expect("a day");
        let Taken::Refused(reason) = take(store, &counted).await else { panic!("counted twice") };
        assert!(reason.contains("is counted in Region east in 2022-H1 already"), "{reason}");
    }
}

async fn what_a_region_closed_is_given_as_counts_but_for_rows_that_were_taken_back(
    database: Database,
) {
    let store = filled(&database).await;
    let publication = Change::Publication(Publication {
        region: build::region_id("kent"),
        council: build::council_id(11),
        starts_on: "2022-01-01".parse().expect("a day"),
        ends_on: None,
    });
    apply(store, vec![publication]).await;
    close(store, "kent", soon()).await.expect("closed");
    let given = store.given_half_years(build::region_id("kent")).await.expect("read");
    let tables: Vec<_> = given[0].tables.values().copied().collect();
    let own = Histogram { levels: [0, 0, 0, 0, 1], not_rated: 0 };
    let confidential = Histogram { levels: [1; 5], not_rated: 0 };
    assert_eq!(tables, [TableCounts::Complete { confidential, self_published: own }; 2]);

    release(store, soon()).await.expect("rows");
    store.withdraw_release("test", soon(), 1, None, "wrong sheet").await.expect("taken back");

    let given = store.given_half_years(build::region_id("kent")).await.expect("read");
    assert_eq!((given.len(), given[0].tables.len()), (1, 0));
    let scopes = Some(vec![ScopeKind::Region]);
    let filter = RowFilter { scopes, ..RowFilter::default() };
    let published = store.published().await.expect("read");
    assert!(published.rows(&filter).all(|row| row.shown == Shown::Withdrawn));
}
