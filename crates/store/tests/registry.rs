//! What is never undone: the codes of regions, the points of a standard, a council's one home.

use chrono::NaiveDate;
use folkmoot_domain::{Life, Membership, Reference, RegionCode, RegionState};
use folkmoot_store::{Applied, Change, Store, StoreError};
use folkmoot_testkit::{Database, build, on_both_databases};

on_both_databases!(
    codes_of_regions_are_never_given_again,
    a_renamed_region_is_found_by_its_old_code,
    a_region_joins_when_it_begins_to_take_part,
    a_point_is_never_lost,
    a_council_has_one_home_in_a_region,
    of_two_regions_that_claim_a_council_the_first_counts,
);

async fn filled(database: &Database) -> &Store {
    let changes = build::nation(&["kent", "london"]);
    database.store().apply("test", build::start(), changes).await.expect("a nation");
    database.store()
}

async fn apply(store: &Store, changes: impl IntoIterator<Item = Change>) -> Applied {
    let changes = changes.into_iter().collect();
    store.apply("test", build::start(), changes).await.expect("the changes are applied")
}

async fn refused(store: &Store, changes: impl IntoIterator<Item = Change>) -> StoreError {
    let changes = changes.into_iter().collect();
    store.apply("test", build::start(), changes).await.expect_err("the changes are refused")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

async fn codes_of_regions_are_never_given_again(database: Database) {
    let store = filled(&database).await;
    let former: RegionCode = "kent".parse().expect("a code");
    let renamed = build::region("kent").with(|region| {
        region.code = "garden".parse().expect("a code");
        region.former_codes = vec![former];
    });
    apply(store, [renamed.change()]).await;
    let newcomer = build::region("newcomer").with(|region| {
        region.code = "kent".parse().expect("a code");
    });

    let error = refused(store, [newcomer.change()]).await;

    let said = error.to_string();
    assert_eq!(said, "region code kent is or was another region's code: choose one that is new");
}

async fn a_renamed_region_is_found_by_its_old_code(database: Database) {
    let store = filled(&database).await;
    let renamed = build::region("kent").with(|region| {
        region.code = "garden".parse().expect("a code");
    });
    apply(store, [renamed.change()]).await;

    let parts = store.reference_parts("lgdss-2016").await.expect("read");

    let region = parts.regions.iter().find(|region| region.code.as_str() == "garden");
    let region = region.expect("it is there by its new code");
    assert_eq!(region.former_codes.iter().map(RegionCode::as_str).collect::<Vec<_>>(), ["kent"]);
    assert_eq!((parts.registry_version, region.joined_version), (2, 1));
}

async fn a_region_joins_when_it_begins_to_take_part(database: Database) {
    let store = filled(&database).await;
    let newcomer = build::region("newcomer");
    let states = [
        (RegionState::Trial, 2),
        (RegionState::Active, 3),
        (RegionState::Paused { reason: "It moves.".to_owned() }, 3),
        (RegionState::Active, 3),
        (RegionState::Left, 3),
        (RegionState::Active, 7),
    ];
    for (state, joined) in states {
        apply(store, [newcomer.clone().state(state.clone()).change()]).await;
        let parts = store.reference_parts("lgdss-2016").await.expect("read");
        let region = parts.regions.iter().find(|region| region.code.as_str() == "newcomer");
        assert_eq!(region.expect("it is there").joined_version, joined, "{state:?}");
    }
}

async fn a_point_is_never_lost(database: Database) {
    let store = filled(&database).await;
    let error = refused(store, [Change::Standard(build::standard("lgdss-2016", 14))]).await;
    let said = "point lgdss-2016/15 would be lost: give the changed standard a code of its own";
    assert_eq!(error.to_string(), said);
}

async fn a_council_has_one_home_in_a_region(database: Database) {
    let store = filled(&database).await;
    let kent = build::region_id("kent");
    apply(store, [Change::Membership(build::home(kent, 1))]).await;
    let second =
        Membership { life: Life::new(Some(day("2020-01-01")), None), ..build::home(kent, 1) };

    let error = refused(store, [Change::Membership(second)]).await;
    assert!(matches!(error, StoreError::Conflict { kind: "council", .. }), "{error}");

    // One that ended first, in the same write, makes room.
    let ended =
        Membership { life: Life::new(None, Some(day("2020-01-01"))), ..build::home(kent, 1) };
    let applied = apply(store, [Change::Membership(second), Change::Membership(ended)]).await;
    assert_eq!((applied.created, applied.updated), (1, 1));
}

async fn of_two_regions_that_claim_a_council_the_first_counts(database: Database) {
    let store = filled(&database).await;
    let (kent, london) = (build::region_id("kent"), build::region_id("london"));
    let from = |region, text: &str| Membership {
        life: Life::new(Some(day(text)), None),
        ..build::home(region, 1)
    };
    apply(store, [Change::Membership(from(kent, "2020-01-01"))]).await;

    apply(store, [Change::Membership(from(london, "2016-07-07"))]).await;

    let home = async || {
        let parts = store.reference_parts("lgdss-2016").await.expect("read");
        let reference = Reference::new(parts);
        let region = reference.home_region(build::council_id(1), day("2026-01-01"));
        let (here, there) = (kent, london);
        let told = [here, there].map(|it| reference.contested_homes(it, day("2026-01-01")).len());
        (region.map(|region| region.id), told)
    };
    assert_eq!(home().await, (Some(london), [1, 1]));

    apply(store, [build::region("london").state(RegionState::Trial).change()]).await;
    assert_eq!(home().await, (Some(kent), [0, 1]), "a trial takes nobody's council");
}
