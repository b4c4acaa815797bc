//! The cache over a real redis-server that is killed, frozen, restarted, absent or full of
//! garbage: nothing fails, nothing waits for long, and it is found again.

mod kinds;
mod lost;
mod server;

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use folkmoot_cache::{Cache, CacheKey, Entry, Memory, Reach, Redis, RedisOptions, ShelfLife, Slot};
use serde::Serialize;
use server::Server;
use tokio::time::{Instant, sleep};

#[derive(Serialize)]
pub(crate) struct Note(pub(crate) usize);

impl CacheKey for Note {
    type Value = Vec<String>;
    const NAME: &'static str = "note.1";
}

/// On a machine that is busy with other tests.
const SLACK: Duration = Duration::from_millis(150);

pub(crate) fn now() -> DateTime<Utc> {
    "2027-06-03T12:00:00Z".parse().expect("an instant")
}

pub(crate) fn entry(text: &str) -> Entry<Vec<String>> {
    let hour = Duration::from_secs(3_600);
    let life = ShelfLife { fresh: hour, while_revalidate: hour, if_error: hour };
    Entry::new(Arc::new(vec![text.to_owned()]), now(), life, &[0; 32])
}

pub(crate) fn redis(url: &str) -> Redis {
    let options = RedisOptions { open_for: Duration::from_millis(200), ..Default::default() };
    Redis::new(url, options).expect("an address")
}

/// A process that has nothing in memory yet.
pub(crate) fn replica(redis: &Redis) -> Cache {
    Cache::new(Memory::new(1_000_000), Some(redis.clone()))
}

/// What a replica with an empty memory finds.
pub(crate) async fn found(redis: &Redis, note: usize) -> Option<String> {
    let found = replica(redis).far(&[Slot::of(&Note(note))], now()).await.remove(0);
    found.map(|entry| entry.value[0].clone())
}

pub(crate) fn keep(redis: &Redis, note: usize, text: &str) {
    replica(redis).keep(&Slot::of(&Note(note)), entry(text), now(), Reach::Everywhere);
}

