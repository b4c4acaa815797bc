//! Regions that answer over the network, alone and with all that stands around them, against what
//! a source must keep.

use std::sync::Arc;

use folkmoot_cache::{Cache, Memory, Redis, RedisOptions};
use folkmoot_domain::{Door, Exchanged, FeedAddress, Reference};
use folkmoot_federation::{
    Cached, CachedOptions, Clock, Instrumented, Live, LiveClient, LiveClientOptions, LiveOptions,
    ReferenceCache, RegionSource, Withdrawn,
};
use folkmoot_store::Change;
use folkmoot_testkit::{ContractRows, Database, RegionService, build};
use serde_json::{Value, json, to_value};
use uuid::Uuid;

use super::contract::{assert_kept, resilient};

/// Kent's service, and the database that knows what its rows name.
struct Kent {
    rows: ContractRows,
    service: RegionService,
    live: Live,
    _database: Database,
}

impl Kent {
    async fn open() -> Self {
        // Fails only if there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let kent = build::region_id("kent");
        let mut rows = ContractRows::of(&["kent"]);
        // What is not public is not given out by a region.
        rows.assessments.retain(|row| row.is_public);
        let database = Database::sqlite().await;
        let mut changes = build::nation(&["kent"]);
        changes.retain(|change| !matches!(change, Change::Region(_)));
        changes.push(build::region("kent").door(Door::Live).change());
        database.store().apply("test", build::start(), changes).await.expect("arranged");
        let reference = ReferenceCache::new(database.store().clone(), "lgdss-2016");
        let snapshot = reference.reference().await.expect("reference data");
        let service = RegionService::start("kent")
            .with_rows("Meetup", items(&rows.meetups, &snapshot))
            .with_rows("CaseStudy", items(&rows.case_studies, &snapshot))
            .with_rows("Offer", items(&rows.offers, &snapshot))
            .with_rows("ServiceAssessment", items(&rows.assessments, &snapshot));
        service.change_card(|card| card["now"] = json!(build::start()));
        let options = LiveClientOptions { allow_private: true, ..LiveClientOptions::default() };
        let client = LiveClient::new(options).expect("a client");
        let address = FeedAddress::parse(&service.address).expect("an address");
        let options = LiveOptions::new(Uuid::from_u128(1), Clock::fixed(build::start()));
        let live = Live::new(client, kent, address, None, reference, options);
        Self { rows, service, live, _database: database }
    }

    async fn keeps_the_contract(&self, source: impl RegionSource) {
        assert_kept(source, &self.rows).await;
        assert!(!self.service.asked().is_empty(), "the service was asked");
    }
}

fn items<R: Exchanged>(rows: &[R], reference: &Reference) -> Vec<Value> {
    let item = |row: &R| row.to_item(reference).expect("public, and all that it names is known");
    rows.iter().map(|row| to_value(item(row)).expect("an item is JSON")).collect()
}

fn cached(inner: impl RegionSource, redis: Option<Redis>) -> Cached {
    Cached::new(
        build::region_id("kent"),
        Arc::new(inner),
        Cache::new(Memory::new(10_000_000), redis),
        Withdrawn::default(),
        Clock::fixed(build::start()),
        CachedOptions::default(),
    )
}

#[tokio::test]
async fn a_live_region_keeps_the_contract() {
    let kent = Kent::open().await;
    kent.keeps_the_contract(kent.live.clone()).await;
}

#[tokio::test]
async fn a_cached_region_keeps_the_contract() {
    let rows = ContractRows::of(&["kent"]);
    assert_kept(cached(rows.in_memory(), None), &rows).await;
}

#[tokio::test]
async fn a_cached_region_keeps_the_contract_while_redis_is_away() {
    let rows = ContractRows::of(&["kent"]);
    let redis = Redis::new("redis://127.0.0.1:1", RedisOptions::default()).expect("an address");
    assert_kept(cached(rows.in_memory(), Some(redis)), &rows).await;
}

/// In the order in which a server puts them around a region.
#[tokio::test]
async fn a_live_region_with_all_that_stands_around_it_keeps_the_contract() {
    let kent = Kent::open().await;
    let code = "kent".parse().expect("a code");
    let kept = cached(resilient(kent.live.clone()), None);
    kent.keeps_the_contract(Instrumented::new(&code, Arc::new(kept))).await;
}
