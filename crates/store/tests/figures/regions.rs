//! Figures when regions come and go between a closing and the nation's rows.

use super::*;
use folkmoot_domain::ReleaseRow;

on_both_databases!(a_region_that_goes_on_trial_or_leaves_is_in_no_later_national_row,);

async fn nation_row(store: &Store) -> ReleaseRow {
    let (measures, scopes) =
        (Some(vec![Measure::Understanding]), Some(vec![folkmoot_store::ScopeKind::Nation]));
    let filter = ReleaseFilter { measures, scopes, ..ReleaseFilter::default() };
    let rows = store.release_rows(&filter).await.expect("read");
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
