//! Figures when regions come and go between a closing and the nation's rows.

use super::*;
use folkmoot_domain::ReleaseRow;

on_both_databases!(
    a_region_that_goes_on_trial_or_leaves_is_in_no_later_national_row,
    a_pair_is_weighed_by_the_regions_that_the_one_before_was_made_of,
);

async fn nation_row(store: &Store) -> ReleaseRow {
    let (measure, scopes) = (Some(Measure::Understanding), Some(vec![ScopeKind::Nation]));
    let filter = RowFilter { measure, scopes, ..RowFilter::default() };
    let published = store.published().await.expect("read");
    let rows: Vec<_> = published.rows(&filter).cloned().collect();
    assert_eq!(rows.len(), 1, "one table, one nation");
    rows.into_iter().next().expect("a row")
}

/// East's own row is written before it goes: the row stays as it is, and the nation is without
/// East, in its sum as in its list of regions.
async fn a_region_that_goes_on_trial_or_leaves_is_in_no_later_national_row(database: Database) {
    let store = filled(&database).await;
    close(store, "east", soon()).await.expect("closed");
    release(store, soon()).await.expect("rows");
    for state in [RegionState::Left, RegionState::Trial] {
        apply(store, vec![build::region("east").state(state).change()]).await;
    }
    for code in ["kent", "london"] {
        close(store, code, soon()).await.expect("closed");
    }

    release(store, soon()).await.expect("rows");

    assert_eq!(shown(store, of("east")).await, counts([1, 1, 1, 1, 2]));
    let nation = nation_row(store).await;
    assert_eq!(Some(nation.shown), counts([1, 1, 1, 1, 2]), "Kent alone");
    assert_eq!((nation.regions, nation.eligible), (vec![build::region_id("kent")], 6));
}

/// East is away when the pair of the second half-year is made, and back for the third: whatever
/// its councils said in the first, they are in one of the two pairs only, and all of them are.
async fn a_pair_is_weighed_by_the_regions_that_the_one_before_was_made_of(database: Database) {
    const REGIONS: [&str; 4] = ["east", "kent", "london", "north"];
    let store = database.store();
    let mut changes = build::nation(&REGIONS);
    changes.extend((10..32).map(|n| build::council(n).change()));
    for (place, code) in (0..).zip(REGIONS) {
        let region = build::region_id(code);
        changes.extend((0..8).map(|n| Change::Membership(build::home(region, place * 8 + n))));
        for held_on in ["2021-03-01", "2021-09-01", "2022-03-01"] {
            let round = build::round(region, held_on).build();
            // Three of East's join in later.
            let silent = if (code, held_on) == ("east", "2021-03-01") { 5..8 } else { 8..8 };
            let answering = (0..8).filter(|n| !silent.contains(n));
            let answer = |n: u32| build::response(&round, place * 8 + n, (n % 5) as u8).change();
            changes.extend(answering.map(answer));
            changes.push(Change::Round(round));
        }
    }
    apply(store, changes).await;
    let [first, second, third] =
        ["2021-H1", "2021-H2", "2022-H1"].map(|text| text.parse().expect("a half-year"));
    publish(store, first).await;
    let in_time = "2022-01-11T09:00:00Z".parse().expect("an instant");
    close_in(store, "east", second, in_time).await;
    release(store, in_time).await.expect("East's row");
    apply(store, vec![build::region("east").state(RegionState::Left).change()]).await;
    for code in &REGIONS[1..] {
        close_in(store, code, second, in_time).await;
    }
    release(store, in_time).await.expect("the nation's rows");
    let pair = matched(store, second).await;
    assert!(matches!(pair, Shown::Pair(pair) if pair.councils == 24), "{pair:?}");
    apply(store, vec![build::region("east").change()]).await;

    publish(store, third).await;

    let pair = matched(store, third).await;
    assert!(matches!(pair, Shown::Pair(pair) if pair.councils == 32), "{pair:?}");
}

async fn close_in(store: &Store, code: &str, half_year: HalfYear, now: DateTime<Utc>) {
    let reference = reference(store).await;
    let region = reference.region(build::region_id(code)).expect("the region");
    store.close_half_year("test", now, &reference, region, half_year).await.expect("closed");
}