/// Until it is so; a minute is for ever.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let give_up = Instant::now() + Duration::from_secs(60);
    while !is_so().await {
        assert!(Instant::now() < give_up, "never: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) async fn comes_back(redis: &Redis) {
    eventually("a value that is kept is found", || async {
        keep(redis, 1, "back");
        found(redis, 1).await.as_deref() == Some("back")
    })
    .await;
}

#[tokio::test]
async fn what_one_replica_keeps_another_finds() {
    let server = Server::started(&[]);
    let (one, other) = (redis(&server.url()), redis(&server.url()));
    let cache = replica(&one);
    cache.keep(&Slot::of(&Note(1)), entry("rows"), now(), Reach::Everywhere);
    cache.keep(&Slot::of(&Note(2)), entry("private"), now(), Reach::Here);

    eventually("it is there", || async { found(&other, 1).await.is_some() }).await;
    let slots = [3, 1, 2].map(|note| Slot::of(&Note(note)));
    let texts: Vec<_> = replica(&other).far(&slots, now()).await;
    let texts: Vec<_> = texts.iter().map(|one| one.as_ref().map(|one| &*one.value[0])).collect();
    assert_eq!(texts, [None, Some("rows"), None], "in their order, and only what may travel");

    assert!(cache.forget(&slots[1]).await);
    assert_eq!(found(&other, 1).await, None);
}

#[tokio::test]
async fn values_leave_redis_when_their_time_is_over() {
    let server = Server::started(&[]);
    let redis = redis(&server.url());
    keep(&redis, 1, "rows");
    eventually("it is there", || async { found(&redis, 1).await.is_some() }).await;
    let keys = server.say(&["KEYS", "*"]);
    let key = keys.lines().find(|line| line.starts_with("folkmoot:note.1:")).expect("a key");
    let rest: i64 = server.say(&["TTL", key]).trim_start_matches(':').trim().parse().expect("s");
    assert!((3_500..=3_600).contains(&rest), "{rest}");
}

#[tokio::test]
async fn absent_redis_costs_nothing_and_is_found_when_it_comes() {
    let mut server = Server::new(&[]);
    let redis = redis(&server.url());
    let begun = Instant::now();
    for note in 0..1_000 {
        keep(&redis, note, "rows");
        assert_eq!(found(&redis, note).await, None);
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert!(!redis.is_asked());

    server.start();
    comes_back(&redis).await;
    assert!(redis.is_asked());
}

#[tokio::test]
async fn frozen_redis_costs_the_timeout_a_few_times_and_then_nothing() {
    let server = Server::started(&[]);
    let redis = redis(&server.url());
    comes_back(&redis).await;
    server.freeze();

    let mut waits = 0;
    while redis.is_asked() {
        let begun = Instant::now();
        assert_eq!(found(&redis, 1).await, None);
        assert!(begun.elapsed() < Duration::from_millis(50) + SLACK, "{:?}", begun.elapsed());
        waits += 1;
    }
    assert_eq!(waits, 3);
    let begun = Instant::now();
    for note in 0..1_000 {
        assert_eq!(found(&redis, note).await, None);
    }
    assert!(begun.elapsed() < Duration::from_millis(50) + SLACK, "{:?}", begun.elapsed());

    server.thaw();
    comes_back(&redis).await;
}

#[tokio::test]
async fn restarted_redis_costs_a_miss() {
    let mut server = Server::started(&[]);
    let redis = redis(&server.url());
    comes_back(&redis).await;
    server.kill();
    server.start();

    assert_eq!(found(&redis, 1).await, None, "it forgot, or the connection was lost");
    keep(&redis, 1, "again");
    eventually("it is kept again", || async {
        keep(&redis, 1, "again");
        found(&redis, 1).await.is_some()
    })
    .await;
    assert!(redis.is_asked(), "a lost connection is no reason to leave it alone");
}

/// Readers that take what is kept and otherwise make it themselves, all the while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_fails_no_reader_and_is_used_again() {
    let mut server = Server::started(&[]);
    let redis = redis(&server.url());
    let (stop, reads, hits) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
    );
    let readers: Vec<_> = (0..8)
        .map(|reader| {
            let (redis, stop, reads, hits) =
                (redis.clone(), stop.clone(), reads.clone(), hits.clone());
            tokio::spawn(async move {
                let mut longest = Duration::ZERO;
                while !stop.load(Ordering::Relaxed) {
                    let note = reads.fetch_add(1, Ordering::Relaxed) % 50;
                    let begun = Instant::now();
                    let text = match found(&redis, note).await {
                        Some(text) => {
                            hits.fetch_add(1, Ordering::Relaxed);
                            text
                        }
                        None => {
                            keep(&redis, note, &format!("note {note}"));
                            format!("note {note}")
                        }
                    };
                    longest = longest.max(begun.elapsed());
                    assert_eq!(text, format!("note {note}"), "reader {reader}");
                    sleep(Duration::from_millis(1)).await;
                }
                longest
            })
        })
        .collect();
    let more_hits = || async {
        let before = hits.load(Ordering::Relaxed);
        eventually("more hits", || async { hits.load(Ordering::Relaxed) > before + 200 }).await;
    };
    let more_reads = || async {
        let before = reads.load(Ordering::Relaxed);
        eventually("more reads", || async { reads.load(Ordering::Relaxed) > before + 1_000 }).await;
    };
    for _ in 0..2 {
        more_hits().await;
        server.kill();
        more_reads().await;
        server.start();
    }
    more_hits().await;
    server.freeze();
    more_reads().await;
    server.thaw();
    more_hits().await;

    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        let longest = reader.await.expect("no reader failed");
        assert!(longest < Duration::from_millis(50) + SLACK, "{longest:?}");
    }
}

#[tokio::test]
async fn garbage_is_a_miss() {
    let server = Server::started(&[]);
    let redis = redis(&server.url());
    let key = |note| {
        let digest = Slot::of(&Note(note)).digest();
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("folkmoot:note.1:{hex}")
    };
    keep(&redis, 0, "rows");
    eventually("it is there", || async { found(&redis, 0).await.is_some() }).await;
    let garbage = ["", "\u{1}", "\u{1}[", "\u{2}[{},[]]", "[1,2]", "\u{1}[{\"as_of\":1},\"x\"]"];
    for (at, bytes) in garbage.iter().enumerate() {
        server.say(&["SET", &key(at + 1), bytes]);
    }
    server.say(&["RPUSH", &key(7), "a list"]);
    server.say(&["SET", &key(8), "\u{1}[{\"as_of\":\"2027-06-03T12:00:00Z\"},[1]]"]);
    for note in 1..=8 {
        assert_eq!(found(&redis, note).await, None, "{note}");
    }
    assert_eq!(found(&redis, 0).await.as_deref(), Some("rows"));
    assert!(redis.is_asked());
}

#[tokio::test]
async fn full_redis_still_gives_what_it_has() {
    let server = Server::started(&["--maxmemory-policy", "noeviction"]);
    let redis = redis(&server.url());
    keep(&redis, 0, "rows");
    eventually("it is there", || async { found(&redis, 0).await.is_some() }).await;
    server.say(&["CONFIG", "SET", "maxmemory", "1"]);
    for note in 1..20 {
        keep(&redis, note, "more");
    }
    eventually("writes are refused", || async {
        server.say(&["INFO", "errorstats"]).contains("errorstat_OOM:count=19")
    })
    .await;
    assert_eq!(found(&redis, 0).await.as_deref(), Some("rows"));
    assert!(redis.is_asked());
}
