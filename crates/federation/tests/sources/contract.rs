//! Every source over every row, against what a source must keep.

use std::sync::Arc;

use folkmoot_federation::{
    Clock, Instrumented, RegionSource, ResilienceOptions, Resilient, SourceError, Stored,
};
use folkmoot_testkit::{
    Breach, ContractRows, Database, FakeRegion, Reply, build, check_source, on_both_databases,
};

const REGIONS: [&str; 3] = ["east", "kent", "london"];

fn rows() -> ContractRows {
    ContractRows::of(&REGIONS)
}

pub(crate) async fn assert_kept(source: impl RegionSource, rows: &ContractRows) {
    for seed in 0..8 {
        let checked = check_source(&source, rows, seed).await;
        assert!(checked.is_ok(), "seed {seed}: {checked:?}");
    }
}

pub(crate) fn resilient(inner: impl RegionSource) -> Resilient {
    let region = "kent".parse().expect("a code");
    Resilient::new(region, Arc::new(inner), Clock::system(), ResilienceOptions::default())
}

fn instrumented(inner: impl RegionSource) -> Instrumented {
    Instrumented::new(&"kent".parse().expect("a code"), Arc::new(inner))
}

#[tokio::test]
async fn a_source_in_memory_keeps_the_contract() {
    assert_kept(rows().in_memory(), &rows()).await;
}

#[tokio::test]
async fn a_source_that_caps_its_slices_keeps_the_contract() {
    assert_kept(rows().in_memory().always(Reply::Capped(2)), &rows()).await;
}

#[tokio::test]
async fn a_resilient_source_keeps_the_contract() {
    assert_kept(resilient(rows().in_memory()), &rows()).await;
}

#[tokio::test]
async fn an_instrumented_source_keeps_the_contract() {
    assert_kept(instrumented(resilient(rows().in_memory())), &rows()).await;
}

on_both_databases!(stored_rows_keep_the_contract);

async fn stored_rows_keep_the_contract(database: Database) {
    let store = database.store();
    for changes in [build::nation(&REGIONS), rows().changes()] {
        store.apply("test", build::start(), changes).await.expect("the changes are applied");
    }
    assert_kept(instrumented(Stored::new(store.clone())), &rows()).await;
}

/// True if some seed finds what is wrong.
async fn is_found(source: &FakeRegion) -> bool {
    for seed in 0..8 {
        if check_source(source, &rows(), seed).await.is_err() {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn each_breach_is_found() {
    for breach in [
        Breach::OutOfOrder,
        Breach::Repeated,
        Breach::BeforeBounds,
        Breach::BeyondBounds,
        Breach::NoRowsButMore,
        Breach::ForeignRows,
        Breach::TooFewSlices,
    ] {
        assert!(is_found(&rows().in_memory().always(Reply::Breaks(breach))).await, "{breach:?}");
    }
    assert!(is_found(&rows().in_memory().always(Reply::Surplus(1))).await, "too many rows");
    assert!(is_found(&FakeRegion::failing(SourceError::Unavailable)).await, "no answer");
}

#[tokio::test]
async fn a_row_that_is_lacking_or_too_many_is_found() {
    let mut fewer = rows();
    fewer.offers.pop();
    assert!(is_found(&fewer.in_memory()).await);
    let mut more = rows();
    more.meetups.push(build::meetup(build::region_id("kent"), 99).build());
    assert!(is_found(&more.in_memory()).await);
}
