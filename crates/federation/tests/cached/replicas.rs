//! Replicas share what they keep through a real Redis, and lose nothing when it is gone.

use std::time::Duration;

use folkmoot_cache::{Redis, RedisOptions};
use folkmoot_testkit::FakeRegion;
use tokio::time::Instant;

use crate::{
    kent::{Kent, hours, meetup},
    server::Server,
};

fn replica(region: &FakeRegion, server: &Server) -> Kent {
    let redis = Redis::new(&server.url(), RedisOptions::default()).expect("an address");
    Kent::sharing(region.clone(), Some(redis))
}

fn three() -> FakeRegion {
    FakeRegion::new().with_meetups([1, 2, 3].map(meetup))
}

/// Until another replica finds what was kept: writes go out beside the work.
async fn shared(region: &FakeRegion, server: &Server) {
    let give_up = Instant::now() + Duration::from_secs(30);
    while !server.say(&["DBSIZE"]).starts_with(":1") {
        assert!(Instant::now() < give_up, "never kept: {}", region.calls());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn one_replica_shows_what_another_asked_for() {
    let (region, server) = (three(), Server::started(&[]));
    replica(&region, &server).first(2).await.expect("rows");
    shared(&region, &server).await;

    let other = replica(&region, &server);
    let before = other.cached.generation().number();
    let slice = other.first(2).await.expect("rows");

    assert_eq!((hours(&slice), slice.has_more, region.calls()), (vec![1, 2], true, 1));
    assert!(slice.kept.is_some_and(|kept| !kept.is_stale));
    assert!(other.cached.generation().number() > before);
}

#[tokio::test]
async fn rows_that_the_public_may_not_see_stay_in_the_process() {
    let server = Server::started(&[]);
    let attended = folkmoot_domain::Meetup {
        attended: vec![folkmoot_domain::CouncilId::derived("a")],
        ..meetup(1)
    };
    let region = FakeRegion::new().with_meetups([attended, meetup(2)]);
    let kent = replica(&region, &server);
    kent.first(2).await.expect("rows");
    let request = folkmoot_domain::SliceRequest {
        after: Some(folkmoot_domain::Keyed::key(&meetup(1))),
        ..crate::kent::all(2)
    };
    kent.ask(request).await.expect("public rows");
    shared(&region, &server).await;

    assert_eq!(hours(&kent.first(2).await.expect("rows")), [1, 2]);
    replica(&region, &server).first(2).await.expect("rows");
    assert_eq!(region.calls(), 3, "the other replica has to ask");
}

#[tokio::test]
async fn lost_redis_costs_readers_nothing() {
    let (region, mut server) = (three(), Server::started(&[]));
    let kent = replica(&region, &server);
    kent.first(2).await.expect("rows");
    server.kill();
    for first in 1..=20 {
        let begun = Instant::now();
        assert_eq!(kent.first(first).await.expect("rows").rows.len(), first.min(3));
        assert!(begun.elapsed() < Duration::from_millis(200), "{:?}", begun.elapsed());
    }
}
